import numpy as np
import pytest

from convstudio.ops import ShapeError, conv_gradients

pytestmark = pytest.mark.usefixtures("engine")


def test_whole_numbers_give_whole_gradients():
    x, w = np.arange(16, dtype=np.float32).reshape(4, 4, 1), np.ones((2, 2, 1, 1), np.float32)
    grad_x, grad_weights, grad_bias = conv_gradients(x, w, np.ones((3, 3, 1), np.float32))
    assert grad_x[..., 0].tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]
    assert grad_weights[..., 0, 0].tolist() == [[45, 54], [81, 90]]
    assert grad_bias.tolist() == [9]


def test_the_float_type_is_kept():
    x, w, g = (np.ones(shape, np.float32) for shape in ((4, 1), (2, 1, 1), (3, 1)))
    assert {gradient.dtype for gradient in conv_gradients(x, w, g)} == {np.dtype(np.float32)}


def test_the_gradient_of_a_bias_keeps_the_last_places_of_many_positions():
    grad = np.full((700, 700, 2), 0.1, np.float32)
    _, _, bias = conv_gradients(np.ones((700, 700, 1), np.float32), np.ones((1, 1, 1, 2), np.float32), grad)
    np.testing.assert_allclose(bias, grad.sum((0, 1), dtype=np.float64), rtol=1e-6)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ShapeError) as caught:
        conv_gradients(np.ones((4, 1)), np.ones((2, 1, 1)), np.ones((4, 1)))
    assert str(caught.value) == "grad_y has shape 4×1 but the output has 3×1; give one value per output"
