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


def names_in_json(held: object) -> tuple[str, ...]:
    """Return the names that a decoded JSON file holds, in the order of the network's outputs; () where it holds none.

    They are a list, or are held by their numbers from 0 on: in `id2label` of the config.json that Hugging Face puts
    beside a model, or, with the number of a synset before each, in the imagenet_class_index.json of Keras; the list may
    be `label_names`, as in the config.json of timm.

    >>> names_in_json({"id2label": {"1": "dog", "0": "cat"}}), names_in_json({"0": ["n02123045", "tabby"]})
    (('cat', 'dog'), ('tabby',))
    """
    if isinstance(held, dict):
        inside = next((held[key] for key in _KEYS if key in held), None)
        if inside is not None:
            return names_in_json(inside)
        held = [held.get(str(place)) for place in range(len(held))]
    if not isinstance(held, list):
        return ()
    names = [one[-1] if isinstance(one, list) and len(one) == _PAIR else one for one in held]
    return tuple(names) if all(isinstance(name, str) for name in names) else ()


_KEYS = ("id2label", "label_names")
_PAIR = 2
