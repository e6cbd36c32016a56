import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

LAYER = Conv.of(np.ones((3, 3, 1, 2)))
DOCUMENT = Document(Sample.of("dots", np.zeros((8, 8, 1))), Network((LAYER, Activation())))


def test_a_layer_reads_what_the_one_before_it_makes():
    assert (DOCUMENT.input_shape(0), DOCUMENT.input_shape(1)) == ((8, 8, 1), (6, 6, 2))


def test_a_layer_that_cannot_work_makes_nothing():
    small = DOCUMENT.with_sample(Sample.of("dot", np.zeros((2, 2, 1))))
    assert (small.output_shape(0), small.input_shape(1)) == (None, None)


def test_another_layer_leaves_the_rest_shared():
    after = DOCUMENT.with_layer(1, Activation(activation="tanh"))
    assert (id(after.layers[0]), id(after.sample)) == (id(LAYER), id(DOCUMENT.sample))


def test_a_combination_belongs_to_its_layer_alone():
    held = Document(DOCUMENT.sample, DOCUMENT.network, combination=Combination(0, "sum", (0, 1)))
    assert (held.combination_of(0), held.combination_of(1)) == (held.combination, None)
