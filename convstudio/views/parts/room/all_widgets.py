"""Lists of widgets that Qt keeps: asked for while no garbage is collected."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QWidget


@contextmanager
def collecting_nothing() -> Iterator[None]:
    """Let no garbage be collected meanwhile, if it would be.

    PySide takes a list of pointers from Qt, and then makes a Python object for each. Python 3.11 may collect garbage at
    any of them, and a widget that goes with it leaves a pointer to nothing in the rest of the list.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def all_widgets() -> list[QWidget]:
    """Return all widgets of the application."""
    with collecting_nothing():
        return QApplication.allWidgets()


def windows() -> list[QWidget]:
    """Return all widgets of the application that are windows, hidden ones among them."""
    with collecting_nothing():
        return QApplication.topLevelWidgets()
