"""Names of classes in what a program wrote about a network beside it, such as the metadata of an ONNX file."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from convstudio.model.values.limits import LIMITS

KEYS = ("names", "classes", "class_names", "labels", "id2label")
"""Under which programs keep them: YOLO writes `names`, the others are those of common training scripts."""


def stored_class_names(metadata: Mapping[str, str], classes: int) -> tuple[str, ...]:
    """Return the names of so many classes, in the order of the outputs; () where the texts hold none that fit.

    They are a list or a dictionary by numbers, as Python or JSON writes them, or names with commas or lines between.
    Nothing in them is run.

    >>> stored_class_names({"names": "{0: 'cat', 1: 'dog'}"}, 2), stored_class_names({"labels": "cat,dog"}, 3)
    (('cat', 'dog'), ())
    """
    by_key = {key.casefold(): text for key, text in metadata.items()}
    found = (_names(by_key[key]) for key in KEYS if key in by_key and len(by_key[key]) <= LIMITS.class_names_text)
    return next((names for names in found if len(names) == classes and _all_fit(names)), ())


def _names(text: str) -> tuple[str, ...]:
    written = _literal(text)
    if isinstance(written, dict):
        numbers = {str(key): value for key, value in written.items()}
        written = [numbers.get(str(place)) for place in range(len(numbers))]
    if isinstance(written, list | tuple):
        return tuple(one.strip() for one in written) if all(isinstance(one, str) for one in written) else ()
    parts = text.split("\n") if "\n" in text.strip() else text.split(",")
    return tuple(name for name in map(str.strip, parts) if name)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text.strip())  # JSON's lists and dictionaries of texts are Python's too
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _all_fit(names: tuple[str, ...]) -> bool:
    return len(names) <= LIMITS.class_names and all(0 < len(name) <= LIMITS.class_name for name in names)
