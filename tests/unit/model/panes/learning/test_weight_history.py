"""How weights are spread is counted once for each step that is shown."""

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.panes.learning import weight_history as module
from convstudio.model.panes.learning.graphs.graph import PALE
from convstudio.model.panes.learning.weight_history import learned_values, shown_steps, weight_history
from convstudio.model.values.arrays import frozen

WEIGHTS = {0: frozen([0.0, 0.0]), 5: frozen([-1.9, 1.9])}


def test_every_step_has_its_own_column_over_one_range_around_zero() -> None:
    history = weight_history(WEIGHTS)
    assert (history.low, history.high, history.steps) == (-2.0, 2.0, (0, 5))
    assert history.counts.sum(axis=0).tolist() == [2, 2]
    assert history.strengths.max(axis=0).tolist() == [1, 1]
    assert history.told_at(4, 1.9) == "step 5: 1 of 2 from 1.83 to 1.92"


def test_what_was_counted_is_not_counted_again(monkeypatch) -> None:
    before = weight_history(WEIGHTS)
    counted = []
    histogram = np.histogram
    monkeypatch.setattr(module.np, "histogram", lambda values, *rest: (counted.append(1), histogram(values, *rest))[1])
    after = weight_history(WEIGHTS | {6: frozen([1.0, 1.0])}, before)
    assert len(counted) == 1
    assert after.counts[:, :2].tolist() == before.counts.tolist()


def test_there_is_nothing_to_show_of_no_weights_and_of_infinite_ones() -> None:
    assert weight_history({}) is None
    assert weight_history({0: frozen([np.inf])}) is None
    assert learned_values(Activation()) is None


def test_the_steps_are_spread_evenly_over_the_run() -> None:
    kept = (0, 64, 96, 112, *range(120, 129))
    assert shown_steps(kept) == kept
    chosen = shown_steps((*range(0, 10_000, 100), *range(10_000, 10_100)))
    assert (chosen[0], chosen[-1]) == (0, 10_099)
    assert len(chosen) <= 64


def test_steps_after_the_one_on_show_are_paler() -> None:
    history = weight_history({0: frozen([0.5]), 8: frozen([0.5])}, shown_step=3)
    assert history.strengths.max(axis=0).tolist() == [1, PALE]
