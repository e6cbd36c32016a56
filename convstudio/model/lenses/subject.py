"""The subject of a lens: a convolution and its input, cut to a part that is computed in an instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.activation import ACTIVATION_NAMES, Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.answers.counted import counted, enumerated
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import apart, format_shape
from convstudio.model.values.sample import channel_names
from convstudio.model.values.view_state import ViewState
from convstudio.ops import ShapeError

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Subject:
    """A convolution, the array that it reads, the selected filter and channel, and the convolution right after it.

    `names` are those of the channels; without them they are numbered. `passed` names the activation that stands
    between both convolutions as a separate layer, and is left out; empty where there is none.
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
        """The name of the selected channel; empty where there is only one."""
        names = self.names or channel_names(self.read.channels)
        return names[self.channel] if self.read.channels > 1 else ""


@dataclass(frozen=True, eq=False)
class InputPart:
    """A part of an input, `values` `(*spatial, channels)` in float64, and a sentence about it, empty for the whole."""

    values: Doubles
    note: str = ""

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of the spatial axes."""
        return self.values.shape[:-1]


def subject_of(document: Document, view: ViewState, reading: LayerInput | None) -> Subject:
    """Return the subject of the lenses: the selected layer and its input (None: not computed).

    Raises ValueError with a sentence where the layer is not a convolution, or its input is not computed yet.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.run.layer_input import reading_of
    >>> from convstudio.model.values.sample import Sample
    >>> layer, sample = Conv.of(np.ones((3, 1, 1))), Sample.of("steps", np.zeros((8, 1)))
    >>> document = Document(sample, Network((layer,)))
    >>> subject_of(document, ViewState(), reading_of(document, ViewState(), None)).following is None
    True
    """
    layer = _plain_convolution(document.layers[view.layer])
    if layer is None:
        raise ValueError("This lens needs a convolution: select one in the ribbon.")
    if not layer.is_on:
        raise ValueError("The selected layer is switched off. Switch it on, or select another convolution.")
    if reading is None:
        raise ValueError("The input of this layer is not computed. Fix the layers before it, or wait for them.")
    read = reading.values
    if read.rank > 2:
        raise ValueError(
            f"This lens shows sequences and images, and the input {format_shape(read.shape)} has planes too: "
            "choose a sequence or an image as the input."
        )
    if read.rank != layer.rank or read.channels != layer.channels:
        raise ShapeError(
            f"The filters are made for {layer.rank}-D inputs of {counted(layer.channels, 'channel')}, and the input "
            f"{format_shape(read.shape)} is another one: change the number of channels of one of them."
        )
    places = min(view.filter, layer.filters - 1), min(view.channel, read.channels - 1)
    following, passed = _following(document.layers[view.layer + 1 :])
    return Subject(layer, read, *places, following, reading.names, passed)


def left_out(layer: Conv) -> str:
    """Name the settings of a layer that are left out by a lens on the sums of products; empty where none is.

    >>> left_out(Conv.of(np.ones((3, 1, 1))))
    ''
    """
    has_padding, has_activation = layer.padding != "valid", layer.activation != "linear"
    if has_padding and has_activation:
        return f"without the layer's padding and {ACTIVATION_NAMES[layer.activation]}"
    if has_activation:
        return f"without the layer's {ACTIVATION_NAMES[layer.activation]}"
    return "without the layer's padding" if has_padding else ""


def middle_of(inputs: TiledArray, longest: int) -> InputPart:
    """Cut the middle out of an input: at most `longest` cells along each axis.

    Raises ValueError where it holds values that are not finite: they would spread over everything that is compared.

    >>> middle_of(TiledArray.of(np.arange(9)[:, np.newaxis]), 3).values[:, 0].tolist()
    [3.0, 4.0, 5.0]
    """
    lengths = tuple(min(longest, length) for length in inputs.spatial)
    starts = [(length - kept) // 2 for length, kept in zip(inputs.spatial, lengths, strict=True)]
    part = _cut(inputs, starts, lengths, "the middle")
    if not np.isfinite(part.values).all():
        raise ValueError(
            f"The input {format_shape(inputs.shape)} holds NaN or infinite values, and this lens compares numbers: "
            "give those cells a number, or choose another input."
        )
    return part


def beginning_of(inputs: TiledArray, longest: int) -> InputPart:
    """Cut the beginning off an input: at most `longest` cells along each axis from its first corner.

    >>> beginning_of(TiledArray.of(np.arange(9)[:, np.newaxis]), 3).values[:, 0].tolist()
    [0.0, 1.0, 2.0]
    """
    lengths = tuple(min(longest, length) for length in inputs.spatial)
    return _cut(inputs, [0] * inputs.rank, lengths, "the first corner" if inputs.rank > 1 else "the beginning")


def check_effort(multiplications: int) -> None:
    """Refuse what would take a lens too long. Raises ValueError with the number of multiplications.

    >>> check_effort(1000)
    """
    if multiplications > LIMITS.lens_multiplications:
        raise ValueError(
            f"This lens would take {apart(multiplications)} multiplications, more than the "
            f"{apart(LIMITS.lens_multiplications)} that it computes at once: choose smaller kernels or fewer filters."
        )


def _following(layers: Sequence[Layer]) -> tuple[Conv | None, str]:
    """Return the next convolution, unless another kind of layer stands before it, and the activations passed."""
    passed = []
    for layer in layers:
        if isinstance(layer, Activation) and layer.is_on:
            passed.append(ACTIVATION_NAMES[layer.activation])
        elif layer.is_on:
            return _plain_convolution(layer), enumerated(passed)
    return None, ""


def _plain_convolution(layer: Layer) -> Conv | None:
    return layer if isinstance(layer, Conv) and not isinstance(layer, ConvTranspose) else None


def _cut(inputs: TiledArray, starts: list[int], lengths: tuple[int, ...], which: str) -> InputPart:
    box = tuple(slice(start, start + kept) for start, kept in zip(starts, lengths, strict=True))
    note = (
        "" if lengths == inputs.spatial else f"{which}, {format_shape(lengths)} of {format_shape(inputs.spatial)} cells"
    )
    return InputPart(inputs.box(box).astype(np.float64), note)
