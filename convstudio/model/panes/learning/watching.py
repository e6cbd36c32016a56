"""What must be worked out for the phase of learning on show, and what is shown until it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convstudio.model.edits.learning.updates import updated
from convstudio.model.learning.backward_pass import BackwardPass, backward_pass, measured_loss
from convstudio.model.panes.explanation import Explanation
from convstudio.model.panes.learning.phases import explained_phase
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.document import Document
from convstudio.model.values.progress import Progress
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence

NO_TARGET = (
    "There is no target yet: what should the network make of this input? Set one below. Then the loss tells how far "
    "the output is from it, and the gradients tell how to change each weight."
)


@dataclass(frozen=True, eq=False)
class PassRequest:
    """A forward run whose backward pass is wanted; `with_next` also wants the loss after one update."""

    result: Forward
    is_reversed: bool = False
    with_next: bool = False

    def wants_the_same_as(self, other: PassRequest | None) -> bool:
        """Return whether both ask for the same."""
        if other is None or self.result is not other.result:
            return False
        return (self.is_reversed, self.with_next) == (other.is_reversed, other.with_next)


def request_of(document: Document, view: ViewState, result: Forward | None) -> PassRequest | None:
    """Return what the phase on show needs; None for the forward phase, without a target, or before the forward run."""
    if not view.watch.is_learning or document.target is None or not _is_run(document, result):
        return None
    assert result is not None, "a run that is there"
    return PassRequest(result, view.watch.is_reversed, view.watch.phase == "update")


def worked_out(request: PassRequest, progress: Progress) -> BackwardPass:
    """Work out a backward pass, and the loss after one update where it is wanted.

    Raises ValueError with the reason where there is none; CancelledError once `progress` is cancelled.
    """
    found = backward_pass(request.result, is_reversed=request.is_reversed, progress=progress)
    if not request.with_next:
        return found
    try:
        after = forward(updated(found), request.result, progress)
        output = after.layers[-1].maps if after.is_complete else None
        return found if output is None else replace(found, next_loss=measured_loss(after.document, output))
    except ValueError:  # weights that would not be finite: applying the update says so
        return found


def phase_on_show(
    document: Document, view: ViewState, result: Forward | None, found: BackwardPass | None, problem: str
) -> Explanation | str | None:
    """Return the phase explained, or a sentence why it cannot be; None while it is worked out.

    `found` is the newest backward pass, and `problem` says why there is none.
    """
    if document.target is None:
        return NO_TARGET
    if found is None or found.document is not document or found.is_reversed != view.watch.is_reversed:
        if result is not None and result.document is document and result.is_complete:
            broken = next((one.problem for one in result.layers if one.maps is None), "")
            return broken or problem or None
        return None
    try:
        return explained_phase(found, view)
    except ValueError as refusal:
        return as_sentence(str(refusal))


def _is_run(document: Document, result: Forward | None) -> bool:
    if result is None or result.document is not document or not result.is_complete:
        return False
    return all(one.output is not None for one in result.layers)
