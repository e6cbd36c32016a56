"""Which command has which keys, after the user changed some: each key does one thing, and clashes have a sentence.

Keys are written as in "Ctrl+Shift+S". Commands are named by their menus and their own name: "File › Save".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Keys = Mapping[str, tuple[str, ...]]
"""The keys of every command, by its name."""

_MODIFIERS = ("Ctrl", "Alt", "Meta")
_TYPED = ("Space", "Return", "Enter", "Tab", "Backspace", "Left", "Right", "Up", "Down", "Home", "End", "Del", "Ins")


def resolved_keys(usual: Keys, changed: Keys) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the keys in use, and a sentence for each clash that was settled; unknown commands are left out.

    What was changed goes before what is usual, and among changed keys the first command of `usual` keeps its key.

    >>> usual = {"File › Save": ("Ctrl+S",), "Help › Keys": ("F1",)}
    >>> keys, told = resolved_keys(usual, {"Help › Keys": ("Ctrl+S",)})
    >>> keys["File › Save"], keys["Help › Keys"], told
    ((), ('Ctrl+S',), ('Ctrl+S was the key of two commands. It is the key of “Help › Keys” now.',))
    """
    holders: dict[str, str] = {}
    told: list[str] = []
    found: dict[str, tuple[str, ...]] = {}
    for command in (*(name for name in usual if name in changed), *(name for name in usual if name not in changed)):
        kept = []
        for key in changed.get(command, usual[command]):
            holder = holders.get(key)
            if holder is None or (holder not in changed and command not in changed):
                holders.setdefault(key, command)
                kept.append(key)
            elif holder != command:
                told.append(f"{key} was the key of two commands. It is the key of “{holder}” now.")
        found[command] = tuple(kept)
    return {command: found[command] for command in usual}, tuple(told)


def holder_of(key: str, keys: Keys, command: str) -> str | None:
    """Return which other command has a key, or None.

    >>> holder_of("F1", {"Help › Keys": ("F1",), "File › Save": ("Ctrl+S",)}, "File › Save")
    'Help › Keys'
    """
    return next((other for other, held in keys.items() if other != command and key in held), None)


def why_no_key(key: str) -> str:
    """Return why a key can't be given to a command, as one that types or moves; "" where it can.

    >>> why_no_key("Shift+A")
    'Shift+A is for typing and moving. Hold Ctrl or Alt with it, or use a function key.'
    >>> why_no_key("Ctrl+A"), why_no_key("F6")
    ('', '')
    """
    *held, last = key.removesuffix("+").split("+")
    is_typed = len(last) <= 1 or last in _TYPED
    if is_typed and not any(modifier in held for modifier in _MODIFIERS):
        return f"{key} is for typing and moving. Hold Ctrl or Alt with it, or use a function key."
    return ""


def changed_with(changed: Keys, usual: Keys, command: str, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return what is changed once a command has these keys; another command that had one of them loses it.

    >>> usual = {"File › Save": ("Ctrl+S",), "Help › Keys": ("F1",)}
    >>> changed_with({}, usual, "Help › Keys", ["Ctrl+S"])
    {'Help › Keys': ('Ctrl+S',), 'File › Save': ()}
    """
    now, _ = resolved_keys(usual, changed)
    made = {**changed, command: tuple(keys)}
    for other, held in now.items():
        if other != command and set(held) & set(keys):
            made[other] = tuple(key for key in held if key not in keys)
    return {name: held for name, held in made.items() if usual.get(name) != held}
