"""The window of the selectivity probe: charts, table and verdict of the selected filter."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.subject import Subject
from convstudio.model.values.arrays import TiledArray
from convstudio.views.lenses.probe import ProbeLens

LINE = np.float32([[-1, 2, -1]] * 3)


@pytest.fixture
def lens(qtbot: QtBot) -> ProbeLens:
    lens = ProbeLens()
    qtbot.addWidget(lens)
    lens.resize(1100, 640)
    show(lens, LINE[..., np.newaxis, np.newaxis])
    lens.show()
    return lens


def show(lens: ProbeLens, weights: np.ndarray) -> None:
    read = TiledArray.of(np.zeros((9,) * (weights.ndim - 2) + weights.shape[-2:-1], np.float32))
    lens.show_subject(Subject(Conv.of(weights), read))


def choose(lens: ProbeLens, group: str) -> None:
    lens.group.setCurrentIndex(lens.group.findText(group))
    lens.group.chosen.emit(lens.group.currentIndex())


def test_the_verdict_stands_under_the_answers(lens: ProbeLens) -> None:
    assert "6 to a vertical line" in lens.verdict.text()
    assert ("1-pixel line 90°", "6", "-3") in [row[:3] for row in lens.table.rows]


def test_the_circle_is_full_in_the_direction_of_the_line_both_ways(lens: ProbeLens) -> None:
    angles, lengths = lens.circle.points()
    assert [angle for angle, length in zip(angles, lengths, strict=True) if length == 1] == [90, 270]


def test_the_charts_can_show_edges(lens: ProbeLens) -> None:
    choose(lens, "edges")
    assert "edge 0°: strongest 3" in lens.bars.accessibleDescription()


def test_several_channels_are_said_to_be_shown_the_same(lens: ProbeLens) -> None:
    show(lens, np.repeat(LINE[..., np.newaxis, np.newaxis], 3, axis=-2))
    assert "each pattern on all 3 channels alike" in lens.facts.text()


def test_a_sequence_has_bars_for_its_patterns_and_no_circle(lens: ProbeLens) -> None:
    show(lens, np.float32([-1, 1])[:, np.newaxis, np.newaxis])
    assert not lens.circle.isVisible()
    assert "step up: strongest 1" in lens.bars.accessibleDescription()
    assert "a step up" in lens.verdict.text()


def test_weights_that_are_not_finite_are_refused_by_a_sentence(lens: ProbeLens) -> None:
    show(lens, np.float32([[np.nan]])[..., np.newaxis, np.newaxis])
    assert "NaN" in lens.problem.text()
