"""One pair as a data set: the sample of a document, and what its network should make of it."""

from __future__ import annotations

import numpy as np

from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.target import ClassTarget, MapTarget

NO_TARGET = "There is no target yet. Draw one in Teach by example, or choose other data."


def one_pair(document: Document) -> Dataset:
    """Return a data set of one sample, with the target of the document; nothing of it is held out.

    Raises ValueError, in a sentence, where the document has no target.
    """
    sample = document.sample
    inputs = frozen(sample.values.to_array()[np.newaxis])
    nothing = np.zeros(0, np.int64)
    match document.target:
        case None:
            raise ValueError(NO_TARGET)
        case MapTarget(values):
            return Dataset("One pair", inputs, maps=values[np.newaxis], sample_names=(sample.name,), held_out=nothing)
        case ClassTarget(index):
            names = document.class_names
            is_one_unit = bool(document.layers) and document.output_shape(len(document.layers) - 1) == (1,)
            count = max(len(names), index + 1, 2 if is_one_unit else 1)  # one unit tells two classes apart
            named = tuple(names[at] if at < len(names) else str(at) for at in range(count))
            return Dataset("One pair", inputs, np.array([index]), None, named, (sample.name,), nothing)
