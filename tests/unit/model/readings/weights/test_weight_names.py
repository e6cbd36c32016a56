from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.run.layer_input import input_channel_names
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

EDGES = replace(Conv.of(np.ones((1, 1, 3, 2))), filter_names=("sobel-x", ""))


@pytest.mark.parametrize(
    ("layers", "count", "names"),
    [
        ((EDGES,), 2, ("sobel-x", "map 2")),
        ((EDGES, Pool()), 2, ("sobel-x", "map 2")),
        ((Conv.of(np.ones((1, 1, 3, 2))),), 2, ("map 1", "map 2")),
        ((replace(EDGES, is_on=False),), 3, ("red", "green", "blue")),
        ((Pool(),), 3, ("red", "green", "blue")),
        ((EDGES, Flatten()), 1, ("map 1",)),
    ],
)
def test_channels_are_called_after_what_made_them(layers, count, names):
    last = Conv.of(np.ones((1, 1, count, 1)))
    document = Document(Sample.of("card", np.zeros((4, 4, 3))), Network((*layers, last)))

    assert input_channel_names(document, len(layers), count) == names


@pytest.mark.parametrize(
    ("count", "names"), [(2, ("red", "green")), (5, ("red", "green", "blue", "channel 4", "channel 5"))]
)
def test_kernels_that_do_not_fit_are_called_after_the_channels_that_they_would_read(count, names):
    document = Document(Sample.of("card", np.zeros((4, 4, 3))), Network((Conv.of(np.ones((1, 1, count, 1))),)))

    assert input_channel_names(document, 0, count) == names
