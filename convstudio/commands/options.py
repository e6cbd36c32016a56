"""The options of `convstudio apply`: how each is read, and what it may be."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from functools import partial

from convstudio.commands.parser import Parser
from convstudio.files.inputs import (
    InputReading,
    ReadOptions,
)
from convstudio.files.problems import printable
from convstudio.files.weights import open_array
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import parse_number
from convstudio.model.words.weight_orders import FRAMEWORKS
from convstudio.ops import ACTIVATIONS, PADDING_MODES, PADDINGS, POOLS, Padding

YES_OR_NO = ("no", "yes")


def add_layer_options(parser: Parser) -> None:
    """Add the options that describe one layer."""
    parser.add_argument(
        "--bias",
        type=_numbers,
        metavar="0,1|FILE#NAME",
        help="one number for each filter, or one array of a file (default: 0)",
    )
    parser.add_argument(
        "--order",
        choices=tuple(FRAMEWORKS),
        help="whose order of axes a kernel of all filters has; asked for only where both fit",
    )
    parser.add_argument("--stride", type=partial(_per_axis, "stride", LIMITS.stride), default=1, metavar="N|N,N")
    parser.add_argument(
        "--padding",
        type=_padding,
        default="valid",
        metavar="P",
        help=f"{', '.join(PADDINGS)}, cells such as 1 or 1,2, or cells before and after such as 0:1,2:3",
    )
    parser.add_argument("--padding-mode", choices=PADDING_MODES, default="zeros")
    parser.add_argument("--dilation", type=partial(_per_axis, "dilation", LIMITS.dilation), default=1, metavar="N|N,N")
    parser.add_argument("--groups", type=_groups, default=1, metavar="N")
    parser.add_argument("--flip", action="store_true", help="flip the kernels first: true convolution")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="linear")
    parser.add_argument("--pool", type=_pooling, metavar="max:2", help="max or average, and cells such as 2 or 2,3")


def add_reading_options(parser: Parser) -> None:
    """Add the options that say how an input is read."""
    group = parser.add_argument_group(
        "how inputs are read", "Without these options, each file's content decides how it is read."
    )
    group.add_argument(
        "--page",
        type=partial(whole_number, name="page", least=1),
        metavar="N",
        help="the page or frame of a picture, the plane of a volume or the sample of a batch, counted from 1",
    )
    group.add_argument("--channels", choices=("first", "last"), help="the axis of channels of an array")
    group.add_argument("--header", choices=YES_OR_NO, help="whether the first row of a table holds names")
    group.add_argument("--index", choices=YES_OR_NO, help="whether the first column of a table holds names")
    group.add_argument(
        "--transparency", choices=("white", "channel"), help="put a picture on white, or keep its opacity as a channel"
    )
    group.add_argument(
        "--crop",
        type=_crop,
        metavar="ROW,COLUMN,ROWS,COLUMNS",
        help="take a part of a picture: its first row and column, counted from 1, and its rows and columns",
    )
    group.add_argument(
        "--resize",
        dest="size",
        type=_size,
        metavar="N|ROWS,COLUMNS",
        help="bring a picture, or its part, to this size (bilinear)",
    )
    group.add_argument("--decimal", choices=("point", "comma"), help="the decimal sign of a table")


def read_options(options: argparse.Namespace) -> ReadOptions:
    """Return how inputs are to be read, None where the evidence decides."""
    header, index = (None if said is None else said == "yes" for said in (options.header, options.index))
    return ReadOptions(
        options.page,
        options.channels,
        header,
        index,
        options.decimal,
        options.transparency,
        options.crop,
        options.size,
    )


def reading_line(reading: InputReading) -> str:
    """Say what was read, and where another reading is about as likely, the option that leads to it."""
    name = reading.sample.name
    line = reading.sentence if name in reading.sentence else f"{name}: {reading.sentence}"
    if not reading.is_doubtful:
        return line
    other = reading.others[0]
    wishes = [
        f"--{part.name} {_as_option(getattr(other.options, part.name))}"
        for part in fields(ReadOptions)
        if getattr(other.options, part.name) != getattr(reading.options, part.name)
    ]
    return f"{line} For {other.text}, add {' '.join(wishes)}."


def _as_option(value: object) -> str:
    return YES_OR_NO[value] if isinstance(value, bool) else str(value)


def with_negative_bias(arguments: list[str]) -> list[str]:
    """Join `--bias -1,2` into one argument, because argparse takes a list that begins with a minus for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--bias" and re.match(r"[-−][\d.,s√]", argument):
            joined[-1] = f"--bias={argument}"
        else:
            joined.append(argument)
    return joined


def _numbers(text: str) -> tuple[float, ...]:
    opened = open_array(text)
    if opened is not None:
        file, name = opened
        return tuple(file.array(name).ravel().tolist())
    try:
        return tuple(map(parse_number, text.split(",")))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _per_axis(name: str, most: int, text: str) -> int | tuple[int, ...]:
    numbers = tuple(whole_number(part, name, 1, most) for part in text.split(","))
    return numbers[0] if len(numbers) == 1 else numbers


def _crop(text: str) -> tuple[int, int, int, int]:
    numbers = [whole_number(part, "crop", 1, LIMITS.axis_length) for part in text.split(",")]
    if len(numbers) != 4:
        raise argparse.ArgumentTypeError(
            f"“{printable(text)[:40]}” is not a crop: give first row and column, then rows and columns, as 1,1,20,30"
        )
    row, column, rows, columns = numbers
    return row - 1, column - 1, rows, columns


def _size(text: str) -> tuple[int, int]:
    numbers = [whole_number(part, "size", 1, LIMITS.axis_length) for part in text.split(",")]
    if len(numbers) > 2:
        raise argparse.ArgumentTypeError(f"“{printable(text)[:40]}” is not a size: give rows and columns, as 224,224")
    return numbers[0], numbers[-1]


def _groups(text: str) -> int:
    return whole_number(text, "groups", 1, LIMITS.input_channels)


def _pooling(text: str) -> tuple[str, tuple[int, ...]]:
    kind, _, cells = text.partition(":")
    if kind not in POOLS or not cells:
        raise argparse.ArgumentTypeError(f"“{printable(text)[:40]}” is not a pooling: give one such as max:2")
    return kind, tuple(whole_number(part, "pooling", 1, LIMITS.stride) for part in cells.split(","))


def _padding(text: str) -> Padding:
    if text in PADDINGS:
        return text
    parts = [part.split(":") for part in text.split(",")]
    word = next((one for one in text.split(",") if one in PADDINGS), None)
    if word is not None:
        raise argparse.ArgumentTypeError(f"“{printable(text)[:40]}” is not a padding: give “{word}” alone, or cells")
    cells = [[whole_number(number, "padding", 0, LIMITS.padding) for number in part] for part in parts]
    if any(len(part) > 1 for part in cells):
        return tuple((part[0], part[-1]) for part in cells)
    return cells[0][0] if len(cells) == 1 else tuple(part[0] for part in cells)


def number(text: str) -> float:
    """Read a number of an option, such as 1e-3 or 1/10."""
    try:
        return parse_number(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def whole_number(text: str, name: str, least: int, most: int | None = None) -> int:
    """Read a whole number of an option; `name` tells what it is. Without `most` its digits alone are counted."""
    is_whole = re.fullmatch(r"\s*\d{1,9}\s*", text, re.ASCII) is not None
    if not is_whole or int(text) < least or (most is not None and int(text) > most):
        bounds = f"of {least} or more and at most 9 digits" if most is None else f"from {least} to {most}"
        names = f" or one of {', '.join(PADDINGS)}" if name == "padding" else ""
        raise argparse.ArgumentTypeError(
            f"“{printable(text)[:40]}” is not a valid {name}: give a whole number {bounds}{names}"
        )
    return int(text)
