from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.lenses.subject import check_effort, left_out, subject_of
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

LAYER = Conv.of(np.ones((3, 3, 1, 2)))


def subject(*layers, shape=(8, 8, 1), **view):
    document = Document(Sample.of("dots", np.zeros(shape)), Network(layers))
    state = ViewState(**view)
    return subject_of(document, state, reading_of(document, state, None))


def test_a_layer_that_is_no_convolution_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match="This lens needs a convolution: select one in the ribbon"):
        subject(Pool())


def test_a_layer_that_is_off_is_refused():
    with pytest.raises(ValueError, match="The selected layer is switched off"):
        subject(replace(LAYER, is_on=False))


def test_a_volume_is_refused():
    with pytest.raises(ValueError, match="has planes too"):
        subject(Conv.of(np.ones((1, 1, 1, 1, 1))), shape=(2, 8, 8, 1))


def test_the_convolution_after_an_activation_follows():
    found = subject(LAYER, Activation(), Conv.of(np.ones((1, 1, 2, 1))))
    assert (found.following is None, found.passed) == (False, "ReLU")


def test_a_pooling_in_between_ends_the_pair():
    assert subject(LAYER, Pool(), Conv.of(np.ones((1, 1, 2, 1)))).following is None


def test_a_filter_that_is_not_there_becomes_the_last_one():
    assert subject(LAYER, filter=7).filter == 1


def test_what_is_left_out_is_named():
    assert "padding" in left_out(replace(LAYER, padding="same"))


def test_too_much_work_is_refused_with_the_number():
    with pytest.raises(ValueError, match="60\xa0000\xa0001 multiplications"):
        check_effort(LIMITS.lens_multiplications + 1)


def test_a_layer_that_is_off_does_not_end_the_pair():
    off = replace(Pool(), is_on=False)
    assert subject(LAYER, off, Conv.of(np.ones((1, 1, 2, 1)))).following is not None
