"""Presets: what a folder of them holds, and how one is made of a filter and of what its user wrote about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import PRESET_PREFIX, Detector
from convstudio.model.values.limits import LIMITS

MY_PRESETS = "My presets"
"""The name of the group that holds the user's own."""


@dataclass(frozen=True)
class DamagedPreset:
    """A file that is not a preset, or not any more; `reason` is a sentence that says why, and what to do."""

    file: str
    reason: str


@dataclass(frozen=True)
class PresetListing:
    """What a folder of presets holds, by name; `problem` is why the folder itself cannot be read, empty where it can.

    >>> PresetListing("/home/me/presets").presets
    ()
    """

    folder: str
    presets: tuple[Detector, ...] = ()
    damaged: tuple[DamagedPreset, ...] = ()
    problem: str = ""


def kernel_preset(layer: Conv, filter_index: int, channel: int) -> Detector:
    """Return one kernel of a filter as a preset without a name: it is used on every channel, and brings no bias.

    `channel` counts the channels that the filter reads. Raises ValueError for a volume.
    """
    _check_rank(layer)
    return _preset(layer, layer.weights[..., channel, filter_index], mixes_channels=False)


def filter_preset(layer: Conv, filter_index: int) -> Detector:
    """Return a whole filter with its bias as a preset without a name; with one channel it fits every layer.

    Raises ValueError for a volume.
    """
    _check_rank(layer)
    kernels = layer.weights[..., filter_index]
    mixes = kernels.shape[-1] > 1
    made = _preset(layer, kernels if mixes else kernels[..., 0], mixes_channels=mixes)
    return replace(made, bias=float(layer.bias[filter_index])) if layer.has_bias else made


def described(preset: Detector, name: str, tags: str, detects: str, note: str, source: str) -> Detector:
    """Return a preset with what its user wrote about it; `tags` are separated by commas.

    Raises ValueError where a text is missing, too long, or cannot be shown.

    >>> edge = Detector("preset:", "", 1, np.float32([-1, 1]), False, "", "")
    >>> described(edge, " My edge ", "week 3, edges,", "", "", "").tags
    ('week 3', 'edges')
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise ValueError("The preset has no name. Type one.")
    listed = tuple(dict.fromkeys(filter(None, (" ".join(tag.split()) for tag in tags.split(",")))))
    _check_line("name", wanted, LIMITS.filter_name)
    for tag in listed:
        _check_line(f"tag “{tag[:20]}”", tag, LIMITS.preset_tag)
    if len(listed) > LIMITS.preset_tags:
        raise ValueError(f"The preset has {len(listed)} tags, and at most {LIMITS.preset_tags} fit. Remove some.")
    for what, text in (("what it detects", detects), ("note", note), ("source", source)):
        if len(text) > LIMITS.preset_text:
            raise ValueError(
                f"The text “{what}” has {len(text)} letters, and at most {LIMITS.preset_text} fit. Shorten it."
            )
    return replace(preset, name=wanted, tags=listed, detects=detects.strip(), note=note.strip(), source=source.strip())


def copy_name(name: str) -> str:
    """Return the name of a copy, which fits where the name fits.

    >>> copy_name("Edge")
    'Edge copy'
    """
    return f"{name[: LIMITS.filter_name - 5]} copy"


def _preset(layer: Conv, kernel: NDArray[np.float32], *, mixes_channels: bool) -> Detector:
    return Detector(PRESET_PREFIX, "", layer.rank, frozen(kernel), mixes_channels, "", "")


def _check_rank(layer: Conv) -> None:
    if layer.rank > 2:
        raise ValueError("A preset is a kernel of a sequence or an image. Save a volume's kernels in a project.")


def _check_line(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise ValueError(f"The {what} has {len(text)} letters, and at most {most} fit. Shorten it.")
    if not text.isprintable():
        raise ValueError(f"The {what} contains a character that cannot be shown. Type plain text.")
