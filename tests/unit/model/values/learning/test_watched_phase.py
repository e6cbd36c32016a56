import pytest

from convstudio.model.values.learning.watched_phase import PHASES, WatchedPhase


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_but_the_forward_run_is_one_of_learning(phase):
    assert WatchedPhase(phase=phase).is_learning is (phase != "forward")
