"""Making partial maps off the UI thread: what was asked for last is what comes."""

from __future__ import annotations

from convstudio.model.panes.partial_maps import PartialRequest, partial_maps
from convstudio.session.answerer import Answerer


class PartialMapper(Answerer):
    """Makes the partial maps of one request at a time."""

    no_memory = "There is not enough memory for these maps: use a smaller input or fewer filters."
    fault = "The partial maps could not be made: something went wrong inside ConvStudio. Choose standard again."

    def request(self, wanted: PartialRequest | None) -> None:
        """Ask for partial maps, or (None) for none; `answered` brings those of the newest request, once."""
        self.ask_once(wanted, partial_maps)
