"""A number as it is typed into a cell or a field: what `parse_number` reads, and a small sum such as `(1+2)/3`."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from types import MappingProxyType

from convstudio.model.values.numbers import check_size, format_number, no_division_by_zero, not_a_number, parse_number

_LONGEST = 100
"""Letters of a sum; its depth, and so the walk, is bounded by them."""

_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "^": "**", "√": "sqrt", "π": "pi"})
_COMMA = re.compile(r"(?<=\d),(?=\d)")


def _root(value: float) -> float:
    return _power(value, 0.5) if value < 0 else math.sqrt(value)


def _power(base: float, exponent: float) -> float:
    power: float | complex = base**exponent
    if isinstance(power, complex):
        raise ValueError(f"The root of {format_number(base)} is not a real number: type one that is not negative.")
    return power


_NAMES = MappingProxyType({"pi": math.pi, "e": math.e})
_FUNCTIONS = MappingProxyType({"sqrt": _root})
_TWO_SIDED: MappingProxyType[type[ast.operator], Callable[[float, float], float]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: _power,
    }
)
_ONE_SIDED: MappingProxyType[type[ast.unaryop], Callable[[float], float]] = MappingProxyType(
    {ast.USub: operator.neg, ast.UAdd: operator.pos}
)


def typed_number(text: str) -> float:
    """Read a number, or a sum of numbers, `pi`, `e`, `sqrt( )`, `+ - * / ** ^` and brackets.

    A file is read by `parse_number` alone: there `1-2` may be a date. Nothing but what is named here is evaluated.
    Raises ValueError with a sentence, as `parse_number` does.

    >>> typed_number("(1+2)/3"), typed_number("2*0,5"), typed_number("1/9") == 1 / 9
    (1.0, 1.0, True)
    """
    try:
        return parse_number(text)
    except ValueError:
        stripped = text.strip()
        tree = _tree(stripped) if len(stripped) <= _LONGEST else None
        if tree is None:
            raise
    try:
        return check_size(_value(tree), stripped)
    except ZeroDivisionError:
        raise no_division_by_zero(stripped) from None
    except OverflowError:
        return check_size(math.inf, stripped)


def _tree(text: str) -> ast.expr | None:
    try:
        return ast.parse(_COMMA.sub(".", text.translate(_SIGNS)), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr) -> float:
    """Return the value of a sum; numbers are floats from the start, so that none grows beyond all bounds."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in _NAMES:
        return _NAMES[node.id]
    if isinstance(node, ast.UnaryOp) and type(node.op) in _ONE_SIDED:
        return _ONE_SIDED[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _TWO_SIDED:
        return _TWO_SIDED[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        function = _FUNCTIONS.get(ast.unparse(node.func))
        if function is not None:
            return function(_value(node.args[0]))
    raise not_a_number(ast.unparse(node))
