"""What the layers after a convolution must change when its filters change places, so that they mean the same maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer


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
    first = MapOrder(count, tuple(order), tuple(added))
    for index, changed, maps in following_layers(before.layers, layer + 1, first):
        own = None if maps is None else _order_of_maps(before, index, maps)
        if own is not None:
            document = document.with_ordered_filters(index, changed, own)
        elif changed is not before.layers[index]:
            document = document.with_layer(index, changed)
    return document


def following_layers(
    layers: Sequence[Layer], start: int, maps: MapOrder
) -> Iterator[tuple[int, Layer, MapOrder | None]]:
    """Yield the layers from `start` on that follow maps that changed places: where each is, and what becomes of it.

    With each comes the order of the maps that it makes, None from the last one, which mixes what it reads. A layer that
    cannot follow ends it before that.
    """
    for index, held in enumerate(layers[start:], start):
        if not held.is_on:
            continue
        changed = held.following(maps)
        if changed is None:
            return
        after = held.order_after(maps)
        yield index, held if changed == held else changed, after  # the same where all kernels are the same, for one
        if after is None:
            return
        maps = after


def _order_of_maps(document: Document, layer: int, maps: MapOrder) -> Sequence[int] | None:
    """Return the order of a layer's own maps; None where it makes others, as of a flattened map."""
    shape = document.output_shape(layer)
    return maps.order if shape is not None and shape[-1] == maps.count else None
