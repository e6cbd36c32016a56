"""The edit of how a network is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import check_settings


def set_training(document: Document, **settings: Any) -> Document:
    """Set some of the settings of the training; raise ValueError, with a sentence, for one that cannot work.

    >>> import numpy as np
    >>> from convstudio.model.kinds.flatten import Flatten
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("steps", [[1], [2]]), Network((Flatten(),)))
    >>> set_training(document, epochs=5).training.epochs
    5
    """
    training = replace(document.training, **settings)
    check_settings(training)
    return document if training == document.training else replace(document, training=training)
