"""The one place of late imports: what no start of the program shows is imported when it is first asked for.

The window would else open a third later: each of these modules, and what only it needs, is read and run first.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def load(name: str) -> Any:
    """Return a class of the views by its module's and its own name, as in `lenses.shift.ShiftLens`."""
    module, _, held = name.rpartition(".")
    return getattr(import_module(f"convstudio.views.{module}"), held)
