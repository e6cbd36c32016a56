import numpy as np
import pytest

from convstudio.model.document import Document
from convstudio.model.kinds import Activation, BatchNorm, Flatten, GlobalPool, Pool
from convstudio.model.layers import Conv
from convstudio.model.links import channel_shown, look_at_channel
from convstudio.model.network import Network
from convstudio.model.sample import Sample
from convstudio.model.view_state import ViewState

LAYERS = (Conv.of(np.ones((3, 3, 3, 2))), Activation(), Pool(), GlobalPool(), Flatten(), BatchNorm.of(3))


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
@pytest.mark.parametrize("channel", range(3))
def test_the_channel_that_is_looked_at_is_the_one_shown(layer, channel):
    document = Document(Sample.of("card", np.zeros((4, 5, 3))), Network((layer,)))

    view = look_at_channel(document, ViewState(), channel)

    assert channel_shown(layer, (4, 5, 3), view) == channel
    assert view.alone


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_looking_at_all_keeps_the_channel(layer):
    document = Document(Sample.of("card", np.zeros((4, 5, 3))), Network((layer,)))
    view = look_at_channel(document, ViewState(), 2)

    assert channel_shown(layer, (4, 5, 3), look_at_channel(document, view, None)) == 2
