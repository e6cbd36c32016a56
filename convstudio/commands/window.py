"""`convstudio`, with or without files: opens the window."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Action, ArgumentParser
from collections.abc import Callable, Sequence

from convstudio import __version__
from convstudio.commands.parser import COMMANDS, Parser
from convstudio.files.problems import FileProblem, named
from convstudio.files.screen import check_screen, import_problem


def open_window(arguments: list[str]) -> int:
    """Open the window with the files that are given; return the exit status when it is closed."""
    files: list[str] = _parser().parse_args(arguments).files
    gc.disable()  # what is imported stays: to look for garbage in it takes a tenth of the start, and later of a frame
    try:
        for file in files:
            _check(file)
        check_screen(os.environ, sys.platform)
        run = _load()
    finally:
        gc.freeze()
        gc.enable()
    return run(files)


def _parser() -> Parser:
    parser = Parser(
        "convstudio",
        "Show, on real numbers, how a convolutional layer turns an input into feature maps.",
        epilog="Without a window: " + ", ".join(f"“convstudio {name} --help”" for name in COMMANDS) + ".",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a project, an image, an array, a kernel, or a folder of pictures",
    )
    parser.add_argument("--version", action=_TellVersion, nargs=0, help="show the version and the engine, and exit")
    return parser


class _TellVersion(Action):
    """Tells the version and what computes, which is loaded only here."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        from convstudio.ops.native.engine import found

        print(f"convstudio {__version__}\nengine: {found().told}")
        parser.exit()


def _check(file: str) -> None:
    from convstudio.files.inputs import SAMPLE_PREFIX  # here, and not above: `--version` would wait for them
    from convstudio.files.projects.names import EXAMPLE_PREFIX

    if not file.startswith((SAMPLE_PREFIX, EXAMPLE_PREFIX)) and not os.path.lexists(file):
        raise FileProblem(f"{named(file)} is neither a command nor a file: check its name, or see convstudio --help")


def _load() -> Callable[[Sequence[str]], int]:
    try:
        from convstudio.app import run  # Qt is loaded only to open the window
    except ImportError as error:
        problem = import_problem(error)
        if problem is None:
            raise
        raise problem from error
    return run
