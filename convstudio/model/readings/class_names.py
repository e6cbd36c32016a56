"""The names of a network's classes, out of a text with one in each line."""

from __future__ import annotations

from convstudio.model.values.limits import LIMITS


def class_names_of(text: str) -> tuple[str, ...]:
    """Return the names of classes that a text lists in the order of the network's outputs.

    An empty line is a class without a name; those at the end count for nothing. Raises ValueError with a sentence for
    more names, or longer ones, than a project holds.

    >>> class_names_of("cat\\n\\ndog\\n\\n")
    ('cat', '', 'dog')
    """
    lines = text.rstrip().split("\n") if text.strip() else []
    if len(lines) > LIMITS.class_names:
        raise ValueError(f"These are {len(lines)} class names, and at most {LIMITS.class_names} are kept. Use fewer.")
    names = tuple("".join(sign if sign.isprintable() else " " for sign in line).strip() for line in lines)
    long = next((number for number, name in enumerate(names, 1) if len(name) > LIMITS.class_name), None)
    if long is not None:
        raise ValueError(f"Line {long} is longer than {LIMITS.class_name} letters. Shorten this class name.")
    return names
