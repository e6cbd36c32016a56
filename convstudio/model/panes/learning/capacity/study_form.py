"""The form of the capacity lab: which grid is trained, as it is typed, and how far it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.learning.study import POOLINGS, Study, StudySettings, check_study
from convstudio.model.learning.study_data import STUDY_DATA, OwnData
from convstudio.model.panes.learning.run_words import duration
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.learning.settings import OPTIMISERS

OWN = len(STUDY_DATA)
"""The place of the data of Train in the list of data, after those that come with the program."""
DATA_NAMES = ("Directions of lines", "Handwritten digits", "The data of Train")
POOLING_NAMES = ("Whole map", "2×2 cells")
_DIGITS = 6


@dataclass(frozen=True)
class TypedStudy:
    """A grid as it is typed: lists of whole numbers, and places in the lists of data, poolings and optimisers."""

    filters: str
    kernels: str
    classes: str
    seeds: int
    epochs: int
    data: int = 0
    pooling: int = 0
    optimiser: int = 0
    rate: float = 0.01


def typed(study: Study) -> TypedStudy:
    """Return a study as it would be typed.

    >>> typed(Study()).filters
    '1, 2, 4, 8'
    """
    return TypedStudy(
        _listed(study.filters),
        _listed(study.kernels),
        _listed(study.classes),
        study.seeds,
        study.settings.epochs,
        STUDY_DATA.index(study.settings.data),
        POOLINGS.index(study.settings.pooling),
        OPTIMISERS.index(study.settings.optimiser),
        study.settings.rate,
    )


def read_study(form: TypedStudy, own: OwnData | None = None) -> Study:
    """Return the study that is typed, of one's `own` data where these are chosen.

    Raises ValueError, with a sentence, where it cannot be made.

    >>> read_study(typed(Study())) == Study()
    True
    """
    data = STUDY_DATA[form.data] if own is None else own.name
    study = Study(
        _counts(form.filters, "Numbers of filters"),
        _counts(form.kernels, "Kernel sizes"),
        _counts(form.classes, "Numbers of classes"),
        form.seeds,
        StudySettings(data, POOLINGS[form.pooling], form.epochs, OPTIMISERS[form.optimiser], form.rate),
    )
    check_study(study, own)
    return study


def study_line(
    done: int, total: int, seconds: float | None, *, is_running: bool, found: int = 0, is_other: bool = False
) -> str:
    """Say how far a study is; `seconds` is how long it has been running, None before it begins.

    `found` of its networks were trained before it began, and `is_other` tells that another study is typed by now.

    >>> study_line(18, 72, 6.0, is_running=True).replace(chr(160), " ")
    '18 of 72 networks trained, 18 s left'
    """
    networks = counted(total, "network")
    if seconds is None:
        return f"{networks} are to be trained. Press Start study."
    told = f"{done} of {networks} trained"
    if not is_running and is_other:
        return f"{told}. The fields ask for another study: press Start study."
    if not is_running:
        return told if done == total else f"{told}. Start study goes on."
    trained = done - found
    return f"{told}, {duration(seconds / trained * (total - done))} left" if trained else told


def _listed(counts: Sequence[int]) -> str:
    return ", ".join(map(str, counts))


def _counts(text: str, name: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    wrong = next((part for part in parts if not re.fullmatch(rf"[0-9]{{1,{_DIGITS}}}", part)), None)
    if wrong is not None:
        raise ValueError(f"{name} must be whole numbers such as 1, 2, 4, and “{wrong[:20]}” is none.")
    return tuple(map(int, parts))
