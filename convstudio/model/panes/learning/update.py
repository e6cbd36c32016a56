"""The update phase: a weight less its gradient times the learning rate, and what becomes of the loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from convstudio.model.edits.learning.updates import locked_marks, stepped_values
from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.learning.nudging import Nudge
from convstudio.model.panes.explanation import Explanation
from convstudio.model.panes.learning.gradient import PhaseExplanation, current_kernel, watched_cell
from convstudio.model.panes.learning.pictures import factor, shared_levels, small_picture
from convstudio.model.trace import stepping
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import Pane, ViewState
from convstudio.model.words.wording import running_sentence
from convstudio.ops.padding import Array


def explained_update(found: BackwardPass, view: ViewState) -> Explanation:
    """Explain one step of gradient descent: old weights − rate · gradient = new weights, and the current one of them.

    A layer that learns nothing says so.
    """
    layer, through = found.document.layers[view.layer], found.layers[view.layer]
    learned, rate = through.gradients.learned, found.document.training.rate
    if not learned:
        return _unchanged(found, "This layer learns nothing", "")
    if layer.is_locked:
        return _unchanged(found, "This layer is locked", ": an update leaves it as it is")
    name = "weights" if stepping.has_terms(layer) else next(iter(learned))
    held: Floats = getattr(layer, name)
    if name == "weights":
        cell = watched_cell(found, view)
        at = cell.index if cell.pane is Pane.KERNEL else view.watch.weight
        stepped = stepped_values(layer, name, learned[name], rate)
        old, grad, new = (current_kernel(part, layer, view) for part in (held, learned[name], stepped))
        where = f"weight {place(at, is_vector=not through.read.rank)}"
    else:
        old, grad, new = (
            _of_channel(part, view) for part in (held, learned[name], stepped_values(layer, name, learned[name], rate))
        )
        *spatial, channel = _place_in(held, view)
        at = tuple(spatial) if spatial else (channel,)
        where = f"{name}, channel {channel + 1}" + (f", {place(at)}" if spatial else "")
    is_vector = not through.read.rank or (name != "weights" and held.ndim == 1)
    levels = shared_levels(old, new)
    shown = view.watch.revealed if view.pointed is None else None
    pictures = (
        small_picture("old weights", old, levels, at=at, is_vector=is_vector),
        small_picture(f"gradient · {format_number(rate)}", np.float32(rate) * grad, at=at, is_vector=is_vector),
        small_picture("new weights", new, levels, at=at, shown=shown, is_vector=is_vector),
    )
    told, term = f"new {where}{_others(layer, learned, view, name, rate)}", view.term
    is_kept = locked_marks(layer, name)
    if is_kept is not None and name == "weights" and is_kept[(*at, *layer.kernel_at(view))]:
        term = None
        told = f"this weight is locked: it stays as it is\n{told}"
    numbers = float(old[at]), float(grad[at]), rate, float(new[at])
    line, is_coming = step_line(*numbers), term == 0
    if is_coming:
        line = f"{format_number(numbers[0])} − …"
    return PhaseExplanation(
        grids=pictures,
        signs="−= ",
        text="\n".join(filter(None, [line, told, loss_change(found)])),
        sentence=f"The new {where} is {format_number(float(new[at]))}.",
        output=float(new[at]),
        term="" if term is None else _term_sentence(term, *numbers),
        is_coming=is_coming,
    )


def _unchanged(found: BackwardPass, sentence: str, reason: str) -> Explanation:
    """Explain that an update changes nothing in a layer."""
    told = loss_change(found) or f"The loss is {format_number(found.value)}"
    return PhaseExplanation((), "", f"{sentence}{reason}.\n{told}", f"{sentence}.", found.value)


def _term_sentence(term: int, old: float, grad: float, rate: float, new: float) -> str:
    """Say one of the two terms of an update: the old weight, and the step that is added to it."""
    if not term:
        return running_sentence(format_number(old), old, 0, 2, old)
    step = f"−{format_number(rate)} · {factor(grad)}"
    return running_sentence(step, -rate * grad, 1, 2, new)


def nudged_place(found: BackwardPass, view: ViewState) -> tuple[str, tuple[int, ...]] | None:
    """Return the field of the selected layer and the place of the current weight in it, None where there is none."""
    layer, learned = found.document.layers[view.layer], found.learned(view.layer)
    if not learned:
        return None
    if not stepping.has_terms(layer):
        name = next(iter(learned))
        return name, _place_in(learned[name], view)
    return "weights", (*view.watch.weight, *layer.kernel_at(view))


def _place_in(held: Array, view: ViewState) -> tuple[int, ...]:
    """Return where the current channel's number is among those of a layer; of one for every cell, the current one's."""
    wanted = (*view.shown_position, view.filter)[-held.ndim :]
    return tuple(min(at, length - 1) for at, length in zip(wanted, held.shape, strict=True))


def _of_channel(held: Array, view: ViewState) -> Array:
    """Return the numbers of the cells of the current channel; of one for every channel, all of them."""
    return held if held.ndim == 1 else held[..., min(view.filter, held.shape[-1] - 1)]


def with_nudge(
    told: Explanation, found: BackwardPass | None, view: ViewState, nudge: tuple[BackwardPass, int, Nudge] | None
) -> Explanation:
    """Add what nudging showed to the explanation of the same weight's update."""
    if found is None or nudge is None or nudge[0] is not found or nudge[1] != view.layer:
        return told
    if nudged_place(found, view) != (nudge[2].field, nudge[2].index):
        return told
    first, *others = told.text.split("\n")
    return replace(told, text="\n".join([first, nudge_line(nudge[2]), *others]))


def step_line(old: float, grad: float, rate: float, new: float) -> str:
    """Write one step of gradient descent.

    >>> step_line(1.0, 2.0, 0.5, 0.0)
    '1 − 0.5 · 2 = 0'
    """
    return f"{format_number(old)} − {format_number(rate)} · {factor(grad)} = {format_number(new)}"


def loss_change(found: BackwardPass) -> str:
    """Say how the loss changes with one update of all layers; "" where that was not worked out."""
    if found.next_loss is None:
        return ""
    return f"loss {format_number(found.value)} → {format_number(found.next_loss)} after this update of all layers"


def nudge_line(found: Nudge) -> str:
    """Say what nudging a weight showed: the slope of the loss, and whether it is the gradient.

    >>> nudge_line(Nudge("weights", (0,), 1e-6, 2.0, 2.0, 2.0, has_kink=False))
    'nudging by 1e-6: slope 2, gradient 2, relative error 0: they agree'
    """
    if found.has_kink:
        return (
            f"nudging by {format_number(found.step)}: slope {format_number(found.above)} up, "
            f"{format_number(found.below)} down: the loss has a kink here"
        )
    error = format_number(found.relative_error, 2)
    verdict = "they agree" if found.agrees else "they differ"
    return (
        f"nudging by {format_number(found.step)}: slope {format_number(found.central)}, gradient "
        f"{format_number(found.gradient)}, relative error {error}: {verdict}"
    )


def _others(layer: Layer, learned: Mapping[str, Array], view: ViewState, shown: str, rate: float) -> str:
    """Write the step of what the layer learns besides, such as the bias of the current filter."""
    lines = []
    for name, grads in learned.items():
        if name == shown:
            continue
        at = min(view.filter if grads.ndim else 0, len(grads) - 1)
        if stepping.has_terms(layer) and layer.kernel_at(view):
            at = min(layer.kernel_at(view)[-1], len(grads) - 1)
        old, grad = float(getattr(layer, name)[at]), float(grads[at])
        new = float(stepped_values(layer, name, grads, rate)[at])
        lines.append(f" · {name}: {step_line(old, grad, rate, new)}")
    return "".join(lines)
