"""The form of a training shows the settings of a document, and asks for edits of them."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.views.learning.settings_form import TrainingForm
from convstudio.views.parts.controls import Choice
from convstudio.views.parts.sizes import scaled

DOCUMENT = Document(Sample.of("one", np.zeros((1, 1))), Network(()))


@pytest.fixture
def form(qtbot: QtBot) -> TrainingForm:
    made = TrainingForm()
    qtbot.addWidget(made)
    made.show_document(DOCUMENT, is_split=False)
    made.show()
    return made


def field(form: TrainingForm, name: str) -> QWidget:
    return next(one for one in form.findChildren(QWidget) if one.accessibleName() == name)


def test_a_number_that_is_typed_is_one_edit(form: TrainingForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.intent_asked) as asked:
        epochs = field(form, "Epochs")
        epochs.setFocus()
        epochs.selectAll()
        QTest.keyClicks(epochs, "7")
        QTest.keyClick(epochs, Qt.Key.Key_Return)
    assert asked.args[0].step == "Set epochs"
    assert asked.args[0].edited(DOCUMENT).training.epochs == 7


def test_a_choice_and_a_switch_are_edits_too(form: TrainingForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.intent_asked) as asked:
        field(form, "Optimiser").choose(0)
    assert asked.args[0].edited(DOCUMENT).training.optimiser == "sgd"
    with qtbot.waitSignal(form.intent_asked) as asked:
        field(form, "Keep best").click()
    assert asked.args[0].edited(DOCUMENT).training.keeps_best


def test_the_words_of_every_choice_have_room_in_a_panel_of_its_usual_width(form: TrainingForm) -> None:
    form.resize(scaled(QSize(380, 400)))
    QApplication.processEvents()
    for choice in form.findChildren(Choice):
        longest = max(choice.fontMetrics().horizontalAdvance(choice.itemText(row)) for row in range(choice.count()))
        style, option = choice.style(), QStyleOptionComboBox()
        choice.initStyleOption(option)
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, choice
        )
        assert room.width() >= longest, choice.accessibleName()


def test_showing_other_settings_asks_for_nothing(form: TrainingForm, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.intent_asked):
        form.show_document(
            replace(DOCUMENT, training=TrainingSettings("mean_squared_error", "sgd", 0.5)), is_split=True
        )
    assert field(form, "Learning rate").value() == 0.5


def test_what_makes_no_difference_is_grey(form: TrainingForm) -> None:
    assert not field(form, "Momentum").isEnabled()
    assert field(form, "Held out").isEnabled()
    form.show_document(replace(DOCUMENT, training=TrainingSettings(optimiser="momentum")), is_split=True)
    assert field(form, "Momentum").isEnabled()
    assert not field(form, "Held out").isEnabled()
