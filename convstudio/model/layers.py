"""The layers of a network, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.arrays import Floats, frozen, same_array

Padding = str | tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Conv:
    """A convolution with its activation.

    `weights` is `(*kernel, channels / groups, filters)`, `bias` is `(filters,)`; both float32 and read-only.
    `stride` and `dilation` have one number per spatial axis; `padding` is a name or a (before, after) pair per axis.
    `flip` is true convolution. A combination that cannot work is a legal value: `forward` says what is wrong.
    """

    weights: Floats
    bias: Floats
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: Padding = "valid"
    padding_mode: str = "zeros"
    groups: int = 1
    flip: bool = False
    activation: str = "linear"

    @classmethod
    def of(cls, weights: ArrayLike, bias: ArrayLike | None = None) -> Conv:
        """Make a layer with stride 1 and no padding from `(*kernel, channels / groups, filters)` weights.

        >>> Conv.of(np.ones((3, 3, 1, 2))).filters
        2
        """
        held = frozen(weights)
        rank = held.ndim - 2
        if rank not in (1, 2, 3):
            raise ValueError(f"weights are (*kernel, channels / groups, filters), not of shape {held.shape}")
        zeros = np.zeros(held.shape[-1], np.float32)
        return cls(held, frozen(zeros if bias is None else bias), (1,) * rank, (1,) * rank)

    @property
    def rank(self) -> int:
        """The number of directions in which the window slides."""
        return self.weights.ndim - 2

    @property
    def kernel_size(self) -> tuple[int, ...]:
        """The lengths of the kernel's axes."""
        return self.weights.shape[:-2]

    @property
    def filters(self) -> int:
        """The number of filters, which is the number of feature maps."""
        return int(self.weights.shape[-1])

    @property
    def channels(self) -> int:
        """The number of input channels that the weights are made for."""
        return int(self.weights.shape[-2]) * self.groups

    @property
    def channels_per_group(self) -> int:
        """The number of kernels in one filter."""
        return int(self.weights.shape[-2])

    def channels_read_by(self, filter_index: int) -> range:
        """Return the input channels that a filter reads: all of them, or its group's block."""
        group = min(filter_index // max(1, self.filters // self.groups), self.groups - 1)
        return range(group * self.channels_per_group, (group + 1) * self.channels_per_group)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Conv):
            return NotImplemented
        return (
            same_array(self.weights, other.weights)
            and same_array(self.bias, other.bias)
            and self._settings() == other._settings()
        )

    def __hash__(self) -> int:
        return hash((self.weights.shape, self._settings()))

    def _settings(self) -> tuple[object, ...]:
        return (
            self.stride, self.dilation, self.padding, self.padding_mode, self.groups, self.flip, self.activation
        )  # fmt: skip


Layer = Conv


def with_rank(layer: Conv, rank: int) -> Conv:
    """Return the layer for inputs of another rank: a kernel loses or gains its leading axes.

    From 2-D to 1-D the middle row stays (`0 1 0` of the tutorial's line detector is its bump detector); from 1-D
    to 2-D the kernel becomes one row.
    """
    if layer.rank == rank:
        return layer
    weights, extra = layer.weights, layer.rank - rank
    for _ in range(extra):
        weights = weights[weights.shape[0] // 2]
    weights = weights.reshape((1,) * max(0, -extra) + weights.shape)
    return replace(
        layer,
        weights=frozen(weights),
        stride=_fitted(layer.stride, rank, 1),
        dilation=_fitted(layer.dilation, rank, 1),
        padding=_fitted_padding(layer.padding, rank),
    )


def with_channels(layer: Conv, channels: int) -> Conv:
    """Return the layer for inputs of `channels` channels: kernels are dropped, or the first one is repeated.

    Groups stay where they divide the channels, and become 1 where they do not.
    """
    if layer.channels == channels:
        return layer
    groups = layer.groups if channels % layer.groups == 0 else 1
    per_group = channels // groups
    kept = layer.weights[..., :per_group, :]
    added = np.repeat(layer.weights[..., :1, :], per_group - kept.shape[-2], axis=-2)
    return replace(layer, weights=frozen(np.concatenate([kept, added], axis=-2)), groups=groups)


def _fitted(values: tuple[int, ...], rank: int, neutral: int) -> tuple[int, ...]:
    return (neutral,) * (rank - len(values)) + values[max(0, len(values) - rank) :]


def _fitted_padding(padding: Padding, rank: int) -> Padding:
    if isinstance(padding, str):
        return "valid" if padding == "causal" and rank != 1 else padding
    return ((0, 0),) * (rank - len(padding)) + padding[max(0, len(padding) - rank) :]
