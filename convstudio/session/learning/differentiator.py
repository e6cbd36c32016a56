"""Working out gradients of the phase on show off the UI thread: the newest request wins."""

from __future__ import annotations

from PySide6.QtCore import QObject

from convstudio.model.panes.learning.watching import PassRequest, worked_out
from convstudio.session.answerer import Answerer


class Differentiator(Answerer):
    """Works out one backward pass at a time."""

    no_memory = "There is not enough memory for the gradients: use a smaller input or fewer filters."
    fault = "The gradients could not be worked out: something went wrong inside ConvStudio. Choose Forward."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: PassRequest | None = None

    def request(self, wanted: PassRequest | None) -> None:
        """Ask for a backward pass, or (None) for none; `answered` brings that of the newest request, once."""
        if wanted is not None and wanted.wants_the_same_as(self._wanted):
            return
        self._wanted = wanted
        if wanted is None:
            self.forget()
        else:
            self.ask(lambda progress: worked_out(wanted, progress))
