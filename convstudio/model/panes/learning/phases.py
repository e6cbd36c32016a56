"""The phase of learning on show, explained: the loss, a gradient with its terms, or an update."""

from __future__ import annotations

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.panes.explanation import Explanation
from convstudio.model.panes.learning.gradient import explained_gradient
from convstudio.model.panes.learning.loss import explained_loss
from convstudio.model.panes.learning.update import explained_update
from convstudio.model.values.view_state import ViewState


def explained_phase(found: BackwardPass, view: ViewState) -> Explanation:
    """Explain the phase on show for what is selected: the loss, or a gradient in the selected layer, or its update.

    Raises ValueError with the reason where there is nothing to explain.
    """
    match view.watch.phase:
        case "loss":
            return explained_loss(found, view)
        case "backward":
            return explained_gradient(found, view)
        case "update":
            return explained_update(found, view)
        case "forward":
            raise ValueError("The forward phase is explained by its own calculation.")
