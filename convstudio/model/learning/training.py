"""Training as a value: the same document, data and settings lead to the same bits, step by step, on one machine.

`plan` checks everything once, `begin` returns the state before the first step, `advance` makes a step. A state is
frozen and small beside the data: it can be kept, gone back to, and gone on from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from convstudio.model.learning.batches import BatchResult, Cutting, evaluate, run_batch
from convstudio.model.learning.objective import Objective, objective_of
from convstudio.model.learning.optimising import Memory, fresh_memory, optimised, rate_at
from convstudio.model.learning.parameters import Parameters
from convstudio.model.values.arrays import Floats, byte_size, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset, Indices, Split, split, with_random_labels
from convstudio.model.values.learning.reports import EpochReport, StepReport
from convstudio.model.values.learning.settings import USUAL_RATES, TrainingSettings, check_settings
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_bytes, format_number, rounded
from convstudio.model.values.progress import Progress
from convstudio.ops.learning.losses import l2

_SMALLER = 10
"""A rate at least so many times smaller is proposed where a training diverged."""
_SMALLEST_RATE = 1e-15
"""Below it no rate is tried: float32 weights of usual size would not move."""
_TRIAL_STEPS = 10


class NotFiniteError(ValueError):
    """The loss, or a weight, became NaN or infinite; the state before the step is the last one with finite weights.

    `step` and `layer` count from 1; `layer` is 0 where no layer can be named. `rate` is the learning rate of the step.
    """

    def __init__(self, step: int, layer: int, rate: float) -> None:
        self.step, self.layer, self.rate = step, layer, rate
        super().__init__(f"{self._happened} Use a smaller learning rate.")

    def advised(self, tolerated: float | None) -> str:
        """Return what happened to a run whose weights are kept, and the rate to begin again with; None: none helps.

        `tolerated_rate` finds it.
        """
        way_out = "No learning rate helps: make the values of the data, or the weights to begin with, smaller."
        if tolerated is not None:
            way_out = f"Begin again with a learning rate of {format_number(tolerated)}."
        return f"{self._happened} The last finite weights are kept. {way_out}"

    @property
    def _happened(self) -> str:
        where = f" in layer {self.layer}" if self.layer else ""
        return f"The training diverged at step {self.step}: numbers became too large{where}."


class _BrokenStepError(Exception):
    """A step led to numbers that are not finite, in a layer counted from 1; 0 where none can be named."""

    def __init__(self, layer: int) -> None:
        super().__init__(layer)
        self.layer = layer


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """All that a training needs, checked: what learns from what, and what is minimised."""

    document: Document
    data: Dataset
    settings: TrainingSettings
    parts: Split
    objective: Objective
    parameters: Parameters
    cutting: Cutting
    _orders: dict[int, Indices] = field(default_factory=dict, repr=False)

    @property
    def steps_per_epoch(self) -> int:
        """The number of batches of an epoch, of which the last may be smaller."""
        return math.ceil(len(self.parts.training) / self.settings.batch_size)

    @cached_property
    def kernels(self) -> Floats:
        """1 for each value that is punished by L2, which are the weights without biases; else 0."""
        return frozen(self.parameters.marks("weights"))

    def order(self, epoch: int) -> Indices:
        """Return the samples that an epoch, counted from 0, trains on, in its order."""
        if epoch not in self._orders:  # known for the one that is being trained: the order of many takes its time
            self._orders.clear()
            self._orders[epoch] = epoch_order(self.parts.training, self.settings.seed, epoch)
        return self._orders[epoch]


@dataclass(frozen=True)
class EpochSums:
    """What the batches of an epoch add up to so far."""

    loss: float = 0.0
    correct: int = 0
    samples: int = 0


@dataclass(frozen=True)
class Best:
    """The weights with the lowest loss on the held-out samples, and the epoch, counted from 1, that led to them."""

    epoch: int
    loss: float
    network: Network


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A training after some steps: what is learned so far, and all that the next step depends on.

    `base` is the network with all that does not learn, `vector` is all that learns, `measured` what batch normalisation
    measured, by layer. `step` and `epoch` are those done. `is_stopped` tells that the loss on the held-out samples
    fell no further for as many epochs as wanted.
    """

    plan: TrainingPlan
    base: Network
    vector: Floats
    measured: Sequence[Mapping[str, Floats]]
    memory: Memory
    step: int = 0
    epoch: int = 0
    sums: EpochSums = EpochSums()
    best: Best | None = None
    is_stopped: bool = False

    @property
    def is_over(self) -> bool:
        """Whether no step is left: all epochs are done, or the training stopped early."""
        return self.is_stopped or self.epoch >= self.plan.settings.epochs

    @cached_property
    def network(self) -> Network:
        """The network after these steps; its layers share the memory of the state.

        At the end it is the one that did best on the held-out samples, where the settings ask for it.
        """
        if self.is_over:
            return self.final_network
        return self._trained

    @property
    def kept_epoch(self) -> int | None:
        """The epoch, counted from 1, whose weights are the final ones; None where those of the last step are."""
        return self.best.epoch if self.plan.settings.keeps_best and self.best is not None else None

    @cached_property
    def _trained(self) -> Network:
        return self.plan.parameters.placed(self.base, self.vector, self.measured)

    @property
    def final_network(self) -> Network:
        """The network to keep: where the settings ask for it, the one that did best on the held-out samples."""
        return self.best.network if self.plan.settings.keeps_best and self.best is not None else self._trained


def plan(document: Document, data: Dataset, settings: TrainingSettings | None = None) -> TrainingPlan:
    """Check all that a training needs; the settings are the document's unless given.

    Raises ValueError, with a sentence: for settings that cannot work, where the network cannot read the data or the
    targets do not fit what it makes, where nothing learns, and where the memory would not suffice.
    """
    settings = document.training if settings is None else settings
    check_settings(settings)
    parts = split(data, settings.held_out, settings.seed)
    if not len(parts.training):
        raise ValueError("No sample is left to train on. Hold out fewer samples, or add some.")
    if not len(parts.held_out) and (settings.patience or settings.keeps_best):
        raise ValueError("Stopping early, and keeping the best weights, needs held-out samples. Hold out a share.")
    if settings.random_labels:
        data = with_random_labels(data, parts.training, settings.seed)
    objective = objective_of(document.network, data, settings.loss)
    parameters = Parameters.of(document.network)
    locked = parameters.locked(document.network)
    if not parameters.size or (locked is not None and locked.all()):
        raise ValueError("No layer can learn: every layer is locked, switched off, or has no weights. Unlock one.")
    cutting = Cutting.of(document.network, data.input_shape)
    needed = _bytes_needed(cutting, min(settings.batch_size, len(parts.training)), parameters)
    if needed > LIMITS.map_bytes:
        raise ValueError(
            f"A step would take {format_bytes(needed)} of memory, and at most {format_bytes(LIMITS.map_bytes)} are "
            "used. Take smaller batches, or a smaller network."
        )
    return TrainingPlan(document, data, settings, parts, objective, parameters, cutting)


def begin(plan: TrainingPlan) -> TrainingState:
    """Return the state before the first step."""
    base = plan.document.network
    vector = plan.parameters.gathered(base)
    nothing: tuple[Mapping[str, Floats], ...] = ({},) * len(plan.document.layers)
    return TrainingState(plan, base, vector, nothing, fresh_memory(plan.settings, plan.parameters.size))


def is_over(plan: TrainingPlan, state: TrainingState) -> bool:
    """Return whether no step of a training is left."""
    del plan
    return state.is_over


def total_steps(plan: TrainingPlan) -> int:
    """Return how many steps all epochs have."""
    return plan.settings.epochs * plan.steps_per_epoch


def advance(plan: TrainingPlan, state: TrainingState) -> tuple[TrainingState, StepReport, EpochReport | None]:
    """Make one step; with the last batch of an epoch comes the report of the epoch, measured on the held-out samples.

    Raises NotFiniteError where the loss or a weight became NaN or infinite.
    """
    try:
        return _advanced(plan, state)
    except _BrokenStepError as broken:
        rate = rate_at(plan.settings, state.step, plan.steps_per_epoch)
        raise NotFiniteError(state.step + 1, broken.layer, rate) from None


def tolerated_rate(plan: TrainingPlan, diverged: float, progress: Progress | None = None) -> float | None:
    """Return a rate to begin again with where a training diverged with one; None where no rate helps.

    It is at most a tenth of that rate, and at most the usual one of the optimiser. Of such rates, each a tenth of the
    one before, it is the first with which the loss of one batch does not rise in a few steps from the start. Dropout
    silences the same cells in each of these steps: what else it draws would move the loss more than a small rate does.

    Finding it takes up to some 150 steps: it is for who shows it. Raises CancelledError once `progress` is cancelled.
    """
    samples = epoch_order(plan.parts.training, plan.settings.seed, 0)[: plan.settings.batch_size]
    rate = min(diverged / _SMALLER, USUAL_RATES[plan.settings.optimiser])
    while rate >= _SMALLEST_RATE:
        rate = rounded(rate, 12)
        settings = replace(plan.settings, rate=rate, schedule="constant")
        if _falls(replace(plan, settings=settings), samples, progress or Progress()):
            return rate
        rate /= _SMALLER
    return None


def _falls(plan: TrainingPlan, samples: Indices, progress: Progress) -> bool:
    """Return whether the loss of some samples is not larger after a few steps from the start than before them."""
    state, losses = begin(plan), list[float]()
    try:
        for _ in range(_TRIAL_STEPS):
            progress(0)
            state, report = _made_step(plan, state, samples, drawn=0)
            losses.append(report.loss)
    except _BrokenStepError:
        return False
    return losses[-1] <= losses[0]


def _advanced(plan: TrainingPlan, state: TrainingState) -> tuple[TrainingState, StepReport, EpochReport | None]:
    """Make one step; raise _BrokenStepError where numbers are not finite."""
    at = (state.step - state.epoch * plan.steps_per_epoch) * plan.settings.batch_size
    samples = plan.order(state.epoch)[at : at + plan.settings.batch_size]
    after, report = _made_step(plan, state, samples, drawn=state.step)
    if at + plan.settings.batch_size < len(plan.parts.training):
        return after, report, None
    ended, epoch_report = _epoch_ended(plan, after)
    return ended, report, epoch_report


def _made_step(
    plan: TrainingPlan, state: TrainingState, samples: Indices, drawn: int
) -> tuple[TrainingState, StepReport]:
    """Make one step with some samples; dropout draws as in the step `drawn`, from 0.

    Raises _BrokenStepError where numbers are not finite.
    """
    settings, parameters = plan.settings, plan.parameters
    rate = rate_at(settings, state.step, plan.steps_per_epoch)
    inner = plan.objective.inner(state.network)
    targets = plan.objective.targets(plan.data, samples)
    seeds = (settings.seed, drawn)
    found = run_batch(inner, plan.objective, parameters, plan.data.inputs[samples], targets, seeds, plan.cutting)
    gradient, loss = _punished(plan, state.vector, found)
    locked = parameters.locked(state.base)
    if locked is not None:
        gradient[locked] = 0
    with np.errstate(all="ignore"):  # what is not finite is told below
        vector, memory = optimised(settings, state.vector, gradient, state.memory, state.step + 1, rate)
        if locked is not None:  # a decay, and steps that an optimiser remembers, move weights without a gradient
            vector = frozen(np.where(locked, state.vector, vector))
        gradient_norms, weight_norms = parameters.norms(gradient), parameters.norms(state.vector)
    if not (math.isfinite(loss) and np.isfinite(vector).all()):
        raise _BrokenStepError(_first_broken(gradient_norms, parameters.norms(vector)))
    accuracy = None if found.correct is None else found.correct / len(samples)
    report = StepReport(state.step + 1, state.epoch + 1, loss, accuracy, rate, weight_norms, gradient_norms)
    sums = EpochSums(
        state.sums.loss + loss * len(samples),
        state.sums.correct + (found.correct or 0),
        state.sums.samples + len(samples),
    )
    measured = [new or held for new, held in zip(found.measured, state.measured, strict=True)]
    after = replace(state, vector=vector, measured=measured, memory=memory, step=state.step + 1, sums=sums)
    return after, report


def continued(plan: TrainingPlan, state: TrainingState, network: Network) -> TrainingState:
    """Return a state that goes on with a network whose weights were changed by hand meanwhile.

    Raises ValueError where it has other layers, shapes or locks.
    """
    layers = zip(network.layers, plan.document.layers, strict=False)
    is_same = len(network.layers) == len(plan.document.layers) and all(
        type(one) is type(other) for one, other in layers
    )
    if not is_same or Parameters.of(network).vector_parts != plan.parameters.vector_parts:
        raise ValueError("The layers changed, so this training cannot go on with them. Start another one.")
    nothing: tuple[Mapping[str, Floats], ...] = ({},) * len(network.layers)
    return replace(state, base=network, vector=plan.parameters.gathered(network), measured=nothing)


def prolonged(plan: TrainingPlan, state: TrainingState) -> tuple[TrainingPlan, TrainingState]:
    """Return the plan and the state of a training that was over, with one more epoch: it goes on where it stopped.

    What the optimiser remembers is kept, and the learning rate goes on along its schedule. Where the best weights were
    kept, it goes on from those.
    """
    longer = replace(plan, settings=replace(plan.settings, epochs=max(plan.settings.epochs, state.epoch + 1)))
    after = replace(state, plan=longer, is_stopped=False)
    is_best_shown = plan.settings.keeps_best and state.best is not None
    return longer, continued(longer, after, state.final_network) if is_best_shown else after


def trained(document: Document, state: TrainingState) -> Document:
    """Return a document with the network that a training led to; what else it holds is its own.

    Raises ValueError where it has other layers than the training.
    """
    if len(document.layers) != len(state.final_network.layers):
        raise ValueError("The layers changed while the training ran. Undo that change, or train again.")
    return replace(document, network=state.final_network)


def epoch_order(training: Indices, seed: int, epoch: int) -> Indices:
    """Return the samples to train on as an epoch, counted from 0, takes them.

    >>> epoch_order(np.array([3, 5, 8]), 1, 0).tolist() == epoch_order(np.array([3, 5, 8]), 1, 0).tolist()
    True
    """
    if len(training) == 1:  # there is one order, and drawing it would take as long as a step
        return training
    return np.asarray(np.random.default_rng((seed, epoch)).permutation(training), np.int64)


def _punished(plan: TrainingPlan, vector: Floats, found: BatchResult) -> tuple[Floats, float]:
    """Add the punishment of large weights to the gradient and to the loss."""
    loss = float(found.losses.sum() if plan.objective.loss == "half_squared_error" else found.losses.mean())
    if not plan.settings.l2:
        return found.gradient, loss
    kept = vector * plan.kernels
    return found.gradient + np.float32(2 * plan.settings.l2) * kept, loss + l2(kept, plan.settings.l2)


def _epoch_ended(plan: TrainingPlan, state: TrainingState) -> tuple[TrainingState, EpochReport]:
    """Measure the held-out samples, and keep the best weights so far."""
    epoch, sums = state.epoch + 1, state.sums
    loss, accuracy = sums.loss / sums.samples, sums.correct / sums.samples if plan.objective.is_of_classes else None
    held_loss = held_accuracy = None
    best, is_stopped = state.best, False
    if len(plan.parts.held_out):
        measured = evaluate(state.network, plan.data, plan.parts.held_out, plan.settings.loss)
        held_loss, held_accuracy = measured.loss, measured.accuracy
        if plan.settings.l2:
            held_loss += l2(state.vector * plan.kernels, plan.settings.l2)
        if best is None or held_loss < best.loss:
            best = Best(epoch, held_loss, state.network)
        is_stopped = bool(plan.settings.patience) and epoch - best.epoch >= plan.settings.patience
    after = replace(state, epoch=epoch, sums=EpochSums(), best=best, is_stopped=is_stopped)
    return after, EpochReport(epoch, state.step, loss, accuracy, held_loss, held_accuracy)


def _first_broken(gradients: Sequence[float], weights: Sequence[float]) -> int:
    """Return the number, from 1, of the first layer whose numbers are not finite; 0 where there is none."""
    pairs = enumerate(zip(gradients, weights, strict=True), start=1)
    return next((number for number, pair in pairs if not all(map(math.isfinite, pair))), 0)


def _bytes_needed(cutting: Cutting, samples: int, parameters: Parameters) -> int:
    """Estimate the memory of a step: what both runs keep of a batch, twice for the gradients, and the optimiser's."""
    return byte_size((2 * samples * cutting.kept + 8 * parameters.size,))
