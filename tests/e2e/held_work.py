"""The command line, whose work on many inputs rests in its midst until a story lets it go on or ends it.

However slowly the story looks, the work has not ended before. A module of its own, so that the processes that it
starts read it, too, and workers of a cluster.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from convstudio.cli import main
from convstudio.commands.apply_work import ApplyWork
from convstudio.files.batch.manifest import MANIFEST_NAME
from convstudio.files.study.study_work import StudyWork

ENOUGH = 4
"""Lines that are written before the work rests, the first of which tells of no input."""
_AT_ONCE = 4
"""Inputs that each process works on before that."""
_GO = Path("go")


def lines(path: Path) -> int:
    """Return how many lines are written."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def wait_for_lines(process: subprocess.Popen[Any], path: Path) -> None:
    """Wait until the work of a process rests, or is about to."""
    while process.poll() is None and lines(path) < ENOUGH:
        time.sleep(0.01)
    assert process.poll() is None, "it ended before it could be interrupted"


def let_go() -> None:
    """Let all work in this folder go on to its end."""
    _GO.touch()


def _comes(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for something, so many seconds at most, and return whether it came."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def _hold(kind: type, path: Path) -> None:
    """Let work of a kind rest as soon as there are enough lines; they are only written while results come."""
    begun, call = count(), kind.__call__

    def call_when_wanted(work, task):
        if next(begun) >= _AT_ONCE and _comes(lambda: lines(path) >= ENOUGH, 0.3):
            _comes(_GO.exists, 100)
        return call(work, task)

    kind.__call__ = call_when_wanted


def dask_setup(_worker: object = None) -> None:
    """Let the work of this process rest; a worker of a cluster that loads this module calls it."""
    _hold(ApplyWork, Path("out", MANIFEST_NAME))
    _hold(StudyWork, Path("table.csv"))


if __name__ in ("__main__", "__mp_main__"):  # also in a process that this one starts
    dask_setup()
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
