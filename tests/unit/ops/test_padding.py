import numpy as np
import pytest

from convstudio.ops import ShapeError, pad, source_index

NUMPY_NAMES = {
    "zeros": "constant",
    "reflect": "reflect",
    "symmetric": "symmetric",
    "replicate": "edge",
    "circular": "wrap",
}


@pytest.mark.parametrize("mode", NUMPY_NAMES)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_positions_outside_show_what_numpy_pads(mode, size):
    line = np.arange(10.0, 10.0 + size)
    index = source_index(np.arange(-7, size + 8), size, mode)
    expected = np.pad(line, (7, 8), mode=NUMPY_NAMES[mode])
    np.testing.assert_array_equal(np.where(index < 0, 0, line[index]), expected)


@pytest.mark.parametrize("mode", NUMPY_NAMES)
def test_an_image_is_padded_as_numpy_pads(mode):
    x = np.random.default_rng(1).random((2, 4, 5, 3), dtype=np.float32)
    expected = np.pad(x, ((0, 0), (1, 3), (2, 0), (0, 0)), mode=NUMPY_NAMES[mode])
    np.testing.assert_array_equal(pad(x, ((1, 3), (2, 0)), mode, 2), expected)


def test_the_float_type_survives_padding():
    assert pad(np.ones((3, 1), np.float32), ((1, 1),), "zeros", 1).dtype == np.float32


@pytest.mark.parametrize(("mode", "cells", "most"), [("reflect", 4, 3), ("symmetric", 5, 4), ("circular", 5, 4)])
def test_a_mirror_wider_than_the_input_is_refused(mode, cells, most):
    with pytest.raises(ShapeError) as caught:
        pad(np.ones((4, 1)), ((0, cells),), mode, 1)
    assert str(caught.value) == (
        f"{mode} padding of {cells} cells is more than an axis of 4 can show; "
        f'use {most} or less, or mode "zeros" or "replicate"'
    )


def test_an_unknown_mode_is_refused_with_the_known_ones():
    sentence = 'padding mode "mirror" is not known; use one of zeros, reflect, symmetric, replicate, circular'
    with pytest.raises(ValueError, match=sentence):
        pad(np.ones((4, 1)), ((1, 1),), "mirror", 1)
    with pytest.raises(ValueError, match=sentence):
        source_index([0], 4, "mirror")
