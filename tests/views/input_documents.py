"""Documents that the tests of the input pane show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convstudio.files import limits
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.input.shown_input import ShownInput, shown_input
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

LIMITS = replace(limits.LIMITS, axis_length=1000, input_values=100_000)
ENTRIES = (
    ("tutorial-lines", "Two-pixel line", "pattern"),
    ("cross", "Cross", "pattern"),
    ("tutorial-sequence", "Two-step bump", "sequence"),
)
FIRST = ViewState()


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


def twelve_bits(rows: int = 60, columns: int = 80) -> Document:
    """A picture of 12-bit data in a file of 16 bits."""
    levels = np.arange(rows * columns).reshape(rows, columns, 1) % 4096
    return document_of(levels / 65535)


def input_of(document: Document, view: ViewState = FIRST, before: ShownInput | None = None) -> ShownInput:
    """What the pane shows of the sample of a document."""
    reading = reading_of(document, view, None)
    assert reading is not None
    return shown_input(document, view, reading, before, LIMITS.grid_length)
