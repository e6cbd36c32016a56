"""A score is followed back to the input, to maps and to terms; what is said of the sums is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.projects.examples import load_example
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.lenses.attribution import (
    Score,
    attribution_of,
    cam_layers,
    class_activation,
    stretched,
    term_shares,
    usual_cam_layer,
)
from convstudio.model.run.backward import backward
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

DIGIT = load_example("digits")[0]
RUN = forward(DIGIT)
SEVEN = Score(RUN, 7, (7,))


def run_of(values, *layers):
    return forward(Document(Sample.of("drawn", values), Network(layers)))


def test_a_score_before_softmax_is_what_the_softmax_reads():
    assert attribution_of(SEVEN).value == float(RUN.layers[6].maps[7])


def test_a_score_after_softmax_is_the_share():
    assert attribution_of(replace(SEVEN, is_before_softmax=False)).value == float(RUN.layers[7].maps[7])


def test_a_softmax_inside_a_layer_is_left_out_too():
    dense = DIGIT.layers[6]
    joined = replace(DIGIT, network=Network((*DIGIT.layers[:6], replace(dense, activation="softmax"))))
    found = attribution_of(Score(forward(joined), 6, (7,)))
    np.testing.assert_array_equal(found.gradient, attribution_of(SEVEN).gradient)
    assert found.value == attribution_of(SEVEN).value


def test_without_a_layer_before_the_softmax_the_score_is_a_value_of_the_input():
    result = run_of([[1], [2]], Activation(activation="softmax"))
    found = attribution_of(Score(result, 0, (1, 0)))
    assert (found.value, found.gradient[:, 0].tolist()) == (2.0, [0.0, 1.0])


def test_gradient_times_input_and_the_biases_add_up_to_the_score():
    found = attribution_of(SEVEN)
    seed = np.zeros(10, np.float32)
    seed[7] = 1
    learned = backward(Forward(DIGIT, RUN.layers[:7]), seed)
    biases = sum(
        float((one.learned["bias"] * layer.bias).sum())
        for one, layer in zip(learned, DIGIT.layers, strict=False)
        if "bias" in one.learned
    )
    assert found.is_homogeneous
    assert found.carried + biases == pytest.approx(found.value, rel=1e-4)


def test_after_a_curved_activation_more_than_biases_is_missing():
    assert not attribution_of(replace(SEVEN, is_before_softmax=False)).is_homogeneous


def test_the_gradient_is_the_slope_of_the_score():
    noise = np.random.default_rng(5).normal(size=(8, 8, 1))  # without it, equal sums meet in the pooling
    noisy = DIGIT.with_sample(Sample.of("noisy", DIGIT.sample.values.to_array() + noise))
    found, step = attribution_of(replace(SEVEN, result=forward(noisy))), 1e-2
    for row, column in ((2, 3), (4, 5), (7, 1)):
        values = noisy.sample.values.to_array().astype(np.float64)
        ends = []
        for sign in (1, -1):
            moved = values.copy()
            moved[row, column, 0] += sign * step
            ends.append(forward(DIGIT.with_sample(Sample.of("moved", moved))).layers[6].maps[7])
        assert found.gradient[row, column, 0] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=2e-3)


def test_the_saliency_is_the_largest_slope_of_the_channels_whatever_its_sign():
    result = run_of(np.ones((1, 1, 3)), Conv.of(np.reshape([1, -5, 2], (1, 1, 3, 1))))
    assert attribution_of(Score(result, 0, (0, 0, 0))).saliency.tolist() == [[5.0]]


def test_of_an_output_only_its_window_has_a_gradient():
    result = run_of(np.ones((5, 5, 1)), Conv.of(np.ones((3, 3, 1, 1))))
    assert np.argwhere(attribution_of(Score(result, 0, (2, 1, 0))).saliency).min(axis=0).tolist() == [2, 1]


def test_grad_cam_after_a_global_average_is_the_class_activation_map():
    """R. Selvaraju et al., section 3.1: with a global average and a dense layer it is CAM, but for a factor."""
    draw = np.random.default_rng(3)
    conv = Conv.of(draw.normal(size=(3, 3, 2, 4)))
    dense = Dense.of(draw.normal(size=(4, 3)))
    result = run_of(draw.normal(size=(7, 7, 2)), conv, Activation(), GlobalPool("average"), dense)
    maps = result.layers[1].maps
    wanted = np.maximum(maps @ dense.weights[:, 1], 0) / 25
    found = class_activation(attribution_of(Score(result, 3, (1,))), 1)
    assert wanted.any()
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)


def test_grad_cam_is_never_below_zero():
    found = attribution_of(replace(SEVEN, is_before_softmax=False))
    assert all(class_activation(found, layer).min() >= 0 for layer in cam_layers(found.score))


def test_grad_cam_can_be_asked_of_every_layer_with_maps_before_the_score():
    assert cam_layers(SEVEN) == (0, 1, 2, 3, 4)
    assert cam_layers(Score(RUN, 1, (0, 0, 0))) == (0,)
    with pytest.raises(ValueError, match="Layer 6 has no maps"):
        class_activation(attribution_of(SEVEN), 5)


def test_grad_cam_is_made_for_the_last_convolution_after_its_activation():
    assert usual_cam_layer(SEVEN) == 4
    conv, flat = Conv.of(np.ones((1, 1, 1, 1))), Flatten()
    result = run_of(np.ones((2, 2, 1)), conv, conv, flat)
    assert usual_cam_layer(Score(result, 2, (0,))) == 1
    assert usual_cam_layer(Score(result, 0, (0, 0, 0))) is None


def test_a_map_is_stretched_without_moving_its_middle():
    assert stretched(np.array([[0.0, 4.0, 0.0]]), (1, 9))[0].argmax() == 4


def test_the_terms_of_an_output_carry_its_sum_times_the_slope():
    found = attribution_of(SEVEN)
    shares = term_shares(found, ViewState(layer=3, filter=2, position=(1, 2)))
    slope = found.gradients[4][1, 2, 2]
    assert shares.slope == pytest.approx(float(slope))
    assert shares.values.sum() == pytest.approx(shares.calculation.sum * shares.slope)
    assert shares.values.shape == (3, 3, 8)


def test_the_terms_of_the_score_itself_are_its_products():
    shares = term_shares(attribution_of(SEVEN), ViewState(layer=6, position=(7,)))
    assert shares.slope == 1
    np.testing.assert_array_equal(shares.values, shares.calculation.products)


def test_a_relu_that_is_shut_lets_no_term_count():
    result = run_of([[-1], [1]], replace(Conv.of(np.ones((1, 1, 1))), activation="relu"), Flatten())
    found = attribution_of(Score(result, 1, (0,)))
    assert term_shares(found, ViewState(layer=0, position=(0,))).slope == 0


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (ViewState(layer=7, position=(0,)), "not made of this layer's output"),
        (ViewState(layer=2, position=(0, 0)), "multiplies no weights"),
        (ViewState(layer=3, position=(9, 0)), "no output at this place"),
        (ViewState(layer=3, position=(1,)), "no output at this place"),
    ],
)
def test_where_there_are_no_terms_the_reason_is_said(view, reason):
    with pytest.raises(ValueError, match=reason):
        term_shares(attribution_of(SEVEN), view)


def test_a_layer_that_is_off_has_no_terms_and_passes_the_gradient_on():
    conv = Conv.of(np.full((1, 1, 1), 3.0))
    result = run_of([[1], [2]], replace(conv, is_on=False), conv)
    found = attribution_of(Score(result, 1, (1, 0)))
    assert found.gradient[:, 0].tolist() == [0, 3]
    with pytest.raises(ValueError, match="switched off"):
        term_shares(found, ViewState(layer=0, position=(0,)))


def test_a_cancelled_question_is_not_answered():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        attribution_of(SEVEN, progress)
