"""The formulas of output shapes, with the live numbers in them."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.values.answers.axis_names import PLURALS
from convstudio.ops.shapes import Geometry, Pairs


def window_formula(sliding: Geometry, pairs: Pairs) -> str:
    """Write how many places a window has, one axis when all are alike; `pairs` is the padding before and after.

    >>> from convstudio.ops.shapes import geometry
    >>> window_formula(geometry((8, 8), (3, 3)), ((0, 0), (0, 0)))
    '(8 − 3) ÷ 1 + 1 = 6'
    """
    axes = zip(sliding.spatial, sliding.kernel, sliding.dilation, pairs, sliding.stride, sliding.output, strict=True)
    return by_axis([_axis_formula(n, k, d, pair, s, out) for n, k, d, pair, s, out in axes])


def growth_formula(size: int, stride: int, extent: int, output: int) -> str:
    """Write how an axis of `size` cells grows, each painting `extent` cells, `stride` apart.

    >>> growth_formula(4, 2, 3, 8)
    '(4 − 1)·2 + 3 − 1 = 8'
    """
    cut = (size - 1) * stride + extent - output
    change = f" − {cut}" if cut > 0 else f" + {-cut}" if cut else ""
    return f"({size} − 1)·{stride} + {extent}{change} = {output}"


def by_axis(formulas: Sequence[str]) -> str:
    """Write the formulas of all axes, or one where they are alike.

    >>> by_axis(["4 = 4", "5 = 5"])
    'rows: 4 = 4 · columns: 5 = 5'
    """
    if len(set(formulas)) == 1:
        return formulas[0]
    return " · ".join(f"{name}: {text}" for name, text in zip(PLURALS[len(formulas)], formulas, strict=True))


def _axis_formula(size: int, kernel: int, dilation: int, pair: tuple[int, int], stride: int, output: int) -> str:
    padded = f"{size} + {pair[0]} + {pair[1]}" if any(pair) else f"{size}"
    extent = f"({dilation}·({kernel} − 1) + 1)" if dilation > 1 else f"{kernel}"
    span = size + sum(pair) - (dilation * (kernel - 1) + 1)
    fraction = f"({padded} − {extent}) ÷ {stride}"
    if not span % stride:
        return f"{fraction} + 1 = {output}"
    return f"⌊{fraction}⌋ + 1 = {output}" if span // stride == output - 1 else f"⌈{fraction}⌉ + 1 = {output}"
