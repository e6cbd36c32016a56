import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.values.numbers import (
    as_fraction,
    format_exact,
    format_number,
    format_shape,
    format_weight,
    parse_number,
)

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
LARGEST = float(np.finfo(np.float32).max)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        (" 2 ", 2),
        ("+2", 2),
        ("-2", -2),
        ("−2", -2),
        ("- 2", -2),
        ("0.5", 0.5),
        ("0,5", 0.5),
        (".5", 0.5),
        (",5", 0.5),
        ("2.", 2),
        ("1e-3", 0.001),
        ("2,5E2", 250),
        ("1/9", 1 / 9),
        ("-1/8", -0.125),
        ("1/-8", -0.125),
        (" 1 / 9 ", 1 / 9),
        ("0.5/2", 0.25),
        ("sqrt(2)", math.sqrt(2)),
        ("√2", math.sqrt(2)),
        ("sqrt 2", math.sqrt(2)),
        ("-sqrt( 2 )", -math.sqrt(2)),
        ("1/sqrt(2)", 1 / math.sqrt(2)),
        ("0/5", 0),
        ("3.4028235e38", 3.4028235e38),
    ],
)
def test_a_number_is_read_as_people_type_it(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "  ", "\t\n"])
def test_an_empty_cell_is_refused(text):
    with pytest.raises(ValueError, match="empty: type a number"):
        parse_number(text)


@pytest.mark.parametrize(
    "text",
    [
        *("x", "1x", "x1", "1,2,3", "1.2.3", "1.000,5", "1_000", "1 000", "0x10", "1e", "1e+", "e5", "--", "--1", "1-"),
        *(".", ",", "/", "1/", "/2", "1/2/3", "1//2", "1 2", "1\n2", "(1)", "1+1", "2*3", "1^2", "½", "2π", "<img>"),
        *("nan", "NaN", "inf", "-inf", "∞", "True", "sqrt", "sqrt()", "sqrt(-2)", "sqrt(2", "sqrt2)", "2sqrt(2)"),
        *("sqrt(sqrt(2))", "sqrt(2) 3", "__import__"),
    ],
)
def test_what_is_no_number_is_refused_by_its_name(text):
    with pytest.raises(ValueError, match="is not a number: type one such as") as refusal:
        parse_number(text)
    assert f"“{text}”" in str(refusal.value)


@pytest.mark.parametrize("text", ["1/0", "0/0", "1/-0.0", "1/sqrt(0)", "1/1e-999"])
def test_dividing_by_zero_is_refused(text):
    with pytest.raises(ValueError, match="divides by zero"):
        parse_number(text)


@pytest.mark.parametrize("text", ["3.5e38", "-3.5e38", "1e999", "1e999/1e999", "1/1e-300", "sqrt(1e999)", "9" * 400])
def test_what_float32_cannot_hold_is_refused(text):
    with pytest.raises(ValueError, match=r"too large: the largest number is 3\.4e38"):
        parse_number(text)


def test_a_refusal_does_not_repeat_a_whole_novel():
    with pytest.raises(ValueError, match="is not a number") as refusal:
        parse_number("call me Ishmael " * 1000)
    assert len(str(refusal.value)) < 200


@given(st.text(max_size=12))
def test_any_text_is_a_finite_number_or_one_sentence(text):
    try:
        value = parse_number(text)
    except ValueError as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017  # both outcomes are right
    else:
        assert math.isfinite(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (-3.0, "-3"),
        (-0.0, "0"),
        (1 / 3, "0.3333"),
        (-1.27, "-1.27"),
        (1234567.0, "1234567"),
        (12345678.0, "1.235e7"),
        (0.00001234, "1.234e-5"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
    ],
)
def test_a_number_is_written_as_people_read_it(value, text):
    assert format_number(value) == text


def test_fewer_digits_can_be_asked_for():
    assert format_number(2 / 3, 2) == "0.67"


@pytest.mark.parametrize("fraction", ["1/9", "-1/9", "1/16", "2/273", "-4/25", "1/3", "7/1024"])
def test_a_weight_that_is_a_fraction_is_written_as_one(fraction):
    assert format_weight(float(np.float32(parse_number(fraction)))) in (fraction, f"{parse_number(fraction):.4g}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (2.0, "2"),
        (float(np.float32(0.123456)), "0.1235"),
        (12345678.0, "1.235e7"),
        (LARGEST, "3.403e38"),
        (-LARGEST, "-3.403e38"),
        (1e-45, "1.401e-45"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
    ],
)
def test_another_weight_is_written_short(value, text):
    assert format_weight(float(np.float32(value))) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.09375, "3/32"),
        (-1 / 9, "-1/9"),
        (119 / 64, "119/64"),
        (782 / 801, ""),
        (3, ""),
        (math.pi, ""),
        (math.inf, ""),
    ],
)
def test_only_an_exact_fraction_is_written_as_one(value, text):
    assert as_fraction(float(np.float32(value))) == text


@given(finite)
def test_a_written_weight_reads_back_or_is_short(value):
    text = format_weight(value)
    assert len(text) <= 12
    if "/" in text:
        assert np.float32(parse_number(text)) == np.float32(value)


@given(finite)
def test_an_exact_number_reads_back_to_the_same_float32(value):
    assert np.float32(parse_number(format_exact(value))) == np.float32(value)


@pytest.mark.parametrize(("value", "text"), [(0.1, "0.1"), (3.0, "3"), (math.nan, "NaN"), (-math.inf, "-∞")])
def test_an_exact_number_is_as_short_as_it_can_be(value, text):
    assert format_exact(float(np.float32(value))) == text


def test_a_shape_is_written_with_multiplication_signs():
    assert format_shape((3, 3, 1)) == "3×3×1"
