"""How a layer without kernels passes gradients back: its gate, its route or its shares, as pictures and in words."""

from __future__ import annotations

import numpy as np

from convstudio.model.kinds.activation import ACTIVATION_NAMES
from convstudio.model.learning.backward_pass import BackwardPass, LayerPass
from convstudio.model.learning.objective import BINARY, FUSED
from convstudio.model.panes.explanation import Explanation
from convstudio.model.panes.learning.pictures import factor, shared_levels, small_picture
from convstudio.model.trace.links import channel_shown, window_of
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.windows import read_cells
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import ViewState
from convstudio.ops.padding import Array


def explained_passing(layer: Layer, through: LayerPass, view: ViewState) -> Explanation:
    """Explain how gradients go back through a layer at the current output: what they are multiplied with, and where.

    The sentence of the whole layer comes last.
    """
    rule = layer.backward_rule
    channel = channel_shown(layer, through.read.shape, view)
    before = _shown(through.grad, view.filter)
    after = _shown(through.gradients.inputs, channel)
    is_vector = through.grad.ndim == 1
    at = view.shown_position if len(view.shown_position) == before.ndim else None
    pictures = [small_picture("output gradient", before, at=at, is_vector=is_vector)]
    factors = _factors(layer, through) if layer.is_on and rule.factor else None
    is_cell_by_cell = factors is not None and factors.shape == through.grad.shape
    if factors is not None:
        pictures.append(small_picture(rule.factor, _shown(factors, channel), is_vector=through.read.rank == 0))
    ending = at if is_cell_by_cell else None
    shown = view.watch.revealed if is_cell_by_cell else None
    pictures.append(small_picture("input gradient", after, at=ending, shown=shown, is_vector=through.read.rank == 0))
    signs = "⊙= " if is_cell_by_cell else "→" * (len(pictures) - 1) + " "
    line, value = _at_output(layer, through, view, before, at, factors)
    rule_text = rule.sentence if layer.is_on else "The layer is switched off: it passes the gradient on."
    sentence = f"{line[:1].upper()}{line[1:]}." if line else rule_text
    return Explanation(tuple(pictures), signs, "\n".join(filter(None, [line, rule_text])), sentence, value)


def explained_fused(found: BackwardPass, view: ViewState) -> Explanation:
    """Explain the gradient before a last activation that is computed as one with the loss: output − target."""
    output, wanted, grad = (_shown(values, view.filter) for values in (found.output, found.wanted, found.grad))
    is_vector, levels = found.output.ndim == 1, shared_levels(output, wanted)
    at = view.shown_position if len(view.shown_position) == output.ndim else (0,) * output.ndim
    first, second = ("output", output), ("target", wanted)
    if found.is_reversed:
        first, second = second, first
    pictures = (
        small_picture(*first, levels, at=at, is_vector=is_vector),
        small_picture(*second, levels, at=at, is_vector=is_vector),
        small_picture("input gradient", grad, at=at, shown=view.watch.revealed, is_vector=is_vector),
    )
    share = found.output.size if found.loss == BINARY else found.output.size // found.output.shape[-1]
    divided = f" ÷ {share}" if share > 1 else ""
    difference = f"{format_number(float(first[1][at]))} − {factor(float(second[1][at]))}"
    value = format_number(float(grad[at]))
    line = f"{place(at, is_vector=is_vector)}: {f'({difference})' if divided else difference}{divided} = {value}"
    rule = f"{ACTIVATION_NAMES[FUSED[found.loss]]} and cross-entropy are computed as one: before it, the gradient is "
    told = f"{rule}{first[0]} − {second[0]}{divided}."
    told = f"{told[:1].upper()}{told[1:]}"
    return Explanation(pictures, "−= ", f"{line}\n{told}", f"{line[:1].upper()}{line[1:]}.", float(grad[at]))


def _factors(layer: Layer, through: LayerPass) -> Array:
    """Return what becomes of a gradient of 1 everywhere: gates, routes or shares, one for each input cell."""
    ones = np.ones(through.grad.shape, np.float32)
    return layer.backward(through.read.to_array(), ones).inputs


def _at_output(
    layer: Layer, through: LayerPass, view: ViewState, before: Array, at: tuple[int, ...] | None, factors: Array | None
) -> tuple[str, float]:
    """Say where the gradient of the current output goes, and return that gradient, or what is left of it."""
    if at is None:
        return "", 0.0
    given = float(before[at])
    where = place(at, is_vector=through.grad.ndim == 1)
    if not layer.is_on or factors is None:
        return f"{where}: the gradient is {format_number(given)}", given
    if factors.shape == through.grad.shape:
        cell = at if factors.ndim == 1 else (*at, min(view.filter, factors.shape[-1] - 1))
        amount, left = float(factors[cell]), float(through.gradients.inputs[cell])
        name = layer.backward_rule.factor
        read = float(through.read.to_array()[cell])
        return f"{where}: input {format_number(read)}, {name} {factor(amount)}: " \
               f"{factor(given)} · {factor(amount)} = {format_number(left)}", left  # fmt: skip
    return _pooled(layer, through, view, given, where), given


def _pooled(layer: Layer, through: LayerPass, view: ViewState, given: float, where: str) -> str:
    """Say which cell of its window gets the gradient of an output, or how it is shared."""
    window = window_of(layer, through.read.shape, view.shown_position)
    channel = channel_shown(layer, through.read.shape, view)
    values = read_cells(through.read, window.sources)[..., channel]
    inside = np.ones(values.shape, np.bool_)
    for axis, along in enumerate(window.sources):
        inside[(slice(None),) * axis + (along < 0,)] = False
    amount = format_number(given)
    if layer.backward_rule.factor == "share":
        count = int(np.count_nonzero(inside))
        share = format_number(given / count) if count else amount
        return f"{where}: {amount} ÷ {count} = {share} for each of {counted(count, 'cell')}"
    best = values[inside].max()
    equal = int(np.count_nonzero(inside & (values == best)))
    first = np.unravel_index(int(np.flatnonzero(inside & (values == best))[0]), values.shape)
    cell = place([int(along[i]) for along, i in zip(window.positions, first, strict=True)])
    tie = f", the first of {equal} equal cells," if equal > 1 else ""
    return f"{where}: {cell}{tie} won with {format_number(float(best))}, so it gets {amount}"


def _shown(values: Array, channel: int) -> Array:
    return values if values.ndim == 1 else values[..., min(channel, values.shape[-1] - 1)]
