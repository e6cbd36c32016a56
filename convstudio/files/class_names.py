"""Text files of class names."""

from __future__ import annotations

import os

import msgspec

from convstudio.files.problems import FileProblem, named
from convstudio.files.reading import read_bytes
from convstudio.model.readings.class_names import names_in_json
from convstudio.model.values.limits import LIMITS
from convstudio.model.words.file_kinds import FileKind, ending_of

CLASS_NAME_FORMATS = (
    FileKind("Text", (".txt",), "one class name in each line"),
    FileKind(
        "JSON",
        (".json",),
        "class names in a list or by numbers, as in config.json of Hugging Face and imagenet_class_index.json of Keras",
    ),
)
"""What a file dialog offers; a file of any other ending is read as text."""

_BYTES_PER_LETTER = 4


def read_class_names(path: str | os.PathLike[str]) -> str:
    """Return the text of a file with one name in each line; raise FileProblem for what is not UTF-8 or has no names."""
    data = read_bytes(path, LIMITS.class_names * LIMITS.class_name * _BYTES_PER_LETTER)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise FileProblem(f"{named(path)} is not a text in UTF-8. Save it as UTF-8.") from None
    if ending_of(path) != ".json":
        return text
    try:
        names = names_in_json(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError):
        raise FileProblem(f"{named(path)} is not JSON, or is damaged. Get a whole copy of it.") from None
    if not names:
        raise FileProblem(
            f"{named(path)} names no classes. Use a list of names, names by their numbers from 0 on, or id2label of a "
            "config.json."
        )
    return "\n".join(" ".join(name.split()) for name in names)
