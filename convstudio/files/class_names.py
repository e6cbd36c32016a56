"""Text files of class names."""

from __future__ import annotations

import os

from convstudio.files.problems import FileProblem, named
from convstudio.files.reading import read_bytes
from convstudio.model.values.limits import LIMITS
from convstudio.model.words.file_kinds import FileKind

CLASS_NAME_FORMATS = (FileKind("Text", (".txt",), "one class name in each line"),)
"""What a file dialog offers; a file of any ending is read as text."""

_BYTES_PER_LETTER = 4


def read_class_names(path: str | os.PathLike[str]) -> str:
    """Return the text of a file; raise FileProblem for what is not UTF-8."""
    data = read_bytes(path, LIMITS.class_names * LIMITS.class_name * _BYTES_PER_LETTER)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise FileProblem(f"{named(path)} is not a text in UTF-8. Save it as UTF-8.") from None
