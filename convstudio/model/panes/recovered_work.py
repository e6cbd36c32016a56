"""A line of the list of recovered work: what was kept after a crash, and can be opened or deleted."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.values.scale import Colours


@dataclass(frozen=True, eq=False)
class RecoveredWork:
    """One piece of work: `key` tells it from the others, `picture` is `(rows, columns, 3)` bytes, None where it breaks.

    `note` is a sentence about what is wrong with it, or nothing.
    """

    key: str
    name: str
    when: str
    picture: Colours | None = None
    note: str = ""
