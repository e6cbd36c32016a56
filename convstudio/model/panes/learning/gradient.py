"""The gradient of a weight or of an input cell, term by term, as the calculation card shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from types import EllipsisType

import numpy as np

from convstudio.model.colour.display import picture_levels, signed_levels
from convstudio.model.learning.backward_pass import BackwardPass, LayerPass
from convstudio.model.panes.explanation import Explanation, SmallContent
from convstudio.model.panes.learning.passing import explained_fused, explained_passing
from convstudio.model.panes.learning.pictures import factor, products_line, small_picture
from convstudio.model.panes.learning.running_sum import RunningSum
from convstudio.model.trace import stepping
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.gradient_terms import InputTerms, WeightTerms
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.ops.padding import Array


@dataclass(frozen=True, eq=False)
class PhaseExplanation(Explanation):
    """One phase explained; `every_term` is the arithmetic with all of its terms, for the clipboard."""

    every_term: str = ""

    @property
    def whole(self) -> str:
        """The arithmetic with every term, for the clipboard."""
        return self.every_term or self.text


def watched_cell(found: BackwardPass, view: ViewState) -> Cell:
    """Return the weight, the input cell or the output whose gradient is shown: what is pointed at, else the current.

    Pointing at the map, or at a cell of another layer's kind, changes nothing.
    """
    held = view.pointed if view.pointed is not None and view.pointed.pane is not Pane.MAP else None
    if held is not None and stepping.has_terms(found.document.layers[view.layer]):
        return held
    return Cell(stepping.stepped_pane(found.document, view), stepping.stepped_cell(found.document, view))


def explained_gradient(found: BackwardPass, view: ViewState) -> Explanation:
    """Explain the gradient of a weight or of an input cell, or how a layer without weights passes gradients back."""
    layer, through = found.document.layers[view.layer], found.layers[view.layer]
    if found.is_fused and view.layer == len(found.layers) - 1 and not stepping.has_terms(layer):
        return explained_fused(found, view)
    cell = watched_cell(found, view)
    if layer.is_on and cell.pane is Pane.KERNEL:
        terms = layer.weight_terms(through.read, through.sums, view, cell.index)
        if terms is not None:
            return _of_weight(layer, through, view, cell.index, terms)
    if layer.is_on and cell.pane is Pane.INPUT:
        met = layer.input_terms(through.read.shape, through.sums, view, cell.index)
        if met is not None:
            return _of_input(layer, through, view, cell.index, met)
    return explained_passing(layer, through, view)


def current_kernel(weights: Array, layer: Layer, view: ViewState) -> Array:
    """Return the part of a layer's weights, or of their gradients, that is the current kernel's: its cells alone."""
    at: tuple[EllipsisType | int, ...] = (..., *layer.kernel_at(view))
    part: Array = weights[at]
    return part


def _of_weight(
    layer: Layer, through: LayerPass, view: ViewState, weight: tuple[int, ...], terms: WeightTerms
) -> Explanation:
    is_vector = not through.read.rank
    grid = current_kernel(through.gradients.learned["weights"], layer, view)
    levels = picture_levels(through.read.to_array())
    products = terms.products
    added = RunningSum.of(terms.inputs, terms.grads, view.term)
    at, shown = _reached(added, products.shape)
    pictures = (
        small_picture("input", terms.inputs, levels, at=at, dimmed=terms.is_padding),
        small_picture("gradient", terms.grads, signed_levels(through.sums), at=at),
        small_picture("terms", products, at=at, shown=shown),
        _filling("weight gradient", grid, view, weight, is_vector=is_vector),
    )
    where = f"weight {place(weight, is_vector=is_vector)}"
    line = products_line(terms.inputs, terms.grads, terms.total) if added is None else added.line
    return PhaseExplanation(
        grids=pictures,
        signs="⊙=Σ ",
        text=f"{line}\n{_sums_note(layer, where)}",
        sentence=_told(where, terms.total, added),
        output=terms.total,
        term="" if added is None else added.sentence,
        is_coming=added is not None and added.is_coming,
        every_term=f"{products_line(terms.inputs, terms.grads, terms.total, whole=True)}\n{where}",
    )


def _of_input(
    layer: Layer, through: LayerPass, view: ViewState, cell: tuple[int, ...], terms: InputTerms
) -> Explanation:
    is_vector = not through.read.rank
    added = RunningSum.of(np.moveaxis(terms.grads, -1, 0), np.moveaxis(terms.weights, -1, 0), view.term)
    at = _filter_on_show(terms, view, added)
    grads, kernel, products = (part[..., at] for part in (terms.grads, terms.weights, terms.products))
    inputs = through.gradients.inputs
    grid = inputs if is_vector else inputs[..., layer.channel_shown(through.read.shape, view)]
    own = None if added is None else RunningSum.of(grads, kernel, added.term - at * grads.size)
    mark, shown = _reached(own, products.shape)
    picture = partial(small_picture, is_vector=is_vector, at=mark)
    pictures = (
        picture("gradient", grads, signed_levels(through.sums), dimmed=terms.is_missing),
        picture("flipped kernel" if terms.is_flipped else "weights", kernel),
        picture("terms", products, shown=shown),
        _filling("input gradient", grid, view, cell, is_vector=is_vector),
    )
    where = f"input cell {place(cell, is_vector=is_vector)}"
    lines = [products_line(grads, kernel, float(terms.filter_sums[at])) if own is None else own.line]
    if len(terms.filters) > 1:
        lines.append(_filters_line(terms, None if own is None else at + (not own.is_coming)))
    lines.append(_sums_note(layer, where))
    whole = [products_line(terms.grads[..., one], terms.weights[..., one], float(terms.filter_sums[one]), whole=True)
             for one in range(len(terms.filters))]  # fmt: skip
    return PhaseExplanation(
        grids=pictures,
        signs="⊙=Σ ",
        text="\n".join(lines),
        sentence=_told(where, terms.total, added),
        output=terms.total,
        term="" if added is None else added.sentence,
        is_coming=added is not None and added.is_coming,
        every_term="\n".join([*whole, *lines[1:]]),
    )


def _filter_on_show(terms: InputTerms, view: ViewState, added: RunningSum | None) -> int:
    """Return the place of the filter whose part of the sum is on show: the current term's, else the selected one."""
    if added is not None:
        return added.term // math.prod(terms.grads.shape[:-1])
    return terms.filters.index(view.filter) if view.filter in terms.filters else 0


def _reached(added: RunningSum | None, shape: tuple[int, ...]) -> tuple[tuple[int, ...] | None, int | None]:
    """Return the place of the current term, and how many terms are shown; None, which is all, without a term."""
    if added is None:
        return None, None
    return tuple(int(at) for at in np.unravel_index(added.term, shape)), added.term + 1


def _told(where: str, total: float, added: RunningSum | None) -> str:
    """Say the gradient, or how far it is added up."""
    if added is not None and added.is_coming:
        return f"The gradient of {where}: {added.term + 1} of {added.count} terms are added."
    return f"The gradient of {where} is {format_number(total)}."


def _filters_line(terms: InputTerms, added: int | None) -> str:
    """Write what the filters give to a gradient, each and together; going term by term, those `added` so far."""
    sums = [
        f"filter {index + 1}: {factor(value)}" for index, value in zip(terms.filters, terms.filter_sums, strict=True)
    ]
    if added is not None and added < len(sums):
        return " + ".join([*sums[:added][-6:], "…"])
    shown = sums if len(sums) <= 6 else [*sums[:5], f"… {len(sums) - 5} more filters …"]
    return f"{' + '.join(shown)} = {format_number(terms.total)}"


def _sums_note(layer: Layer, where: str) -> str:
    """Name what the gradient is of; gradients that went through a layer's own activation are said to have."""
    through = "" if layer.ends_in == "linear" else f", with the gradients before {layer.ends_in}"
    return f"gradient of {where}{through}"


def _filling(caption: str, grid: Array, view: ViewState, at: tuple[int, ...], *, is_vector: bool) -> SmallContent:
    """Show the gradients that the stepper has filled in so far, the current one outlined."""
    is_stepped = view.pointed is None
    shown = view.watch.revealed if is_stepped else None
    return small_picture(caption, grid, at=at, shown=shown, is_vector=is_vector)
