"""Every term of one output that is a sum of products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Floats
from convstudio.ops import activate


@dataclass(frozen=True, eq=False)
class Calculation:
    """Every term of one output value.

    `window` and `kernel` (as it meets the window: flipped for a true convolution) are `(*kernel, channels read)`;
    `products` likewise, in float64; `is_padding` is `(*kernel,)`; `channel_sums` has one entry per channel read;
    `is_flipped` means that the kernel is flipped, as in a true convolution.
    """

    position: tuple[int, ...]
    filter: int
    channels: range
    window: Floats
    kernel: Floats
    is_padding: NDArray[np.bool_]
    products: NDArray[np.float64]
    channel_sums: NDArray[np.float64]
    bias: float
    total: float
    activation: str
    output: float
    is_flipped: bool = False

    @property
    def sum(self) -> float:
        """The sum of all products, before the bias."""
        return float(self.channel_sums.sum())

    def tells_the_same_as(self, other: Calculation) -> bool:
        """Return whether both have the same terms and the same output."""
        return (
            (self.position, self.filter, self.channels) == (other.position, other.filter, other.channels)
            and (self.bias, self.activation, self.output) == (other.bias, other.activation, other.output)
            and np.array_equal(self.window, other.window)
            and np.array_equal(self.kernel, other.kernel)
            and np.array_equal(self.is_padding, other.is_padding)
        )


def summed(
    position: tuple[int, ...],
    index: int,
    channels: range,
    window: Floats,
    kernel: Floats,
    bias: float,
    activation: str,
    rivals: Floats | None,
) -> Calculation:
    """Add up the products of values and weights, without padding, and end in an activation.

    `rivals` are the sums of all filters or units, which an activation over all channels reads.
    """
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        products = window.astype(np.float64) * kernel
        channel_sums = products.reshape(-1, products.shape[-1]).sum(axis=0)
        total = float(channel_sums.sum() + bias)
        made = activate([total], activation) if rivals is None else activate(rivals, activation)[index:]
    return Calculation(
        position=position,
        filter=index,
        channels=channels,
        window=window,
        kernel=kernel,
        is_padding=np.zeros(window.shape[:-1], np.bool_),
        products=products,
        channel_sums=channel_sums,
        bias=bias,
        total=total,
        activation=activation,
        output=float(made[0]),
    )
