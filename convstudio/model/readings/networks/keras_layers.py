"""One layer of Keras as ours: its configuration, as Keras writes it into files, and its arrays.

The meaning of each setting is that of https://keras.io/api/layers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.readings.networks import common_layers
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Layer, Padding
from convstudio.model.words.weight_orders import CONV_ORDERS, DEPTHWISE_ORDER, TRANSPOSED_ORDERS
from convstudio.ops import ACTIVATIONS

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, eq=False)
class StoredLayer:
    """A layer as Keras holds it: its class, its name, its configuration, and its arrays in the order of Keras.

    `is_of_keras_2` tells that Keras 2 wrote it, whose hard sigmoid has another slope. `reads_others` tells that it does
    not read the layer before it alone.
    """

    kind: str
    name: str
    settings: Mapping[str, Any]
    arrays: tuple[Array, ...]
    is_of_keras_2: bool = False
    reads_others: bool = False

    @property
    def rank(self) -> int:
        """The number of spatial axes that the class's name tells, 2 without one."""
        return next((rank for rank in (1, 2, 3) if f"{rank}D" in self.kind), 2)

    def numbers(self, name: str, default: int = 1) -> tuple[int, ...]:
        """Return a setting with one whole number per axis."""
        value = self.settings.get(name)
        value = default if value is None else value
        return (int(value),) * self.rank if isinstance(value, int) else tuple(int(one) for one in value)

    def array(self, place: int) -> Floats:
        """Return one of the arrays; raise ValueError where the file lacks it."""
        if place >= len(self.arrays):
            raise ValueError(f"the file holds {len(self.arrays)} of its arrays")
        return frozen(self.arrays[place])


def layers_of(layer: StoredLayer) -> tuple[Layer, ...]:
    """Return the layers that do what one of Keras does; raise ValueError, with a reason to put after its name."""
    if layer.reads_others:
        raise ValueError("it reads other layers than the one before it")
    make = _KINDS.get(layer.kind)
    if make is None:
        raise ValueError("this kind of layer is not known")
    if layer.settings.get("data_format", "channels_last") != "channels_last":
        raise ValueError("it has channels first")
    after = _activation_with_number(layer)
    if not after:
        return make(layer)
    plain = replace(layer, settings={**layer.settings, "activation": "linear"})
    return after if layer.kind == "Activation" else (*make(plain), *after)


def _activation_with_number(layer: StoredLayer) -> tuple[Layer, ...]:
    """Return the activation that a layer ends in as a layer of its own, where it has a number; () for all others."""
    given = layer.settings.get("activation")
    if layer.is_of_keras_2 and given == "hard_sigmoid":
        return common_layers.numbered("hard_sigmoid", _HARD_SIGMOID_OF_KERAS_2)
    if isinstance(given, Mapping) and given.get("class_name") in _ACTIVATION_LAYERS:
        return layers_of(StoredLayer(given["class_name"], "", given["config"], ()))
    return ()


_HARD_SIGMOID_OF_KERAS_2 = 0.2
_LEAST_DEVIATION = 1e-7  # keras.config.epsilon()
_ACTIVATION_LAYERS = frozenset({"ELU", "LeakyReLU", "ReLU", "Softmax"})
"""The layers that can stand as the activation of another one, and hold no arrays."""
_OTHER_NAMES = {"swish": "silu", "hard_silu": "hard_swish", "celu": "elu"}
"""Keras's other names of activations; a CELU without a number is an ELU."""


# --- windows -------------------------------------------------------------------------------------------------------


def _activation_of(layer: StoredLayer) -> str:
    given = layer.settings.get("activation") or "linear"
    stated = given if isinstance(given, str) else str(given.get("config"))
    name = _OTHER_NAMES.get(stated, stated)
    if name not in ACTIVATIONS:
        raise ValueError(f"its activation {name[:60]} is not known")
    return name


def _padding(layer: StoredLayer) -> Padding:
    padding = str(layer.settings.get("padding", "valid"))
    if padding not in (("valid", "same", "causal") if layer.kind == "Conv1D" else ("valid", "same")):
        raise ValueError(f"its padding {padding[:60]} is not known")
    return padding


def _bias(layer: StoredLayer, place: int, filters: int) -> Floats:
    return layer.array(place) if layer.settings.get("use_bias", True) else frozen(np.zeros(filters))


def _convolution(layer: StoredLayer) -> tuple[Layer, ...]:
    groups = int(layer.settings.get("groups", 1))
    return (_sliding(layer, CONV_ORDERS[0].to_ours(layer.array(0), groups), groups, 1),)


def _depthwise(layer: StoredLayer) -> tuple[Layer, ...]:
    groups = layer.array(0).shape[-2]
    return (_sliding(layer, DEPTHWISE_ORDER.to_ours(layer.array(0), groups), groups, 1),)


def _separable(layer: StoredLayer) -> tuple[Layer, ...]:
    """Return a depthwise convolution and one of 1×1: without an activation between them, and with one bias."""
    groups = layer.array(0).shape[-2]
    weights = DEPTHWISE_ORDER.to_ours(layer.array(0), groups)
    plain = replace(layer, settings={**layer.settings, "activation": "linear", "use_bias": False})
    mixing = CONV_ORDERS[0].to_ours(layer.array(1))
    mixed = Conv.of(mixing, _bias(layer, 2, mixing.shape[-1]))
    has_bias = bool(layer.settings.get("use_bias", True))
    return (
        _sliding(plain, weights, groups, 1),
        replace(mixed, activation=_activation_of(layer), has_bias=has_bias),
    )


def _sliding(layer: StoredLayer, weights: Floats, groups: int, bias: int) -> Conv:
    return Conv(
        weights,
        _bias(layer, bias, weights.shape[-1]),
        layer.numbers("strides"),
        layer.numbers("dilation_rate"),
        _padding(layer),
        groups=groups,
        activation=_activation_of(layer),
        has_bias=bool(layer.settings.get("use_bias", True)),
    )


def _transposed(layer: StoredLayer) -> tuple[Layer, ...]:
    weights = TRANSPOSED_ORDERS[0].to_ours(layer.array(0))
    more = layer.settings.get("output_padding")
    return (
        ConvTranspose(
            weights,
            _bias(layer, 1, weights.shape[-1]),
            layer.numbers("strides"),
            layer.numbers("dilation_rate"),
            _padding(layer),
            activation=_activation_of(layer),
            has_bias=bool(layer.settings.get("use_bias", True)),
            output_padding=None if more is None else layer.numbers("output_padding"),
        ),
    )


def _pooling(kind: str) -> Callable[[StoredLayer], tuple[Layer, ...]]:
    def pool(layer: StoredLayer) -> tuple[Layer, ...]:
        size = layer.numbers("pool_size", 2)
        stride = size if layer.settings.get("strides") is None else layer.numbers("strides")
        return (Pool(kind=kind, size=size, stride=stride, padding=_padding(layer)),)

    return pool


def _global(kind: str) -> Callable[[StoredLayer], tuple[Layer, ...]]:
    def pool(layer: StoredLayer) -> tuple[Layer, ...]:
        if layer.settings.get("keepdims"):
            raise ValueError("it keeps the axes of the maps")
        return (GlobalPool(kind),)

    return pool


def _upsampling(layer: StoredLayer) -> tuple[Layer, ...]:
    common_layers.check_nearest(str(layer.settings.get("interpolation", "nearest")))
    return (UpSampling(layer.numbers("size", 2)),)


# --- cell by cell, and vectors -------------------------------------------------------------------------------------


def _dense(layer: StoredLayer) -> tuple[Layer, ...]:
    weights = layer.array(0)
    return (Dense(weights, _bias(layer, 1, weights.shape[-1]), _activation_of(layer)),)


def _activation(layer: StoredLayer) -> tuple[Layer, ...]:
    return (Activation(_activation_of(layer)),)


def _relu(layer: StoredLayer) -> tuple[Layer, ...]:
    largest, slope = layer.settings.get("max_value"), float(layer.settings.get("negative_slope") or 0)
    threshold = float(layer.settings.get("threshold") or 0)
    if threshold:
        return _relu_above(threshold, largest, slope)
    if slope and largest is not None:
        return (*common_layers.numbered("leaky_relu", slope), *common_layers.at_most(float(largest)))
    if slope:
        return common_layers.numbered("leaky_relu", slope)
    return common_layers.clipped(0, math.inf if largest is None else float(largest))


def _relu_above(threshold: float, largest: float | None, slope: float) -> tuple[Layer, ...]:
    """Return a ReLU that begins at a threshold, above which values stay what they are; below it they follow a slope."""
    above = common_layers.numbered("thresholded_relu", threshold, slope)
    return above if largest is None else (*above, *common_layers.at_most(float(largest)))


def _thresholded(layer: StoredLayer) -> tuple[Layer, ...]:
    return common_layers.numbered("thresholded_relu", float(layer.settings.get("theta", 1)))


def _leaky(layer: StoredLayer) -> tuple[Layer, ...]:
    slope = layer.settings.get("negative_slope", layer.settings.get("alpha", 0.3))
    return common_layers.numbered("leaky_relu", float(slope))


def _elu(layer: StoredLayer) -> tuple[Layer, ...]:
    return common_layers.numbered("elu", float(layer.settings.get("alpha", 1)))


def _prelu(layer: StoredLayer) -> tuple[Layer, ...]:
    slopes = layer.array(0)
    is_per_cell = slopes.size != slopes.shape[-1]
    return (PRelu(slopes if is_per_cell else frozen(slopes.reshape(-1))),)


def _rescaled(layer: StoredLayer) -> tuple[Layer, ...]:
    scale, offset = (
        np.atleast_1d(np.asarray(layer.settings.get(name, usual), np.float32))
        for name, usual in (("scale", 1), ("offset", 0))
    )
    if scale.ndim > 1 or offset.ndim > 1:
        raise ValueError("it has a scale or an offset for every cell, where only one for every channel can be")
    count = max(len(scale), len(offset))
    return (Rescaling(*(tuple(np.broadcast_to(one, count).tolist()) for one in (scale, offset))),)


def _normalization(layer: StoredLayer) -> tuple[Layer, ...]:
    """Return a normalisation of the input; its numbers stand among the settings where they were given there."""
    if layer.settings.get("invert") or layer.settings.get("axis", -1) not in (-1, [-1]):
        raise ValueError("it is inverted, or not along the channels")
    given = [layer.settings.get(name) for name in ("mean", "variance")]
    stated = [None if one is None else np.asarray(one, np.float64) for one in given]
    mean, variance = (layer.array(at) if one is None else one for at, one in enumerate(stated))
    mean, variance = (np.asarray(one, np.float64).reshape(-1) for one in (mean, variance))
    deviation = np.maximum(np.sqrt(variance), _LEAST_DEVIATION)
    return (Rescaling.of_mean(mean.tolist(), deviation.tolist()),)


def _softmax(layer: StoredLayer) -> tuple[Layer, ...]:
    return common_layers.softmax(is_over_channels=layer.settings.get("axis", -1) in (-1, [-1]))


def _normalised(layer: StoredLayer) -> tuple[Layer, ...]:
    given = list(layer.arrays)
    parts = [given.pop(0) if given and layer.settings.get(name, True) else None for name in ("scale", "center")]
    if len(given) != 2:
        raise ValueError(f"the file holds {len(layer.arrays)} of its arrays")
    mean, variance = map(frozen, given)
    gamma = np.ones(len(mean)) if parts[0] is None else parts[0]
    beta = np.zeros(len(mean)) if parts[1] is None else parts[1]
    epsilon = float(layer.settings.get("epsilon", 1e-3))
    return (BatchNorm(mean, variance, frozen(gamma), frozen(beta), epsilon),)


def _dropped(kind: type[Dropout]) -> Callable[[StoredLayer], tuple[Layer, ...]]:
    """Return a dropout that is switched off: a network that predicts passes everything on."""
    return lambda layer: (kind(float(layer.settings.get("rate", 0.5)), is_on=False),)


_KINDS: Mapping[str, Callable[[StoredLayer], tuple[Layer, ...]]] = {
    **{f"Conv{rank}D": _convolution for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": _depthwise for rank in (1, 2)},
    **{f"SeparableConv{rank}D": _separable for rank in (1, 2)},
    **{f"Conv{rank}DTranspose": _transposed for rank in (1, 2)},
    **{f"MaxPooling{rank}D": _pooling("max") for rank in (1, 2)},
    **{f"AveragePooling{rank}D": _pooling("average") for rank in (1, 2)},
    **{f"GlobalMaxPooling{rank}D": _global("max") for rank in (1, 2)},
    **{f"GlobalAveragePooling{rank}D": _global("average") for rank in (1, 2)},
    **{f"UpSampling{rank}D": _upsampling for rank in (1, 2)},
    **{f"SpatialDropout{rank}D": _dropped(SpatialDropout) for rank in (1, 2)},
    "Activation": _activation,
    "BatchNormalization": _normalised,
    "Dense": _dense,
    "Dropout": _dropped(Dropout),
    "ELU": _elu,
    "Flatten": lambda _layer: (Flatten(),),
    "LeakyReLU": _leaky,
    "Normalization": _normalization,
    "PReLU": _prelu,
    "ReLU": _relu,
    "Rescaling": _rescaled,
    "Softmax": _softmax,
    "ThresholdedReLU": _thresholded,
}
"""Every kind of layer of Keras that becomes ours."""
