"""Pure functions on NumPy arrays: what a convolutional layer computes."""

from __future__ import annotations

from convstudio.ops.activation import ACTIVATIONS, ALPHAS, OVER_CHANNELS, activate, activation_gradient
from convstudio.ops.convolution import conv
from convstudio.ops.counts import multiplication_count, parameter_count
from convstudio.ops.gradients import conv_gradients, conv_weight_gradients
from convstudio.ops.layers import (
    batch_norm,
    dense,
    dropout,
    flatten,
    local_response_norm,
    prelu,
    rescale,
    spatial_dropout,
    upsample,
)
from convstudio.ops.padding import pad, source_index
from convstudio.ops.pooling import POOLS, global_pool, global_pool_gradient, pool, pool_geometry, pool_gradient
from convstudio.ops.receptive import ReceptiveField, receptive_field
from convstudio.ops.reference import conv_reference
from convstudio.ops.shapes import (
    PADDING_MODES,
    PADDINGS,
    Geometry,
    Padding,
    PaddingMode,
    PaddingName,
    PerAxis,
    ShapeError,
    geometry,
    kernel_extent,
    output_shape,
    padded_shape,
    per_axis,
    resolve_padding,
    times,
)
from convstudio.ops.transpose import conv_transpose, transposed_shape

__all__ = [
    "ACTIVATIONS",
    "ALPHAS",
    "OVER_CHANNELS",
    "PADDINGS",
    "PADDING_MODES",
    "POOLS",
    "Geometry",
    "Padding",
    "PaddingMode",
    "PaddingName",
    "PerAxis",
    "ReceptiveField",
    "ShapeError",
    "activate",
    "activation_gradient",
    "batch_norm",
    "conv",
    "conv_gradients",
    "conv_reference",
    "conv_transpose",
    "conv_weight_gradients",
    "dense",
    "dropout",
    "flatten",
    "geometry",
    "global_pool",
    "global_pool_gradient",
    "kernel_extent",
    "local_response_norm",
    "multiplication_count",
    "output_shape",
    "pad",
    "padded_shape",
    "parameter_count",
    "per_axis",
    "pool",
    "pool_geometry",
    "pool_gradient",
    "prelu",
    "receptive_field",
    "rescale",
    "resolve_padding",
    "source_index",
    "spatial_dropout",
    "times",
    "transposed_shape",
    "upsample",
]
