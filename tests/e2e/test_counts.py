"""What one act of the user costs: one edit, one change, one image, one paint; and a look costs none of them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.session.recompute import Recompute
from convstudio.session.session import Session
from convstudio.views.input.pane import InputPane
from convstudio.views.map.map_view import MapView
from convstudio.views.map.picture import MapPicture
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell
from tests.e2e.paints import settle

ONE_OF_EACH = {"apply": 1, "document_changed": 1, "request": 1, "results_changed": 1, "setImage": 1, "paint": 1}


class Tally:
    """Counts calls and signals from `start` on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, inside: Inside) -> None:
        self.counts: Counter[str] = Counter()
        self._inside = inside
        for kind, method, name in (
            (Session, "apply", "apply"),
            (Recompute, "request", "request"),
            (MapPicture, "show_map", "setImage"),
            (MapView, "paintEvent", "paint"),
            (InputPane, "show_document", "input pane shown"),
        ):
            monkeypatch.setattr(kind, method, self._counted(getattr(kind, method), name))

    def start(self) -> None:
        """Count from here on, with everything before done and painted."""
        settle(self._inside.studio)
        studio = self._inside.studio
        studio.session.document_changed.connect(lambda *_: self.counts.update(["document_changed"]))
        studio.recompute.results_changed.connect(lambda *_: self.counts.update(["results_changed"]))
        self.counts.clear()

    def of(self, *names: str) -> dict[str, int]:
        return {name: self.counts[name] for name in names}

    def _counted(self, method: Callable[..., object], name: str) -> Callable[..., object]:
        def counted(*arguments: object, **options: object) -> object:
            self.counts[name] += 1
            return method(*arguments, **options)

        return counted


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch, inside: Inside) -> Tally:
    return Tally(monkeypatch, inside)


ACTS: dict[str, Callable[[Desk], None]] = {
    "a typed cell": lambda desk: desk.type_cell("Input", 3, 3, "7"),
    "a typed weight": lambda desk: desk.type_cell("Kernel", 1, 1, "5"),
    "a bias": lambda desk: desk.enter("Bias", "2"),
    "a stride": lambda desk: desk.enter("Stride rows", "2"),
    "a pressed tool": lambda desk: desk.press("Negate"),
    "a chosen detector": lambda desk: desk.choose("Detector", "Sobel x"),
    "a chosen padding": lambda desk: desk.choose("Padding", "same"),
    "a chosen sample": lambda desk: desk.choose("Sample", "Checkerboard"),
}


@pytest.mark.parametrize("act", ACTS)
def test_one_act_is_one_edit_one_change_and_one_image(qtbot: QtBot, inside: Inside, tally: Tally, act: str) -> None:
    def story(desk: Desk) -> None:
        tally.start()
        ACTS[act](desk)
        settle(inside.studio)

    assert tell(qtbot, story) == 0
    assert tally.of(*ONE_OF_EACH) == ONE_OF_EACH


def test_one_undo_is_one_change_and_one_image(qtbot: QtBot, inside: Inside, tally: Tally) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Bias", "2")
        tally.start()
        desk.undo()
        settle(inside.studio)

    assert tell(qtbot, story) == 0
    assert tally.of(*ONE_OF_EACH) == {**ONE_OF_EACH, "apply": 0}


def test_a_step_changes_no_document_and_computes_nothing(qtbot: QtBot, inside: Inside, tally: Tally) -> None:
    def story(desk: Desk) -> None:
        tally.start()
        desk.press("Step forward")
        settle(inside.studio)

    assert tell(qtbot, story) == 0
    wanted = {**dict.fromkeys(ONE_OF_EACH, 0), "paint": 1}
    assert tally.of(*ONE_OF_EACH) == wanted


@pytest.mark.parametrize("table", ["Input", "Kernel", "Feature map picture"])
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_pointing_computes_nothing_and_changes_no_image(
    qtbot: QtBot, inside: Inside, tally: Tally, tmp_path: Path, table: str, large: bool
) -> None:
    path = tmp_path / "input.npy"
    side = 200 if large else 8
    np.save(path, np.random.default_rng(1).random((side, side, 3), np.float32))

    def story(desk: Desk) -> None:
        widget = desk.find(QTableView if "picture" not in table else QWidget, table)
        port = widget.viewport()
        tally.start()
        for step in range(10):
            QTest.mouseMove(port, port.rect().center() + QPoint(4 * step - 20, 3 * step - 15))
            QApplication.processEvents()
        settle(inside.studio)
        assert inside.studio.session.view.pointed is not None

    assert tell(qtbot, story, str(path)) == 0
    assert tally.of("apply", "document_changed", "request", "setImage") == {
        "apply": 0,
        "document_changed": 0,
        "request": 0,
        "setImage": 0,
    }


def test_every_point_of_a_stroke_is_one_change_and_the_stroke_one_step(
    qtbot: QtBot, inside: Inside, tally: Tally
) -> None:
    def story(desk: Desk) -> None:
        desk.press("Brush")
        view = desk.find(QTableView, "Input")
        tally.start()
        places = [view.visualRect(view.model().index(0, column)).center() for column in range(4)]
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(view.viewport(), place)
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=places[-1])
        settle(inside.studio)
        assert inside.studio.session.undo_stack.count() == 1

    assert tell(qtbot, story) == 0
    assert tally.counts["document_changed"] == 3  # the fourth cell holds the brush's value already
