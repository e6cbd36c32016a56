from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import channels
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

LAYER = Conv.of(np.arange(1, 28).reshape(3, 3, 3, 1))


def coloured(count=3, names=(), layers=(LAYER,)):
    """A 4×5 input whose channel c holds 10 · c + row everywhere."""
    values = np.add.outer(np.arange(4), np.zeros(5))[..., np.newaxis] + 10 * np.arange(count)
    sample = Sample.of("card", values)
    return Document(sample.with_channels(sample.values, names) if names else sample, Network(layers))


def first_row(document):
    return document.sample.values.to_array()[0, 0].tolist()


def test_keeping_one_channel_leaves_it_alone_under_its_name():
    kept = channels.keep_channel(coloured(), 1)
    assert (first_row(kept), kept.sample.name) == ([10], "card, green")


def test_grey_is_the_mean_of_the_channels():
    grey = channels.mean_of_channels(coloured())
    assert (first_row(grey), grey.sample.name) == ([10], "card, grey")


@pytest.mark.parametrize("edit", [lambda d: channels.keep_channel(d, 0), channels.mean_of_channels])
def test_a_single_channel_stays_the_same_document(edit):
    document = coloured(1)
    assert edit(document) is document


def test_three_channels_split_and_added_again_are_the_picture_that_they_were():
    document = coloured()
    parts = [channels.keep_channel(document, at).sample.values.to_array() for at in range(3)]
    red = channels.keep_channel(document, 0)
    again = channels.add_channels(channels.add_channels(red, parts[1]), parts[2])
    assert again.sample.values == document.sample.values
    assert again.sample.channel_names == ("red", "green", "blue")


def test_a_fourth_channel_leaves_the_colours_their_names():
    added = channels.add_empty_channel(coloured())
    assert (first_row(added), added.sample.channel_names) == ([0, 10, 20, 0], ("red", "green", "blue", "channel 4"))


def test_an_added_channel_gets_a_name_that_no_other_has():
    document = coloured(3, ("red", "channel 4", "blue"))
    assert channels.add_empty_channel(document).sample.channel_names[-1] == "channel 5"


def test_a_copy_holds_what_its_channel_holds():
    assert first_row(channels.copy_channel(coloured(), 2)) == [0, 10, 20, 20]


def test_channels_of_another_size_are_refused_with_both_sizes():
    with pytest.raises(ValueError, match=r"4×6 do not fit an input of 4×5"):
        channels.add_channels(coloured(), np.zeros((4, 6, 1)))


def test_a_removed_channel_takes_its_name_along():
    removed = channels.remove_channel(coloured(), 0)
    assert (first_row(removed), removed.sample.channel_names) == ([10, 20], ("green", "blue"))


def test_the_only_channel_is_not_removed():
    with pytest.raises(ValueError, match="only channel"):
        channels.remove_channel(coloured(1), 0)


def test_removing_a_channel_leaves_the_weights():
    document = coloured()
    assert channels.remove_channel(document, 1).layers is document.layers


def test_a_moved_channel_takes_its_name_along():
    moved = channels.move_channel(coloured(), 2, 0)
    assert (first_row(moved), moved.sample.channel_names) == ([20, 0, 10], ("blue", "red", "green"))


def test_moving_a_channel_there_and_back_is_the_same_input():
    document = coloured()
    back = channels.move_channel(channels.move_channel(document, 0, 2), 2, 0).sample
    assert (back.values, back.channel_names) == (document.sample.values, document.sample.channel_names)


def test_a_channel_that_stays_where_it_is_changes_nothing():
    document = coloured()
    assert channels.move_channel(document, 1, 1) is document


def test_a_renamed_channel_is_called_so():
    assert channels.rename_channel(coloured(), 1, " near  infrared ").sample.channel_names[1] == "near infrared"


@pytest.mark.parametrize(("name", "told"), [("", "letters"), ("x" * 41, "has 41"), ("blue", "called blue already")])
def test_a_name_that_helps_nobody_is_refused(name, told):
    with pytest.raises(ValueError, match=told):
        channels.rename_channel(coloured(), 1, name)


def test_the_name_that_it_has_changes_nothing():
    document = coloured()
    assert channels.rename_channel(document, 1, "green") is document


def test_sixty_four_channels_fit_and_one_more_does_not():
    assert channels.too_many_channels(coloured(63), 1, LIMITS) is None
    assert "65 channels, and at most 64" in (channels.too_many_channels(coloured(64), 1, LIMITS) or "")


def test_channels_that_would_take_too_much_memory_are_refused():
    told = channels.too_many_channels(coloured(3), 1, replace(LIMITS, input_values=79))
    assert "4×5×4 = 80 values, and at most 79" in (told or "")


def test_a_sequence_has_channels_too():
    steps = Sample.of("steps", [[1, 2], [3, 4]])
    assert channels.remove_channel(Document(steps, Network(())), 0).sample.values.to_array().tolist() == [[2], [4]]
