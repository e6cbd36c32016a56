"""Time from the start of the process to the first painted window, and to the one with its map, beside a bare window.

The bare window is one of PySide6 with a pyqtgraph view.

    python -m tests.benchmarks.startup [RUNS]

Both start in turns, each in a fresh process, on the screen of reference; the table gives medians in milliseconds and
their ratio.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

SCREEN = {"x": 0, "y": 0, "width": 1366, "height": 768, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
"""Qt's own screen that is not there has 800×800 pixels, and a window that does not fit is laid out once more."""

_FIRST_PAINT = """
class FirstPaint(QObject):
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint and thing.isWidgetType() and thing.window().isVisible():
            QTimer.singleShot(0, leave)
            thing.removeEventFilter(self)
        return False
def leave():
    import os, time
    print(time.time(), time.process_time(), flush=True)
    os._exit(0)
"""

BARE = f"""
import sys
import pyqtgraph
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
{_FIRST_PAINT}
app = QApplication(sys.argv)
window = QMainWindow()
view = pyqtgraph.GraphicsLayoutWidget()
box = view.addViewBox()
box.addItem(pyqtgraph.ImageItem(axisOrder="row-major"))
window.setCentralWidget(view)
first = FirstPaint()
view.viewport().installEventFilter(first)
window.show()
app.exec()
"""

OURS = f"""
import sys
wanted = sys.argv[1]
from convstudio.cli import main
from convstudio.commands import window
load = window._load
def loaded():
    global FirstPaint, first
    run = load()
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
{textwrap.indent(_FIRST_PAINT, "    ")}
    def watched_show(window):
        global first
        QWidget.show(window)
        first = FirstPaint()
        window.centralWidget().installEventFilter(first)
    def watched_view(view, *parts):
        global first
        make(view, *parts)
        first = FirstPaint()
        view.viewport().installEventFilter(first)
    if wanted == "window":
        QMainWindow.show = watched_show
    else:
        from convstudio.views.map.map_view import MapView
        make, MapView.__init__ = MapView.__init__, watched_view
    return run
window._load = loaded  # so that the program imports Qt in its own order
main([])
"""


def start_to_paint(program: str, home: str, wanted: str = "window") -> tuple[float, float]:
    """Run one program until the `wanted` part, window or map, is painted; return ms on clock and processor."""
    screens = Path(home) / "screens.json"
    screens.write_text(json.dumps({"screens": [{"name": "reference", **SCREEN}]}), encoding="utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={screens}", "CONVSTUDIO_HOME": home}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode, as every library here has
    before = time.time()
    done = subprocess.run(
        [sys.executable, "-c", program, wanted], env=environment, capture_output=True, text=True, check=True
    )
    painted, processor = map(float, done.stdout.split()[-2:])
    return (painted - before) * 1000, processor * 1000


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    programs = {
        "bare window": (BARE, "window"),
        "ConvStudio": (OURS, "window"),
        "ConvStudio with its map": (OURS, "map"),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(runs + 1):
            for name, (program, wanted) in programs.items():
                times[name].append(start_to_paint(program, home, wanted))
    medians = {
        name: [statistics.median(kind) for kind in zip(*found[1:], strict=True)] for name, found in times.items()
    }
    print(f"to the painted window, medians of {runs:<12}clock ms   processor ms   ratios to the bare window")
    for name, (clock, processor) in medians.items():
        bare_clock, bare_processor = medians["bare window"]
        print(f"{name:44}{clock:9.0f}{processor:15.0f}{clock / bare_clock:11.2f}{processor / bare_processor:7.2f}")
    print("goal, on the clock: at most 1.3 for the window, and 1.6 with its map")


if __name__ == "__main__":
    main()
