"""Pure functions on NumPy arrays: what a convolutional layer computes. Start with `reference`, then read `unfold`.

What a student meets in a textbook, each with its formula and its source:

- `reference`: the convolution by one loop per letter of its formula, which every faster way must equal
- `convolution`, `gradients`, `transpose`: the layer, what it learns from, and its adjoint; each checks its arguments
  and asks the native kernels first, then NumPy's ways in `strategies`
- `pooling`; `activation`, each beside its slope; `layers`, the rest
- `shapes`, `padding`, `receptive`, `counts`: how large a result is, what is outside the input, what a value sees, and
  how much a layer holds and computes
- `kernels`: weights made by a formula
- `learning`: `losses`, `optimisers`, gradients of the other layers (`layer_gradients`), and the convolution of many
  small samples that training makes again and again (`columns`)

How it is computed in NumPy, in `strategies`:

- `sweep` sees every layer as one of planes, rows and columns, and cuts it into boxes that threads share
- `unfold` writes the windows of a box as rows of a matrix: one product with all filters. `bands` makes of a layer of
  few channels and filters one of more filters and a larger stride; `depthwise` serves filters of one channel each;
  `whole` computes a small call at once. Each of these is more than twice as fast as `unfold` alone where it is used
- `gather` and `paint` go backwards: to the weights and to the input; `pooling` pools, and gives back what it took

How it is computed in C, where it was built: `native`, whose own page names its files.

Below all of them: `arguments` takes numbers as floats; `calls` checks what a caller gives (`conv_call`, `pool_call`)
and says which cells windows meet (`pooled_axes`, `painted_cells`); `threads` shares tiles among cores, with the
same bits however many there are; `limits` says what is too large.
"""

from __future__ import annotations

from convstudio.ops.activation import ACTIVATIONS, ALPHAS, OVER_CHANNELS, activate, activation_gradient
from convstudio.ops.calls.painted_cells import transposed_shape
from convstudio.ops.calls.pool_call import POOLS, pool_geometry
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
from convstudio.ops.pooling import global_pool, global_pool_gradient, pool, pool_gradient
from convstudio.ops.receptive import ReceptiveField, receptive_field
from convstudio.ops.reference import conv_reference
from convstudio.ops.shapes import (
    PADDING_MODES,
    PADDINGS,
    Geometry,
    Padding,
    PaddingMode,
    PaddingName,
    ShapeError,
    geometry,
    output_shape,
    per_axis,
    resolve_padding,
    times,
)
from convstudio.ops.transpose import conv_transpose

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
    "local_response_norm",
    "multiplication_count",
    "output_shape",
    "pad",
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
