import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.readings.typed_numbers import typed_number
from convstudio.model.values.numbers import parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2*3", 6),
        ("(1+2)/3", 1),
        ("1/3/3", 1 / 9),
        ("pi", math.pi),
        ("-π/2", -math.pi / 2),
        ("e", math.e),
        ("2^0.5", math.sqrt(2)),
        ("2**-1", 0.5),
        ("sqrt(1+8)", 3),
        ("1/(2*sqrt(2))", 1 / (2 * math.sqrt(2))),
        ("0,5 + 1,5", 2),
        ("3 × 4 − 2 ÷ 2", 11),
        ("1e-3*2", 0.002),
    ],
)
def test_a_sum_is_worked_out(text, value):
    assert typed_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["1/9", "-1/8", "sqrt(2)", "0,5", ".5", " 7 ", "-√2"])
def test_what_was_a_number_before_is_the_same_one(text):
    assert typed_number(text) == parse_number(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "two", "2+", "1 2", "x*2", "2*True", "'a'*3", "[1]", "abs(2)", "sqrt()", "sqrt(1, 2)", "sqrt(x=1)"),
        *("pi()", "__import__('os')", "(1).real", "lambda: 1", "1 if 2 else 3", "2//3", "5%3", "1j*1j"),
        *("(" * 99, "1+" * 999),
    ],
)
def test_what_is_no_sum_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"type (one|a number) such as"):
        typed_number(text)


@pytest.mark.parametrize("text", ["1/(2-2)", "0**-1", "2*1/0"])
def test_a_division_by_zero_is_refused(text):
    with pytest.raises(ValueError, match="divides by zero"):
        typed_number(text)


@pytest.mark.parametrize("text", ["9**9**9", "1e308*10", "2**128", "-10**40"])
def test_what_float32_cannot_hold_is_refused_at_once(text):
    with pytest.raises(ValueError, match="too large"):
        typed_number(text)


@pytest.mark.parametrize("text", ["sqrt(-1)", "sqrt(0-2)", "(-8)**0.5"])
def test_the_root_of_a_negative_number_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="is not a real number"):
        typed_number(text)


@given(st.text(alphabet="0123456789.,+-*/()^ episqrt", max_size=20))
def test_any_text_is_a_finite_number_or_one_sentence(text):
    try:
        value = typed_number(text)
    except ValueError as refusal:
        value, told = 0.0, str(refusal)
    else:
        told = "."
    assert math.isfinite(value)
    assert told.endswith(".")
