import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.trace.links import channel_shown, select_channel
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

LAYERS = (Conv.of(np.ones((3, 3, 3, 2))), Activation(), Pool(), GlobalPool(), Flatten(), BatchNorm.of(3))


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
@pytest.mark.parametrize("channel", range(3))
def test_the_channel_that_is_looked_at_is_the_one_shown(layer, channel):
    document = Document(Sample.of("card", np.zeros((4, 5, 3))), Network((layer,)))

    view = select_channel(document, ViewState(), channel)

    assert channel_shown(layer, (4, 5, 3), view) == channel
    assert view.alone


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_looking_at_all_keeps_the_channel(layer):
    document = Document(Sample.of("card", np.zeros((4, 5, 3))), Network((layer,)))
    view = select_channel(document, ViewState(), 2)

    assert channel_shown(layer, (4, 5, 3), select_channel(document, view, None)) == 2
