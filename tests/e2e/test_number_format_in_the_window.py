"""Settings, Digits and Decimal sign: every number of the window follows at once, and nothing that leaves it does."""

import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pyqtgraph import AxisItem
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QGraphicsSimpleTextItem,
    QGraphicsTextItem,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convstudio.files.settings import Settings, load_settings, save_settings, settings_path
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.values.numbers import USUAL, NumberFormat, number_format, use_number_format
from convstudio.wiring.learning.entries import ENTRIES
from convstudio.wiring.learning.labs import LabPanel
from tests.e2e.answers import Answers, Inside, export
from tests.e2e.driver import Desk, case, tell
from tests.e2e.test_settings_in_the_window import choose, kept, page_of, press
from tests.e2e.test_training_in_the_window import LONG
from tests.e2e.test_training_in_the_window import begin as begin_training
from tests.e2e.test_training_in_the_window import press as press_main

WITH_POINT = re.compile(r"\d\.\d")
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
RUN_NAMES = re.compile(r"same \+ 0\.01|constant 0\.1")
"""Runs of the labs that are named after a number."""
COMMA = Settings(digits=3, decimal_sign="comma")


@pytest.fixture(autouse=True)
def _usual_format() -> Iterator[None]:
    yield
    use_number_format(USUAL)


def texts_of(part: QWidget) -> Iterator[str]:
    """Yield all that a part shows of itself, to the eye and to a screen reader."""
    yield from (part.accessibleName(), part.accessibleDescription())
    if isinstance(part, QAbstractButton):
        yield part.text()
    if isinstance(part, QGraphicsView):
        for item in part.items():
            if isinstance(item, QGraphicsTextItem | QGraphicsSimpleTextItem):
                yield item.toPlainText() if isinstance(item, QGraphicsTextItem) else item.text()
            if isinstance(item, AxisItem):
                yield from (text for level in item._tickLevels or () for _, text in level)
    if isinstance(part, QLabel | QLineEdit | QAbstractSpinBox):
        yield part.text()
    if isinstance(part, QPlainTextEdit):
        yield part.toPlainText()
    if isinstance(part, QTableView) and part.model() is not None:
        for row in range(min(8, part.model().rowCount())):
            for column in range(min(8, part.model().columnCount())):
                yield from (str(part.model().index(row, column).data(role) or "") for role in ROLES)


def points_in(window: QWidget) -> set[str]:
    """Return the texts on show that hold a number with a decimal point."""
    found = set()
    for part in window.findChildren(QWidget):
        if part.isVisible():
            found |= {f"{type(part).__name__}: {text}" for text in texts_of(part) if WITH_POINT.search(text)}
    return found


def settle() -> None:
    for _ in range(10):
        QApplication.processEvents()


def choose_comma(desk: Desk) -> None:
    page = page_of(desk)
    choose(page, "Digits", "3")
    choose(page, "Decimal sign", "Decimal comma")
    page.accept()
    desk.activate()
    settle()


def test_a_choice_is_in_force_at_once_kept_and_reset(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "1/3")
        page = page_of(desk)
        assert (page.digits.currentText(), page.sign.currentText()) == ("4 digits", "Decimal point")
        choose(page, "Digits", "2")
        choose(page, "Decimal sign", "Decimal comma")
        assert page.example.text().startswith("0,33; 12;")
        desk.wait(lambda: desk.numbers("Input")[0][0] == "0,33")
        assert (kept().digits, kept().decimal_sign) == (2, "comma")
        press(page, "Reset all")
        desk.wait(lambda: desk.numbers("Input")[0][0] == "0.3333")
        assert (kept().digits, kept().decimal_sign) == (4, "point")

    assert tell(qtbot, story) == 0


def test_the_next_start_writes_so_from_the_first_paint(qtbot: QtBot) -> None:
    save_settings(settings_path(os.environ), COMMA)

    def story(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "0,1234")
        assert desk.numbers("Kernel")[0][0] == "0,123"
        assert number_format() == NumberFormat(3, "comma")
        assert load_settings(settings_path(os.environ)).numbers == NumberFormat(3, "comma")

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("example", ["digits", "separable", "gabor-bank"])
def test_no_number_of_the_window_keeps_its_point(qtbot: QtBot, inside: Inside, example: str) -> None:
    def story(desk: Desk) -> None:
        inside.studio.workspace.open(f"example:{example}")
        desk.wait_for_files()
        desk.wait(lambda: not inside.studio.display.is_computing)
        choose_comma(desk)
        session = inside.studio.session
        for layer in range(len(session.document.layers)):
            inside.studio.ribbon._chips[layer].click()
            settle()
            with case(f"layer {layer + 1}"):
                assert points_in(desk.window) == set()

    assert tell(qtbot, story) == 0


def test_no_panel_keeps_a_point_that_it_had(qtbot: QtBot, inside: Inside) -> None:
    """Panels that are open when the sign is chosen, and those that are opened later."""

    def story(desk: Desk) -> None:
        inside.studio.workspace.open("example:digits")
        desk.wait_for_files()
        desk.wait(lambda: not inside.studio.display.is_computing)
        opened = [*inside.studio.learn.lessons]
        for title in opened[:4]:
            inside.studio.learn.open(title)
            settle()
        choose_comma(desk)
        for title in opened:
            inside.studio.learn.open(title)
            settle()
            with case(title):
                assert points_in(inside.studio.learn.dock_of(title)) == set()
        for entry in ENTRIES:
            inside.studio.learning.open(entry.title)
            settle()
            with case(entry.title):
                assert points_in(inside.studio.learning.dock_of(entry.title)) == set()

    assert tell(qtbot, story) == 0


def test_no_panel_of_training_keeps_a_point_that_it_had(qtbot: QtBot, inside: Inside) -> None:
    """Each has been used when the sign is chosen: what it came to is written again, and so are its fields."""

    def story(desk: Desk) -> None:
        session, open_panel = inside.studio.session, inside.studio.learning.open
        begin_training(desk, inside)
        session.apply("Set rate", set_training(inside.document, rate=1e30, optimiser="sgd"))
        press_main(desk, "Train")
        train = inside.studio.learning.panel("Train")
        qtbot.waitUntil(train.dock.bar.slower_button.isVisible, timeout=LONG)
        for title in ("Symmetry lab", "Initialisation lab"):
            open_panel(title)
            lab = inside.studio.learning.panel(title)
            lab.card.run.click()
            qtbot.waitUntil(partial(has_steps, lab), timeout=LONG)
            lab.run.pause()
            qtbot.waitUntil(partial(is_rested, lab), timeout=LONG)
        for title in ("Data", "Capacity lab"):
            open_panel(title)
        examined = inside.studio.learning.panel("Data")
        qtbot.waitUntil(lambda: examined._shown.verdicts is not None, timeout=LONG)
        settle()
        choose_comma(desk)
        for title in ("Train", "Data", "Symmetry lab", "Initialisation lab", "Capacity lab"):
            open_panel(title)
            settle()
            found = points_in(inside.studio.learning.dock_of(title))
            with case(title):
                assert {text for text in found if WITH_POINT.search(RUN_NAMES.sub("", text))} == set()

    assert tell(qtbot, story, "example:digits-untrained") == 0


def test_no_panel_of_teaching_keeps_a_point_that_it_had(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Detector", "Sobel x")
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        inside.studio.learning.open("Teach by example")
        desk.press("Map as it is")
        desk.press("Begin at random")
        desk.enter("Steps", "2")
        desk.press("Teach")
        teach = inside.studio.learning.panel("Teach by example")
        desk.wait(lambda: "(correlation 0." in teach.card.verdict.text())
        inside.studio.learning.open("Kernel detective")
        detective = inside.studio.learning.panel("Kernel detective")
        qtbot.waitUntil(lambda: bool(detective.card.verdict.text()), timeout=LONG)
        choose_comma(desk)
        for title in ("Teach by example", "Kernel detective"):
            inside.studio.learning.open(title)
            settle()
            with case(title):
                assert points_in(inside.studio.learning.dock_of(title)) == set()

    assert tell(qtbot, story, "sample:astronaut") == 0


def has_steps(lab: LabPanel) -> bool:
    glimpse = lab.run.glimpse()
    return glimpse is not None and glimpse.state.step > 2


def is_rested(lab: LabPanel) -> bool:
    return not lab.run.is_running


def test_numbers_are_typed_with_either_sign(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        choose_comma(desk)
        desk.type_cell("Input", 0, 0, "0,25")
        desk.type_cell("Input", 0, 1, "0.5")
        desk.type_cell("Input", 0, 2, "2*0,25")
        desk.enter("Bias", "1,5")
        assert desk.numbers("Input")[0][:3] == ["0,25", "0,5", "0,5"]
        assert inside.document.layers[0].bias.tolist() == [1.5]

    assert tell(qtbot, story) == 0


def test_a_field_that_nobody_typed_into_changes_nothing_in_another_format(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Bias", "0.123456")
        before = inside.document
        choose_comma(desk)
        field = desk.find(QAbstractSpinBox, "Bias")
        assert field.text() == "0,123"
        field.setFocus()
        desk.find(QTableView, "Input").setFocus()
        assert inside.document is before

    assert tell(qtbot, story) == 0


def copied(desk: Desk, table: str) -> str:
    view = desk.find(QTableView, table)
    view.setFocus()
    view.selectAll()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QApplication.clipboard().text()


def exported(desk: Desk, answers: Answers, path: Path) -> bytes:
    export(desk, answers, path)
    desk.wait_for_files()
    return path.read_bytes()


@pytest.mark.parametrize("ending", ["csv", "json", "npy", "tif"])
def test_exported_numbers_stay_as_they_are(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path, ending: str
) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "1/3")
        desk.wait(lambda: not inside.studio.display.is_computing)
        before = exported(desk, answers, tmp_path / f"before.{ending}")
        choose_comma(desk)
        assert exported(desk, answers, tmp_path / f"after.{ending}") == before

    assert tell(qtbot, story) == 0


def test_projects_programs_and_copied_numbers_stay_as_they_are(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "1/3")
        desk.enter("Bias", "0.123456")
        project, texts = inside.studio.workspace.project, []
        workspace = inside.studio.workspace

        def leave(name: str) -> list[object]:
            project.save(str(tmp_path / f"{name}.convstudio"))
            workspace.exports.write_code("numpy", texts.append)
            desk.wait_for_files()
            return [
                (tmp_path / f"{name}.convstudio").read_bytes(),
                texts[-1],
                inside.studio.texts.summary(),
                copied(desk, "Input"),
                copied(desk, "Kernel"),
            ]

        before = leave("before")
        choose_comma(desk)
        assert leave("after") == before
        assert "0.33333334" in before[3]

    assert tell(qtbot, story) == 0
