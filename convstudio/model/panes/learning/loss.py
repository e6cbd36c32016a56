"""The loss phase as the calculation card shows it: output and target, their difference, and the sum of the loss."""

from __future__ import annotations

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.learning.objective import CROSS_ENTROPY, FUSED
from convstudio.model.panes.explanation import Explanation
from convstudio.model.panes.learning.gradient import PhaseExplanation
from convstudio.model.panes.learning.loss_sum import LossSum
from convstudio.model.panes.learning.loss_words import gradient_line, loss_line
from convstudio.model.panes.learning.pictures import shared_levels, small_picture
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import ViewState
from convstudio.ops.padding import Array


def explained_loss(found: BackwardPass, view: ViewState) -> Explanation:
    """Explain the loss: output and target, the difference between them, and the sum that they go into."""
    output, wanted, grad = (_map_of(values, view) for values in (found.output, found.wanted, found.grad))
    is_vector = found.output.ndim == 1
    is_last = view.layer == len(found.document.layers) - 1
    at = view.position if is_last and len(view.position) == output.ndim else None
    added = None if view.term is None else LossSum.of(found, view.term)
    if added is not None:
        output, wanted, grad = (_map_at(values, added.place) for values in (found.output, found.wanted, found.grad))
        at = added.place[: output.ndim]
    levels = shared_levels(output, wanted)
    pictures = [
        small_picture("output", output, levels, at=at, is_vector=is_vector),
        small_picture("target", wanted, levels, at=at, is_vector=is_vector),
        small_picture(gradient_caption(found), grad, at=at, is_vector=is_vector),
    ]
    if found.is_reversed:
        pictures[:2] = pictures[1::-1]
    is_difference = (found.is_fused and found.loss == CROSS_ENTROPY) or found.loss == "half_squared_error"
    text = f"{loss_line(found)}\n{gradient_line(found)}" if added is None else added.line
    return PhaseExplanation(
        grids=tuple(pictures),
        signs=f"−{'=' if is_difference else '→'} ",
        text=text,
        sentence=f"The loss is {format_number(found.value)}." if added is None else added.sentence,
        output=found.value,
        term="" if added is None else added.sentence,
        is_coming=added is not None and added.is_coming,
        every_term=f"{loss_line(found, whole=True)}\n{gradient_line(found)}",
    )


def gradient_caption(found: BackwardPass) -> str:
    """Name the gradient that the loss begins with."""
    return f"gradient before {FUSED[found.loss]}" if found.is_fused else "gradient"


def _map_at(values: Array, place: tuple[int, ...]) -> Array:
    """Return the map that a place of an output is in, or the whole of a vector."""
    return values if values.ndim == 1 else values[..., place[-1]]


def _map_of(values: Array, view: ViewState) -> Array:
    """Return the current map of an output, or the whole of a vector."""
    return values if values.ndim == 1 else values[..., min(view.filter, values.shape[-1] - 1)]
