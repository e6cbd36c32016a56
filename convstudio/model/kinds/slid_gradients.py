"""The terms of gradients of a layer that slides kernels: what one weight met, and what one input cell went into."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.answers.gradient_terms import InputTerms, WeightTerms
from convstudio.model.values.answers.windows import Cells, read_cells
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.ops.padding import Array, source_index
from convstudio.ops.shapes import Geometry


def met_terms(inputs: TiledArray, met: Cells, mode: str, channel: int, grads: Array) -> WeightTerms:
    """Return the terms of a weight that is multiplied with the input cells `met`, padding of the given mode included.

    `grads`, one number for each crossing of `met`, are the gradients of the sums that the products go into.
    """
    sources = tuple(source_index(along, size, mode) for along, size in zip(met, inputs.spatial, strict=True))
    is_padding = np.zeros(tuple(map(len, met)), np.bool_)
    for axis, (along, size) in enumerate(zip(met, inputs.spatial, strict=True)):
        is_padding[(slice(None),) * axis + ((along < 0) | (along >= size),)] = True
    if not is_padding.size:
        return WeightTerms(np.zeros(is_padding.shape), np.asarray(grads), is_padding)
    return WeightTerms(read_cells(inputs, sources)[..., channel], np.asarray(grads), is_padding)


def slid_terms(
    sliding: Geometry, mode: str, cell: Sequence[int], kernel: Floats, grads: Array, filters: range, *, is_flipped: bool
) -> InputTerms:
    """Return the terms of an input cell under sliding windows.

    `kernel`, `(*kernel, filters)`, is as it meets the window, and `grads`, `(*output, filters)`, are the gradients of
    the sums. With padding that copies cells, a weight can meet a cell several times: its gradients are added up.
    """
    meeting = [_meeting(sliding, mode, axis, at) for axis, at in enumerate(cell)]
    met = np.asarray(grads, np.float64)
    seen = np.ones((), np.bool_)
    for axis, pairs in enumerate(meeting):
        met = np.moveaxis(np.tensordot(pairs.astype(np.float64), met, axes=(1, axis)), 0, axis)
        seen = seen[..., np.newaxis] & pairs.any(axis=1)
    axes = tuple(range(sliding.rank))
    missing = np.asarray(np.flip(~seen, axis=axes))
    return InputTerms(filters, np.flip(met, axis=axes), np.flip(kernel, axis=axes), missing, is_flipped)


def _meeting(sliding: Geometry, mode: str, axis: int, at: int) -> NDArray[np.bool_]:
    """Mark along one axis which weight meets a cell at which output, `(kernel, outputs)`."""
    taps = sliding.dilation[axis] * np.arange(sliding.kernel[axis])
    starts = sliding.stride[axis] * np.arange(sliding.output[axis]) - sliding.pairs[axis][0]
    return np.asarray(source_index(taps[:, np.newaxis] + starts, sliding.spatial[axis], mode) == at)
