from dataclasses import replace

import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.run.forward import forward
from convstudio.model.run.layer_input import as_shown, input_channel_names, origin_of, reading_of
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

LINES = replace(Conv.of(np.ones((3, 3, 1, 2))), filter_names=("lines", ""))
DOCUMENT = Document(Sample.of("dots", np.zeros((8, 8, 1))), Network((LINES, Flatten(), Flatten())))


def test_the_first_layer_reads_the_sample_itself():
    reading = reading_of(DOCUMENT, ViewState(), None)
    assert (reading.sample, reading.is_own) == (DOCUMENT.sample, True)


def test_a_later_layer_reads_nothing_before_it_is_computed():
    assert reading_of(DOCUMENT, ViewState(layer=1), None) is None


def test_the_maps_of_a_layer_cannot_be_edited():
    assert not reading_of(DOCUMENT, ViewState(layer=1), forward(DOCUMENT)).is_own


def test_maps_have_the_names_of_their_filters_or_their_number():
    assert input_channel_names(DOCUMENT, 1, 2) == ("lines", "map 2")


def test_a_vector_is_shown_as_a_sequence():
    reading = reading_of(DOCUMENT, ViewState(layer=2), forward(DOCUMENT))
    assert (reading.is_vector, reading.sample.values.shape) == (True, (72, 1))


def test_maps_are_shown_as_they_are():
    values = TiledArray.of(np.zeros((2, 2, 3)))
    assert as_shown(values) is values


def test_a_later_layer_offers_two_ways_back():
    assert [way.layer for way in origin_of(DOCUMENT, 2).ways] == [1, 0]
