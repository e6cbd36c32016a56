from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.panes import partial_maps
from convstudio.model.panes.partial_maps import Pair
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

RANDOM = np.random.default_rng(5)


def document(channels=3, filters=2, groups=1, spatial=(5, 6), **settings):
    layer = Conv.of(RANDOM.normal(size=(3, 3, channels // groups, filters)), RANDOM.normal(size=filters))
    sample = Sample.of("picture", RANDOM.uniform(size=(*spatial, channels)))
    return Document(sample, Network((replace(layer, groups=groups, **settings),)))


def request(held, view):
    return partial_maps.request_of(held, view, held.sample.values, held.sample.channel_names)


def made(held, view):
    return partial_maps.partial_maps(request(held, view))


@pytest.mark.parametrize("groups", [1, 2])
def test_depthwise_makes_one_map_per_channel(groups):
    held = document(channels=4, filters=4, groups=groups)
    assert made(held, ViewState(filter=3, pairing="depthwise")).maps.filters == 4


def test_every_pair_makes_the_channels_of_one_filter_after_the_other():
    asked = request(document(), ViewState(pairing="every pair"))
    assert asked.pairs == tuple(Pair(f, c) for f in range(2) for c in range(3))


@pytest.mark.parametrize(
    "settings",
    [{}, {"padding": "same", "padding_mode": "reflect"}, {"stride": (2, 1), "flip": True}, {"dilation": (1, 2)}],
)
def test_the_partial_maps_of_a_filter_and_its_bias_add_up_to_its_map(settings):
    held = document(**settings)
    layer, found = held.layers[0], made(held, ViewState(pairing="every pair"))
    values = found.maps.joined.to_array()
    sums = values.reshape(*values.shape[:-1], 2, 3).sum(axis=-1) + layer.bias
    np.testing.assert_allclose(sums, layer.run(held.sample.values.to_array()), atol=1e-5)


def test_bias_and_activation_are_left_out():
    held = document(activation="sigmoid")
    plain = replace(held.layers[0], activation="linear", bias=np.zeros(2, np.float32))
    documents = [Document(held.sample, Network((layer,))) for layer in (*held.layers, plain)]
    both = [made(one, ViewState(pairing="depthwise")) for one in documents]
    np.testing.assert_array_equal(*(found.maps.joined.to_array() for found in both))


@pytest.mark.parametrize(
    ("held", "view"),
    [
        (document(), ViewState()),
        (document(channels=1), ViewState(pairing="depthwise")),
        (document(is_on=False), ViewState(pairing="depthwise")),
        (document(), ViewState(pairing="depthwise", combined=True)),
        (document(spatial=(2, 2)), ViewState(pairing="depthwise")),
        (Document(document().sample, Network((Pool(),))), ViewState(pairing="depthwise")),
    ],
    ids=["standard", "one channel", "switched off", "a combination", "a kernel too large", "no convolution"],
)
def test_the_one_map_stays_where_nothing_else_is_compared(held, view):
    assert not partial_maps.shows_partial_maps(held, view)
    assert request(held, view) is None


def test_of_very_many_pairs_a_block_with_the_selected_one_is_shown():
    held = document(channels=40, filters=40)
    asked = request(held, ViewState(filter=20, channel=7, pairing="every pair"))
    assert Pair(20, 7) in asked.pairs
    assert len(asked.pairs) == 512
    assert partial_maps.partial_sentence(asked).split(". ")[2] == "Shown: 513 to 1\xa0024"


def test_a_large_input_shows_no_more_maps_than_fit_into_memory():
    held = document(channels=20, filters=1, spatial=(1080, 1920))
    assert len(request(held, ViewState(pairing="depthwise")).pairs) == 16


def test_the_sentence_says_what_would_be_made_and_what_standard_does():
    asked = request(document(), ViewState(pairing="depthwise"))
    assert partial_maps.partial_sentence(asked) == (
        "This is what depthwise would make: 3 maps, one per channel. Nothing is added. "
        "Standard adds the 3 maps of a filter to one."
    )


def test_the_pairs_that_groups_leave_out_are_told():
    asked = request(document(channels=4, filters=4, groups=2), ViewState(pairing="every pair"))
    told = partial_maps.partial_sentence(asked)
    assert "16 maps" in told
    assert "The 2 groups of this layer have kernels for 8 of them." in told


def test_the_values_at_the_current_position_stand_side_by_side():
    held = Document(Sample.of("pixel", [[[1, 2, 3]]]), Network((Conv.of([[[[2], [3], [4]]]]),)))
    found = made(held, ViewState(pairing="depthwise"))
    assert partial_maps.values_line(found, ViewState(position=(0, 0))) == "row 1, column 1: red 2 · green 6 · blue 12"
    assert partial_maps.values_line(found, ViewState(position=(0, 0), revealed=0)).endswith("not computed yet")
    assert partial_maps.values_line(found, ViewState(position=(0, 1))) == ""


def test_the_selected_kernel_has_its_tile():
    held = document()
    asked = request(held, ViewState(pairing="every pair"))
    assert asked.index_of(ViewState(filter=1, channel=2)) == 5


def test_selecting_a_tile_selects_its_filter_and_its_channel():
    view = partial_maps.selecting_pair(document(), ViewState(pairing="every pair"), Pair(1, 2))
    assert (view.filter, view.channel, view.pairing) == (1, 2, "every pair")


def test_the_channels_of_a_filter_stand_in_a_row_where_they_fit():
    asked = request(document(), ViewState(pairing="every pair"))
    side = partial_maps.tile_side(asked, 310, 200, (10, 26), (60, 288))
    assert 310 // (side + 10) == 3
