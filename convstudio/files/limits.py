"""The one table of limits, and the checks that read it before anything is allocated."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convstudio.files.problems import FileProblem
from convstudio.model.arrays import byte_size
from convstudio.model.building import MOST_LAYER_VALUES, MOST_LAYERS
from convstudio.model.layers import MOST_FILTERS, MOST_WEIGHTS
from convstudio.model.limits import Limits
from convstudio.model.map_levels import LONGEST_TABLE
from convstudio.model.memory import MOST_MAP_BYTES
from convstudio.model.numbers import format_shape
from convstudio.model.wording import PLURALS
from convstudio.ops.shapes import MOST_VALUES

LIMITS = Limits(
    axis_length=16384,  # the longest side that a texture of common graphics drivers takes
    input_values=2**26,  # 256 MiB of float32, or a 22-megapixel RGB photograph: input, map and undo fit into 2 GB
    input_channels=64,  # the widest layers that the panes can list; hyperspectral pictures have more and are rare
    kernel_length=31,  # the largest kernels of published networks, and the smallest cell that can still be read
    stride=64,  # beyond the largest stride of published networks (16 for vision transformers, 10 for raw audio)
    dilation=64,  # a 31-long kernel then spans 1,921 cells, more than the rows of a full-HD picture
    padding=256,  # more than half the span of the largest useful kernel, and it cannot swell an input without notice
    filters=MOST_FILTERS,  # the upper end of "32 to 512 filters in parallel are common"
    layers=MOST_LAYERS,  # what the ribbon can show, and more than VGG-19 has
    layer_values=MOST_LAYER_VALUES,  # 256 MiB of float32: a dense layer of 10 units on 224×224 maps of 64 filters fits
    output_values=MOST_VALUES,  # 1 GiB of float32, the most that a machine with 4 GB can hold beside its input
    file_bytes=512 * 2**20,  # twice the largest input in float32, so that a float64 file of it still opens
    kernel_bytes=8 * 2**20,  # a kernel file as text: over 100 signs for each of the most weights, 31×31 of 64 channels
    settings_bytes=2**20,  # a hundred times what the window keeps between two starts
    image_pixels=64_000_000,  # above the 61 megapixels of today's full-frame cameras, decoded in under a second
    grid_length=24,  # the largest side whose numbers can all be read at once in a third of a 1366×768 screen
    table_length=LONGEST_TABLE,
    map_bytes=MOST_MAP_BYTES,  # the maps of all layers: two of the largest, beside as much that they replace
    weights=MOST_WEIGHTS,  # 16 MiB of float32, 512 filters of 512 kernels 3×3 and more: an undo step may hold them all
    undo_bytes=512 * 2**20,  # besides the document of now and the last step: the largest input twice
)


def check_input_shape(shape: Sequence[int], where: str) -> None:
    """Raise FileProblem unless an input `(*spatial, channels)` of that shape keeps to the limits; `where` names it."""
    *spatial, channels = shape
    for length, axis in zip(spatial, PLURALS[len(spatial)], strict=True):
        check_between(1, length, LIMITS.axis_length, f"{where} has {length} {axis}")
    check_between(1, channels, LIMITS.input_channels, f"{where} has {channels} channels")
    if math.prod(shape) > LIMITS.input_values:
        raise FileProblem(
            f"{where} has {format_shape(tuple(shape))} = {math.prod(shape)} values ({byte_size(shape) >> 20} MiB), "
            f"and at most {LIMITS.input_values} fit: crop it or make it smaller."
        )


def check_output_shape(shape: Sequence[int], where: str) -> None:
    """Raise FileProblem unless feature maps `(*output, filters)` of that shape fit; `where` names their input."""
    if math.prod(shape) > LIMITS.output_values:
        raise FileProblem(
            f"{where} would make feature maps of {format_shape(tuple(shape))} = {math.prod(shape)} values "
            f"({byte_size(shape) >> 20} MiB), and at most {LIMITS.output_values} fit: use fewer kernels, a larger "
            "stride or a smaller input."
        )


def check_kernel_size(size: Sequence[int], where: str) -> None:
    """Raise FileProblem unless every axis of a kernel keeps to the limits; `where` names the kernel."""
    for length in size:
        check_between(
            1,
            length,
            LIMITS.kernel_length,
            f"{where} holds a kernel of {format_shape(tuple(size))} with a side of {length}",
        )


def check_between(least: int, number: int, most: int, what: str) -> None:
    """Raise FileProblem, which begins with `what`, unless the number lies between the two."""
    if not least <= number <= most:
        raise FileProblem(f"{what}, and this must be between {least} and {most}: choose a value that fits.")
