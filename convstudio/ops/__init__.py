"""Pure functions on NumPy arrays: what a convolutional layer computes."""

from convstudio.ops.activation import ACTIVATIONS, activate
from convstudio.ops.convolution import conv
from convstudio.ops.counts import multiplication_count, parameter_count
from convstudio.ops.padding import pad, source_index
from convstudio.ops.reference import conv_reference
from convstudio.ops.shapes import (
    PADDING_MODES,
    PADDINGS,
    Padding,
    PaddingMode,
    PaddingName,
    PerAxis,
    ShapeError,
    kernel_extent,
    output_shape,
    padded_shape,
    per_axis,
    resolve_padding,
    times,
)

__all__ = [
    "ACTIVATIONS",
    "PADDINGS",
    "PADDING_MODES",
    "Padding",
    "PaddingMode",
    "PaddingName",
    "PerAxis",
    "ShapeError",
    "activate",
    "conv",
    "conv_reference",
    "kernel_extent",
    "multiplication_count",
    "output_shape",
    "pad",
    "padded_shape",
    "parameter_count",
    "per_axis",
    "resolve_padding",
    "source_index",
    "times",
]
