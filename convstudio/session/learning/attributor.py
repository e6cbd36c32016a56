"""Following a score back to the input off the UI thread: what was asked for last is what comes."""

from __future__ import annotations

from functools import partial

from convstudio.model.lenses.attribution import Attribution, Score, attribution_of
from convstudio.model.values.progress import Progress
from convstudio.session.answerer import Answerer


class Attributor(Answerer):
    """Follows one score at a time back to the input; `answered` carries the `Attribution`."""

    no_memory = "There is not enough memory for these gradients. Use a smaller input or a smaller network."
    fault = "The gradients could not be computed: something went wrong inside ConvStudio. Choose another score."

    def request(self, score: Score) -> None:
        """Ask what a score depends on; `answered` brings that of the newest one, once."""
        self.ask(partial(_followed, score))


def _followed(score: Score, progress: Progress) -> Attribution:
    """Follow a score back, and make what the pictures are drawn from."""
    found = attribution_of(score, progress)
    _ = found.saliency, found.times_input
    return found
