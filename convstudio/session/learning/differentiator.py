"""Working out gradients of the phase on show off the UI thread: the newest request wins."""

from __future__ import annotations

from convstudio.model.panes.learning.watching import PassRequest, worked_out
from convstudio.session.answerer import Answerer


class Differentiator(Answerer):
    """Works out one backward pass at a time."""

    no_memory = "There is not enough memory for the gradients: use a smaller input or fewer filters."
    fault = "The gradients could not be worked out: something went wrong inside ConvStudio. Choose Forward."

    def request(self, wanted: PassRequest | None) -> None:
        """Ask for a backward pass, or (None) for none; `answered` brings that of the newest request, once."""
        self.ask_once(wanted, worked_out)
