"""Every number that a user sees is written by `model.values.numbers`: nothing else has a format of its own."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.values import numbers

HOUSE = Path(numbers.__file__).parents[2]
ROOMS = ("model", "views", "session")
FILES = sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py") if path.name != "numbers.py")
NUMERIC = tuple("bcdeEfFgGnoxX%,_")


def numeric_formats(tree):
    """Return the lines on which a number is formatted by hand: `{x:.2f}`, `{x:,}`, `"%.2f" % x`, `format(x, …)`."""
    return [node.lineno for node in ast.walk(tree) if is_format(node)]


def is_format(node):
    match node:
        case ast.FormattedValue(format_spec=ast.JoinedStr() as written):
            spec = ast.unparse(written).strip("f'\"")
            return spec.endswith(NUMERIC) or "." in spec
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
            return True
        case ast.Call(func=ast.Name(id="format" | "repr")):
            return True
        case ast.Call(func=ast.Name(id="str"), args=[ast.Call(func=maker)]):
            return ast.unparse(maker) in ("round", "float", "np.float32")
    return False


def test_no_other_module_formats_a_number():
    strays = {
        f"{path.relative_to(HOUSE)}:{line}" for path in FILES for line in numeric_formats(ast.parse(path.read_text()))
    }
    assert strays == set()


WITH_POINT = re.compile(r"\d\.\d")
WIDEST = {"-0.001234", "= -0.001234", "-1.2345678", "> 99.9\N{NO-BREAK SPACE}%"}
"""What is measured, and not shown: how wide a number may be."""


def prose_with_decimals(tree):
    """Return the lines whose texts hold a number with a decimal point; docstrings are for readers of the code."""
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [
        text.lineno
        for text in texts
        if id(text) not in told and text.value not in WIDEST and WITH_POINT.search(text.value)
    ]


def test_no_fixed_text_holds_decimals():
    strays = {
        f"{path.relative_to(HOUSE)}:{line}"
        for path in FILES + sorted((HOUSE / "wiring").rglob("*.py"))
        for line in prose_with_decimals(ast.parse(path.read_text()))
    }
    assert strays == set(), "write 1/2, or let format_number write the number when the text is shown"


@pytest.mark.parametrize("source", ['"from 0 to 0.9"', 'f"{x} at 0, where only 0.5 can be"'])
def test_the_scan_finds_decimals_in_a_text(source):
    assert prose_with_decimals(ast.parse(f"x = {source}"))


BY_HAND = ['f"{x:.2f}"', 'f"{x:,}"', 'f"{x:.{d}f}"', '"%.3f" % x', "format(x, '.2f')", "str(round(x))", 'f"{x:.0%}"']


@pytest.mark.parametrize("source", BY_HAND)
def test_the_scan_finds_a_format(source):
    assert list(numeric_formats(ast.parse(source)))


FLOATS = st.floats(-(2.0**126), 2.0**126, width=32)
WRITERS = (
    numbers.format_number,
    lambda value: numbers.format_number(value, 2),
    lambda value: numbers.format_fixed(value, 1),
    lambda value: numbers.format_fixed(value, 2),
    lambda value: numbers.short_weight(value, 6),
    numbers.format_weight,
    numbers.format_exact,
)


@given(value=FLOATS)
@pytest.mark.parametrize("write", WRITERS)
def test_a_written_number_is_never_a_zero_with_a_sign_and_can_be_read(write, value):
    text = write(value)
    assert not (text.startswith("-") and numbers.parse_number(text) == 0)
    assert numbers.parse_number(text) == pytest.approx(value, rel=0.06, abs=0.051)


@given(value=FLOATS)
def test_an_exact_number_is_read_back_as_the_same(value):
    assert np.float32(numbers.parse_number(numbers.format_exact(value))) == np.float32(value)


@given(values=st.lists(FLOATS, min_size=1, max_size=9), letters=st.integers(1, 12))
def test_a_fitting_way_fits(values, letters):
    write = numbers.fitting_way(values, letters)
    assert write is None or max(len(write(value)) for value in values) <= letters


@given(values=st.lists(FLOATS, min_size=1, max_size=9), letters=st.integers(1, 12))
def test_no_weight_but_0_is_written_as_0(values, letters):
    write = numbers.fitting_way(values, letters, are_weights=True)
    if write is not None:
        assert [numbers.parse_number(write(value)) == 0 for value in values] == [value == 0 for value in values]
