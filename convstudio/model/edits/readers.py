"""What the layers after a convolution must change when its filters change places, so that they mean the same maps."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.document import Document


def carried_along(
    document: Document, layer: int, count: int, order: Sequence[int], added: Sequence[int] = ()
) -> Document:
    """Let the layers after one follow its maps, of which there were `count` and now are those of `order`.

    The channels of the input are the maps of layer -1.

    The next convolution or dense layer gets its kernels or rows in the same order, and what stands between them keeps
    one number per map. So moving a filter changes no result, and removing one takes along what was read of it. A layer
    that does not fit the maps, or reads them in groups, stays as it is, and so do all after it.

    At the places `added` of the order stand new filters: what adds maps up reads theirs with weights of 0, so that no
    result changes that nobody asked for.
    """
    before = document
    maps: MapOrder | None = MapOrder(count, tuple(order), tuple(added))
    for index in range(layer + 1, len(document.layers)):
        held = document.layers[index]
        if maps is None:
            break
        if not held.is_on:
            continue
        changed = held.following(maps)
        if changed is None:
            break
        maps = held.order_after(maps)
        changed = held if changed == held else changed  # whose kernels are all the same, for one
        own = None if maps is None else _order_of_maps(before, index, maps)
        if own is not None:
            document = document.with_ordered_filters(index, changed, own)
        elif changed is not held:
            document = document.with_layer(index, changed)
    return document


def _order_of_maps(document: Document, layer: int, maps: MapOrder) -> Sequence[int] | None:
    """Return the order of a layer's own maps; None where it makes others, as of a flattened map."""
    shape = document.output_shape(layer)
    return maps.order if shape is not None and shape[-1] == maps.count else None
