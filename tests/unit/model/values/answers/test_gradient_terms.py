import numpy as np

from convstudio.model.values.answers.gradient_terms import InputTerms, WeightTerms


def test_the_gradient_of_a_weight_is_the_sum_of_its_terms():
    terms = WeightTerms(np.float32([1, 2]), np.float32([3, -4]), np.zeros(2, bool))
    assert (terms.products.tolist(), terms.total) == ([3, -8], -5)


def test_no_term_is_minus_zero():
    terms = WeightTerms(np.float32([-1]), np.float32([0]), np.zeros(1, bool))
    assert not np.signbit(terms.products).any()


def test_weights_that_never_meet_a_cell_add_nothing():
    grads = np.float32([[5, 1], [2, 3]])
    terms = InputTerms(range(2), grads, np.ones((2, 2), np.float32), np.array([True, False]))
    assert (terms.filter_sums.tolist(), terms.total) == ([2, 3], 5)
