import numpy as np

from convstudio.model.values.answers.arithmetic import Arithmetic, counted_values, largest, listed, mean
from convstudio.model.values.answers.windows import all_cells


def test_the_sentence_is_the_first_line_with_its_place():
    assert Arithmetic(2, "max(1, 2) = 2\nrow 1 wins", "step 3").sentence == "Step 3: max(1, 2) = 2."


def test_the_largest_value_is_named_with_its_place():
    seen = np.float32([1, 5, 2, 3])
    output, text, winner = largest(seen, np.ones((2, 2), bool), all_cells((2, 2)))
    assert (output, winner, "row 1, column 2 wins" in text) == (5, 1, True)


def test_a_mean_is_summed_exactly():
    output, _ = mean(np.append(np.full(10, 1e8), np.ones(10)).astype(np.float32))
    assert output == np.float32((10 * 1e8 + 10) / 20)


def test_many_values_are_cut_and_counted():
    assert listed(np.zeros(15, np.float32)).endswith("… 3 more")


def test_cells_outside_do_not_count():
    inside = np.array([[True, False], [True, True]])
    assert counted_values(np.float32([[1, 2], [3, 4]]), inside).tolist() == [1, 3, 4]
