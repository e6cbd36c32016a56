"""The input as cells, in colour or one channel, with the padding that windows reach."""

from dataclasses import replace

import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.exports.input_cells import GROUND, input_cells, padded
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

CONV = Conv.of(np.ones((3, 3, 3, 1)))
RGB = Document(Sample.of("photo", np.random.default_rng(1).random((4, 5, 3))), Network((CONV,)))


def test_a_picture_is_in_colour_unless_one_channel_is_chosen():
    result = forward(RGB)
    assert input_cells(RGB, ViewState(), result).values is None
    alone = input_cells(RGB, ViewState(alone=True, channel=1), result)
    np.testing.assert_array_equal(alone.values, RGB.sample.values.to_array()[..., 1])
    assert alone.channel == "green"


def test_padding_has_the_values_that_windows_read_there():
    layer = replace(Conv.of(np.ones((3, 3, 1, 1))), padding="same")
    document = Document(Sample.of("ones", np.ones((2, 2, 1))), Network((layer,)))
    corners = tuple(layer.window((2, 2, 1), at) for at in ((0, 0), (1, 1)))
    found = padded(input_cells(document, ViewState(), forward(document)), corners)
    assert found.cells.values.tolist() == [[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    assert (found.origin, tuple(found.cells.colours[0, 0])) == ((-1, -1), GROUND)
    assert found.is_padding.sum() == 12
