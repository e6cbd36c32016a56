"""What the networks of a study learn from: drawn patterns, the bundled digits, or data of the user's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.learning.patterns import CLASS_COUNTS, PatternSettings, pattern_data
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset, Indices
from convstudio.model.values.numbers import format_shape

PATTERNS, DIGITS = "patterns", "digits"
STUDY_DATA = (PATTERNS, DIGITS)
"""The names of the data that come with the program."""

SIDE = 8
"""Rows and columns of every sample: drawn patterns are as large as the bundled digits."""
_PATTERNS = PatternSettings(side=SIDE, per_class=64)
_HELD_OUT = 4
"""One of so many samples of each class is held out."""
_HELD_OUT_SEED = 1
_LARGEST_DIGIT = 16.0
_DIGIT_CLASSES = (2, 10)
_LEAST_SIDE = 2
_LONGEST_NAME, _DIGEST_BYTES = 40, 6


@dataclass(frozen=True, eq=False)
class OwnData:
    """Data of the user's own as a study learns them: values up to 1, some samples of each class held out.

    `name` tells these very samples from all others: a table of results goes on with the same ones only.
    """

    name: str
    data: Dataset

    @property
    def sentence(self) -> str:
        """How many samples there are, as a sentence.

        >>> own_data(pattern_data(PatternSettings(2, 8, 4))).sentence
        '“Lines in 2 directions”: 2 classes, 6 samples to learn from, 2 samples held out.'
        """
        assert self.data.held_out is not None, "some samples are held out"
        held_out = len(self.data.held_out)
        return (
            f"“{self.data.name}”: {len(self.data.class_names)} classes, {counted(len(self.data) - held_out, 'sample')} "
            f"to learn from, {counted(held_out, 'sample')} held out."
        )


def own_data(data: Dataset) -> OwnData:
    """Return data as a study learns them: divided by their largest value where that is above 1, as the digits are.

    Where the data hold out no samples, a quarter of each class is drawn, the same on every call. Raises ValueError,
    with a sentence, where they are other than pictures with classes, or a class has too few samples.
    """
    name = data.name[:_LONGEST_NAME]
    if data.labels is None:
        raise ValueError(
            f"The samples of “{name}” have maps as targets, and a study needs classes. Choose data with classes."
        )
    if len(data.input_shape) != 3:
        raise ValueError(
            f"A sample of “{name}” has {format_shape(data.input_shape)} values, and the networks of a study read "
            "pictures, rows × columns × channels. Choose pictures, or train a network of your own in Train."
        )
    if min(data.input_shape[:2]) < _LEAST_SIDE:
        raise ValueError(f"Pictures of {format_shape(data.input_shape[:2])} cells are too small. Choose larger ones.")
    if len(data.class_names) < 2:
        raise ValueError(f"“{name}” has one class only. Add samples of another class, so there is something to tell.")
    held_out = _held_out(data.labels, len(data.class_names)) if data.held_out is None else data.held_out
    _check_counts(data, name, held_out)
    largest = float(np.abs(data.inputs).max(initial=0))
    inputs = frozen(data.inputs / np.float32(largest)) if largest > 1 else data.inputs
    learned = Dataset(data.name, inputs, data.labels, class_names=data.class_names, held_out=held_out)
    return OwnData(f"{name} {_digest(learned)}", learned)


def study_data(name: str, classes: int, digits: Callable[[], Dataset], own: OwnData | None = None) -> Dataset:
    """Return the samples for so many classes, the same on every call; a fixed part of each class is held out.

    `digits` gives the bundled digits, `(samples, 8, 8, 1)` from 0 to 16, which become 0 to 1. Of them and of one's own
    data the first classes are used. Raises ValueError, with a sentence, where the data have not so many classes.
    """
    check_classes(name, classes, own)
    if own is not None and name == own.name:
        return _first_classes(own.data, classes)
    if name == PATTERNS:
        drawn = pattern_data(PatternSettings(classes, SIDE, _PATTERNS.per_class))
        return replace(drawn, held_out=np.arange(len(drawn) - len(drawn) // _HELD_OUT, len(drawn)))
    chosen = _first_classes(digits(), classes)
    return replace(chosen, inputs=frozen(chosen.inputs / _LARGEST_DIGIT), sample_names=())


def check_classes(name: str, count: int, own: OwnData | None = None) -> None:
    """Raise ValueError, with a sentence that says the range, where data have not so many classes."""
    least, most = _DIGIT_CLASSES
    if own is not None and name == own.name:
        most = len(own.data.class_names)
        if not least <= count <= most:
            raise ValueError(
                f"“{own.data.name}” has {most} classes, so a study takes from {least} to {most} of them, not {count}."
            )
    elif name == PATTERNS:
        if count not in CLASS_COUNTS:
            raise ValueError(
                f"Patterns have 2, 4 or 8 classes, not {count}. Choose one of these, or digits, which have 2 to 10."
            )
    elif name == DIGITS:
        if not least <= count <= most:
            raise ValueError(f"Digits have {least} to {most} classes, not {count}.")
    else:
        raise ValueError(f"The data must be {PATTERNS}, {DIGITS} or your own, not “{name[:40]}”.")


def largest_kernel(name: str, own: OwnData | None = None) -> int:
    """Return the largest side of a kernel: a larger one leaves no 2×2 cells to pool."""
    is_own = own is not None and name == own.name
    return (min(own.data.input_shape[:2]) if own is not None and is_own else SIDE) - 1


def _first_classes(data: Dataset, classes: int) -> Dataset:
    """Return the samples of the first classes; what is held out stays so."""
    assert data.labels is not None, "the samples have classes"
    assert data.held_out is not None, "some samples are held out"
    if classes == len(data.class_names):
        return data
    used = np.flatnonzero(data.labels < classes)
    held_out = np.flatnonzero(np.isin(used, data.held_out))
    inputs, names = frozen(data.inputs[used]), data.class_names[:classes]
    return Dataset(data.name, inputs, data.labels[used], class_names=names, held_out=held_out)


def _held_out(labels: Indices, classes: int) -> Indices:
    """Draw one of four samples of each class, and at least one where there are two."""
    numbers = np.random.default_rng(_HELD_OUT_SEED)
    drawn = []
    for label in range(classes):
        held = numbers.permutation(np.flatnonzero(labels == label))
        drawn.append(held[: max(len(held) // _HELD_OUT, min(1, len(held) - 1))])
    return np.sort(np.concatenate(drawn))


def _check_counts(data: Dataset, name: str, held_out: Indices) -> None:
    assert data.labels is not None, "the samples have classes"
    everything = np.bincount(data.labels, minlength=len(data.class_names))
    kept = np.bincount(data.labels[held_out], minlength=len(data.class_names))
    for label, (count, tested) in enumerate(zip(everything.tolist(), kept.tolist(), strict=True)):
        if tested and count > tested:
            continue
        what = "to hold out" if count and not tested else "to learn from"
        raise ValueError(
            f"“{data.class_names[label]}” of “{name}” has {counted(count, 'sample')}, and none is left {what}. "
            "Add samples to that class, or leave it out."
        )


def _digest(data: Dataset) -> str:
    """Return letters that are others for other samples, classes or held-out ones."""
    found = hashlib.blake2b("\n".join(data.class_names).encode(), digest_size=_DIGEST_BYTES)
    for values in (np.array(data.input_shape), data.labels, data.held_out, data.inputs):
        found.update(np.ascontiguousarray(values).data)
    return found.hexdigest()
