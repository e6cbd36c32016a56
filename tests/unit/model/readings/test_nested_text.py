import json

import numpy as np
import pytest

from convstudio.model.readings.nested_text import is_nested, read_nested

ARRAYS = [
    np.arange(5.0),
    np.arange(6.0).reshape(2, 3),
    np.arange(24.0).reshape(2, 3, 4) / 7,
    np.ones((2, 1, 3, 1)),
    np.array([[1e-30, -2.5], [np.pi, 0.0]]),
]


@pytest.mark.parametrize(
    "write", [repr, str, lambda array: json.dumps(array.tolist()), lambda array: str(array.tolist())]
)
@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: str(array.shape))
def test_what_python_numpy_and_json_print_is_read_back(array, write):
    np.testing.assert_allclose(read_nested(write(array).encode()), array, rtol=1e-5)


def test_a_list_longer_than_one_piece_is_read_whole():
    array = np.random.default_rng(0).normal(size=(300, 200, 3)).astype(np.float32)
    assert read_nested(json.dumps(array.tolist()).encode()).tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "text",
    ["tensor([[1., 2.]])", "np.array([[1, 2]], dtype=float32)", "array([[1., 2.]], dtype=float32)", " [[1,2]] \n"],
)
def test_the_names_of_libraries_round_the_lists_are_no_part_of_the_numbers(text):
    assert is_nested(text.encode())
    assert read_nested(text.encode()).tolist() == [[1, 2]]


def test_truth_values_are_ones_and_zeros_and_fractions_numbers():
    assert read_nested(b"[[ True False]\n [False  True]]").tolist() == [[1, 0], [0, 1]]
    assert read_nested(b"[1/4, sqrt(4)]").tolist() == [0.25, 2]


def test_nan_and_infinity_are_read_only_where_they_are_asked_for():
    assert np.isnan(read_nested(b"[nan, 1]", takes_all=True)[0])
    assert read_nested(b"[1, -inf]", takes_all=True)[1] == -np.inf
    with pytest.raises(ValueError, match="entry 1: “nan” is not a number"):
        read_nested(b"[nan, 1]")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[1, 2], [3]]", "row 2 has 1 number and row 1 has 2: give every row the same number"),
        ("[[1, 2, 3], [4]]", "row 2 has 1 number and row 1 has 3"),
        ("[[1, 2], 3, 4]", "not all as long as each other"),
        ("[1, [2]]", "not all as long as each other"),
        ("[[1], [[2]]]", "not all as long as each other"),
        ("[]", "has an empty list"),
        ("[[], []]", "has an empty list"),
        ("[[1, 2]", "2 opening and 1 closing brackets"),
        ("[[1, 2", "cut off, or other text follows"),
        ("[1] and more", "cut off, or other text follows"),
        ("[[1 2 ... 3 4]]", "leaves numbers out"),
        ("[[1, 2], [3, x]]", "row 2, column 2: “x” is not a number"),
        ("[[1, 1e99]]", "row 1, column 2: “1e99” is too large"),
        ("[[1,, 2]]", "row 1, column 1: a number is missing before a comma"),
        ("[[1, \x1c, 3], [4, 5, 6]]", "row 1, column 2: The cell is empty"),
        ("[" * 9 + "1" + "]" * 9, "9 levels"),
    ],
)
def test_what_is_no_array_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_nested(text.encode())


def test_a_shape_that_does_not_fit_is_refused_before_it_is_read():
    def check(shape):
        assert shape == (2, 2)
        raise ValueError("too large")

    with pytest.raises(ValueError, match="too large"):
        read_nested(b"[[1, 2], [x, y]]", check_shape=check)
