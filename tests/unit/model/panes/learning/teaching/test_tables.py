"""Kernels that are compared share their colours, and a map has those of its target."""

import numpy as np
import pytest

from convstudio.model.panes.learning.teaching.tables import change_table, kernel_tables, map_tables
from convstudio.model.values.scale import PLAIN


def test_kernels_beside_each_other_share_their_colours():
    before, now = kernel_tables(np.array([[1.0]]), np.array([[-8.0]]))
    assert before.levels == now.levels
    assert now.levels.low == -8


def test_a_small_change_has_colours_of_its_own():
    assert change_table(np.array([[0.001]])).levels.high == 0.001


def test_a_map_keeps_the_colours_of_its_target_whatever_it_is():
    wanted = np.float32([[0, 1], [0, -1]])
    tables = [map_tables(wanted, made, PLAIN) for made in (wanted, wanted * 100)]
    assert tables[0][1].levels == tables[1][1].levels == tables[0][0].levels


def test_beside_a_blank_target_the_map_can_be_seen():
    _, made, _ = map_tables(np.zeros((2, 2), np.float32), np.float32([[0, 5], [0, 0]]), PLAIN)
    assert made.levels.high == 5


def test_the_error_is_the_map_less_the_target():
    _, _, error = map_tables(np.float32([1, 2]), np.float32([4, 0]), PLAIN)
    assert error.values.tolist() == [3, -2]


def test_an_error_of_rounding_is_not_painted_like_a_large_one():
    wanted = np.float32([0, 3])
    _, _, error = map_tables(wanted, wanted + np.float32([1e-22, 0]), PLAIN)
    assert error.levels.high == pytest.approx(0.003)
    _, _, error = map_tables(wanted, wanted + np.float32([0.5, 0]), PLAIN)
    assert error.levels.high == 0.5


def test_the_values_on_show_are_those_that_were_given():
    wanted = np.float32([1, 2])
    assert map_tables(wanted, wanted, PLAIN)[0].values is wanted
