"""What stays selected when another layer is selected: each layer keeps its filter, and all keep one place of the input.

The place is that of the output that the user chose last. Every layer's output follows from it, never from the output of
the layer before: going through layers of fewer cells and back would else end beside the cell where it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convstudio.model.trace.places import has_place, output_at
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.view_state import Cell, Pane, Selection, SelectionHistory, ViewState


def at_same_place(document: Document, view: ViewState, layer: int) -> ViewState:
    """Return the view on another layer: its filter and channel of last time, the output over the same place.

    A pinned output stays pinned. A vector has no place: there the output of last time is selected, else the first.
    """
    return _selecting(document, view, layer, _noted(document, view))


def followed(before: Document, after: Document, view: ViewState) -> ViewState:
    """Return the view on the layers of `after`, of which some were added, removed or moved: selections move with them.

    Where the selected layer was removed, the one that takes its place is selected. `view` comes back as it is where
    every layer has its place still.
    """
    places = _places(before.layers, after.layers)
    if places is None:
        return view
    held = _noted(before, view)
    kept = tuple(
        replace(one, layer=place)
        for one in held.selections
        if one.layer < len(places) and (place := places[one.layer]) is not None
    )
    visited = SelectionHistory(len(after.layers), _moved_origin(before, held.origin, places), kept)
    place = places[view.layer]
    if place is not None:
        return replace(view, layer=place, visited=visited)
    return _selecting(after, view, min(view.layer, len(after.layers) - 1), visited)


def _places(before: Sequence[Layer], after: Sequence[Layer]) -> tuple[int | None, ...] | None:
    """Return where each layer went, None for one that was removed; None for all where they stayed.

    A layer is known by its object. Where one object stands at two places, as after duplicating a pooling, the layers
    that are the same from the first and from the last on decide.
    """
    first = _count_same(before, after)
    last = _count_same(before[first:][::-1], after[first:][::-1])
    free = list(range(first, len(after) - last))
    found: list[int | None] = list(range(first))
    for layer in before[first : len(before) - last]:
        found.append(next((place for place in free if after[place] is layer), None))
        free = [place for place in free if place != found[-1]]
    if len(before) == len(after) and None in found:  # layers were changed at their places
        return None
    found += range(len(after) - last, len(after))
    return None if found == list(range(len(after))) else tuple(found)


def _count_same(one: Sequence[Layer], other: Sequence[Layer]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left is not right), min(len(one), len(other)))


def _moved_origin(before: Document, origin: Selection | None, places: Sequence[int | None]) -> Selection | None:
    """Return the origin in its layer, wherever that is now; where it was removed, the same place in the next to it."""
    if origin is None:
        return None
    for layer in sorted(range(len(places)), key=lambda layer: abs(layer - origin.layer)):
        place, position = places[layer], output_at(before, origin.layer, origin.position, layer)
        if place is not None and position is not None:
            return replace(origin, layer=place, position=position)
    return None


def _selecting(document: Document, view: ViewState, layer: int, visited: SelectionHistory) -> ViewState:
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
        scale=replace(view.scale, held=None),  # the maps of another layer hold other values
        visited=visited,
    )


def _noted(document: Document, view: ViewState) -> SelectionHistory:
    """Take note of what is selected in the layer that is left."""
    held = view.visited if view.visited.layers == len(document.layers) else SelectionHistory(len(document.layers))
    now = Selection(view.layer, view.channel, view.filter, view.position)
    origin = held.origin
    is_chosen = origin is None or output_at(document, origin.layer, origin.position, view.layer) != view.position
    if is_chosen and has_place(document, view.layer):
        origin = now
    others = tuple(one for one in held.selections if one.layer != view.layer)
    return SelectionHistory(held.layers, origin, (*others, now))


def _position(document: Document, visited: SelectionHistory, layer: int) -> tuple[int, ...] | None:
    origin = visited.origin
    return None if origin is None else output_at(document, origin.layer, origin.position, layer)


def _first(document: Document, layer: int) -> tuple[int, ...]:
    output_shape = document.output_shape(layer)
    return (0, 0) if output_shape is None else (0,) * max(1, len(output_shape) - 1)
