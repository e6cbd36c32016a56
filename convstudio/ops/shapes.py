"""How large a result is: strides, dilation, padding, and the shape that follows from them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, wraps
from typing import Literal, NamedTuple, SupportsIndex, TypeVar, TypeVarTuple, get_args

from convstudio.ops.limits import MOST_VALUES

PaddingName = Literal["valid", "same", "full", "causal"]
PaddingMode = Literal["zeros", "reflect", "symmetric", "replicate", "circular"]
PerAxis = SupportsIndex | Sequence[int]
Pairs = tuple[tuple[int, int], ...]
Padding = str | PerAxis | Sequence[Sequence[int]]

PADDINGS: tuple[str, ...] = get_args(PaddingName)
PADDING_MODES: tuple[str, ...] = get_args(PaddingMode)
Settings = TypeVarTuple("Settings")
Result = TypeVar("Result")

AXIS_NAMES = {1: ("steps",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}
"""The names of the axes that a window slides along, by their number."""


class ShapeError(ValueError):
    """Shapes that do not fit each other; the message names both and tells what to change."""


class Geometry(NamedTuple):
    """How a window slides: every size, amount and step of one layer, one entry per axis."""

    spatial: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    pairs: Pairs
    output: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The number of axes along which the window slides."""
        return len(self.kernel)

    @property
    def is_padded(self) -> bool:
        """Whether there is padding on any side."""
        return any(map(any, self.pairs))

    @property
    def padded(self) -> tuple[int, ...]:
        """The spatial shape of the input with its padding."""
        return padded_shape(self.spatial, self.pairs)

    def lifted(self) -> Geometry:
        """See a window of any rank as one that slides along planes, rows and columns."""
        more, none = (1,) * (3 - self.rank), ((0, 0),) * (3 - self.rank)
        spatial, kernel, stride, dilation, pairs, output = self
        return Geometry(more + spatial, more + kernel, more + stride, more + dilation, none + pairs, more + output)


def times(shape: Sequence[int]) -> str:
    """Write a shape as people do: `3×3`.

    >>> times((8, 8, 1))
    '8×8×1'
    """
    return "×".join(str(size) for size in shape) or "()"


def per_axis(value: object, rank: int, name: str, *, at_least: int = 1) -> tuple[int, ...]:
    """Give every axis its own number: one int stands for all axes, a sequence has one entry per axis.

    Raises ValueError for anything but whole numbers, for a number below `at_least`, and for a wrong count.

    >>> per_axis(2, 2, "stride")
    (2, 2)
    >>> per_axis((1, 3), 2, "stride")
    (1, 3)
    """
    entries = tuple(value) if isinstance(value, Iterable) else (value,) * rank
    if len(entries) != rank:
        raise ValueError(f"{name} {entries} has length {len(entries)}; give one number, or one per axis (here {rank})")
    return tuple(_whole(entry, name, at_least) for entry in entries)


def kernel_extent(kernel_size: Sequence[int], dilation: Sequence[int]) -> tuple[int, ...]:
    """Count the input cells that a dilated kernel spans: `dilation · (kernel − 1) + 1` on each axis.

    >>> kernel_extent((5, 5), (2, 1))
    (9, 5)
    """
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel_size, dilation, strict=True))


def padded_shape(spatial: Sequence[int], pairs: Pairs) -> tuple[int, ...]:
    """Add the padding of both sides to every axis.

    >>> padded_shape((8, 8), ((1, 1), (0, 2)))
    (10, 10)
    """
    return tuple(size + before + after for size, (before, after) in zip(spatial, pairs, strict=True))


def resolve_padding(
    spatial: PerAxis,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Pairs:
    """Turn any way of saying a padding into one (before, after) pair of cells per axis.

    `spatial` and `kernel_size` are shapes in cells, one entry per axis; `padding` is

    - `"valid"`: none;
    - `"same"`: as much as makes `output = ceil(n / stride)`, the odd cell after;
    - `"full"`: kernel extent − 1 on both sides, so that every overlap counts;
    - `"causal"`: kernel extent − 1 before, rank 1 only, so that no output sees the future;
    - one int, one int per axis, or one (before, after) pair per axis.

    Raises ValueError for a padding that is none of these, ShapeError for shapes of different rank.

    Source: TensorFlow's and Keras's definition of "same",
    https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2

    >>> resolve_padding((8,), (4,), padding="same")
    ((1, 2),)
    >>> resolve_padding((8, 8), (3, 3), padding=(1, 0))
    ((1, 1), (0, 0))
    """
    sizes, kernel = _matched(spatial, kernel_size)
    steps = per_axis(stride, len(kernel), "stride")
    return _pairs(sizes, kernel_extent(kernel, per_axis(dilation, len(kernel), "dilation")), steps, padding)


def output_shape(
    spatial: PerAxis,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> tuple[int, ...]:
    """Count the output positions on every axis: `floor((n + before + after − extent) / stride) + 1`.

    `spatial` is the input's shape without channels and `kernel_size` the kernel's, in cells, one entry per
    axis; `extent = dilation · (kernel − 1) + 1`. For `padding` see `resolve_padding`.

    Raises ShapeError when the window does not fit into the padded input, ValueError for a wrong argument.

    Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
    https://arxiv.org/abs/1603.07285, relationship 6.

    >>> output_shape((8, 8), (3, 3))
    (6, 6)
    >>> output_shape((224, 224), (7, 7), stride=2, padding="same")
    (112, 112)
    """
    return geometry(spatial, kernel_size, stride=stride, padding=padding, dilation=dilation).output


def geometry(
    spatial: PerAxis,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
    name: str = "kernel",
) -> Geometry:
    """Check every size and step of a sliding window and work out its padding and output shape.

    Arguments and errors as in `output_shape`; `name` is what the errors call the window.

    >>> geometry((8,), (3,), padding="same").pairs
    ((1, 1),)
    """
    return _geometry(spatial, kernel_size, stride, padding, dilation, name)


def remembered(function: Callable[[*Settings], Result]) -> Callable[[*Settings], Result]:
    """Let a function keep its last results, since the same few layers are computed again and again.

    Only those of ints, strings and tuples of these: equal ones then mean the same, as keys do.

    >>> remembered(len)((1, "same"))
    2
    """
    keeping = lru_cache(maxsize=256)(function)

    @wraps(function)
    def answer(*settings: *Settings) -> Result:
        return (keeping if _is_plain(settings) else function)(*settings)

    return answer


def _is_plain(value: object) -> bool:
    return type(value) in (int, str) or (type(value) is tuple and all(map(_is_plain, value)))


@remembered
def _geometry(
    spatial: PerAxis, kernel_size: PerAxis, stride: PerAxis, padding: Padding, dilation: PerAxis, name: str
) -> Geometry:
    sizes, kernel = _matched(spatial, kernel_size, name)
    steps = per_axis(stride, len(kernel), "stride")
    gaps = per_axis(dilation, len(kernel), "dilation")
    extent = kernel_extent(kernel, gaps)
    pairs = _pairs(sizes, extent, steps, padding)
    padded = padded_shape(sizes, pairs)
    _check_window_fits(kernel, gaps, extent, padded, name)
    output = tuple((n - e) // s + 1 for n, e, s in zip(padded, extent, steps, strict=True))
    return Geometry(sizes, kernel, steps, gaps, pairs, output)


def check_count(shape: Sequence[int], name: str) -> None:
    """Refuse, before anything is allocated, an array of more than `MOST_VALUES` values.

    >>> check_count((8, 8, 1), "the output")
    """
    values = math.prod(shape)
    if values > MOST_VALUES:
        raise ShapeError(
            f"{name} {times(shape)} would hold {values:,} values, more than the {MOST_VALUES:,} allowed; "
            f"use a smaller input, less padding, a larger stride, or fewer filters"
        )


def _pairs(spatial: tuple[int, ...], extent: tuple[int, ...], stride: tuple[int, ...], padding: Padding) -> Pairs:
    if isinstance(padding, str):
        return _named_pairs(spatial, extent, stride, padding)
    entries = tuple(padding) if isinstance(padding, Iterable) else (padding,) * len(spatial)
    if entries and all(isinstance(entry, Iterable) for entry in entries):
        return _explicit_pairs(entries, len(spatial))
    cells = per_axis(entries, len(spatial), "padding", at_least=0)
    return tuple((cell, cell) for cell in cells)


def _named_pairs(spatial: tuple[int, ...], extent: tuple[int, ...], stride: tuple[int, ...], padding: str) -> Pairs:
    match padding:
        case "valid":
            return tuple((0, 0) for _ in extent)
        case "same":
            return tuple(_same_pair(*axis) for axis in zip(spatial, extent, stride, strict=True))
        case "full":
            return tuple((e - 1, e - 1) for e in extent)
        case "causal" if len(extent) == 1:
            return ((extent[0] - 1, 0),)
        case "causal":
            raise ValueError(f'padding "causal" is for sequences, but the kernel has {len(extent)} axes; use "same"')
    raise ValueError(f'padding "{padding}" is not known; use one of {", ".join(PADDINGS)}, or numbers of cells')


def _same_pair(size: int, extent: int, stride: int) -> tuple[int, int]:
    output = -(-size // stride)
    total = max((output - 1) * stride + extent - size, 0)
    return total // 2, total - total // 2


def _explicit_pairs(entries: tuple[object, ...], rank: int) -> Pairs:
    if len(entries) != rank:
        raise ValueError(
            f"padding {entries} has length {len(entries)}; give one (before, after) pair per axis (here {rank})"
        )
    return tuple(_pair(entry) for entry in entries)


def _pair(entry: object) -> tuple[int, int]:
    before, after = per_axis(entry, 2, "a padding pair", at_least=0)
    return before, after


def _matched(spatial: PerAxis, kernel_size: PerAxis, name: str = "kernel") -> tuple[tuple[int, ...], tuple[int, ...]]:
    sizes = _sizes(spatial, "input")
    kernel = _sizes(kernel_size, name)
    if len(sizes) != len(kernel):
        raise ShapeError(
            f"the {name} {times(kernel)} has rank {len(kernel)} and the input {times(sizes)} has rank {len(sizes)}; "
            f"use a {name} of the same rank as the input"
        )
    return sizes, kernel


def _sizes(shape: PerAxis, name: str) -> tuple[int, ...]:
    entries = shape if isinstance(shape, Iterable) else (shape,)
    sizes = tuple(_whole(size, f"{name} size", 0) for size in entries)
    if not sizes or 0 in sizes:
        raise ShapeError(f"the {name} {times(sizes)} has no cells; every axis needs at least 1")
    return sizes


def _check_window_fits(
    kernel: tuple[int, ...], dilation: tuple[int, ...], extent: tuple[int, ...], padded: tuple[int, ...], name: str
) -> None:
    names = AXIS_NAMES.get(len(kernel), tuple(f"axis {at}" for at in range(len(kernel))))
    along = [axis for e, n, axis in zip(extent, padded, names, strict=True) if e > n]
    if not along:
        return
    dilated = f" ({times(extent)} with dilation {_short(dilation)})" if extent != kernel else ""
    raise ShapeError(
        f"the {name} {times(kernel)}{dilated} is larger than the padded input {times(padded)} along its "
        f"{' and '.join(along)}; use a smaller {name}, less dilation, or more padding"
    )


def _short(entries: tuple[int, ...]) -> str:
    return str(entries[0]) if len(set(entries)) == 1 else times(entries)


def _whole(value: object, name: str, at_least: int) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # refusing is the point
    except TypeError:
        raise ValueError(f"{name} {value!r} is not a whole number; use {at_least} or more") from None
    if number < at_least:
        raise ValueError(f"{name} {number} is too small; use {at_least} or more")
    return number
