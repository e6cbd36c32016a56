"""Filters as text on the clipboard: a spreadsheet shows them, and they are read back to the last bit."""

from __future__ import annotations

import re
from itertools import groupby

import numpy as np

from convstudio.model.edits.filters import FilterBank
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact

_COPIED_LETTERS = 16 * LIMITS.copied_weights
_HEAD = re.compile(r"filter\t(?P<name>[^\t]*)\tbias\t(?P<bias>[^\t]+)")


def as_text(bank: FilterBank) -> str:
    """Write filters as text: a line with name and bias, then its kernels as rows of numbers, an empty line between.

    Raises ValueError where it would be too long for a clipboard.

    >>> print(as_text(FilterBank.of(np.ones((1, 2, 1, 1)), ["bump"])).replace("\\t", " "))
    filter bump bias 0
    1 1
    """
    if bank.kernels.size > LIMITS.copied_weights:
        raise ValueError(
            f"{bank.filters} filters with {bank.kernels.size} weights are too many for the clipboard, which takes "
            f"{LIMITS.copied_weights}: copy fewer at a time."
        )
    return "\n\n".join(_filter_text(bank, index) for index in range(bank.filters))


def from_text(text: str, longest: int) -> FilterBank:
    """Read what `as_text` wrote, or a plain table: one kernel, to be used on every channel.

    Raises ValueError in a sentence for text that is neither, for filters of several shapes, and for kernels with a
    side above `longest`.

    >>> from_text("0\\t1\\t0", 31).kernels.shape
    (1, 3, 1, 1)
    """
    if len(text) > _COPIED_LETTERS:
        raise ValueError(f"The text on the clipboard has {len(text)} letters, too many for filters: copy fewer.")
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    heads = [number for number, line in enumerate(lines) if _HEAD.fullmatch(line)]
    if not heads:
        return FilterBank.of(_kernel(lines, longest)[..., np.newaxis, np.newaxis])
    parts = [lines[start:stop] for start, stop in zip(heads, [*heads[1:], len(lines)], strict=True)]
    filters = [_filter(part, longest) for part in parts]
    if len({kernels.shape for _, _, kernels in filters}) > 1:
        raise ValueError("The filters on the clipboard have kernels of several shapes: copy them one by one.")
    names, biases, kernels = zip(*filters, strict=True)
    return FilterBank.of(np.stack(kernels, axis=-1), names, biases)


def _filter_text(bank: FilterBank, index: int) -> str:
    kernels = [
        "\n".join("\t".join(format_exact(float(value)) for value in row) for row in bank.kernels[..., channel, index])
        for channel in range(bank.channels)
    ]
    return f"filter\t{bank.names[index]}\tbias\t{format_exact(float(bank.bias[index]))}\n" + "\n\n".join(kernels)


def _filter(lines: list[str], longest: int) -> tuple[str, float, Floats]:
    head = _HEAD.fullmatch(lines[0])
    assert head is not None, "the lines begin with a head"
    blocks = [list(block) for is_filled, block in groupby(lines[1:], key=lambda line: bool(line.strip())) if is_filled]
    kernels = [_kernel(block, longest) for block in blocks]
    if len({kernel.shape for kernel in kernels}) != 1:
        raise ValueError(
            f"The filter “{head['name'][:60]}” on the clipboard has no kernels of one shape: copy it again."
        )
    return head["name"][:60], float(_kernel([head["bias"]], 1)[0, 0]), np.stack(kernels, axis=-1)


def _kernel(lines: list[str], longest: int) -> Floats:
    from convstudio.model.readings.tables import parse_block  # here, and not above: every start would pay for it

    try:
        return parse_block("\n".join(lines), longest=longest, takes_all=True)
    except ValueError as refusal:
        raise ValueError(
            f"The clipboard does not contain a filter ({str(refusal).rstrip('.')}): copy one first."
        ) from None
