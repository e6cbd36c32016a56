"""Computing only a part of a layer's maps: the outputs that an edit of the input, of a filter or of a bias touches.

Nothing is ever added to an old result: what is touched is computed from the input, as a full run does, so that
errors of rounding cannot pile up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.answers.windows import cells_met
from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen, settled, whole_box
from convstudio.model.values.boxes import SLAB, WORTH_HELPERS, whole_input
from convstudio.model.values.layer import Layer, Padding
from convstudio.ops import activate, conv
from convstudio.ops.padding import source_index
from convstudio.ops.shapes import Geometry
from convstudio.ops.threads import cores, share

_REGION = 2**21
"""Values of the input that are read at once for one filter."""


def is_patchable(layer: Layer) -> TypeGuard[Conv]:
    """Return whether a layer is a plain convolution, whose sums are kept so that one filter or bias can change."""
    return type(layer) is Conv


def made_of_map(layer: Layer, values: Floats, index: int) -> Floats:
    """Compute the map that a layer makes of one map, `(*spatial,)`, where it handles each map alone."""
    return layer.for_map(index).run(frozen(values[..., np.newaxis]))[..., 0]


def sums_of(layer: Conv, inputs: TiledArray, sliding: Geometry, box: Box) -> Floats:
    """Compute the sums of products, without bias, of a box of output positions: `(*lengths, filters)`.

    Reads only the input cells that the windows of the box meet.
    """
    return sums_of_all(layer, _region(inputs, sliding, layer.padding_mode, box), "valid")


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
    return settled(sums)


def sums_of_filter(layer: Conv, inputs: TiledArray, sliding: Geometry, index: int) -> Floats:
    """Compute the sums of one filter at all output positions, `(*output,)`, from the channels that it reads."""
    channels = layer.channels_read_by(index)
    alone = replace(layer, weights=layer.weights[..., index : index + 1], bias=layer.bias[index : index + 1], groups=1)
    slabs = _slabs(sliding, inputs.channels)
    if len(slabs) == 1:  # then padding it here would cost more than the sums
        return sums_of_all(alone, whole_input(inputs)[..., channels.start : channels.stop], layer.padding)[..., 0]
    made = np.empty(sliding.output, np.float32)
    for box in slabs:
        region = _region(inputs, sliding, layer.padding_mode, box)[..., channels.start : channels.stop]
        made[box] = sums_of_all(alone, region, "valid")[..., 0]
    made.flags.writeable = False
    return made


def is_plain(layer: Conv) -> bool:
    """Return whether the maps are the sums themselves: no bias, no activation."""
    return layer.activation == "linear" and not layer.bias.any()


def finished(sums: Floats, bias: Floats, activation: str) -> Floats:
    """Give sums `(*spatial, filters)` their bias and activation: the maps, of the same shape, read-only.

    Raises ValueError for an unknown activation.

    >>> finished(np.array([[-1.0], [2.0]], np.float32), np.ones(1, np.float32), "relu").tolist()
    [[0.0], [3.0]]
    """
    flat = sums.reshape(-1, len(bias))
    made = np.empty_like(flat)
    step = max(1, SLAB // len(bias))
    many = np.tile(bias, min(step, len(flat)))  # adding to each position alone is slow

    def work(taken: Iterable[int]) -> None:
        for at in taken:
            part = flat[at : at + step]
            made[at : at + step] = _activated(part, many, activation)

    share(range(0, len(flat), step), work, cores() if sums.size >= WORTH_HELPERS else 1)
    made.flags.writeable = False
    return made.reshape(sums.shape)


def _activated(part: Floats, many: Floats, activation: str) -> Floats:
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        totals = (part.reshape(-1) + many[: part.size]).reshape(part.shape)
    return totals if activation == "linear" else frozen(activate(totals, activation))


def _region(inputs: TiledArray, sliding: Geometry, mode: str, box: Box) -> Floats:
    """Read the input cells that the windows of a box of outputs meet, padding included."""
    spans = [cells_met(sliding, axis, part) for axis, part in enumerate(box)]
    if all(span.start >= 0 and span.stop <= size for span, size in zip(spans, inputs.spatial, strict=True)):
        return inputs.box(tuple(spans))
    region = np.zeros((*(span.stop - span.start for span in spans), inputs.channels), np.float32)
    pieces = [_cut_at_borders(span, size) for span, size in zip(spans, inputs.spatial, strict=True)]
    for piece in product(*pieces):
        sources = [source_index(cells, size, mode) for cells, size in zip(piece, inputs.spatial, strict=True)]
        if all(along[0] >= 0 for along in sources):
            place = (cells - span.start for cells, span in zip(piece, spans, strict=True))
            region[np.ix_(*place)] = inputs.at(*sources)
    return region


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
