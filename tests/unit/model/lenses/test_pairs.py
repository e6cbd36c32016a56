from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.pairs import NEXT_LAYER, SAME_AGAIN, first_of, second_of, usable
from convstudio.model.lenses.subject import Subject
from convstudio.model.values.arrays import TiledArray

DETECTORS = {detector.id: detector for detector in load_detectors()}
KERNELS = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
SUBJECT = Subject(Conv.of(KERNELS), TiledArray.of(np.zeros((8, 2))), filter=1, channel=1)


def test_detectors_for_images_cannot_follow_a_layer_on_sequences():
    assert {one.rank for one in usable(DETECTORS.values(), 1)} == {1}


def test_the_first_convolution_is_the_selected_map_alone():
    np.testing.assert_array_equal(first_of(SUBJECT, None, all_maps=False).weights[..., 0], KERNELS[..., 1])


def test_a_detector_stands_on_every_channel():
    assert first_of(SUBJECT, DETECTORS["moving-average-3"], all_maps=False).channels == 2


def test_the_same_kernel_again_is_that_of_the_selected_channel():
    first = first_of(SUBJECT, None, all_maps=False)
    np.testing.assert_array_equal(second_of(SUBJECT, SAME_AGAIN, 0, first).weights.ravel(), KERNELS[:, 1, 1])


def test_a_missing_next_layer_is_refused_with_what_to_choose():
    with pytest.raises(ValueError, match="The next layer is not a convolution"):
        second_of(SUBJECT, NEXT_LAYER, 0, first_of(SUBJECT, None, all_maps=False))


def test_a_filter_that_the_next_layer_does_not_have_is_refused():
    followed = replace(SUBJECT, following=Conv.of(np.ones((1, 2, 3))))
    with pytest.raises(ValueError, match="no filter 4: choose one from 1 to 3"):
        second_of(followed, NEXT_LAYER, 3, first_of(SUBJECT, None, all_maps=True))
