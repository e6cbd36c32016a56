import numpy as np

from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.boxes import changed_cells, count_outputs, gathered, whole_input

BEFORE = TiledArray.of(np.zeros((6, 7, 1)))


def test_one_changed_cell_is_the_smallest_box():
    after = BEFORE.with_box((slice(2, 3), slice(4, 5)), [[[1]]])
    assert changed_cells(after, BEFORE) == [(slice(2, 3), slice(4, 5))]


def test_a_box_written_with_what_was_there_is_no_change():
    after = BEFORE.with_box((slice(0, 4), slice(0, 4)), np.zeros((4, 4, 1)))
    assert changed_cells(after, BEFORE) == []


def test_an_array_put_together_from_its_boxes_is_the_same():
    values = np.arange(24, dtype=np.float32).reshape(4, 3, 2)
    np.testing.assert_array_equal(gathered(values.shape, values.__getitem__), values)


def test_a_whole_input_with_edited_tiles_is_that_of_the_array():
    after = BEFORE.with_box((slice(2, 3), slice(4, 5)), [[[1]]])
    np.testing.assert_array_equal(whole_input(after), after.to_array())


def test_positions_of_all_boxes_are_counted():
    assert count_outputs([(slice(0, 2), slice(0, 3)), (slice(5, 6), slice(0, 1))]) == 7
