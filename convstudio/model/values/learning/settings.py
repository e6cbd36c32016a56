"""How a training goes: the loss, the optimiser, the learning rate and its schedule, batches, epochs, and the seed."""

from __future__ import annotations

from dataclasses import dataclass

OPTIMISERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine")
LOSS_BY_TARGET = "by target"
"""The loss that fits the targets: cross-entropy for classes, the mean squared error for maps."""


@dataclass(frozen=True)
class TrainingSettings:
    """All that a training depends on besides the document and the data; Keras's names and defaults.

    `loss` is one of `ops.learning.losses.LOSSES` or `LOSS_BY_TARGET`. `momentum` is that of "momentum" and "nesterov",
    `weight_decay` that of "adamw". The "step" schedule multiplies the rate by `drop` every `drop_every` epochs;
    "cosine" falls to 0 over all epochs. `held_out` is the share of the samples that is never trained on. Without
    `patience` (0) every epoch is trained; with it, training stops so many epochs after the lowest loss on the held-out
    samples. In the end the weights with the lowest held-out loss are kept where `keeps_best`.
    """

    loss: str = LOSS_BY_TARGET
    optimiser: str = "adam"
    rate: float = 1e-3
    momentum: float = 0.9
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


USUAL_TRAINING = TrainingSettings()
