"""A network is trained in the window: watched, paused, changed by hand, taken back, undone, saved."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.projects.documents import load_document
from convstudio.model.edits.kernel_weights import set_weights_block
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.learning.pairs import NO_TARGET
from convstudio.model.panes.learning.run_words import held_out_line
from convstudio.model.values.learning.runs import Status
from convstudio.wiring.learning.training import TrainingControl
from tests.e2e.answers import Answers, Inside, save_as
from tests.e2e.driver import Desk, go_along, tell
from tests.e2e.geometry import faults
from tests.e2e.resting_runs import at_step, resting

UNTRAINED = "example:digits-untrained"
LONG = 100_000
SCREENS = ((1024, 608), (1366, 736), (1920, 1048))


def begin(desk: Desk, inside: Inside) -> TrainingControl:
    """Open the panel with the digits."""
    desk.wait(lambda: inside.document.title == "Digits, untrained")
    assert go_along(desk.window, ("Train", "Train…"))
    control = inside.studio.learning.panel("Train")
    desk.wait(lambda: control.connections.data.data is not None)
    return control


def wait_for(desk: Desk, control: TrainingControl, status: Status) -> None:
    desk._qtbot.waitUntil(lambda: control.training.status is status, timeout=LONG)


def press(desk: Desk, name: str) -> None:
    """Press the main button; the panel is named “Train”, too."""
    QTest.mouseClick(desk.find(QPushButton, name), Qt.MouseButton.LeftButton)


def weights(inside: Inside) -> np.ndarray:
    return inside.document.layers[1].weights


@pytest.mark.timeout(300)
def test_digits_are_learned_and_the_run_is_one_step(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    path = tmp_path / "trained.convstudio"

    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        start = inside.document
        with resting(at_step(21)):
            press(desk, "Train")
            desk.wait(lambda: control.training.glimpse() is not None and control.training.glimpse().state.step > 20)
            press(desk, "Pause")
        wait_for(desk, control, Status.PAUSED)
        assert inside.studio.session.history.names == ("Train network",)
        assert not np.array_equal(weights(inside), start.layers[1].weights)
        changed = set_weights_block(inside.document, 1, 0, 0, (0, 0), [[0.25]])
        assert "changed" not in control.dock.bar.progress.text()
        inside.studio.session.apply("Set weight", changed)
        desk.wait(lambda: control.dock.bar.progress.text().endswith(", changed since"))
        press(desk, "Go on")
        wait_for(desk, control, Status.FINISHED)
        assert control.training.trainer.epochs()[-1].held_out_accuracy >= 0.95
        assert inside.studio.session.history.names == ("Train network", "Set weight", "Train network")
        last = weights(inside)
        desk.press("One step back")
        assert not np.array_equal(weights(inside), last)
        graph = control.dock.curves.loss.graph
        drawn, later = ([part(line)[0][-1] for line in graph.lines] for part in (graph.drawn, graph.drawn_later))
        assert max(drawn) == control.training.glimpse().state.step < max(later)  # the curves end at what is on show
        save_as(desk, answers, path)
        desk.undo()
        desk.wait(lambda: control.dock.bar.progress.text().endswith(", changed since"))
        desk.undo()
        desk.wait(lambda: "changed" not in control.dock.bar.progress.text())
        desk.undo()
        assert inside.document.network is start.network
        assert "the run is at its start" in control.dock.curves.loss.accessibleDescription()

    assert tell(qtbot, story, UNTRAINED) == 0
    saved, _ = load_document(path)
    assert not np.array_equal(saved.layers[1].weights, np.zeros((3, 3, 1, 8)))


def test_a_rate_that_is_too_large_is_said_with_a_way_out(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        inside.studio.session.apply(
            "Set learning rate", set_training(inside.document, rate=1e30, optimiser="sgd", epochs=1)
        )
        first = weights(inside)
        press(desk, "Train")
        wait_for(desk, control, Status.FAILED)
        assert "diverged at step" in control.dock.bar.sentence
        assert np.isfinite(weights(inside)).all()
        desk.wait(lambda: control.dock.bar.sentence.endswith("Begin again with a learning rate of 0.01."))
        history, diverged = inside.studio.session.history.names, inside.document
        desk.press("Begin again with rate 0.01")
        assert inside.document.training.rate == 0.01
        np.testing.assert_array_equal(weights(inside), first)
        assert control.dock.bar.sentence == ""
        assert control.training.glimpse().state.step == 0
        assert inside.studio.session.history.names == (*history, "Begin again with a smaller rate")
        desk.undo()
        assert inside.document is diverged
        desk.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
        np.testing.assert_array_equal(weights(inside), first)
        press(desk, "Train")
        wait_for(desk, control, Status.FINISHED)

    assert tell(qtbot, story, UNTRAINED) == 0


def test_what_cannot_be_trained_is_refused_in_the_panel(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        desk.choose("Data", "Input and target")
        press(desk, "Train")
        assert control.dock.bar.sentence == NO_TARGET
        assert control.training.status is Status.IDLE

    assert tell(qtbot, story, UNTRAINED) == 0


def test_every_page_shows_the_run(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        inside.studio.session.apply("Set epochs", set_training(inside.document, epochs=1))
        press(desk, "Train")
        wait_for(desk, control, Status.FINISHED)
        desk.wait(lambda: control.dock.curves.loss.graph is not None)
        assert [line.name for line in control.dock.curves.loss.graph.lines] == ["batches", "held out"]
        control.dock.pages.setCurrentIndex(2)
        assert [line.name for line in control.pages.layers.weights.graph.lines] == ["2 Conv", "5 Conv", "8 Dense"]
        assert control.pages.layers.history.history.steps[-1] == 43
        control.dock.pages.setCurrentIndex(3)
        assert control.pages.compare.tiles.tiles.columnCount() == 8
        desk.choose("Compare", "maps")
        desk.wait(lambda: control.pages.compare.tiles.tiles.rowCount() == 3)
        assert np.shape(control.pages.compare.tiles.tiles.comparison.rows[0].tiles[0]) == (8, 8)

    assert tell(qtbot, story, UNTRAINED) == 0


def test_pages_under_another_tab_are_not_drawn_until_they_come_up_again(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(1900, 1000)
        control = begin(desk, inside)
        inside.studio.session.apply("Set epochs", set_training(inside.document, epochs=1))
        assert go_along(desk.window, ("Train", "Kernel detective…"))
        other = inside.studio.learning.dock_of("Kernel detective")
        for dock in (control.dock, other):
            dock.setFloating(False)
            desk.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        desk.window.tabifyDockWidget(control.dock, other)
        other.raise_()
        desk.wait(lambda: control.dock.curves.visibleRegion().isEmpty())
        control.dock.bar.train_asked.emit()
        wait_for(desk, control, Status.FINISHED)
        assert control.dock.curves.loss.graph is None
        control.dock.raise_()
        desk.wait(lambda: control.dock.curves.loss.graph is not None)
        assert [line.name for line in control.dock.curves.loss.graph.lines] == ["batches", "held out"]

    assert tell(qtbot, story, UNTRAINED) == 0


def test_the_panel_fits_every_screen(qtbot: QtBot, inside: Inside) -> None:
    found: list[str] = []

    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        inside.studio.session.apply("Set epochs", set_training(inside.document, epochs=1))
        press(desk, "Train")
        wait_for(desk, control, Status.FINISHED)
        control.dock.bar.show_trouble("The training diverged at step 3: numbers became too large.", slower=0.01)
        for width, height in SCREENS:
            desk.window.resize(width, height)
            control.dock.close()
            inside.studio.learning.open("Train")
            for page in range(control.dock.pages.count()):
                control.dock.pages.setCurrentIndex(page)
                for _ in range(6):
                    QApplication.processEvents()
                title = control.dock.pages.tabText(page)
                found.extend(f"{title} on {width}×{height}: {fault}" for fault in faults(control.dock.content))
            if desk.window.size() != QSize(width, height):
                found.append(f"the window of {width}×{height} is {desk.window.width()}×{desk.window.height()}")

    assert tell(qtbot, story, UNTRAINED) == 0
    assert found == []


def test_every_control_of_the_panel_is_named_and_escape_closes_it(qtbot: QtBot, inside: Inside) -> None:
    nameless: list[str] = []
    left_open: list[str] = []

    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        for part in control.dock.findChildren(QWidget):
            is_part_of_field = isinstance(part.parentWidget(), QAbstractSpinBox)
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and not is_part_of_field:
                if not part.accessibleName() or not part.toolTip():
                    nameless.append(f"{type(part).__name__} {part.accessibleName()}")
                QTest.keyClick(part, Qt.Key.Key_Escape)
                if not control.dock.isHidden():
                    left_open.append(part.accessibleName())
                inside.studio.learning.open("Train")

    assert tell(qtbot, story, UNTRAINED) == 0
    assert (nameless, left_open) == ([], [])


def test_closing_the_window_ends_a_training_that_runs(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        press(desk, "Train")
        desk.wait(lambda: control.training.is_running)

    assert tell(qtbot, story, UNTRAINED) == 0


def test_a_run_that_stops_early_tells_what_its_kept_weights_reached(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        inside.studio.session.apply(
            "Set training", set_training(inside.document, rate=0.05, patience=1, keeps_best=True)
        )
        press(desk, "Train")
        wait_for(desk, control, Status.FINISHED)
        epochs = control.training.trainer.epochs()
        best = min(epochs, key=lambda report: report.held_out_loss)
        assert best.epoch == len(epochs) - 1 < 19
        assert control.dock.bar.progress.text().startswith(f"Stopped early: epoch {len(epochs)} of 20")
        assert control.dock.bar.held_out.text() == held_out_line(best, is_kept=True)
        desk.press("One step back")
        assert "kept" not in control.dock.bar.held_out.text()

    assert tell(qtbot, story, UNTRAINED) == 0


def test_a_run_before_stays_to_be_compared(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        inside.studio.session.apply("Set epochs", set_training(inside.document, epochs=1))
        press(desk, "Train")
        wait_for(desk, control, Status.FINISHED)
        desk.press("Stop")
        assert control.training.current_run() is None
        press(desk, "Train")
        desk.wait(lambda: control.training.current_run() is not None)
        wait_for(desk, control, Status.FINISHED)
        QApplication.processEvents()
        assert [line.name for line in control.dock.curves.loss.graph.lines] == ["run 1", "batches", "held out"]
        assert control.dock.curves.differences == ""
        inside.studio.session.apply("Set learning rate", set_training(inside.document, rate=0.25))
        press(desk, "Train")
        wait_for(desk, control, Status.FINISHED)
        told = "Learning rate: 0.005 (run 1), 0.005 (run 2), 0.25 (this run)."
        assert control.dock.curves.differences == told
        control.dock.pages.setCurrentIndex(3)
        assert control.pages.compare.facts.text().endswith(told)

    assert tell(qtbot, story, UNTRAINED) == 0
