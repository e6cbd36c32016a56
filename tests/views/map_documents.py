"""Documents that the tests of the feature map and of the calculation share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import LayerResult, forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from tests.views.intents import on_move


def document_of(values: ArrayLike, weights: ArrayLike, **settings: Any) -> Document:
    return Document(Sample.of("sample", values), Network((replace(Conv.of(weights), **settings),)))


def lines_document(**settings: Any) -> Document:
    """The tutorial's 8×8 image and its vertical line detector: six rows of 0 0 3 3 0 0."""
    image, kernel = np.zeros((8, 8, 1)), np.zeros((3, 3, 1, 1))
    image[:, 3:5] = 1
    kernel[:, 1] = 1
    return document_of(image, kernel, **settings)


def sequence_document() -> Document:
    """The tutorial's sequence and its bump detector: 0 0 1 1 0 0."""
    return document_of(np.reshape([0, 0, 0, 1, 1, 0, 0, 0], (8, 1)), np.reshape([0, 1, 0], (3, 1, 1)))


def colour_document() -> Document:
    """Three channels, two filters: map 1 sums the channels' middle weights 1, 2, 3, map 2 is its negative."""
    weights = np.zeros((3, 3, 3, 2))
    weights[1, 1, :, 0] = (1, 2, 3)
    weights[1, 1, :, 1] = (-1, -2, -3)
    return document_of(np.arange(75).reshape(5, 5, 3), weights)


def impossible_document() -> Document:
    return document_of(np.zeros((4, 4, 1)), np.ones((7, 7, 1, 1)))


def first_result(document: Document) -> LayerResult:
    return forward(document).layers[0]


def asked_moves(pane: Any) -> list[Callable[[Document, ViewState], ViewState]]:
    """Collect what a pane asks to look at."""
    asked: list[Callable[[Document, ViewState], ViewState]] = []
    on_move(pane, asked.append)
    return asked
