"""Which cells the windows of a transposed convolution paint on, and which of them it keeps."""

from __future__ import annotations

from typing import TypedDict, Unpack

from convstudio.ops.shapes import (
    Geometry,
    Padding,
    PerAxis,
    ShapeError,
    geometry,
    kernel_extent,
    per_axis,
    resolve_padding,
    times,
)


class TransposeSettings(TypedDict, total=False):
    """How the windows of a transposed convolution are painted: keywords of `conv_transpose`, which explains them."""

    stride: PerAxis
    padding: Padding
    output_padding: PerAxis | None
    dilation: PerAxis


def transposed_shape(spatial: PerAxis, kernel_size: PerAxis, **settings: Unpack[TransposeSettings]) -> tuple[int, ...]:
    """Count the cells on every axis of a `conv_transpose`; settings and errors are its own.

    >>> transposed_shape((8, 8), (3, 3), stride=2, padding="same")
    (16, 16)
    """
    return tuple(axis.stop - axis.start for axis in kept_cells(spatial, kernel_size, **settings))


def kept_cells(
    spatial: PerAxis,
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation: PerAxis = 1,
) -> tuple[slice, ...]:
    """Say which of the painted cells a `conv_transpose` keeps, counted from the first; some may be past the last.

    >>> kept_cells((8,), (3,), stride=1, padding="same")
    (slice(1, 9, None),)
    """
    unit = geometry(spatial, kernel_size, stride=stride, padding="full", dilation=dilation)
    extent = kernel_extent(unit.kernel, unit.dilation)
    painted = [(n - 1) * s + e for n, s, e in zip(unit.spatial, unit.stride, extent, strict=True)]
    cuts = _cuts(unit, extent, padding, _extra(output_padding, unit))
    kept = tuple(slice(before, size - after) for size, (before, after) in zip(painted, cuts, strict=True))
    if any(axis.stop <= axis.start for axis in kept):
        raise ShapeError(
            f"padding {cuts} leaves nothing of the {times(painted)} cells that a map {times(unit.spatial)} "
            f"and a kernel {times(unit.kernel)} make; use less padding or a larger kernel"
        )
    return kept


def _extra(output_padding: PerAxis | None, unit: Geometry) -> tuple[int, ...] | None:
    if output_padding is None:
        return None
    extra = per_axis(output_padding, unit.rank, "output padding", at_least=0)
    for cells, most in zip(extra, map(max, unit.stride, unit.dilation), strict=True):
        if cells >= most:
            raise ValueError(
                f"output padding {cells} must be below the stride or the dilation; use {most - 1} or less, "
                f"or a larger stride"
            )
    return extra


def _cuts(
    unit: Geometry, extent: tuple[int, ...], padding: Padding, extra: tuple[int, ...] | None
) -> list[tuple[int, int]]:
    """Say how many painted cells are cut before and after; a negative number adds cells."""
    if padding == "same":
        totals = [
            e - s if extra is None else 2 * (e // 2) - extra[axis]
            for axis, (e, s) in enumerate(zip(extent, unit.stride, strict=True))
        ]
        befores = [max(total // 2, 0) for total in totals]
        return [(before, total - before) for before, total in zip(befores, totals, strict=True)]
    pairs = resolve_padding(unit.spatial, unit.kernel, padding=padding, dilation=unit.dilation)
    if extra is None and padding == "valid":
        extra = tuple(max(s - e, 0) for e, s in zip(extent, unit.stride, strict=True))
    return [(b, a - more) for (b, a), more in zip(pairs, extra or (0,) * unit.rank, strict=True)]
