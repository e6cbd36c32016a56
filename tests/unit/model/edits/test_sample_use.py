import numpy as np

from convstudio.model.edits.sample_use import sample_use
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

BEFORE = Document(Sample.of("grey", np.zeros((4, 4, 1))), Network((Conv.of(np.ones((3, 3, 1, 2))),)))
COLOURS = Sample.of("colours", np.ones((4, 4, 3)))


def test_the_filters_follow_the_channels_of_another_sample():
    assert sample_use(COLOURS, "Open").edited(BEFORE).layers[0].channels == 3


def test_the_alternative_leaves_the_filters_as_they_are():
    (kept,) = sample_use(COLOURS, "Open").instead
    after = kept.edit(BEFORE)
    assert (after.sample, after.network) == (COLOURS, BEFORE.network)


def test_the_alternative_is_a_step_of_its_own_name():
    (kept,) = sample_use(COLOURS, "Open colours").instead
    assert kept.step == "Open colours, filters kept"
