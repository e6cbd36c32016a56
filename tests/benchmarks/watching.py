"""What watching a training costs: from "Train" to the first painted change, and paints and time while it goes on.

    python -m tests.benchmarks.watching [EPOCHS]

The digits are trained in the window, with each page of the panel on top, and one kernel is taught on 8×8 cells.
"first" is the time from the press of the button to the first frame that shows a step of the run, and "at first" that of
the first run, for which plots are made and modules are loaded. "frames" counts how many frames a second showed what is
new of the run, "in the window" what each of them took of the processor in the window's thread, and "gap" is the longest
time between two of them. "steps alone" is how fast the same run goes without a window: the run never waits for it, but
shares the processor and Python with it. The panel is docked, as on the screen of reference.
"""

import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from convstudio.app import Studio, start_document
from convstudio.files.resources import load_detectors
from convstudio.model.edits.learning.targets import set_target_map
from convstudio.model.edits.learning.teaching import begin_at_random
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.learning import training as method
from convstudio.model.learning.pairs import one_pair
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.runs import Status
from convstudio.session.learning.network_training import NetworkTraining
from convstudio.session.learning.trainer import Glimpse
from tests.benchmarks.startup import SCREEN

GOAL_MILLISECONDS, GOAL_FRAMES = 100, 60
PAGES = ("Curves", "Layers", "Compare")
WIDTHS = (11, 11, 10, 15, 7, 9, 13)
TITLE, RUNS = "Digits, untrained", 5
_WAITING = QEventLoop.ProcessEventsFlag.WaitForMoreEvents


@dataclass
class Watched:
    """What was seen of one run: milliseconds, frames a second, and steps a second."""

    first: float
    frames: float
    in_window: float
    gap: float
    steps: float


class Watch(QObject):
    """Notes when the window that a panel is in is painted with something new of a run.

    Of the window's own events alone: what sees all events enters Python for each, and is most of what it measures.
    """

    def __init__(self, studio: Studio, panel: QWidget, training: NetworkTraining) -> None:
        super().__init__()
        self._studio, self._window, self._training = studio, panel.window(), training
        self.frames: list[float] = []
        self._is_new = self._is_delivering = False
        training.sampled.connect(self._note_sample)
        studio.session.document_changed.connect(self._note_change)
        self._window.installEventFilter(self)

    def close(self) -> None:
        """Watch nothing more."""
        self._window.removeEventFilter(self)
        self._training.sampled.disconnect(self._note_sample)
        self._studio.session.document_changed.disconnect(self._note_change)

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest or self._is_delivering:
            return False
        self._is_delivering = True
        self._window.event(event)
        self._is_delivering = False
        if self._is_new:
            self._is_new = False
            self.frames.append(time.perf_counter())
        return True

    def _note_sample(self, glimpse: Glimpse) -> None:
        self._is_new |= glimpse.state.step > 0

    def _note_change(self) -> None:
        self._is_new = True


def wait_until(is_true: Callable[[], bool]) -> None:
    """Do what the event loop has to do until something is true."""
    while not is_true():
        QCoreApplication.processEvents(_WAITING)


def rest(studio: Studio) -> None:
    """Wait until nothing is computed or drawn any more."""
    until = time.perf_counter() + 0.5
    waking = QTimer()
    waking.start(20)  # nothing else happens where all rests
    wait_until(lambda: not studio.recompute.is_busy and time.perf_counter() > until)


def watched(studio: Studio, press: Callable[[], object], training: NetworkTraining, panel: QWidget) -> Watched:
    """Begin a run, watch it until it ends, and return what was seen."""
    rest(studio)
    watch = Watch(studio, panel, training)
    start, begun = time.perf_counter(), time.thread_time()
    press()
    wait_until(lambda: training.status is Status.RUNNING or training.glimpse() is not None)
    wait_until(lambda: not training.is_running and bool(watch.frames))
    passed, spent = time.perf_counter() - start, time.thread_time() - begun
    watch.close()
    gaps = [after - before for before, after in itertools.pairwise([start, *watch.frames])]
    frames, step = len(watch.frames), training.trainer.curves().steps[-1]
    return Watched(1000 * gaps[0], frames / passed, 1000 * spent / frames, 1000 * max(gaps), step / passed)


def steps_alone(document: Document, data: Dataset) -> float:
    """Return how many steps a second the run makes by itself."""
    plan = method.plan(document, data, document.training)
    state = method.begin(plan)
    start = time.perf_counter()
    while not method.is_over(plan, state):
        state, _, _ = method.advance(plan, state)
    return state.step / (time.perf_counter() - start)


def button(part: QWidget, name: str) -> QAbstractButton:
    """Return the button of a name."""
    return next(one for one in part.findChildren(QAbstractButton) if one.accessibleName() == name)


def show(name: str, seen: list[Watched], alone: float) -> None:
    """Print the medians of some runs."""
    row = [statistics.median(getattr(one, what) for one in seen) for what in Watched.__annotations__]
    digits = (0, 0, 0, 2, 0, 0, 0)
    cells = zip((seen[0].first, *row, alone), WIDTHS, digits, strict=True)
    print(f"{name:24}" + "".join(f"{value:{width}.{places}f}" for value, width, places in cells))


def train_digits(studio: Studio, epochs: int, runs: int) -> None:
    """Train the digits with each page on top."""
    studio.learning.open("Train")
    control = studio.learning.panel("Train")
    wait_until(lambda: studio.session.document.title == TITLE and control.connections.data.data is not None)
    first = set_training(studio.session.document, epochs=epochs)
    alone = steps_alone(first, control.connections.data.data)
    for place, page in enumerate(PAGES, start=1):

        def press(place: int = place) -> None:
            button(control.dock, "Train").click()
            control.dock.pages.setCurrentIndex(place)

        seen = []
        for _ in range(runs):
            studio.session.apply("Begin again", first)
            seen.append(watched(studio, press, control.training, control.dock))
            control.training.stop()
        show(f"digits, {page}", seen, alone)


def teach(studio: Studio, runs: int) -> None:
    """Teach a random kernel the map of a detector, on 8×8 cells."""
    document = start_document(load_detectors())
    goal = forward(document).layers[-1].maps
    first = begin_at_random(set_target_map(document, goal), 0, 1)
    studio.session.restart(first)
    studio.learning.open("Teach by example")
    panel = studio.learning.panel("Teach by example")
    alone = steps_alone(replace(first, training=panel._settings), one_pair(first))
    seen = []
    for _ in range(runs):
        studio.session.apply("Begin again", first)
        seen.append(watched(studio, button(panel.dock, "Teach").click, panel.training, panel.dock))
        panel.training.stop()  # else the next one goes on with it
    show("teach one kernel, 8×8", seen, alone)


def main() -> None:
    """Measure and print."""
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as home:
        os.environ["CONVSTUDIO_HOME"] = home
        screens = Path(home) / "screens.json"
        screens.write_text(json.dumps({"screens": [{"name": "reference", **SCREEN}]}), encoding="utf-8")
        os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={screens}")
        app = QApplication(sys.argv[:1])
        app.setStyle("Fusion")
        studio = Studio(app)
        studio.start(["example:digits-untrained"])
        studio.window.resize(1366, 736)
        heads = ("at first", "first, ms", "frames/s", "in the window", "gap", "steps/s", "steps alone")
        print(f"{'':24}" + "".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
        train_digits(studio, epochs, RUNS)
        teach(studio, RUNS)
        print(f"goals: {GOAL_MILLISECONDS} ms to the first change, and at most {GOAL_FRAMES} frames a second")
        studio.session.mark_saved(studio.session.document)
        studio.close()


if __name__ == "__main__":
    main()
