"""How a helper process of this program is started, which reads a file whose decoder may crash or take long."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from convstudio.files.problems import FileProblem, reason


def helper_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module as a process; no file of the current folder is taken for a module."""
    return [sys.executable, "-P", "-m", module, *arguments]


def helper_environment() -> Mapping[str, str]:
    """Return the environment in which it finds the modules of this process, and has one core."""
    here = os.pathsep.join(part for part in sys.path if part)
    return {**os.environ, "PYTHONPATH": here, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}


def not_started(where: str, error: OSError) -> FileProblem:
    """Return the problem of a file whose helper the system did not start."""
    return FileProblem(
        f"{where} needs a helper process, and the system did not start it ({reason(error)}): close other programs."
    )
