"""The kernel on show as something to take along: its weights, a name for it, its bias, and what to know about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.kinds.convolution import conv_at
from convstudio.model.panes.kernel_facts import inside_filters, kernel_channel
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detectors import Detector, recognise
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import ViewState

_FLIPPED = "This layer flips its kernels, and these are the weights before that."


@dataclass(frozen=True, eq=False)
class KernelOnShow:
    """A kernel `(columns,)` or `(rows, columns)`, or a whole filter with one more axis of channels.

    `name` can begin a file's name, and has no dot: the chosen format adds its ending. `bias` is that of the filter,
    where the kernel is all of it, else None. `notes` are sentences that its reader should know.
    """

    kernel: Floats
    name: str
    bias: float | None = None
    notes: tuple[str, ...] = ()


def kernel_on_show(
    document: Document, view: ViewState, detectors: Sequence[Detector], *, is_whole: bool = False
) -> KernelOnShow:
    """Return the selected kernel, or the selected filter with all its channels.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> layer = Conv.of(np.ones((3, 3, 2, 1)))
    >>> document = Document(Sample.of("dots", np.ones((4, 4, 2))), Network((layer,)))
    >>> [kernel_on_show(document, ViewState(), (), is_whole=whole).kernel.shape for whole in (False, True)]
    [(3, 3), (3, 3, 2)]
    """
    view = inside_filters(document, view)
    conv = conv_at(document, view.layer)
    kernels = conv.weights[..., view.filter]
    channel = kernel_channel(conv, view.filter, view.channel)
    is_all = is_whole or kernels.shape[-1] == 1
    detector = recognise(detectors, kernels)
    name = conv.filter_name(view.filter) if detector is None else detector.id
    kernel = kernels if is_whole and kernels.shape[-1] > 1 else kernels[..., channel]
    bias = float(conv.bias[view.filter])
    notes = [_FLIPPED] if conv.flip else []
    if not is_all and bias:
        notes.append(f"It is one kernel of a filter, whose bias {format_number(bias)} is not in it.")
    return KernelOnShow(
        frozen(np.ascontiguousarray(kernel)),
        re.sub(r"[^\w-]+", "-", name).strip("-") or "kernel",
        bias if is_all else None,
        tuple(notes),
    )


def has_channels(document: Document, view: ViewState) -> bool:
    """Return whether the selected filter has several kernels: then the whole filter is something else than one."""
    return conv_at(document, view.layer).channels_per_group > 1
