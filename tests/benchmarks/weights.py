"""Time until the arrays of a large file of weights are listed, and what is read of the file for it.

    python -m tests.benchmarks.weights [MEGABYTES] [ARRAYS]

The goal is half a second for 100 MB of safetensors with 300 tensors, without reading the file whole. Beside it: the
ways to read all arrays for one layer, the list on screen, and the facts of one array, computed when it is chosen.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication
from safetensors.numpy import save_file

from convstudio.files.reading import StoredFile
from convstudio.files.weights import open_weights
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.weights.weights_list import described, listed_arrays, matching
from convstudio.model.readings.weights.layer_weights import readings
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.views.window.weights_dialog import WeightsDialog

RUNS = 7
GOAL = 500.0


def told(name: str, step: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    """Print how long a step takes at the median; return the milliseconds and what the last run made."""
    times, made = [], None
    for _ in range(runs):
        start = time.perf_counter()
        made = step()
        times.append((time.perf_counter() - start) * 1000)
    print(f"{name:56} {statistics.median(times):8.1f} ms, at most {max(times):.1f}")
    return statistics.median(times), made


def large_file(folder: Path, megabytes: int, count: int) -> Path:
    """Write a file of convolutions of 64 channels and their biases."""
    filters = max(1, megabytes * 10**6 * 2 // (count * 64 * 9 * 4))
    draw = np.random.default_rng(1)
    arrays = {}
    for number in range(count // 2):
        arrays[f"features.{number}.weight"] = draw.standard_normal((filters, 64, 3, 3), np.float32)
        arrays[f"features.{number}.bias"] = np.zeros(filters, np.float32)
    save_file(arrays, folder / "large.safetensors")
    return folder / "large.safetensors"


def main() -> int:
    """Print all times; return 1 where the list takes longer than the goal."""
    megabytes, count = (int(text) for text in (*sys.argv[1:], "100", "300")[:2])
    app = QApplication.instance() or QApplication(["benchmark", "-platform", "offscreen"])
    with tempfile.TemporaryDirectory() as name:
        path = large_file(Path(name), megabytes, count)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {count} arrays")
        read: list[int] = []
        whole = StoredFile._read
        StoredFile._read = lambda *given: read.append(given[-1]) or whole(*given)  # type: ignore[method-assign]
        listing, file = told("list the arrays", lambda: open_weights(path))
        print(f"{'of the file that reads':56} {sum(read) / RUNS / 1000:8.1f} kB of {file.data.size / 1000:.0f}")
        conv = Conv.of(np.ones((3, 3, 64, 4), np.float32))
        document = Document(Sample.of("x", np.ones((8, 8, 64), np.float32)), Network((conv,)))
        shapes = file.shapes
        _, ways = told(
            "find the ways to read them", lambda: readings(shapes, file.suffix, document, 0, LIMITS.kernel_length)
        )
        entries = {one: (entry.shape, entry.type_name) for one, entry in file.entries.items()}
        _, rows = told("make the rows", lambda: listed_arrays(entries, ways))
        told("search them", lambda: matching(rows, "149 3x3"))

        def paint() -> None:
            dialog = WeightsDialog(None, "large", rows, {}, rows[0].name, "")  # type: ignore[arg-type]
            dialog.show()
            app.processEvents()
            dialog.deleteLater()

        told("show the list", paint)
        chosen = "features.7.weight"
        held = [way for way in ways if way.names[0] == chosen]
        needed = {chosen, *(one for way in held for one in way.names)}
        told(
            "facts and pictures of one array",
            lambda: described(file.arrays(needed, LIMITS.layer_values), chosen, held),
        )
    print(f"the goal of {GOAL:.0f} ms for the list is {'met' if listing < GOAL else 'missed'}")
    return 0 if listing < GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
