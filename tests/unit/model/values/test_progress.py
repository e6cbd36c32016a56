import pytest

from convstudio.model.values.progress import CancelledError, Progress


def test_the_share_never_passes_1():
    progress = Progress()
    progress.expect(10)
    progress(25)
    assert progress.share == 1


def test_without_a_known_amount_the_share_is_0():
    progress = Progress()
    progress(5)
    assert progress.share == 0


def test_a_cancelled_computation_stops_at_its_next_word():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        progress(1)


def test_what_was_reached_otherwise_counts():
    progress = Progress()
    progress.expect(4)
    progress.reach(3)
    assert progress.share == 0.75
