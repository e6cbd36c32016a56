"""How a training goes: the loss, the optimiser, the learning rate and its schedule, batches, epochs, and the seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number
from convstudio.ops.learning.losses import LOSSES

USUAL_RATES = MappingProxyType(
    {"sgd": 0.01, "momentum": 0.01, "nesterov": 0.01, "rmsprop": 1e-3, "adam": 1e-3, "adamw": 1e-3}
)
"""The learning rates of Keras's optimisers, unless another one is given."""
OPTIMISERS = tuple(USUAL_RATES)
SCHEDULES = ("constant", "step", "cosine")
LOSS_BY_TARGET = "by target"
"""The loss that fits the targets: cross-entropy for classes, the mean squared error for maps."""


@dataclass(frozen=True)
class TrainingSettings:
    """All that a training depends on besides the document and the data; Keras's names and defaults.

    `loss` is one of `ops.learning.losses.LOSSES` or `LOSS_BY_TARGET`. `momentum` is that of "momentum" and "nesterov",
    `beta_2` that of "adam" and "adamw", `weight_decay` that of "adamw". The "step" schedule multiplies the rate by
    `drop` every `drop_every` epochs; "cosine" falls to 0 over all epochs. `held_out` is the share of the samples that
    is never trained on. Without `patience` (0) every epoch is trained; with it, training stops so many epochs after the
    lowest loss on the held-out samples. In the end the weights with the lowest held-out loss are kept where
    `keeps_best`.

    With `random_labels` the classes of the samples that are trained on are drawn. `data` tells where the samples come
    from where that is known everywhere, as `model.learning.sources` writes it; it is empty for files of the user.
    """

    loss: str = LOSS_BY_TARGET
    optimiser: str = "adam"
    rate: float = 1e-3
    momentum: float = 0.9
    beta_2: float = 0.999
    weight_decay: float = 4e-3
    schedule: str = "constant"
    drop: float = 0.5
    drop_every: int = 10
    l2: float = 0.0
    batch_size: int = 32
    epochs: int = 20
    seed: int = 1
    held_out: float = 0.2
    patience: int = 0
    keeps_best: bool = False
    random_labels: bool = False
    data: str = ""


USUAL_TRAINING = TrainingSettings()

_SHARES = {
    "momentum": "momentum",
    "beta_2": "beta 2 of Adam",
    "drop": "factor of each drop",
    "held_out": "share held out",
}
_FROM_ZERO = {"weight_decay": "weight decay", "l2": "factor of L2"}
_COUNTS = {
    "drop_every": ("number of epochs between two drops", 1, LIMITS.epochs),
    "batch_size": ("batch size", 1, LIMITS.batch_size),
    "epochs": ("number of epochs", 1, LIMITS.epochs),
    "seed": ("seed", 0, LIMITS.seed),
    "patience": ("patience", 0, LIMITS.epochs),
}
_CHOICES = {"loss": (LOSS_BY_TARGET, *LOSSES), "optimiser": OPTIMISERS, "schedule": SCHEDULES}


def check_settings(settings: TrainingSettings) -> None:
    """Raise ValueError, with a sentence that says the range, where nothing can be trained with a setting.

    >>> check_settings(TrainingSettings(batch_size=0))
    Traceback (most recent call last):
    ValueError: The batch size must be between 1 and 65536, not 0.
    """
    if not (0 < settings.rate < math.inf):
        raise ValueError(f"The learning rate must be above 0, not {format_number(settings.rate)}.")
    for name, words in _SHARES.items():
        share = getattr(settings, name)
        if not 0 <= share < 1 and not (name == "drop" and share == 1):
            raise ValueError(f"The {words} must be at least 0 and below 1, not {format_number(share)}.")
    for name, words in _FROM_ZERO.items():
        factor = getattr(settings, name)
        if not 0 <= factor < math.inf:
            raise ValueError(f"The {words} must be 0 or more, not {format_number(factor)}.")
    for name, (words, least, most) in _COUNTS.items():
        count = getattr(settings, name)
        if not least <= count <= most:
            raise ValueError(f"The {words} must be between {least} and {most}, not {count}.")
    for name, known in _CHOICES.items():
        chosen = getattr(settings, name)
        if chosen not in known:
            raise ValueError(f'The {name} "{chosen}" is not known. Use one of {", ".join(known)}.')
