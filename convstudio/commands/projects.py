"""`convstudio summary` and `convstudio code`: a project as text."""

from __future__ import annotations

import io
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np

from convstudio.commands.outputs import tell
from convstudio.commands.pages import save_page
from convstudio.commands.parser import DONE, Parser
from convstudio.files.code import TARGETS, TRAINED, code_for, training_code_for
from convstudio.files.disk.save import save_all
from convstudio.files.exports.network_svg import network_svg
from convstudio.files.exports.page_formats import NETWORK_FORMATS
from convstudio.files.problems import FileProblem, named
from convstudio.files.projects.examples import read_project_spec
from convstudio.model.learning.sources import DIGITS, PAIR
from convstudio.model.values.document import Document
from convstudio.model.words.export_contents import NETWORK
from convstudio.model.words.file_kinds import listed_endings
from convstudio.model.words.summary import summary_rows, summary_text

# --- projects as text --------------------------------------------------------------------------------------------


def summary(arguments: list[str]) -> int:
    """Run `convstudio summary` with its arguments; return the exit status."""
    parser = Parser(
        "convstudio summary", "List a project's layers with shapes, parameters, multiply-adds and receptive fields."
    )
    parser.add_argument("project", metavar="P.convstudio")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help=f"a picture of the layers instead, under a name that ends in {listed_endings(NETWORK_FORMATS)}",
    )
    options = parser.parse_args(arguments)
    if options.output is not None and options.json:
        raise FileProblem(f"--json is for text, and {named(options.output)} is a picture: leave one of them out")
    document = read_project_spec(options.project, tell)[0]
    if options.output is not None:
        save_page(options.output, NETWORK, lambda _kind: network_svg(document))
        return DONE
    print(_summary_json(document) if options.json else summary_text(document), end="")
    return DONE


def _summary_json(document: Document) -> str:
    rows = summary_rows(document)
    content = {
        "input": document.sample.values.shape,
        "classes": document.class_names,
        "layers": [asdict(row) | {"field": row.field and row.field._asdict()} for row in rows],
        "parameters": sum(row.parameters for row in rows),
        "measured": sum(row.measured for row in rows),
        "multiplications": sum(row.multiplications for row in rows),
    }
    return msgspec.json.encode(content).decode() + "\n"


def code(arguments: list[str]) -> int:
    """Run `convstudio code` with its arguments; return the exit status."""
    parser = Parser(
        "convstudio code", "Write a project's network as a program of another library, which checks its own output."
    )
    parser.add_argument("project", metavar="P.convstudio")
    parser.add_argument("--for", dest="target", required=True, choices=tuple(TARGETS))
    parser.add_argument("-o", "--output", metavar="FILE", help="a file for the program (default: standard output)")
    parser.add_argument(
        "--training", action="store_true", help=f"train the network too, as the project says ({' and '.join(TRAINED)})"
    )
    parser.add_argument(
        "--data",
        metavar="WHERE",
        help="what it is trained on: digits, patterns, pair, a folder or a file (default: pair where the project has a "
        "target, else digits)",
    )
    options = parser.parse_args(arguments)
    if options.data is not None and not options.training:
        raise FileProblem("--data is for --training: leave it out, or add --training")
    if options.training and options.target not in TRAINED:
        raise FileProblem(f"--training is for --for {' and '.join(TRAINED)}, not for {options.target}: leave it out")
    document = read_project_spec(options.project, tell)[0]
    files = (
        _training_files(document, options) if options.training else [("", code_for(document, options.target).encode())]
    )
    if options.output is None:
        print(files[0][1].decode(), end="")
    else:
        save_all((Path(name or options.output), content) for name, content in files)
    return DONE


def _training_files(document: Document, options: Namespace) -> list[tuple[str, bytes]]:
    """Return the program that trains, and the file of its data where they would fill it."""
    from convstudio.files.datasets.loading import load_dataset  # here, and not above: no other program needs it

    where = options.data or document.training.data or (PAIR if document.target is not None else DIGITS)
    data = load_dataset(where, document=document).data
    place = None if options.output is None else Path(options.output)
    data_file = "" if place is None else f"{place.stem}-data.npz"
    made = training_code_for(document, options.target, data, data_file)
    files = [("", made.text.encode())]
    if place is not None and made.arrays:
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **made.arrays)
        files.append((str(place.with_name(data_file)), buffer.getvalue()))
    return files
