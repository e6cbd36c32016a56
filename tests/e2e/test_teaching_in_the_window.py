"""A target is drawn or hidden, a kernel learns it, and the detective says whether it is the only one."""

import gc
import random
import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.app import Studio
from convstudio.files.resources import load_detectors
from convstudio.model.edits.learning.targets import set_target_map
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.learning.pairs import NO_TARGET
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.network import Network
from convstudio.wiring.learning.labs import LabPanel
from convstudio.wiring.learning.teach import TeachPanel
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, case, go_along, tell
from tests.e2e.geometry import faults
from tests.e2e.resting_runs import at_step, resting

SECONDS = 60_000
TITLES = ["Teach by example", "Kernel detective", "Symmetry lab", "Initialisation lab", "Capacity lab"]


def panel(inside: Inside) -> TeachPanel:
    return inside.studio.learning.panel("Teach by example")


def open_panel(desk: Desk, title: str) -> None:
    assert go_along(desk.window, ("Train", f"{title}…"))
    QApplication.processEvents()


def kernel(document: Document) -> np.ndarray:
    return document.layers[0].weights[..., 0]


def wait_long(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=SECONDS)


def pause_at(desk: Desk, lab: LabPanel, step: int) -> None:
    """Run a lab, and pause it when it has made so many steps."""
    with resting(at_step(step)):
        desk.press("Run")
        wait_long(desk._qtbot, lambda: lab.run.glimpse() is not None and lab.run.glimpse().state.step >= step)
        desk.press("Pause")
    desk.wait(lambda: not lab.run.is_running)


def pixels(picture: QWidget) -> np.ndarray:
    """Return the colours of what a picture has painted inside its frame."""
    image = picture.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def tints(picture: QWidget) -> np.ndarray:
    """Return how orange each pixel is."""
    red, _, blue = np.moveaxis(pixels(picture), -1, 0)
    return red - blue


def greys(picture: QWidget) -> int:
    """Return how much the brightness in the middle of a picture changes."""
    height, width = pixels(picture).shape[:2]
    middle = pixels(picture)[height // 4 : -height // 4, width // 4 : -width // 4, 2]
    return int(np.quantile(middle, 0.95) - np.quantile(middle, 0.05))


class PaintedSteps(QObject):
    """Notes at which steps of a run the line is painted that tells of it."""

    def __init__(self, panel: TeachPanel) -> None:
        super().__init__()
        self.steps: list[int] = []
        self._run = panel.training
        panel.card.line.installEventFilter(self)

    def eventFilter(self, _thing: QObject, event: QEvent) -> bool:
        glimpse = self._run.glimpse()
        if event.type() == QEvent.Type.Paint and glimpse is not None:
            self.steps.append(glimpse.state.step)
        return False


def target(inside: Inside) -> list[list[float]]:
    return inside.document.target.values[..., 0].tolist()


def paint(table: QTableView, *cells: tuple[int, int]) -> None:
    """Drag over some cells of a table."""
    places = [table.visualRect(table.model().index(*cell)).center() for cell in cells]
    QTest.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(table.viewport(), place)
    QTest.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=places[-1])


@pytest.mark.parametrize("edit", ["undo", "weight", "target"])
def test_nothing_is_said_to_be_learned_after_what_undoes_it(qtbot: QtBot, inside: Inside, edit: str) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(1900, 1000)
        open_panel(desk, "Teach by example")
        desk.press("Map as it is")
        desk.press("Begin at random")
        desk.press("Teach")
        verdict = panel(inside).card.verdict
        wait_long(qtbot, lambda: "Learned" in verdict.text() and not panel(inside).training.is_running)
        desk.wait(lambda: not inside.studio.display.is_explaining)
        assert "Learned" in verdict.text()
        match edit:
            case "undo":
                desk.undo()
            case "weight":
                desk.type_cell("Kernel", 0, 0, "7")
            case _:
                desk.type_cell("Target", 0, 0, "7")
        desk.wait(lambda: verdict.text() == "")

    assert tell(qtbot, story) == 0


def test_a_target_is_drawn_typed_and_learned_as_one_step_each(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(1900, 1000)
        open_panel(desk, "Teach by example")
        desk.press("Blank target")
        steps = inside.studio.session.undo_stack.count()
        paint(desk.find(QTableView, "Target"), (0, 2), (0, 3), (0, 3))
        assert target(inside)[0] == [0, 0, 1, 1, 0, 0]
        assert inside.studio.session.undo_stack.count() == steps + 1
        for row in range(6):
            for column in (2, 3):
                desk.type_cell("Target", row, column, "6")
        desk.press("Begin at random")
        begun = kernel(inside.document)
        desk.press("Teach")
        wait_long(qtbot, lambda: "Learned" in panel(inside).card.verdict.text())
        wait_long(qtbot, lambda: not panel(inside).training.is_running)
        learned = kernel(inside.document)
        np.testing.assert_allclose(learned.sum(axis=0)[:, 0], [0, 6, 0], atol=1e-3)
        desk.undo()
        assert np.array_equal(kernel(inside.document), begun)

    assert tell(qtbot, story) == 0


def test_a_random_kernel_becomes_the_sobel_that_made_the_map_of_a_photograph(qtbot: QtBot, inside: Inside) -> None:
    sobel = find_detector(load_detectors(), "sobel-x").kernel

    def is_near(weights: np.ndarray) -> bool:
        return bool(np.abs(weights[..., 0] - sobel).max() < 0.05)

    def story(desk: Desk) -> None:
        desk.window.resize(1900, 1000)
        desk.choose("Detector", "Sobel x")
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        open_panel(desk, "Teach by example")
        desk.press("Map as it is")
        desk.press("Begin at random")
        begun = np.abs(kernel(inside.document)[..., 0] - sobel).max()
        with resting(lambda state: is_near(state.network.layers[0].weights[..., 0])):
            desk.press("Teach")
            wait_long(qtbot, lambda: is_near(kernel(inside.document)))
            desk.press("Pause")
        assert begun > 1
        assert [plate.isVisible() for plate in panel(inside).card.kernels.plates.values()] == [True] * 3

    assert tell(qtbot, story, "sample:camera") == 0


def test_a_kernel_is_seen_while_it_learns(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Detector", "Sobel x")
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        open_panel(desk, "Teach by example")
        desk.press("Map as it is")
        desk.press("Begin at random")
        run, painted = panel(inside).training, PaintedSteps(panel(inside))
        desk.press("Teach")
        wait_long(qtbot, lambda: run.status in (Status.PAUSED, Status.FINISHED))
        assert any(0 < step < run.glimpse().state.step for step in painted.steps)

    assert tell(qtbot, story) == 0


def test_a_photograph_in_colour_is_said_to_need_more_steps(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Detector", "Sobel x")
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        open_panel(desk, "Teach by example")
        desk.press("Map as it is")
        desk.press("Begin at random")
        desk.enter("Steps", "2")
        desk.press("Teach")
        desk.wait(lambda: "(correlation 0.96)" in panel(inside).card.verdict.text())

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_a_step_is_made_by_hand_and_the_run_goes_on(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Teach by example")
        desk.press("Map as it is")
        desk.press("Begin at random")
        before = kernel(inside.document)
        desk.press("One step")
        desk.wait(lambda: not np.array_equal(kernel(inside.document), before))
        desk.wait(lambda: panel(inside).card.line.text().startswith("Paused: step 1"))
        desk.press("One step")
        desk.wait(lambda: panel(inside).card.line.text().startswith("Paused: step 2"))
        desk.undo()
        assert np.array_equal(kernel(inside.document), before)

    assert tell(qtbot, story) == 0


def test_a_step_after_the_last_one_goes_on_with_what_was_learned(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Teach by example")
        desk.press("Map as it is")
        desk.press("Begin at random")
        desk.enter("Steps", "200")
        desk.press("Teach")
        made = panel(inside)
        wait_long(qtbot, lambda: made.card.line.text().startswith("Finished: step 200"))
        learned, loss = kernel(inside.document), made.training.glimpse().report.loss
        desk.press("One step")
        desk.wait(lambda: made.card.line.text().startswith("Finished: step 201"))
        assert made.training.glimpse().report.loss <= loss * 1.01
        np.testing.assert_allclose(kernel(inside.document), learned, atol=1e-3)

    assert tell(qtbot, story) == 0


def test_a_hidden_detector_is_guessed(qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_a_name_of_its_own(candidates: tuple[Detector, ...], _count: int) -> list[Detector]:
        """Draw one whose name, typed into the list, is not the beginning of another one's."""
        return [one for one in candidates if one.name.startswith("Sobel")]

    monkeypatch.setattr(random, "sample", with_a_name_of_its_own)

    def story(desk: Desk) -> None:
        open_panel(desk, "Teach by example")
        desk.press("Hide a detector")
        made = panel(inside)
        desk.wait(lambda: made.card.guess.count() > 0)
        hidden = made.hidden
        desk.choose("Guess", hidden.name)
        assert made.card.verdict.text() == f"Right: it is {hidden.name}."
        assert not np.array_equal(inside.document.target.values, np.zeros((6, 6, 1)))
        desk.press("Tell me")
        assert hidden.name in made.card.verdict.text()

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("press", ["Teach", "One step"])
def test_without_a_target_it_is_said_what_to_do(qtbot: QtBot, inside: Inside, press: str) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Teach by example")
        desk.press(press)
        assert panel(inside).panel.message.text().startswith("There is no target map yet. Begin with a blank one")

    assert tell(qtbot, story) == 0


def test_the_detective_proves_that_another_kernel_makes_the_same_map(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(1900, 1000)
        open_panel(desk, "Kernel detective")
        made = inside.studio.learning.panel("Kernel detective")
        desk.wait(lambda: made.card.problem.text().startswith("There is no target map yet."))
        open_panel(desk, "Teach by example")
        desk.press("Map as it is")
        open_panel(desk, "Kernel detective")
        desk.wait(lambda: "6 directions free" in made.card.verdict.text())
        before = desk.numbers("Feature map")
        assert (desk.array("Difference") == 0).all()
        desk.press("Use other kernel")
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        assert kernel(inside.document)[..., 0].tolist() != [[0, 1, 0]] * 3
        assert desk.numbers("Feature map") == before
        desk.undo()
        assert kernel(inside.document)[..., 0].tolist() == [[0, 1, 0]] * 3

    assert tell(qtbot, story) == 0


def test_filters_that_begin_the_same_stay_the_same_in_the_symmetry_lab(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        document = inside.document
        open_panel(desk, "Symmetry lab")
        lab = inside.studio.learning.panel("Symmetry lab")
        pause_at(desk, lab, 60)
        assert lab.card.verdict.text() == "Filters that began the same are still exactly the same."
        assert (lab.run.glimpse().similarities[:, 0] == 1).all()
        paused = lab.run.glimpse().state.step
        desk.press("Run")
        desk.wait(lambda: lab.run.glimpse().state.step > paused)
        assert inside.document is document

    assert tell(qtbot, story) == 0


def test_zeros_learn_nothing_in_the_initialisation_lab(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Initialisation lab")
        lab = inside.studio.learning.panel("Initialisation lab")
        pause_at(desk, lab, 150)
        zeros, constant, *others = lab.run.glimpse().losses[-20:].mean(axis=0)
        assert zeros == pytest.approx(np.log(4), abs=0.02)
        assert constant == pytest.approx(np.log(4), abs=0.02)
        assert max(others) < 1

    assert tell(qtbot, story) == 0


def test_the_pair_of_the_window_is_learned_from_several_starts_by_its_own_network(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Initialisation lab")
        lab = inside.studio.learning.panel("Initialisation lab")
        desk.choose("Lab data", "This network and its data")
        desk.press("Run")
        assert lab.panel.message.text() == NO_TARGET
        document = inside.document
        zeros = np.zeros(document.output_shape(0), np.float32)
        inside.studio.session.apply("Target", set_target_map(document, zeros))
        pause_at(desk, lab, 100)
        glimpse = lab.run.glimpse()
        assert [start.name for start in glimpse.plan.starts][:2] == ["as it is now", "zeros"]
        assert glimpse.losses[1, 0] > glimpse.losses[-1, 0] > 0
        assert glimpse.losses[-1, 1] == 0
        assert inside.document.network is document.network

    assert tell(qtbot, story) == 0


def test_filters_of_the_own_network_begin_the_same_in_the_symmetry_lab(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Symmetry lab")
        lab = inside.studio.learning.panel("Symmetry lab")
        assert lab.card.filters.isEnabled()
        desk.choose("Lab data", "This network and its data")
        assert not lab.card.filters.isEnabled()
        desk.press("Run")
        assert lab.panel.message.text().startswith("The network has no convolution with 2 filters or more to compare.")
        drawn = np.random.default_rng(1)
        layers = (
            Conv.of(drawn.normal(size=(3, 3, 1, 4))),
            Conv.of(drawn.normal(size=(3, 3, 4, 3))),
            GlobalPool("max"),
            Dense.of(drawn.normal(size=(3, 10)), activation="softmax"),
        )
        session = inside.studio.session
        session.apply("Network", replace(inside.document, network=Network(layers)))
        session.look(replace(session.view, layer=1))
        lab.connections.loader.load("digits")
        desk.wait_for_files()
        pause_at(desk, lab, 20)
        glimpse = lab.run.glimpse()
        assert (glimpse.plan.layer, glimpse.state.weights[0].shape) == (1, (3, 3, 4, 3))
        assert (glimpse.similarities[:, 0] == 1).all()
        assert glimpse.state.similarities[1] < 1
        assert lab.card.line.text().endswith(", filters of layer 2")
        assert inside.document.layers == layers
        session.look(replace(session.view, layer=2))
        desk.press("Run")
        desk.wait(lambda: lab.run.glimpse().state.step > glimpse.state.step)

    assert tell(qtbot, story) == 0


def test_a_pair_of_the_window_tells_its_filters_apart_and_the_symmetry_lab_says_so(
    qtbot: QtBot, inside: Inside
) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Symmetry lab")
        lab = inside.studio.learning.panel("Symmetry lab")
        session = inside.studio.session
        drawn = np.random.default_rng(1)
        layers = (Conv.of(drawn.normal(size=(3, 3, 1, 2))),)
        document = replace(inside.document, network=Network(layers))
        target = drawn.normal(size=document.output_shape(0)).astype(np.float32)
        session.apply("Target", set_target_map(document, target))
        desk.choose("Lab data", "This network and its data")
        pause_at(desk, lab, 20)
        told = "Filters that began the same have become different: each of their maps has a target of its own."
        assert lab.card.verdict.text() == told

    assert tell(qtbot, story) == 0


def test_a_closed_program_leaves_nothing_of_these_panels_in_memory(qtbot: QtBot) -> None:
    programs: list[weakref.ref[Studio]] = []

    def story(desk: Desk) -> None:
        programs.extend(weakref.ref(one) for one in gc.get_objects() if type(one) is Studio)
        for title in TITLES:
            open_panel(desk, title)
        lab = desk.window.findChild(QDockWidget, "Symmetry lab")
        next(one for one in lab.findChildren(QAbstractButton) if one.accessibleName() == "Run").click()
        for press in ("Map as it is", "Begin at random", "Teach"):
            open_panel(desk, "Teach by example")
            desk.press(press)
        desk.wait_for_files()

    assert tell(qtbot, story) == 0
    gc.collect()
    assert [one() for one in programs] == [None]


def test_a_lab_that_is_closed_pauses(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Symmetry lab")
        lab = inside.studio.learning.panel("Symmetry lab")
        desk.press("Run")
        desk.wait(lambda: lab.run.is_running)
        lab.dock.close()
        desk.wait(lambda: not lab.run.is_running)

    assert tell(qtbot, story) == 0


def test_a_lab_under_another_tab_goes_on_and_is_shown_when_it_comes_up_again(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(1900, 1000)
        open_panel(desk, "Symmetry lab")
        lab = inside.studio.learning.panel("Symmetry lab")
        with resting(at_step(20)):
            desk.press("Run")
            desk.wait(lambda: lab.card.line.text().startswith("Training"))
            open_panel(desk, "Kernel detective")
            other = inside.studio.learning.dock_of("Kernel detective")
            for dock in (lab.dock, other):
                dock.setFloating(False)
                desk.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            desk.window.tabifyDockWidget(lab.dock, other)
            other.raise_()
            desk.wait(lambda: lab.card.visibleRegion().isEmpty())
            told, step = lab.card.line.text(), lab.run.glimpse().state.step
        desk.wait(lambda: lab.run.glimpse().state.step > step + 5)
        assert lab.card.line.text() == told
        lab.dock.raise_()
        desk.wait(lambda: lab.card.line.text() != told)

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("title", TITLES)
def test_parts_of_a_panel_do_not_overlap(qtbot: QtBot, inside: Inside, title: str) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Teach by example")
        desk.press("Hide a detector")
        open_panel(desk, title)
        dock = inside.studio.learning.dock_of(title)
        dock.setFloating(True)
        dock.resize(360, 500)
        for press in ("Begin at random", "One step", "Run"):
            for button in dock.findChildren(QAbstractButton):
                if button.accessibleName() == press:
                    button.click()
        for _ in range(20):
            qtbot.wait(20)
        for size in ((360, 500), (420, 640), (900, 700)):
            dock.resize(*size)
            for _ in range(8):
                QApplication.processEvents()
            with case(size):
                assert list(faults(dock.widget().widget())) == []

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("title", TITLES)
def test_no_panel_makes_the_window_larger_and_escape_closes_it_from_every_control(
    qtbot: QtBot, inside: Inside, title: str
) -> None:
    def story(desk: Desk) -> None:
        for size in ((1024, 640), (1366, 768), (1920, 1080)):
            with case(size):
                look(desk, size)
            inside.studio.learning.dock_of(title).close()

    def look(desk: Desk, size: tuple[int, int]) -> None:
        desk.window.resize(*size)
        open_panel(desk, title)
        for _ in range(5):
            QApplication.processEvents()
        assert (desk.window.width(), desk.window.height()) == size
        dock = inside.studio.learning.dock_of(title)
        assert dock is not None
        controls = [
            control
            for control in dock.findChildren(QWidget)
            if control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible() and control.isEnabled()
        ]
        left_open = []
        for control in controls:
            QTest.keyClick(control, Qt.Key.Key_Escape)
            if inside.studio.learning.dock_of(title) is not None:
                left_open.append(control.accessibleName())
            inside.studio.learning.open(title)
        assert left_open == []

    assert tell(qtbot, story) == 0


def test_an_edge_is_traced_on_a_photograph_and_every_pixel_of_the_stroke_is_seen(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_panel(desk, "Teach by example")
        desk.press("Blank target")
        picture = panel(inside).card.pad.picture
        desk.wait(lambda: picture.isVisible() and picture.cell_area(0, 0).width() > 0)
        QApplication.processEvents()
        assert tints(picture).max() < 15  # the frame is a little warm
        assert greys(picture) > 50  # the photograph is under it
        first, last = (picture.cell_area(row, row).center().toPoint() for row in (60, 400))
        QTest.mousePress(picture.viewport(), Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(picture.viewport(), last)
        QTest.mouseRelease(picture.viewport(), Qt.MouseButton.LeftButton, pos=last)
        assert np.count_nonzero(inside.document.target.values) > 300
        desk.wait(lambda: bool((tints(picture)[first.y() : last.y()].max(axis=1) > 15).all()))
        desk.press("Over the input")
        QApplication.processEvents()
        assert greys(picture) < 20
        assert (tints(picture)[first.y() : last.y()].max(axis=1) > 15).all()

    assert tell(qtbot, story, "sample:astronaut") == 0
