from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import building, input_cells, kernel_weights
from convstudio.model.edits.learning.targets import set_target
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.scale import GREY, Scale
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.session.session import Session


def new_document(title="first"):
    sample = Sample.of("picture", np.zeros((8, 8, 1)))
    return Document(sample, Network((Conv.of(np.ones((3, 3, 1, 1))),)), title)


class Told:
    """Everything that a session told, in order."""

    def __init__(self, session):
        self.documents, self.views, self.modified, self.order = [], [], [], []
        session.document_changed.connect(lambda *change: self._note("document", self.documents, change))
        session.view_changed.connect(lambda *change: self._note("view", self.views, change))
        session.modified_changed.connect(lambda is_so: self._note("modified", self.modified, is_so))

    def _note(self, name, told, what):
        self.order.append(name)
        told.append(what)


@pytest.fixture
def session(qapp):
    session = Session(new_document())
    yield session
    session.close()


@pytest.fixture
def told(session):
    return Told(session)


def biased(session, value):
    return kernel_weights.set_bias(session.document, 0, 0, value)


def test_one_edit_is_one_document_changed(session, told):
    before, after = session.document, biased(session, 1)
    session.apply("Set bias", after)
    assert told.documents == [(before, after)]
    assert session.document is after


def test_one_edit_is_one_named_undo_step(session):
    session.apply("Set bias", biased(session, 1))
    assert (session.undo_stack.count(), session.undo_stack.undoText()) == (1, "Set bias")


def test_one_edit_moves_the_undo_stack_once(session):
    moved = []
    session.undo_stack.indexChanged.connect(moved.append)
    session.apply("Set bias", biased(session, 1))
    assert moved == [1]


def test_an_edit_that_changed_nothing_is_no_step(session, told):
    session.apply("Set bias", session.document)
    assert (session.undo_stack.count(), told.order) == (0, [])


def test_undo_tells_once_and_brings_the_same_object_back(session, told):
    before = session.document
    session.apply("Set bias", after := biased(session, 1))
    session.undo_stack.undo()
    assert told.documents[1:] == [(after, before)]
    assert session.document is before


def test_redo_tells_once_and_brings_the_same_object_back(session, told):
    session.apply("Set bias", after := biased(session, 1))
    session.undo_stack.undo()
    session.undo_stack.redo()
    assert len(told.documents) == 3
    assert session.document is after


def test_an_edit_after_undo_forgets_what_was_undone(session):
    session.apply("one", biased(session, 1))
    session.undo_stack.undo()
    session.apply("two", biased(session, 2))
    assert not session.undo_stack.canRedo()


def test_a_target_and_the_settings_of_training_are_undone_and_redone(session):
    before = session.document
    session.apply("Set target", set_target(before, ClassTarget(0)))
    session.apply("Set training", set_training(session.document, epochs=7))
    session.undo_stack.undo()
    assert (session.document.target, session.document.training) == (ClassTarget(0), before.training)
    session.undo_stack.undo()
    assert session.document is before
    session.undo_stack.redo()
    session.undo_stack.redo()
    assert session.document.training.epochs == 7


def test_a_gesture_is_one_undo_step_however_many_points_it_has(session):
    before = session.document
    for value in (1, 2, 3):
        session.apply("Paint", biased(session, value), gesture=7)
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert session.document is before


def test_every_point_of_a_gesture_is_told_once(session, told):
    for value in (1, 2, 3):
        session.apply("Paint", biased(session, value), gesture=7)
    assert len(told.documents) == 3


def test_a_gesture_is_redone_to_its_end(session):
    for value in (1, 2, 3):
        session.apply("Paint", biased(session, value), gesture=7)
    last = session.document
    session.undo_stack.undo()
    session.undo_stack.redo()
    assert session.document is last


def test_two_gestures_are_two_steps(session):
    session.apply("Paint", biased(session, 1), gesture=7)
    session.apply("Paint", biased(session, 2), gesture=8)
    assert session.undo_stack.count() == 2


def test_an_edit_between_two_points_of_a_gesture_parts_them(session):
    session.apply("Paint", biased(session, 1), gesture=7)
    session.apply("Set bias", biased(session, 2))
    session.apply("Paint", biased(session, 3), gesture=7)
    assert session.undo_stack.count() == 3


def test_edits_of_another_name_do_not_join_a_gesture_of_the_same_number(session):
    session.apply("Paint", biased(session, 1), gesture=1)
    session.apply("Drag the bias", biased(session, 2), gesture=1)
    assert session.undo_stack.count() == 2


def test_edits_without_a_gesture_stay_apart(session):
    for value in (1, 2):
        session.apply("Set bias", biased(session, value))
    assert session.undo_stack.count() == 2


def test_looking_somewhere_else_is_told_once_and_is_no_step(session, told):
    before = session.view
    session.look(replace(before, position=(1, 1)))
    assert told.views == [(before, ViewState(position=(1, 1)))]
    assert (session.undo_stack.count(), session.is_modified) == (0, False)


def test_looking_at_the_same_is_not_told(session, told):
    session.look(ViewState())
    assert told.order == []


def test_looking_outside_looks_at_the_last_that_is_there(session):
    session.look(ViewState(position=(99, 99), filter=9))
    assert (session.view.position, session.view.filter) == ((5, 5), 0)


def test_an_edit_that_leaves_the_view_tells_no_view(session, told):
    session.apply("Set bias", biased(session, 1))
    assert told.views == []


def test_an_edit_that_takes_the_position_away_tells_the_document_and_then_the_view(session, told):
    session.look(ViewState(position=(5, 5)))
    session.apply("Set shape", input_cells.set_input_shape(session.document, (4, 4)))
    assert told.order[1:3] == ["document", "view"]
    assert session.view.position == (1, 1)


def test_the_view_fits_already_when_the_document_is_told(session):
    session.look(ViewState(position=(5, 5)))
    seen = []
    session.document_changed.connect(lambda *_: seen.append(session.view.position))
    session.apply("Set shape", input_cells.set_input_shape(session.document, (4, 4)))
    assert seen == [(1, 1)]


def test_undo_does_not_move_the_view(session):
    session.apply("Set bias", biased(session, 1))
    session.look(ViewState(position=(2, 3), pinned=Cell(Pane.MAP, (2, 3))))
    view = session.view
    session.undo_stack.undo()
    assert session.view is view


def test_it_is_modified_after_an_edit_and_not_after_its_undo(session, told):
    session.apply("Set bias", biased(session, 1))
    assert session.is_modified
    session.undo_stack.undo()
    assert not session.is_modified
    assert told.modified == [True, False]


def test_a_second_edit_does_not_tell_modified_again(session, told):
    for value in (1, 2):
        session.apply("Set bias", biased(session, value))
    assert told.modified == [True]


def test_saving_makes_it_unmodified_and_undo_modified_again(session, told):
    session.apply("Set bias", biased(session, 1))
    session.mark_saved(session.document)
    assert not session.is_modified
    session.undo_stack.undo()
    assert session.is_modified
    assert told.modified == [True, False, True]


def test_a_gesture_does_not_grow_into_a_step_that_is_saved(session):
    session.apply("Paint", biased(session, 1), gesture=7)
    session.mark_saved(session.document)
    session.apply("Paint", biased(session, 2), gesture=7)
    assert session.is_modified
    session.undo_stack.undo()
    assert not session.is_modified


def test_a_restart_tells_the_new_document_once_and_forgets_the_steps(session, told):
    session.apply("Set bias", biased(session, 1))
    before, after = session.document, new_document("second")
    session.restart(after)
    assert told.documents[1:] == [(before, after)]
    assert (session.undo_stack.count(), session.is_modified) == (0, False)


def test_a_restart_looks_where_it_is_told(session):
    session.look(ViewState(position=(3, 3)))
    session.restart(new_document("second"), ViewState(position=(1, 2)))
    assert session.view.position == (1, 2)


def test_a_restart_looks_at_the_first_position_by_itself(session):
    session.look(ViewState(position=(3, 3)))
    session.restart(new_document("second"))
    assert session.view == ViewState()


def test_a_restart_with_what_no_file_has_is_modified(session, told):
    session.restart(new_document("recovered"), saved=False)
    assert session.is_modified
    assert told.modified == [True]


def test_what_no_file_has_stays_modified_after_undo(session):
    session.restart(new_document("recovered"), saved=False)
    session.apply("Set bias", biased(session, 1))
    session.undo_stack.undo()
    assert session.is_modified


def test_a_restart_after_an_unsaved_one_is_unmodified(session, told):
    session.restart(new_document("recovered"), saved=False)
    session.restart(new_document("opened"))
    assert not session.is_modified
    assert told.modified == [True, False]


def test_a_closed_session_is_silent(session, told):
    session.apply("Set bias", biased(session, 1))
    told.order.clear()
    stack_told = []
    session.undo_stack.indexChanged.connect(stack_told.append)
    session.close()
    session.look(ViewState(position=(1, 1)))
    assert (told.order, stack_told) == ([], [])


def test_a_hundred_steps_on_a_photograph_keep_one_photograph(session):
    photograph = Sample.of("photograph", np.zeros((1080, 1920, 3), np.float32))
    session.apply("Open", input_cells.set_sample(session.document, photograph))
    base = session.document.sample.values._base
    for step in range(100):
        session.apply("Paint", input_cells.paint_input(session.document, (step, step), 1, 1, None))
    assert session.document.sample.values._base is base


def test_a_layer_that_is_put_before_the_selected_one_leaves_that_selected(session):
    session.apply("Add", building.add_layer(session.document, 0, "Convolution"))
    session.look(replace(session.view, layer=1, filter=5))
    session.apply("Add", building.add_layer(session.document, 0, "Activation"))
    assert (session.view.layer, session.view.filter) == (2, 5)


def test_another_project_keeps_the_colours_of_maps(session: Session) -> None:
    session.look(session.view.scaled(colours=GREY, held=(0.0, 1.0)))
    session.restart(replace(session.document, title="other"))
    assert session.view.scale == Scale(colours=GREY)
