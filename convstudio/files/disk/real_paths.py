"""The file that a name leads to."""

from __future__ import annotations

import os
from pathlib import Path


def real_path(path: str | os.PathLike[str]) -> Path:
    """Return the absolute path of the file that any links lead to.

    A link that leads back to itself, and a name that no file can have, stay as they are: `Path.resolve` raises there.
    """
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return Path(path)
