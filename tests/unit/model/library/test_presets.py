from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.library.presets import (
    DamagedPreset,
    PresetListing,
    copy_name,
    described,
    filter_preset,
    kernel_preset,
)


def test_a_folder_without_presets_has_no_problem():
    assert PresetListing("presets") == PresetListing("presets", (), (), "")


def test_a_damaged_preset_says_why():
    assert DamagedPreset("edge.kernel.json", "It is empty.").reason == "It is empty."


LAYER = Conv.of(np.arange(24, dtype=np.float32).reshape(2, 2, 3, 2), np.float32([1, 2]))


def test_a_kernel_is_used_on_every_channel_and_brings_no_bias():
    made = kernel_preset(LAYER, 1, 2)
    assert (made.rank, made.mixes_channels, made.bias) == (2, False, None)
    np.testing.assert_array_equal(made.kernel, LAYER.weights[..., 2, 1])


def test_a_whole_filter_keeps_its_channels_and_its_bias():
    made = filter_preset(LAYER, 1)
    assert (made.mixes_channels, made.bias) == (True, 2)
    np.testing.assert_array_equal(made.kernel, LAYER.weights[..., 1])


def test_a_whole_filter_of_one_channel_fits_every_layer():
    made = filter_preset(Conv.of(np.ones((3, 1, 1)), np.float32([-0.5])), 0)
    assert (made.rank, made.kernel.shape, made.mixes_channels, made.bias) == (1, (3,), False, -0.5)


def test_a_layer_without_a_bias_gives_none():
    assert filter_preset(replace(LAYER, has_bias=False), 0).bias is None


def test_a_volumes_kernel_is_refused():
    with pytest.raises(ValueError, match="Save a volume's kernels in a project"):
        kernel_preset(Conv.of(np.ones((2, 2, 2, 1, 1))), 0, 0)


def test_texts_are_tidied():
    made = described(kernel_preset(LAYER, 0, 0), "  My \n edge ", "a b,, a b ,c", " edges ", "one\ntwo\n", " me ")
    assert (made.name, made.tags, made.detects, made.note, made.source) == (
        "My edge", ("a b", "c"), "edges", "one\ntwo", "me",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "tags", "note", "sentence"),
    [
        (" ", "", "", "has no name. Type one"),
        ("x" * 61, "", "", "has 61 letters, and at most 60"),
        ("a\u202eb", "", "", "cannot be shown"),
        ("a", "t" * 41, "", "has 41 letters, and at most 40"),
        ("a", ",".join(map(str, range(17))), "", "17 tags, and at most 16"),
        ("a", "", "n" * 2001, "has 2001 letters"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(name, tags, note, sentence):
    with pytest.raises(ValueError, match=sentence):
        described(kernel_preset(LAYER, 0, 0), name, tags, "", note, "")


def test_the_name_of_a_copy_fits():
    assert len(copy_name("x" * 60)) == 60
