"""What is true of every edit of the channels, in any order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.model.edits import channels
from convstudio.model.edits.misfits import find_misfit, fit_all
from tests.property.random_documents import documents, snapshot


@st.composite
def arranged(draw, document, moves=True):
    """Arrange the channels of a document in one way or another."""
    count = document.sample.channels
    at, to = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))
    free = [name for name in map("name {}".format, range(1, 99)) if name not in document.sample.channel_names]
    ways = [
        lambda: channels.keep_channel(document, at),
        lambda: channels.mean_of_channels(document),
        lambda: channels.add_empty_channel(document),
        lambda: channels.copy_channel(document, at),
        lambda: channels.rename_channel(document, at, draw(st.sampled_from(free[:9]))),
    ]
    if moves:
        ways.append(lambda: channels.move_channel(document, at, to))
    if count > 1:
        ways.append(lambda: channels.remove_channel(document, at))
    return draw(st.sampled_from(ways))()


@given(documents(), st.data())
def test_every_channel_keeps_a_name_of_its_own(document, data):
    for _ in range(6):
        document = data.draw(arranged(document))
    names = document.sample.channel_names
    assert len(set(names)) == document.sample.channels


@given(documents(), st.data())
def test_arranging_channels_changes_no_document_that_it_was_given_and_unless_one_moves_no_weights(document, data):
    layers = document.layers
    for _ in range(4):
        before = snapshot(document)
        changed = data.draw(arranged(document, moves=False))
        assert snapshot(document) == before
        document = changed
    assert document.layers is layers


@given(documents(), st.data())
def test_arranged_channels_open_again_as_they_were_saved(document, data):
    for _ in range(4):
        document = data.draw(arranged(document))
    assert decode_document(encode_document(document))[0] == document


@given(documents(rank=2), st.data())
def test_what_is_offered_lets_the_filters_work_again(document, data):
    for _ in range(4):
        document = data.draw(arranged(document))
    fitted = fit_all(document)
    assert find_misfit(fitted) is None
    if find_misfit(document) is not None:
        assert fitted.output_shape(0) is not None


@given(documents(rank=2), st.integers(0, 8), st.integers(0, 8))
def test_moving_a_channel_moves_what_it_holds(document, at, to):
    count = document.sample.channels
    at, to = at % count, to % count
    moved = channels.move_channel(document, at, to).sample
    np.testing.assert_array_equal(moved.values.to_array()[..., to], document.sample.values.to_array()[..., at])
    assert moved.channel_names[to] == document.sample.channel_names[at]
