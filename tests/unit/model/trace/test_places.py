import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.trace.places import has_place, output_at
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

LAYERS = (Conv.of(np.ones((3, 3, 1, 1))), Pool(), Flatten())
DOCUMENT = Document(Sample.of("dots", np.zeros((10, 10, 1))), Network(LAYERS))


def test_the_same_layer_has_the_same_output():
    assert output_at(DOCUMENT, 0, (3, 5), 0) == (3, 5)


def test_a_pooled_output_is_in_the_middle_of_its_window():
    assert output_at(DOCUMENT, 1, (2, 0), 0) == (4, 0)


def test_the_way_there_and_back_leads_to_the_same_pooled_output():
    there = output_at(DOCUMENT, 1, (3, 2), 0)
    assert output_at(DOCUMENT, 0, there, 1) == (3, 2)


def test_a_vector_has_no_places():
    assert [has_place(DOCUMENT, layer) for layer in range(3)] == [True, True, False]


def test_no_output_of_a_vector_is_at_a_place():
    assert output_at(DOCUMENT, 0, (1, 1), 2) is None


def test_a_place_that_no_window_is_centred_on_is_that_of_the_last_output():
    odd = DOCUMENT.with_sample(Sample.of("dots", np.zeros((9, 9, 1))))
    assert output_at(odd, 0, (6, 6), 1) == (2, 2)
