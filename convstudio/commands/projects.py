"""`convstudio summary` and `convstudio code`: a project as text."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from convstudio.commands.outputs import tell
from convstudio.commands.pages import save_page
from convstudio.commands.parser import DONE, Parser
from convstudio.files.code import TARGETS, code_for
from convstudio.files.disk.save import save_bytes
from convstudio.files.exports.network_svg import network_svg
from convstudio.files.exports.page_formats import NETWORK_FORMATS
from convstudio.files.problems import FileProblem, named
from convstudio.files.projects.examples import read_project_spec
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
    options = parser.parse_args(arguments)
    text = code_for(read_project_spec(options.project, tell)[0], options.target)
    if options.output is None:
        print(text, end="")
    else:
        save_bytes(options.output, text.encode())
    return DONE
