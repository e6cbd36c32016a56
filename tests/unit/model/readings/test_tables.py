import re

import numpy as np
import pytest

from convstudio.model.readings.tables import parse_block


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("5", [[5]]),
        ("1\t2\n3\t4", [[1, 2], [3, 4]]),
        ("1\t2\r\n3\t4\r\n", [[1, 2], [3, 4]]),
        ("1\t2\r3\t4\r", [[1, 2], [3, 4]]),
        ("1;2\n3;4\n\n", [[1, 2], [3, 4]]),
        ("1, 2, 3", [[1, 2, 3]]),
        ("1 2  3\n 4 5 6", [[1, 2, 3], [4, 5, 6]]),
        ("0,5\t1,5", [[0.5, 1.5]]),
        ("0,5;1,5", [[0.5, 1.5]]),
        ("1/2\t-1/4\nsqrt(4)\t1e1", [[0.5, -0.25], [2, 10]]),
        ("1\n2\n3", [[1], [2], [3]]),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("[[1. 2.]\n [3. 4.]]", [[1, 2], [3, 4]]),
        ("[1, 2]", [[1, 2]]),
        ("# copied\n1,2,\n3,4,", [[1, 2], [3, 4]]),
        ('"1","2"\n"3","4"', [[1, 2], [3, 4]]),
        ("0,5\n0,25", [[0.5], [0.25]]),
        ("0\t1\t2\n9\t8\t7", [[0, 1, 2], [9, 8, 7]]),
    ],
)
def test_a_block_of_cells_is_read(text, rows):
    assert parse_block(text).tolist() == rows


@pytest.mark.parametrize("word", ["nan", "inf", "-∞"])
def test_what_is_not_finite_is_taken_only_where_it_is_asked_for(word):
    assert not np.isfinite(parse_block(word, takes_all=True))
    with pytest.raises(ValueError, match=f"row 1, column 1: “{word}” is not a number"):
        parse_block(word)


def test_a_block_is_float32():
    assert parse_block("1").dtype == np.float32


@pytest.mark.parametrize("text", ["", "\n\n", "  \n ", "\r\n"])
def test_a_text_without_numbers_is_refused(text):
    with pytest.raises(ValueError, match="contains no numbers"):
        parse_block(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1\t2\n3\tx", "row 2, column 2: “x” is not a number"),
        ("1\t\n3\t4", "row 1, column 2: The cell is empty"),
        ("\t2\n3\t4", "row 1, column 1: The cell is empty"),
        ("1\t2\n3\t1/0", "row 2, column 2: “1/0” divides by zero"),
        ("1\t2\n\t\n3\t4", "row 2, column 1: The cell is empty"),
        ("1\n\n3", "row 2, column 1: The cell is empty"),
        ("\n1", "row 1, column 1: The cell is empty"),
        ("1e99", "row 1, column 1: “1e99” is too large"),
        ("1\t2\n3", "row 2 has 1 cells and row 1 has 2"),
        ("1 2\n3 4 5", "row 2 has 3 cells and row 1 has 2"),
        ("a\tb\n1\t2", "row 1, column 1: “a” is not a number"),
        ("[[[1, 2]]]", "holds lists in 3 levels"),
    ],
)
def test_the_first_bad_cell_is_named(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parse_block(text)
