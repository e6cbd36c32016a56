"""Computing only a part of a layer's maps: the outputs that an edit of the input, of a filter or of a bias touches.

Nothing is ever added to an old result: what is touched is computed from the input, as a full run does, so that
errors of rounding cannot pile up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from convstudio.model.arrays import Box, Floats, TiledArray, frozen, whole_box
from convstudio.model.kinds import Activation, BatchNorm, Pool
from convstudio.model.layers import Conv, Layer, Padding
from convstudio.ops import activate, conv
from convstudio.ops.padding import source_index
from convstudio.ops.shapes import Geometry, kernel_extent
from convstudio.ops.threads import cores, share

_COMPARED = 2**22
"""Values up to which a box is compared with what it was, to find the smaller one in it that did change."""

_COMPARED_FOR_PICTURES = 2**18

_SLAB = 2**16
"""Values that are given their bias and activation at once: they stay close to a core."""

_REGION = 2**21
"""Values of the input that are read at once for one filter."""

_WORTH_HELPERS = 2**20
"""Values from which a second thread earns its start."""


def is_patchable(layer: Layer) -> TypeGuard[Conv]:
    """Say whether a layer is a plain convolution, whose sums are kept so that a filter or a bias can change alone."""
    return type(layer) is Conv


def outputs_reached(layer: Layer, read: TiledArray, cells: Box) -> list[Box] | None:
    """Return boxes of the outputs that a box of the input reaches; None where a layer has no such boxes."""
    if isinstance(layer, Activation | BatchNorm):
        return [cells]
    if isinstance(layer, Pool):
        return touched_outputs(layer.geometry(read.spatial), "zeros", cells)
    return None


def made_in_box(layer: Layer, read: TiledArray, box: Box) -> Floats:
    """Compute what an activation, a batch normalisation or a pooling makes in a box of its output."""
    if not isinstance(layer, Pool):
        return layer.run(frozen(read.box(box)))
    sliding = layer.geometry(read.spatial)
    spans = [_cells_met(sliding, axis, part) for axis, part in enumerate(box)]
    inside = tuple(slice(max(0, s.start), min(size, s.stop)) for s, size in zip(spans, read.spatial, strict=True))
    ends = (size + after for size, (_, after) in zip(read.spatial, layer.own_pairs(read.spatial), strict=True))
    outside = tuple(
        (own.start - s.start, max(0, min(s.stop, end) - own.stop))  # past the padding is only what ceil_mode reaches
        for s, own, end in zip(spans, inside, ends, strict=True)
    )
    return replace(layer, stride=sliding.stride, padding=outside).run(frozen(read.box(inside)))


def handles_each_map_alone(layer: Layer) -> bool:
    """Say whether each map that a layer makes comes from the map of the same number alone."""
    if isinstance(layer, Activation):
        return layer.activation != "softmax"
    return isinstance(layer, BatchNorm | Pool)


def made_of_map(layer: Layer, values: Floats, index: int) -> Floats:
    """Compute the map that such a layer makes of one map, `(*spatial,)`."""
    alone = layer
    if isinstance(layer, BatchNorm):
        parts = {name: getattr(layer, name)[index : index + 1] for name in ("mean", "variance", "gamma", "beta")}
        alone = replace(layer, **parts)
    return alone.run(frozen(values[..., np.newaxis]))[..., 0]


def changed_cells(read: TiledArray, before: TiledArray, most: int = _COMPARED) -> list[Box]:
    """Return boxes that cover every cell of `read` that differs from `before`, each as small as may be.

    Boxes of more than `most` values stay as `TiledArray.changed_boxes` gives them.

    >>> before = TiledArray.of(np.zeros((9, 1)))
    >>> changed_cells(before.with_box((slice(4, 5),), [[1]]), before)
    [(slice(4, 5, None),)]
    """
    boxes = read.changed_boxes(before)
    if read.shape != before.shape:
        return list(boxes)
    found = (_tight(read, before, box, most) for box in boxes)
    return [box for box in found if box is not None]


def changed_places(read: TiledArray, before: TiledArray) -> list[Box]:
    """Return the same for pictures: small boxes only where comparing costs less than drawing all again."""
    return changed_cells(read, before, _COMPARED_FOR_PICTURES)


def touched_outputs(sliding: Geometry, mode: str, box: Box) -> list[Box]:
    """Return boxes of the output positions whose window meets a box of the input, directly or as padding.

    >>> from convstudio.ops.shapes import geometry
    >>> touched_outputs(geometry((8,), (3,), padding="same"), "circular", (slice(0, 1),))
    [(slice(0, 2, None),), (slice(7, 8, None),)]
    """
    along = [_touched_along(sliding, mode, axis, part) for axis, part in enumerate(box)]
    return [tuple(parts) for parts in product(*along)]


def sums_of(layer: Conv, read: TiledArray, sliding: Geometry, box: Box) -> Floats:
    """Compute the sums of products, without bias, of a box of output positions: `(*lengths, filters)`.

    Reads only the input cells that the windows of the box meet.
    """
    return sums_of_all(layer, _region(read, sliding, layer.padding_mode, box), "valid")


def whole_input(read: TiledArray) -> Floats:
    """Return a whole array, as `TiledArray.to_array` does, but where it must be copied so that it can be cancelled."""
    return read.to_array() if read.is_one_piece else gathered(read.shape, read.box)


def gathered(shape: tuple[int, ...], box_of: Callable[[Box], Floats]) -> Floats:
    """Put an array `(*spatial, channels)` together from its boxes, read-only; whoever watches can cancel it.

    >>> gathered((3, 1), np.arange(3.0)[:, np.newaxis].__getitem__).tolist()
    [[0.0], [1.0], [2.0]]
    """
    values = np.empty(shape, np.float32)
    size, *others = whole_box(shape[:-1])
    step = max(1, _SLAB * size.stop // values.size)

    def work(taken: Iterable[int]) -> None:
        for at in taken:
            part = (slice(at, min(at + step, size.stop)), *others)
            values[part] = box_of(part)

    share(range(0, size.stop, step), work, cores() if values.size >= _WORTH_HELPERS else 1)
    values.flags.writeable = False
    return values


def sums_of_all(layer: Conv, values: Floats, padding: Padding) -> Floats:
    """Compute the sums of products, without bias, of all output positions: `(*output, filters)`.

    Raises ShapeError or ValueError where the layer cannot work on the values.
    """
    sums = conv(
        values,
        layer.weights,
        np.zeros_like(layer.bias),  # refused where it does not fit, and makes every −0 a 0
        **layer.settings | {"padding": padding},
    )
    sums.flags.writeable = False
    return frozen(sums)


def sums_of_filter(layer: Conv, read: TiledArray, sliding: Geometry, index: int) -> Floats:
    """Compute the sums of one filter at all output positions, `(*output,)`, from the channels that it reads."""
    channels = layer.channels_read_by(index)
    alone = replace(layer, weights=layer.weights[..., index : index + 1], bias=layer.bias[index : index + 1], groups=1)
    slabs = _slabs(sliding, read.channels)
    if len(slabs) == 1:  # then padding it here would cost more than the sums
        return sums_of_all(alone, whole_input(read)[..., channels.start : channels.stop], layer.padding)[..., 0]
    made = np.empty(sliding.output, np.float32)
    for box in slabs:
        region = _region(read, sliding, layer.padding_mode, box)[..., channels.start : channels.stop]
        made[box] = sums_of_all(alone, region, "valid")[..., 0]
    made.flags.writeable = False
    return made


def count_outputs(boxes: Iterable[Box]) -> int:
    """Count the positions in boxes."""
    return sum(math.prod(part.stop - part.start for part in box) for box in boxes)


def is_plain(layer: Conv) -> bool:
    """Say whether the maps are the sums themselves: no bias, no activation."""
    return layer.activation == "linear" and not layer.bias.any()


def finished(sums: Floats, bias: Floats, activation: str) -> Floats:
    """Give sums `(*spatial, filters)` their bias and activation: the maps, of the same shape, read-only.

    Raises ValueError for an unknown activation.

    >>> finished(np.array([[-1.0], [2.0]], np.float32), np.ones(1, np.float32), "relu").tolist()
    [[0.0], [3.0]]
    """
    flat = sums.reshape(-1, len(bias))
    made = np.empty_like(flat)
    step = max(1, _SLAB // len(bias))
    many = np.tile(bias, min(step, len(flat)))  # adding to each position alone is slow

    def work(taken: Iterable[int]) -> None:
        for at in taken:
            part = flat[at : at + step]
            made[at : at + step] = _activated(part, many, activation)

    share(range(0, len(flat), step), work, cores() if sums.size >= _WORTH_HELPERS else 1)
    made.flags.writeable = False
    return made.reshape(sums.shape)


def _activated(part: Floats, many: Floats, activation: str) -> Floats:
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        totals = (part.reshape(-1) + many[: part.size]).reshape(part.shape)
    return totals if activation == "linear" else frozen(activate(totals, activation))


def _tight(read: TiledArray, before: TiledArray, box: Box, most: int) -> Box | None:
    """Return the smallest box around what differs inside a box, None where nothing does."""
    if count_outputs([box]) * read.channels > most:
        return box
    differs = read.box(box) != before.box(box)
    parts: list[slice] = []
    for axis, part in enumerate(box):  # what is left of one axis makes the next one short
        others = tuple(other for other in range(differs.ndim) if other != axis)
        hits = np.flatnonzero(differs.any(axis=others))
        if not hits.size:
            return None
        first, last = int(hits[0]), int(hits[-1])
        parts.append(slice(part.start + first, part.start + last + 1))
        differs = differs[(slice(None),) * axis + (slice(first, last + 1),)]
    return tuple(parts)


def _touched_along(sliding: Geometry, mode: str, axis: int, part: slice) -> list[slice]:
    before, after = sliding.pairs[axis]
    size, stride = sliding.spatial[axis], sliding.stride[axis]
    (extent,) = kernel_extent(sliding.kernel[axis : axis + 1], sliding.dilation[axis : axis + 1])
    shown = [part]
    for outside in (np.arange(-before, 0), np.arange(size, size + after)):
        sources = source_index(outside, size, mode)
        hits = outside[(sources >= part.start) & (sources < part.stop)]
        if hits.size:
            shown.append(slice(int(hits[0]), int(hits[-1]) + 1))
    spans = (
        slice(
            max(0, -((extent - 1 - cells.start - before) // stride)),
            min(sliding.output[axis], (cells.stop - 1 + before) // stride + 1),
        )
        for cells in shown
    )
    return _united([span for span in spans if span.start < span.stop])


def _united(spans: Sequence[slice]) -> list[slice]:
    """Join spans that meet or overlap."""
    united: list[slice] = []
    for span in sorted(spans, key=lambda span: (span.start, span.stop)):
        if united and span.start <= united[-1].stop:
            united[-1] = slice(united[-1].start, max(span.stop, united[-1].stop))
        else:
            united.append(span)
    return united


def _region(read: TiledArray, sliding: Geometry, mode: str, box: Box) -> Floats:
    """Read the input cells that the windows of a box of outputs meet, padding included."""
    spans = [_cells_met(sliding, axis, part) for axis, part in enumerate(box)]
    if all(span.start >= 0 and span.stop <= size for span, size in zip(spans, read.spatial, strict=True)):
        return read.box(tuple(spans))
    region = np.zeros((*(span.stop - span.start for span in spans), read.channels), np.float32)
    pieces = [_cut_at_borders(span, size) for span, size in zip(spans, read.spatial, strict=True)]
    for piece in product(*pieces):
        sources = [source_index(cells, size, mode) for cells, size in zip(piece, read.spatial, strict=True)]
        if all(along[0] >= 0 for along in sources):
            place = (cells - span.start for cells, span in zip(piece, spans, strict=True))
            region[np.ix_(*place)] = read.at(*sources)
    return region


def _cells_met(sliding: Geometry, axis: int, part: slice) -> slice:
    first = part.start * sliding.stride[axis] - sliding.pairs[axis][0]
    reach = (part.stop - part.start - 1) * sliding.stride[axis] + sliding.dilation[axis] * (sliding.kernel[axis] - 1)
    return slice(first, first + reach + 1)


def _cut_at_borders(span: slice, size: int) -> list[NDArray[np.int64]]:
    """Cut cells into those before, inside and after the input: each reads neighbouring cells of the input."""
    cuts = (span.start, min(max(span.start, 0), span.stop), max(min(span.stop, size), span.start), span.stop)
    first, second = sorted(cuts[1:3])
    parts = (np.arange(cuts[0], first), np.arange(first, second), np.arange(second, cuts[3]))
    return [part for part in parts if part.size]


def _slabs(sliding: Geometry, channels: int) -> list[Box]:
    """Cut all output positions along the first axis, so that each part reads about `_REGION` values."""
    size, *others = whole_box(sliding.output)
    per_output = sliding.stride[0] * channels * math.prod(sliding.spatial[1:])
    step = max(1, _REGION // per_output)
    return [(slice(at, min(at + step, size.stop)), *others) for at in range(0, size.stop, step)]
