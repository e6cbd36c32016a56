"""The terms that are shown of a gradient add up to the gradient, for every layer with kernels and every setting."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.view_state import ViewState
from tests.specimens import SPECIMENS

WEIGHTED = [name for name, (layer, _) in SPECIMENS.items() if layer.kernel_cells]


def summed_layer(layer):
    return layer.sums_and_activation()[0]


def check_terms(layer, read, draw):
    """Compare the terms of some weights and cells with the layer's own gradients."""
    layer = summed_layer(layer)
    grads = draw.standard_normal(layer.output_shape(read.shape)).astype(np.float32)
    found = layer.backward(read, grads)
    inputs = TiledArray.of(read)
    last = grads.shape[-1]
    for _ in range(6):
        at = int(draw.integers(last))
        view = ViewState(
            filter=at if grads.ndim > 1 else 0,
            channel=int(draw.integers(read.shape[-1])),
            position=(at,) if grads.ndim == 1 else (0,) * (grads.ndim - 1),
        )
        weight = tuple(int(draw.integers(length)) for length in layer.kernel_cells)
        terms = layer.weight_terms(inputs, grads, view, weight)
        expected = found.learned["weights"][(*weight, *layer.kernel_at(view))]
        assert terms.total == pytest.approx(float(expected), rel=1e-4, abs=1e-4)
        cell = tuple(int(draw.integers(length)) for length in (read.shape[:-1] or read.shape))
        own = (*cell, view.channel) if read.ndim > 1 else cell
        terms = layer.input_terms(read.shape, grads, view, cell)
        assert terms.total == pytest.approx(float(found.inputs[own]), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("name", WEIGHTED)
def test_the_terms_of_every_kind_with_kernels_add_up_to_its_gradients(name):
    check_terms(*SPECIMENS[name], np.random.default_rng(3))


@st.composite
def convolutions(draw):
    """Draw a convolution of any setting, and an input that it can read."""
    rank = draw(st.integers(1, 3))
    groups = draw(st.sampled_from([1, 2]))
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    each, filters = draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    mode = draw(st.sampled_from(["zeros", "reflect", "symmetric", "replicate", "circular"]))
    layer = replace(
        Conv.of(rng.standard_normal((*kernel, each, filters))),
        stride=tuple(draw(st.integers(1, 3)) for _ in range(rank)),
        dilation=tuple(draw(st.integers(1, 2)) for _ in range(rank)),
        padding=draw(st.sampled_from(["valid", "same", ((1, 2),) * rank])),
        padding_mode=mode,
        groups=groups,
        flip=draw(st.booleans()),
    )
    read = frozen(rng.standard_normal((*(draw(st.integers(4, 7)) for _ in range(rank)), each * groups)))
    return layer, read, rng


@given(convolutions())
def test_the_terms_of_a_convolution_of_any_setting_add_up_to_its_gradients(drawn):
    layer, read, rng = drawn
    try:
        layer.output_shape(read.shape)
    except ValueError:
        assume(False)
    check_terms(layer, read, rng)


@given(st.integers(1, 3), st.integers(1, 2), st.sampled_from(["valid", "same"]), st.integers(0, 99))
def test_the_terms_of_a_transposed_convolution_add_up_to_its_gradients(stride, groups, padding, seed):
    rng = np.random.default_rng(seed)
    layer = ConvTranspose(
        frozen(rng.standard_normal((3, 2, 2, 2 * groups))),
        frozen(np.zeros(2 * groups)),
        (stride, stride),
        (1, 1),
        padding,
        groups=groups,
    )
    check_terms(layer, frozen(rng.standard_normal((4, 5, 2 * groups))), rng)
