import numpy as np
import pytest

from convstudio.files.arrays.tables import decode_table, encode_table
from convstudio.files.inputs import read_input
from convstudio.files.problems import FileProblem


def table(text, encoding="utf-8"):
    return decode_table(text.encode(encoding), "“x.csv”").values.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n",
        "1;2\n3;4",
        "1\t2\r\n3\t4\r\n",
        "1 2\n3  4\n\n\n",
        " 1, 2\n 3, 4",
        '"1","2"\n"3","4"',
        "1\r2\r".replace("1", "1,2").replace("\r2", "\r3,4"),
        "+1,2.0\n3e0,8/2",
    ],
)
def test_usual_separators_and_line_ends_are_taken(text):
    assert table(text) == [[1, 2], [3, 4]]


@pytest.mark.parametrize("text", ["0,5;1,5", "0,5\t1,5", '"0,5","1,5"'])
def test_a_comma_is_a_decimal_sign_beside_another_separator(text):
    assert table(text) == [[0.5, 1.5]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_spreadsheets_save_is_taken(encoding):
    assert table("1\t2\n", encoding) == [[1, 2]]


def test_fractions_and_roots_are_numbers():
    assert table("1/9,sqrt(2)") == [[float(np.float32(1 / 9)), float(np.float32(2**0.5))]]


def test_nan_and_infinity_are_read_as_they_are_written():
    values = np.array([[np.nan, np.inf, -np.inf]], np.float32)
    np.testing.assert_array_equal(decode_table(encode_table(values, ",").encode(), "x").values, values)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n3,x\n", r"^“x.csv”: row 2, column 2: “x” is not a number"),
        ("1,\n3,4\n", r"^“x.csv”: row 1, column 2: The cell is empty"),
        ("1,2\n\n3,4\n", r"^“x.csv”: row 2, column 1: The cell is empty"),
        ("1_0,2", r"row 1, column 1: “1_0” is not a number"),
        ("1e99,2", r"row 1, column 1: “1e99” is too large"),
        ("1e999,2", r"row 1, column 1: “1e999” is too large"),
        ("1/0,2", r"row 1, column 1: “1/0” divides by zero"),
        ("__import__('os')", r"row 1, column 1: “__import__\('os'\)” is not a number"),
        ("1,2\n3\n", r"^“x.csv”: row 2 has 1 cells and row 1 has 2: give every row the same number\.$"),
        (" \n", r"^“x.csv”: the text contains no numbers"),
        ('"' + "x" * 200_000, r"^“x.csv”: a cell in quotes is too long to be a number: check the quotes\.$"),
        ("1\0,2", "NUL characters"),
        ("1\n" * 20000, "more than 16384 rows or columns"),
        ("1," * 20000, "more than 16384 rows or columns"),
    ],
)
def test_a_bad_table_is_refused_in_a_sentence_that_names_the_cell(text, sentence):
    with pytest.raises(FileProblem, match=sentence):
        table(text)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(FileProblem, match="is not a text file: save it as CSV in UTF-8"):
        decode_table(b"\xff\xd8\xff\xe0", "“x.csv”")


@pytest.mark.parametrize("text", ["1,2,3", "1\n2\n3", "1 2 3"])
def test_one_row_or_one_column_is_a_sequence(tmp_path, text):
    path = tmp_path / "x.txt"
    path.write_text(text)
    assert read_input(path).sample.values.to_array().tolist() == [[1], [2], [3]]


def test_several_rows_are_an_image(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("1,2\n3,4")
    assert read_input(path).sample.values.shape == (2, 2, 1)


@pytest.mark.parametrize("value", [0, -0.0, 3, 0.1, 1 / 3, 1e-42, 3.4e38, 16777217, 1e7, -12345678.5])
def test_a_number_is_written_with_as_many_digits_as_it_takes(value):
    written = encode_table(np.array([[value]], np.float32), ",")
    assert decode_table(written.encode(), "x").values.tobytes() == np.array([[value]], np.float32).tobytes()


def test_whole_numbers_are_written_without_a_point():
    assert encode_table(np.array([[0, 3, -2, 0.5]], np.float32), ",") == "0,3,-2,0.5\n"
