"""A run of short steps rests while the window makes a frame, and does not stand still for it."""

from collections.abc import Callable

import pytest

from convstudio.session import window_frames
from convstudio.session.window_frames import WindowFrames


class Clock:
    """Time that passes with each step of a run, and with each rest."""

    def __init__(self) -> None:
        self.now, self.rests = 0.0, 0

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.rests += 1

    def run(self, made: WindowFrames, until: float, step: float = 0.0001) -> int:
        """Make steps until a moment, and return how often the run rested."""
        before = self.rests
        while self.now < until:
            self.now += step
            made.give_way()
        return self.rests - before


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(window_frames, "time", made)
    return made


@pytest.mark.parametrize(("step", "rests"), [(0.0001, 16), (0.001, 0)])
def test_only_short_steps_rest_while_a_frame_is_made(clock: Clock, step: float, rests: int) -> None:
    made = WindowFrames()
    made.give_way()
    with made.making():
        assert clock.run(made, 0.0096, step) == rests


def test_a_run_rests_while_a_frame_is_late(clock: Clock) -> None:
    made = WindowFrames()
    made.give_way()
    made.expect(0.016)
    assert clock.run(made, 0.0158) == 0
    assert clock.run(made, 0.030) > 0


def test_a_run_goes_on_at_its_speed_when_the_frame_is_painted(clock: Clock) -> None:
    made = WindowFrames()
    with made.making():
        made.give_way()
    assert clock.run(made, 0.1) == 0


def _make_for_ever(made: WindowFrames) -> None:
    made.making().__enter__()


def _expect_for_ever(made: WindowFrames) -> None:
    made.expect(0)


@pytest.mark.parametrize("begin", [_make_for_ever, _expect_for_ever])
def test_a_window_that_hangs_holds_no_run_up(clock: Clock, begin: Callable[[WindowFrames], object]) -> None:
    made = WindowFrames()
    begin(made)
    clock.run(made, 0.11)
    assert clock.run(made, 1) == 0
