"""A folder of pictures as a list that one leafs through, and the sentences about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from convstudio.model.values.answers.counted import one_or_many


@dataclass(frozen=True)
class PictureFolder:
    """The pictures of a folder: its path and its `files`; `title` and `names` are those of both as they are shown."""

    folder: str
    files: tuple[str, ...]
    title: str
    names: tuple[str, ...]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The place of each name in the list, from 0."""
        return {name: row for row, name in enumerate(self.names)}

    def path(self, row: int) -> str:
        """Return the path of a picture."""
        return str(Path(self.folder, self.files[row]))

    def place(self, row: int) -> str:
        """Say which picture of the list is meant, as a sentence.

        >>> PictureFolder("/holiday", ("a", "b"), "holiday", ("a", "b")).place(1)
        'Picture 2 of 2.'
        """
        return f"Picture {row + 1} of {len(self.names)}."

    def end(self, steps: int) -> str:
        """Say that the list ends in the direction of `steps`, which is below 0 towards its start.

        >>> PictureFolder("/holiday", ("a", "b"), "holiday", ("a", "b")).end(1)
        'This is the last picture of “holiday”. Page Up goes back.'
        """
        which, key, way = ("last", "Page Up", "back") if steps > 0 else ("first", "Page Down", "on")
        return f"This is the {which} picture of “{self.title}”. {key} goes {way}."

    def unreadable(self, count: int) -> str:
        """Say how many pictures are known to be unreadable; nothing where none is."""
        return one_or_many(count, "1 cannot be read.", f"{count} cannot be read.") if count else ""

    def skipped(self, problems: Mapping[int, str]) -> str:
        """Say which pictures were passed over because they cannot be read; nothing where there were none.

        >>> PictureFolder("/holiday", ("a", "b"), "holiday", ("a", "b")).skipped({0: "“a” is damaged."})
        '“a” cannot be read and was skipped.'
        """
        if not problems:
            return ""
        first = self.names[min(problems)]
        return one_or_many(
            len(problems),
            f"“{first}” cannot be read and was skipped.",
            f"{len(problems)} pictures cannot be read and were skipped.",
        )
