"""Which tools the phase of learning on show has, and what they are set to."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.panes.learning.loss_words import LOSS_NAMES
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Shape
from convstudio.model.values.learning.settings import LOSS_BY_TARGET
from convstudio.model.values.learning.target import ClassTarget, Target
from convstudio.model.values.view_state import ViewState
from convstudio.ops.learning.losses import LOSSES

LOSS_CHOICES = (LOSS_BY_TARGET, *LOSSES)
LOSS_TEXTS = ("by target", *(LOSS_NAMES[name] for name in LOSSES))


@dataclass(frozen=True)
class PhaseTools:
    """The tools of one phase: those of the target and the loss, of the gradients, or of the update.

    `classes` are the names that a target class is chosen from, none where the output is maps; `chosen` is its place,
    -1 for none. A target that there is may not fit the output. `before` is the layer, counted from 1, that a gradient
    goes to next, 0 where there is none.
    """

    phase: str
    classes: tuple[str, ...] = ()
    chosen: int = -1
    has_output: bool = False
    has_target: bool = False
    fits: bool = False
    loss: int = 0
    is_reversed: bool = False
    has_weights: bool = False
    of: str = "weight"
    before: int = 0
    rate: float = 0.0

    @property
    def is_loss(self) -> bool:
        """Whether the target and the loss can be set here: in their phase, and wherever there is none that fits."""
        return self.phase == "loss" or not self.fits


def phase_tools(document: Document, view: ViewState) -> PhaseTools:
    """Return the tools of the phase on show.

    >>> import numpy as np
    >>> from convstudio.model.kinds.dense import Dense
    >>> from convstudio.model.kinds.flatten import Flatten
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> network = Network((Flatten(), Dense.of(np.ones((2, 2)))))
    >>> tools = phase_tools(Document(Sample.of("steps", [[1], [2]]), network), ViewState(position=(0,)))
    >>> tools.classes, tools.has_target
    (('0', '1'), False)
    """
    made = document.output_shape(len(document.layers) - 1)
    classes: tuple[str, ...] = ()
    if made is not None and len(made) == 1:
        names = document.class_names
        classes = tuple(names[at] if at < len(names) and names[at] else str(at) for at in range(made[0]))
    target = document.target
    return PhaseTools(
        phase=view.watch.phase,
        classes=classes,
        chosen=target.index if isinstance(target, ClassTarget) and target.index < len(classes) else -1,
        has_output=made is not None,
        has_target=target is not None,
        fits=target is not None and made is not None and _fits(target, made),
        loss=LOSS_CHOICES.index(document.training.loss),
        is_reversed=view.watch.is_reversed,
        has_weights=stepping.has_terms(document.layers[view.layer]),
        of=view.watch.of,
        before=view.layer,
        rate=document.training.rate,
    )


def _fits(target: Target, output_shape: Shape) -> bool:
    """Return whether the network's output can be compared with a target."""
    if isinstance(target, ClassTarget):
        most = 2 if output_shape == (1,) else output_shape[0]  # one unit tells two classes apart
        return len(output_shape) == 1 and target.index < most
    return target.values.shape == output_shape
