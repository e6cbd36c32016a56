"""The settings of every layer that is no convolution: what can be set, and what a kind has to say about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.arrays import Floats, frozen
from convstudio.model.document import Document
from convstudio.model.kinds import Activation, BatchNorm, Dense, Dropout, Flatten, GlobalPool, Pool, SpatialDropout
from convstudio.model.layers import Layer
from convstudio.model.limits import Limits
from convstudio.model.view_state import ViewState
from convstudio.model.wording import ACTIVATION_NAMES, FORMULAS
from convstudio.ops import ACTIVATIONS

Write = Callable[[Layer, ViewState, float], Layer]
_POOL_KINDS = ("max", "average")
_PADDINGS = ("valid", "same")
_LARGEST_SEED = 999_999


@dataclass(frozen=True)
class Setting:
    """One field: a choice where it has `entries`, a whole number between `low` and `high`, else any number.

    `read` gives the value (of a choice, its place) and `write` the layer with another one; both know what is looked at.
    """

    name: str
    tip: str
    read: Callable[[Layer, ViewState], float]
    write: Write
    entries: tuple[str, ...] = ()
    low: int | None = None
    high: int = 0


def settings_of(layer: Layer, limits: Limits) -> tuple[Setting, ...]:
    """Return what can be set on a layer of this kind, in the order of the window."""
    if isinstance(layer, Activation):
        return (_activation("activation"),)
    if isinstance(layer, Pool):
        return _pooling(layer, limits)
    if isinstance(layer, GlobalPool):
        return (_choice("Pooling", "What each whole map becomes", "kind", _POOL_KINDS),)
    if isinstance(layer, BatchNorm):
        return _normalisation()
    if isinstance(layer, Dropout):
        return _dropping()
    if isinstance(layer, Dense):
        return _dense(limits)
    return ()


def facts_of(layer: Layer) -> str:
    """Say in a line or two what a layer does, and that it has nothing to learn where that is so."""
    if isinstance(layer, Activation):
        return f"{FORMULAS[layer.activation]}, for every value by itself. Nothing to learn."
    if isinstance(layer, Pool):
        won = "its largest value wins" if layer.kind == "max" else "its mean is taken"
        return f"A window slides over every map; {won}. Nothing to learn: it only picks."
    if isinstance(layer, GlobalPool):
        return "Every whole map becomes one value, wherever in it the feature lies. Nothing to learn."
    if isinstance(layer, BatchNorm):
        return "Every channel is shifted and scaled by the statistics of training; gamma and beta are learned."
    if isinstance(layer, SpatialDropout):
        return "Silences whole maps, as in training: neighbouring cells say the same. Nothing to learn."
    if isinstance(layer, Dropout):
        return "Silences single values, as in training; the others grow so that the mean stays. Nothing to learn."
    if isinstance(layer, Flatten):
        return "Lines up all values: row by row, in each row cell by cell, in each cell channel by channel."
    return "Every unit adds up all values, each with a weight of its own."


def set_value(document: Document, view: ViewState, setting: Setting, value: float) -> Document:
    """Set one of the settings of the layer that is looked at."""
    layer = document.layers[view.layer]
    changed = setting.write(layer, view, value)
    return document if changed == layer else document.with_layer(view.layer, changed)


def unit_weights(layer: Dense, view: ViewState) -> Floats:
    """Return the weights of the unit that is looked at as a table of one row, `(1, inputs)`."""
    return layer.weights[:, min(view.position[0], layer.units - 1)][np.newaxis]


def set_unit_weights(document: Document, view: ViewState, start: int, block: ArrayLike) -> Document:
    """Write weights of the unit that is looked at, from input `start` on; raises ValueError where they do not fit."""
    layer = document.layers[view.layer]
    values = np.asarray(block, np.float32).ravel()
    if not isinstance(layer, Dense) or start + len(values) > layer.inputs:
        raise ValueError(f"{len(values)} weights do not fit from input {start + 1} on: paste fewer, or further left.")
    weights = layer.weights.copy()
    weights[start : start + len(values), view.position[0]] = values
    changed = replace(layer, weights=frozen(weights))
    return document if changed == layer else document.with_layer(view.layer, changed)


# --- the settings of each kind -----------------------------------------------------------------------------------


def _activation(field: str) -> Setting:
    names = tuple(ACTIVATION_NAMES[name] for name in ACTIVATIONS)
    return Setting(
        "Activation",
        "The function that every value goes through",
        lambda layer, _: ACTIVATIONS.index(getattr(layer, field)),
        lambda layer, _, index: _with(layer, field, ACTIVATIONS[int(index)]),
        names,
    )


def _choice(name: str, tip: str, field: str, values: tuple[str, ...]) -> Setting:
    return Setting(
        name,
        tip,
        lambda layer, _: values.index(getattr(layer, field)),
        lambda layer, _, index: _with(layer, field, values[int(index)]),
        values,
    )


def _pooling(layer: Pool, limits: Limits) -> tuple[Setting, ...]:
    axes = ("rows", "columns")[-layer.rank :] if layer.rank < 3 else ("planes", "rows", "columns")
    sizes = tuple(_pool_size(f"Pool {name}", axis, limits.kernel_length) for axis, name in enumerate(axes))
    strides = tuple(_pool_stride(f"Pool stride {name}", axis, limits.stride) for axis, name in enumerate(axes))
    padding = Setting(
        "Pool padding",
        "Cells added around the maps; they never win and count for no mean",
        lambda held, _: _PADDINGS.index(_pool(held).padding) if _pool(held).padding in _PADDINGS else 0,
        lambda held, _, index: _with(held, "padding", _PADDINGS[int(index)]),
        _PADDINGS,
    )
    return (_choice("Pooling", "What each window becomes", "kind", _POOL_KINDS), *sizes, *strides, padding)


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
    tips = {
        "mean": "What was measured in training, and is taken away",
        "variance": "What was measured in training; its root divides",
        "gamma": "Learned: multiplies",
        "beta": "Learned: is added last",
    }
    parts = tuple(_statistic(name, tip) for name, tip in tips.items())
    epsilon = Setting(
        "Epsilon",
        "Keeps the division from going wild where the variance is tiny",
        lambda layer, _: float(getattr(layer, "epsilon", 0.0)),
        _with_epsilon,
    )
    return (*parts, epsilon)


def _statistic(name: str, tip: str) -> Setting:
    return Setting(
        name.capitalize(),
        f"{tip}; of the channel that is looked at",
        lambda layer, view: float(getattr(layer, name)[_channel(layer, view)]),
        lambda layer, view, value: _with_entry(layer, name, _channel(layer, view), value),
    )


def _dropping() -> tuple[Setting, ...]:
    return (
        Setting("Rate", "The share that is silenced, 0 to 1", lambda held, _: getattr(held, "rate", 0.0), _with_rate),
        Setting(
            "Seed",
            "The same seed silences the same places",
            lambda held, _: getattr(held, "seed", 0),
            lambda held, _, value: _with(held, "seed", int(value)),
            low=0,
            high=_LARGEST_SEED,
        ),
    )


def _dense(limits: Limits) -> tuple[Setting, ...]:
    return (
        Setting(
            "Units",
            "Values that the layer makes",
            lambda layer, _: _as_dense(layer).units,
            lambda layer, _, value: with_units(_as_dense(layer), int(value)),
            low=1,
            high=limits.filters,
        ),
        Setting(
            "Unit bias",
            "Added to the sum of the unit that is looked at",
            lambda layer, view: float(_as_dense(layer).bias[_channel(layer, view)]),
            lambda layer, view, value: _with_entry(layer, "bias", _channel(layer, view), value),
        ),
        _activation("activation"),
    )


def with_units(layer: Dense, count: int) -> Dense:
    """Return a dense layer with another number of units: the last ones go, or zeros are added."""
    kept = min(count, layer.units)
    weights = np.zeros((layer.inputs, count), np.float32)
    bias = np.zeros(count, np.float32)
    weights[:, :kept], bias[:kept] = layer.weights[:, :kept], layer.bias[:kept]
    return replace(layer, weights=frozen(weights), bias=frozen(bias))


# --- helpers -----------------------------------------------------------------------------------------------------


def _with(layer: Layer, field: str, value: object) -> Layer:
    return replace(layer, **{field: value})  # type: ignore[arg-type]  # the settings above name the fields


def _with_entry(layer: Layer, field: str, index: int, value: float) -> Layer:
    if field == "variance" and value < 0:
        raise ValueError(f"A variance of {value} cannot be: a mean of squares is 0 or more.")
    values = getattr(layer, field).copy()
    values[index] = value
    return _with(layer, field, frozen(values))


def _with_epsilon(layer: Layer, _view: ViewState, value: float) -> Layer:
    if value < 0:
        raise ValueError(f"An epsilon of {value} is too small: use 0 or more, Keras uses 0.001.")
    return _with(layer, "epsilon", value)


def _with_rate(layer: Layer, _view: ViewState, value: float) -> Layer:
    if not 0 <= value <= 1:
        raise ValueError(f"A rate of {value} is not a share: use 0 to 1.")
    return _with(layer, "rate", value)


def _channel(layer: Layer, view: ViewState) -> int:
    """Return the channel or unit that is looked at: of maps the chosen one, of a vector the current value."""
    count = len(layer.bias) if isinstance(layer, Dense) else len(getattr(layer, "mean", (0,)))
    chosen = view.position[0] if len(view.position) == 1 and view.filter == 0 else view.filter
    return min(chosen, count - 1)


def _pool(layer: Layer) -> Pool:
    assert isinstance(layer, Pool)
    return layer


def _as_dense(layer: Layer) -> Dense:
    assert isinstance(layer, Dense)
    return layer


def _strides(layer: Layer) -> tuple[int, ...]:
    return _pool(layer).stride or _pool(layer).size


def _replaced(values: tuple[int, ...], axis: int, value: int) -> tuple[int, ...]:
    return (*values[:axis], value, *values[axis + 1 :])
