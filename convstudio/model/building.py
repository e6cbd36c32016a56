"""Building the network: which layers there are to add, and the edits that add, move, remove, switch and fit them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from convstudio.model.arrays import Floats, byte_size, frozen
from convstudio.model.combination import Combination
from convstudio.model.document import Document
from convstudio.model.kinds import (
    Activation,
    BatchNorm,
    ConvTranspose,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    Pool,
    SpatialDropout,
)
from convstudio.model.layers import Conv, Layer, Shape, with_channels, with_rank
from convstudio.model.network import Network
from convstudio.model.stepping import Move, fitted, look_at_layer
from convstudio.model.view_state import ViewState
from convstudio.ops.shapes import times

MOST_LAYERS = 32
MOST_LAYER_VALUES = 2**26
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


def _conv(read: Shape) -> tuple[Layer, ...]:
    return (Conv.of(glorot((*_kernel(read), _channels(read), _FILTERS), len(read))),)


def _depthwise(read: Shape) -> tuple[Layer, ...]:
    channels = _channels(read)
    drawn = Conv.of(glorot((*_kernel(read), 1, channels), len(read), channels))
    return (replace(drawn, groups=channels),)


def _pointwise(read: Shape) -> tuple[Layer, ...]:
    return (Conv.of(glorot((*(1,) * _rank(read), _channels(read), _FILTERS), len(read))),)


def _separable(read: Shape) -> tuple[Layer, ...]:
    (depthwise,) = _depthwise(read)
    assert isinstance(depthwise, Conv)
    return (replace(depthwise, has_bias=False), *_pointwise(read))


def _transposed(read: Shape) -> tuple[Layer, ...]:
    weights = glorot((*_kernel(read), _channels(read), _FILTERS), len(read))
    twos, ones = (2,) * _rank(read), (1,) * _rank(read)
    return (ConvTranspose(weights, frozen(np.zeros(_FILTERS)), stride=twos, dilation=ones, padding="same"),)


def _pool(kind: str) -> Callable[[Shape], tuple[Layer, ...]]:
    return lambda read: (Pool(kind, (2,) * _rank(read)),)


def _dense(read: Shape) -> tuple[Layer, ...]:
    return (Dense.of(glorot((math.prod(read), _UNITS), len(read))),)


NEW_LAYERS: Mapping[str, Callable[[Shape], tuple[Layer, ...]]] = MappingProxyType(
    {
        "Convolution": _conv,
        "Depthwise convolution": _depthwise,
        "Separable convolution": _separable,
        "1×1 convolution": _pointwise,
        "Transposed convolution": _transposed,
        "Activation": lambda _: (Activation(activation="relu"),),
        "Max pooling": _pool("max"),
        "Average pooling": _pool("average"),
        "Global average": lambda _: (GlobalPool(kind="average"),),
        "Global maximum": lambda _: (GlobalPool(kind="max"),),
        "Batch normalisation": lambda read: (BatchNorm.of(read[-1]),),
        "Dropout": lambda _: (Dropout(),),
        "Spatial dropout": lambda _: (SpatialDropout(),),
        "Flatten": lambda _: (Flatten(),),
        "Dense": _dense,
        "Softmax": lambda _: (Activation(activation="softmax"),),
    }
)
"""What can be added, by its name, as a function of the shape that it will read."""


def add_layer(document: Document, after: int, kind: str) -> Document:
    """Put a new layer behind another one, made for what that one makes; a separable convolution is two layers.

    Raises ValueError when there are as many layers as there may be.
    """
    read = document.made_shape(after) or document.sample.values.shape
    return _with_layers(document, after + 1, after + 1, NEW_LAYERS[kind](read))


def duplicate_layer(document: Document, layer: int) -> Document:
    """Put a copy of a layer behind it, fitted to what it reads there. Raises ValueError at the limit of layers."""
    made = document.made_shape(layer)
    copy = document.layers[layer] if made is None else fitted_to(document.layers[layer], made)
    return _with_layers(document, layer + 1, layer + 1, (copy,))


def remove_layer(document: Document, layer: int) -> Document:
    """Take a layer out. Raises ValueError for the only one."""
    if len(document.layers) == 1:
        raise ValueError("A network needs a layer: add another one before this one goes.")
    return _with_layers(document, layer, layer + 1, ())


def move_layer(document: Document, layer: int, to: int) -> Document:
    """Move a layer to another place; a place before the first or behind the last changes nothing."""
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
    read = document.read_shape(layer)
    if read is None:
        return document
    fit = fitted_to(document.layers[layer], read)
    return document if fit == document.layers[layer] else document.with_layer(layer, fit)


def misfit(document: Document) -> int | None:
    """Return the first layer that cannot work as it is, and could if it were fitted to what it reads."""
    for index, layer in enumerate(document.layers):
        read = document.read_shape(index)
        if read is None:
            return None
        if document.made_shape(index) is None:
            try:
                fitted_to(layer, read).made_shape(read)
            except ValueError:
                return None
            return index
    return None


def fitted_to(layer: Layer, read: Shape) -> Layer:
    """Return a layer fitted to an input of shape `read`, as far as that can be; the rest of it stays.

    >>> fitted_to(Dense.of(np.ones((4, 2))), (6,)).inputs
    6
    """
    if isinstance(layer, Dense):
        return layer if layer.inputs == math.prod(read) else replace(layer, weights=_rows(layer.weights, read))
    if isinstance(layer, BatchNorm):
        return _with_statistics(layer, read[-1])
    if len(read) == 1:
        return layer
    if isinstance(layer, Conv):
        return with_channels(with_rank(layer, _rank(read)), read[-1])
    return pool_with_rank(layer, _rank(read)) if isinstance(layer, Pool) else layer


def pool_with_rank(layer: Pool, rank: int) -> Pool:
    """Return a pooling for inputs of another rank: the window loses or gains leading axes like its last one."""
    if layer.rank == rank:
        return layer
    size = (layer.size[-1],) * (rank - layer.rank) + layer.size[max(0, layer.rank - rank) :]
    padding = layer.padding if isinstance(layer.padding, str) and layer.padding != "causal" else "valid"
    return replace(layer, size=size, stride=None, padding=padding, dilation=None)


def removing(layer: int) -> Move:
    """Return how the view moves when a layer is taken out: to the one that takes its place, else to the last."""
    return lambda document, view: _looking_at(document, view, view.layer - (view.layer > layer))


def adding(after: int) -> Move:
    """Return how the view moves when a layer is put in: to the new one."""
    return lambda document, view: _looking_at(document, view, after + 1)


def _looking_at(document: Document, view: ViewState, layer: int) -> ViewState:
    return fitted(document, look_at_layer(document, view, max(0, min(layer, len(document.layers) - 1))))


def _with_layers(document: Document, first: int, stop: int, put: tuple[Layer, ...]) -> Document:
    layers = (*document.layers[:first], *put, *document.layers[stop:])
    if len(layers) > max(MOST_LAYERS, len(document.layers)):
        raise ValueError(f"A network has at most {MOST_LAYERS} layers here: remove one first.")
    places = [*range(first), *(-1 for _ in put), *range(stop, len(document.layers))]
    return replace(document, network=Network(layers), combination=_following(document.combination, places))


def _following(combination: Combination | None, places: Sequence[int]) -> Combination | None:
    """Let a combination stay with its layer, or go with it; `places` says where each layer was, -1 for a new one."""
    if combination is None or combination.layer not in places:
        return None
    return replace(combination, layer=places.index(combination.layer))


def check_count(shape: Shape) -> None:
    """Raise ValueError, before anything is allocated, where weights of `shape` are more than a layer may have."""
    if math.prod(shape) > MOST_LAYER_VALUES:
        raise ValueError(
            f"A layer with {times(shape)} = {math.prod(shape)} weights ({byte_size(shape) >> 20} MiB) is too large, "
            f"for at most {MOST_LAYER_VALUES} fit: put a pooling before it."
        )


def _rows(weights: Floats, read: Shape) -> Floats:
    check_count((math.prod(read), weights.shape[1]))
    rows = np.zeros((math.prod(read), weights.shape[1]), np.float32)
    kept = min(len(rows), len(weights))
    rows[:kept] = weights[:kept]
    return frozen(rows)


def _with_statistics(layer: BatchNorm, channels: int) -> BatchNorm:
    if layer.channels == channels:
        return layer
    fresh = BatchNorm.of(channels)
    kept = min(channels, layer.channels)
    pairs = ((layer.mean, fresh.mean), (layer.variance, fresh.variance), (layer.gamma, fresh.gamma),
             (layer.beta, fresh.beta))  # fmt: skip
    mean, variance, gamma, beta = (frozen(np.concatenate([held[:kept], new[kept:]])) for held, new in pairs)
    return replace(layer, mean=mean, variance=variance, gamma=gamma, beta=beta)


def _kernel(read: Shape) -> Shape:
    return (_KERNEL,) * _rank(read)


def _channels(read: Shape) -> int:
    """Count the channels that a new convolution reads; on a vector it cannot work and needs but one."""
    return read[-1] if len(read) > 1 else 1


def _rank(read: Shape) -> int:
    """Count the axes along which a window can slide; a vector is given one, and the layer will say why it cannot."""
    return max(1, len(read) - 1)
