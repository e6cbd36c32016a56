"""The gradient of a weight or of an input cell, term by term, as the calculation card shows it."""

from __future__ import annotations

from dataclasses import dataclass
from types import EllipsisType

from convstudio.model.colour.display import picture_levels, signed_levels
from convstudio.model.learning.backward_pass import BackwardPass, LayerPass
from convstudio.model.panes.explanation import Explanation, SmallContent
from convstudio.model.panes.learning.passing import explained_fused, explained_passing
from convstudio.model.panes.learning.pictures import factor, products_line, small_picture
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
    pictures = (
        small_picture("input", terms.inputs, levels, dimmed=terms.is_padding),
        small_picture("gradient", terms.grads, signed_levels(through.sums)),
        small_picture("terms", products),
        _filling("weight gradient", grid, view, weight, is_vector=is_vector),
    )
    where = f"weight {place(weight, is_vector=is_vector)}"
    total = format_number(terms.total)
    return PhaseExplanation(
        grids=pictures,
        signs="⊙=Σ ",
        text=f"{products_line(terms.inputs, terms.grads, terms.total)}\n{_sums_note(layer, where)}",
        sentence=f"The gradient of {where} is {total}.",
        output=terms.total,
        every_term=f"{products_line(terms.inputs, terms.grads, terms.total, whole=True)}\n{where}",
    )


def _of_input(
    layer: Layer, through: LayerPass, view: ViewState, cell: tuple[int, ...], terms: InputTerms
) -> Explanation:
    is_vector = not through.read.rank
    at = terms.filters.index(view.filter) if view.filter in terms.filters else 0
    grads, kernel, products = (part[..., at] for part in (terms.grads, terms.weights, terms.products))
    inputs = through.gradients.inputs
    grid = inputs if is_vector else inputs[..., layer.channel_shown(through.read.shape, view)]
    pictures = (
        small_picture("gradient", grads, signed_levels(through.sums), dimmed=terms.is_missing, is_vector=is_vector),
        small_picture("flipped kernel" if terms.is_flipped else "weights", kernel, is_vector=is_vector),
        small_picture("terms", products, is_vector=is_vector),
        _filling("input gradient", grid, view, cell, is_vector=is_vector),
    )
    where = f"input cell {place(cell, is_vector=is_vector)}"
    lines = [products_line(grads, kernel, float(terms.filter_sums[at]))]
    if len(terms.filters) > 1:
        lines.append(_filters_line(terms))
    lines.append(_sums_note(layer, where))
    whole = [products_line(terms.grads[..., one], terms.weights[..., one], float(terms.filter_sums[one]), whole=True)
             for one in range(len(terms.filters))]  # fmt: skip
    return PhaseExplanation(
        grids=pictures,
        signs="⊙=Σ ",
        text="\n".join(lines),
        sentence=f"The gradient of {where} is {format_number(terms.total)}.",
        output=terms.total,
        every_term="\n".join([*whole, *lines[1:]]),
    )


def _filters_line(terms: InputTerms) -> str:
    sums = [
        f"filter {index + 1}: {factor(value)}" for index, value in zip(terms.filters, terms.filter_sums, strict=True)
    ]
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
