"""Reports of the program's own faults: the details go into a file, the window shows one sentence."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from convstudio.files.disk.save import save_bytes
from convstudio.files.problems import WriteProblem
from convstudio.model.values.limits import LIMITS

_NAME = "fault"


def write_fault_report(folder: Path, text: str) -> str:
    """Write the newest fault's details, and return a sentence about where they are; without a folder they are lost.

    A report never takes the place of another one; of many the oldest go.
    """
    path = folder / _NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _free_name(folder)
        save_bytes(path, text.encode("utf-8", "backslashreplace"))
    except (OSError, WriteProblem):
        return "No report could be written."
    with suppress(OSError):
        for old in sorted(folder.glob(f"{_NAME}-*.txt"))[: -LIMITS.fault_reports]:
            old.unlink()
    return f"A report is in {path}."


def _free_name(folder: Path) -> Path:
    """Return a name that tells the time, and sorts by it."""
    when = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
    names = (folder / f"{_NAME}-{when}-{number:02}.txt" for number in count(1))
    return next(path for path in names if not path.exists())
