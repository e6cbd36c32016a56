"""Documents that the tests of the input pane show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convstudio.files import limits
from convstudio.model.document import Document
from convstudio.model.layers import Conv
from convstudio.model.network import Network
from convstudio.model.sample import Sample

LIMITS = replace(limits.LIMITS, axis_length=1000, input_values=100_000)
ENTRIES = (
    ("tutorial-lines", "Two-pixel line", "pattern"),
    ("cross", "Cross", "pattern"),
    ("tutorial-sequence", "Two-step bump", "sequence"),
)


def document_of(values: object, name: str = "mine", **settings: object) -> Document:
    """A document with one 3-wide filter of ones over `values`, `(*spatial, channels)`."""
    sample = Sample.of(name, values)
    weights = np.ones((*(3,) * sample.rank, sample.channels, 1))
    return Document(sample, Network((replace(Conv.of(weights), **settings),)))


def lines(**settings: object) -> Document:
    """The tutorial's 8×8 input."""
    values = np.zeros((8, 8, 1))
    values[:, 3:5] = 1
    return document_of(values, "Two-pixel line", **settings)


def bump(**settings: object) -> Document:
    """The tutorial's sequence."""
    return document_of(np.array([0, 0, 0, 1, 1, 0, 0, 0])[:, np.newaxis], "Two-step bump", **settings)


def photograph(rows: int = 60, columns: int = 80, channels: int = 3, **settings: object) -> Document:
    """A large input of reproducible values from 0 to 1."""
    return document_of(np.random.default_rng(3).random((rows, columns, channels)), "photograph", **settings)
