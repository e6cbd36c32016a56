"""The settings of a training as its form shows them: what each is called, what it does, and when it matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import LOSS_BY_TARGET, OPTIMISERS, SCHEDULES, TrainingSettings
from convstudio.model.values.limits import LIMITS
from convstudio.ops.learning.losses import LOSSES

_CHOICES = {"loss": (LOSS_BY_TARGET, *LOSSES), "optimiser": OPTIMISERS, "schedule": SCHEDULES}

_WORDS = {
    LOSS_BY_TARGET: "as the targets need",
    "sgd": "SGD",
    "momentum": "SGD with momentum",
    "nesterov": "SGD with Nesterov",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}
OPTIMISER_TITLES = tuple(_WORDS[name] for name in OPTIMISERS)
"""What optimisers are called, in the order of `OPTIMISERS`."""


def _always(_settings: TrainingSettings) -> bool:
    """Tell that a setting makes a difference with all others."""
    return True


@dataclass(frozen=True)
class TrainingField:
    """One setting: the `key` of `TrainingSettings`, its name on screen, its undo step, and what it does.

    It is a switch where `is_switch`, a choice where there are `entries`, a whole number where `is_whole`, else any
    number, which is from `low` to `high`. `matters_for` tells with which other settings it makes a difference.
    """

    key: str
    name: str
    step: str
    tip: str
    low: int = 0
    high: int = 0
    is_switch: bool = False
    matters_for: Callable[[TrainingSettings], bool] = _always

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole number."""
        return self.high > 0

    @property
    def entries(self) -> tuple[str, ...]:
        """The words of the choices, none where it is a number."""
        return tuple(_WORDS.get(value, value.replace("_", " ")) for value in _CHOICES.get(self.key, ()))

    def read(self, settings: TrainingSettings) -> float:
        """Return its value; of a choice, the place."""
        value = getattr(settings, self.key)
        return _CHOICES[self.key].index(value) if self.key in _CHOICES else float(value)

    def write(self, document: Document, value: float) -> Document:
        """Return the document with another value; raise ValueError where it is refused."""
        return set_training(document, **{self.key: self._held(value)})

    def _held(self, value: float) -> float | str | bool:
        if self.is_switch:
            return bool(value)
        if self.key in _CHOICES:
            return _CHOICES[self.key][int(value)]
        return int(value) if self.is_whole else value


FIELDS = (
    TrainingField("optimiser", "Optimiser", "Set optimiser", "How weights follow their gradients, as in Keras"),
    TrainingField("loss", "Loss", "Set loss", "What the training makes small"),
    TrainingField("schedule", "Schedule", "Set schedule", "How the learning rate changes during the training"),
    TrainingField(
        "rate", "Learning rate", "Set learning rate", "How far a step goes. Too large, and the loss jumps or overflows"
    ),
    TrainingField(
        "batch_size",
        "Batch size",
        "Set batch size",
        "How many samples one step learns from",
        low=1,
        high=LIMITS.batch_size,
    ),
    TrainingField("epochs", "Epochs", "Set epochs", "How often every sample is trained on", low=1, high=LIMITS.epochs),
    TrainingField(
        "held_out",
        "Held out",
        "Set share held out",
        "The share of the samples that is never trained on, 9/10 at most",
    ),
    TrainingField(
        "seed",
        "Seed",
        "Set seed",
        "The order of the samples, and which are held out, follow from it",
        low=0,
        high=LIMITS.seed,
    ),
    TrainingField(
        "drop",
        "Drop to",
        "Set drop",
        "The factor of the learning rate at each drop",
        matters_for=lambda settings: settings.schedule == "step",
    ),
    TrainingField(
        "drop_every",
        "Drop every",
        "Set drop",
        "The number of epochs from drop to drop",
        low=1,
        high=LIMITS.epochs,
        matters_for=lambda settings: settings.schedule == "step",
    ),
    TrainingField(
        "momentum",
        "Momentum",
        "Set momentum",
        "Which part of the step before is made again",
        matters_for=lambda settings: settings.optimiser in ("momentum", "nesterov"),
    ),
    TrainingField(
        "beta_2",
        "Beta 2",
        "Set beta 2",
        "Which part of the squared gradients before Adam remembers: less follows a run of one sample better",
        matters_for=lambda settings: settings.optimiser in ("adam", "adamw"),
    ),
    TrainingField(
        "weight_decay",
        "Weight decay",
        "Set weight decay",
        "Which part of each weight goes with each step, times the rate",
        matters_for=lambda settings: settings.optimiser == "adamw",
    ),
    TrainingField("l2", "L2", "Set L2", "The loss grows by this times the sum of the squares of all weights"),
    TrainingField(
        "patience",
        "Patience",
        "Set patience",
        "Stop so many epochs after the lowest loss of the held-out samples; 0 trains all epochs",
        low=0,
        high=LIMITS.epochs,
    ),
    TrainingField(
        "keeps_best",
        "Keep best",
        "Set which weights are kept",
        "In the end, take the weights with the lowest loss of the held-out samples",
        is_switch=True,
    ),
)
"""All settings but those of the panel of the data, in the order of the form: the choices are first."""
