"""The window that makes kernels: it previews, refuses by a sentence, and hands kernels and banks over."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.edits.filters import FilterBank
from convstudio.model.library.generators import GENERATORS, generators_for
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.detectors import Detector
from convstudio.views.layer.generator_dialog import GeneratorDialog
from convstudio.views.parts.controls import Choice

READ = TiledArray.of(np.eye(12, dtype=np.float32)[..., np.newaxis])


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(parent: QWidget) -> GeneratorDialog:
    made = GeneratorDialog(parent)
    made.show_layer(0, 2, (5, 5), READ)
    made.show()
    return made


def choose(dialog: GeneratorDialog, name: str) -> None:
    dialog.rule.setCurrentIndex(dialog.rule.findText(name))
    dialog.rule.chosen.emit(dialog.rule.currentIndex())


def enter(dialog: GeneratorDialog, name: str, value: float) -> None:
    field = next(one for one in dialog.fields if one.accessibleName() == name)
    assert not isinstance(field, Choice)
    field.edited.emit(value)


@pytest.mark.parametrize("rule", [one.name for one in generators_for(2)])
def test_every_rule_shows_its_kernel_and_what_it_makes_of_the_input(dialog: GeneratorDialog, rule: str) -> None:
    choose(dialog, rule)
    assert not dialog.kernel_picture.pixmap().isNull()
    assert not dialog.map_picture.pixmap().isNull()
    assert "sum" in dialog.facts.text()


def test_a_number_that_is_typed_changes_the_preview(dialog: GeneratorDialog) -> None:
    choose(dialog, "Gaussian")
    before = dialog.kernel_picture.pixmap().toImage()
    enter(dialog, "Sigma", 3.0)
    assert dialog.kernel_picture.pixmap().toImage() != before


def test_a_number_that_makes_no_kernel_is_refused_and_nothing_can_be_used(dialog: GeneratorDialog) -> None:
    choose(dialog, "Gaussian")
    enter(dialog, "Sigma", 0.0)
    assert "sigma of 0" in dialog.facts.text()
    assert not dialog.use_button.isEnabled()
    enter(dialog, "Sigma", 2.0)
    assert dialog.use_button.isEnabled()


def test_the_kernel_on_show_is_handed_over_with_its_name(qtbot: QtBot, dialog: GeneratorDialog) -> None:
    choose(dialog, "Binomial")
    with qtbot.waitSignal(dialog.kernel_wanted) as asked:
        dialog.use_button.click()
    kernel: Detector = asked.args[0]
    assert kernel.name == "Binomial 5×5"
    assert kernel.kernel[2, 2] == 36 / 256


def test_a_bank_differs_in_the_angle_unless_told_otherwise(qtbot: QtBot, dialog: GeneratorDialog) -> None:
    choose(dialog, "Motion")
    with qtbot.waitSignal(dialog.bank_wanted) as asked:
        dialog.bank_button.click()
    bank: FilterBank = asked.args[1]()
    assert asked.args[0] == "Motion, 8 filters over angle"
    assert bank.names[2] == "angle 45°"


def test_a_bank_over_two_numbers_says_how_many_filters_it_has(qtbot: QtBot, dialog: GeneratorDialog) -> None:
    choose(dialog, "Gabor")
    second = dialog.series[1]
    second.varied.setCurrentIndex(second.varied.findText("wavelength"))
    second.varied.chosen.emit(second.varied.currentIndex())
    assert dialog.bank_button.text() == "Replace all by 16 filters"
    with qtbot.waitSignal(dialog.bank_wanted) as asked:
        dialog.bank_button.click()
    bank: FilterBank = asked.args[1]()
    assert asked.args[0] == "Gabor, 16 filters over orientation and wavelength"
    assert bank.names[9] == "orientation 22.5°, wavelength 8"


def test_a_rule_with_one_number_offers_no_second_one(dialog: GeneratorDialog) -> None:
    choose(dialog, "Gaussian")
    assert [fields.isVisible() for fields in dialog.series] == [True, False]


def test_a_rule_without_numbers_offers_no_bank(dialog: GeneratorDialog) -> None:
    choose(dialog, "Box")
    assert not dialog.bank_button.isVisible()


def test_a_rule_of_one_size_does_not_ask_for_it(dialog: GeneratorDialog) -> None:
    choose(dialog, "Compass")
    assert not dialog.rows.isEnabled()
    choose(dialog, "Sobel")
    assert dialog.rows.isEnabled()


def test_a_sequence_has_columns_alone_and_its_own_rules(dialog: GeneratorDialog) -> None:
    dialog.show_layer(1, 1, (7,), TiledArray.of(np.ones((20, 1), np.float32)))
    assert not dialog.rows.isVisible()
    assert dialog.rule.count() == len(generators_for(1)) < len(GENERATORS)
    assert dialog.windowTitle() == "Make kernels for layer 2"


def test_following_a_layer_of_the_same_rank_keeps_what_was_typed(dialog: GeneratorDialog) -> None:
    choose(dialog, "Gaussian")
    enter(dialog, "Sigma", 3.0)
    dialog.show_layer(1, 2, (3, 3), READ)
    assert (dialog.values, dialog.kernel_size) == ([3.0], (5, 5))


def test_where_the_input_is_not_known_the_kernel_is_shown_alone(dialog: GeneratorDialog) -> None:
    dialog.show_layer(0, 2, (5, 5), None)
    assert "not computed" in dialog.map_picture.text()
    assert not dialog.kernel_picture.pixmap().isNull()
