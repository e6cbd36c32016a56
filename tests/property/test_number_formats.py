"""Whatever digits and decimal sign a reader chooses, what is shown can be typed back, and files stay as they are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.readings.typed_numbers import typed_number
from convstudio.model.values import numbers
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import USUAL, NumberFormat, written_in

FLOATS = st.floats(-(2.0**126), 2.0**126, width=32)
SMALL = st.floats(-1e6, 1e6, width=32)
FORMATS = st.builds(NumberFormat, st.integers(*LIMITS.digits), st.sampled_from(("point", "comma")))
WRITERS = (
    numbers.format_number,
    lambda value: numbers.format_number(value, 3),
    lambda value: numbers.format_fixed(value, 2),
    lambda value: numbers.short_weight(value, 6),
    numbers.format_weight,
    numbers.format_in_full,
)


def plain(text: str) -> str:
    return text.replace(",", ".")


@pytest.mark.parametrize("write", WRITERS)
@given(value=FLOATS, chosen=FORMATS)
def test_what_is_shown_is_typed_back(write, value, chosen):
    with written_in(chosen):
        typed = typed_number(write(value))
    assert typed == pytest.approx(value, rel=0.06, abs=0.051)


@given(value=FLOATS, chosen=FORMATS)
def test_a_number_in_full_is_typed_back_as_the_same(value, chosen):
    with written_in(chosen):
        assert np.float32(typed_number(numbers.format_in_full(value))) == np.float32(value)


@given(value=SMALL, chosen=FORMATS)
def test_a_typed_sum_takes_numbers_as_they_are_shown(value, chosen):
    with written_in(chosen):
        shown = numbers.format_number(value)
        assert typed_number(f"2*({shown})") == pytest.approx(2 * typed_number(shown))


@pytest.mark.parametrize("write", WRITERS)
@given(value=FLOATS, digits=st.integers(*LIMITS.digits))
def test_the_decimal_sign_changes_nothing_but_the_sign(write, value, digits):
    with written_in(NumberFormat(digits, "point")):
        with_point = write(value)
    with written_in(NumberFormat(digits, "comma")):
        with_comma = write(value)
    assert "." not in with_comma
    assert plain(with_comma) == with_point


@given(value=SMALL.filter(lambda value: value == 0 or abs(value) > 1e-6), chosen=FORMATS)
def test_no_more_digits_are_shown_than_were_chosen(value, chosen):
    with written_in(chosen):
        text = numbers.format_number(value)
    if value != round(value):
        shown = plain(text).partition("e")[0].lstrip("-0.").replace(".", "")
        assert len(shown) <= max(chosen.digits, min(4, len(str(int(abs(value))))))


@given(value=SMALL, digits=st.integers(LIMITS.digits[0], LIMITS.digits[1] - 1))
def test_one_more_digit_is_never_further_from_the_number(value, digits):
    off = []
    for count in (digits, digits + 1):
        with written_in(NumberFormat(count)):
            off.append(abs(typed_number(numbers.format_number(value)) - value))
    assert off[1] <= off[0] * (1 + 1e-9)


@given(value=FLOATS, chosen=FORMATS)
def test_what_programs_read_is_written_as_ever(value, chosen):
    usual = numbers.format_exact(value)
    with written_in(chosen):
        assert numbers.format_exact(value) == usual


@given(values=st.lists(FLOATS, min_size=1, max_size=9), letters=st.integers(1, 14), chosen=FORMATS)
def test_a_fitting_way_fits_in_any_format(values, letters, chosen):
    with written_in(chosen):
        write = numbers.fitting_way(values, letters)
        assert write is None or max(len(write(value)) for value in values) <= letters
        if numbers.least_letters(values) <= letters:
            assert write is not None


@given(values=st.lists(SMALL, min_size=2, max_size=5), chosen=FORMATS)
def test_numbers_in_a_list_can_be_told_apart(values, chosen):
    with written_in(chosen):
        between = numbers.between_numbers()
        texts = list(map(numbers.format_number, values))
        assert between.join(texts).split(between) == texts


@given(chosen=FORMATS)
def test_shares_and_bytes_have_the_sign_too(chosen):
    with written_in(chosen):
        texts = [numbers.percent(share) for share in (0.0004, 0.005, 0.9996)] + [numbers.format_bytes(3 * 2**29)]
    assert all(
        ("," in text) == (chosen.sign == "comma") and ("." in text) == (chosen.sign == "point") for text in texts
    )


def test_a_format_ends_with_its_block():
    with pytest.raises(RuntimeError), written_in(NumberFormat(2, "comma")):
        raise RuntimeError
    assert numbers.number_format() == USUAL
    assert numbers.format_number(math.pi) == "3.142"
