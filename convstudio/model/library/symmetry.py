"""Why filters become different: a layer whose filters are all the same, and what could tell them apart while training.

Equal filters make equal maps. Where the layers after them read equal maps with equal weights, the filters get the same
gradient, so they stay equal for ever: nothing but how they begin can set them apart.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from convstudio.model.edits.initialisers import glorot_uniform, initialise_all
from convstudio.model.edits.readers import following_layers
from convstudio.model.kinds.conv_weights import with_filters
from convstudio.model.kinds.convolution import Conv
from convstudio.model.learning.side_by_side import Start
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.arrays import frozen
from convstudio.model.values.network import Network

EPSILON = 0.01
"""The noise that sets filters apart that begin the same: the standard deviation of normal draws."""


def symmetry_starts(network: Network, layer: int, seed: int) -> tuple[Start, ...]:
    """Return a network with the filters of a convolution the same, the same and a little, and drawn at random.

    All other weights are drawn too, the same for each start; biases are 0. Those that read the maps of equal filters
    are equal as well.

    >>> network = Network((Conv.of(np.ones((3, 3, 1, 2))),))
    >>> [start.title for start in symmetry_starts(network, 0, 1)]
    ['same start', 'same + 0.01', 'random start']
    """
    drawn = initialise_all(network, glorot_uniform, 0.0, seed)
    same, numbers = with_equal_filters(drawn, layer), np.random.default_rng((seed, 1))
    conv = _conv(same, layer)
    noisy = frozen(conv.weights + EPSILON * numbers.standard_normal(conv.weights.shape))
    alike = None if what_tells_apart(network, layer) else partial(with_equal_filters, layer=layer)
    return (
        Start("same start", same, alike),
        Start("same +", same.with_layer(layer, replace(conv, weights=noisy)), number=EPSILON),
        Start("random start", drawn),
    )


def with_equal_filters(network: Network, layer: int) -> Network:
    """Return the network with copies of the first filter of a convolution in place of all others.

    What the layers after it have for each of its maps becomes what they have for the first one.
    """
    conv = _conv(network, layer)
    maps = MapOrder(conv.filters, (0,) * conv.filters)
    found = network.with_layer(layer, with_filters(conv, maps.order))
    for index, changed, _ in following_layers(network.layers, layer + 1, maps):
        found = found.with_layer(index, changed)
    return found


def what_tells_apart(network: Network, layer: int) -> str:
    """Say why filters of a convolution that begin the same do not stay so, as the end of a sentence; "" where they do.

    >>> what_tells_apart(Network((Conv.of(np.ones((3, 3, 1, 2))),)), 0)
    'each of their maps has a target of its own'
    """
    conv = _conv(network, layer)
    if conv.groups > 1:
        return "those of other groups read other channels"
    maps: MapOrder | None = MapOrder(conv.filters, (0,) * conv.filters)
    reached = layer
    for index, _, after in following_layers(network.layers, layer + 1, MapOrder(conv.filters, (0,) * conv.filters)):
        held = network.layers[index]
        if held.tells_maps_apart:
            return f"layer {index + 1}, {held.name}, {held.tells_maps_apart}"
        reached, maps = index, after
    if maps is None:
        return ""
    rest = [index for index in range(reached + 1, len(network.layers)) if network.layers[index].is_on]
    if rest:
        return f"layer {rest[0] + 1}, {network.layers[rest[0]].name}, has weights of its own for each of their maps"
    return "each of their maps has a target of its own"


def _conv(network: Network, layer: int) -> Conv:
    held = network.layers[layer]
    assert isinstance(held, Conv), "only a convolution has filters to compare"
    return held
