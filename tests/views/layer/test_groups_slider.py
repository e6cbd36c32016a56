from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from convstudio.model.edits import layer_settings
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.session.session import Session
from convstudio.views.layer.groups_slider import GroupsSlider
from tests.views.intents import on_edit
from tests.views.kernel_documents import LINE, image_document

WEIGHTS = np.arange(3 * 3 * 6 * 12).reshape(3, 3, 6, 12)
SIX = Document(Sample.of("zeros", np.zeros((8, 8, 6))), Network((Conv.of(WEIGHTS),)))


@pytest.fixture
def slider(qtbot: QtBot) -> GroupsSlider:
    slider = GroupsSlider()
    qtbot.addWidget(slider)
    slider.resize(300, 26)
    slider.show()
    return slider


def wired(slider: GroupsSlider, document: Document) -> Session:
    """Carry wishes out as the app does, and show what became of them."""
    session = Session(document)
    slider.show_document(document, ViewState())
    session.document_changed.connect(lambda _, after: slider.show_document(after, ViewState()))
    on_edit(slider, lambda name, edit, gesture: session.apply(name, edit(session.document), gesture))
    return session


def handle(slider: GroupsSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    return slider.slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider.slider).center()


def drag(qtbot: QtBot, slider: GroupsSlider, *places: int) -> None:
    qtbot.mousePress(slider.slider, Qt.MouseButton.LeftButton, pos=handle(slider))
    for place in places:
        qtbot.mouseMove(slider.slider, QPoint(place, 10))
        QApplication.processEvents()
    qtbot.mouseRelease(slider.slider, Qt.MouseButton.LeftButton, pos=QPoint(places[-1], 10))


def test_only_groups_that_can_be_are_offered(slider: GroupsSlider) -> None:
    slider.show_document(SIX, ViewState())
    assert (slider._stops, slider.slider.maximum(), slider.slider.value()) == ((1, 2, 3, 6), 3, 0)


def test_a_drag_to_depthwise_and_back_is_one_step_and_loses_no_kernel(qtbot: QtBot, slider: GroupsSlider) -> None:
    session = wired(slider, SIX)
    drag(qtbot, slider, 40, 300, 5)
    assert session.undo_stack.count() == 1
    assert session.document == SIX
    session.close()


def test_a_drag_to_the_end_is_depthwise_and_undone_at_once(qtbot: QtBot, slider: GroupsSlider) -> None:
    session = wired(slider, SIX)
    drag(qtbot, slider, 60, 90, 300)
    assert (conv_at(session.document, 0).groups, conv_at(session.document, 0).channels_per_group) == (6, 1)
    assert (session.undo_stack.count(), session.undo_stack.undoText()) == (1, "Set groups and drop 60 kernels")
    session.undo_stack.undo()
    assert session.document is SIX
    session.close()


def test_two_drags_are_two_steps(qtbot: QtBot, slider: GroupsSlider) -> None:
    session = wired(slider, SIX)
    drag(qtbot, slider, 300)
    drag(qtbot, slider, 5)
    assert session.undo_stack.count() == 2
    session.close()


def test_each_key_is_a_step_of_its_own(qtbot: QtBot, slider: GroupsSlider) -> None:
    session = wired(slider, SIX)
    for _ in range(2):
        qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert (conv_at(session.document, 0).groups, session.undo_stack.count()) == (3, 2)
    session.close()


@pytest.mark.parametrize(
    ("filters", "note", "is_usable"),
    [(12, "depthwise", True), (4, "depthwise: 6, 12 … filters", True), (5, "depthwise:", False)],
)
def test_the_end_says_what_it_is_or_what_depthwise_needs(slider, filters: int, note: str, is_usable: bool) -> None:
    slider.show_document(image_document(LINE, channels=6, filters=filters), ViewState())
    assert slider.note.text().startswith(note)
    assert slider.slider.isEnabled() == is_usable


def test_showing_asks_for_nothing(slider: GroupsSlider) -> None:
    heard: list = []
    on_edit(slider, lambda *wish: heard.append(wish))
    slider.show_document(SIX, ViewState())
    slider.show_document(layer_settings.set_groups(SIX, 0, 6), ViewState())
    assert (heard, slider.slider.value()) == ([], 3)
