import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convstudio.files.arrays.tables import decode_table_as
from convstudio.files.inputs import ReadOptions, read_input
from convstudio.files.problems import FileProblem
from convstudio.model.values.progress import CancelledError, Progress

FIELD = Path(__file__).parents[2] / "field"


@pytest.fixture
def opened(tmp_path):
    def read(text, **options):
        path = tmp_path / "x.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_input(path, ReadOptions(**options))

    return read


def numbers(reading):
    return reading.sample.values.to_array()[..., 0].tolist()


@pytest.mark.parametrize(
    ("name", "rows", "end"),
    [
        ("t03_header.csv", [[1, 2, 3], [4, 5, 6]], "2 rows × 3 columns (without the header row)."),
        ("t04_comment.csv", [[1, 2, 3], [4, 5, 6]], "2 rows × 3 columns (without 2 lines of comments)."),
        ("t07_pandas_noindex.csv", [[9, 8, 7], [6, 5, 4]], "2 rows × 3 columns (without the header row)."),
        ("t08_trailsep.csv", [[1, 2, 3], [4, 5, 6]], "2 rows × 3 columns."),
        ("t09_sep.csv", [[1, 2], [3, 4]], "2 rows × 2 columns."),
        ("t11_thousand.csv", [[1234, 2], [3, 4567]], "2 rows × 2 columns (with commas between thousands)."),
        ("t20_python.txt", [[1, 2, 3], [4, 5, 6]], "2 rows × 3 columns."),
        ("t21_numpy.txt", [[1, 2, 3], [4, 5, 6]], "2 rows × 3 columns."),
    ],
)
def test_tables_of_other_programs_are_read_as_meant_and_the_sentence_says_what_was_decided(name, rows, end):
    reading = read_input(FIELD / name)
    assert (numbers(reading), reading.sentence) == (rows, f"Read {name} as {end}")


@pytest.mark.parametrize("name", ["t07_pandas_noindex.csv", "t11_thousand.csv"])
def test_a_table_with_two_likely_readings_is_asked_about_and_each_choice_leads_to_it(name):
    reading = read_input(FIELD / name)
    assert reading.is_doubtful
    assert len({choice.text for choice in reading.choices}) == 2
    other = read_input(FIELD / name, reading.others[0].options)
    assert not other.is_doubtful
    assert numbers(other) != numbers(reading)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (",a,b\nx,9,8\ny,6,5\n", [[9, 8], [6, 5]]),
        ("# x, y\n1 2\n# between\n3 4\n", [[1, 2], [3, 4]]),
        ("sep=;\r\n1;2\r\n3;4\r\n", [[1, 2], [3, 4]]),
        ("a;b\n0,5;1\n2;1/4\n", [[0.5, 1], [2, 0.25]]),
        ("\ufeff1,2\n3,4", [[1, 2], [3, 4]]),
        ("−1,2\n3,−4", [[-1, 2], [3, -4]]),
        ('"a","b"\n"1","2"\n"3","4"', [[1, 2], [3, 4]]),
        ("1.234,5;2\n3;1.000", [[1234.5, 2], [3, 1000]]),
        ("1,nan\ninf,-inf", [[1, float("nan")], [float("inf"), -float("inf")]]),
    ],
)
def test_a_table_is_read_with_what_stands_around_its_numbers(opened, text, rows):
    np.testing.assert_array_equal(numbers(opened(text)), np.float32(rows))


def test_nested_lists_in_three_levels_are_rows_columns_and_channels_or_channels_first(opened):
    lists = str(np.arange(3 * 6 * 8).reshape(3, 6, 8).tolist())
    reading = opened(lists)
    assert reading.sample.values.shape == (6, 8, 3)
    assert reading.is_doubtful


def test_a_column_with_decimal_commas_is_a_sequence(opened):
    reading = opened("0,5\n0,25\n")
    assert reading.sample.values.to_array().tolist() == [[0.5], [0.25]]
    assert reading.sentence == "Read x.csv as 2 steps (with decimal commas)."
    assert [one.text for one in reading.others] == ["2 rows × 2 columns (commas between columns)"]


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("a,b\n1,2\n3,x\n", {}, "row 3, column 2: “x” is not a number"),
        ("# one\na,b\n1,2\n3\n", {}, "row 4 has 1 cells and row 3 has 2"),
        (",a,b\nx,1,2\ny,3,z\n", {}, "row 3, column 3: “z” is not a number"),
        ("a,b\n1,2\n", {"header": False}, "row 1, column 1: “a” is not a number"),
        ("1;2\n" * 100 + "1,5,5;2\n", {}, "row 101, column 1: “1,5,5” is not a number"),
        ("# only\n# comments\n", {}, "contains comments, but no numbers"),
        ("1,2\n3,4", {"page": 2}, "has 1 page, not a page 2"),
    ],
)
def test_a_fault_is_named_by_the_rows_and_columns_of_the_file(opened, text, options, sentence):
    with pytest.raises(FileProblem, match=sentence):
        opened(text, **options)


def test_reading_a_table_can_be_stopped():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        decode_table_as(b"1,2\n3,4\n", "x", ReadOptions(), progress=progress)


_MEASURE = """
import resource, sys
from convstudio.files.problems import FileProblem
from convstudio.files.arrays.tables import decode_table_as
from convstudio.model.readings.inputs import ReadOptions
data = eval(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode_table_as(data, "x", ReadOptions())
except FileProblem:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, len(data))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the largest resident set is counted in other units")
@pytest.mark.parametrize(
    "data",
    [
        'b"\\n".join([b",".join([b"%.3f" % (n / 7) for n in range(1500)])] * 1500)',
        'b"\\n".join([b",".join([b"1"] * 2500)] * 2500)',
        'b"\\n".join([b",".join([b"1/9"] * 1500)] * 1500)',
        'b"\\n".join([b",".join([b"sqrt(2)"] * 1000)] * 1000)',
        'b"\\n" * 16_000_000',
        'b"\\n" * 16_000_000 + b"1"',
        'b"," * 16_000_000',
        'b"1 " * 8_000_000',
        'b"#\\n" * 8_000_000',
        'b"[" + b",".join([b"[" + b"1," * 1499 + b"1]"] * 1500) + b"]"',
        'b"[" + b"[]," * 5_000_000 + b"[]]"',
        'b"[" * 16_000_000 + b"]"',
    ],
)
def test_a_table_takes_at_most_three_times_its_bytes_and_64_mb(data):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    printed = subprocess.run(
        [sys.executable, "-c", _MEASURE, data], check=True, capture_output=True, text=True, env=environment
    ).stdout.split()
    taken, size = map(int, printed)
    assert taken <= 2 * size + 16 * 2**20, "the bytes themselves are the third part, and the rest is a reserve"
