import numpy as np
import pytest

from convstudio.model.edits.axes import axis_turns, turn_axes
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


def document(shape):
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    return Document(Sample.of("x", values), Network(()))


def turned(held, name):
    rank = held.sample.rank
    return turn_axes(held, next(turn for turn in axis_turns(rank) if turn.name == name), LIMITS)


def values(held):
    return held.sample.values.to_array()


def test_channels_first_become_channels_last_and_back():
    held = document((3, 12, 16))
    there = turned(held, "Make rows the channels")
    np.testing.assert_array_equal(values(there), np.moveaxis(values(held), 0, -1))
    assert values(turned(there, "Make channels the rows")).tobytes() == values(held).tobytes()
    assert there.sample.channel_names == ("red", "green", "blue")


def test_rows_and_columns_are_swapped_and_the_channels_keep_their_names():
    held = document((4, 5, 2))
    held = held.with_sample(held.sample.with_channels(held.sample.values, ["left", "right"]))
    swapped = turned(held, "Swap rows and columns")
    np.testing.assert_array_equal(values(swapped), values(held).transpose(1, 0, 2))
    assert (swapped.sample.channel_names, swapped.sample.is_edited) == (("left", "right"), True)


def test_steps_and_channels_of_a_sequence_are_swapped():
    assert values(turned(document((5, 2)), "Swap steps and channels")).shape == (2, 5)


def test_more_channels_than_fit_are_refused_with_the_shape():
    with pytest.raises(ValueError, match="The input would be 8×3×70 with 70 channels, and at most 64 fit"):
        turned(document((70, 8, 3)), "Make rows the channels")


def test_a_turn_of_an_input_that_is_gone_is_refused():
    with pytest.raises(ValueError, match="The input is 5×2 now"):
        turn_axes(document((5, 2)), axis_turns(2)[0], LIMITS)
