import re

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.edits import filters, kernel_weights, layer_settings
from convstudio.model.edits.filters import FilterBank
from convstudio.model.kinds.conv_weights import with_filters
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState


def document(count=3, channels=2, size=(3, 3), names=()):
    """Make a document whose filter i holds only the weight i, with the bias 10·i."""
    weights = np.zeros((*size, channels, count)) + np.arange(count)
    conv = Conv.of(weights, 10 * np.arange(count))
    made = Document(Sample.of("zeros", np.zeros((8,) * len(size) + (channels,))), Network((conv,)))
    for index, name in enumerate(names):
        made = filters.rename_filter(made, 0, index, name)
    return made


def values(made):
    """Return the weight that each filter holds, its bias and its name."""
    conv = made.layers[0]
    return [
        (float(conv.weights[..., i].ravel()[0]), float(conv.bias[i]), conv.filter_name(i)) for i in range(conv.filters)
    ]


def weights_of(made):
    return [value for value, _, _ in values(made)]


NAMED = document(names=("a", "b", "c"))
DETECTORS = load_detectors()


def test_filters_have_numbers_for_names_until_they_get_one():
    assert [name for _, _, name in values(document())] == ["filter 1", "filter 2", "filter 3"]


def test_an_added_filter_stands_after_the_one_named_without_a_name_and_a_bias():
    held = values(filters.add_filter(NAMED, 0, 0))
    assert [held[i] for i in (0, 2, 3)] == [(0, 0, "a"), (1, 10, "b"), (2, 20, "c")]
    assert held[1][1:] == (0, "filter 2")


def test_copies_of_filters_stand_behind_the_last_of_them():
    assert weights_of(filters.duplicate_filters(NAMED, 0, [1, 0])) == [0, 1, 0, 1, 2]


def test_a_copy_keeps_bias_and_name():
    assert values(filters.duplicate_filters(NAMED, 0, [1]))[2] == (1, 10, "b")


def test_removed_filters_take_bias_and_name_with_them():
    assert values(filters.remove_filters(NAMED, 0, [0, 2])) == [(1, 10, "b")]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "The layer's only filter cannot be removed. Add another one first."),
        (3, "The layer's 3 filters cannot all be removed. Keep at least one."),
    ],
)
def test_the_last_filter_cannot_be_removed(count, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        filters.remove_filters(document(count), 0, range(count))


@pytest.mark.parametrize(
    ("chosen", "by", "order"),
    [
        ([0], 1, [1, 0, 2]),
        ([2], -1, [0, 2, 1]),
        ([0, 1], 1, [2, 0, 1]),
        ([0, 2], -1, [0, 1, 2]),
        ([2], -9, [2, 0, 1]),
        ([0], 9, [1, 2, 0]),
    ],
)
def test_filters_move_together_as_far_as_there_is_room(chosen, by, order):
    assert values(filters.move_filters(NAMED, 0, chosen, by)) == [values(NAMED)[index] for index in order]


def test_moving_beyond_the_end_is_no_edit():
    assert filters.move_filters(NAMED, 0, [2], 1) is NAMED


@pytest.mark.parametrize("name", ["", "  ", "filter 2"])
def test_an_empty_name_or_its_number_gives_a_filter_its_number_back(name):
    made = filters.rename_filter(document(names=("", "b")), 0, 1, name)
    assert made.layers[0].filter_names == ()


def test_a_name_loses_the_spaces_around_it():
    assert filters.rename_filter(document(), 0, 1, "  my edge ").layers[0].filter_names == ("", "my edge", "")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("x" * 61, "61 letters, and at most 60 fit"), ("two\nlines", "contains a line break or a character")],
)
def test_a_name_that_no_line_can_show_is_refused(name, sentence):
    with pytest.raises(ValueError, match=sentence):
        filters.rename_filter(document(), 0, 0, name)


def test_a_detector_gives_the_filter_its_id_for_a_name():
    made = kernel_weights.use_detector(document(), 0, 1, next(d for d in DETECTORS if d.id == "sobel-x"))
    assert made.layers[0].filter_names == ("", "sobel-x", "")


def edited(change):
    held = kernel_weights.use_detector(document(), 0, 1, next(d for d in DETECTORS if d.id == "sobel-x"))
    return filters.forget_stale_name(change(held), 0, 1, DETECTORS, held.layers[0]).layers[0].filter_name(1)


def test_a_detector_that_was_changed_loses_its_name():
    assert edited(lambda made: kernel_weights.negate_kernel(made, 0, 1)) == "filter 2"


def test_a_detector_that_stayed_itself_keeps_its_name():
    assert edited(lambda made: kernel_weights.set_bias(made, 0, 1, 5)) == "sobel-x"


def test_a_padded_detector_that_was_changed_loses_its_name():
    detector = next(d for d in DETECTORS if d.id == "sobel-x")
    held = kernel_weights.use_detector(
        kernel_weights.set_kernel_size(document(), 0, (5, 5)), 0, 1, detector, is_padded=True
    )
    changed = kernel_weights.negate_kernel(held, 0, 1)
    assert filters.forget_stale_name(changed, 0, 1, DETECTORS, held.layers[0]).layers[0].filter_names == ()


def test_a_detector_that_is_extended_with_zeros_keeps_its_name():
    assert edited(lambda made: kernel_weights.set_kernel_size(made, 0, (5, 5))) == "sobel-x"


def test_a_name_of_ones_own_outlives_every_change():
    held = document(names=("my edge",))
    changed = kernel_weights.negate_kernel(held, 0, 0)
    assert filters.forget_stale_name(changed, 0, 0, DETECTORS, held.layers[0]) is changed


def test_names_follow_their_filters_when_the_number_of_filters_changes():
    fewer = layer_settings.set_filters(NAMED, 0, 2)
    assert fewer.layers[0].filter_names == ("a", "b")
    assert layer_settings.set_filters(fewer, 0, 3).layers[0].filter_names == ("a", "b", "")


def test_more_than_512_filters_are_refused():
    many = layer_settings.set_filters(document(), 0, LIMITS.filters)
    with pytest.raises(ValueError, match="A layer has at most 512 filters, and this would make 513: remove some first"):
        filters.duplicate_filters(many, 0, [0])


def test_an_order_without_filters_is_refused():
    with pytest.raises(ValueError, match="A layer needs at least one filter"):
        with_filters(document().layers[0], [])


# --- between layers ------------------------------------------------------------------------------------------------


def test_pasted_filters_stand_behind_the_one_named_with_bias_and_name():
    bank = filters.copy_filters(NAMED, 0, [1, 2])
    assert values(filters.paste_filters(NAMED, 0, 0, bank)) == [
        (0, 0, "a"), (1, 10, "b"), (2, 20, "c"), (1, 10, "b"), (2, 20, "c")
    ]  # fmt: skip


def test_a_smaller_kernel_is_pasted_into_the_middle():
    bank = FilterBank.of(np.ones((1, 1, 1, 1)))
    pasted = filters.paste_filters(document(), 0, 2, bank).layers[0].weights[..., 0, 3]
    assert pasted.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_a_larger_kernel_extends_the_others_around_their_centre():
    bank = FilterBank.of(np.ones((5, 5, 1, 1)))
    made = filters.paste_filters(document(), 0, 2, bank).layers[0]
    assert (made.kernel_size, float(made.weights[..., 0, 1].sum()), made.weights[0, 0, 0, 1]) == ((5, 5), 9, 0)


def test_a_sequences_filter_becomes_one_row_on_an_image():
    bank = filters.copy_filters(document(size=(3,)), 0, [1])
    pasted = filters.paste_filters(document(), 0, 2, bank).layers[0].weights[..., 0, 3]
    assert pasted.tolist() == [[0, 0, 0], [1, 1, 1], [0, 0, 0]]


def test_a_filter_for_other_channels_is_refused():
    bank = filters.copy_filters(document(channels=3), 0, [0])
    with pytest.raises(ValueError, match="have 3 kernels each, one per channel, and a filter of this layer reads 2"):
        filters.paste_filters(document(), 0, 0, bank)


def test_an_images_filter_is_refused_on_a_sequence():
    bank = filters.copy_filters(document(), 0, [0])
    with pytest.raises(ValueError, match="The filters have 3 rows, and the input is a sequence"):
        filters.paste_filters(document(size=(3,)), 0, 0, bank)


def test_a_bank_replaces_all_filters_and_gives_its_kernel_size():
    bank = FilterBank.of(np.ones((2, 4, 1, 2)), ("x", "y"))
    made = filters.fill_bank(NAMED, 0, bank).layers[0]
    assert (made.weights.shape, made.bias.tolist(), made.filter_names) == ((2, 4, 2, 2), [0, 0], ("x", "y"))


def test_a_bank_that_the_groups_do_not_divide_is_refused():
    grouped = layer_settings.set_groups(document(2), 0, 2)
    with pytest.raises(ValueError, match="3 filters cannot be shared among 2 groups: set the groups to 1 first"):
        filters.fill_bank(grouped, 0, FilterBank.of(np.ones((3, 3, 1, 3))))


# --- memory --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "grow",
    [
        lambda held: layer_settings.set_filters(held, 0, 512),
        lambda held: kernel_weights.set_kernel_size(layer_settings.set_filters(held, 0, 69), 0, (31, 31)),
        lambda held: filters.duplicate_filters(kernel_weights.set_kernel_size(held, 0, (31, 31)), 0, range(68)),
    ],
)
def test_weights_that_would_take_too_much_memory_are_refused_with_their_number(grow):
    with pytest.raises(ValueError, match=r"weights \(\d+ MiB\), and at most 4194304 fit: use fewer filters"):
        grow(document(68, 64, (12, 12)))


def test_a_layer_that_is_too_large_already_can_be_made_smaller():
    conv = Conv.of(np.broadcast_to(np.float32(1), (31, 31, 64, 128)))
    large = Document(Sample.of("zeros", np.zeros((32, 32, 64))), Network((conv,)))
    assert filters.remove_filters(large, 0, [0]).layers[0].filters == 127


def test_looking_at_one_filter_alone_ends_with_letting_go():
    assert not filters.with_filter_alone(ViewState(), True).let_go().solo
