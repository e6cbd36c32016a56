"""Time from the start of the process to the first painted window, beside a bare PySide6 + pyqtgraph window.

    python -m tests.benchmarks.startup [RUNS]

Both start in turns, each in a fresh process; the table gives medians in milliseconds and their ratio.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

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
from convstudio.cli import main
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
{_FIRST_PAINT}
first = None
def watched_show(window):
    global first
    QWidget.show(window)
    first = FirstPaint()
    window.centralWidget().installEventFilter(first)
QMainWindow.show = watched_show
main([])
"""


def start_to_paint(program: str, home: str) -> tuple[float, float]:
    """Run one program; return the milliseconds until its window was painted, on the clock and on the processor."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "CONVSTUDIO_HOME": home}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode, as every library here has
    before = time.time()
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    painted, processor = map(float, done.stdout.split()[-2:])
    return (painted - before) * 1000, processor * 1000


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    times: dict[str, list[tuple[float, float]]] = {"bare window": [], "ConvStudio": []}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(runs + 1):
            times["bare window"].append(start_to_paint(BARE, home))
            times["ConvStudio"].append(start_to_paint(OURS, home))
    medians = {
        name: [statistics.median(kind) for kind in zip(*found[1:], strict=True)] for name, found in times.items()
    }
    print(f"to the first painted window, medians of {runs}   clock ms   processor ms")
    for name, (clock, processor) in medians.items():
        print(f"{name:47}{clock:9.0f}{processor:15.0f}")
    clock, processor = (ours / bare for ours, bare in zip(medians["ConvStudio"], medians["bare window"], strict=True))
    print(f"{'ratio (goal: at most 1.3 on the clock)':47}{clock:9.2f}{processor:15.2f}")


if __name__ == "__main__":
    main()
