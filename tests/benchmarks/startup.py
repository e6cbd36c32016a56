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
    print(time.time(), flush=True)
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
from convstudio import app as studio_app
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
{_FIRST_PAINT}
app = QApplication(sys.argv)
class Watch(QObject):
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Show and isinstance(thing, QMainWindow):
            thing.centralWidget().installEventFilter(first)
            app.removeEventFilter(self)
        return False
first, watch = FirstPaint(), Watch()
app.installEventFilter(watch)
studio_app.run([])
"""


def start_to_paint(program: str, home: str) -> float:
    """Run one program and return the milliseconds until its window was painted."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "CONVSTUDIO_HOME": home}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode, as every library here has
    before = time.time()
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return (float(done.stdout.split()[-1]) - before) * 1000


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    times: dict[str, list[float]] = {"bare window": [], "ConvStudio": []}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(runs + 1):
            times["bare window"].append(start_to_paint(BARE, home))
            times["ConvStudio"].append(start_to_paint(OURS, home))
    medians = {name: statistics.median(all_times[1:]) for name, all_times in times.items()}
    for name, median in medians.items():
        print(f"{name:14} {median:7.0f} ms to the first painted window (median of {runs})")
    print(f"ratio          {medians['ConvStudio'] / medians['bare window']:7.2f}   goal: at most 1.3")


if __name__ == "__main__":
    main()
