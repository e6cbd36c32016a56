"""How often widgets are painted and laid out, and when the window has come to rest."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from convstudio.app import Studio

_LAYING_OUT = (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
_QUIET_TURNS = 6
"""Turns of the event loop without any such event; what an event leads to comes within two of them."""


class Counts(QObject):
    """Counts what widgets are told to do."""

    def __init__(self) -> None:
        super().__init__()
        self.paints: Counter[QWidget] = Counter()
        self.layouts: Counter[str] = Counter()

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(thing, QWidget):
            self.paints[thing] += 1
        elif event.type() in _LAYING_OUT and isinstance(thing, QWidget):
            self.layouts[type(thing).__name__] += 1
        return False

    def painted_in(self, pane: QWidget) -> int:
        """Return how often any part of a pane was painted, its own frame aside."""
        return sum(times for widget, times in self.paints.items() if pane.isAncestorOf(widget))


@contextmanager
def counting() -> Iterator[Counts]:
    counts, app = Counts(), QApplication.instance()
    app.installEventFilter(counts)
    try:
        yield counts
    finally:
        app.removeEventFilter(counts)


def settle(studio: Studio) -> None:
    """Wait until everything is computed, and nothing is laid out or painted any more.

    Turns are counted and not time, in which a machine that is busy otherwise may have done nothing.
    """
    quiet = 0
    while quiet < _QUIET_TURNS:
        with counting() as counts:
            QTest.qWait(20)
        is_rest = not (studio.display.is_computing or counts.paints or counts.layouts)
        quiet = quiet + 1 if is_rest and studio.map_pane.picture._view is not None else 0
