"""A state_dict as a network, and what is said of it. tests/golden compares it with PyTorch."""

import numpy as np
import pytest

from convstudio.model.readings.networks.state_chain import network_of
from convstudio.model.values.limits import LIMITS

SHAPES = {"0.weight": (4, 2, 3, 3), "0.bias": (4,), "3.weight": (5, 4 * 4)}


def read(shapes, **options):
    arrays = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    return network_of(shapes, lambda names: {name: arrays[name] for name in names}, is_ordered=True, **options)


def test_the_input_has_the_size_from_which_the_flattened_maps_come():
    found = read(SHAPES)
    assert found.input_shape == (4, 4, 2)
    assert found.network.shapes(found.input_shape)[-1] == (5,)


def test_what_the_file_does_not_tell_is_said():
    notes = " ".join(read(SHAPES).notes)
    assert "no activations, strides, padding, dilation or pooling" in notes
    assert "A Flatten stands before “3”, whose 16 inputs are read as 2×2 of 4 channels" in notes


def test_groups_are_said():
    notes = read({"a.weight": (4, 2, 1, 1), "b.weight": (4, 1, 3, 3)}).notes
    assert any("The groups of convolutions follow from their channels: “b” has 4." in note for note in notes)


def test_more_layers_than_a_network_has_are_left_out():
    found = read({f"{number}.weight": (2, 2, 1, 1) for number in range(LIMITS.layers + 3)})
    assert len(found.network.layers) == LIMITS.layers
    assert "a network has at most" in found.stopped


def test_a_file_whose_first_module_is_not_known_is_refused():
    with pytest.raises(ValueError, match="The module “a” holds in_proj_weight, which no layer here has"):
        read({"a.in_proj_weight": (3, 3)})


def test_a_negative_variance_is_refused():
    shapes = {"0.weight": (2, 1, 1, 1), "1.running_mean": (2,), "1.running_var": (2,)}
    arrays = {name: -np.ones(shape, np.float32) for name, shape in shapes.items()}
    with pytest.raises(ValueError, match="“1” holds a negative variance"):
        network_of(shapes, lambda names: {name: arrays[name] for name in names}, is_ordered=True)
