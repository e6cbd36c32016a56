"""The operations that are timed, and how much each must multiply and move."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from convstudio.ops import (
    conv,
    conv_gradients,
    conv_transpose,
    multiplication_count,
    output_shape,
    pool,
    pool_gradient,
    transposed_shape,
)
from convstudio.ops.learning.layer_gradients import conv_transpose_gradients

Arrays = tuple[np.ndarray, ...]


class Workload(NamedTuple):
    """An operation on float32; for pooling the weights are the window, without channels and filters."""

    operation: str
    name: str
    x: tuple[int, ...]
    weights: tuple[int, ...]
    stride: int = 1
    padding: str | int = 0
    dilation: int = 1
    groups: int = 1

    @property
    def title(self) -> str:
        return self.name if self.operation == "conv" else f"{self.operation}, {self.name}"

    @property
    def is_pooling(self) -> bool:
        return "pool" in self.operation

    @property
    def rank(self) -> int:
        return len(self.weights) - (0 if self.is_pooling else 2)

    @property
    def batch(self) -> tuple[int, ...]:
        return self.x[: -1 - self.rank]

    @property
    def kernel(self) -> tuple[int, ...]:
        return self.weights[: self.rank]

    @property
    def keywords(self) -> dict[str, Any]:
        names = ("stride", "padding", "dilation") if self.is_pooling else ("stride", "padding", "dilation", "groups")
        keywords = {name: getattr(self, name) for name in names}
        return {name: value for name, value in keywords.items() if name != "dilation" or value > 1}

    @property
    def output(self) -> tuple[int, ...]:
        """The shape that the forward operation makes."""
        spatial = self.x[-1 - self.rank : -1]
        steps: dict[str, Any] = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        if self.operation.startswith("transposed"):
            made, channels = transposed_shape(spatial, self.kernel, **steps), self.weights[-2] * self.groups
        else:
            made = output_shape(spatial, self.kernel, **steps)
            channels = self.x[-1] if self.is_pooling else self.weights[-1]
        return (*self.batch, *made, channels)

    @property
    def flop(self) -> int:
        """Multiplications and additions; each cell of a window counts once in a pooling."""
        if self.is_pooling:
            return math.prod(self.output) * math.prod(self.weights)
        slid = self.x if self.operation.startswith("transposed") else self.output
        once = 2 * multiplication_count(slid[-1 - self.rank : -1], self.weights) * math.prod(self.batch)
        return 2 * once if "gradients" in self.operation else once

    @property
    def bytes_moved(self) -> int:
        """What must be read or written once at least."""
        ends = math.prod(self.x) + math.prod(self.output) + (0 if self.is_pooling else math.prod(self.weights))
        written = math.prod(self.x) if self.operation.startswith("gradient of") else 0
        written += math.prod(self.x) + math.prod(self.weights) if "gradients" in self.operation else 0
        return 4 * (ends + written)

    def arrays(self) -> Arrays:
        """Draw the input, the weights and, for a gradient, that of the output."""
        source = np.random.default_rng(1)
        x, weights = source.random(self.x, dtype=np.float32), source.random(self.weights, dtype=np.float32) - 0.5
        return x, weights, source.random(self.output if "gradient" in self.operation else (), dtype=np.float32)


OURS: dict[str, Callable[[Workload, np.ndarray, np.ndarray, np.ndarray], Arrays]] = {
    "conv": lambda work, x, weights, _: (conv(x, weights, **work.keywords),),
    "gradients": lambda work, x, weights, grad: conv_gradients(x, weights, grad, **work.keywords),
    "transposed": lambda work, x, weights, _: (conv_transpose(x, weights, **work.keywords),),
    "transposed gradients": lambda work, *arrays: conv_transpose_gradients(*arrays, **work.keywords),
    "max pool": lambda work, x, *_: (pool(x, "max", work.weights, **work.keywords),),
    "average pool": lambda work, x, *_: (pool(x, "average", work.weights, **work.keywords),),
    "gradient of max pool": lambda work, x, _, grad: (pool_gradient(x, grad, "max", work.weights, **work.keywords),),
    "gradient of average pool": lambda work, x, _, grad: (
        pool_gradient(x, grad, "average", work.weights, **work.keywords),
    ),
}

FORWARD = (
    Workload("conv", "8²×1 → 1, 3×3", (8, 8, 1), (3, 3, 1, 1)),
    Workload("conv", "28²×1 → 8, 3×3", (28, 28, 1), (3, 3, 1, 8)),
    Workload("conv", "224²×3 → 32, 3×3", (224, 224, 3), (3, 3, 3, 32)),
    Workload("conv", "224²×64 → 64, 3×3", (224, 224, 64), (3, 3, 64, 64)),
    Workload("conv", "1080p×1 → 1, 3×3", (1080, 1920, 1), (3, 3, 1, 1)),
    Workload("conv", "1080p×3 → 8, 5×5", (1080, 1920, 3), (5, 5, 3, 8)),
    Workload("conv", "512²×1 → 1, 31×31", (512, 512, 1), (31, 31, 1, 1)),
    Workload("conv", "224²×3 → 512, 3×3", (224, 224, 3), (3, 3, 3, 512)),
    Workload("conv", "224²×3 → 64, 7×7 stride 2", (224, 224, 3), (7, 7, 3, 64), stride=2),
    Workload("conv", "224²×32 depthwise, 3×3", (224, 224, 32), (3, 3, 1, 32), groups=32),
    Workload("conv", "256²×16 → 16, 3×3 dilation 2, same", (256, 256, 16), (3, 3, 16, 16), padding="same", dilation=2),
    Workload("conv", "10⁶×1 → 1, 64 taps", (10**6, 1), (64, 1, 1)),
    Workload("conv", "10⁵×8 → 16, 9 taps", (10**5, 8), (9, 8, 16)),
    Workload("conv", "64³×1 → 8, 3×3×3", (64, 64, 64, 1), (3, 3, 3, 1, 8)),
    Workload("conv", "32 images of 28²×1 → 16, 5×5", (32, 28, 28, 1), (5, 5, 1, 16)),
    Workload("conv", "4096²×1 → 1, 5×5", (4096, 4096, 1), (5, 5, 1, 1)),
)
AROUND = (
    Workload("gradients", "224²×3 → 32, 3×3", (224, 224, 3), (3, 3, 3, 32)),
    Workload("gradients", "112²×32 → 64, 3×3", (112, 112, 32), (3, 3, 32, 64)),
    Workload("gradients", "32 images of 28²×8 → 16, 3×3", (32, 28, 28, 8), (3, 3, 8, 16)),
    Workload("gradients", "224²×3 → 64, 7×7 stride 2", (224, 224, 3), (7, 7, 3, 64), stride=2),
    Workload("gradients", "112²×32 depthwise, 3×3", (112, 112, 32), (3, 3, 1, 32), groups=32),
    Workload("gradients", "14²×512 → 512, 3×3 padding 1", (14, 14, 512), (3, 3, 512, 512), padding=1),
    Workload("gradients", "10⁵×8 → 16, 9 taps", (10**5, 8), (9, 8, 16)),
    Workload("transposed", "112²×32 → 16, 3×3 stride 2", (112, 112, 32), (3, 3, 16, 32), stride=2),
    Workload("transposed", "56²×64 → 32, 4×4 stride 2 padding 1", (56, 56, 64), (4, 4, 32, 64), stride=2, padding=1),
    Workload("transposed gradients", "56²×64 → 32, 4×4 stride 2", (56, 56, 64), (4, 4, 32, 64), stride=2, padding=1),
    Workload("max pool", "224²×32, 2×2", (224, 224, 32), (2, 2), stride=2),
    Workload("max pool", "224²×32, 3×3 stride 1", (224, 224, 32), (3, 3)),
    Workload("max pool", "1080p×3, 2×2", (1080, 1920, 3), (2, 2), stride=2),
    Workload("average pool", "224²×32, 2×2", (224, 224, 32), (2, 2), stride=2),
    Workload("average pool", "224²×32, 3×3 stride 1", (224, 224, 32), (3, 3)),
    Workload("gradient of max pool", "224²×32, 2×2", (224, 224, 32), (2, 2), stride=2),
    Workload("gradient of max pool", "224²×32, 3×3 stride 1", (224, 224, 32), (3, 3)),
    Workload("gradient of average pool", "224²×32, 2×2", (224, 224, 32), (2, 2), stride=2),
)
WORKLOADS = FORWARD + AROUND

_KERNELS = (3, 5, 7, 9, 11, 15, 21, 31, 45, 63)
GROWTH = {
    "pixels (n²×1 → 1, 5×5)": [
        Workload("conv", f"{n}²", (n, n, 1), (5, 5, 1, 1)) for n in (256, 512, 1024, 2048, 4096, 8192)
    ],
    "kernel size (512²×1 → 1, k×k)": [Workload("conv", f"{k}×{k}", (512, 512, 1), (k, k, 1, 1)) for k in _KERNELS],
    "kernel size (224²×3 → 8, k×k)": [Workload("conv", f"{k}×{k}", (224, 224, 3), (k, k, 3, 8)) for k in _KERNELS],
    "filters (224²×3 → f, 3×3)": [
        Workload("conv", f"{f}", (224, 224, 3), (3, 3, 3, f)) for f in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    ],
}
