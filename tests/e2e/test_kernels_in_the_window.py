"""Kernels come from files and texts of other programs, and go there, from the menu of the kernel pane."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convstudio.files.kernels.kernel_files import COPY_FORMS, KERNEL_FORMATS, read_kernel
from convstudio.files.resources import load_detectors
from convstudio.model.values.detectors import find_detector
from convstudio.model.words.file_kinds import FileKind
from convstudio.views.parts import dialogs
from tests.e2e.answers import Inside, drop, files, trigger
from tests.e2e.driver import Desk, case, tell

SVG = '<feConvolveMatrix kernelMatrix="1 2 3 4 5 6 7 8 9" divisor="1" bias="0.25"/>'
TURNED = [[9, 8, 7], [6, 5, 4], [3, 2, 1]]


def choose(desk: Desk, *entries: str) -> None:
    """Trigger an entry of the submenu This kernel, which is in the menu of the button Filter bank."""
    menu = desk.find(QToolButton, "Filter bank").menu()
    for text in ("This kernel", *entries):
        action = next(one for one in menu.actions() if one.text().replace("&", "").startswith(text))
        menu = action.menu()
        if menu is not None:
            menu.aboutToShow.emit()
    trigger(action)


def kernel(inside: Inside) -> list[list[float]]:
    return inside.document.layers[0].weights[..., 0, 0].tolist()


def test_a_kernel_of_another_program_is_opened_with_its_bias_and_the_window_says_how(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "edge.svg"
    path.write_text(SVG)
    monkeypatch.setattr(dialogs, "ask_kernel", lambda _window, _kinds: str(path))

    def story(desk: Desk) -> None:
        before = kernel(inside)
        choose(desk, "Open kernel")
        assert kernel(inside) == TURNED
        assert inside.document.layers[0].bias.tolist() == [0.25]
        assert desk.message() == (
            "Read edge.svg as a kernel of 3×3 (SVG filter, turned by 180°, because SVG applies it as a true "
            "convolution). Its bias is 0.25."
        )
        desk.undo()
        assert kernel(inside) == before
        assert inside.document.layers[0].bias.tolist() == [0]

    assert tell(qtbot, story) == 0


def test_a_table_opened_as_a_kernel_is_no_input(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "k.csv").write_text("a;b;c\n1;2;3\n4;5;6\n7;8;0,5\n")
    monkeypatch.setattr(dialogs, "ask_kernel", lambda _window, _kinds: str(tmp_path / "k.csv"))

    def story(desk: Desk) -> None:
        choose(desk, "Open kernel")
        assert kernel(inside)[2] == [7, 8, 0.5]
        assert "without the header row, with decimal commas" in desk.message()

    assert tell(qtbot, story) == 0


def test_a_table_dropped_on_the_kernel_is_a_kernel(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("1,2,3\n4,5,6\n7,8,9\n")

    def story(desk: Desk) -> None:
        sample = inside.document.sample
        assert drop(inside.studio.kernel_pane, files(path))
        assert kernel(inside) == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
        assert inside.document.sample is sample

    assert tell(qtbot, story) == 0


def test_what_is_no_kernel_is_opened_as_anywhere_when_it_is_dropped_on_the_kernel(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "p.pgm"
    path.write_text("P2 2 2 9 0 1 2 3")

    def story(desk: Desk) -> None:
        drop(inside.studio.kernel_pane, files(path))
        assert desk.message() == "Read p.pgm as 2 rows × 2 columns."

    assert tell(qtbot, story) == 0


def test_a_kernel_is_copied_as_text_and_pasted(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = kernel(inside)
        for form in COPY_FORMS:
            with case(form):
                choose(desk, "Copy kernel as", form)
                assert desk.message().startswith(f"The kernel is on the clipboard ({form}")
                desk.choose("Detector", find_detector(load_detectors(), "sobel-x").name)
                assert kernel(inside) != before
                choose(desk, "Paste kernel")
                assert kernel(inside) == before

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("text", ["", "word"])
def test_a_clipboard_without_a_kernel_is_said(qtbot: QtBot, inside: Inside, text: str) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        QGuiApplication.clipboard().setText(text)
        choose(desk, "Paste kernel")
        assert "clipboard" in desk.message()
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_a_kernel_is_exported_and_the_window_says_how(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, tuple[FileKind, ...]]] = []
    path = tmp_path / "k.svg"

    def answer(_window: object, suggestion: str, kinds: tuple[FileKind, ...]) -> str:
        asked.append((suggestion, kinds))
        return str(path)

    monkeypatch.setattr(dialogs, "ask_export_kernel", answer)

    def story(desk: Desk) -> None:
        choose(desk, "Export kernel")
        assert asked == [("tutorial-vertical-line", KERNEL_FORMATS)]
        np.testing.assert_array_equal(read_kernel(path).kernel, kernel(inside))
        assert desk.message().startswith(f"Wrote “{path}” (SVG filter, turned by 180°")

    assert tell(qtbot, story) == 0


def test_a_kernel_that_cannot_be_written_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dialogs, "ask_export_kernel", lambda *_: str(tmp_path / "gone" / "k.svg"))

    def story(desk: Desk) -> None:
        choose(desk, "Export kernel")
        assert "was not saved" in desk.message()

    assert tell(qtbot, story) == 0


def test_a_kernel_string_in_a_text_is_a_kernel_wherever_it_is_dropped(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "k.txt"
    path.write_text("3x3: 1,2,3 4,5,6 7,8,9")

    def story(desk: Desk) -> None:
        sample = inside.document.sample
        drop(desk.window, files(path))
        assert kernel(inside) == TURNED
        assert inside.document.sample is sample
        assert "ImageMagick kernel string, turned by 180°" in desk.message()

    assert tell(qtbot, story) == 0


def test_a_table_in_a_text_stays_an_input(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "table.txt"
    path.write_text("1 2 3\n4 5 6\n")

    def story(desk: Desk) -> None:
        drop(desk.window, files(path))
        assert inside.document.sample.values.shape == (2, 3, 1)

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("line", [1, None])
def test_of_several_kernels_in_a_file_the_user_chooses_one(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: int | None
) -> None:
    path, asked = tmp_path / "two.svg", []
    path.write_text(f'<svg><filter id="ones"><feConvolveMatrix kernelMatrix="1 1 1 1 1 1 1 1 1"/></filter>{SVG}</svg>')
    monkeypatch.setattr(dialogs, "ask_which", lambda _w, _t, _q, lines: (asked.append(list(lines)), line)[1])

    def story(desk: Desk) -> None:
        before = kernel(inside)
        drop(desk.window, files(path))
        assert [len(lines) for lines in asked] == [2]
        assert asked[0][0].startswith("1. ones: 3×3")
        assert kernel(inside) == (before if line is None else TURNED)

    assert tell(qtbot, story) == 0


def test_a_damaged_one_of_several_is_refused_with_the_reason(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "two.svg"
    path.write_text(f'<svg>{SVG}<feConvolveMatrix kernelMatrix="1"/></svg>')
    monkeypatch.setattr(dialogs, "ask_which", lambda *_: 1)

    def story(desk: Desk) -> None:
        before = kernel(inside)
        drop(desk.window, files(path))
        assert "not 9: write all" in desk.message()
        assert kernel(inside) == before

    assert tell(qtbot, story) == 0
