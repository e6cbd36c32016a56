"""The ready-made networks, opened from the menu and from the command line."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from convstudio.cli import main
from convstudio.model.library.examples import EXAMPLES
from convstudio.views.lenses.xray import XrayLens
from tests.e2e.answers import Answers, Inside, menu_action, trigger
from tests.e2e.driver import Desk, case, tell


def open_example(desk: Desk, title: str) -> None:
    """Choose an entry of File > Examples."""
    (action,) = [one for one in menu_action(desk, "File", "Examples").menu().actions() if one.text() == title]
    trigger(action)


def prediction(desk: Desk) -> str:
    """Read the end of the counts in the status line."""
    texts = [label.text() for label in desk.window.statusBar().findChildren(QLabel)]
    return next((text.rpartition(" · ")[2] for text in texts if "predicts" in text), "")


def test_the_plus_detector_shows_one_active_cell(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, "Lines, then a plus")
        rows = [["0"] * 12 for _ in range(7)]
        rows[3][3] = "2"
        desk.wait_for_map([" ".join(row) for row in rows])
        assert "one cell is left, in the middle of the plus" in desk.message()
        assert desk.window.windowTitle().startswith("Lines, then a plus (not saved yet)")

    assert tell(qtbot, story) == 0


def test_another_digit_is_recognised_by_the_same_network(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, "Handwritten digits")
        desk.wait(lambda: prediction(desk) == "predicts 7 (>\xa099.9\xa0%)")
        network = inside.document.network
        desk.choose("Sample", "Handwritten 3, example 2")
        desk.wait(lambda: prediction(desk).startswith("predicts 3"))
        assert inside.document.network is network
        desk.undo()
        desk.wait(lambda: prediction(desk) == "predicts 7 (>\xa099.9\xa0%)")

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(("answer", "title"), [("cancel", "Tutorial"), ("discard", "Edges, then corners")])
def test_unsaved_changes_are_asked_about_before_an_example_opens(
    qtbot: QtBot, answers: Answers, answer: str, title: str
) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "5")
        answers.unsaved = answer
        open_example(desk, "Edges, then corners")
        assert answers.asked == ["unsaved"]
        assert desk.window.windowTitle().startswith(title)
        answers.unsaved = "discard"

    assert tell(qtbot, story) == 0


def test_an_example_is_not_a_change_to_be_saved(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.key(Qt.Key.Key_Escape)
        assert not desk.window.isWindowModified()
        assert desk.window.windowTitle().startswith("Edges, then corners")

    assert tell(qtbot, story, "example:corners") == 0


def test_an_example_runs_on_the_command_line(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert main(["apply", "sample:digit-4-1", "--project", "example:digits", "-o", str(out)]) == 0
    shares = [float(share) for share in out.read_text().split(",")]
    assert len(shares) == 10
    assert shares[4] == max(shares)


def test_an_unknown_example_is_refused_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", "sample:cross", "--project", "example:dogs", "-o", "out.csv"]) == 2
    assert capsys.readouterr().err.startswith("convstudio: error: the example “dogs” does not exist")


def test_the_x_ray_follows_a_click_in_the_feature_map_and_leads_back_to_a_layer(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        menu_action(desk, "Learn", "Receptive-field X-ray").trigger()
        window = inside.studio.learn.dock_of("Receptive-field X-ray")
        assert window is not None
        assert isinstance(window.lens, XrayLens)
        inside.studio.map_pane.picture.clicked.emit(6, 9)
        assert window.lens.tiles[0].facts.text() == "9×14×1\nrows 7–9, columns 10–12\n18 paths"
        window.lens.tiles[1].picture.clicked.emit(0, 0)
        assert inside.studio.session.view.layer == 0
        assert len(window.lens.tiles) == 2

    assert tell(qtbot, story, "example:plus") == 0


def test_the_window_stays_as_wide_as_it_is_when_an_example_opens(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        width = 1180  # little more than its least width, and less than that with the parts of two layers side by side
        for example in EXAMPLES:
            with case(example.id):
                desk.window.resize(width, desk.window.height())
                open_example(desk, example.title)
                desk.wait(lambda example=example: desk.message() == example.about)
                desk.wait(lambda: not inside.studio.recompute.is_busy)
                QApplication.processEvents()
                assert desk.window.width() == width

    assert tell(qtbot, story) == 0
