"""Any data set, by the text that tells where it is: for the command line and the window alike."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from convstudio.files.datasets.archives import load_archive
from convstudio.files.datasets.data_formats import ARCHIVES, DATA_FORMATS, TABLES
from convstudio.files.datasets.folders import load_folder
from convstudio.files.datasets.loaded import AS_STORED, DataOptions, LoadedData
from convstudio.files.datasets.tables import load_table
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.resources import load_digits
from convstudio.model.learning.pairs import one_pair
from convstudio.model.learning.patterns import pattern_data
from convstudio.model.learning.sources import (
    DigitsSource,
    OwnSource,
    PairSource,
    PatternsSource,
    StoredSource,
    source_of,
)
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.progress import Progress
from convstudio.model.words.file_kinds import ending_of, kind_of, listed_endings


def load_dataset(
    where: str,
    options: DataOptions = AS_STORED,
    progress: Progress | None = None,
    document: Document | None = None,
) -> LoadedData:
    """Return the data set that a text means; raise FileProblem, in sentences.

    The text is `digits`, `patterns` with or without settings (see `model.learning.sources`), `pair` for the sample and
    the target of the `document`, or the path of a folder or a file. `progress` counts what is read,
    and may cancel.
    """
    try:
        source = source_of(where)
        match source:
            case DigitsSource():
                return LoadedData(digit_data())
            case PatternsSource(settings):
                return LoadedData(pattern_data(settings))
            case PairSource():
                if document is None:
                    raise ValueError("One pair is the input and the target of a project. Open a project first.")
                return LoadedData(one_pair(document))
            case OwnSource():
                raise ValueError(f"{source.sentence} Say where they are, with --data.")
            case StoredSource(path):
                return _stored(path, options, progress)
            case _:
                assert_never(source)
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None


def digit_data() -> Dataset:
    """Return the bundled digits, `(1797, 8, 8, 1)` from 0 to 16; those that the window lists are held out."""
    import numpy as np

    from convstudio.files.digits import HELD_OUT

    digits = load_digits()
    names = tuple(str(digit) for digit in range(10))
    samples = tuple(f"digit {number + 1}, {label}" for number, label in enumerate(digits.labels))
    return Dataset("Handwritten digits", digits.images, digits.labels, None, names, samples, np.arange(HELD_OUT))


def _stored(path: str, options: DataOptions, progress: Progress | None) -> LoadedData:
    if Path(path).is_dir():
        return load_folder(path, options, progress)
    match kind_of(DATA_FORMATS, ending_of(path)):
        case kind if kind is ARCHIVES:
            return load_archive(path, options, progress)
        case kind if kind is TABLES:
            return load_table(path, options, progress)
    if not Path(path).exists():
        raise FileProblem(f"{named(path)} does not exist. Check its name, or choose digits or patterns.")
    raise FileProblem(
        f"{printable(named(path))} is not a data set. Choose a folder with a folder for each class, or a file that "
        f"ends in {listed_endings(DATA_FORMATS)}."
    )
