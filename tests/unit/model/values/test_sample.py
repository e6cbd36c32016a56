from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.sample import Sample, channel_names


def test_a_sample_tells_its_shape():
    sample = Sample.of("photograph", np.zeros((4, 5, 3)))
    assert (sample.spatial, sample.channels, sample.rank) == ((4, 5), 3, 2)


def test_other_values_keep_the_name_and_the_origin_and_are_an_edit():
    changed = Sample.of("mine", [[0]], "drawn").with_values(TiledArray.of([[1]]))
    assert changed == replace(Sample.of("mine", [[1]], "drawn"), is_edited=True)


def test_three_channels_are_colours():
    assert channel_names(3) == ("red", "green", "blue")


def test_other_channels_are_numbered_from_one():
    assert channel_names(1) == ("channel 1",)
    assert channel_names(4)[-1] == "channel 4"


def test_the_usual_names_are_nobodys_own():
    sample = Sample.of("pixel", [[[1, 2, 3]]])
    assert sample.with_channels(sample.values, ("red", "green", "blue")).own_names == ()


def test_every_channel_has_one_name():
    sample = Sample.of("pixel", [[[1, 2, 3]]])
    with pytest.raises(ValueError, match="2 names do not fit 3 channels"):
        sample.with_channels(sample.values, ("a", "b"))
