import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.values.plain_numbers import plain_numbers

WRITTEN = st.one_of(
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(-(10**9), 10**9, places=4).map(str),
)


@given(st.lists(WRITTEN, min_size=1, max_size=20), st.sampled_from([",", ";", "\t", " "]))
def test_every_written_number_is_the_one_that_python_reads(texts, separator):
    values = plain_numbers(separator.join(texts).encode(), separator.encode(), len(texts))
    assert values is not None
    assert values.tobytes() == np.array([float(text) for text in texts]).tobytes()


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(1, 99)), min_size=1, max_size=9))
def test_fractions_are_divided(pairs):
    text = ",".join(f"{above}/{below}" for above, below in pairs).encode()
    assert plain_numbers(text, b",", len(pairs)).tolist() == [above / below for above, below in pairs]


@pytest.mark.parametrize(
    "text",
    [
        "1e3, ,2",
        "1e3,",
        "1,,2",
        "-,1",
        "1-2,3",
        "1.2.3,4",
        "1 2,3",
        ".,1",
        "",
        "1,",
        "--1,2",
        ".-5,1",
        "-.,2",
        "1e99,2",
        "1/0,2",
        "1/2/3,4",
        "nan/2,1",
        "inf,1",
        "1,2,3",
        "1,2x",
        "1_0,2",
    ],
)
def test_anything_else_is_left_to_the_careful_way(text):
    assert plain_numbers(text.encode(), b",", 2) is None


@pytest.mark.parametrize("text", ["1e3, , 1", "1e3,,1", " ,1e3,1", "1e3,1, ", "1e3, - ,1", "1e3,1/,2"])
def test_an_empty_cell_is_never_a_number(text):
    assert plain_numbers(text.encode(), b",", 3) is None


def test_not_a_number_is_read():
    assert np.isnan(plain_numbers(b"nan,-NaN", b",", 2)).all()
