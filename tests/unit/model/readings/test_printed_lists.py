"""What Python, NumPy and TensorFlow print is a block of cells; what is none is refused with its place."""

import re
import time

import pytest

from convstudio.model.readings.printed_lists import plain_lists
from convstudio.model.readings.tables import parse_block

SQUARE = [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("[[1, 2], [3, 4]]", SQUARE),
        ("((1, 2), (3, 4))", SQUARE),
        ("[(1, 2), (3, 4)]", SQUARE),
        ("[1, 2]\n[3, 4]", SQUARE),
        ("[1 2]\n[3 4]", SQUARE),
        ("kernel = [[1, 2], [3, 4]]", SQUARE),
        ("array([[1., 2.],\n       [3., 4.]], dtype=float32)", SQUARE),
        ("np.array([[1, 2], [3, 4]], dtype=np.float32)", SQUARE),
        ("matrix([[1, 2],\n        [3, 4]])", SQUARE),
        ("tensor([[1., 2.],\n        [3., 4.]], device='cuda:0', grad_fn=<AddBackward0>)", SQUARE),
        (
            "<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[1., 2.],\n       [3., 4.]], dtype=float32)>",
            SQUARE,
        ),
        ("[[np.float64(1.0), np.int64(2)], [np.float32(3.0), 4]]", SQUARE),
        ("(1, 2)", [[1, 2]]),
        ("(1,)", [[1]]),
        ("[sqrt(4), True]", [[2, 1]]),
    ],
)
def test_what_a_program_prints_is_a_block(text: str, block: list[list[float]]) -> None:
    assert parse_block(text).tolist() == block


@pytest.mark.parametrize("text", ["1\t2", "(1+2)/3", "sqrt(2)", "(5)\t3", "a = 5", "hello", ""])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert plain_lists(text) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[(1, 2), (3, 'a')]", "row 2, column 2: “'a'” is not a number"),
        ("[1, 2]\n[3]", "row 2 has 1 number and row 1 has 2"),
        ("[[1, 2], [3, 4]", "3 opening and 2 closing brackets"),
        ("[np.float64(1.0), b]", "entry 2: “b” is not a number"),
    ],
)
def test_what_is_no_block_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        parse_block(text)


def seconds_for(numbers: int) -> float:
    started = time.process_time()
    plain_lists(f"({'1, ' * numbers}(2")
    return time.process_time() - started


def test_a_tuple_without_its_end_takes_time_in_proportion_to_its_numbers() -> None:
    assert seconds_for(80_000) < 40 * seconds_for(8000)
