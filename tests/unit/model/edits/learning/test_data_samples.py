from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits.learning.data_samples import (
    fitting_intent,
    misfit_to,
    sample_intent,
    use_random_labels,
    use_sample,
)
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.arrays import frozen, same_array
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.target import ClassTarget, MapTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DRAW = np.random.default_rng(1)
DATA = Dataset(
    "pets",
    frozen(DRAW.random((4, 5, 5, 1))),
    np.array([0, 1, 2, 1]),
    class_names=("cat", "dog", "cow"),
    sample_names=("a", "b", "c", "d"),
)
MAPS = Dataset("maps", frozen(DRAW.random((2, 5, 5, 1))), maps=frozen(DRAW.random((2, 3, 3, 2))))
CONV = Conv.of(DRAW.random((3, 3, 1, 2)))


def dense(values, units):
    return Dense.of(np.ones((values, units)))


def document(*layers):
    return Document(Sample.of("zeros", np.zeros((5, 5, 1))), Network(layers))


def chosen(intent, doc, text):
    way = next(way for way in intent.instead if way.text.startswith(text))
    return way.edit(doc)


def test_a_sample_comes_with_its_target_and_the_names_of_the_classes():
    made = use_sample(document(CONV), DATA, 2)
    assert same_array(made.sample.values.to_array(), DATA.inputs[2])
    assert (made.sample.name, made.target, made.class_names) == ("c", ClassTarget(2), DATA.class_names)


def test_a_sample_with_a_map_leaves_the_names_of_the_classes():
    made = use_sample(replace(document(CONV), class_names=("x",)), MAPS, 1)
    assert (made.target, made.class_names) == (MapTarget(frozen(MAPS.maps[1])), ("x",))


def test_samples_of_one_run_are_one_step():
    one, other = sample_intent(DATA, 0, 7), sample_intent(DATA, 1, 7)
    assert (one.step, one.gesture) == (other.step, other.gesture) == ("Use a sample of pets", 7)


def test_random_labels_are_a_setting_of_the_training():
    made = use_random_labels(document(CONV), True)
    assert made.training.random_labels
    assert use_random_labels(made, True) is made


@pytest.mark.parametrize(
    ("layers", "data", "sentence"),
    [
        ((CONV, Flatten(), dense(18, 3)), DATA, ""),
        ((CONV, Flatten(), dense(18, 2)), DATA, "The data has 3 classes, and the network ends in 2 values."),
        ((CONV,), DATA, "The data has 3 classes, and the network ends in maps of 3×3×2."),
        ((CONV, Flatten(), dense(7, 3)), DATA, "Layer 3 cannot work on inputs of 5×5×1: the dense layer has weights"),
        ((CONV,), MAPS, ""),
        ((CONV, Flatten()), MAPS, "The targets are maps of 3×3×2, and the network makes 18."),
    ],
)  # fmt: skip
def test_it_is_said_why_a_network_cannot_be_tried(layers, data, sentence):
    said = misfit_to(document(*layers), data)
    assert said.startswith(sentence)
    assert bool(said) == bool(sentence)


def test_fitting_the_last_layer_keeps_the_units_that_are_there():
    doc = document(CONV, Flatten(), Dense.of(DRAW.random((18, 2))), Activation("softmax"))
    made = chosen(fitting_intent(doc, DATA), doc, "Fit the last layer to 3 classes")
    assert misfit_to(made, DATA) == ""
    assert same_array(made.layers[2].weights[:, :2], doc.layers[2].weights)


def test_a_dense_layer_for_another_size_gets_drawn_weights():
    doc = document(CONV, Flatten(), Dense.of(np.zeros((7, 3)), activation="softmax"))
    made = chosen(fitting_intent(doc, DATA), doc, "Fit the last layer")
    assert made.layers[2].weights.shape == (18, 3)
    assert np.all(made.layers[2].weights != 0)
    assert made.layers[2].activation == "softmax"


def test_a_network_of_maps_gets_a_dense_layer_after_a_flattening():
    doc = document(CONV)
    made = chosen(fitting_intent(doc, DATA), doc, "Add a dense layer for 3 classes")
    assert [type(layer) for layer in made.layers] == [Conv, Flatten, Dense]
    assert misfit_to(made, DATA) == ""


@pytest.mark.parametrize(("size", "name"), [(5, "drawn"), (6, "a")])
def test_an_input_that_the_fitted_network_cannot_read_makes_way_for_the_first_sample(size, name):
    doc = replace(document(CONV), sample=Sample.of("drawn", np.ones((size, size, 1))))
    made = chosen(fitting_intent(doc, DATA), doc, "Add a dense layer")
    assert made.sample.name == name
    assert made.output_shape(len(made.layers) - 1) == (3,)


def test_a_network_that_was_fitted_has_the_names_of_the_classes_whichever_input_it_reads():
    doc = document(CONV)
    made = chosen(fitting_intent(doc, DATA), doc, "Add a dense layer")
    assert made.sample is doc.sample
    assert made.class_names == ("cat", "dog", "cow")


def test_a_network_of_maps_cannot_be_fitted_by_its_last_layer():
    intent = fitting_intent(document(CONV), DATA)
    assert [way.text for way in intent.instead] == ["Add a dense layer for 3 classes"]
    assert intent.question == (
        "The data has 3 classes, and the network ends in maps of 3×3×2. How should the network be fitted to the data?"
    )


def test_where_no_way_is_known_nothing_is_asked():
    assert fitting_intent(document(CONV, Flatten()), MAPS) is None


def test_one_unit_tells_two_classes_apart():
    two = Dataset("two", DATA.inputs, np.array([0, 1, 0, 1]), class_names=("a", "b"))
    assert misfit_to(document(CONV, Flatten(), dense(18, 1)), two) == ""
