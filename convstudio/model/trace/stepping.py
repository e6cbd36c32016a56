"""Moving the window: left to right, top to bottom, and term by term inside one sum, in every phase of learning."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.trace.layer_selection import at_same_place
from convstudio.model.values.answers.windows import Cells, all_cells
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.learning.watched_phase import Phase, WatchedPhase
from convstudio.model.values.view_state import Cell, Pane, ViewState


def output_spatial(document: Document, layer: int) -> Shape | None:
    """Return the cells of what a layer makes, per axis, or None where it makes nothing; a vector is one row of them."""
    return _cells(document.output_shape(layer))


def input_spatial(document: Document, layer: int) -> Shape | None:
    """Return the cells of what a layer reads, per axis, or None where the layer before it makes nothing."""
    return _cells(document.input_shape(layer))


def map_count(document: Document, layer: int) -> int:
    """Count the maps that can be selected one at a time: a vector is shown whole, as one."""
    held = document.layers[layer]
    return _maps(document.output_shape(layer)) or (held.filters if isinstance(held, Conv) else 1)


def channel_count(document: Document, layer: int) -> int:
    """Count the channels that can be selected one at a time in the input of a layer."""
    return _maps(document.input_shape(layer)) or 1


def _cells(shape: Shape | None) -> Shape | None:
    return None if shape is None else shape[:-1] or shape


def _maps(shape: Shape | None) -> int:
    if shape is None:
        return 0
    return shape[-1] if len(shape) > 1 else 1


def stepped_pane(document: Document, view: ViewState) -> Pane:
    """Return whose cells the stepper goes through: outputs, or, where gradients are watched, weights or input cells."""
    watch = view.watch
    if watch.phase not in ("backward", "update") or not has_terms(document.layers[view.layer]):
        return Pane.MAP
    return Pane.INPUT if watch.phase == "backward" and watch.of == "input" else Pane.KERNEL


def stepped_cells(document: Document, view: ViewState) -> Shape | None:
    """Return the lengths of the axes of the cells that the stepper goes through; None where there are none."""
    output = output_spatial(document, view.layer)
    if output is None:
        return None
    if _is_one_sum(view):
        return (1,)
    match stepped_pane(document, view):
        case Pane.MAP:
            return output
        case Pane.KERNEL:
            return document.layers[view.layer].kernel_cells
        case Pane.INPUT:
            return input_spatial(document, view.layer)


def stepped_cell(document: Document, view: ViewState) -> tuple[int, ...]:
    """Return the cell at which the stepper is."""
    if _is_one_sum(view):
        return (0,)
    cells = {Pane.MAP: view.position, Pane.KERNEL: view.watch.weight, Pane.INPUT: view.watch.cell}
    return cells[stepped_pane(document, view)]


def _is_one_sum(view: ViewState) -> bool:
    """Return whether all outputs are terms of one sum, which is stepped through: that of the loss."""
    return view.watch.phase == "loss" and view.term is not None


def position_count(document: Document, view: ViewState) -> int:
    """Count what the stepper goes through: the output positions of the selected layer; 0 where it makes no map."""
    cells = stepped_cells(document, view)
    return 0 if cells is None else math.prod(cells)


def position_index(document: Document, view: ViewState) -> int:
    """Return the place of the current position in the order of stepping, from 0."""
    cells = stepped_cells(document, view)
    return 0 if cells is None else int(np.ravel_multi_index(stepped_cell(document, view), cells))


def go_to(document: Document, view: ViewState, index: int) -> ViewState:
    """Move the window to a place in the order of stepping (cut to the first and last), and show the map up to it."""
    cells = stepped_cells(document, view)
    if cells is None:
        return view
    reached = min(max(index, 0), math.prod(cells) - 1)
    position = tuple(int(at) for at in np.unravel_index(reached, cells))
    if _is_one_sum(view):
        return _revealed_up_to_here(document, replace(view, term=0, pointed=None))
    if view.watch.is_learning:
        return _revealed_up_to_here(document, at_cell(view, Cell(stepped_pane(document, view), position)))
    term = None if view.term is None else 0
    moved = replace(view, position=position, term=term, pinned=None, pointed=None)
    return _revealed_up_to_here(document, moved)


def at_cell(view: ViewState, cell: Cell) -> ViewState:
    """Return the view with another gradient watched: that of a weight, of an input cell, or through an output.

    Going term by term, it begins at the first one.
    """
    view = replace(view, term=None if view.term is None else 0)
    match cell.pane:
        case Pane.MAP:
            return replace(view, position=cell.index, pinned=None, pointed=None)
        case Pane.KERNEL:
            return replace(view, pinned=cell, pointed=None, watch=replace(view.watch, of="weight", weight=cell.index))
        case Pane.INPUT:
            return replace(view, pinned=cell, pointed=None, watch=replace(view.watch, of="input", cell=cell.index))


def choose_phase(document: Document, view: ViewState, phase: Phase) -> ViewState:
    """Show a phase of learning.

    The loss is that of the last layer, which is selected for it; an update changes a layer that learns, and where the
    selected one does not, the next one before it is selected, or the last that does.
    """
    if phase == "loss":
        view = select_layer(document, view, len(document.layers) - 1)
    learning = [index for index, layer in enumerate(document.layers) if layer.learned and layer.is_on]
    if phase == "update" and learning and view.layer not in learning:
        before = [index for index in learning if index < view.layer]
        view = select_layer(document, view, (before or learning)[-1])
    return _watching(document, replace(view, watch=replace(view.watch, phase=phase)))


def choose_gradient(document: Document, view: ViewState, of: Literal["weight", "input"]) -> ViewState:
    """WatchedPhase the gradient of the current weight, or of the current input cell."""
    return _watching(document, replace(view, watch=replace(view.watch, phase="backward", of=of)))


def _watching(document: Document, view: ViewState) -> ViewState:
    """Let go of what was selected, and select the weight or the input cell whose gradient is watched."""
    held = fitted(document, view.let_go())
    pane = stepped_pane(document, held)
    return held if pane is Pane.MAP else replace(held, pinned=Cell(pane, stepped_cell(document, held)))


def _revealed_up_to_here(document: Document, view: ViewState) -> ViewState:
    """Show the map, or the gradients, up to the current one; going term by term, that only with its last term."""
    index = position_index(document, view)
    is_coming = view.term is not None and view.term + 1 < term_count(document, view)
    revealed = index if is_coming else index + 1
    if view.watch.is_learning:
        return replace(view, watch=replace(view.watch, revealed=revealed))
    return replace(view, revealed=revealed)


def step_forward(document: Document, view: ViewState) -> ViewState:
    """Move to the next term, when going term by term, else (and after the last term) to the next position."""
    if view.term is not None and view.term + 1 < term_count(document, view):
        return _revealed_up_to_here(document, replace(view, term=view.term + 1, pointed=None))
    if not can_step_forward(document, view):
        return view
    return go_to(document, view, position_index(document, view) + 1)


def step_back(document: Document, view: ViewState) -> ViewState:
    """Move to the term before, when going term by term, else (and before the first term) to the position before."""
    if view.term:
        return _revealed_up_to_here(document, replace(view, term=view.term - 1, pointed=None))
    if position_index(document, view) == 0:
        revealed = view.watch.revealed if view.watch.is_learning else view.revealed
        return view if revealed is not None else go_to(document, view, 0)
    moved = go_to(document, view, position_index(document, view) - 1)
    if view.term is None:
        return moved
    return _revealed_up_to_here(document, replace(moved, term=max(0, term_count(document, moved) - 1)))


def can_step_forward(document: Document, view: ViewState) -> bool:
    """Return whether there is a term or a position after the current one."""
    if view.term is not None and view.term + 1 < term_count(document, view):
        return True
    return position_index(document, view) + 1 < position_count(document, view)


def has_terms(layer: Layer) -> bool:
    """Return whether the outputs of a layer are sums of products, which can be stepped through term by term."""
    return layer.is_on and bool(layer.kernel_cells)


def term_count(document: Document, view: ViewState) -> int:
    """Count the terms of the current output of a layer that adds up products; 0 for all others.

    An output of a transposed convolution has as many as cells paint it, and that may be none. A layer that cannot work
    has those of its whole kernel. The loss has one for each output of the network, a gradient those of its sum, and an
    update has two: the old weight, and its step.
    """
    if view.watch.is_learning:
        return _phase_term_count(document, view)
    layer, input_shape = document.layers[view.layer], document.input_shape(view.layer)
    if not has_terms(layer):
        return 0
    return layer.term_count(None if document.output_shape(view.layer) is None else input_shape, view.position)


def _phase_term_count(document: Document, view: ViewState) -> int:
    layer, read = document.layers[view.layer], document.input_shape(view.layer)
    if view.watch.phase == "loss":
        output = document.output_shape(len(document.layers) - 1)
        return 0 if output is None else math.prod(output)
    if read is None or document.output_shape(view.layer) is None or not has_terms(layer):
        return 0
    if view.watch.phase == "update":
        return 0 if layer.is_locked else _UPDATE_TERMS
    if view.watch.of == "input":
        return layer.input_term_count(read, view)
    met = layer.met_by_weight(read, view.watch.weight)
    return 0 if met is None else math.prod(map(len, met))


def can_go_term_by_term(document: Document, view: ViewState) -> bool:
    """Return whether what is on show is a sum that can be stepped through term by term."""
    if view.watch.is_learning:
        return _phase_term_count(document, view) > 0
    return has_terms(document.layers[view.layer])


def kernel_cells_used(document: Document, view: ViewState) -> Cells:
    """Return the kernel's cells that make the current output, per axis: some of a transposed convolution's, else all.

    Raises ValueError where the layer is not a convolution.
    """
    layer, input_shape = conv_at(document, view.layer), document.input_shape(view.layer)
    can_work = layer.is_on and document.output_shape(view.layer) is not None  # one that is off may read anything
    if input_shape is None or not can_work:
        return all_cells(layer.kernel_size)
    return layer.cells_used(input_shape, view.position)


def go_term_by_term(document: Document, view: ViewState, wanted: bool) -> ViewState:
    """Start at the first term of the current dot product, or go back to whole products.

    The map is shown up to the current output, and that one only when its last term is added; so are gradients.
    """
    if output_spatial(document, view.layer) is None or (wanted and not can_go_term_by_term(document, view)):
        return replace(view, term=None)
    return _revealed_up_to_here(document, replace(view, term=0 if wanted else None))


def _to_the_last(document: Document, view: ViewState) -> ViewState:
    return go_to(document, view, position_count(document, view) - 1)


_UPDATE_TERMS = 2

Move = Callable[[Document, ViewState], ViewState]
MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "forward": step_forward,
        "back": step_back,
        "first": lambda document, view: go_to(document, view, 0),
        "last": _to_the_last,
        "terms": lambda document, view: go_term_by_term(document, view, view.term is None),
        "let go": lambda _, view: view.let_go(),
    }
)
"""What the stepper's buttons and keys do, by the name of the step."""


def pin(document: Document, view: ViewState, cell: Cell) -> ViewState:
    """Pin a clicked cell; a map cell becomes the current position, and while stepping the map is shown up to it."""
    if view.watch.is_learning:
        moved = replace(at_cell(view, cell), pinned=cell)
        return moved if moved.watch.revealed is None else _revealed_up_to_here(document, moved)
    if cell.pane is not Pane.MAP:
        return replace(view, pinned=cell)
    moved = replace(view, position=cell.index, pinned=cell, term=None if view.term is None else 0)
    return moved if view.revealed is None else _revealed_up_to_here(document, moved)


def fitted(document: Document, view: ViewState) -> ViewState:
    """Return the view with everything that it names inside the document, as after an edit that made it smaller."""
    layer_index = min(view.layer, len(document.layers) - 1)
    layer = document.layers[layer_index]
    output = output_spatial(document, layer_index)
    read = input_spatial(document, layer_index)
    position = _inside(view.position, output or (1,) * len(read or document.sample.spatial))
    lengths = {
        Pane.INPUT: read or (),
        Pane.KERNEL: layer.kernel_cells,
        Pane.MAP: output or (),
    }
    found = replace(
        view,
        layer=layer_index,
        channel=min(view.channel, channel_count(document, layer_index) - 1),
        filter=min(view.filter, map_count(document, layer_index) - 1),
        position=position,
        revealed=view.revealed if view.revealed is None or output is None else _reached(position, output),
        pinned=_fitted_cell(view.pinned, lengths),
        pointed=_fitted_cell(view.pointed, lengths),
        watch=_fitted_watch(view.watch, lengths),
        combined=view.combined and document.combination_of(layer_index) is not None,
    )
    if found.term is not None and not can_go_term_by_term(document, found):
        found = replace(found, term=None)
    if found.term is not None:
        found = replace(found, term=max(0, min(found.term, term_count(document, found) - 1)))
    revealed = found.watch.revealed if found.watch.is_learning else found.revealed
    if found.term is not None and revealed is not None and output is not None:
        found = _revealed_up_to_here(document, found)
    return view if found == view else found


def select_layer(document: Document, view: ViewState, layer: int) -> ViewState:
    """Select another layer, its output over the same place of the input, and the filter that was selected there last.

    Raises ValueError for a layer that is not there any more.
    """
    if layer == view.layer:
        return view
    if layer >= len(document.layers):
        raise ValueError(f"Layer {layer + 1} was removed in the meantime. Select another layer.")
    return fitted(document, at_same_place(document, view, layer))


def _inside(position: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[int, ...]:
    if len(position) != len(lengths):
        return (0,) * len(lengths)
    return tuple(min(at, length - 1) for at, length in zip(position, lengths, strict=True))


def _reached(position: tuple[int, ...], output: tuple[int, ...]) -> int:
    return int(np.ravel_multi_index(position, output)) + 1


def _fitted_watch(watch: WatchedPhase, lengths: Mapping[Pane, tuple[int, ...]]) -> WatchedPhase:
    weight, cell = _inside(watch.weight, lengths[Pane.KERNEL]), _inside(watch.cell, lengths[Pane.INPUT])
    return (
        watch
        if not watch.is_learning or (weight, cell) == (watch.weight, watch.cell)
        else replace(watch, weight=weight, cell=cell)
    )


def _fitted_cell(cell: Cell | None, lengths: Mapping[Pane, tuple[int, ...]]) -> Cell | None:
    if cell is None or len(cell.index) != len(lengths[cell.pane]):
        return None
    is_inside = all(at < length for at, length in zip(cell.index, lengths[cell.pane], strict=True))
    return cell if is_inside else None
