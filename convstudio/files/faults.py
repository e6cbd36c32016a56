"""Reports of the program's own faults: the details go into a file, the window says one sentence."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from convstudio.files.problems import WriteProblem
from convstudio.files.save import save_bytes

_FILE = "fault.txt"


def write_fault_report(folder: Path, text: str) -> str:
    """Write the newest fault's details, and say where they are; a folder that takes no file loses only the report."""
    path = folder / _FILE
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        save_bytes(path, text.encode("utf-8", "backslashreplace"))
    except WriteProblem:
        return "nowhere, for its folder cannot be written"
    return str(path)
