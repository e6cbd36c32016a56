"""What stays selected when another layer is selected: each layer keeps its filter, and all keep one place of the input.

The place is that of the output that the user chose last. Every layer's output follows from it, never from the output of
the layer before: going through layers of fewer cells and back would else end beside the cell where it began.
"""

from __future__ import annotations

from dataclasses import replace

from convstudio.model.document import Document
from convstudio.model.places import has_place, output_at
from convstudio.model.view_state import Cell, Pane, Selection, ViewState, Visited


def at_same_place(document: Document, view: ViewState, layer: int) -> ViewState:
    """Return the view on another layer: its filter and channel of last time, the output over the same place.

    A pinned output stays pinned. A vector has no place: there the output of last time is selected, else the first.
    """
    visited = _noted(document, view)
    last = next((one for one in visited.selections if one.layer == layer), None)
    position = _position(document, visited, layer) or (last.position if last is not None else _first(document, layer))
    is_pinned = view.pinned is not None and view.pinned.pane is Pane.MAP
    return replace(
        view.let_go(),
        layer=layer,
        channel=0 if last is None else last.channel,
        filter=0 if last is None else last.filter,
        position=position,
        pinned=Cell(Pane.MAP, position) if is_pinned else None,
        pairing="standard",
        visited=visited,
    )


def _noted(document: Document, view: ViewState) -> Visited:
    """Take note of what is selected in the layer that is left; another number of layers forgets all."""
    held = view.visited if view.visited.layers == len(document.layers) else Visited(len(document.layers))
    now = Selection(view.layer, view.channel, view.filter, view.position)
    origin = held.origin
    is_chosen = origin is None or output_at(document, origin.layer, origin.position, view.layer) != view.position
    if is_chosen and has_place(document, view.layer):
        origin = now
    others = tuple(one for one in held.selections if one.layer != view.layer)
    return Visited(held.layers, origin, (*others, now))


def _position(document: Document, visited: Visited, layer: int) -> tuple[int, ...] | None:
    origin = visited.origin
    return None if origin is None else output_at(document, origin.layer, origin.position, layer)


def _first(document: Document, layer: int) -> tuple[int, ...]:
    made = document.made_shape(layer)
    return (0, 0) if made is None else (0,) * max(1, len(made) - 1)
