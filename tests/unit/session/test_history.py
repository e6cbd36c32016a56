"""Undo steps hold a stated amount of memory at most: the oldest are dropped, and the history says so."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import kernel_weights
from convstudio.model.edits.intent import Intent, Target
from convstudio.model.edits.side_effects import side_effects
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.footprint import Footprint, document_bytes
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.session import editor, history
from convstudio.session.editor import Editor
from convstudio.session.session import Session

KIB = 1024
SAMPLE_BYTES = 4 * 16 * 16


def sample(value):
    return Sample.of(str(value), np.full((16, 16, 1), value, np.float32))


START = Document(sample(0), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
OTHER_BYTES = document_bytes(START) - SAMPLE_BYTES


@pytest.fixture
def session(qapp):
    made = Session(START, most_undo_bytes=10 * SAMPLE_BYTES)
    yield made
    made.close()


def open_samples(session, *values):
    for value in values:
        session.apply(f"Open {value}", replace(session.document, sample=sample(value)))


def undo_all(session):
    while session.undo_stack.canUndo():
        session.undo_stack.undo()


def test_steps_within_the_limit_are_all_kept(session):
    open_samples(session, *range(1, 11))
    undo_all(session)
    assert session.document is START


def test_the_steps_never_hold_more_than_the_limit_besides_the_document_of_now(session):
    for value in range(1, 100):
        open_samples(session, value)
        assert session.history._footprint.bytes - document_bytes(session.document) <= 10 * SAMPLE_BYTES


def test_undoing_everything_ends_at_the_oldest_step_that_is_kept(session):
    open_samples(session, *range(1, 12))
    kept = session.undo_stack.count()
    undo_all(session)
    assert session.document.sample.name == str(11 - kept)
    assert 7 <= kept < 11


def test_redoing_everything_after_a_drop_ends_at_the_newest_step(session):
    open_samples(session, *range(1, 12))
    newest = session.document
    undo_all(session)
    while session.undo_stack.canRedo():
        session.undo_stack.redo()
    assert session.document is newest


def test_a_drop_changes_nothing_on_show_and_keeps_the_names_of_the_steps(session):
    shown = []
    session.document_changed.connect(lambda _, after: shown.append(after.sample.name))
    open_samples(session, *range(1, 12))
    assert shown == [str(value) for value in range(1, 12)]
    assert session.undo_stack.undoText() == "Open 11"


def test_the_history_says_once_that_steps_were_dropped_and_takes_it_back_with_another_project(session):
    told = []
    session.history.dropped_changed.connect(told.append)
    open_samples(session, *range(1, 60))
    session.restart(START)
    assert told == [True, False]


def test_a_saved_state_that_was_dropped_leaves_the_document_modified(session):
    open_samples(session, *range(1, 12))
    undo_all(session)
    assert session.is_modified


def test_the_saved_state_is_found_again_after_a_drop(session):
    open_samples(session, *range(1, 10))
    saved = session.document
    session.mark_saved(saved)
    open_samples(session, 10, 11, 12)
    while session.is_modified and session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert session.document is saved


def test_the_last_step_stays_however_much_it_holds(session):
    vast = Sample.of("vast", np.zeros((200, 200, 1), np.float32))
    session.apply("Open vast", replace(START, sample=vast))
    session.apply("Open 1", replace(START, sample=sample(1)))
    session.undo_stack.undo()
    assert session.document.sample is vast


def test_a_gesture_goes_on_in_its_step_after_a_drop(session):
    open_samples(session, *range(1, 11))
    for value in (11, 12):
        session.apply("Paint", replace(session.document, sample=sample(value)), gesture=3)
    session.undo_stack.undo()
    assert session.document.sample.name == "10"


def test_what_was_undone_and_forgotten_is_not_counted(session):
    for value in range(1, 100):
        open_samples(session, value)
        session.undo_stack.undo()
    assert session.history._footprint.bytes <= 2 * SAMPLE_BYTES + OTHER_BYTES


def test_the_points_of_a_gesture_are_not_counted_but_the_last(session):
    for value in range(1, 100):
        session.apply("Paint", replace(session.document, sample=sample(value)), gesture=3)
    assert session.history._footprint.bytes == 2 * SAMPLE_BYTES + OTHER_BYTES


# --- counting ----------------------------------------------------------------------------------------------------


def test_what_documents_share_counts_once():
    footprint, made = Footprint(), [kernel_weights.set_bias(START, 0, 0, value) for value in range(5)]
    for document in made:
        footprint.add(document)
    assert footprint.bytes == document_bytes(START) + 4 * 4  # four more biases of four bytes


def test_removing_all_documents_leaves_nothing():
    footprint, made = Footprint(), [START, kernel_weights.set_bias(START, 0, 0, 1), replace(START, sample=sample(1))]
    for document in (*made, *made):
        footprint.add(document)
    for document in (*made, *made):
        footprint.remove(document)
    assert footprint.bytes == 0


def test_a_part_of_a_larger_array_counts_as_the_array_that_it_keeps():
    owner = np.zeros((100, 100, 1), np.float32)
    owner.flags.writeable = False
    assert document_bytes(replace(START, sample=Sample.of("part", owner[:10]))) == owner.nbytes + OTHER_BYTES


def test_what_an_edit_changes_besides_is_found_once(session, monkeypatch):
    calls = []
    for module in (editor, history):
        monkeypatch.setattr(module, "side_effects", lambda *asked: calls.append(asked) or side_effects(*asked))
    Editor(session, lambda _title, _question, _answers: None).apply(
        Intent("Set bias", lambda before: kernel_weights.set_bias(before, 0, 0, 2))
    )
    assert (session.undo_stack.undoText(), len(calls)) == ("Set bias", 1)


def test_a_drag_names_what_it_changed_since_its_beginning(session):
    one, two = (kernel_weights.set_bias(START, 0, 0, value) for value in (1, 2))
    target = Target.of_input(START)
    session.apply("Drag", one, 3, target)
    session.apply("Drag", two, 3, target, effects=())
    assert session.undo_stack.undoText() == "Drag and set the bias of layer 1"


def test_going_to_a_step_shows_its_document_once_and_going_forward_again_too(session):
    open_samples(session, 1, 2, 3, 4)
    shown = []
    session.document_changed.connect(lambda _before, after: shown.append(after.sample.name))
    for place in (1, 4, 0, 0, 9):
        session.history.go_to(place)
    assert shown == ["1", "4", "0"]
    assert session.undo_stack.index() == 0


def test_the_names_and_the_place_follow_every_edit_and_every_drop(session):
    told = []
    session.history.changed.connect(
        lambda: told.append((session.history.names, session.history.place, session.history.has_dropped))
    )
    open_samples(session, *range(1, 15))
    assert told[-1] == (session.history.names, len(session.history.names), True)
    assert session.history.names[-1] == "Open 14"
    assert len(session.history.names) < 14
