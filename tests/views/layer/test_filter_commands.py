from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.edits import filters
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.filter_commands import FilterCommands
from convstudio.views.layer.filter_dialogs import InitialiserDialog, NameQuestion
from convstudio.views.layer.filter_matrix import FilterMatrix
from tests.views.intents import on_edit, on_move
from tests.views.kernel_documents import LINE, image_document

NEXT = "tutorial-horizontal-line"
NEXT_TITLE = "Horizontal line (tutorial)"


class Desk:
    """The menu and its matrix over one document, with every wish carried out as the app does."""

    def __init__(self, qtbot: QtBot, document: Document) -> None:
        self.matrix = FilterMatrix()
        qtbot.addWidget(self.matrix)
        self.commands = FilterCommands(load_detectors(), LIMITS, self.matrix, self.matrix)
        self.document, self.view = document, ViewState()
        self.steps: list[str] = []
        self.refusals: list[str] = []
        on_edit(self.commands, self._edit)
        on_move(self.commands, self._look)
        self.commands.refused.connect(self.refusals.append)
        self._show()

    @property
    def names(self) -> list[str]:
        layer = conv_at(self.document, 0)
        return [layer.filter_name(index) for index in range(layer.filters)]

    def press(self, text: str) -> None:
        """Trigger the entry of the menu that begins with a text."""
        entry = next(one for one in self.commands.actions() if one.text().replace("&", "").startswith(text))
        entry.trigger()

    def dialog(self, kind: type[QDialog]) -> QDialog:
        return next(one for one in self.matrix.findChildren(kind) if one.isVisible())

    def look_at(self, index: int) -> None:
        self.view = ViewState(filter=index)
        self._show()

    def _edit(self, step: str, edit, gesture: object) -> None:
        assert gesture is None
        self.steps.append(step)
        try:
            self.document = edit(self.document)
        except ValueError as refusal:
            self.refusals.append(str(refusal))
        self._show()

    def _look(self, look) -> None:
        self.view = look(self.document, self.view)
        self._show()

    def _show(self) -> None:
        for part in (self.matrix, self.commands):
            part.show_document(self.document, self.view)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    document = image_document(LINE, channels=3, filters=3)
    for index, name in enumerate("abc"):
        document = filters.rename_filter(document, 0, index, name)
    return Desk(qtbot, document)


@pytest.mark.parametrize(
    ("entry", "step", "names", "looked"),
    [
        ("Add filter", f"Add filter: {NEXT_TITLE}", ["a", "b", NEXT, "c"], 2),
        ("Duplicate", "Duplicate filter", ["a", "b", "b", "c"], 2),
        ("Remove", "Remove filter", ["a", "c"], 1),
        ("Move up", "Move filter b to place 1", ["b", "a", "c"], 0),
        ("Move down", "Move filter b to place 3", ["a", "c", "b"], 2),
    ],
)
def test_a_command_is_one_step_and_goes_to_the_filter_it_made(desk: Desk, entry, step, names, looked) -> None:
    desk.look_at(1)
    desk.press(entry)
    assert (desk.steps, desk.names, desk.view.filter) == ([step], names, looked)


def test_filters_selected_together_move_together_and_stay_selected(desk: Desk) -> None:
    desk.matrix.show()
    desk.matrix.choose([0, 1])
    desk.press("Move down")
    assert (desk.names, desk.matrix.chosen, desk.steps) == (["c", "a", "b"], [1, 2], ["Move 2 filters"])


def test_the_last_filter_is_kept_with_a_sentence(qtbot: QtBot) -> None:
    desk = Desk(qtbot, image_document(LINE))
    desk.press("Remove")
    assert desk.refusals == ["The layer's only filter cannot be removed. Add another one first."]


def test_a_copied_filter_is_pasted_behind_the_one_looked_at(desk: Desk) -> None:
    desk.look_at(2)
    desk.press("Copy")
    desk.look_at(0)
    desk.press("Paste")
    assert (desk.names, desk.steps) == (["a", "c", "b", "c"], ["Paste filter"])


def test_a_filter_is_pasted_into_another_layer_only_where_it_fits(qtbot: QtBot, desk: Desk) -> None:
    desk.press("Copy")
    other = Desk(qtbot, image_document(LINE, channels=2))
    other.press("Paste")
    assert other.refusals == [
        "The filters have 3 kernels each, one per channel, and a filter of this layer reads 2 channels."
    ]


def test_pasting_what_is_no_filter_says_so(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("hello")
    desk.press("Paste")
    assert desk.steps == []
    assert desk.refusals[0].startswith("The clipboard does not contain a filter")


def test_a_filter_is_renamed_by_a_question(qtbot: QtBot, desk: Desk) -> None:
    desk.press("Rename")
    question = desk.dialog(NameQuestion)
    field = question.findChild(QLineEdit)
    assert (field.text(), field.accessibleName()) == ("a", "Filter name")
    field.setText("my edge")
    question.accept()
    assert (desk.names[0], desk.steps) == ("my edge", ["Rename filter"])


@pytest.mark.parametrize(("entry", "first"), [("Fill: all lines", "vertical-line"), ("Fill: all edges", "sobel-x")])
def test_a_bank_is_filled_at_one_click(desk: Desk, entry: str, first: str) -> None:
    desk.look_at(2)
    desk.press(entry)
    assert (desk.names[0], desk.view.filter, len(desk.steps)) == (first, 0, 1)


def test_initialising_uses_the_seed_shown_and_goes_to_the_next(desk: Desk) -> None:
    desk.press("Initialise")
    dialog = desk.dialog(InitialiserDialog)
    dialog.seed.show_value(7)
    dialog.button.click()
    dialog.button.click()
    assert desk.steps == [f"Initialise filters: Glorot uniform, seed {seed}" for seed in (7, 8)]
    assert dialog.seed.value() == 9


def test_a_constant_offers_its_value_and_no_seed(desk: Desk) -> None:
    desk.press("Initialise")
    dialog = desk.dialog(InitialiserDialog)
    dialog.initialiser.show_index(dialog.initialiser.findText("Constant"))
    dialog.initialiser.chosen.emit(dialog.initialiser.currentIndex())
    dialog.parameter.show_value(0.25)
    dialog.button.click()
    assert not dialog.seed.isVisible()
    assert dialog.parameter.accessibleName() == "Value"
    assert np.all(conv_at(desk.document, 0).weights == 0.25)


def test_looking_at_a_filter_alone_is_no_step_and_can_be_ended(desk: Desk) -> None:
    desk.press("Show only this filter")
    assert desk.view.solo
    desk.press("Show only this filter")
    assert (desk.view.solo, desk.steps) == (False, [])


def test_a_file_of_weights_is_asked_for(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.commands.file_asked):
        desk.press("From a file of weights")


def test_every_entry_has_a_letter_of_its_own(desk: Desk) -> None:
    texts = [entry.text() for entry in desk.commands.actions() if not entry.isSeparator()]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) == len(set(letters)) == len(texts)


def test_a_key_of_the_matrix_does_what_the_menu_does(qtbot: QtBot, desk: Desk) -> None:
    qtbot.keyClick(desk.matrix, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert (desk.names, desk.steps) == (["a", "a", "b", "c"], ["Duplicate filter"])


def test_a_filter_whose_name_is_dragged_goes_to_its_place_and_is_looked_at(desk: Desk) -> None:
    desk.matrix.move_asked.emit(0, 2)
    assert (desk.names, desk.steps, desk.view.filter) == (["b", "c", "a"], ["Move filter a to place 3"], 2)
