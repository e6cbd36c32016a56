"""A way to train that is easy to follow: every step adds the rate to all weights of the first layer."""

from dataclasses import dataclass, replace
from threading import Event

import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.learning.training import NotFiniteError
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.reports import EpochReport, StepReport
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

STEPS_PER_EPOCH = 4
DOCUMENT = Document(Sample.of("zeros", np.zeros((4, 4, 1))), Network((Conv.of(np.zeros((1, 1, 1, 1))),)))
DATA = Dataset("two", frozen(np.zeros((2, 4, 4, 1))), np.array([0, 1]), class_names=("dark", "light"))


@dataclass(frozen=True, eq=False)
class State:
    """A state of the run."""

    network: Network
    step: int = 0
    epoch: int = 0


def weight(network: Network) -> float:
    """Return the one weight."""
    return float(network.layers[0].weights.ravel()[0])


class Adding:
    """Stands in for `model.learning.training`; loses its numbers at `breaks_at`, and waits for `gate` at each step."""

    def __init__(self, breaks_at: int = -1, refusal: str = "") -> None:
        self.breaks_at, self.refusal = breaks_at, refusal
        self.gate = Event()
        self.gate.set()

    def plan(self, document: Document, data: Dataset, settings: TrainingSettings) -> tuple[Document, TrainingSettings]:
        if self.refusal:
            raise ValueError(self.refusal)
        return document, settings

    def begin(self, plan: tuple[Document, TrainingSettings]) -> State:
        return State(plan[0].network)

    def advance(
        self, plan: tuple[Document, TrainingSettings], state: State
    ) -> tuple[State, StepReport, EpochReport | None]:
        assert self.gate.wait(60)
        step, rate = state.step + 1, plan[1].rate
        epoch = state.epoch + (step % STEPS_PER_EPOCH == 0)
        layer = state.network.layers[0]
        network = state.network.with_layer(0, replace(layer, weights=frozen(layer.weights + np.float32(rate))))
        if step == self.breaks_at:
            raise NotFiniteError(step, 1, rate)
        loss = 1 / step
        report = StepReport(step, epoch + 1, loss, 0.5, rate, (weight(network),), (loss,))
        ended = EpochReport(epoch, step, loss, 0.5, loss, 0.25) if epoch > state.epoch else None
        return State(network, step, epoch), report, ended

    def is_over(self, plan: tuple[Document, TrainingSettings], state: State) -> bool:
        return state.epoch >= plan[1].epochs

    def total_steps(self, plan: tuple[Document, TrainingSettings]) -> int:
        return plan[1].epochs * STEPS_PER_EPOCH

    def continued(self, plan: object, state: State, network: Network) -> State:
        return replace(state, network=network)

    def trained(self, document: Document, state: State) -> Document:
        return replace(document, network=state.network)

    def prolonged(
        self, plan: tuple[Document, TrainingSettings], state: State
    ) -> tuple[tuple[Document, TrainingSettings], State]:
        return (plan[0], replace(plan[1], epochs=plan[1].epochs + 1)), state
