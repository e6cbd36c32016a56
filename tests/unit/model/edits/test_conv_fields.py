"""Other fields of a convolution in a document."""

import numpy as np
import pytest

from convstudio.model.edits.conv_fields import with_conv
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DOCUMENT = Document(Sample.of("zeros", np.zeros((8, 1))), Network((Conv.of(np.ones((3, 1, 2))), Flatten())))


def test_a_field_is_set_and_the_others_stay():
    changed = with_conv(DOCUMENT, 0, stride=(2,)).layers[0]
    assert (changed.stride, changed.weights is DOCUMENT.layers[0].weights) == ((2,), True)


def test_fields_that_are_so_already_leave_the_document():
    assert with_conv(DOCUMENT, 0, stride=(1,), flip=False) is DOCUMENT


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="Layer 2 has no kernels"):
        with_conv(DOCUMENT, 1, stride=(2,))
