"""How long tests wait for what comes by itself: an event, a computation, a file."""

from typing import Any

from pytestqt.qtbot import QtBot

WAIT = 30_000
"""Milliseconds that a test waits at most; a busy machine may take seconds for what takes 0.1 on a quiet one."""


class PatientBot(QtBot):
    """Waits so long where pytest-qt's own gives up after five seconds."""

    def waitUntil(self, callback: Any, *, timeout: int = WAIT) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = WAIT, **wishes: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **wishes)

    def waitSignals(self, signals: Any, *, timeout: int = WAIT, **wishes: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **wishes)
