"""Names of the classes: typed or opened, shown by the prediction, kept in the project, undone."""

from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from convstudio.files.projects.documents import load_document
from convstudio.views.window.class_names_dialog import ClassNamesDialog
from tests.e2e.answers import Answers, Inside, menu_action, save_as, trigger
from tests.e2e.driver import Desk, tell

NAMES = ["nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def ask(desk: Desk) -> ClassNamesDialog:
    trigger(menu_action(desk, "Layer", "Class names"))
    return next(one for one in desk.window.findChildren(ClassNamesDialog) if one.isVisible())


def press(dialog: ClassNamesDialog, text: str) -> None:
    next(one for one in dialog.findChildren(QPushButton) if text in one.text().replace("&", "")).click()


def counts(inside: Inside) -> str:
    return inside.studio.window.status._counts.text()


def test_typed_names_are_shown_by_the_prediction_saved_and_undone(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: "predicts" in counts(inside))
        before = counts(inside)
        dialog = ask(desk)
        dialog.findChild(QPlainTextEdit).setPlainText("\n".join(NAMES))
        press(dialog, "Name classes")
        best = inside.studio.display.result.layers[-1].maps.argmax()
        desk.wait(lambda: f"predicts {NAMES[best]} (" in counts(inside))
        desk.activate()
        save_as(desk, answers, tmp_path / "p.convstudio")
        desk.wait_for_files()
        assert load_document(tmp_path / "p.convstudio")[0].class_names == tuple(NAMES)
        desk.undo()
        desk.wait(lambda: counts(inside) == before)

    assert tell(qtbot, story, "example:digits") == 0


def test_names_come_out_of_a_text_file(qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes("\ufeffcat\r\nKätzchen\r\n".encode())

    def story(desk: Desk) -> None:
        answers.open = tmp_path / "names.txt"
        dialog = ask(desk)
        press(dialog, "Open a text file")
        desk.wait_for_files()
        press(dialog, "Name classes")
        assert inside.document.class_names == ("cat", "Kätzchen")

    assert tell(qtbot, story) == 0


def test_what_is_no_text_is_refused_and_the_names_stay(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "names.txt").write_bytes(b"\xff\xfe\xff")

    def story(desk: Desk) -> None:
        answers.open = tmp_path / "names.txt"
        dialog = ask(desk)
        press(dialog, "Open a text file")
        desk.wait_for_files()
        assert "is not a text in UTF-8" in desk.message()
        dialog.findChild(QPlainTextEdit).setPlainText("x" * 61)
        press(dialog, "Name classes")
        assert dialog.isVisible()
        assert inside.document.class_names == ()
        dialog.reject()

    assert tell(qtbot, story) == 0
