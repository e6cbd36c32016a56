"""How much a layer holds and how much it computes."""

from __future__ import annotations

import math
from collections.abc import Sequence


def parameter_count(weights_shape: Sequence[int], has_bias: bool = True) -> int:
    """Count the numbers that a layer learns: every weight, and one bias per filter.

    `weights_shape` is `(*kernel, channels / groups, filters)`.

    >>> parameter_count((3, 3, 1, 32))
    320
    """
    return math.prod(weights_shape) + (weights_shape[-1] if has_bias else 0)


def multiplication_count(output_spatial: Sequence[int], weights_shape: Sequence[int]) -> int:
    """Count the multiplications for one sample: every weight is used once per output position.

    `output_spatial` is the feature map's shape in cells; `weights_shape` is
    `(*kernel, channels / groups, filters)`.

    >>> multiplication_count((6, 6), (3, 3, 1, 1))
    324
    """
    return math.prod(output_spatial) * math.prod(weights_shape)
