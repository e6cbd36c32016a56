import numpy as np

from convstudio.model.kinds.slid_gradients import met_terms, slid_terms
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.ops.shapes import geometry

SEQUENCE = TiledArray.of([[1], [2], [3], [4]])


def test_a_weight_meets_padding_as_zeros():
    terms = met_terms(SEQUENCE, (np.array([-1, 0, 1]),), "zeros", 0, np.ones(3))
    assert terms.inputs.tolist() == [0, 1, 2]
    assert terms.is_padding.tolist() == [True, False, False]


def test_a_weight_meets_the_cells_that_padding_copies():
    assert met_terms(SEQUENCE, (np.array([-1, 0, 1]),), "circular", 0, np.ones(3)).inputs.tolist() == [4, 1, 2]


def test_a_weight_that_meets_nothing_has_no_terms():
    assert met_terms(SEQUENCE, (np.array([], np.int64),), "zeros", 0, np.ones(0)).total == 0


def test_an_input_cell_meets_the_kernel_in_reversed_order():
    grads, kernel = np.array([[1.0], [10.0]]), frozen([[1], [2], [3]])
    terms = slid_terms(geometry((4,), (3,)), "zeros", (1,), kernel, grads, range(1), is_flipped=True)
    assert terms.weights[:, 0].tolist() == [3, 2, 1]
    assert terms.grads[:, 0].tolist() == [0, 1, 10]
    assert terms.is_missing.tolist() == [True, False, False]
    assert terms.total == 12


def test_a_cell_that_padding_copies_meets_a_weight_more_than_once():
    sliding = geometry((4,), (1,), padding=2)
    terms = slid_terms(sliding, "replicate", (0,), frozen([[1]]), np.ones((8, 1)), range(1), is_flipped=True)
    assert terms.total == 3
