"""The maps that another network than that of the document makes of its sample, worked out in a thread."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.session.worker import Outcome, Task, Worker

_KEPT = 4
_NO_MEMORY = "The maps of this network need more memory than there is. Choose an earlier layer, or a smaller input."
_NO_MAPS = "This network makes no maps of this input. Select another layer, or another input."
_FAULT = "A fault in this program left the maps of this network out. Save your work."


class OtherMaps(QObject):
    """Keeps the maps of the last few networks that were asked for; `made` tells that those asked for are there."""

    made = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self, expected=(CancelledError, MemoryError, ValueError))
        self._kept: list[tuple[Document, int, Floats | str]] = []
        self._asked: list[tuple[Document, int]] = []

    def maps_of(self, document: Document, layer: int) -> Floats | None:
        """Return the maps `(*spatial, filters)` of a layer; where they are not known yet, they are asked for.

        Raises ValueError, in a sentence, where they cannot be made.
        """
        for kept, at, maps in self._kept:
            if at == layer and kept.network is document.network and kept.sample is document.sample:
                if isinstance(maps, str):
                    raise ValueError(maps)
                return maps
        is_asked = any(
            at == layer and one.network is document.network and one.sample is document.sample for one, at in self._asked
        )
        if not is_asked:
            self._asked.append((document, layer))
            self._worker.add(Task(lambda: partial(_make, document, layer), partial(self._take, document, layer)))
        return None

    def close(self, patience: int = -1) -> bool:
        """Make nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    def _take(self, document: Document, layer: int, outcome: Outcome) -> None:
        self._asked = [(one, at) for one, at in self._asked if one is not document or at != layer]
        if not isinstance(outcome.problem, CancelledError):
            self._kept = [*self._kept, (document, layer, _maps_or_problem(outcome))][-_KEPT:]
        self.made.emit()


def _maps_or_problem(outcome: Outcome) -> Floats | str:
    """Return what was made, or a sentence why there is nothing: a layer that does not fit has no maps."""
    if outcome.problem is not None:
        return outcome.told(_NO_MEMORY, _FAULT)
    return outcome.result if isinstance(outcome.result, np.ndarray) else _NO_MAPS


def _make(document: Document, layer: int, progress: Progress) -> Floats | None:
    """Run the network, and return what one of its layers makes."""
    return forward(document, progress=progress).layers[layer].maps
