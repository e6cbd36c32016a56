"""Which parts of a Python program are keywords, comments, numbers and texts, as Python itself reads it."""

from __future__ import annotations

import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Literal

Part = Literal["keyword", "comment", "number", "text"]

_PARTS: dict[int, Part] = {
    tokenize.COMMENT: "comment",
    tokenize.NUMBER: "number",
    tokenize.STRING: "text",
}


@dataclass(frozen=True)
class CodeMark:
    """A stretch of one line: the line, the column and the length in characters, counted from 0, and what it is."""

    line: int
    column: int
    length: int
    part: Part


def code_marks(program: str) -> list[CodeMark]:
    """Return the marks of a program in order; a text over several lines has one for each.

    A program that is not complete is marked as far as Python can read it.

    >>> code_marks("for n in 1: pass  # no")[0]
    CodeMark(line=0, column=0, length=3, part='keyword')
    """
    return [mark for mark in _marks(program) if mark.length]


def _marks(program: str) -> Iterator[CodeMark]:
    part: Part | None
    lines = program.splitlines()
    try:
        for token in tokenize.generate_tokens(StringIO(program).readline):
            part = "keyword" if keyword.iskeyword(token.string) else _PARTS.get(token.type)
            if part is not None:
                yield from _lines_of(token, part, lines)
    except (tokenize.TokenError, SyntaxError):
        return


def _lines_of(token: tokenize.TokenInfo, part: Part, lines: list[str]) -> Iterator[CodeMark]:
    (first, start), (last, end) = token.start, token.end
    for line in range(first, last + 1):
        begin = start if line == first else 0
        stop = end if line == last else len(lines[line - 1])
        yield CodeMark(line - 1, begin, stop - begin, part)
