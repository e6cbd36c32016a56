"""States of a run are kept thinner the longer ago they were."""

from dataclasses import dataclass

import pytest

from convstudio.session.learning.kept_states import KeptStates


@dataclass(frozen=True)
class At:
    """A state that knows its step."""

    step: int


def after(steps: int, recent: int = 4) -> KeptStates[At]:
    kept: KeptStates[At] = KeptStates(recent)
    for step in range(steps + 1):
        kept.add(At(step))
    return kept


def test_the_last_steps_and_ever_fewer_of_those_before_are_kept() -> None:
    assert after(32).steps == (0, 8, 16, 20, 24, 26, 28, 29, 30, 31, 32)


def test_many_steps_take_little_more_room_than_few() -> None:
    assert len(after(100_000, 64)) < 64 * 9


def test_going_back_leads_to_the_last_kept_state_before() -> None:
    kept = after(32)
    assert kept.before(28) == At(26)
    assert kept.at(23) == At(20)
    assert kept.before(0) is None


def test_the_states_of_a_way_that_was_left_are_dropped() -> None:
    kept = after(32)
    kept.add(At(25))
    assert kept.steps == (0, 8, 16, 20, 24, 25)


def test_nothing_kept_has_no_state_to_go_back_to() -> None:
    with pytest.raises(ValueError, match="no state up to step 3"):
        KeptStates[At](2).at(3)
