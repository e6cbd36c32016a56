import numpy as np

from convstudio.model.panes.learning.running_sum import RunningSum

MANY = np.arange(40.0)


def test_of_many_terms_the_last_ones_are_written():
    line = RunningSum(MANY, np.ones(40), 29).line
    assert line.startswith("… + 20·1 + ")
    assert line.endswith("29·1 + …")


def test_the_whole_sum_ends_in_its_result():
    assert RunningSum(MANY, np.ones(40), 39).line.endswith(" + 39·1 = 780")


def test_a_term_past_the_last_one_is_the_last_one():
    assert RunningSum.of(np.ones((2, 2)), np.ones((2, 2)), 9).term == 3


def test_without_a_term_or_without_terms_there_is_no_sum():
    assert RunningSum.of(MANY, MANY, None) is None
    assert RunningSum.of(np.zeros(0), np.zeros(0), 0) is None
