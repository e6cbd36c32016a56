"""What every start clears away after killed programs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from convstudio.files.disk.project_locks import tidy_locks
from convstudio.files.disk.temporary import clear_stale


def clear_stale_in(folders: Iterable[Path], locks: Path) -> None:
    """Remove temporary files that killed programs left in these folders, and the locks that they held."""
    for folder in folders:
        clear_stale(folder)
    tidy_locks(locks)
