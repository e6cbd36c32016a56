"""Counts with their nouns, and lists: the one place that knows singular, plural, and where "and" stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def counted(count: int, one: str, many: str = "", *, write: Callable[[int], str] = str) -> str:
    """Write a count with its noun; `many` is the plural where it is more than the singular with an s.

    `write` writes the number, for instance with its thousands apart.

    >>> counted(1, "filter"), counted(3, "filter"), counted(0, "class", "classes")
    ('1 filter', '3 filters', '0 classes')
    """
    return f"{write(count)} {one_or_many(count, one, many or f'{one}s')}"


def one_or_many(count: int, one: str, many: str) -> str:
    """Return the text for one thing, or the one for any other count: whole sentences, wherever a verb changes too.

    >>> one_or_many(1, "Set weight", "Set weights"), one_or_many(2, "1 line is left out", "2 lines are left out")
    ('Set weight', '2 lines are left out')
    """
    return one if count == 1 else many


def enumerated(texts: Sequence[str]) -> str:
    """Write texts one after the other, with "and" before the last.

    >>> enumerated(["open it", "crop 2 filters", "drop 1 kernel"]), enumerated(["open it"]), enumerated([])
    ('open it, crop 2 filters and drop 1 kernel', 'open it', '')
    """
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
