"""The fixed inputs of the selectivity probe."""

from __future__ import annotations

import numpy as np
import pytest

from convstudio.model.lenses.probe_patterns import EDGE_ANGLES, LINE_ANGLES, patterns_for


def test_there_is_a_line_of_each_width_and_an_edge_for_each_direction() -> None:
    angles = {group: [one.angle for one in patterns_for((3, 3)) if one.group == group] for group in GROUPS}
    assert angles == GROUPS


GROUPS = {"1-pixel line": list(LINE_ANGLES), "2-pixel line": list(LINE_ANGLES), "edge": list(EDGE_ANGLES)}


@pytest.mark.parametrize("size", [(1,), (8,), (1, 1), (2, 2), (3, 5)])
def test_every_pattern_leaves_25_answers_along_each_axis(size: tuple[int, ...]) -> None:
    lengths = {tuple(np.subtract(one.values.shape, size) + 1) for one in patterns_for(size)}
    assert lengths == {(25,) * len(size)}


@pytest.mark.parametrize("angle", EDGE_ANGLES)
def test_an_edge_gets_brighter_in_its_direction(angle: int) -> None:
    edge = next(one.values for one in patterns_for((3, 3)) if one.group == "edge" and one.angle == angle)
    rows, columns = np.gradient(edge)
    turn = np.radians(angle)
    along, across = columns * np.cos(turn) + rows * np.sin(turn), columns * np.sin(turn) - rows * np.cos(turn)
    assert along.sum() > 10 * abs(across.sum())


def test_lines_are_as_bright_as_they_cover_of_each_cell() -> None:
    lines = {one.angle: one.values for one in patterns_for((3, 3)) if one.group == "1-pixel line"}
    assert np.array_equal(np.unique(lines[0]), [0, 1])
    assert np.array_equal(np.argwhere(lines[90])[:, 1], np.full(27, 13))
    np.testing.assert_array_equal(lines[45], lines[45].T)
