"""Ctrl+C in processes that tests start."""

import signal


def hear_ctrl_c() -> None:
    """Let a process that is about to start be interrupted, as from a terminal.

    A shell without job control lets what it starts in the background ignore Ctrl+C, and all that is started from there.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
