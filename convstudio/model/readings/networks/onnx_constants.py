"""Nodes of ONNX that compute stored numbers out of stored numbers, such as the shape that a reshape is given.

Programs write such nodes where they do not know a shape; here all of them are known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from convstudio.model.readings.networks.onnx_graph import Array, OnnxNode
from convstudio.model.values.limits import LIMITS

REAL_TYPES: Mapping[int, type] = {1: np.float32, 10: np.float16, 11: np.float64, 16: np.float32}
"""The numbers by which ONNX names types of real numbers, the last one bfloat16."""
_WHOLE_TYPES: Mapping[int, type] = {2: np.uint8, 3: np.int8, 5: np.int16, 6: np.int32, 7: np.int64, 9: np.bool_}
_Arrays = Sequence[Array]


def is_computed(node: OnnxNode) -> bool:
    """Return whether a node computes a stored array where all that it reads is stored."""
    return node.operator in _COMPUTED


def computed(node: OnnxNode, arrays: Sequence[Array]) -> Array:
    """Return what a node computes of stored arrays; raise ValueError, the end of a sentence about what it computes.

    >>> shape = np.array([1, 16, 5, 5])
    >>> computed(OnnxNode("Gather", "", {}, ("shape", "index"), ("made",)), [shape, np.array(1)]).tolist()
    16
    """
    try:
        with np.errstate(all="ignore"):  # what cannot be a shape or a number of a layer is refused where it is needed
            made = np.asarray(_COMPUTED[node.operator](node, arrays))
    except (ValueError, TypeError, IndexError, KeyError, OverflowError) as error:
        raise ValueError(f"is computed by a {node.operator} of other numbers than can be taken") from error
    return made


def shape_as_array(shape: Sequence[int], node: OnnxNode) -> Array:
    """Return what a Shape makes of the maps that it reads, `shape` being that without the batch, of one sample."""
    whole = (1, *shape)
    return np.array(whole[int(node.attributes.get("start", 0)) : node.attributes.get("end")], np.int64)


def _filled(node: OnnxNode, arrays: _Arrays) -> Array:
    value = node.attributes.get("value", np.zeros(1, np.float32))
    return np.broadcast_to(np.asarray(value).reshape(()), _lengths(arrays[0]))


def _gathered(node: OnnxNode, arrays: _Arrays) -> Array:
    _check_count(arrays[0].size * arrays[1].size // max(1, arrays[0].shape[int(node.attributes.get("axis", 0))]))
    return arrays[0].take(arrays[1].astype(np.int64), axis=int(node.attributes.get("axis", 0)))


def _axes(node: OnnxNode, arrays: _Arrays) -> tuple[int, ...]:
    """Return the axes of a node, which are an attribute before version 13 of the operators."""
    stated = arrays[1].tolist() if len(arrays) > 1 else node.attributes.get("axes")
    return tuple(int(axis) for axis in stated or ())


def _unsqueezed(node: OnnxNode, arrays: _Arrays) -> Array:
    return np.expand_dims(arrays[0], _axes(node, arrays))


def _squeezed(node: OnnxNode, arrays: _Arrays) -> Array:
    return np.squeeze(arrays[0], _axes(node, arrays) or None)


def _joined(node: OnnxNode, arrays: _Arrays) -> Array:
    _check_count(sum(one.size for one in arrays))
    return np.concatenate(arrays, int(node.attributes["axis"]))


def _sliced(node: OnnxNode, arrays: _Arrays) -> Array:
    """Cut out parts; where they begin and end are attributes before version 10 of the operators."""
    if len(arrays) == 1:
        starts, ends = node.attributes["starts"], node.attributes["ends"]
        axes, steps = node.attributes.get("axes"), None
    else:
        starts, ends, *rest = (one.tolist() for one in arrays[1:])
        axes, steps = (*rest, None, None)[:2]
    parts = [slice(None)] * arrays[0].ndim
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        axis = place if axes is None else int(axes[place])
        parts[axis] = slice(int(start), _end(int(end)), None if steps is None else int(steps[place]))
    return arrays[0][tuple(parts)]


def _end(stated: int) -> int | None:
    """Return where a slice ends; ONNX writes the smallest number where it goes back to the first place."""
    return None if stated <= -(2**31) + 1 else stated


def _reshaped(_node: OnnxNode, arrays: _Arrays) -> Array:
    wanted = [arrays[0].shape[at] if length == 0 else length for at, length in enumerate(_lengths(arrays[1], -1))]
    return arrays[0].reshape(wanted)


def _turned(node: OnnxNode, arrays: _Arrays) -> Array:
    return np.transpose(arrays[0], node.attributes.get("perm"))


def _cast(node: OnnxNode, arrays: _Arrays) -> Array:
    kind = {**REAL_TYPES, **_WHOLE_TYPES}[int(node.attributes["to"])]
    return arrays[0].astype(kind)


def _combined(combine: Callable[[Array, Array], Array]) -> Callable[[OnnxNode, _Arrays], Array]:
    def make(_node: OnnxNode, arrays: _Arrays) -> Array:
        one, other = arrays
        _check_count(math.prod(np.broadcast_shapes(one.shape, other.shape)))
        return combine(one, other)

    return make


def _divided(one: Array, other: Array) -> Array:
    if one.dtype.kind in "iu" and other.dtype.kind in "iu":
        return np.trunc(one / other).astype(one.dtype)
    return np.asarray(one / other)


def _check_count(count: int) -> None:
    if count > LIMITS.computed_values:
        raise ValueError("too many numbers")


def _lengths(stored: Array, least: int = 0) -> tuple[int, ...]:
    lengths = tuple(int(one) for one in stored.reshape(-1))
    if min(lengths, default=0) < least or math.prod(map(abs, lengths)) > LIMITS.layer_values:
        raise ValueError("an impossible shape")
    return lengths


_COMPUTED: Mapping[str, Callable[[OnnxNode, _Arrays], Array]] = {
    "Cast": _cast,
    "Concat": _joined,
    "ConstantOfShape": _filled,
    "Gather": _gathered,
    "Identity": lambda _, arrays: arrays[0],
    "Reshape": _reshaped,
    "Slice": _sliced,
    "Squeeze": _squeezed,
    "Transpose": _turned,
    "Unsqueeze": _unsqueezed,
    "Add": _combined(np.add),
    "Sub": _combined(np.subtract),
    "Mul": _combined(np.multiply),
    "Div": _combined(_divided),
    "Floor": lambda _, arrays: np.floor(arrays[0]),
    "Ceil": lambda _, arrays: np.ceil(arrays[0]),
}
"""What each operator makes of arrays."""
