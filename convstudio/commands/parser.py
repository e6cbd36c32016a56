"""Reading arguments: what is wrong with them is said in one line, and the exit statuses."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

from convstudio.files.problems import FileProblem, printable

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "apply": "apply:apply",
        "export": "export:export",
        "summary": "projects:summary",
        "code": "projects:code",
        "train": "train:train",
        "info": "info:info",
        "convert": "convert:convert",
        "detectors": "detectors:detectors_command",
        "study": "study:study",
    }
)
"""The commands that need no window, and the function of each: imported when it is called, or every start would wait."""

_MOST_NAMED = 24  # choices: the longest list that is still read
_MOST_LETTERS = 40

DONE, FAILED, REFUSED = 0, 1, 2

INTERRUPTED, PIPE_CLOSED = 130, 141  # what a shell reports of a process ended by these signals


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other part of the program does."""

    def __init__(self, prog: str, description: str, **options: str) -> None:
        super().__init__(prog, description=description, allow_abbrev=False, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        raise FileProblem(f"{message.removeprefix('argument ').removesuffix('.')}: see {self.prog} --help")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse what is not among an option's choices, with the first of them."""
        if action.choices is None or value in action.choices:
            return
        choices = [str(one) for one in action.choices]
        more = f" and {len(choices) - _MOST_NAMED} more" if len(choices) > _MOST_NAMED else ""
        named = ", ".join(choices[:_MOST_NAMED])
        given = printable(str(value))[:_MOST_LETTERS]
        raise argparse.ArgumentError(action, f"“{given}” is not one of its choices: give one of {named}{more}")
