"""The labs begin one network in several ways; all else, the drawn numbers too, is the same."""

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning.patterns import PatternSettings, pattern_data
from convstudio.model.library.labs import (
    CONSTANT,
    initialisation_lab,
    lab_starts,
    network_starts,
    symmetry_lab,
)
from convstudio.model.library.symmetry import EPSILON, symmetry_starts
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import find_detector
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import NumberFormat, written_in

DATA = pattern_data(PatternSettings(per_class=2))
COLOURS = Dataset("colours", frozen(np.zeros((2, 5, 5, 3))), np.array([0, 1]), class_names=("a", "b"))
STEPS = Dataset("steps", frozen(np.zeros((2, 9, 1))), np.array([0, 1]), class_names=("a", "b"))


def starts(lab, data=DATA, filters=4, seed=1):
    return {start.title: start.network.layers for start in lab_starts(lab, data, filters, seed)}


def weights(layers):
    return layers[0].weights, layers[2].weights


def test_the_same_start_has_the_same_filter_with_the_same_outgoing_weights_every_time():
    first, second = weights(starts(symmetry_lab())["same start"])
    assert (first == first[..., :1]).all()
    assert (second == second[:1]).all()
    assert len(set(second[0].tolist())) == 4


def test_a_little_noise_is_all_that_sets_the_second_start_apart():
    both = starts(symmetry_lab())
    noise = weights(both[f"same + {EPSILON}"])[0] - weights(both["same start"])[0]
    assert 0 < np.abs(noise).max() < 5 * EPSILON


def test_the_random_start_has_the_first_filter_of_the_same_start():
    both = starts(symmetry_lab())
    assert np.array_equal(weights(both["random start"])[0][..., 0], weights(both["same start"])[0][..., 0])


def test_a_seed_draws_the_same_numbers_again():
    one, again, other = (weights(starts(symmetry_lab(), seed=seed)["random start"])[0] for seed in (3, 3, 4))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_zeros_and_constants_fill_both_layers():
    both = starts(initialisation_lab(load_detectors()))
    assert not any(part.any() for part in weights(both["zeros"]))
    assert all((part == np.float32(CONSTANT)).all() for part in weights(both["constant 0.1"]))


def test_the_detector_bank_begins_with_detectors_of_lines():
    detectors = load_detectors()
    first, _ = weights(starts(initialisation_lab(detectors))["detector bank"])
    assert np.array_equal(first[..., 0, 0], find_detector(detectors, "vertical-line").kernel)


def test_a_detector_of_a_colour_picture_is_as_strong_as_on_a_grey_one():
    first, _ = weights(starts(initialisation_lab(load_detectors()), COLOURS)["detector bank"])
    line = find_detector(load_detectors(), "vertical-line").kernel
    np.testing.assert_allclose(np.square(first[..., 0]).sum(), np.square(line).sum(), rtol=1e-6)


@pytest.mark.parametrize(("data", "shape"), [(DATA, (3, 3, 1, 8)), (COLOURS, (3, 3, 3, 8)), (STEPS, (3, 1, 8))])
def test_the_networks_fit_the_data(data, shape):
    made = lab_starts(initialisation_lab(load_detectors()), data, 8, 1)
    assert len(made) == 5
    assert {start.network.layers[0].weights.shape for start in made} == {shape}
    assert {start.network.shapes(data.input_shape)[-1] for start in made} == {(len(data.class_names),)}


def test_data_without_classes_are_refused():
    pairs = Dataset("pairs", frozen(np.zeros((2, 5, 5, 1))), maps=frozen(np.zeros((2, 3, 3, 1))))
    with pytest.raises(ValueError, match="needs data with classes"):
        starts(symmetry_lab(), pairs)


def test_inputs_that_are_smaller_than_the_kernels_are_refused():
    small = Dataset("small", frozen(np.zeros((1, 2, 5, 1))), np.array([0]), class_names=("a",))
    with pytest.raises(ValueError, match="smaller than the kernels"):
        starts(symmetry_lab(), small)


def test_without_a_fitting_detector_the_bank_is_refused():
    with pytest.raises(ValueError, match="No detector"):
        starts(initialisation_lab(()))


OWN = Network(
    (Conv.of(np.full((3, 3, 1, 2), 7.0), [1.0, 2.0]), Flatten(), Dense.of(np.full((8, 3), 7.0), [1.0, 2.0, 3.0]))
)


def test_the_network_of_the_window_begins_as_it_is_and_in_four_ways():
    found = {start.title: start.network.layers for start in network_starts(OWN, 0, 1)}
    assert found["as it is now"] == OWN.layers
    assert not any(layer.weights.any() or layer.bias.any() for layer in found["zeros"][::2])
    assert all((layer.weights == np.float32(CONSTANT)).all() for layer in found["constant 0.1"][::2])
    glorot, he = found["Glorot uniform"], found["He uniform"]
    assert 0 < np.abs(glorot[2].weights).max() < np.abs(he[2].weights).max() < 7
    assert network_starts(OWN, 0, 1)[3].network == network_starts(OWN, 0, 1)[3].network
    assert network_starts(OWN, 0, 1)[3].network != network_starts(OWN, 0, 2)[3].network


def test_numbers_in_the_names_of_starts_are_written_as_the_reader_wants_them():
    starts = (*network_starts(OWN, 0, 1), *symmetry_starts(OWN, 0, 1))
    with written_in(NumberFormat(sign="comma")):
        assert {"constant 0,1", "same + 0,01"} < {start.title for start in starts}
