"""One operator of ONNX as a layer: its attributes and arrays, channels first, become ours, channels last.

The meaning of each operator is that of https://onnx.ai/onnx/operators.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.readings.networks import common_layers
from convstudio.model.readings.networks.onnx_graph import Array
from convstudio.model.readings.networks.padding_before import PaddingBefore
from convstudio.model.values.arrays import frozen
from convstudio.model.values.layer import Layer, Padding, Shape
from convstudio.model.values.numbers import as_single, format_number
from convstudio.model.words.weight_orders import CONV_ORDERS, TRANSPOSED_ORDERS
from convstudio.ops import PaddingMode

Pairs: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Node:
    """One operator: its name, its attributes, and the arrays that it reads beside its input, None where left out.

    `shape` is what it reads: `(*spatial, channels)`, or `(values,)`.
    """

    operator: str
    attributes: Mapping[str, Any]
    arrays: tuple[Array | None, ...]
    shape: Shape

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.shape) - 1

    def array(self, place: int) -> Array | None:
        """Return one of the arrays, None where there is none."""
        return self.arrays[place] if place < len(self.arrays) else None

    def needed(self, place: int, what: str) -> Array:
        """Return one of the arrays; raise ValueError where it is not stored in the file."""
        found = self.array(place)
        if found is None:
            raise ValueError(f"its {what} are not stored in the file")
        return found

    def numbers(self, name: str, default: int) -> tuple[int, ...]:
        """Return an attribute with one whole number per axis."""
        return tuple(int(one) for one in self.attributes.get(name) or (default,) * self.rank)


def layers_of(node: Node) -> tuple[Layer, ...]:
    """Return the layers that do what a node does; raise ValueError, with a reason to put after its name."""
    make = _OPERATORS.get(node.operator)
    if make is None:
        raise ValueError("this operator is not known")
    return make(node)


# --- windows -------------------------------------------------------------------------------------------------------


def _padding(node: Node, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]) -> Padding:
    """Return the padding of a node that slides a window."""
    auto = _text(node.attributes.get("auto_pad", "NOTSET"))
    if auto == "VALID":
        return "valid"
    if auto == "SAME_UPPER":
        return "same"
    if auto == "SAME_LOWER":
        return _same_lower(node.shape[:-1], kernel, stride, dilation)
    pads = node.attributes.get("pads") or (0,) * (2 * node.rank)
    pairs = tuple((int(pads[axis]), int(pads[axis + node.rank])) for axis in range(node.rank))
    return pairs if any(map(any, pairs)) else "valid"


def _same_lower(spatial: Sequence[int], kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]) -> Pairs:
    """Return the padding that keeps the length, the odd cell before the input and not after it."""
    totals = [
        max(0, (math.ceil(length / step) - 1) * step + (cells - 1) * apart + 1 - length)
        for length, cells, step, apart in zip(spatial, kernel, stride, dilation, strict=True)
    ]
    return tuple((total - total // 2, total // 2) for total in totals)


def _convolution(node: Node) -> tuple[Layer, ...]:
    weights = _maps(node, 0)
    kernel, stride, dilation = weights.shape[2:], node.numbers("strides", 1), node.numbers("dilations", 1)
    groups = int(node.attributes.get("group", 1))
    held = CONV_ORDERS[1].to_ours(weights, groups)  # ONNX and PyTorch hold weights alike
    bias = _bias(node, held.shape[-1])
    padding = _padding(node, kernel, stride, dilation)
    has_bias = node.array(1) is not None
    return (Conv(held, bias, stride, dilation, padding, groups=groups, has_bias=has_bias),)


def _transposed(node: Node) -> tuple[Layer, ...]:
    weights, groups = _maps(node, 0), int(node.attributes.get("group", 1))
    if node.attributes.get("output_shape"):
        raise ValueError("it states its output shape in place of its padding")
    kernel = weights.shape[2:]
    held = TRANSPOSED_ORDERS[1].to_ours(weights, groups)
    stride, dilation = node.numbers("strides", 1), node.numbers("dilations", 1)
    if _text(node.attributes.get("auto_pad", "NOTSET")).startswith("SAME"):
        raise ValueError("a transposed convolution with automatic padding")
    padding = _padding(node, kernel, stride, dilation)
    bias = _bias(node, held.shape[-1])
    more = node.numbers("output_padding", 0)
    has_bias = node.array(1) is not None
    return (
        ConvTranspose(held, bias, stride, dilation, padding, groups=groups, has_bias=has_bias, output_padding=more),
    )


def _maps(node: Node, place: int) -> Array:
    """Return the weights of a convolution; raise ValueError where they do not fit what it reads."""
    weights = node.needed(place, "weights")
    if weights.ndim != len(node.shape) + 1 or weights.ndim < 3:
        raise ValueError(f"its weights {weights.shape} are not made for what it reads")
    return weights


def _bias(node: Node, filters: int) -> Any:
    if len(node.arrays) < 2:
        return frozen(np.zeros(filters))
    return frozen(np.asarray(node.needed(1, "biases")).reshape(filters))


def _pooling(kind: str) -> Callable[[Node], tuple[Layer, ...]]:
    def pool(node: Node) -> tuple[Layer, ...]:
        size, stride, dilation = (node.numbers(name, 1) for name in ("kernel_shape", "strides", "dilations"))
        if node.attributes.get("storage_order"):
            raise ValueError("it counts places by columns")
        return (
            Pool(
                kind=kind,
                size=size,
                stride=stride,
                padding=_padding(node, size, stride, dilation),
                dilation=dilation if any(one > 1 for one in dilation) else None,
                ceil_mode=bool(node.attributes.get("ceil_mode", 0)),
                count_include_pad=bool(node.attributes.get("count_include_pad", 0)),
            ),
        )

    return pool


PADDED = frozenset({"Conv", "AveragePool"})
"""The operators that a padding before them can be a part of."""
_PADDINGS: Mapping[str, PaddingMode] = {
    "constant": "zeros",
    "reflect": "reflect",
    "edge": "replicate",
    "wrap": "circular",
}


def padding_before(node: Node) -> PaddingBefore:
    """Return what a Pad puts around maps; its numbers are attributes before version 11 of the operators."""
    stored, value = node.array(0), node.array(1)
    pads = [int(one) for one in (node.attributes.get("pads") or () if stored is None else stored.tolist())]
    filled = node.attributes.get("value", 0.0) if value is None or not value.size else value.reshape(-1)[0]
    mode = _text(node.attributes.get("mode", "constant"))
    axes = node.rank + 2
    if len(pads) != 2 * axes or node.array(2) is not None or not node.rank:
        raise ValueError("it pads other than rows and columns")
    if any(pads[:2]) or any(pads[axes : axes + 2]):
        raise ValueError("it adds channels")
    if mode not in _PADDINGS or (mode == "constant" and float(filled) != 0):
        raise ValueError("it pads with other numbers than 0")
    return PaddingBefore(tuple(zip(pads[2:axes], pads[axes + 2 :], strict=True)), _PADDINGS[mode])


def _global(kind: str) -> Callable[[Node], tuple[Layer, ...]]:
    return lambda _node: (GlobalPool(kind),)


def _reduced_mean(node: Node) -> tuple[Layer, ...]:
    stated = node.array(0)
    axes = node.attributes.get("axes") if stated is None else stated.tolist()
    if sorted(int(axis) % (node.rank + 2) for axis in axes or ()) != list(range(2, node.rank + 2)):
        raise ValueError("a mean over other axes than rows and columns")
    return (GlobalPool("average"),)


def _resized(node: Node) -> tuple[Layer, ...]:
    """Return whole blocks of equal cells, where the rule of the nearest neighbour makes such blocks."""
    common_layers.check_nearest(_text(node.attributes.get("mode", "nearest")))
    scales = _scales(node)
    if scales is None or any(float(one) != round(float(one)) or one < 1 for one in scales) or any(scales[:2] != 1):
        raise ValueError("resizing by other than whole factors")
    rule = _text(node.attributes.get("coordinate_transformation_mode", "half_pixel"))
    rounding = _text(node.attributes.get("nearest_mode", "round_prefer_floor"))
    if node.operator == "Resize" and not (
        (rule, rounding) == ("asymmetric", "floor") or (rule == "half_pixel" and rounding.startswith("round_"))
    ):
        raise ValueError(f"resizing by the rule {rule}, {rounding}")
    return (UpSampling(tuple(int(one) for one in scales[2:])),)


def _scales(node: Node) -> Array | None:
    """Return by how much each axis grows; a Resize may state the size that it makes in place of that."""
    held = [one if one is not None and one.size == node.rank + 2 else None for one in node.arrays]
    if node.operator == "Resize" and len(held) > 2 and held[2] is not None:
        return np.asarray(held[2] / np.array((1, node.shape[-1], *node.shape[:-1])))
    return next((one for one in held if one is not None), None)


# --- cell by cell, and vectors -------------------------------------------------------------------------------------


def _activation(name: str) -> Callable[[Node], tuple[Layer, ...]]:
    return lambda _node: (Activation(name),)


def _leaky(node: Node) -> tuple[Layer, ...]:
    return common_layers.numbered("leaky_relu", float(node.attributes.get("alpha", 0.01)))


def _thresholded(node: Node) -> tuple[Layer, ...]:
    return common_layers.numbered("thresholded_relu", float(node.attributes.get("alpha", 1)))


def _elu(node: Node) -> tuple[Layer, ...]:
    return common_layers.numbered("elu", float(node.attributes.get("alpha", 1)))


def _celu(node: Node) -> tuple[Layer, ...]:
    if float(node.attributes.get("alpha", 1)) != 1:
        raise ValueError("a CELU with another alpha than 1")
    return (Activation("elu"),)


def _hard_sigmoid(node: Node) -> tuple[Layer, ...]:
    return common_layers.hard_sigmoid(float(node.attributes.get("alpha", 0.2)), float(node.attributes.get("beta", 0.5)))


def _selu(node: Node) -> tuple[Layer, ...]:
    for name, usual in (("alpha", 1.6732632), ("gamma", 1.0507010)):
        if not math.isclose(float(node.attributes.get(name, usual)), usual, rel_tol=1e-6):
            raise ValueError(f"a SELU with another {name} than {format_number(usual)}")
    return (Activation("selu"),)


def _swish(node: Node) -> tuple[Layer, ...]:
    if float(node.attributes.get("alpha", 1)) != 1:
        raise ValueError("a swish with another alpha than 1")
    return (Activation("silu"),)


def _clip(node: Node) -> tuple[Layer, ...]:
    """Return what cuts values off; the two numbers are attributes before version 11 of the operators."""
    least, largest = (
        float(node.attributes.get(name, usual) if stored is None else stored.reshape(-1)[0])
        for name, usual, stored in (("min", -math.inf, node.array(0)), ("max", math.inf, node.array(1)))
    )
    return common_layers.clipped(least, largest)


def _gelu(node: Node) -> tuple[Layer, ...]:
    if _text(node.attributes.get("approximate", "none")) != "none":
        raise ValueError("a GELU that is only approximated")
    return (Activation("gelu"),)


def _prelu(node: Node) -> tuple[Layer, ...]:
    """Return a PReLU; its slopes stand along the axes (batch, channels, *spatial), or the last ones of these.

    Before version 7 of the operators a list of them is one for each channel.
    """
    stored = node.needed(0, "slopes")
    if node.attributes.get("by_channel") and stored.ndim == 1:
        stored = stored.reshape(-1, *(1,) * node.rank)
    lengths = (1,) * (node.rank + 2 - stored.ndim) + stored.shape
    if len(lengths) != node.rank + 2 or lengths[0] != 1:
        raise ValueError("a PReLU with slopes for every sample of a batch")
    slopes = np.moveaxis(stored.reshape(lengths)[0], 0, -1)
    return (PRelu(frozen(slopes if slopes.size != slopes.shape[-1] else slopes.reshape(-1))),)


def _softmax(node: Node) -> tuple[Layer, ...]:
    name = "log_softmax" if node.operator == "LogSoftmax" else "softmax"
    if node.rank and node.attributes.get("over_all"):
        raise ValueError("a softmax over all values of the maps at once, as before version 13 of the operators")
    axis = int(node.attributes.get("axis", -1)) % (node.rank + 2)  # a vector has two axes here, the batch among them
    return common_layers.softmax(name, is_over_channels=axis == 1)


def _normalised(node: Node) -> tuple[Layer, ...]:
    names = ("scale", "bias", "mean", "variance")
    gamma, beta, mean, variance = (frozen(node.needed(place, name).ravel()) for place, name in enumerate(names))
    return (BatchNorm(mean, variance, gamma, beta, float(node.attributes.get("epsilon", 1e-5))),)


def _response_normalised(node: Node) -> tuple[Layer, ...]:
    """Return a local response normalisation; of an even size, one channel more counts after than before."""
    size = int(node.attributes["size"])
    if size < 1:
        raise ValueError(f"a normalisation over {size} channels")
    alpha, beta, bias = (float(node.attributes.get(*one)) for one in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0)))
    if alpha < 0 or beta < 0 or bias <= 0:
        raise ValueError("a normalisation that may divide by 0 or less")
    return (LocalResponseNorm((size - 1) // 2, size // 2, as_single(alpha), as_single(beta), as_single(bias)),)


def _dropped(node: Node) -> tuple[Layer, ...]:
    """Return a dropout that is switched off: a network that predicts passes everything on."""
    stated = node.array(0)
    rate = float(node.attributes.get("ratio", 0.5) if stated is None else stated.reshape(-1)[0])
    return (Dropout(rate, is_on=False),)


def _gemm(node: Node) -> tuple[Layer, ...]:
    weights, given = node.needed(0, "weights"), node.attributes
    if given.get("transA") or float(given.get("alpha", 1)) != 1 or float(given.get("beta", 1)) != 1:
        raise ValueError("a product with factors or a turned input")
    return (_dense(node, weights.T if given.get("transB") else weights, node.array(1)),)


def _product(node: Node) -> tuple[Layer, ...]:
    return (_dense(node, node.needed(0, "weights"), None),)


def _dense(node: Node, weights: Array, bias: Array | None) -> Dense:
    if node.rank or weights.ndim != 2:
        raise ValueError("a product with other than one vector")
    units = weights.shape[1]
    return Dense.of(weights, None if bias is None else np.broadcast_to(np.asarray(bias).reshape(-1), (units,)))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


_OPERATORS: Mapping[str, Callable[[Node], tuple[Layer, ...]]] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "MaxPool": _pooling("max"),
    "AveragePool": _pooling("average"),
    "GlobalAveragePool": _global("average"),
    "GlobalMaxPool": _global("max"),
    "ReduceMean": _reduced_mean,
    "Resize": _resized,
    "Upsample": _resized,
    "BatchNormalization": _normalised,
    "LRN": _response_normalised,
    "Dropout": _dropped,
    "Gemm": _gemm,
    "MatMul": _product,
    "Relu": _activation("relu"),
    "Sigmoid": _activation("sigmoid"),
    "Tanh": _activation("tanh"),
    "Softplus": _activation("softplus"),
    "Abs": _activation("abs"),
    "LeakyRelu": _leaky,
    "Elu": _elu,
    "Celu": _celu,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _activation("hard_swish"),
    "Mish": _activation("mish"),
    "Selu": _selu,
    "ThresholdedRelu": _thresholded,
    "Softsign": _activation("softsign"),
    "Swish": _swish,
    "Clip": _clip,
    "Gelu": _gelu,
    "PRelu": _prelu,
    "Softmax": _softmax,
    "LogSoftmax": _softmax,
}
"""Every operator that becomes one of our layers."""
