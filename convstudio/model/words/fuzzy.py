"""Finding texts by what was typed of them, in any order and with a slip of the keys."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_LIKE = 0.74
"""How alike two words are, by difflib, that differ by one slip."""
_BEGINS, _HOLDS, _SKIPS, _SLIPS, _ABSENT = 0, 1, 3, 4, None


def fuzzy_order(wanted: str, texts: Sequence[str]) -> list[int]:
    """Return which texts hold all words that were typed, the best first; of equals the earlier one.

    A word counts most where a word of the text begins with it, then where the text holds it, then its letters in
    order. A word that is only like it counts where nothing else is found. Nothing typed keeps all.

    >>> fuzzy_order("blr gauss", ["Gaussian blur", "Box blur", "Gauss"])
    [0]
    """
    words, folded = wanted.casefold().split(), [text.casefold() for text in texts]
    return _ordered(words, folded, may_slip=False) or _ordered(words, folded, may_slip=True)


def fuzzy_choice(wanted: str, names: Sequence[str], also: Sequence[str]) -> list[int]:
    """Return which names fit what was typed, the best first: the very name, then others, then those whose `also` fits.

    >>> fuzzy_choice("line", ["Sobel", "Vertical line", "Line"], ["edge of a line", "", ""])
    [2, 1, 0]
    """
    by_name = set(fuzzy_order(wanted, names))
    found = fuzzy_order(wanted, [f"{name} {more}" for name, more in zip(names, also, strict=True)])
    typed = wanted.strip().casefold()
    return sorted(found, key=lambda place: (names[place].casefold() != typed, place not in by_name))


def _ordered(words: Sequence[str], texts: Sequence[str], *, may_slip: bool) -> list[int]:
    scores = ((_score(words, text, may_slip=may_slip), place) for place, text in enumerate(texts))
    found = [(score, place) for score, place in scores if score is not None]
    return [place for _, place in sorted(found)]


def _score(words: Sequence[str], text: str, *, may_slip: bool) -> int | None:
    """Return how far the words are from a text, 0 for its own beginnings; None where one is not in it."""
    total = 0
    for word in words:
        distance = _distance(word, text, may_slip=may_slip)
        if distance is _ABSENT:
            return None
        total += distance
    return total


def _distance(word: str, text: str, *, may_slip: bool) -> int | None:
    held = text.split()
    if any(one.startswith(word) for one in held):
        return _BEGINS
    if word in text:
        return _HOLDS
    if any(_has_in_order(word, one) for one in held):
        return _SKIPS
    if may_slip and any(_is_like(word, one) for one in held):
        return _SLIPS
    return _ABSENT


def _is_like(word: str, text: str) -> bool:
    return abs(len(text) - len(word)) <= 2 and SequenceMatcher(None, word, text).ratio() >= _LIKE


def _has_in_order(word: str, text: str) -> bool:
    """Return whether a text begins with the first letter of a word and holds the others in order."""
    letters = iter(text)
    return text[:1] == word[:1] and all(letter in letters for letter in word)
