"""Time until the library of detectors and presets is painted, with 1,000 presets in the folder.

    python -m tests.benchmarks.presets [PRESETS]

The goal is 100 ms from asking for the library until it is painted. Beside it: reading the folder in the worker for the
first time and again, a search, one move through the list with its preview, and what naming the current filter takes.
Each line is the median of several runs. The goal counts the time of the processor: on a free machine no more passes.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from convstudio.files.presets.folder import PresetFolder
from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.detectors import Detector
from convstudio.views.layer.detector_choice import DetectorChoice
from convstudio.views.layer.library.requests import PresetRequests
from convstudio.views.layer.library.window import DetectorList
from convstudio.views.parts.style import FlatStyle

RUNS = 7
GOAL = 100.0


def preset(number: int) -> Detector:
    """Make a preset with random weights, tags and a note."""
    draw = np.random.default_rng(number)
    side = 3 if number % 2 else 5
    weights = frozen(draw.standard_normal((side, side)).round(2))
    tags = (f"week {number % 12}", "course")
    return Detector("", f"Preset {number}", 2, weights, False, "whatever", "a draw", 0.0, tags, f"number {number}")


def told(name: str, step: Callable[[], object], runs: int = RUNS) -> float:
    """Print how long a step takes, and return the processor's time in milliseconds."""
    times, busy = [], []
    for _ in range(runs):
        start, worked = time.perf_counter(), time.process_time()
        step()
        times.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    median, processor = statistics.median(times), statistics.median(busy)
    print(f"{name:48} {processor:8.1f} ms of the processor; {median:.1f} passed, at most {max(times):.1f}")
    return processor


def painted(library: DetectorList, step: Callable[[], object]) -> None:
    """Do a step, and wait until all of the window is painted."""
    step()
    QCoreApplication.processEvents()
    library.repaint()


def main(count: int) -> int:
    """Print the times, and return 1 where the goal is missed."""
    app = QApplication([])
    app.setStyle(FlatStyle())
    detectors, layer = load_detectors(), Conv.of(np.ones((3, 3, 3, 1)))
    read = TiledArray.of(np.random.default_rng(0).random((224, 224, 3), np.float32))
    with tempfile.TemporaryDirectory() as place:
        folder = PresetFolder(Path(place) / "presets")
        folder.add(map(preset, range(count)))
        told("reading the folder for the first time", lambda: PresetFolder(folder.path).read())
        listing = folder.read()
        told("reading it again where nothing changed", folder.read)

    def open_new() -> None:
        library = DetectorList(detectors, PresetRequests())
        library.show_presets(listing, ())
        painted(library, lambda: library.open_for(layer, read))
        library.reject()

    first = told("opening the library, made for the first time", open_new)
    library = DetectorList(detectors, PresetRequests())
    library.show_presets(listing, ())

    def open_again() -> None:
        painted(library, lambda: library.open_for(layer, read))
        library.reject()

    again = told("opening it again", open_again)
    library.open_for(layer, read)
    words = iter("preset 1" * RUNS)
    told("typing one letter of a search", lambda: painted(library, lambda: library.search_field.insert(next(words))))
    library.search_field.clear()
    rows = iter(range(RUNS))
    told("one move with its preview", lambda: painted(library, lambda: library.table.selectRow(next(rows))))
    told("a change in the folder, listed again", lambda: painted(library, lambda: library.show_presets(listing, ())))
    choice = DetectorChoice(detectors)
    told("offering them in the combo box", lambda: choice.show_presets(listing.presets))
    choice.show_filter(layer, 0)
    told("naming the current filter", lambda: choice.show_filter(layer, 0))
    print(f"goal: {GOAL:.0f} ms until the library is painted: {'kept' if max(first, again) <= GOAL else 'missed'}")
    return int(max(first, again) > GOAL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
