"""What a network makes of all samples of a data set, some hundreds at a time: only what is shown of each is kept."""

from __future__ import annotations

import numpy as np

from convstudio.model.learning.batches import evaluate
from convstudio.model.panes.learning.data.samples import Verdicts
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.network import Network
from convstudio.model.values.progress import Progress

_AT_ONCE = 512


def verdicts_on(network: Network, data: Dataset, loss: str, progress: Progress | None = None) -> Verdicts:
    """Try a network on every sample of a data set; `loss` is one of `LOSSES` or `LOSS_BY_TARGET`.

    Raises ValueError, with a sentence, where they do not fit each other; `progress` can cancel it with CancelledError.

    >>> from convstudio.model.kinds.dense import Dense
    >>> from convstudio.model.values.arrays import frozen
    >>> data = Dataset("d", frozen([[1, 0], [0, 1]]), np.array([0, 0]), class_names=("a", "b"))
    >>> verdicts_on(Network((Dense.of(np.eye(2), activation="softmax"),)), data, "by target").predicted.tolist()
    [0, 1]
    """
    check = progress or Progress()
    check.expect(len(data))
    losses = np.zeros(len(data))
    predicted, scores, count = np.zeros(len(data), np.int64), np.zeros(len(data), np.float32), 0
    for first in range(0, len(data), _AT_ONCE):
        check(0)
        part = np.arange(first, min(first + _AT_ONCE, len(data)))
        found = evaluate(network, data, part, loss)
        losses[part] = found.losses
        if found.predicted is not None:
            predicted[part] = found.predicted
            scores[part] = found.outputs.max(axis=-1)
            count = found.outputs.shape[-1]
        check(len(part))
    return Verdicts(losses) if data.labels is None else Verdicts(losses, predicted, scores, count)
