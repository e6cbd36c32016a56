"""How soon work is on the disk after a change, for the largest documents that the limits allow.

    python -m tests.benchmarks.autosave [EDITS]

For each document: from opening to the first time that it is kept, then from an edit to the moment when it is kept (the
median and the worst of EDITS edits, 20 by default), how much was written for one edit, and the longest time that the
window's thread was away. Two seconds is the promise. Beside them stands what the disk alone takes for the same bytes.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer

from convstudio.files.projects.recovery import WORK_FILE, Recovery
from convstudio.model.edits import input_cells
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.session.autosave import Autosave
from convstudio.session.session import Session

TICK_MILLISECONDS = 5


def main(count: int) -> None:
    """Measure every document, and print a table."""
    app = QCoreApplication(sys.argv)
    print(f"{'document':44} {'first kept':>10} {'edit kept':>10} {'worst':>8} {'written':>9} {'away':>8} {'disk':>8}")
    for name, make in DOCUMENTS.items():
        measure(app, name, make(), count)


def measure(app: QCoreApplication, name: str, opened: Document, count: int) -> None:
    """Open the document in a session with an autosave, edit it again and again, and print one line."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("CONVSTUDIO_BENCHMARK_DISK")) as folder:
        session = Session(Document(Sample.of("start", np.zeros((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),))))
        autosave = Autosave(session, Recovery(Path(folder)))
        away = Away()
        first = kept_after(app, Path(folder), lambda: session.apply("Open", opened))
        lags, sizes = [], []
        for step in range(count):
            before = volume(Path(folder))
            lags.append(kept_after(app, Path(folder), lambda step=step: edit(session, step)))
            sizes.append(max(0, volume(Path(folder)) - before))
        disk = disk_seconds(Path(folder), opened.sample.values.base.nbytes)
        line = f"{name:44} {first:8.2f} s {statistics.median(lags):8.2f} s {max(lags):6.2f} s"
        print(f"{line} {max(sizes) / 2**20:5.1f} MiB {1000 * away.longest:5.0f} ms {disk:6.2f} s", flush=True)
        away.stop()
        autosave.close()
        session.close()


def edit(session: Session, step: int) -> None:
    """Paint a brush of 60 cells at a place of its own."""
    rows, columns = (*session.document.sample.spatial, 1)[:2]
    place = (step * 997 % rows, step * 499 % columns)[: session.document.sample.rank]
    session.apply("Paint", input_cells.paint_input(session.document, place, 60, float(step + 2), None))


def kept_after(app: QCoreApplication, folder: Path, act: Callable[[], object]) -> float:
    """Act, and return how many seconds later the work is in its recovery."""
    before, start = stamp(folder), time.perf_counter()
    act()
    while stamp(folder) == before:
        app.processEvents()
        time.sleep(0.001)
    return time.perf_counter() - start


def stamp(folder: Path) -> list[int]:
    """Return what changes with every kept document."""
    return [path.stat().st_mtime_ns for path in folder.glob(f"*/{WORK_FILE}")]


def volume(folder: Path) -> int:
    """Return how many bytes the recovery takes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def disk_seconds(folder: Path, size: int) -> float:
    """Return how long the disk takes to keep as many bytes."""
    data, start = bytes(size), time.perf_counter()
    with (folder / "plain").open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - start


class Away:
    """Measures for how long the thread of the window did not come back to its loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MILLISECONDS)

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last - TICK_MILLISECONDS / 1000)
        self._last = now


def _photograph(rows: int, columns: int) -> Document:
    values = np.random.default_rng(0).random((rows, columns, 3), np.float32)
    return Document(Sample.of("photograph", values), Network((Conv.of(np.ones((3, 3, 3, 8))),)))


def _long_sequence() -> Document:
    values = np.random.default_rng(0).random((LIMITS.axis_length, 64), np.float32)
    return Document(Sample.of("sequence", values), Network((Conv.of(np.ones((3, 64, 8))),)))


def _largest_dense() -> Document:
    values = np.random.default_rng(0).random((64, 64, 16), np.float32)
    units = LIMITS.layer_values // values.size
    weights = np.random.default_rng(1).random((values.size, units), np.float32)
    return Document(Sample.of("maps", values), Network((Flatten(), Dense(weights, np.zeros(units, np.float32)))))


DOCUMENTS: dict[str, Callable[[], Document]] = {
    "8×8": lambda: Document(Sample.of("line", np.zeros((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),))),
    "photograph 3000×4000×3 (12 megapixels)": lambda: _photograph(3000, 4000),
    "the largest input, 4096×5461×3 (256 MiB)": lambda: _photograph(4096, 5461),
    "the longest sequence, 16384×64": _long_sequence,
    "the largest dense layer (256 MiB)": _largest_dense,
}

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
