import numpy as np

from convstudio.model.panes.learning.pictures import products_line, shared_levels, small_picture


def test_a_sequence_is_one_row_with_its_current_step():
    found = small_picture("gradient", np.arange(6), at=(2,))
    assert (found.values.shape, found.current, found.place(0, 2)) == ((1, 6), 2, "step 3")


def test_the_current_cell_of_a_map_is_counted_in_reading_order():
    assert small_picture("gradient", np.zeros((2, 3)), at=(1, 2)).current == 5


def test_a_large_map_is_reduced_to_a_picture_that_says_so():
    found = small_picture("gradient", np.zeros((126, 30)), at=(5, 5), shown=3)
    assert (found.values.shape, found.current, found.shown) == ((63, 15), None, None)
    assert found.caption == "gradient, 1 cell of 2"


def test_a_long_vector_is_folded_into_rows():
    found = small_picture("output", np.arange(13), at=(12,), is_vector=True)
    assert found.values.shape == (3, 5)
    assert found.dimmed.ravel().tolist() == [False] * 13 + [True] * 2
    assert found.place(2, 2) == "value 13"


def test_pictures_that_are_compared_share_their_colours():
    assert shared_levels(np.array([1.0]), np.array([[-4.0]])).high == 4


def test_a_sum_is_written_with_every_term_while_there_is_room():
    assert products_line(np.array([1, -2]), np.array([3, 4]), -5.0) == "1·3 + (-2)·4 = -5"


def test_of_many_terms_the_largest_are_written():
    line = products_line(np.arange(100), np.ones(100), 4950.0)
    assert line.startswith("90·1 + 91·1")
    assert line.endswith("+ … 90 more terms … = 4950")


def test_the_whole_sum_hides_no_term():
    assert "more" not in products_line(np.arange(100), np.ones(100), 4950.0, whole=True)


def test_a_sum_of_nothing_says_so():
    assert products_line(np.zeros(0), np.zeros(0), 0.0) == "no terms = 0"
