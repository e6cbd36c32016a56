"""The ways to read a file's arrays as the weights of a layer, ranked by evidence: bias, names, kernel, groups, file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from convstudio.model.arrays import Floats, frozen
from convstudio.model.building import check_count
from convstudio.model.document import Document
from convstudio.model.kinds import Activation, BatchNorm, ConvTranspose, Dense, Dropout, Flatten
from convstudio.model.layers import MOST_FILTERS, Conv, Layer, Shape, check_filters, check_weights
from convstudio.model.numbers import format_exact, format_shape
from convstudio.model.view_state import Dialect
from convstudio.model.weight_names import Shapes, bias_of, last_word, natural, prefix_of, votes_of
from convstudio.model.weight_orders import (
    CONV_ORDERS,
    DENSE_ORDERS,
    DEPTHWISE_ORDER,
    FRAMEWORKS,
    NORM_EPSILON,
    NORM_NAMES,
    TRANSPOSED_ORDERS,
    WeightOrder,
    WeightSizes,
)

_DECISIVE = 3
"""How much more evidence one reading must have than every other before it is taken without a question."""

_LONGEST_NAME = 60
_USUAL_FILTERS_OF_A_CHANNEL = 4  # depthwise layers of published networks have one or two


@dataclass(frozen=True)
class Reading:
    """One way to read arrays of a file: `title` says which ones as what, `facts` what the layer then has.

    `evidence` weighs what speaks for it; `caution` is what it changes beside the weights, or what speaks against it.
    `used` returns the layer with the arrays, which are those of `names` by their names.
    """

    names: tuple[str, ...]
    title: str
    facts: tuple[str, ...]
    evidence: int
    caution: str
    used: Callable[[Mapping[str, Floats]], Layer] = field(compare=False)

    @property
    def text(self) -> str:
        """The reading as two lines to choose."""
        return f"{self.title}\n{' · '.join(filter(None, (*self.facts, self.caution)))}"

    @property
    def sentence(self) -> str:
        """What was read, to say afterwards."""
        return f"Read {self.title}: {', '.join(filter(None, (*self.facts, self.caution)))}."


def readings(shapes: Shapes, suffix: str, document: Document, layer: int, longest: int) -> list[Reading]:
    """Return the ways to read a file's arrays, given by their `shapes`, as weights of a layer: the likeliest first.

    `suffix` is the file's ending, and a side of a kernel is at most `longest`. A reading that a bias contradicts is
    left out. Raises ValueError, naming the shapes and what to change, where there is none, or the layer has no weights.
    """
    held = document.layers[layer]
    if isinstance(held, Conv):
        found = _conv_readings(held, shapes, suffix, longest)
    elif isinstance(held, Dense):
        found = _dense_readings(held, shapes, suffix, _flattened(document, layer, held.inputs))
    elif isinstance(held, BatchNorm):
        found = _norm_readings(held, shapes, suffix)
    else:
        raise ValueError(
            f"Layer {layer + 1} has no weights: choose a convolution, a dense layer or a batch normalisation "
            "in the ribbon."
        )
    if not found:
        raise ValueError(_why_none(held, shapes, longest))
    best: dict[str, int] = {}
    for one in found:
        best[one.names[0]] = max(one.evidence, best.get(one.names[0], one.evidence))
    return sorted(found, key=lambda one: (one.evidence <= best[one.names[0]] - _DECISIVE, -one.evidence))


def decided(ranked: Sequence[Reading]) -> Reading | None:
    """Return the first of some ranked readings where evidence decides for it, and it changes nothing unasked."""
    first, *others = ranked
    is_sure = all(first.evidence - other.evidence >= _DECISIVE for other in others)
    return first if is_sure and not first.caution else None


def use_weights(document: Document, layer: int, reading: Reading, arrays: Mapping[str, Floats]) -> Document:
    """Make arrays, by the names that a reading asks for, the weights of a layer; raise ValueError where they cannot."""
    changed = reading.used(arrays)
    return document if changed == document.layers[layer] else document.with_layer(layer, changed)


# --- convolutions --------------------------------------------------------------------------------------------------


def _conv_readings(conv: Conv, shapes: Shapes, suffix: str, longest: int) -> list[Reading]:
    orders = TRANSPOSED_ORDERS if isinstance(conv, ConvTranspose) else (*CONV_ORDERS, DEPTHWISE_ORDER)
    found: dict[object, Reading] = {}
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


def _conv_reading(conv: Conv, order: WeightOrder, sizes: WeightSizes, name: str, bias: str, suffix: str) -> Reading:
    is_regrouped = sizes.groups != conv.groups
    caution = f"sets Groups from {conv.groups} to {sizes.groups}" if is_regrouped else _misnamed(name, conv)
    sides = f"kernel {format_shape(sizes.kernel)}"
    of_each = f"{_counted(sizes.channels, 'channel')} each" if sizes.groups > 1 else _counted(sizes.channels, "channel")
    return Reading(
        names=(name, bias) if bias else (name,),
        title=_title(name, order.shape(sizes), order),
        facts=(
            _counted(sizes.filters, "filter"),
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
        votes_of(name, suffix)[order.dialect]
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


def _dense_readings(dense: Dense, shapes: Shapes, suffix: str, flattened: Shape | None) -> list[Reading]:
    """Read matrices; of what PyTorch flattened, the rows stand channel by channel, Keras's and ours cell by cell."""
    found: dict[object, Reading] = {}
    for name in sorted(shapes, key=natural):
        if len(shapes[name]) != 2:
            continue
        bias = bias_of(name, shapes)
        for order in DENSE_ORDERS:
            sizes = order.sizes(shapes[name], 1)
            is_fitting = sizes is not None and sizes.channels == dense.inputs
            if sizes is None or not is_fitting or (bias and shapes[bias] != (sizes.filters,)):
                continue
            for maps in (flattened, None) if order.dialect == "pytorch" and flattened else (None,):
                reading = _dense_reading(dense, order, sizes, name, bias, suffix, maps)
                found.setdefault((name, maps, _layout(order, sizes)), reading)
    return list(found.values())


def _dense_reading(
    dense: Dense, order: WeightOrder, sizes: WeightSizes, name: str, bias: str, suffix: str, maps: Shape | None
) -> Reading:
    turned = () if maps is None else (f"inputs flattened channels first, as nn.Flatten does with {_first(maps)}",)
    return Reading(
        names=(name, bias) if bias else (name,),
        title=_title(name, order.shape(sizes), order),
        facts=(_counted(sizes.filters, "unit"), _counted(sizes.channels, "input"), _bias_fact(bias), *turned),
        evidence=votes_of(name, suffix)[order.dialect] + (sizes.filters == dense.units) + (maps is not None),
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
            read = document.read_shape(index)
            is_read = read is not None and math.prod(read) == inputs
            return read if is_read and read is not None and 1 < read[-1] < inputs else None
        if held.is_on and not isinstance(held, Activation | Dropout):
            return None
    return None


def _first(maps: Shape) -> str:
    return format_shape((maps[-1], *maps[:-1]))


# --- batch normalisation -------------------------------------------------------------------------------------------


def _norm_readings(norm: BatchNorm, shapes: Shapes, suffix: str) -> list[Reading]:
    found = []
    for dialect, theirs in NORM_NAMES.items():
        for name in sorted(shapes, key=natural):
            if last_word(name) == theirs["mean"]:
                named = {ours: f"{prefix_of(name)}{word}{_number(name)}" for ours, word in theirs.items()}
                found += _norm_reading(norm, {o: n for o, n in named.items() if n in shapes}, shapes, suffix, dialect)
    for name in sorted(shapes, key=natural):  # of Keras's get_weights, which gives no names
        number = name.removeprefix("arr_")
        if number != name and number.isdecimal() and len(number) < 7:
            numbered = {ours: f"arr_{int(number) + at}" for at, ours in enumerate(NORM_NAMES["keras"])}
            if all(n in shapes for n in numbered.values()):
                found += _norm_reading(norm, numbered, shapes, suffix, "keras")
    return found


def _number(name: str) -> str:
    return name[name.rindex(last_word(name)) + len(last_word(name)) :]


def _norm_reading(
    norm: BatchNorm, named: Mapping[str, str], shapes: Shapes, suffix: str, dialect: Dialect
) -> list[Reading]:
    """Return how to read vectors; with the framework's usual epsilon, which no file holds, or with the layer's own."""
    if "variance" not in named or any(shapes[name] != (norm.channels,) for name in named.values()):
        return []
    usual = NORM_EPSILON[dialect]
    listed = ", ".join(_short(name) for name in named.values())
    facts = (f"{listed} as {', '.join(named)}", _counted(norm.channels, "channel"))
    kept = Reading(
        names=tuple(named.values()),
        title=f"{FRAMEWORKS[dialect]} batch normalisation",
        facts=(*facts, f"Epsilon stays {format_exact(norm.epsilon)}"),
        evidence=votes_of(named["mean"], suffix)[dialect],
        caution="",
        used=lambda arrays: _with_norm(norm, named, arrays, norm.epsilon),
    )
    if norm.epsilon == usual:
        return [kept]
    changed = replace(
        kept,
        facts=facts,
        evidence=kept.evidence + 1,
        caution=f"sets Epsilon from {format_exact(norm.epsilon)} to {format_exact(usual)}, "
        f"{FRAMEWORKS[dialect]}'s usual one",
        used=lambda arrays: _with_norm(norm, named, arrays, usual),
    )
    return [changed, kept]


def _with_norm(norm: BatchNorm, named: Mapping[str, str], arrays: Mapping[str, Floats], epsilon: float) -> BatchNorm:
    fresh = BatchNorm.of(norm.channels)
    held = {ours: arrays[named[ours]] if ours in named else getattr(fresh, ours) for ours in NORM_NAMES["keras"]}
    if np.any(held["variance"] < 0):
        raise ValueError(
            f"“{_short(named['variance'])}” holds a negative number, and a variance cannot be negative: "
            "choose other arrays."
        )
    return replace(norm, **held, epsilon=epsilon)  # type: ignore[arg-type]  # the names are those of its fields


# --- sentences -----------------------------------------------------------------------------------------------------


def _why_none(layer: Layer, shapes: Shapes, longest: int) -> str:
    """Say in a sentence why no array of a file fits a layer, naming the shapes and what to change."""
    told = [format_shape(shape) or "a single number" for shape in list(shapes.values())[:5]]
    more = f" and {len(shapes) - 5} more" if len(shapes) > 5 else ""
    start = f"No array of the file fits this layer ({', '.join(told)}{more}). "
    if isinstance(layer, BatchNorm):
        words = " or ".join(", ".join(theirs.values()) for theirs in NORM_NAMES.values())
        return f"{start}It needs vectors of {_counted(layer.channels, 'number')} named {words}."
    if isinstance(layer, Dense):
        return f"{start}It needs {layer.inputs} inputs × units, or units × {layer.inputs} inputs as in PyTorch."
    assert isinstance(layer, Conv), "the other layers have no weights"
    other = Conv if isinstance(layer, ConvTranspose) else ConvTranspose
    twin = other(layer.weights, layer.bias, layer.stride, layer.dilation, groups=layer.groups)
    if _conv_readings(twin, shapes, "", longest):
        kind = "transposed convolution" if other is ConvTranspose else "convolution"
        return f"{start}It fits a {kind}: add one in the ribbon and open the file there."
    orders = TRANSPOSED_ORDERS if isinstance(layer, ConvTranspose) else CONV_ORDERS
    ways = [f"{_axes(order, layer.rank)} ({order.layer_name(layer.rank)})" for order in orders]
    return (
        f"{start}It needs {' or '.join(ways)}, with {_counted(layer.channels, 'channel')}, at most {MOST_FILTERS} "
        f"filters and {longest} cells a side, and a bias with one number for each filter."
    )


def _title(name: str, shape: Shape, order: WeightOrder) -> str:
    rank = len(shape) - 2
    return f"{_short(name)} ({format_shape(shape)}) as {order.layer_name(rank)}, {_axes(order, rank)}"


def _axes(order: WeightOrder, rank: int) -> str:
    return " × ".join(axis.many for axis in order.axes(rank))


def _bias_fact(bias: str) -> str:
    return f"bias from {_short(bias)}" if bias else "no bias found, so 0"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
