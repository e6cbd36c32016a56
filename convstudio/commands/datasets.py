"""The data sets that commands are given: how they are named, and what is told of them when they were read."""

from __future__ import annotations

import argparse

from convstudio.commands.outputs import tell
from convstudio.files.datasets.loaded import DataOptions, UnclearLabelsError
from convstudio.files.datasets.loading import load_dataset
from convstudio.files.problems import FileProblem
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset

OWN_DATA = (
    "a folder with a folder of pictures for each class, or a file: .npz with x and y, or a table with a column of "
    "labels"
)
"""How data of the user's own are named, for the help of a command."""


def add_label_options(parser: argparse._ActionsContainer) -> None:
    """Add the options that say where in a file the samples and their classes are."""
    parser.add_argument("--labels", default="", metavar="NAME", help="the column, or the array, of the classes")
    parser.add_argument("--samples", default="", metavar="NAME", help="the array of the samples")


def read_dataset(options: argparse.Namespace, document: Document | None = None) -> Dataset:
    """Read what `--data` names, for the network of a document, and tell what is to be told; raise FileProblem."""
    shape = None if document is None else document.sample.values.shape
    wanted = DataOptions(shape, getattr(options, "scaled", False), options.labels, options.samples)
    try:
        loaded = load_dataset(options.data, wanted, document=document)
    except UnclearLabelsError as unclear:
        option = "--samples NAME --labels NAME" if unclear.is_archive else "--labels NAME"
        raise FileProblem(f"{unclear} Give {option}, of {', '.join(unclear.names)}.") from None
    untold = [problem for problem in loaded.problems if not any(problem in note for note in loaded.notes)]
    for note in (*loaded.notes, *untold):
        tell(note)
    return loaded.data
