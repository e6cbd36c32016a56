"""What a lens looks at: a convolution and its input, cut to a part that is computed in an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.arrays import TiledArray
from convstudio.model.document import Document
from convstudio.model.kinds import Activation, ConvTranspose
from convstudio.model.layers import Conv, Layer
from convstudio.model.numbers import apart, format_shape
from convstudio.model.reading import Reading
from convstudio.model.sample import channel_names
from convstudio.model.view_state import ViewState
from convstudio.model.wording import ACTIVATION_NAMES
from convstudio.ops import ShapeError

Doubles = NDArray[np.float64]
MOST_MULTIPLICATIONS = 60_000_000
"""The most that a lens computes at once: about a twentieth of a second."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A convolution, the array that it reads, the filter and channel looked at, and the convolution right after it.

    `names` are those of the channels; without them they are numbered. `passed` names the activation that stands
    between both convolutions as a layer of its own, and is left out; empty where there is none.
    """

    layer: Conv
    read: TiledArray
    filter: int = 0
    channel: int = 0
    following: Conv | None = None
    names: tuple[str, ...] = ()
    passed: str = ""

    @property
    def channel_name(self) -> str:
        """The name of the channel looked at; empty where there is only one."""
        names = self.names or channel_names(self.read.channels)
        return names[self.channel] if self.read.channels > 1 else ""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of an input, `values` `(*spatial, channels)` in float64, and a sentence about it, empty for the whole."""

    values: Doubles
    note: str = ""

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of the spatial axes."""
        return self.values.shape[:-1]


def subject_of(document: Document, view: ViewState, reading: Reading | None) -> Subject:
    """Return what the lenses look at: the selected layer and what it reads (None: not computed).

    Raises ValueError with a sentence where the layer is no convolution, or there is nothing to read yet.

    >>> from convstudio.model.network import Network
    >>> from convstudio.model.reading import reading_of
    >>> from convstudio.model.sample import Sample
    >>> layer, sample = Conv.of(np.ones((3, 1, 1))), Sample.of("steps", np.zeros((8, 1)))
    >>> document = Document(sample, Network((layer,)))
    >>> subject_of(document, ViewState(), reading_of(document, ViewState(), None)).following is None
    True
    """
    layer = _plain_convolution(document.layers[view.layer])
    if layer is None:
        raise ValueError("This lens needs a convolution: select one in the ribbon.")
    if not layer.is_on:
        raise ValueError("The selected layer is switched off: switch it on, or select another convolution.")
    if reading is None:
        raise ValueError("What this layer reads is not computed: fix the layers before it, or wait for them.")
    read = reading.values
    if read.rank > 2:
        raise ValueError(
            f"This lens shows sequences and images, and the input {format_shape(read.shape)} has planes too: "
            "choose a sequence or an image as the input."
        )
    if read.rank != layer.rank or read.channels != layer.channels:
        raise ShapeError(
            f"The filters are made for {layer.rank}-D inputs of {layer.channels} channels, and the input "
            f"{format_shape(read.shape)} is another one: change the number of channels of one of them."
        )
    places = min(view.filter, layer.filters - 1), min(view.channel, read.channels - 1)
    following, passed = _following(document.layers[view.layer + 1 :])
    return Subject(layer, read, *places, following, reading.names, passed)


def left_out(layer: Conv) -> str:
    """Say which settings of a layer a lens leaves out that looks at the sums of products alone; empty where none is.

    >>> left_out(Conv.of(np.ones((3, 1, 1))))
    ''
    """
    padding = "" if layer.padding == "valid" else "padding"
    activation = "" if layer.activation == "linear" else ACTIVATION_NAMES[layer.activation]
    told = " and ".join(part for part in (padding, activation) if part)
    return f"without the layer's {told}" if told else ""


def middle_of(read: TiledArray, longest: int) -> Part:
    """Cut the middle out of an input: at most `longest` cells along each axis.

    Raises ValueError where it holds values that are not finite: they would spread over everything that is compared.

    >>> middle_of(TiledArray.of(np.arange(9)[:, np.newaxis]), 3).values[:, 0].tolist()
    [3.0, 4.0, 5.0]
    """
    lengths = tuple(min(longest, length) for length in read.spatial)
    starts = [(length - kept) // 2 for length, kept in zip(read.spatial, lengths, strict=True)]
    part = _cut(read, starts, lengths, "the middle")
    if not np.isfinite(part.values).all():
        raise ValueError(
            f"The input {format_shape(read.shape)} holds NaN or infinite values, and this lens compares numbers: "
            "give those cells a number, or choose another input."
        )
    return part


def beginning_of(read: TiledArray, longest: int) -> Part:
    """Cut the beginning off an input: at most `longest` cells along each axis from its first corner.

    >>> beginning_of(TiledArray.of(np.arange(9)[:, np.newaxis]), 3).values[:, 0].tolist()
    [0.0, 1.0, 2.0]
    """
    lengths = tuple(min(longest, length) for length in read.spatial)
    return _cut(read, [0] * read.rank, lengths, "the first corner" if read.rank > 1 else "the beginning")


def check_effort(multiplications: int) -> None:
    """Refuse what would take a lens too long. Raises ValueError with the number of multiplications.

    >>> check_effort(1000)
    """
    if multiplications > MOST_MULTIPLICATIONS:
        raise ValueError(
            f"This lens would take {apart(multiplications)} multiplications, more than the "
            f"{apart(MOST_MULTIPLICATIONS)} that it computes at once: choose smaller kernels or fewer filters."
        )


def _following(layers: Sequence[Layer]) -> tuple[Conv | None, str]:
    """Return the next convolution, unless another kind of layer stands before it, and the activations passed."""
    passed = []
    for layer in layers:
        if isinstance(layer, Activation) and layer.is_on:
            passed.append(ACTIVATION_NAMES[layer.activation])
        elif layer.is_on:
            return _plain_convolution(layer), " and ".join(passed)
    return None, ""


def _plain_convolution(layer: Layer) -> Conv | None:
    return layer if isinstance(layer, Conv) and not isinstance(layer, ConvTranspose) else None


def _cut(read: TiledArray, starts: list[int], lengths: tuple[int, ...], which: str) -> Part:
    box = tuple(slice(start, start + kept) for start, kept in zip(starts, lengths, strict=True))
    note = "" if lengths == read.spatial else f"{which}, {format_shape(lengths)} of {format_shape(read.spatial)} cells"
    return Part(read.box(box).astype(np.float64), note)
