"""A computation that takes long is shown, can be cancelled, and can be started again."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QProgressBar
from pytestqt.qtbot import QtBot

from convstudio.model.run.forward import Forward, LayerResult, layer_results
from convstudio.model.values.document import Document
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.session import recompute
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell


def test_cancelling_says_how_to_go_on_and_compute_again_brings_the_map(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_slow = threading.Event()
    is_slow.set()

    def slow(document: Document, before: Forward | None, progress: Progress) -> Iterator[LayerResult]:
        try:
            while is_slow.is_set():
                progress(0)
        except CancelledError:
            return iter(())
        return layer_results(document, before, progress)

    monkeypatch.setattr(recompute, "layer_results", slow)

    def story(desk: Desk) -> None:
        desk.wait(lambda: bool(bars(desk)))
        desk.press("Cancel")
        desk.wait(lambda: "was cancelled" in inside.studio.map_pane.problem_label.text())
        assert not bars(desk)
        is_slow.clear()
        desk.press("Compute again")
        desk.wait_for_map(["0 0 3 3 0 0"] * 6)

    def bars(desk: Desk) -> list[QProgressBar]:
        QApplication.processEvents()
        return [bar for bar in desk.window.findChildren(QProgressBar) if bar.isVisible()]

    assert tell(qtbot, story) == 0
