"""A network as it was read from another program's file: its layers, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.layer import Shape
from convstudio.model.values.network import Network

DAMAGES = (TypeError, IndexError, KeyError, AttributeError, ArithmeticError)
"""What comes of settings of the wrong kind or length: in a file they can be anything."""
FREE_LENGTH = 64
"""Rows and columns where a file leaves them open."""


@dataclass(frozen=True, eq=False)
class ReadNetwork:
    """What was read: the network, the shape of its input `(*spatial, channels)`, and what there is to say about it.

    `stopped` says which part was left out and why; it is empty where the network is whole. `metadata` are texts that
    the file holds about it, by their keys.
    """

    network: Network
    input_shape: Shape
    notes: tuple[str, ...] = ()
    stopped: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


def stopped_sentence(place: str, reason: str, kept: int) -> str:
    """Say where a network could not be read on, why, and how many layers before that are opened.

    >>> stopped_sentence("Node 3 (Sin)", "this operator is not known", 2)
    'Node 3 (Sin) cannot be a layer here: this operator is not known. The 2 layers before it are opened.'
    """
    opened = f"The {counted(kept, 'layer')} before it {one_or_many(kept, 'is', 'are')} opened." if kept else ""
    return f"{place} cannot be a layer here: {reason}. {opened or 'Nothing is opened.'}"


def open_size_sentence() -> str:
    """Say which size an input gets whose size a file leaves open."""
    return f"The file leaves the size of the input open; it has {FREE_LENGTH} cells a side here."


def range_sentence(name: str) -> str:
    """Say that a network brings its input into another range with its first layer, and what to do about it."""
    return (
        f"The model begins with “{name}”, which brings its inputs into another range. Pictures are 0 to 1 here: put a "
        "rescaling to 0 to 255 before it where it was trained on such."
    )
