"""Several networks that learn the same data in the same order, side by side: they differ in how they begin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.convolution import Conv
from convstudio.model.learning import training
from convstudio.model.learning.training import NotFiniteError, TrainingPlan, TrainingState
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


@dataclass(frozen=True, eq=False)
class Start:
    """A network as it begins, under the name of the way it was begun."""

    name: str
    network: Network


@dataclass(frozen=True, eq=False)
class JointPlan:
    """The plans of all runs; each is trained for so many `steps`."""

    starts: tuple[Start, ...]
    plans: tuple[TrainingPlan, ...]
    steps: int


@dataclass(frozen=True, eq=False)
class JointState:
    """All runs after the same number of steps: the state of each, and the loss of its last batch (NaN: none yet).

    A run whose loss is not finite any more stays at its last finite state; its loss is infinite from then on.
    """

    states: tuple[TrainingState, ...]
    step: int
    losses: tuple[float, ...]

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks as they are now."""
        return tuple(state.network for state in self.states)

    @property
    def similarities(self) -> tuple[float, ...]:
        """How similar the filters of the first convolution are, for every run."""
        return tuple(filter_similarity(first_weights(state.network)) for state in self.states)


def plan_side_by_side(starts: Sequence[Start], data: Dataset, settings: TrainingSettings) -> JointPlan:
    """Plan a run for every start; raise ValueError with a sentence where one cannot learn the data."""
    sample = Sample.of(data.name, data.input(0))
    plans = tuple(
        training.plan(Document(sample, start.network, class_names=data.class_names), data, settings) for start in starts
    )
    return JointPlan(tuple(starts), plans, min(training.total_steps(plan) for plan in plans))


def begin_side_by_side(plan: JointPlan) -> JointState:
    """Return the state before the first step."""
    states = tuple(training.begin(one) for one in plan.plans)
    return JointState(states, 0, (math.nan,) * len(states))


def advance_side_by_side(plan: JointPlan, state: JointState) -> JointState:
    """Make one step of every run: the same seed gives each the same batch."""
    states, losses = [], []
    for one, before, loss in zip(plan.plans, state.states, state.losses, strict=True):
        if math.isinf(loss):
            states.append(before)
            losses.append(loss)
            continue
        try:
            after, report, _ = training.advance(one, before)
        except NotFiniteError:
            states.append(before)
            losses.append(math.inf)
        else:
            states.append(after)
            losses.append(report.loss)
    return replace(state, states=tuple(states), step=state.step + 1, losses=tuple(losses))


def first_weights(network: Network) -> NDArray[np.float32]:
    """Return the weights of the first convolution, `(*kernel, channels, filters)`; raise ValueError without one."""
    for layer in network.layers:
        if isinstance(layer, Conv):
            return layer.weights
    raise ValueError("The network has no convolution whose filters could be compared.")


def filter_similarity(weights: NDArray[np.float32]) -> float:
    """Return the mean cosine similarity of all pairs of filters, from −1 to 1; NaN where a filter is all 0.

    It is worked out as `1 − |a − b|² / 2` of filters made 1 long, which is exactly 1 for equal ones. Filters that are
    all equal have 1 even where they are 0. `weights` is `(*kernel, channels, filters)`.

    >>> filter_similarity(np.float32([[[1.0, 1.0]], [[0.0, 1.0]]])) == 1 - (2 - 2**0.5) / 2
    True
    >>> filter_similarity(np.ones((3, 1, 4), np.float32))
    1.0
    """
    rows = weights.reshape(-1, weights.shape[-1]).T.astype(np.float64)
    if (rows == rows[0]).all():
        return 1.0
    lengths = np.sqrt(np.square(rows).sum(axis=1, keepdims=True))
    if not lengths.all():
        return math.nan
    units = rows / lengths
    pairs = [
        1 - float(np.square(units[one] - units[other]).sum()) / 2
        for one in range(len(units))
        for other in range(one + 1, len(units))
    ]
    return sum(pairs) / len(pairs)
