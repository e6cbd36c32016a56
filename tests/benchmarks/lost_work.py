"""How many seconds of work a kill of the window costs, on a photograph of 12 megapixels and on the first picture.

    python -m tests.benchmarks.lost_work [KILLS]

The window is painted in every tenth of a second, each time with the next number, and killed at a random moment between
its first kept edit and 4 s later. What is lost begins with the first number that the recovery does not hold.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from convstudio.files.projects.leftovers import list_leftovers, read_leftover

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
WINDOW = """
import sys, time
from PySide6.QtCore import QTimer
from convstudio import app
from convstudio.model.edits import input_cells

start = app.Studio.start
def start_and_paint(studio, files):
    start(studio, files)
    log = open(sys.argv[1], "a")
    numbers = iter(range(2, 10**6))
    def paint():
        document = studio.session.document
        if len(files) and document.sample.values.shape[0] < 100:
            return  # the photograph is still being opened
        number = next(numbers)
        studio.session.apply("Paint", input_cells.paint_input(document, (number % 7, number % 5), 1, number, None))
        print(number, time.time(), file=log, flush=True)
    studio.timer = QTimer()
    studio.timer.timeout.connect(paint)
    studio.timer.start(100)
app.Studio.start = start_and_paint
sys.exit(app.run(sys.argv[2:]))
"""


def main(kills: int) -> None:
    """Measure both, and print the worst of each."""
    with tempfile.TemporaryDirectory() as folder:
        photograph = Path(folder) / "photograph.png"
        pixels = np.random.default_rng(0).integers(0, 256, (3000, 4000, 3), np.uint8)
        Image.fromarray(pixels).save(photograph, compress_level=0)
        for name, files in {"8×8": [], "12 megapixels": [str(photograph)]}.items():
            lost = [lose(files, random.Random(number)) for number in range(kills)]
            print(f"{name}: {kills} kills, lost at most {max(lost):.2f} s ({', '.join(f'{one:.2f}' for one in lost)})")


def lose(files: list[str], draw: random.Random) -> float:
    """Kill one window, and return for how many seconds its last edits are lost."""
    with tempfile.TemporaryDirectory() as home:
        log = Path(home) / "log"
        environment = {**os.environ, "CONVSTUDIO_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen(
            [sys.executable, "-c", WINDOW, str(log), *files], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )
        try:
            end = time.monotonic() + PATIENCE
            while not (log.exists() and log.stat().st_size) and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(draw.uniform(1.0, 5.0))
        finally:
            killed = time.time()
            process.send_signal(signal.SIGKILL)
            process.wait()
        edits = {int(number): float(when) for number, when in map(str.split, log.read_text().splitlines())}
        found = list_leftovers(Path(home) / "recovery")
        if not found:
            return killed - min(edits.values())
        kept = read_leftover(found[0].path)[0].sample.values.box((slice(0, 8), slice(0, 8))).max()
        return max((killed - when for number, when in edits.items() if number > kept), default=0.0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
