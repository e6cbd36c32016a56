"""Convolutions whose arrays are fenced in by memory that may not be touched; run by `test_ops_native`.

An array ends at the end of a page, or begins at the beginning of one, and the pages around it are forbidden; those of
the input and the weights may not be written to either. What steps outside ends this process by a signal.
"""

import ctypes
import mmap
import sys

import numpy as np

from convstudio.ops import PADDING_MODES
from convstudio.ops.calls.conv_call import conv_call
from convstudio.ops.native import engine
from convstudio.ops.native.forward import convolve, fill
from convstudio.ops.native.plans import conv_plan

NONE, READ, READ_AND_WRITE = 0, 1, 3
PAGE = mmap.PAGESIZE
LIBC = ctypes.CDLL(None, use_errno=True)


class Fenced:
    """Memory between two forbidden pages, and an array at one end of it."""

    def __init__(self, values: np.ndarray, at_end: bool, access: int) -> None:
        pages = -(-max(values.nbytes, 1) // PAGE)
        self._map = mmap.mmap(-1, (pages + 2) * PAGE)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        first = PAGE + (pages * PAGE - values.nbytes if at_end else 0)
        self.array = np.frombuffer(self._map, values.dtype, values.size, first).reshape(values.shape)
        self.array[...] = values
        protect(address, PAGE, NONE)
        protect(address + (pages + 1) * PAGE, PAGE, NONE)
        protect(address + PAGE, pages * PAGE, access)


def protect(address: int, length: int, access: int) -> None:
    if LIBC.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(length), access):
        raise OSError(ctypes.get_errno(), "mprotect")


def draw_layer(source: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    float_type = source.choice([np.float32, np.float64])
    channels, filters, groups = source.choice(
        [(1, 1, 1), (1, 1, 1), (1, 8, 1), (3, 3, 1), (3, 40, 1), (16, 16, 1), (1, 1, 16), (1, 1, 21), (4, 5, 2)]
    ).tolist()
    kernel, stride, dilation = source.integers(1, 6, 2), source.choice([1, 1, 1, 2, 3], 2), source.choice([1, 1, 2], 2)
    spatial = (kernel - 1) * dilation + 1 + source.integers(0, (12, 60))
    before, after = source.integers(0, np.minimum(spatial, 4), (2, 2))
    keywords = {
        "stride": tuple(stride.tolist()),
        "dilation": tuple(dilation.tolist()),
        "padding": tuple(zip(before.tolist(), after.tolist(), strict=True)) if source.random() < 0.5 else "valid",
        "padding_mode": str(source.choice(PADDING_MODES)),
        "groups": groups,
        "flip": False,
    }
    x = source.integers(-9, 10, (*spatial, channels * groups)).astype(float_type)
    return x, source.integers(-9, 10, (*kernel, channels, filters * groups)).astype(float_type), keywords


def main(count: int = 300) -> None:
    source = np.random.default_rng(1)
    for _ in range(count):
        x, weights, keywords = draw_layer(source)
        bias = source.integers(-9, 10, weights.shape[-1]).astype(x.dtype)
        call = conv_call(x, weights, bias, **keywords)
        expected = convolve(call)
        assert expected is not None
        plan = conv_plan(call.geometry, 1, x.shape[-1], weights.shape[-1], call.groups, call.padding_mode)
        for at_end in (True, False):
            fenced = [Fenced(array, at_end, READ) for array in (x, weights, bias)]
            output = Fenced(np.zeros(plan.y, x.dtype), at_end, READ_AND_WRITE)
            read = [one.array.reshape(shape) for one, shape in zip(fenced, (plan.x, plan.weights, -1), strict=True)]
            fill(engine.kernels(), plan, *read, output.array)
            np.testing.assert_array_equal(output.array.reshape(expected.shape), expected)
    print(engine.found().told)


if __name__ == "__main__":
    sys.exit(main())
