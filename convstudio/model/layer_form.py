"""The settings of every layer that is no convolution: what can be set, and what a kind has to say about itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.arrays import Floats, frozen
from convstudio.model.building import check_count
from convstudio.model.document import Document
from convstudio.model.initialisers import fans
from convstudio.model.kinds import Activation, BatchNorm, Dense, Dropout, Flatten, GlobalPool, Pool, SpatialDropout
from convstudio.model.layers import Layer
from convstudio.model.limits import Limits
from convstudio.model.numbers import format_number
from convstudio.model.picture_geometry import as_table
from convstudio.model.view_state import ViewState
from convstudio.model.wording import ACTIVATION_NAMES, AXES, FORMULAS, PLURALS, VECTOR_AXIS
from convstudio.ops import ACTIVATIONS

Held = TypeVar("Held", bound=Layer)
_POOL_KINDS = ("max", "average")
_PADDINGS = ("valid", "same", "full")
_EXPLICIT = "explicit"
_YES_OR_NO = ("no", "yes")
_LAST_WINDOWS = ("if it fits", "always")
_SIDES = {
    1: (("before", "after"),),
    2: (("top", "bottom"), ("left", "right")),
    3: (("front", "back"), ("top", "bottom"), ("left", "right")),
}
_GROWING = "the others grow so that the mean stays on average. Nothing to learn."
_LARGEST_SEED = 999_999
_MOST_FACTORS = 64


@dataclass(frozen=True)
class Setting:
    """One field: a choice where it has `entries`, a whole number between `low` and `high`, else any number.

    `read` gives the value (of a choice, its place) and `write` the layer with another one; both are told which channel
    or unit is looked at.
    """

    name: str
    tip: str
    read: Callable[[Layer, int], float]
    write: Callable[[Layer, int, float], Layer]
    entries: tuple[str, ...] = ()
    low: int | None = None
    high: int = 0


def settings_of(layer: Layer, limits: Limits) -> tuple[Setting, ...]:
    """Return what can be set on a layer of this kind, in the order of the window."""
    if isinstance(layer, Activation):
        return (_activation(),)
    if isinstance(layer, Pool):
        return _pooling(layer, limits)
    if isinstance(layer, GlobalPool):
        return (_pool_kind("What each whole map becomes"),)
    if isinstance(layer, BatchNorm):
        return _normalisation()
    if isinstance(layer, Dropout):
        return _dropping()
    if isinstance(layer, Dense):
        return _dense(limits)
    if isinstance(layer, Flatten):
        return ()
    raise TypeError(f"no form shows a {type(layer).__name__}")


def facts_of(layer: Layer) -> str:
    """Say in a line or two what a layer does, and that it has nothing to learn where that is so."""
    if isinstance(layer, Activation):
        alone = "for every position by itself" if layer.activation == "softmax" else "for every value by itself"
        return f"{FORMULAS[layer.activation]}, {alone}. Nothing to learn."
    if isinstance(layer, Pool):
        if layer.kind == "max":
            return "A window slides over every map; its largest value wins. Nothing to learn: it only picks."
        return "A window slides over every map; its mean is taken. Nothing to learn: every cell counts alike."
    if isinstance(layer, GlobalPool):
        return "Every whole map becomes one value, wherever in it the feature lies. Nothing to learn."
    if isinstance(layer, BatchNorm):
        return "Every channel is shifted and scaled by the statistics of training; gamma and beta are learned."
    if isinstance(layer, SpatialDropout):
        return f"Silences whole maps, as in training; {_GROWING}"
    if isinstance(layer, Dropout):
        return f"Silences single values, as in training; {_GROWING}"
    if isinstance(layer, Flatten):
        return "Lines up all values: row by row, in each row cell by cell, in each cell channel by channel."
    if isinstance(layer, Dense):
        return "Every unit adds up all values, each with a weight of its own."
    raise TypeError(f"nothing is said of a {type(layer).__name__}")


def channel_looked_at(document: Document, view: ViewState) -> int:
    """Return the channel or unit whose settings are shown: of maps the chosen one, of a vector the current value.

    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> document = Document(Sample.of("steps", np.zeros((8, 3))), Network((BatchNorm.of(3),)))
    >>> channel_looked_at(document, ViewState(filter=1, position=(5,)))
    1
    """
    made = document.made_shape(view.layer)
    return view.position[0] if made is not None and len(made) == 1 else view.filter


def set_value(document: Document, view: ViewState, setting: Setting, value: float) -> Document:
    """Set one of the settings of the layer that is looked at."""
    layer = document.layers[view.layer]
    changed = setting.write(layer, channel_looked_at(document, view), value)
    return document if changed == layer else document.with_layer(view.layer, changed)


def unit_weights(layer: Dense, view: ViewState) -> Floats:
    """Return the weights of the unit that is looked at as a table of one row, `(1, inputs)`."""
    return layer.weights[:, unit_of(layer, view)][np.newaxis]


def unit_of(layer: Dense, view: ViewState) -> int:
    """Return which unit of a dense layer is selected."""
    return min(view.position[0], layer.units - 1)


def set_unit_weights(document: Document, view: ViewState, start: int, block: ArrayLike) -> Document:
    """Write weights of the unit that is looked at, from input `start` on; raises ValueError where they do not fit."""
    layer = document.layers[view.layer]
    values = np.asarray(block, np.float32).ravel()
    if not isinstance(layer, Dense) or start + len(values) > layer.inputs:
        raise ValueError(f"{len(values)} weights do not fit from input {start + 1} on: paste fewer, or further left.")
    weights = layer.weights.copy()
    weights[start : start + len(values), unit_of(layer, view)] = values
    changed = replace(layer, weights=frozen(weights))
    return document if changed == layer else document.with_layer(view.layer, changed)


def shown_factors(document: Document, view: ViewState) -> Floats | None:
    """Return what dropout multiplies the shown map with, `(rows, columns)`; None for other layers and large maps."""
    layer, read = document.layers[view.layer], document.read_shape(view.layer)
    if not isinstance(layer, Dropout) or read is None or document.made_shape(view.layer) is None:
        return None
    spatial = read[:-1] or read
    if len(spatial) > 2 or max(spatial) > _MOST_FACTORS:
        return None
    factors = layer.factors(read)
    return as_table(factors[..., min(view.filter, read[-1] - 1)] if len(read) > 1 else factors)


def table_axes(values: Floats, *, is_weights: bool) -> Sequence[str]:
    """Name the axes of the table of a unit's weights, or of what dropout multiplies with."""
    if is_weights:
        return VECTOR_AXIS
    return AXES[1] if values.shape[0] == 1 else AXES[2]


# --- the settings of each kind -----------------------------------------------------------------------------------


def _activation() -> Setting:
    return Setting(
        "Activation",
        "The function that every value goes through",
        lambda layer, _: ACTIVATIONS.index(_activated(layer).activation),
        lambda layer, _, index: replace(_activated(layer), activation=ACTIVATIONS[int(index)]),
        tuple(ACTIVATION_NAMES[name] for name in ACTIVATIONS),
    )


def _pool_kind(tip: str) -> Setting:
    return Setting(
        "Pooling",
        tip,
        lambda layer, _: _POOL_KINDS.index(_pooled(layer).kind),
        lambda layer, _, index: replace(_pooled(layer), kind=_POOL_KINDS[int(index)]),
        _POOL_KINDS,
    )


def _pooling(layer: Pool, limits: Limits) -> tuple[Setting, ...]:
    axes = PLURALS[layer.rank]
    sizes = tuple(_pool_size(f"Pool {name}", axis, limits.kernel_length) for axis, name in enumerate(axes))
    strides = tuple(_pool_stride(f"Pool stride {name}", axis, limits.stride) for axis, name in enumerate(axes))
    padding = Setting(
        "Pool padding",
        "Cells added around the maps; ignored by max pooling, and left out of averages unless Padding counts",
        lambda held, _: (*_PADDINGS, _pool(held).padding).index(_pool(held).padding),
        lambda held, _, index: _with_padding(_pool(held), int(index)),
        (*_PADDINGS, _EXPLICIT),
    )
    is_explicit = not isinstance(layer.padding, str)
    sides = tuple(_pool_side(layer.rank, axis, side, limits.padding) for axis in range(layer.rank) for side in (0, 1))
    counting = Setting(
        "Padding counts",
        "Whether an average counts padding as 0, as PyTorch's count_include_pad does; Keras leaves it out",
        lambda held, _: int(_pool(held).count_include_pad),
        lambda held, _, index: replace(_pool(held), count_include_pad=bool(index)),
        _YES_OR_NO,
    )
    last = Setting(
        "Last window",
        "Whether a last window that reaches past the maps is left out, or kept with what it meets (ceil_mode)",
        lambda held, _: int(_pool(held).ceil_mode),
        lambda held, _, index: replace(_pool(held), ceil_mode=bool(index)),
        _LAST_WINDOWS,
    )
    return (
        _pool_kind("What each window becomes"),
        *sizes,
        *strides,
        padding,
        *(sides if is_explicit else ()),
        *((counting,) if layer.kind == "average" else ()),
        last,
    )


def _pool_side(rank: int, axis: int, side: int, high: int) -> Setting:
    """Return the field of an explicit padding on one side of one axis."""

    def written(layer: Layer, _: int, value: float) -> Layer:
        held = _pool(layer)
        pairs = list(_explicit_pairs(held))
        before, after = _replaced(pairs[axis], side, int(value))
        pairs[axis] = (before, after)
        return replace(held, padding=tuple(pairs))

    return Setting(
        f"Pool padding {_SIDES[rank][axis][side]}",
        "Cells added on this side of every map",
        lambda layer, _: _explicit_pairs(_pool(layer))[axis][side],
        written,
        low=0,
        high=high,
    )


def _pool_size(name: str, axis: int, high: int) -> Setting:
    return Setting(
        name,
        "Cells of the window along this axis",
        lambda layer, _: _pool(layer).size[axis],
        lambda layer, _, value: replace(_pool(layer), size=_replaced(_pool(layer).size, axis, int(value))),
        low=1,
        high=high,
    )


def _pool_stride(name: str, axis: int, high: int) -> Setting:
    return Setting(
        name,
        "Cells that the window moves by",
        lambda layer, _: _strides(layer)[axis],
        lambda layer, _, value: replace(_pool(layer), stride=_replaced(_strides(layer), axis, int(value))),
        low=1,
        high=high,
    )


def _normalisation() -> tuple[Setting, ...]:
    return (
        _statistic(
            "Mean",
            "What was measured in training, and is taken away",
            lambda held: held.mean,
            lambda held, values: replace(held, mean=values),
        ),
        _statistic(
            "Variance",
            "What was measured in training; its root divides",
            lambda held: held.variance,
            _with_variance,
        ),
        _statistic(
            "Gamma", "Learned: multiplies", lambda held: held.gamma, lambda held, values: replace(held, gamma=values)
        ),
        _statistic(
            "Beta", "Learned: is added last", lambda held: held.beta, lambda held, values: replace(held, beta=values)
        ),
        Setting(
            "Epsilon",
            "Keeps the division from going wild where the variance is tiny",
            lambda layer, _: _of_kind(layer, BatchNorm).epsilon,
            lambda layer, _, value: _with_epsilon(_of_kind(layer, BatchNorm), value),
        ),
    )


def _statistic(
    name: str, tip: str, read: Callable[[BatchNorm], Floats], write: Callable[[BatchNorm, Floats], BatchNorm]
) -> Setting:
    return Setting(
        name,
        f"{tip}; of the channel that is looked at",
        lambda layer, at: _entry(read(_of_kind(layer, BatchNorm)), at),
        lambda layer, at, value: write(
            _of_kind(layer, BatchNorm), _with_entry(read(_of_kind(layer, BatchNorm)), at, value)
        ),
    )


def _dropping() -> tuple[Setting, ...]:
    return (
        Setting(
            "Rate",
            "The share that is silenced, 0 to 1",
            lambda layer, _: _of_kind(layer, Dropout).rate,
            lambda layer, _, value: _with_rate(_of_kind(layer, Dropout), value),
        ),
        Setting(
            "Seed",
            "The same seed silences the same places",
            lambda layer, _: _of_kind(layer, Dropout).seed,
            lambda layer, _, value: replace(_of_kind(layer, Dropout), seed=int(value)),
            low=0,
            high=_LARGEST_SEED,
        ),
    )


def _dense(limits: Limits) -> tuple[Setting, ...]:
    return (
        Setting(
            "Units",
            "Values that the layer makes; new units have random weights (Glorot uniform, their number as the seed)",
            lambda layer, _: _of_kind(layer, Dense).units,
            lambda layer, _, value: with_units(_of_kind(layer, Dense), int(value)),
            low=1,
            high=limits.filters,
        ),
        Setting(
            "Unit bias",
            "Added to the sum of the unit that is looked at",
            lambda layer, at: _entry(_of_kind(layer, Dense).bias, at),
            lambda layer, at, value: replace(
                _of_kind(layer, Dense), bias=_with_entry(_of_kind(layer, Dense).bias, at, value)
            ),
        ),
        _activation(),
    )


def with_units(layer: Dense, count: int) -> Dense:
    """Return a dense layer with another number of units: the last ones go, or random ones with biases of 0 are added.

    Random weights are drawn as for a new layer, a unit's number being its seed. Raises ValueError, before anything is
    allocated, for more weights than a layer may have.
    """
    check_count((layer.inputs, count))
    kept = min(count, layer.units)
    weights = np.zeros((layer.inputs, count), np.float32)
    bias = np.zeros(count, np.float32)
    weights[:, :kept], bias[:kept] = layer.weights[:, :kept], layer.bias[:kept]
    limit = math.sqrt(6 / sum(fans(weights.shape)))
    for unit in range(kept, count):
        weights[:, unit] = np.random.default_rng(unit + 1).uniform(-limit, limit, layer.inputs)
    return replace(layer, weights=frozen(weights), bias=frozen(bias))


# --- helpers -----------------------------------------------------------------------------------------------------


def _entry(values: Floats, at: int) -> float:
    return float(values[min(at, len(values) - 1)])


def _with_entry(values: Floats, at: int, value: float) -> Floats:
    changed = values.copy()
    changed[min(at, len(values) - 1)] = value
    return frozen(changed)


def _with_variance(layer: BatchNorm, values: Floats) -> BatchNorm:
    least = float(values.min())
    if least < 0:
        raise ValueError(f"A variance of {format_number(least)} cannot be: a mean of squares is 0 or more.")
    return replace(layer, variance=values)


def _with_padding(layer: Pool, index: int) -> Pool:
    return replace(layer, padding=_explicit_pairs(layer) if index == len(_PADDINGS) else _PADDINGS[index])


def _explicit_pairs(layer: Pool) -> tuple[tuple[int, int], ...]:
    """Return the cells on each side; of a named padding those that it adds where the window moves by one cell."""
    if not isinstance(layer.padding, str):
        return layer.padding
    reach = [(cells - 1) * gap for cells, gap in zip(layer.size, layer.dilation or (1,) * layer.rank, strict=True)]
    named = {
        "valid": [(0, 0) for _ in reach],
        "same": [(cells // 2, cells - cells // 2) for cells in reach],
        "full": [(cells, cells) for cells in reach],
        "causal": [(cells, 0) for cells in reach],
    }
    return tuple(named[layer.padding])


def _with_epsilon(layer: BatchNorm, value: float) -> BatchNorm:
    if value < 0:
        raise ValueError(f"An epsilon of {format_number(value)} is too small: use 0 or more, Keras uses 0.001.")
    return replace(layer, epsilon=value)


def _with_rate(layer: Dropout, value: float) -> Dropout:
    if not 0 <= value <= 1:
        raise ValueError(f"A rate of {format_number(value)} is not a share: use 0 to 1.")
    return replace(layer, rate=value)


def _of_kind(layer: Layer, kind: type[Held]) -> Held:
    assert isinstance(layer, kind)
    return layer


def _pool(layer: Layer) -> Pool:
    return _of_kind(layer, Pool)


def _pooled(layer: Layer) -> Pool | GlobalPool:
    assert isinstance(layer, Pool | GlobalPool)
    return layer


def _activated(layer: Layer) -> Activation | Dense:
    assert isinstance(layer, Activation | Dense)
    return layer


def _strides(layer: Layer) -> Sequence[int]:
    return _pool(layer).stride or _pool(layer).size


def _replaced(values: Sequence[int], axis: int, value: int) -> tuple[int, ...]:
    return (*values[:axis], value, *values[axis + 1 :])
