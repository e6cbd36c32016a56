"""The settings of a layer with kernels: the choices that its form offers, and what an answer makes of the layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.edits import kernel_weights, layer_settings
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Padding
from convstudio.model.words.wording import as_sentence, nothing_read
from convstudio.ops import PADDINGS
from convstudio.ops.padding import check_padding_mode

EXPLICIT = "explicit"
PADDING_CHOICES = (*PADDINGS, EXPLICIT)
_SEQUENCE_ONLY = "causal"
_OF_STEPS = {"columns": "steps", "left": "before", "right": "after"}


@dataclass(frozen=True)
class SettingsOutcome:
    """What a layer's settings lead to: the formula of the output shape, or the sentence saying why there is none."""

    text: str
    works: bool


def possible_groups(layer: Conv) -> tuple[int, ...]:
    """Return every number of groups that divides channels and filters, from 1 up.

    >>> import numpy as np

    >>> possible_groups(Conv.of(np.ones((3, 3, 4, 6))))
    (1, 2)
    """
    most = math.gcd(layer.channels, layer.filters)
    return tuple(groups for groups in range(1, most + 1) if most % groups == 0)


def groups_note(layer: Conv) -> str:
    """Name what the most groups are: depthwise, or what depthwise needs.

    >>> import numpy as np

    >>> groups_note(Conv.of(np.ones((3, 3, 3, 4))))
    'depthwise: 3, 6 … filters'
    """
    channels = layer.channels
    if layer.filters % channels == 0:
        return "depthwise"
    return f"depthwise: {channels}, {2 * channels} … filters"


def regrouped(document: Document, layer: int, held: Conv, groups: int) -> Document:
    """Set the groups of a layer as it was when a drag began, so that dragging back brings every kernel back."""
    return layer_settings.set_groups(document.with_layer(layer, held), layer, groups)


def outcome(document: Document, layer: int) -> SettingsOutcome:
    """Say what a layer's settings lead to.

    >>> import numpy as np
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> sample = Sample.of("zeros", np.zeros((8, 8, 1)))
    >>> outcome(Document(sample, Network((Conv.of(np.ones((3, 3, 1, 1))),))), 0).text
    'Output: (8 − 3) ÷ 1 + 1 = 6'
    """
    conv, spatial = conv_at(document, layer), stepping.input_spatial(document, layer)
    if spatial is None:
        return SettingsOutcome(nothing_read(document, layer), works=False)
    try:
        if not isinstance(conv, ConvTranspose):
            check_padding_mode(spatial, conv.geometry(spatial).pairs, conv.padding_mode)
        formula = conv.formula((*spatial, conv.channels))
        return SettingsOutcome(f"Output {formula}" if formula[0].isalpha() else f"Output: {formula}", works=True)
    except ValueError as refusal:
        return SettingsOutcome(as_sentence(str(refusal)), works=False)


def field_name(name: str, rank: int) -> str:
    """Return the name of a layer's field for inputs of a rank: a sequence has steps in place of columns.

    >>> field_name("Stride columns", 1), field_name("Stride columns", 2), field_name("Padding left", 1)
    ('Stride steps', 'Stride columns', 'Padding before')
    """
    if rank != 1:
        return name
    for word, of_steps in _OF_STEPS.items():
        name = name.replace(word, of_steps)
    return name


def set_kernel_length(document: Document, layer: int, axis: int, length: int) -> Document:
    """Set the kernel's number of rows (axis -2) or columns (axis -1)."""
    return kernel_weights.set_kernel_size(document, layer, replaced(conv_at(document, layer).kernel_size, axis, length))


def set_axis_stride(document: Document, layer: int, axis: int, stride: int) -> Document:
    """Set the stride along rows (axis -2) or columns (axis -1)."""
    return layer_settings.set_stride(document, layer, replaced(conv_at(document, layer).stride, axis, stride))


def set_axis_dilation(document: Document, layer: int, axis: int, dilation: int) -> Document:
    """Set the dilation along rows (axis -2) or columns (axis -1)."""
    return layer_settings.set_dilation(document, layer, replaced(conv_at(document, layer).dilation, axis, dilation))


def choose_padding(document: Document, layer: int, choice: str) -> Document:
    """Choose a padding by name; `explicit` writes out the amounts of now, so that they can be changed side by side."""
    padding: Padding = padding_amounts(document, layer) if choice == EXPLICIT else choice
    return layer_settings.set_padding(document, layer, padding)


def set_padding_side(document: Document, layer: int, axis: int, side: int, cells: int) -> Document:
    """Set the padding before (side 0) or after (side 1) along rows (axis -2) or columns (axis -1)."""
    pairs = list(padding_amounts(document, layer))
    before, after = pairs[axis]
    pairs[axis] = (cells, after) if side == 0 else (before, cells)
    return layer_settings.set_padding(document, layer, tuple(pairs))


def padding_choice(layer: Conv) -> str:
    """Name the entry of `PADDING_CHOICES` that a layer's padding belongs to."""
    return layer.padding if isinstance(layer.padding, str) else EXPLICIT


def padding_amounts(document: Document, layer: int) -> tuple[tuple[int, int], ...]:
    """Return the cells (before, after) per axis that a layer pads with; none where its settings cannot work.

    Of a transposed convolution they are those that it cuts off.
    """
    conv, spatial = conv_at(document, layer), stepping.input_spatial(document, layer)
    if not isinstance(conv.padding, str):
        return conv.padding
    try:
        placed = spatial or (1,) * conv.rank
        return conv.cut_off(placed) if isinstance(conv, ConvTranspose) else conv.geometry(placed).pairs
    except ValueError:
        return ((0, 0),) * conv.rank


def why_not_padding(choice: str, layer: Conv) -> str:
    """Say in a sentence why a padding cannot be used on the layer's rank; empty where it can."""
    is_wrong = choice == _SEQUENCE_ONLY and layer.rank != 1
    return "Causal padding is for sequences: the window never sees a later step." if is_wrong else ""


def replaced(values: Sequence[int], axis: int, value: int) -> tuple[int, ...]:
    """Return numbers per axis with one of them changed; axes may count from the end.

    >>> replaced((1, 2), -1, 5)
    (1, 5)
    """
    changed = list(values)
    changed[axis] = value
    return tuple(changed)
