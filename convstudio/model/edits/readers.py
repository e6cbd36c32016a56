"""What the layers after a convolution must change when its filters change places, so that they mean the same maps."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.document import Document


def carried_along(
    document: Document, layer: int, count: int, order: Sequence[int], added: Sequence[int] = ()
) -> Document:
    """Let the layers after a convolution follow its filters, of which there were `count` and now are those of `order`.

    The next convolution or dense layer gets its kernels or rows in the same order, and what stands between them keeps
    one number per map. So moving a filter changes no result, and removing one takes along what was read of it. A layer
    that does not fit the maps, or reads them in groups, stays as it is, and so do all after it.

    At the places `added` of the order stand new filters: what adds maps up reads theirs with weights of 0, so that no
    result changes that nobody asked for.
    """
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
        document = document if changed is held else document.with_layer(index, changed)
        maps = held.order_after(maps)
    return document
