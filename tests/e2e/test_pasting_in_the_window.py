"""Blocks are pasted into grids: printed lists too, and of those that are too large the window asks what is meant."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from convstudio.views.parts import dialogs
from tests.e2e.answers import CTRL, Answers, Inside
from tests.e2e.driver import Desk, tell

BLOCK = np.arange(1, 121, dtype=np.float32).reshape(12, 10)


def paste(desk: Desk, name: str, text: str, row: int = 0, column: int = 0) -> None:
    """Paste a text from a cell of the array on."""
    table = desk.find(QTableView, name)
    first = table.grid.content.origin
    table.setFocus()
    table.setCurrentIndex(table.model().index(row - first[0], column - first[1]))
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(table, Qt.Key.Key_V, CTRL)


def as_text(block: np.ndarray) -> str:
    return "\n".join("\t".join(str(value) for value in row) for row in block.tolist())


def values(inside: Inside) -> np.ndarray:
    return inside.document.sample.values.to_array()[..., 0]


def steps(inside: Inside) -> list[str]:
    stack = inside.studio.session.undo_stack
    return [stack.text(at) for at in range(stack.count())]


def test_a_block_that_is_too_large_makes_the_input_larger_in_one_step(
    qtbot: QtBot, inside: Inside, answers: Answers
) -> None:
    answers.way = "Make the input 12×10"

    def story(desk: Desk) -> None:
        paste(desk, "Input", as_text(BLOCK))
        np.testing.assert_array_equal(values(inside), BLOCK)
        assert steps(inside) == ["Paste 12×10 and make the input 12×10"]
        desk.undo()
        assert values(inside).shape == (8, 8)

    assert tell(qtbot, story) == 0
    assert answers.asked == ["Paste numbers"]


def test_only_what_fits_is_pasted_where_that_is_chosen(qtbot: QtBot, inside: Inside, answers: Answers) -> None:
    answers.way = "Paste what fits"

    def story(desk: Desk) -> None:
        paste(desk, "Input", as_text(BLOCK))
        np.testing.assert_array_equal(values(inside), BLOCK[:8, :8])
        assert steps(inside) == ["Paste what fits of 12×10"]

    assert tell(qtbot, story) == 0


def test_a_paste_that_is_called_off_changes_nothing(qtbot: QtBot, inside: Inside, answers: Answers) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        paste(desk, "Input", as_text(BLOCK))
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_the_question_names_both_shapes_and_the_place(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(dialogs, "ask_way", lambda _w, _t, text, ways, _c: heard.append((text, list(ways))))

    def story(desk: Desk) -> None:
        paste(desk, "Kernel", as_text(BLOCK[:5, :5]), 1, 1)

    assert tell(qtbot, story) == 0
    assert heard == [
        (
            "The block of 5×5 does not fit into the kernel of 3×3 from row 2, column 2 on.",
            ["Make the kernel 6×6", "Paste what fits"],
        )
    ]


def test_a_block_that_is_too_large_makes_the_kernel_larger_and_takes_a_detectors_name_away(
    qtbot: QtBot, inside: Inside, answers: Answers
) -> None:
    answers.way = "Make the kernel 5×5"

    def story(desk: Desk) -> None:
        paste(desk, "Kernel", as_text(BLOCK[:5, :5]))
        np.testing.assert_array_equal(inside.document.layers[0].weights[..., 0, 0], BLOCK[:5, :5])
        assert inside.document.layers[0].filter_name(0) == "filter 1"
        assert steps(inside) == ["Paste 5×5 and make the kernel 5×5"]

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["Input", "Kernel"])
def test_what_python_and_numpy_print_is_pasted(qtbot: QtBot, name: str) -> None:
    def story(desk: Desk) -> None:
        paste(desk, name, "[(1, 2), (np.float64(3.0), 4)]")
        table = desk.find(QTableView, name)
        first = table.grid.content.origin
        assert desk.array(name)[-first[0] :, -first[1] :][:2, :2].tolist() == [[1, 2], [3, 4]]

    assert tell(qtbot, story) == 0


def test_a_text_that_is_no_block_is_refused_with_what_and_where(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        paste(desk, "Kernel", "[[1, 2], [3, two]]")
        assert desk.message().startswith("Nothing was pasted: row 2, column 2: “two” is not a number")
        assert steps(inside) == []

    assert tell(qtbot, story) == 0
