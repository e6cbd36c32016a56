"""The samples of a data set as the window lists them: which are on show, in which order, and what is told of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.learning.dataset import Dataset, Indices, Split
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.numbers import format_number, format_shape, in_percent

Part = Literal["all", "training", "held out"]
Outcome = Literal["all", "wrong", "right"]
Order = Literal["class", "loss", "stored"]
PARTS: tuple[Part, ...] = ("all", "training", "held out")
OUTCOMES: tuple[Outcome, ...] = ("all", "wrong", "right")
ORDERS: tuple[Order, ...] = ("class", "loss", "stored")


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What a network makes of every sample: the loss of each, `(samples,)`.

    For classes, `predicted` has the one with the largest output of each sample, and `scores` that output; for maps both
    are None. `class_count` is how many classes the network tells apart.
    """

    losses: NDArray[np.float64]
    predicted: Indices | None = None
    scores: NDArray[np.float32] | None = None
    class_count: int = 0


@dataclass(frozen=True)
class SampleFilter:
    """Which samples are on show: those of one class, predicted as one class, of one part, wrong or right ones."""

    label: int | None = None
    predicted: int | None = None
    part: Part = "all"
    outcome: Outcome = "all"


EVERY_SAMPLE = SampleFilter()


@dataclass(frozen=True, eq=False)
class ExaminedData:
    """A data set with its split, and what the network makes of it: None while that is not known."""

    data: Dataset
    parts: Split
    verdicts: Verdicts | None = None

    def is_held_out(self, index: int) -> bool:
        """Return whether a sample is never trained on."""
        place = int(np.searchsorted(self.parts.held_out, index))
        return place < len(self.parts.held_out) and int(self.parts.held_out[place]) == index

    def indices_of(self, part: Part) -> Indices:
        """Return the samples of a part."""
        match part:
            case "all":
                return np.arange(len(self.data))
            case "training":
                return self.parts.training
            case "held out":
                return self.parts.held_out


def listed(examined: ExaminedData, wanted: SampleFilter = EVERY_SAMPLE, order: Order = "class") -> Indices:
    """Return the samples that are on show, in their order; what needs a verdict shows nothing before there is one.

    Equal ones stay as they are stored. Without verdicts the order by loss is the stored one.

    >>> from convstudio.model.values.arrays import frozen
    >>> data = Dataset("d", frozen(np.zeros((3, 1))), np.array([1, 0, 1]), class_names=("a", "b"))
    >>> listed(ExaminedData(data, Split(np.arange(3), np.arange(0)))).tolist()
    [1, 0, 2]
    """
    data, verdicts = examined.data, examined.verdicts
    indices = examined.indices_of(wanted.part)
    if data.labels is not None and wanted.label is not None:
        indices = indices[data.labels[indices] == wanted.label]
    predicted = None if verdicts is None else verdicts.predicted
    if wanted.predicted is not None:
        indices = indices[:0] if predicted is None else indices[predicted[indices] == wanted.predicted]
    if wanted.outcome != "all":
        if predicted is None or data.labels is None:
            return indices[:0]
        is_right = predicted[indices] == data.labels[indices]
        indices = indices[is_right if wanted.outcome == "right" else ~is_right]
    return indices[_ranks(examined, indices, order)]


def _ranks(examined: ExaminedData, indices: Indices, order: Order) -> Indices:
    data, verdicts = examined.data, examined.verdicts
    if order == "loss" and verdicts is not None:
        return np.argsort(-verdicts.losses[indices], kind="stable")
    if order == "class" and data.labels is not None:
        return np.argsort(data.labels[indices], kind="stable")
    return np.arange(len(indices))


# --- words --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SampleWords:
    """What is told of a sample: a short `caption` under its picture, all `facts` about it, and whether it is wrong.

    The caption in lines of their own is `label` and, where it is wrong, `taken_for`.
    """

    label: str
    facts: str
    is_wrong: bool
    is_held_out: bool
    taken_for: str = ""

    @property
    def caption(self) -> str:
        """The caption in one line."""
        return f"{self.label} {self.taken_for}" if self.taken_for else self.label


def sample_words(examined: ExaminedData, index: int) -> SampleWords:
    """Say of a sample what it is, what the network makes of it, and how far off that is.

    >>> from convstudio.model.values.arrays import frozen
    >>> data = Dataset("d", frozen(np.zeros((1, 1))), np.array([1]), class_names=("cat", "dog"))
    >>> verdicts = Verdicts(np.array([2.5]), np.array([0]), np.float32([0.75]), 2)
    >>> sample_words(ExaminedData(data, Split(np.arange(1), np.arange(0)), verdicts), 0).facts
    'Sample 1: dog, for training. Predicted: cat (0.75), wrong. Loss 2.5.'
    """
    data, verdicts = examined.data, examined.verdicts
    is_held_out = examined.is_held_out(index)
    label = label_of(data, index)
    name = data.sample_names[index] if data.sample_names else f"Sample {index + 1}"
    facts = [f"{name}: {', '.join(filter(None, (label, 'held out' if is_held_out else 'for training')))}."]
    if verdicts is None:
        return SampleWords(label, facts[0], False, is_held_out)
    loss = f"Loss {format_number(float(verdicts.losses[index]))}."
    if verdicts.predicted is None or data.labels is None:
        return SampleWords(format_number(float(verdicts.losses[index]), 3), f"{facts[0]} {loss}", False, is_held_out)
    predicted = int(verdicts.predicted[index])
    is_wrong = predicted != int(data.labels[index])
    score = "" if verdicts.scores is None else f" ({format_number(float(verdicts.scores[index]), 3)})"
    facts += [f"Predicted: {class_name(data, predicted)}{score}, {'wrong' if is_wrong else 'right'}.", loss]
    taken_for = mistaken_for(class_name(data, predicted)) if is_wrong else ""
    return SampleWords(label, " ".join(facts), is_wrong, is_held_out, taken_for)


def mistaken_for(name: str) -> str:
    """Write the class that a sample is taken for, where it is another one."""
    return f"→ {name}"


def class_name(data: Dataset, number: int) -> str:
    """Return the name of a class, or its number where the data has no such class."""
    return data.class_names[number] if number < len(data.class_names) else str(number)


def label_of(data: Dataset, index: int) -> str:
    """Return the name of the class of a sample; nothing where its target is a map."""
    target = data.target(index) if data.labels is not None else None
    return class_name(data, target.index) if isinstance(target, ClassTarget) else ""


def data_facts(examined: ExaminedData) -> str:
    """Say how many samples there are of which shape, and how they are split.

    >>> from convstudio.model.values.arrays import frozen
    >>> data = Dataset("d", frozen(np.zeros((3, 8, 8, 1))), np.array([1, 0, 1]), class_names=("a", "b"))
    >>> data_facts(ExaminedData(data, Split(np.arange(2), np.array([2]))))
    '3 samples of 8×8×1 in 2 classes: 2 for training, 1 held out.'
    """
    data, parts = examined.data, examined.parts
    targets = f" in {len(data.class_names)} classes"
    if data.maps is not None:
        targets = f" with maps of {format_shape(data.maps.shape[1:])}"
    split = f"{len(parts.training)} for training, {len(parts.held_out)} held out"
    return f"{counted(len(data), 'sample')} of {format_shape(data.input_shape)}{targets}: {split}."


def shown_facts(examined: ExaminedData, shown: Indices) -> str:
    """Say how many samples are on show, and how many of them are right."""
    data, verdicts = examined.data, examined.verdicts
    total = len(data)
    count = counted(total, "sample") if len(shown) == total else f"{len(shown)} of {counted(total, 'sample')}"
    if verdicts is None or not len(shown):
        return f"{count}."
    mean = f"mean loss {format_number(float(verdicts.losses[shown].mean()), 3)}"
    if verdicts.predicted is None or data.labels is None:
        return f"{count}, {mean}."
    right = int((verdicts.predicted[shown] == data.labels[shown]).sum())
    share = in_percent(format_number(100 * right / len(shown), 3))
    return f"{count}, {one_or_many(right, '1 is', f'{right} are')} right ({share}), {mean}."
