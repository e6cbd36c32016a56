"""The entries of the menu Train, in its order; what each of them opens is imported when it is first opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelEntry:
    """A panel of the menu Train: its title, what it is for in a sentence or two, and the class that makes it.

    `made_by` names a class of this folder by its module's and its own name, as in `training.TrainingPanel`: a
    `LearningPanel`, which is given the `Connections`.
    """

    title: str
    lesson: str
    made_by: str


DETECTIVE = PanelEntry(
    "Kernel detective",
    "Which kernel makes the target map of this input? The equations of all windows are solved at once, and their rank "
    "says whether the answer is the only one.",
    "detective.DetectivePanel",
)

ENTRIES: tuple[PanelEntry, ...] = (DETECTIVE,)
