import numpy as np

from convstudio.model.colour.plates import CELL_PIXELS, NUMBERED_CELLS, cell_side, fitting_writer


def test_cells_fill_the_narrower_side_of_the_room():
    assert cell_side((10, 5), 100, 300) == 20


def test_cells_stay_small_in_a_large_room():
    assert cell_side((2, 2), 1000, 1000) == CELL_PIXELS


def test_a_table_larger_than_its_room_has_cells_of_a_pixel():
    assert cell_side((500, 500), 100, 100) == 1


def test_numbers_that_fit_are_written():
    write = fitting_writer(np.float32([[-0.25, 3]]), CELL_PIXELS)
    assert [write(value) for value in (-0.25, 3)] == ["-0.25", "3"]


def test_no_numbers_are_written_where_there_are_too_many_cells():
    assert fitting_writer(np.zeros((1, NUMBERED_CELLS + 1), np.float32), CELL_PIXELS) is None


def test_no_numbers_are_written_into_cells_of_a_few_points():
    assert fitting_writer(np.float32([[1]]), 6) is None
