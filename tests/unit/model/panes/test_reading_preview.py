import numpy as np

from convstudio.model.panes.reading_preview import preview_of
from convstudio.model.values.arrays import TiledArray


def test_a_sequence_is_one_row_of_numbers():
    assert preview_of(TiledArray.of([[1], [2], [3]])).numbers == "1  2  3"


def test_more_columns_and_rows_are_marked():
    lines = preview_of(TiledArray.of(np.ones((9, 9, 1)))).numbers.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("1  1  1  1  …", "…", 6)


def test_the_numbers_are_those_of_the_first_channel():
    assert preview_of(TiledArray.of([[[7, 8, 9]]])).numbers == "7"


def test_the_shape_is_told_in_words():
    assert preview_of(TiledArray.of(np.ones((2, 3, 3)))).shape == "2 rows × 3 columns × 3 channels"


def test_the_picture_is_of_bytes_and_colours():
    picture = preview_of(TiledArray.of(np.ones((2, 3, 1)))).picture
    assert (picture.dtype, picture.shape[-1]) == (np.uint8, 3)
