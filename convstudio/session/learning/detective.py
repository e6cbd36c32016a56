"""The detective's work off the UI thread: the newest question wins."""

from __future__ import annotations

from convstudio.model.learning.detective import case_of, solve
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.session.answerer import Answerer


class Detective(Answerer):
    """Looks for the filter that makes a document's target; `answered` carries a `Solution`."""

    no_memory = "The equations need more memory than there is. Choose a smaller input or a smaller kernel."
    fault = "A fault in this program stopped the detective. Save your work."

    def request(self, document: Document, layer: int, filter_index: int, read: TiledArray | None) -> None:
        """Ask for one filter of a layer; `read` is what the layer reads, None where that is not computed."""
        self.ask(lambda progress: solve(case_of(document, layer, filter_index, read), progress))
