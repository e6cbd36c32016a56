"""What every test shares: a screen that is not there, a home of its own, and nothing left running."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import settings
from PySide6.QtCore import QThread, QTimer
from shiboken6 import isValid

settings.register_profile("convstudio", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("convstudio")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CONVSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))


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
    alive = [one for one in gc.get_objects() if isinstance(one, QTimer | QThread) and isValid(one)]
    return [
        one
        for one in alive
        if (one.isActive() if isinstance(one, QTimer) else one.isRunning() and one is not QThread.currentThread())
    ]
