"""Building the network: which layers there are to add, and the edits that add, move, remove, switch and fit them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.trace.stepping import Move, select_layer
from convstudio.model.values.arrays import Floats, check_count, frozen
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.view_state import ViewState

_FILTERS, _UNITS, _KERNEL = 8, 10, 3


def glorot(shape: Shape, seed: int, groups: int = 1) -> Floats:
    """Draw weights `(*kernel, channels / groups, filters)` or `(inputs, units)` as Keras does for a new layer.

    Raises ValueError, before anything is allocated, for more weights than a layer may have.

    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    check_count(shape)
    cells = math.prod(shape[:-2])
    reach = math.sqrt(6 / (cells * (shape[-2] + shape[-1] / groups)))
    return frozen(np.random.default_rng(seed).uniform(-reach, reach, shape))


def _conv(input_shape: Shape) -> tuple[Layer, ...]:
    return (Conv.of(glorot((*_kernel(input_shape), _channels(input_shape), _FILTERS), len(input_shape))),)


def _depthwise(input_shape: Shape) -> tuple[Layer, ...]:
    channels = _channels(input_shape)
    drawn = Conv.of(glorot((*_kernel(input_shape), 1, channels), len(input_shape), channels))
    return (replace(drawn, groups=channels),)


def _rescaling(shape: Shape) -> tuple[Layer, ...]:
    """Make one that changes nothing yet; the channels of maps get their own numbers, those of a vector share one."""
    return (Rescaling.of(1, 0, shape[-1] if len(shape) > 1 else 1),)


def _pointwise(input_shape: Shape) -> tuple[Layer, ...]:
    return (Conv.of(glorot((*(1,) * _rank(input_shape), _channels(input_shape), _FILTERS), len(input_shape))),)


def _separable(input_shape: Shape) -> tuple[Layer, ...]:
    (depthwise,) = _depthwise(input_shape)
    assert isinstance(depthwise, Conv)
    return (replace(depthwise, has_bias=False), *_pointwise(input_shape))


def _transposed(input_shape: Shape) -> tuple[Layer, ...]:
    weights = glorot((*_kernel(input_shape), _channels(input_shape), _FILTERS), len(input_shape))
    twos, ones = (2,) * _rank(input_shape), (1,) * _rank(input_shape)
    return (ConvTranspose(weights, frozen(np.zeros(_FILTERS)), stride=twos, dilation=ones, padding="same"),)


def _pool(kind: str) -> Callable[[Shape], tuple[Layer, ...]]:
    return lambda shape: (Pool(kind, (2,) * _rank(shape)),)


def _dense(input_shape: Shape) -> tuple[Layer, ...]:
    return (Dense.of(glorot((math.prod(input_shape), _UNITS), len(input_shape))),)


NEW_LAYERS: Mapping[str, Callable[[Shape], tuple[Layer, ...]]] = MappingProxyType(
    {
        "Convolution": _conv,
        "Depthwise convolution": _depthwise,
        "Separable convolution": _separable,
        "1×1 convolution": _pointwise,
        "Transposed convolution": _transposed,
        "Activation": lambda _: (Activation(activation="relu"),),
        "PReLU": lambda shape: (PRelu.of(shape[-1]),),
        "Max pooling": _pool("max"),
        "Average pooling": _pool("average"),
        "Global average": lambda _: (GlobalPool(kind="average"),),
        "Global maximum": lambda _: (GlobalPool(kind="max"),),
        "Up-sampling": lambda shape: (UpSampling((2,) * _rank(shape)),),
        "Rescaling": _rescaling,
        "Batch normalisation": lambda shape: (BatchNorm.of(shape[-1]),),
        "Local response normalisation": lambda _: (LocalResponseNorm(),),
        "Dropout": lambda _: (Dropout(),),
        "Spatial dropout": lambda _: (SpatialDropout(),),
        "Flatten": lambda _: (Flatten(),),
        "Dense": _dense,
        "Softmax": lambda _: (Activation(activation="softmax"),),
    }
)
"""What can be added, by its name, as a function of the shape that it will read."""


def add_layer(document: Document, after: int, kind: str) -> Document:
    """Put a new layer after another one, made for what that one makes; a separable convolution is two layers.

    Raises ValueError when there are as many layers as there may be.
    """
    input_shape = document.output_shape(after) or document.sample.values.shape
    return _with_layers(document, after + 1, after + 1, NEW_LAYERS[kind](input_shape))


def put_layer(document: Document, after: int, layer: Layer) -> Document:
    """Put a layer after another one, as it is. Raises ValueError when there are as many layers as there may be."""
    return _with_layers(document, after + 1, after + 1, (layer,))


def duplicate_layer(document: Document, layer: int) -> Document:
    """Put a copy of a layer after it, fitted to what it reads there. Raises ValueError at the limit of layers."""
    output_shape = document.output_shape(layer)
    copy = document.layers[layer] if output_shape is None else document.layers[layer].fitted_to(output_shape)
    return _with_layers(document, layer + 1, layer + 1, (copy,))


def remove_layer(document: Document, layer: int) -> Document:
    """Take a layer out. Raises ValueError for the only one."""
    if len(document.layers) == 1:
        raise ValueError("A network needs at least one layer: add another one before you remove this one.")
    return _with_layers(document, layer, layer + 1, ())


def move_layer(document: Document, layer: int, to: int) -> Document:
    """Move a layer to another place; a place before the first or after the last changes nothing."""
    if not 0 <= to < len(document.layers) or to == layer:
        return document
    places = [place for place in range(len(document.layers)) if place != layer]
    places.insert(to, layer)
    moved = Network(tuple(document.layers[place] for place in places))
    return replace(document, network=moved, combination=_following(document.combination, places))


def switch_layer(document: Document, layer: int, is_on: bool) -> Document:
    """Switch a layer on or off: one that is off passes on what it reads."""
    held = document.layers[layer]
    return document if held.is_on == is_on else document.with_layer(layer, replace(held, is_on=is_on))


def fit_layer(document: Document, layer: int) -> Document:
    """Fit a layer to what it reads: kernels, statistics or weights are dropped, or added, until their number fits."""
    input_shape = document.input_shape(layer)
    if input_shape is None:
        return document
    fit = document.layers[layer].fitted_to(input_shape)
    return document if fit == document.layers[layer] else document.with_layer(layer, fit)


def misfit(document: Document) -> int | None:
    """Return the first layer that cannot work as it is, and could if it were fitted to what it reads."""
    for index, layer in enumerate(document.layers):
        input_shape = document.input_shape(index)
        if input_shape is None:
            return None
        if document.output_shape(index) is None:
            try:
                layer.fitted_to(input_shape).output_shape(input_shape)
            except ValueError:
                return None
            return index
    return None


def adding(after: int) -> Move:
    """Return how the view moves when a layer is put in: to the new one."""
    return lambda document, view: select_layer(document, view, min(after + 1, len(document.layers) - 1))


def staying(_document: Document, view: ViewState) -> ViewState:
    """Leave the view as it is: a selected layer that was removed has given it to the one that took its place."""
    return view


def _with_layers(document: Document, first: int, stop: int, put: tuple[Layer, ...]) -> Document:
    layers = (*document.layers[:first], *put, *document.layers[stop:])
    if len(layers) > max(LIMITS.layers, len(document.layers)):
        raise ValueError(f"A network has at most {LIMITS.layers} layers: remove one first.")
    places = [*range(first), *(-1 for _ in put), *range(stop, len(document.layers))]
    return replace(document, network=Network(layers), combination=_following(document.combination, places))


def _following(combination: Combination | None, places: Sequence[int]) -> Combination | None:
    """Let a combination stay with its layer, or go with it; `places` tells where each layer was, -1 for a new one."""
    if combination is None or combination.layer not in places:
        return None
    return replace(combination, layer=places.index(combination.layer))


def _kernel(input_shape: Shape) -> Shape:
    return (_KERNEL,) * _rank(input_shape)


def _channels(input_shape: Shape) -> int:
    """Count the channels that a new convolution reads; on a vector it cannot work and needs but one."""
    return input_shape[-1] if len(input_shape) > 1 else 1


def _rank(input_shape: Shape) -> int:
    """Count the axes along which a window can slide; a vector is given one, and the layer explains why it cannot."""
    return max(1, len(input_shape) - 1)
