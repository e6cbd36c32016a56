"""What is true of every edit: it changes nothing that it was given, and undo takes it back to the last bit."""

from hypothesis import given
from hypothesis import strategies as st
from random_documents import documents, edited, snapshot

from convstudio.session.session import Session


@given(documents(rank=2), st.data())
def test_an_edit_never_changes_the_document_that_it_was_given(document, data):
    for _ in range(4):
        before = snapshot(document)
        changed = data.draw(edited(document))
        assert snapshot(document) == before
        document = changed


@given(documents(rank=2), st.data())
def test_an_edit_gives_only_arrays_that_nobody_can_write(document, data):
    for _ in range(4):
        document = data.draw(edited(document))
    layer = document.layers[0]
    assert not any(held.flags.writeable for held in (layer.weights, layer.bias, document.sample.values.to_array()))


@given(documents(rank=1), st.data())
def test_an_edit_keeps_weights_bias_and_settings_of_one_rank(document, data):
    for _ in range(4):
        document = data.draw(edited(document))
    layer = document.layers[0]
    assert layer.rank == document.sample.rank == len(layer.stride) == len(layer.dilation)
    assert layer.bias.shape == (layer.filters,)
    assert layer.channels == document.sample.channels


@given(document=documents(rank=2), data=st.data())
def test_undoing_all_edits_gives_back_the_identical_document_and_redoing_the_last(qapp, document, data):
    session = Session(document)
    first = snapshot(document)
    for _ in range(data.draw(st.integers(1, 6))):
        session.apply("edit", data.draw(edited(session.document)))
    last, last_bits = session.document, snapshot(session.document)
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert session.document is document
    assert snapshot(session.document) == first
    while session.undo_stack.canRedo():
        session.undo_stack.redo()
    assert session.document is last
    assert snapshot(session.document) == last_bits
    session.close()


@given(document=documents(rank=2), data=st.data())
def test_a_gesture_is_undone_at_once_whatever_it_did(qapp, document, data):
    session = Session(document)
    for _ in range(data.draw(st.integers(1, 6))):
        session.apply("stroke", data.draw(edited(session.document)), gesture=1)
    session.undo_stack.undo()
    assert session.document is document
    session.close()
