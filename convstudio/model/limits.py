"""Which quantities have a limit; the numbers stand in the one table of `files.limits`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The largest values that the program takes; checked before anything is allocated."""

    axis_length: int
    input_values: int
    input_channels: int
    kernel_length: int
    stride: int
    dilation: int
    padding: int
    filters: int
    layers: int
    layer_values: int
    output_values: int
    file_bytes: int
    kernel_bytes: int
    settings_bytes: int
    image_pixels: int
    grid_length: int
    table_length: int
    map_bytes: int
    weights: int
    undo_bytes: int
