"""Lists of numbers as Python, NumPy and TensorFlow print them, written as plain lists within lists."""

from __future__ import annotations

import re

import numpy as np

from convstudio.model.readings.nested_text import is_nested
from convstudio.model.values.limits import LIMITS

_NAME = re.compile(r"^[A-Za-z_]\w*\s*=\s*(?=[\[(A-Za-z<])")
_TENSOR = re.compile(r"<tf\.Tensor:.*?numpy=\s*(.*)>", re.DOTALL)
_SCALAR = re.compile(r"(?:\b\w+\.)?\b(?:float|bfloat|int|uint|bool)_?\d*\(([^()\[\]]*)\)")
_BRACKETS = re.compile(r"(?<!\w)\(([^()]*+)\)")  # possessive: a tuple of many numbers is gone through once


def plain_lists(text: str) -> str:
    """Return a text of numbers without what programs print around them; any other text comes back as it is.

    Tuples become lists, numbers lose the types that NumPy 2 prints with them, and lists that follow each other become
    the rows of one.

    >>> plain_lists("rows = [(np.float64(1.0), 2), (3, 4)]")
    '[[1.0, 2], [3, 4]]'
    >>> plain_lists("[1, 2]; [3, 4]"), plain_lists("(1+2)/3")
    ('[[1, 2], [3, 4]]', '(1+2)/3')
    """
    bare = _NAME.sub("", text.strip())
    tensor = _TENSOR.fullmatch(bare)
    bare = _SCALAR.sub(r"\1", bare if tensor is None else tensor[1])
    if bare.startswith(("(", "[")):
        bare = _with_lists(bare)
    if not is_nested(bare[:200].encode("utf-8", "replace")):
        return text
    return f"[{bare.replace(';', ',')}]" if _holds_several(bare) else bare


def _with_lists(text: str) -> str:
    """Turn tuples into lists, from the innermost on; brackets of sums stay."""
    for _ in range(LIMITS.nested_levels):
        if "(" not in text:
            break
        text = _BRACKETS.sub(_as_list, text)
    return text


def _as_list(brackets: re.Match[str]) -> str:
    return f"[{brackets[1]}]" if "," in brackets[1] or "]" in brackets[1] else brackets[0]


def _holds_several(text: str) -> bool:
    """Return whether a text is several lists, one after the other, and not one list of them."""
    signs = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    brackets = signs[(signs == ord("[")) | (signs == ord("]"))]
    depth = np.cumsum(np.where(brackets == ord("["), 1, -1))
    return int(np.count_nonzero(depth == 0)) > 1
