"""Making partial maps off the UI thread: what was asked for last is what comes."""

from __future__ import annotations

from PySide6.QtCore import QObject

from convstudio.model.panes.partial_maps import PartialRequest, partial_maps
from convstudio.session.answerer import Answerer


class PartialMapper(Answerer):
    """Makes the partial maps of one request at a time."""

    no_memory = "There is not enough memory for these maps: use a smaller input or fewer filters."
    fault = "The partial maps could not be made: something went wrong inside ConvStudio. Choose standard again."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: PartialRequest | None = None

    def request(self, wanted: PartialRequest | None) -> None:
        """Ask for partial maps, or (None) for none; `answered` brings those of the newest request, once."""
        if wanted is not None and wanted.wants_the_same_as(self._wanted):
            return
        self._wanted = wanted
        if wanted is None:
            self.forget()
        else:
            self.ask(lambda progress: partial_maps(wanted, progress))
