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
    order, and last a word that is like it. Nothing typed keeps all.

    >>> fuzzy_order("blr gauss", ["Gaussian blur", "Box blur", "Gauss"])
    [0]
    """
    words = wanted.casefold().split()
    found = [
        (score, place) for place, text in enumerate(texts) if (score := _score(words, text.casefold())) is not None
    ]
    return [place for _, place in sorted(found)]


def _score(words: Sequence[str], text: str) -> int | None:
    """Return how far the words are from a text, 0 for its own beginnings; None where one is not in it."""
    total = 0
    for word in words:
        distance = _distance(word, text)
        if distance is _ABSENT:
            return None
        total += distance
    return total


def _distance(word: str, text: str) -> int | None:
    held = text.split()
    if any(one.startswith(word) for one in held):
        return _BEGINS
    if word in text:
        return _HOLDS
    if any(_has_in_order(word, one) for one in held):
        return _SKIPS
    if any(SequenceMatcher(None, word, one).ratio() >= _LIKE for one in held if abs(len(one) - len(word)) <= 2):
        return _SLIPS
    return _ABSENT


def _has_in_order(word: str, text: str) -> bool:
    """Return whether a text begins with the first letter of a word and holds the others in order."""
    letters = iter(text)
    return text[:1] == word[:1] and all(letter in letters for letter in word)
