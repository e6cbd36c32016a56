"""Empty batches, arrays that share memory, and cells that are far apart: the numbers of plain arrays."""

import os

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

from convstudio.ops import (
    POOLS,
    conv,
    conv_gradients,
    conv_transpose,
    global_pool,
    global_pool_gradient,
    pool,
    pool_gradient,
)
from convstudio.ops.learning.layer_gradients import conv_transpose_gradients

pytestmark = pytest.mark.usefixtures("engine")

OPERATIONS = {
    "conv": lambda x, w, y, b: conv(x, w, b),
    "conv_gradients": lambda x, w, y, b: conv_gradients(x, w, y),
    "conv_transpose": lambda x, w, y, b: conv_transpose(y, w, b, stride=2),
    "conv_transpose_gradients": lambda x, w, y, b: conv_transpose_gradients(y, w, x),
    "max pool": lambda x, w, y, b: pool(x, "max", (3, 3), stride=1),
    "average pool": lambda x, w, y, b: pool(x, "average", (3, 3), stride=1),
    "max pool gradient": lambda x, w, y, b: pool_gradient(x, y, "max", (3, 3), stride=1),
    "average pool gradient": lambda x, w, y, b: pool_gradient(x, y, "average", (3, 3), stride=1),
    "global pool": lambda x, w, y, b: (global_pool(x, kind, 2) for kind in POOLS),
    "global pool gradient": lambda x, w, y, b: (global_pool_gradient(x, y[:, 0, 0], kind, 2) for kind in POOLS),
}


def results(operation, *arrays):
    made = OPERATIONS[operation](*arrays)
    return [made] if isinstance(made, np.ndarray) else list(made)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_empty_batch_has_results_as_empty(operation):
    shapes = [(6, 6, 2), (3, 3, 2, 2), (4, 4, 2), (2,)]
    x, weights, y, bias = (np.ones(shape, np.float32) for shape in shapes)
    full = results(operation, x[None], weights, y[None], bias)
    for made, of_one in zip(results(operation, x[None][:0], weights, y[None][:0], bias), full, strict=True):
        kept = (0,) if of_one.shape[0] == 1 else of_one.shape[:1]  # weights and biases have no axis of samples
        assert (made.shape, made.dtype) == ((*kept, *of_one.shape[1:]), of_one.dtype)
        assert not made.any()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_arrays_that_share_memory_serve_and_are_left_alone(operation):
    memory = np.arange(1, 100, dtype=np.float32)
    shared = [memory[: np.prod(shape)].reshape(shape) for shape in ((1, 6, 6, 2), (3, 3, 2, 2), (1, 4, 4, 2), (2,))]
    apart = results(operation, *(array.copy() for array in shared))
    for made, expected in zip(results(operation, *shared), apart, strict=True):
        np.testing.assert_array_equal(made, expected)
    assert memory.tolist() == list(range(1, 100))


@pytest.mark.skipif(os.name == "nt", reason="a file of 8 GB without content, which other systems do not store")
@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_cells_that_are_far_apart_serve(operation, step, tmp_path):
    memory = np.memmap(tmp_path / "mostly nothing", np.float32, "w+", shape=(2**31,))
    shapes = [(2, 6, 6, 2), (3, 3, 2, 2), (2, 4, 4, 2)]
    far = [as_strided(memory, shape, (2**31, 2**28, 2**25, 4))[::step, ::step] for shape in shapes]
    for array in far:  # one writes over the other here and there
        array[...] = np.arange(array.size).reshape(array.shape) % 9
    bias = np.ones(2, np.float32)
    expected = results(operation, *(array.copy() for array in far), bias)
    for made, wanted in zip(results(operation, *far, bias), expected, strict=True):
        np.testing.assert_array_equal(made, wanted)
