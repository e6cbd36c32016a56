"""The formats of every door, gathered from where each is read or written: for file dialogs, and for lists of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.files.arrays.foreign import FOREIGN_SUFFIXES
from convstudio.files.code.text_formats import PROGRAM_FORMATS, SUMMARY_FORMATS
from convstudio.files.datasets.data_formats import DATA_FORMATS
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.files.exports.map_formats import MAP_FORMATS
from convstudio.files.exports.page_formats import (
    CURVES_FORMATS,
    FIGURE_FORMATS,
    FILTERS_FORMATS,
    NETWORK_FORMATS,
    REPORT_FORMATS,
    WHOLE_WEIGHTS_FORMATS,
)
from convstudio.files.inputs import INPUT_FORMATS
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS
from convstudio.files.networks.foreign_formats import FOREIGN_NETWORK_FORMATS, STATE_DICT_FORMATS
from convstudio.files.presets.exchange import ARCHIVE_FORMAT
from convstudio.files.projects.names import PROJECT_SUFFIX
from convstudio.files.weights import WEIGHTS_FORMATS
from convstudio.model.words.file_kinds import FileKind, endings_of

PROJECT_FORMATS = (FileKind("ConvStudio project", (PROJECT_SUFFIX,), "an input, a network and what is selected"),)


@dataclass(frozen=True)
class Door:
    """A way in or out: what goes through it, in which formats, and whether files are read there."""

    title: str
    kinds: Sequence[FileKind]
    is_read: bool = True


DOORS = (
    Door("Projects", PROJECT_FORMATS),
    Door("Networks of other programs", FOREIGN_NETWORK_FORMATS),
    Door("Networks by their weights", STATE_DICT_FORMATS),
    Door("Inputs", INPUT_FORMATS),
    Door("Kernels", KERNEL_FORMATS),
    Door("Archives of presets", (ARCHIVE_FORMAT,)),
    Door("Weights of layers", WEIGHTS_FORMATS),
    Door("Data sets", DATA_FORMATS),
    Door("Exported maps", MAP_FORMATS, is_read=False),
    Door("Reports", REPORT_FORMATS, is_read=False),
    Door("Figures", FIGURE_FORMATS, is_read=False),
    Door("Network pictures", NETWORK_FORMATS, is_read=False),
    Door("Weights of networks", WHOLE_WEIGHTS_FORMATS, is_read=False),
    Door("Curves of a training", CURVES_FORMATS, is_read=False),
    Door("Filters in training", FILTERS_FORMATS, is_read=False),
    Door("Animations", ANIMATION_FORMATS, is_read=False),
    Door("Programs of networks", PROGRAM_FORMATS, is_read=False),
    Door("Summaries of networks", SUMMARY_FORMATS, is_read=False),
)


def _only(kinds: Sequence[FileKind], others: Sequence[FileKind]) -> tuple[FileKind, ...]:
    """Return the kinds that have endings of their own: other kinds are asked first about the rest."""
    taken = endings_of(others)
    own = ((kind, tuple(ending for ending in kind.endings if ending not in taken)) for kind in kinds)
    return tuple(FileKind(kind.name, endings, kind.holds) for kind, endings in own if endings)


ONLY_KERNELS = _only(KERNEL_FORMATS, INPUT_FORMATS)
"""What is a kernel, or weights, by its ending alone: the other endings of kernels are those of inputs too."""
MAY_BE_KERNELS = frozenset(endings_of(INPUT_FORMATS)) & frozenset(
    endings_of([kind for kind in KERNEL_FORMATS if kind.recognises is not None])
)
"""Endings of inputs that kernels of other programs have, too: their first words tell."""
ONLY_WEIGHTS = _only(WEIGHTS_FORMATS, [*INPUT_FORMATS, *KERNEL_FORMATS, *FOREIGN_NETWORK_FORMATS])
OPENABLE = (*PROJECT_FORMATS, *FOREIGN_NETWORK_FORMATS, *INPUT_FORMATS, *ONLY_KERNELS, *ONLY_WEIGHTS)
"""What can be opened into a project, by its ending."""
WEIGHT_ENDINGS = frozenset({*endings_of(ONLY_WEIGHTS), *FOREIGN_SUFFIXES})
"""Endings of weights alone; those of foreign files are refused with the lines that convert them."""


def format_rows() -> list[tuple[str, str, str, str]]:
    """List the formats of every door, for the window's Help: what, format, endings, and what a file holds."""
    return [(door.title, kind.name, " ".join(kind.endings), kind.holds) for door in DOORS for kind in door.kinds]
