"""File names that every system takes, made from the names of presets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count
from pathlib import Path

from convstudio.files.problems import FileProblem, printable
from convstudio.model.values.detectors import PRESET_PREFIX

PRESET_SUFFIX = ".kernel.json"
"""How the name of every preset's file ends."""
_LONGEST_STEM = 100  # bytes of UTF-8: with a number and what saving adds, a file name stays below 255
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""What Windows takes for a device, whatever follows after a dot."""


def stem_for(name: str) -> str:
    """Return the beginning of a file name for a preset: letters and digits in small letters, joined by hyphens.

    >>> stem_for("Edge: 45° / weak"), stem_for("?"), stem_for("nul")
    ('edge-45-weak', 'preset', 'preset-nul')
    """
    plain = unicodedata.normalize("NFC", name).casefold()
    words = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    stem = "-".join(words).encode()[:_LONGEST_STEM].decode("utf-8", "ignore").strip("-")
    if not stem:
        return "preset"
    return f"preset-{stem}" if stem in _DEVICES else stem


def free_name(name: str, taken: Container[str]) -> str:
    """Return a file name for a preset that is not `taken`, which holds names in small letters.

    >>> free_name("Edge", {"edge.kernel.json"})
    'edge-2.kernel.json'
    """
    stem = stem_for(name)
    numbered = (f"{stem}{PRESET_SUFFIX}" if number == 1 else f"{stem}-{number}{PRESET_SUFFIX}" for number in count(1))
    return next(one for one in numbered if one.casefold() not in taken)


def is_preset_file(name: str) -> bool:
    """Return whether a file of that name is a preset's; hidden files are none."""
    return name.casefold().endswith(PRESET_SUFFIX) and not name.startswith(".")


def is_named_for(file_name: str, name: str) -> bool:
    """Return whether a file has the name that a preset of that name would get, with a number or without.

    >>> is_named_for("edge-2.kernel.json", "Edge"), is_named_for("edge.kernel.json", "Corner")
    (True, False)
    """
    return re.fullmatch(rf"{re.escape(stem_for(name))}(-\d+)?", stem_of(file_name).casefold()) is not None


def stem_of(file_name: str) -> str:
    """Return the name of a preset's file without its ending.

    >>> stem_of("edge.kernel.json")
    'edge'
    """
    return file_name[: -len(PRESET_SUFFIX)]


def id_of(file_name: str) -> str:
    """Return the id of the preset in a file.

    >>> id_of("edge.kernel.json")
    'preset:edge'
    """
    return f"{PRESET_PREFIX}{stem_of(file_name)}"


def file_name_of(preset_id: str) -> str:
    """Return the name of a preset's file; raise FileProblem for an id that names no file in a folder."""
    name = f"{preset_id.removeprefix(PRESET_PREFIX)}{PRESET_SUFFIX}"
    if not preset_id.startswith(PRESET_PREFIX) or Path(name).name != name or "\\" in name or "\0" in name:
        raise FileProblem(f"“{printable(preset_id)[:60]}” is not a preset: its id begins with {PRESET_PREFIX}.")
    return name
