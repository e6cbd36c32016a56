import math

import numpy as np
import pytest

from convstudio.model.edits import filters, initialisers, layer_settings
from convstudio.model.edits.initialisers import INITIALISERS, fans, initialise
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

SHAPE = (5, 5, 16, 64)
BY_ID = {one.id: one for one in INITIALISERS}


def drawn(initialiser_id, shape=SHAPE, seed=3):
    one = BY_ID[initialiser_id]
    return one.draw(shape, one.default, np.random.default_rng(seed))


def layer(shape=SHAPE, groups=1):
    made = Document(
        Sample.of("zeros", np.zeros((8, 8, shape[-2]))), Network((Conv.of(np.ones(shape), [7] * shape[-1]),))
    )
    return layer_settings.set_groups(made, 0, groups)


def test_fans_count_what_goes_in_and_out_of_a_weight():
    assert fans(SHAPE) == (5 * 5 * 16, 5 * 5 * 64)


def test_fan_in_counts_the_channels_of_a_group_only():
    grouped = layer(groups=4).layers[0]
    assert fans(grouped.weights.shape) == (5 * 5 * 4, 5 * 5 * 64)


@pytest.mark.parametrize(
    ("initialiser_id", "limit"),
    [
        ("glorot_uniform", math.sqrt(6 / (400 + 1600))),
        ("he_uniform", math.sqrt(6 / 400)),
        ("uniform", 0.05),
    ],
)
def test_even_draws_fill_their_range_evenly(initialiser_id, limit):
    weights = drawn(initialiser_id)
    assert 0.999 * limit < np.abs(weights).max() <= limit
    assert weights.mean() == pytest.approx(0, abs=0.02 * limit)
    assert weights.std() == pytest.approx(limit / math.sqrt(3), rel=0.02)


@pytest.mark.parametrize(
    ("initialiser_id", "deviation"),
    [("glorot_normal", math.sqrt(2 / (400 + 1600))), ("he_normal", math.sqrt(2 / 400)), ("normal", 0.05)],
)
def test_normal_draws_have_the_deviation_asked_for(initialiser_id, deviation):
    weights = drawn(initialiser_id)
    assert weights.mean() == pytest.approx(0, abs=0.02 * deviation)
    assert weights.std() == pytest.approx(deviation, rel=0.02)


@pytest.mark.parametrize("initialiser_id", ["glorot_normal", "he_normal"])
def test_cut_normal_draws_stay_within_two_deviations_of_the_wider_normal(initialiser_id):
    weights = drawn(initialiser_id)
    assert np.abs(weights).max() <= 2 * weights.std() / 0.8796 * 1.02


@pytest.mark.parametrize(("shape", "gain"), [((3, 3, 2, 8), 1.0), ((1, 1, 2, 8), 1.0), ((3, 3, 2, 18), 0.5)])
def test_orthogonal_filters_or_their_weights_stand_at_right_angles(shape, gain):
    weights = BY_ID["orthogonal"].draw(shape, gain, np.random.default_rng(0)).reshape(-1, shape[-1])
    products = weights.T @ weights if weights.shape[0] >= weights.shape[1] else weights @ weights.T
    np.testing.assert_allclose(products, gain**2 * np.eye(min(weights.shape)), atol=1e-12)


def test_orthogonal_draws_differ_from_seed_to_seed_in_their_signs():
    corners = [drawn("orthogonal", (3, 1, 1), seed).ravel()[0] for seed in range(20)]
    assert {corner > 0 for corner in corners} == {True, False}


@pytest.mark.parametrize(("initialiser_id", "value"), [("zeros", 0), ("ones", 1), ("constant", 1)])
def test_constants_are_constant(initialiser_id, value):
    assert np.all(drawn(initialiser_id) == value)


@pytest.mark.parametrize("one", INITIALISERS, ids=lambda one: one.id)
def test_the_same_seed_draws_the_same_weights(one):
    first, again = (initialise(layer(), 0, one, one.default, 5) for _ in range(2))
    assert first == again
    assert first.layers[0].weights.dtype == np.float32


@pytest.mark.parametrize("one", [one for one in INITIALISERS if one.is_drawn], ids=lambda one: one.id)
def test_another_seed_draws_other_weights(one):
    assert initialise(layer(), 0, one, one.default, 5) != initialise(layer(), 0, one, one.default, 6)


def test_beginning_anew_sets_the_biases_to_0_and_forgets_names():
    named = filters.rename_filter(layer(), 0, 1, "old")
    made = initialise(named, 0, BY_ID["he_normal"], 0, 1).layers[0]
    assert (made.bias.any(), made.filter_names) == (False, ())


@pytest.mark.parametrize(
    ("initialiser_id", "parameter", "name"),
    [
        ("he_normal", 0.0, "Initialise filters: He normal, seed 9"),
        ("normal", 0.05, "Initialise filters: Normal 0.05, seed 9"),
        ("constant", 0.5, "Initialise filters: Constant 0.5"),
    ],
)
def test_the_undo_step_names_every_number_that_it_takes_to_do_it_again(initialiser_id, parameter, name):
    assert initialisers.step_name(BY_ID[initialiser_id], parameter, 9) == name
