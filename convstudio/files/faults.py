"""Reports of the program's own faults: the details go into a file, the window shows one sentence."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from convstudio.files.disk.save import save_bytes
from convstudio.files.problems import WriteProblem

_FILE = "fault.txt"


def write_fault_report(folder: Path, text: str) -> str:
    """Write the newest fault's details, and return a sentence about where they are; without a folder they are lost."""
    path = folder / _FILE
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        save_bytes(path, text.encode("utf-8", "backslashreplace"))
    except WriteProblem:
        return "No report could be written."
    return f"A report is in {path}."
