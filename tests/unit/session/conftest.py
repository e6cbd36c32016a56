"""Nothing that a session started runs on after its test."""

import gc

import pytest
from PySide6.QtCore import QThread, QTimer
from shiboken6 import isValid


@pytest.fixture(autouse=True, scope="module")
def _older_objects_out_of_the_way():
    """Set aside what other modules left: to list the objects after each test would take longer than the tests.

    It stays aside: to take it back would have the next module look through everything that was ever made.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_left_running(request):
    """Fail a test of Qt objects that leaves a timer or a thread of its own alive."""
    yield
    if "qapp" not in request.fixturenames:
        return
    if _running():
        gc.collect()  # what only a cycle keeps alive is not left running
    assert not _running(), "still running after the test"


def _running():
    """List the timers that are active and the threads that run, but the one of the test itself."""
    alive = [one for one in gc.get_objects() if issubclass(type(one), QTimer | QThread) and isValid(one)]
    return [
        one
        for one in alive
        if (one.isActive() if isinstance(one, QTimer) else one.isRunning() and one is not QThread.currentThread())
    ]
