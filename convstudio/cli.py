"""The command line: finds the command that is meant, and turns what goes wrong into a sentence and a status."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pkgutil import resolve_name

from convstudio.commands.parser import COMMANDS, DONE, FAILED, INTERRUPTED, PIPE_CLOSED, REFUSED
from convstudio.files.problems import FileProblem, WriteProblem, printable, reason
from convstudio.files.screen import ScreenProblem


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments, or the process's own; return its exit status."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    _let_every_character_print()
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except (WriteProblem, ScreenProblem) as problem:
        return _refuse(problem, FAILED)
    except FileProblem as problem:
        return _refuse(problem, REFUSED)
    except MemoryError:
        return _refuse("there is not enough memory for this: use a smaller input or fewer filters", REFUSED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_output()
        return PIPE_CLOSED
    except OSError as error:
        _silence_output()
        return _refuse(f"the output was not written ({reason(error)}): choose another place", FAILED)
    return status


def _silence_output() -> None:
    """Discard what is still to be printed: the interpreter flushes once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    is_command = bool(arguments) and arguments[0] in COMMANDS
    function = COMMANDS[arguments[0]] if is_command else "window:open_window"
    try:
        status: int = resolve_name(f"convstudio.commands.{function}")(arguments[1:] if is_command else arguments)
    except SystemExit as stop:  # argparse's way to end after --help and --version
        return int(stop.code or DONE)
    return status


def _refuse(problem: Exception | str, status: int) -> int:
    sentence = printable(" ".join(str(problem).split())).removesuffix(".")
    print(f"convstudio: error: {sentence[:1].lower()}{sentence[1:]}", file=sys.stderr)
    return status


def _let_every_character_print() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
