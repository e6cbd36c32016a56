"""What is true of every edit: it changes nothing that it was given, and undo takes it back to the last bit."""

from hypothesis import given
from hypothesis import strategies as st

from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.model.edits import building
from convstudio.session.session import Session
from tests.property.random_documents import BUILDS, documents, edited, networks, snapshot


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


@given(networks(), st.data())
def test_building_a_network_changes_no_document_that_it_was_given(document, data):
    for _ in range(4):
        before = snapshot(document)
        changed = data.draw(edited(document, BUILDS))
        assert snapshot(document) == before
        document = changed


@given(networks(), st.data())
def test_a_network_that_was_built_can_be_saved_and_opens_again(document, data):
    for _ in range(4):
        document = data.draw(edited(document, BUILDS))
    assert decode_document(encode_document(document))[0] == document


@given(networks(), st.data())
def test_a_layer_that_was_fitted_works_or_no_fitting_can_help_it(document, data):
    for _ in range(3):
        document = data.draw(edited(document, BUILDS))
    layer = building.misfit(document)
    if layer is not None:
        assert building.fit_layer(document, layer).output_shape(layer) is not None


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
