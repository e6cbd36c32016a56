"""The ways to use a detector that leave the other filters of a layer whole."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.edits.detector_use import detector_use
from convstudio.model.edits.filters import forget_stale_name
from convstudio.model.edits.kernel_weights import set_weights_block, use_detector
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DETECTORS = load_detectors()


def document(more=0):
    layers = (Conv.of(np.ones((3, 3, 3, 4))), *[Activation()] * more)
    return Document(Sample.of("colour", np.zeros((9, 9, 3))), Network(layers))


def ways(held, detector_id):
    detector = find_detector(DETECTORS, detector_id)
    return {way.text: way.edit(held) for way in detector_use(held, 0, 1, detector, "Use").instead}


def test_in_a_new_layer_the_detector_reads_every_map_and_the_old_layer_stays_as_it_is():
    held = document()
    made = ways(held, "roberts-plus")["Put it in a new layer after layer 1"]
    assert made.layers[0] is held.layers[0]
    assert (made.layers[1].weights.shape, made.layers[1].filter_names) == ((2, 2, 4, 1), ("roberts-plus",))


@pytest.mark.parametrize(
    ("held", "detector"), [(document(), "luma-bt601"), (document(LIMITS.layers - 1), "roberts-plus")]
)
def test_no_new_layer_is_offered_where_the_detector_or_the_layer_does_not_fit(held, detector):
    assert [text.split()[0] for text in ways(held, detector)] == ["Pad"]


# --- presets, which are the user's own -----------------------------------------------------------------------------


def preset(kernel, *, bias=None):
    return Detector("preset:mine", "My edge", 2, frozen(kernel), np.ndim(kernel) == 3, "", "", bias=bias)


def test_a_preset_gives_its_filter_its_name_and_its_bias():
    layer = Conv.of(np.zeros((3, 3, 2, 1)))
    document = Document(Sample.of("zeros", np.zeros((8, 8, 2))), Network((layer,)))
    used = conv_at(use_detector(document, 0, 0, preset(np.ones((3, 3, 2)), bias=-0.5)), 0)
    assert (used.filter_name(0), used.bias.tolist()) == ("My edge", [-0.5])


def test_a_preset_without_a_bias_leaves_that_of_the_filter():
    layer = Conv.of(np.zeros((3, 3, 1, 1)), np.full(1, 2.0))
    document = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((layer,)))
    assert conv_at(use_detector(document, 0, 0, preset(np.ones((3, 3)))), 0).bias.tolist() == [2]


def test_a_preset_with_a_bias_is_refused_where_the_layer_has_none():
    layer = replace(Conv.of(np.zeros((3, 3, 1, 1))), has_bias=False)
    document = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((layer,)))
    with pytest.raises(ValueError, match=r"My edge has the bias 2, and this layer has no bias\. Use it in another"):
        use_detector(document, 0, 0, preset(np.ones((3, 3)), bias=2.0))
    assert use_detector(document, 0, 0, preset(np.ones((3, 3)), bias=0.0)) != document


def test_an_edited_preset_gives_the_filter_its_number_back():
    document = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((Conv.of(np.zeros((3, 3, 1, 1))),)))
    mine = preset(np.ones((3, 3)))
    used = use_detector(document, 0, 0, mine)
    edited = set_weights_block(used, 0, 0, 0, (0, 0), [[7]])
    assert conv_at(forget_stale_name(edited, 0, 0, [mine], conv_at(used, 0)), 0).filter_name(0) == "filter 1"
