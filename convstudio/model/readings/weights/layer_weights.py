"""The ways to read a file's arrays as the weights of a layer, ranked by evidence: bias, names, kernel, groups, file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.cell_by_cell import CellByCell
from convstudio.model.kinds.conv_weights import check_filters, check_weights
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.readings.weights.norm_weights import norm_readings, wanted_of_norm
from convstudio.model.readings.weights.prelu_weights import find_slopes, wanted_slopes
from convstudio.model.readings.weights.weight_names import (
    Shapes,
    bias_of,
    natural,
    stated_order,
    votes_of,
)
from convstudio.model.readings.weights.weights_reading import WeightsReading, short_name
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, check_count, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.words.weight_orders import (
    CONV_ORDERS,
    DENSE_ORDERS,
    DEPTHWISE_ORDER,
    TRANSPOSED_ORDERS,
    WeightOrder,
    WeightSizes,
)

_DECISIVE = 3
"""How much more evidence one reading must have than every other before it is taken without a question."""

_USUAL_FILTERS_OF_A_CHANNEL = 4  # depthwise layers of published networks have one or two


def readings(shapes: Shapes, suffix: str, document: Document, layer: int, longest: int) -> list[WeightsReading]:
    """Return the ways to read a file's arrays, given by their `shapes`, as weights of a layer: the likeliest first.

    `suffix` is the file's ending, and a side of a kernel is at most `longest`. A reading that a bias contradicts is
    left out. Raises ValueError, naming the shapes and what to change, where there is none, or the layer has no weights.
    """
    held = document.layers[layer]
    kind = _KINDS.get(type(held))
    if kind is None:
        raise ValueError(
            f"Layer {layer + 1} has no weights: choose a convolution, a dense layer, a batch normalisation "
            "or a PReLU in the ribbon."
        )
    found = kind.find(document, layer, shapes, suffix, longest)
    if not found:
        told = [format_shape(shape) or "a single number" for shape in list(shapes.values())[:5]]
        more = [f"{len(shapes) - 5} more"] if len(shapes) > 5 else []
        wanted = kind.wanted(held, shapes, longest)
        raise ValueError(f"No array of the file fits this layer ({', '.join([*told, *more])}). {wanted}")
    best: dict[str, int] = {}
    for one in found:
        best[one.names[0]] = max(one.evidence, best.get(one.names[0], one.evidence))
    return sorted(found, key=lambda one: (one.evidence <= best[one.names[0]] - _DECISIVE, -one.evidence))


def decided(ranked: Sequence[WeightsReading]) -> WeightsReading | None:
    """Return the first of some ranked readings where evidence decides for it, and it changes nothing unasked."""
    first, *others = ranked
    is_sure = all(first.evidence - other.evidence >= _DECISIVE for other in others)
    return first if is_sure and not first.caution else None


def use_weights(document: Document, layer: int, reading: WeightsReading, arrays: Mapping[str, Floats]) -> Document:
    """Make arrays, by the names that a reading asks for, the weights of a layer; raise ValueError where they cannot."""
    changed = reading.used(arrays)
    return document if changed == document.layers[layer] else document.with_layer(layer, changed)


# --- convolutions --------------------------------------------------------------------------------------------------


def _conv_readings(conv: Conv, shapes: Shapes, suffix: str, longest: int) -> list[WeightsReading]:
    orders = _stated(TRANSPOSED_ORDERS if isinstance(conv, ConvTranspose) else (*CONV_ORDERS, DEPTHWISE_ORDER), suffix)
    found: dict[object, WeightsReading] = {}
    for name in sorted(shapes, key=natural):
        if len(shapes[name]) != conv.rank + 2:
            continue
        bias = bias_of(name, shapes)
        for order in orders:
            for sizes in _fitting(order, shapes[name], conv, shapes[bias][0] if bias else None, longest):
                reading = _conv_reading(conv, order, sizes, name, bias, suffix)
                same = (name, _layout(order, sizes))
                if same not in found or found[same].evidence < reading.evidence:
                    found[same] = reading
    return list(found.values())


def _stated(orders: Sequence[WeightOrder], suffix: str) -> list[WeightOrder]:
    """Return the orders that a file of this ending can have: one format has Keras's alone, another leaves it open."""
    return [order for order in orders if stated_order(suffix) in (None, order.data_format)]


def _fitting(order: WeightOrder, shape: Shape, conv: Conv, biases: int | None, longest: int) -> Iterator[WeightSizes]:
    """Yield the sizes of an array in one order that fit a layer's channels, a bias, and the limits."""
    for groups in _groups_to_try(order, shape, conv, biases):
        sizes = order.sizes(shape, groups)
        if (
            sizes is not None
            and sizes.channels * groups == conv.channels
            and biases in (None, sizes.filters)
            and sizes.filters % groups == 0
            and all(length <= longest for length in sizes.kernel)
            and _is_within_limits(sizes, conv)
        ):
            yield sizes


def _groups_to_try(order: WeightOrder, shape: Shape, conv: Conv, biases: int | None) -> set[int]:
    """Return the numbers of groups that an array may be meant for: the shape tells, or the bias, or the layer."""
    if not order.has_groups:
        return {1}
    if order.is_depthwise:
        return {conv.channels}
    alone = order.sizes(shape, 1)
    if alone is None:
        return set()
    if not isinstance(conv, ConvTranspose):
        return {conv.channels // alone.channels} if conv.channels % alone.channels == 0 else set()
    told = {biases // alone.filters} if biases and biases % alone.filters == 0 else set()
    return told or {conv.groups}


def _is_within_limits(sizes: WeightSizes, conv: Conv) -> bool:
    try:
        check_filters(sizes.filters)
        check_weights(sizes.shape, conv)
    except ValueError:
        return False
    return True


def _conv_reading(
    conv: Conv, order: WeightOrder, sizes: WeightSizes, name: str, bias: str, suffix: str
) -> WeightsReading:
    is_regrouped = sizes.groups != conv.groups
    caution = f"sets Groups from {conv.groups} to {sizes.groups}" if is_regrouped else _misnamed(name, conv)
    sides = f"kernel {format_shape(sizes.kernel)}"
    of_each = f"{counted(sizes.channels, 'channel')} each" if sizes.groups > 1 else counted(sizes.channels, "channel")
    return WeightsReading(
        names=(name, bias) if bias else (name,),
        title=_title(name, order.shape(sizes), order),
        facts=(
            counted(sizes.filters, "filter"),
            sides,
            of_each,
            *([f"{sizes.groups} groups"] if sizes.groups > 1 and not is_regrouped else []),
            _bias_fact(bias),
        ),
        evidence=_conv_evidence(conv, order, sizes, name, suffix),
        caution=caution,
        used=lambda arrays: _with_conv(conv, order, sizes.groups, arrays[name], arrays[bias] if bias else None),
    )


def _conv_evidence(conv: Conv, order: WeightOrder, sizes: WeightSizes, name: str, suffix: str) -> int:
    is_named_depthwise = "depthwise" in name.lower()
    per_channel = sizes.filters // sizes.groups
    return (
        votes_of(name, suffix)[order.data_format]
        + 2 * (sizes.kernel == conv.kernel_size)
        + (len(sizes.kernel) > 1 and len(set(sizes.kernel)) == 1)
        + (sizes.filters == conv.filters)
        + (3 if conv.groups > 1 else 1) * (sizes.groups == conv.groups)
        + 3 * (is_named_depthwise and sizes.groups == conv.channels)
        - 2 * (order.is_depthwise and not is_named_depthwise and per_channel > _USUAL_FILTERS_OF_A_CHANNEL)
    )


def _misnamed(name: str, conv: Conv) -> str:
    is_transposed = isinstance(conv, ConvTranspose)
    return "" if is_transposed or "transpose" not in name.lower() else "its name speaks of a transposed convolution"


def _layout(order: WeightOrder, sizes: WeightSizes) -> object:
    """Return what two orders share for an array that both read as the same weights: what moves, and how large it is."""
    axes = [
        (axis.parts, length) for axis, length in zip(order.axes(len(sizes.kernel)), order.shape(sizes), strict=True)
    ]
    parts = [part for held, _ in axes for part in held if sizes.lengths([part]) != (1,)]
    return sizes, tuple(parts)


def _with_conv(conv: Conv, order: WeightOrder, groups: int, weights: Floats, bias: Floats | None) -> Conv:
    kernels = order.to_ours(weights, groups)
    check_filters(kernels.shape[-1])
    check_weights(kernels.shape, conv)
    return replace(
        conv,
        weights=kernels,
        bias=frozen(np.zeros(kernels.shape[-1]) if bias is None else bias),
        groups=groups,
        has_bias=conv.has_bias or bias is not None,
        filter_names=(),
    )


# --- dense layers --------------------------------------------------------------------------------------------------


def _dense_readings(dense: Dense, shapes: Shapes, suffix: str, flattened: Shape | None) -> list[WeightsReading]:
    """Read matrices; of what PyTorch flattened, the rows stand channel by channel, Keras's and ours cell by cell."""
    found: dict[object, WeightsReading] = {}
    for name in sorted(shapes, key=natural):
        if len(shapes[name]) != 2:
            continue
        bias = bias_of(name, shapes)
        for order in _stated(DENSE_ORDERS, suffix):
            sizes = order.sizes(shapes[name], 1)
            is_fitting = sizes is not None and sizes.channels == dense.inputs
            if sizes is None or not is_fitting or (bias and shapes[bias] != (sizes.filters,)):
                continue
            for maps in (flattened, None) if order.data_format == "pytorch" and flattened else (None,):
                reading = _dense_reading(dense, order, sizes, name, bias, suffix, maps)
                found.setdefault((name, maps, _layout(order, sizes)), reading)
    return list(found.values())


def _dense_reading(
    dense: Dense, order: WeightOrder, sizes: WeightSizes, name: str, bias: str, suffix: str, maps: Shape | None
) -> WeightsReading:
    turned = () if maps is None else (f"inputs flattened channels first, as nn.Flatten does with {_first(maps)}",)
    return WeightsReading(
        names=(name, bias) if bias else (name,),
        title=_title(name, order.shape(sizes), order),
        facts=(counted(sizes.filters, "unit"), counted(sizes.channels, "input"), _bias_fact(bias), *turned),
        evidence=votes_of(name, suffix)[order.data_format] + (sizes.filters == dense.units) + (maps is not None),
        caution="",
        used=lambda arrays: _with_dense(dense, order, maps, arrays[name], arrays[bias] if bias else None),
    )


def _with_dense(dense: Dense, order: WeightOrder, maps: Shape | None, weights: Floats, bias: Floats | None) -> Dense:
    check_count(weights.shape)
    ours = order.to_ours(weights)
    if maps is not None:
        *spatial, channels = maps
        ours = frozen(np.moveaxis(ours.reshape(channels, *spatial, -1), 0, -2).reshape(ours.shape))
    return replace(dense, weights=ours, bias=frozen(np.zeros(ours.shape[1]) if bias is None else bias))


def _flattened(document: Document, layer: int, inputs: int) -> Shape | None:
    """Return the shape of the maps whose flattening a dense layer reads, where the order of their values matters."""
    for index in range(layer - 1, -1, -1):
        held = document.layers[index]
        if isinstance(held, Flatten) and held.is_on:
            input_shape = document.input_shape(index)
            is_read = input_shape is not None and math.prod(input_shape) == inputs
            return input_shape if is_read and input_shape is not None and 1 < input_shape[-1] < inputs else None
        if held.is_on and not isinstance(held, CellByCell):
            return None
    return None


def _first(maps: Shape) -> str:
    return format_shape((maps[-1], *maps[:-1]))


# --- sentences -----------------------------------------------------------------------------------------------------


def _wanted_of_dense(layer: Dense, shapes: Shapes, longest: int) -> str:
    """Say in a sentence what a file for a dense layer must hold."""
    del shapes, longest
    return f"It needs {layer.inputs} inputs × units, or units × {layer.inputs} inputs as in PyTorch."


def _wanted_of_conv(layer: Conv, shapes: Shapes, longest: int) -> str:
    """Say in a sentence what a file for a convolution, transposed or not, must hold, or which of the two it fits."""
    other = Conv if isinstance(layer, ConvTranspose) else ConvTranspose
    twin = other(layer.weights, layer.bias, layer.stride, layer.dilation, groups=layer.groups)
    if _conv_readings(twin, shapes, "", longest):
        kind = "transposed convolution" if other is ConvTranspose else "convolution"
        return f"It fits a {kind}: add one in the ribbon and open the file there."
    orders = TRANSPOSED_ORDERS if isinstance(layer, ConvTranspose) else CONV_ORDERS
    ways = [f"{_axes(order, layer.rank)} ({order.layer_name(layer.rank)})" for order in orders]
    return (
        f"It needs {' or '.join(ways)}, with {counted(layer.channels, 'channel')}, at most {LIMITS.filters} "
        f"filters and {longest} cells a side, and a bias with one number for each filter."
    )


def _title(name: str, shape: Shape, order: WeightOrder) -> str:
    rank = len(shape) - 2
    return f"{short_name(name)} ({format_shape(shape)}) as {order.layer_name(rank)}, {_axes(order, rank)}"


def _axes(order: WeightOrder, rank: int) -> str:
    return " × ".join(axis.many for axis in order.axes(rank))


def _bias_fact(bias: str) -> str:
    return f"bias from {short_name(bias)}" if bias else "no bias found, so 0"


# --- the kinds of layers that have weights -------------------------------------------------------------------------


@dataclass(frozen=True)
class _WeightedKind:
    """How the weights of a kind are read: what finds the ways, and what says what is wanted where there is none."""

    find: Callable[[Document, int, Shapes, str, int], list[WeightsReading]]
    wanted: Callable[[Any, Shapes, int], str]


def _find_for_conv(document: Document, layer: int, shapes: Shapes, suffix: str, longest: int) -> list[WeightsReading]:
    return _conv_readings(conv_at(document, layer), shapes, suffix, longest)


def _find_for_dense(document: Document, layer: int, shapes: Shapes, suffix: str, longest: int) -> list[WeightsReading]:
    del longest
    held = document.layers[layer]
    assert isinstance(held, Dense)
    return _dense_readings(held, shapes, suffix, _flattened(document, layer, held.inputs))


def _find_for_norm(document: Document, layer: int, shapes: Shapes, suffix: str, longest: int) -> list[WeightsReading]:
    del longest
    held = document.layers[layer]
    assert isinstance(held, BatchNorm)
    return norm_readings(held, shapes, suffix)


_KINDS: Mapping[type[Layer], _WeightedKind] = MappingProxyType(
    {
        Conv: _WeightedKind(_find_for_conv, _wanted_of_conv),
        ConvTranspose: _WeightedKind(_find_for_conv, _wanted_of_conv),
        Dense: _WeightedKind(_find_for_dense, _wanted_of_dense),
        PRelu: _WeightedKind(find_slopes, wanted_slopes),
        BatchNorm: _WeightedKind(_find_for_norm, wanted_of_norm),
    }
)
"""Every kind that holds arrays; tests/property/test_every_kind.py fails for one that is missing."""
