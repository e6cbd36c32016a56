"""Gradients, transposed convolution and pooling beside PyTorch: `python -m tests.benchmarks.backward`.

Processor time of one thread in milliseconds, the least of all turns. The contenders take turns in one process, so that
other work on the machine hardly shows. Results are compared before anything is timed. PyTorch's maximum pooling notes
down winners on the way forward: both ways together are compared.
"""

import time
from collections.abc import Callable

import numpy as np
import torch

from convstudio.ops import conv, conv_gradients, conv_transpose, pool, pool_gradient
from convstudio.ops.native.engine import found, numpy_only
from convstudio.ops.threads import limited

TURNS = 9
DRAW = np.random.default_rng(1)
Contender = Callable[[], tuple[np.ndarray, ...]]


def drawn(*shape: int) -> np.ndarray:
    return DRAW.standard_normal(shape, np.float32)


def theirs(values: np.ndarray, layout: torch.memory_format) -> torch.Tensor:
    return torch.tensor(values).permute(0, 3, 1, 2).contiguous(memory_format=layout)


def back(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().permute(0, 2, 3, 1).numpy()


def gradients(size: int, channels: int, filters: int, groups: int = 1) -> tuple[str, Contender, list[Contender]]:
    x, weights = drawn(1, size, size, channels), drawn(3, 3, channels // groups, filters)
    grad = drawn(*conv(x, weights, padding=1, groups=groups).shape)

    def torch_in(layout: torch.memory_format) -> Contender:
        a, b = theirs(x, layout), theirs(grad, layout)
        c = torch.tensor(weights).permute(3, 2, 0, 1).contiguous(memory_format=layout)

        def run() -> tuple[np.ndarray, ...]:
            settings = ([1, 1], [1, 1], [1, 1], False, [0, 0], groups, [True, True, True])
            made = torch.ops.aten.convolution_backward(b, a, c, [filters], *settings)
            return back(made[0]), made[1].permute(2, 3, 1, 0).numpy(), made[2].numpy()

        return run

    name = f"gradients of 3×3, {size}²×{channels} → {filters}" + (f", {groups} groups" if groups > 1 else "")
    return name, lambda: conv_gradients(x, weights, grad, padding=1, groups=groups), list(map(torch_in, LAYOUTS))


def transposed(size: int, filters: int, channels: int, kernel: int) -> tuple[str, Contender, list[Contender]]:
    y, weights = drawn(1, size, size, filters), drawn(kernel, kernel, channels, filters)

    def torch_in(layout: torch.memory_format) -> Contender:
        a, c = theirs(y, layout), torch.tensor(weights).permute(3, 2, 0, 1).contiguous(memory_format=layout)
        return lambda: (back(torch.nn.functional.conv_transpose2d(a, c, stride=2)),)

    name = f"transposed {kernel}×{kernel}, stride 2, {size}²×{filters} → {channels}"
    return name, lambda: (conv_transpose(y, weights, stride=2, padding=0),), list(map(torch_in, LAYOUTS))


def pooled(size: int, channels: int, window: int, kind: str) -> tuple[str, Contender, list[Contender]]:
    x = drawn(1, size, size, channels)
    settings = {"stride": (2, 2)}
    grad = drawn(*pool(x, kind, (window, window), **settings).shape)

    def torch_in(layout: torch.memory_format) -> Contender:
        a, b = theirs(x, layout).requires_grad_(), theirs(grad, layout)
        function = torch.nn.functional.max_pool2d if kind == "max" else torch.nn.functional.avg_pool2d

        def run() -> tuple[np.ndarray, ...]:
            y = function(a, window, 2)
            return back(y), back(torch.autograd.grad(y, a, b)[0])

        return run

    def ours() -> tuple[np.ndarray, ...]:
        size_ = (window, window)
        return pool(x, kind, size_, **settings), pool_gradient(x, grad, kind, size_, **settings)

    return (
        f"{kind} pooling {window}×{window}, stride 2, {size}²×{channels}, both ways",
        ours,
        list(map(torch_in, LAYOUTS)),
    )


LAYOUTS = (torch.contiguous_format, torch.channels_last)
WORKLOADS = (
    lambda: gradients(224, 3, 32),
    lambda: gradients(112, 64, 64),
    lambda: gradients(28, 256, 256),
    lambda: gradients(112, 64, 64, groups=64),
    lambda: transposed(112, 64, 32, 2),
    lambda: transposed(112, 64, 32, 3),
    lambda: transposed(56, 128, 64, 4),
    lambda: transposed(224, 16, 3, 3),
    lambda: pooled(224, 64, 2, "max"),
    lambda: pooled(224, 64, 3, "max"),
    lambda: pooled(512, 3, 2, "max"),
    lambda: pooled(224, 64, 2, "average"),
)


def with_numpy(run: Contender) -> Contender:
    def run_with_numpy() -> tuple[np.ndarray, ...]:
        with numpy_only():
            return run()

    return run_with_numpy


def least_times(contenders: list[Contender]) -> list[float]:
    expected = contenders[-1]()
    for run in contenders:
        for one, other in zip(run(), expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-3 * float(np.abs(other).max()))
    least = [float("inf")] * len(contenders)
    for _ in range(TURNS):
        for at, run in enumerate(contenders):
            begun = time.process_time()
            run()
            least[at] = min(least[at], 1000 * (time.process_time() - begun))
    return least


def main() -> None:
    torch.set_num_threads(1)
    print(f"ConvStudio: {found().told}\n")
    print("| operation | ConvStudio | with NumPy | PyTorch | channels last |\n|---|---|---|---|---|")
    with limited(1):
        for make in WORKLOADS:
            name, ours, others = make()
            own, *rest = least_times([ours, with_numpy(ours), *others])
            print(
                f"| {name} | {own:.2f} |",
                " | ".join(f"{time_:.2f} (×{time_ / own:.2f})" for time_ in rest),
                "|",
                flush=True,
            )


if __name__ == "__main__":
    main()
