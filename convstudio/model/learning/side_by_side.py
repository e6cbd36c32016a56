"""Several networks that learn the same data in the same order, side by side: they differ in how they begin."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.convolution import Conv
from convstudio.model.learning import training
from convstudio.model.learning.training import NotFiniteError, TrainingPlan, TrainingState
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_number
from convstudio.model.values.sample import Sample


@dataclass(frozen=True, eq=False)
class Start:
    """A network as it begins, under the name of the way it was begun.

    `alike` gives filters that have the same gradient the same values after every step, which differ by rounding alone:
    a sum of many terms is not rounded alike for each of them. None: there are no such filters. A `number` that the name
    ends in is written when it is read, as the reader wants numbers to be.
    """

    name: str
    network: Network
    alike: Callable[[Network], Network] | None = None
    number: float | None = None

    @property
    def title(self) -> str:
        """The name with its number.

        >>> Start("constant", Network(()), number=0.1).title
        'constant 0.1'
        """
        return self.name if self.number is None else f"{self.name} {format_number(self.number)}"


@dataclass(frozen=True, eq=False)
class JointPlan:
    """The plans of all runs; each is trained for so many `steps`. The filters of `layer` are compared."""

    starts: tuple[Start, ...]
    plans: tuple[TrainingPlan, ...]
    steps: int
    layer: int


@dataclass(frozen=True, eq=False)
class JointState:
    """All runs after the same number of steps: the state of each, and the loss of its last batch (NaN: none yet).

    A run whose loss is not finite any more stays at its last finite state; its loss is infinite from then on. The
    filters of `layer` are compared. `rounding` is the largest difference that a step made between filters with the same
    gradient, before it was taken out: see `Start`.
    """

    layer: int
    states: tuple[TrainingState, ...]
    step: int
    losses: tuple[float, ...]
    rounding: float = 0.0

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks as they are now."""
        return tuple(state.network for state in self.states)

    @cached_property
    def weights(self) -> tuple[NDArray[np.float32], ...]:
        """The weights that are compared, `(*kernel, channels, filters)`, of every run."""
        return tuple(filters_of(network, self.layer) for network in self.networks)

    @cached_property
    def similarities(self) -> tuple[float, ...]:
        """How similar the filters of the layer are, for every run."""
        return tuple(map(filter_similarity, self.weights))


def plan_side_by_side(starts: Sequence[Start], data: Dataset, settings: TrainingSettings, layer: int = 0) -> JointPlan:
    """Plan a run for every start, to compare the filters of a layer, which is a convolution.

    Raises ValueError with a sentence where one cannot learn the data.
    """
    sample = Sample.of(data.name, data.input(0))
    plans = tuple(
        training.plan(Document(sample, start.network, class_names=data.class_names), data, settings) for start in starts
    )
    return JointPlan(tuple(starts), plans, min(training.total_steps(plan) for plan in plans), layer)


def begin_side_by_side(plan: JointPlan) -> JointState:
    """Return the state before the first step."""
    states = tuple(training.begin(one) for one in plan.plans)
    return JointState(plan.layer, states, 0, (math.nan,) * len(states))


def advance_side_by_side(plan: JointPlan, state: JointState) -> JointState:
    """Make one step of every run: the same seed gives each the same batch."""
    states, losses, rounding = [], [], state.rounding
    for start, one, before, loss in zip(plan.starts, plan.plans, state.states, state.losses, strict=True):
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
            if start.alike is not None:
                vector = one.parameters.gathered(start.alike(after.network))
                rounding = max(rounding, float(np.abs(vector - after.vector).max()))
                after = replace(after, vector=vector)
            states.append(after)
            losses.append(report.loss)
    return replace(state, states=tuple(states), step=state.step + 1, losses=tuple(losses), rounding=rounding)


def compared_layer(network: Network, wanted: Sequence[int] = (), filters: int = 1) -> int:
    """Return the first of the layers that are wanted that is a convolution with so many filters; else the first of all.

    Raises ValueError, with a sentence, where there is none.

    >>> from convstudio.model.kinds.flatten import Flatten
    >>> compared_layer(Network((Flatten(), Conv.of(np.ones((3, 1, 2))))), [0], 2)
    1
    """
    places = [
        place
        for place, layer in enumerate(network.layers)
        if isinstance(layer, Conv) and layer.is_on and layer.filters >= filters
    ]
    if not places:
        least = f" with {filters} filters or more" if filters > 1 else ""
        raise ValueError(f"The network has no convolution{least} to compare. Add one, or choose patterns or digits.")
    return next((place for place in wanted if place in places), places[0])


def filters_of(network: Network, layer: int) -> NDArray[np.float32]:
    """Return the weights of a convolution, `(*kernel, channels, filters)`."""
    held = network.layers[layer]
    assert isinstance(held, Conv), "the layer that is compared is a convolution"
    return held.weights


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
    apart = sum(float(np.square(units[place + 1 :] - unit).sum()) for place, unit in enumerate(units))
    return 1 - apart / (len(units) * (len(units) - 1))
