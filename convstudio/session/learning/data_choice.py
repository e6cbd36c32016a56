"""The samples that networks are trained on in this window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from convstudio.model.learning.pairs import one_pair
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.target import Target
from convstudio.model.values.sample import Sample

_NO_CLASSES = "No data with classes are chosen in Train › Data. Choose some there, or take patterns or digits."


class DataChoice(QObject):
    """Holds the data that was chosen; `changed` carries it. None stands for the pair of input and target.

    `missing` says of what data the project uses that it is not there: then no pair takes its place unasked.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data: Dataset | None = None
        self.missing = ""
        self._pair: tuple[Sample, Target | None, tuple[str, ...], Dataset] | None = None

    def use(self, data: Dataset | None, missing: str = "") -> None:
        """Choose other data, or say what is missing."""
        if data is not self.data or missing != self.missing:
            self.data, self.missing = data, missing
            self.changed.emit(data)

    @property
    def with_classes(self) -> Dataset:
        """The data that were chosen; raise ValueError, in a sentence, where there are none, or they have no classes."""
        if self.data is None or self.data.labels is None:
            raise ValueError(_NO_CLASSES)
        return self.data

    def of(self, document: Document) -> Dataset:
        """Return what a document is trained on: the data that was chosen, or else its pair.

        Raises ValueError, in a sentence, where there is neither, or what was used is missing.
        """
        if self.missing:
            raise ValueError(self.missing)
        return self.pair_of(document) if self.data is None else self.data

    def pair_of(self, document: Document) -> Dataset:
        """Return input and target of a document as data, the same object while they are the same: a run goes on.

        Raises ValueError, in a sentence, where there is no target.
        """
        sample, target, names = document.sample, document.target, document.class_names
        held = self._pair
        if held is None or held[0] is not sample or held[1] is not target or held[2] != names:
            self._pair = held = sample, target, names, one_pair(document)
        return held[3]
