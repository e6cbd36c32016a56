"""The gradients of every layer and loss are the slopes that central differences find."""

import numpy as np
import pytest

from convstudio.ops import ShapeError, batch_norm, conv_transpose, dense, prelu, upsample
from convstudio.ops.learning.layer_gradients import (
    batch_norm_gradients,
    batch_norm_in_training,
    batch_norm_in_training_gradients,
    conv_transpose_gradients,
    dense_gradients,
    prelu_gradients,
    upsample_gradient,
)
from convstudio.ops.learning.losses import LOSSES, loss, loss_gradient

STEP = 1e-6


def slopes_of(function, at):
    """Nudge one number after the other by a little, both ways."""
    slopes = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        sides = []
        for nudge in (STEP, -STEP):
            moved = at.copy()
            moved[place] += nudge
            sides.append(function(moved))
        slopes[place] = (sides[0] - sides[1]) / (2 * STEP)
    return slopes


def assert_are_slopes(layer, arrays, gradients, grad):
    """Compare each gradient with the slopes of `sum(layer(*arrays) · grad)` in the array of the same place."""
    for index, found in enumerate(gradients):

        def weighted(moved, index=index):
            return float((layer(*arrays[:index], moved, *arrays[index + 1 :]) * grad).sum())

        np.testing.assert_allclose(found, slopes_of(weighted, arrays[index]), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("seed", range(40))
def test_a_transposed_convolution_of_any_settings(seed):
    draw = np.random.default_rng(seed)
    rank = int(draw.integers(1, 4))
    stride, dilation = (tuple(map(int, draw.integers(1, 4, rank))) for _ in range(2))
    groups = int(draw.integers(1, 3))
    kernel = tuple(map(int, draw.integers(1, 4, rank)))
    settings = {
        "stride": stride,
        "dilation": dilation,
        "groups": groups,
        "padding": draw.choice(["valid", "same"]) if draw.integers(2) else int(draw.integers(0, 2)),
        "output_padding": tuple(int(draw.integers(max(pair))) for pair in zip(stride, dilation, strict=True)),
    }
    y = draw.standard_normal((2, *map(int, draw.integers(1, 4, rank)), 2 * groups))
    arrays = y, draw.standard_normal((*kernel, 1, 2 * groups)), draw.standard_normal(groups)

    def layer(*parts):
        return conv_transpose(*parts, **settings)

    try:
        grad = draw.standard_normal(layer(*arrays).shape)
    except ShapeError:
        return  # nothing is left after cutting
    assert_are_slopes(layer, arrays, conv_transpose_gradients(*arrays[:2], grad, **settings), grad)


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 3, 2, 3)])
def test_batch_normalisation_with_fixed_statistics(shape):
    draw = np.random.default_rng(1)
    x, grad, gamma, beta, mean = (draw.standard_normal(size) for size in (shape, shape, 3, 3, 3))
    variance = draw.random(3) + 0.5
    gradients = batch_norm_gradients(x, mean, variance, grad, gamma)
    assert_are_slopes(lambda x, gamma, beta: batch_norm(x, mean, variance, gamma, beta), (x, gamma, beta),
                      gradients, grad)  # fmt: skip


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 2, 3)])
def test_batch_normalisation_in_training(shape):
    draw = np.random.default_rng(2)
    x, grad, gamma, beta = (draw.standard_normal(size) for size in (shape, shape, 3, 3))
    gradients = batch_norm_in_training_gradients(x, grad, gamma)
    assert_are_slopes(lambda *parts: batch_norm_in_training(*parts)[0], (x, gamma, beta), gradients, grad)


def test_sums_over_many_values_of_float32_do_not_lose_their_last_places():
    x = np.full((700, 700, 2), 0.1, np.float32)
    _, gamma, beta = batch_norm_gradients(x, np.zeros(2), np.ones(2), x, epsilon=0)
    exact = [np.square(x, dtype=np.float64)[..., 0].sum(), x[..., 0].sum(dtype=np.float64)]
    assert [gamma[0], beta[0]] == pytest.approx(exact, rel=1e-6)


def test_statistics_of_many_values_of_float32_are_exact():
    x = np.random.default_rng(9).normal(100, 1, (700, 700, 2)).astype(np.float32)
    _, mean, variance = batch_norm_in_training(x)
    exact = x.astype(np.float64)
    np.testing.assert_allclose(mean, exact.mean((0, 1)), rtol=1e-7)
    np.testing.assert_allclose(variance, exact.var((0, 1)), rtol=1e-6)


@pytest.mark.parametrize("slopes", [(1,), (3,), (4, 3), (4, 1), (1, 3), (2, 4, 3)])
def test_prelu(slopes):
    draw = np.random.default_rng(3)
    x, grad, held = (draw.standard_normal(shape) for shape in ((2, 4, 3), (2, 4, 3), slopes))
    assert_are_slopes(prelu, (x, held), prelu_gradients(x, held, grad), grad)


@pytest.mark.parametrize("factor", [(2,), (1, 3), (2, 1, 2)])
def test_upsampling(factor):
    draw = np.random.default_rng(4)
    x = draw.standard_normal((2, 2, 3, 2, 2)[: len(factor) + 2])
    grad = draw.standard_normal(upsample(x, factor).shape)
    assert_are_slopes(lambda x: upsample(x, factor), (x,), (upsample_gradient(grad, factor),), grad)


def test_a_gradient_of_an_upsampling_by_nothing_is_refused():
    with pytest.raises(ValueError, match="do not enlarge a map"):
        upsample_gradient(np.ones((3, 1)), (0,))


def test_a_gradient_that_no_upsampling_makes_is_refused():
    with pytest.raises(ShapeError, match="not that of a map enlarged 2"):
        upsample_gradient(np.ones((3, 1)), (2,))


@pytest.mark.parametrize("batch", [(), (5,), (2, 3)])
def test_a_dense_layer(batch):
    draw = np.random.default_rng(5)
    arrays = draw.standard_normal((*batch, 4)), draw.standard_normal((4, 3)), draw.standard_normal(3)
    grad = draw.standard_normal((*batch, 3))
    assert_are_slopes(dense, arrays, dense_gradients(*arrays[:2], grad), grad)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 2, 4)])
def test_every_loss(name, shape):
    draw = np.random.default_rng(6)
    predicted, wanted = draw.random(shape) * 0.8 + 0.1, draw.random(shape)
    found = loss_gradient(predicted, wanted, name)
    np.testing.assert_allclose(found, slopes_of(lambda p: loss(p, wanted, name), predicted), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", [name for name in LOSSES if name.endswith("logits")])
def test_losses_from_logits_stay_finite_for_large_ones(name):
    predicted, wanted = np.array([[1e4, -1e4, 0.0]]), np.array([[0.0, 1.0, 0.0]])
    assert np.isfinite(loss(predicted, wanted, name))
    assert np.isfinite(loss_gradient(predicted, wanted, name)).all()


def test_what_is_predicted_and_what_is_wanted_have_one_shape():
    with pytest.raises(ShapeError, match=r"shape 2 but what is wanted has 3"):
        loss([1.0, 2.0], [1.0, 2.0, 3.0], "mean_squared_error")


def test_an_unknown_loss_is_refused_by_name():
    with pytest.raises(ValueError, match="hinge"):
        loss([1.0], [1.0], "hinge")
