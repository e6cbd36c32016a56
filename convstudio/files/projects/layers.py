"""How each kind of layer stands in a project: a record with the fields of the layer, its arrays as nested numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta

from convstudio.files.limits import check_between, check_kernel_size
from convstudio.files.nested import Nested, from_nested, to_nested
from convstudio.files.problems import FileProblem
from convstudio.model.kinds.activation import Activation, check_alpha, check_slope
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.conv_weights import tidy_names
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
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Layer
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.ops import ACTIVATIONS, ALPHAS, PaddingMode, PaddingName

_READ_CHANNELS = max(LIMITS.input_channels, LIMITS.filters)  # what a layer reads is an input, or another one's maps
_Step = Annotated[int, Meta(ge=1, le=LIMITS.stride)]
_Dilation = Annotated[int, Meta(ge=1, le=LIMITS.dilation)]
_Amount = Annotated[int, Meta(ge=0, le=LIMITS.padding)]
_Groups = Annotated[int, Meta(ge=1, le=_READ_CHANNELS)]
_Rate = Annotated[float, Meta(ge=0, le=1)]
_Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Epsilon = Annotated[float, Meta(ge=0)]
_Neighbours = Annotated[int, Meta(ge=0, le=LIMITS.filters)]
_NotNegative = Annotated[float, Meta(ge=0, le=LIMITS.number)]
_Positive = Annotated[float, Meta(gt=0, le=LIMITS.number)]
_Float32 = Annotated[float, Meta(ge=-LIMITS.number, le=LIMITS.number)]
_Numbers = Annotated[tuple[_Float32, ...], Meta(min_length=1, max_length=_READ_CHANNELS)]
_Pairs = tuple[tuple[_Amount, _Amount], ...]
_FilterName = Annotated[str, Meta(max_length=LIMITS.filter_name)]
_PoolKind = Literal["max", "average"]


class _Layer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    is_on: bool
    is_locked: bool


class _Conv(_Layer, kw_only=True, tag="conv"):
    weights: Nested
    bias: Nested
    stride: tuple[_Step, ...]
    dilation: tuple[_Dilation, ...]
    padding: PaddingName | _Pairs
    padding_mode: PaddingMode
    groups: _Groups
    flip: bool
    activation: str
    has_bias: bool
    filter_names: tuple[_FilterName, ...] = ()
    locked_weights: Nested | None = None
    locked_bias: Nested | None = None


class _ConvTranspose(_Conv, kw_only=True, tag="conv_transpose"):
    output_padding: tuple[_Amount, ...] | None


class _Activation(_Layer, tag="activation", omit_defaults=True):
    activation: str
    alpha: float | None
    slope: float = 0.0


class _Pool(_Layer, tag="pool"):
    kind: _PoolKind = msgspec.field(name="pooling")
    size: tuple[_Step, ...]
    stride: tuple[_Step, ...] | None
    padding: PaddingName | _Pairs
    dilation: tuple[_Dilation, ...] | None
    ceil_mode: bool
    count_include_pad: bool


class _GlobalPool(_Layer, tag="global_pool"):
    kind: _PoolKind = msgspec.field(name="pooling")


class _UpSampling(_Layer, tag="up_sampling"):
    factor: tuple[_Step, ...]


class _BatchNorm(_Layer, tag="batch_norm"):
    mean: Nested
    variance: Nested
    gamma: Nested
    beta: Nested
    epsilon: _Epsilon


class _LocalResponseNorm(_Layer, tag="local_response_norm"):
    before: _Neighbours
    after: _Neighbours
    alpha: _NotNegative
    beta: _NotNegative
    k: _Positive


class _PRelu(_Layer, tag="prelu"):
    slopes: Nested


class _Rescaling(_Layer, tag="rescaling"):
    scale: _Numbers
    offset: _Numbers


class _Dropout(_Layer, tag="dropout"):
    rate: _Rate
    seed: _Seed


class _SpatialDropout(_Dropout, tag="spatial_dropout"):
    pass


class _Flatten(_Layer, tag="flatten"):
    pass


class _Dense(_Layer, tag="dense"):
    weights: Nested
    bias: Nested
    activation: str
    locked_weights: Nested | None = None
    locked_bias: Nested | None = None


def layer_content(layer: Layer, nest: Callable[[Floats], Nested | Floats] = to_nested) -> LayerContent:
    """Return what a project holds of a layer; `nest` tells how an array stands in it."""
    if type(layer) not in _KINDS:
        raise TypeError(f"the table of projects has no line for a {type(layer).__name__}")
    values = {part.name: _plain(getattr(layer, part.name), nest) for part in fields(layer)}
    locks = values.pop("locks", None)
    if locks is not None:
        values |= {"locked_weights": nest(frozen(locks.weights)), "locked_bias": nest(frozen(locks.bias))}
    return _KINDS[type(layer)].record(**values)


def layer_of(content: LayerContent, where: str) -> Layer:
    """Return the layer that a project holds; raise FileProblem, which begins with `where`.

    Ranks, lengths and limits are checked before an array is built. A layer that cannot work on what it reads is none of
    this file's business: the layer reports it itself.
    """
    return _READERS[type(content)](content, where)


def _plain(value: Any, nest: Callable[[Floats], Nested | Floats]) -> Any:
    return nest(value) if isinstance(value, np.ndarray) else value


def _settings(content: LayerContent) -> dict[str, Any]:
    return msgspec.structs.asdict(content)


def _conv_settings(content: _Conv, where: str) -> dict[str, Any]:
    weights = from_nested(content.weights, where, _check_weights)
    bias = from_nested(content.bias, where, lambda shape, place: _check_bias(shape, weights.shape[-1], place))
    channels = weights.shape[-2] * content.groups
    check_between(1, channels, _READ_CHANNELS, f"{where} reads {content.groups} groups of channels: use {{range}}.")
    _check_ranks([content.stride, content.dilation, content.padding], weights.ndim - 2, where)
    _check_activation(content.activation, where)
    names = _filter_names(content.filter_names, weights.shape[-1], where)
    return _settings_without_locks(content) | {
        "weights": weights,
        "bias": bias,
        "filter_names": names,
        "locks": _locks(content, weights, where),
    }


def _settings_without_locks(content: _Conv | _Dense) -> dict[str, Any]:
    return {name: value for name, value in _settings(content).items() if not name.startswith("locked_")}


def _locks(content: _Conv | _Dense, weights: Floats, where: str) -> Locks | None:
    """Return which weights are locked: in a project they are 1, and the others 0."""
    if content.locked_weights is None or content.locked_bias is None:
        if content.locked_weights is not content.locked_bias:
            raise FileProblem(f"{where} has locks of its weights or its biases alone: open another copy.")
        return None
    locked = from_nested(content.locked_weights, where, lambda shape, place: _check_locks(shape, weights.shape, place))
    bias = from_nested(content.locked_bias, where, lambda shape, place: _check_locks(shape, weights.shape[-1:], place))
    if not all(np.isin(part, (0, 1)).all() for part in (locked, bias)):
        raise FileProblem(f"{where} has locks other than 0 and 1: open another copy.")
    return Locks(locked == 1, bias == 1).some


def _filter_names(names: tuple[str, ...], filters: int, where: str) -> tuple[str, ...]:
    if names and len(names) != filters:
        raise FileProblem(f"{where} has {len(names)} names for {filters} filters: open another copy.")
    if not all(name.isprintable() for name in names):
        raise FileProblem(f"{where} names a filter with a sign that no line shows: open another copy.")
    return tidy_names(names)


def _conv(content: _Conv, where: str) -> Layer:
    return Conv(**_conv_settings(content, where))


def _conv_transpose(content: _ConvTranspose, where: str) -> Layer:
    settings = _conv_settings(content, where)
    _check_ranks([content.output_padding], settings["weights"].ndim - 2, where)
    return ConvTranspose(**settings)


def _activation(content: _Activation, where: str) -> Layer:
    _check_activation(content.activation, where)
    if (content.alpha is None) == (content.activation in ALPHAS):
        raise FileProblem(f"{where} has no number for its activation, or one too many: open another copy.")
    try:
        if content.alpha is not None:
            check_alpha(content.activation, content.alpha)
        check_slope(content.activation, content.slope)
    except ValueError as refusal:
        raise FileProblem(f"{where} cannot work: {refusal}.") from None
    return Activation(**_settings(content))


def _pool(content: _Pool, where: str) -> Layer:
    check_between(1, len(content.size), 3, f"{where} pools along {len(content.size)} axes: use {{range}}.")
    _check_ranks([content.stride, content.dilation, content.padding], len(content.size), where)
    return Pool(**_settings(content))


def _up_sampling(content: _UpSampling, where: str) -> Layer:
    check_between(1, len(content.factor), 3, f"{where} grows along {len(content.factor)} axes: use {{range}}.")
    return UpSampling(**_settings(content))


def _batch_norm(content: _BatchNorm, where: str) -> Layer:
    mean = _vector(content.mean, where)
    others = {name: _vector(getattr(content, name), where) for name in ("variance", "gamma", "beta")}
    for name, values in others.items():
        if values.shape != mean.shape:
            raise FileProblem(f"{where} has {len(values)} numbers as {name} for {len(mean)} means: open another copy.")
    return BatchNorm(**_settings(content) | others | {"mean": mean})


def _rescaling(content: _Rescaling, where: str) -> Layer:
    scales, offsets = len(content.scale), len(content.offset)
    if scales != offsets:
        raise FileProblem(f"{where} has {scales} scales and {offsets} offsets: open another copy.")
    return Rescaling(**_settings(content))


def _prelu(content: _PRelu, where: str) -> Layer:
    return PRelu(**_settings(content) | {"slopes": from_nested(content.slopes, where, _check_slopes)})


def _dense(content: _Dense, where: str) -> Layer:
    weights = from_nested(content.weights, where, lambda shape, place: _check_values(shape, 2, place))
    bias = from_nested(content.bias, where, lambda shape, place: _check_bias(shape, weights.shape[-1], place))
    _check_activation(content.activation, where)
    arrays = {"weights": weights, "bias": bias, "locks": _locks(content, weights, where)}
    return Dense(**_settings_without_locks(content) | arrays)


def _vector(values: Nested, where: str) -> Floats:
    return from_nested(values, where, lambda shape, place: _check_values(shape, 1, place))


def _check_weights(shape: tuple[int, ...], where: str) -> None:
    if len(shape) not in (3, 4, 5):
        raise FileProblem(
            f"{where} has weights of shape {format_shape(shape)}: they need 1 to 3 kernel axes, then channels and "
            "filters."
        )
    *size, channels, filters = shape
    check_kernel_size(size, where)
    check_between(1, channels, _READ_CHANNELS, f"{where} reads {channels} channels: use {{range}}.")
    check_between(1, filters, LIMITS.filters, f"{where} has {filters} filters: use {{range}}.")
    _check_values(shape, len(shape), where)


def _check_values(shape: tuple[int, ...], axes: int, where: str) -> None:
    if len(shape) != axes:
        raise FileProblem(f"{where} has numbers of shape {format_shape(shape)}: they need {axes} axes.")
    count = math.prod(shape)
    check_between(
        1, count, LIMITS.layer_values, f"{where} holds {format_shape(shape)} = {count} numbers: use {{range}}."
    )


def _check_slopes(shape: tuple[int, ...], where: str) -> None:
    if len(shape) > 4:
        raise FileProblem(f"{where} has slopes of shape {format_shape(shape)}: they need at most 3 axes and channels.")
    _check_values(shape, len(shape), where)


def _check_locks(shape: tuple[int, ...], wanted: tuple[int, ...], where: str) -> None:
    if shape != wanted:
        raise FileProblem(
            f"{where} has locks of shape {format_shape(shape)} for {format_shape(wanted)} values: open another copy."
        )


def _check_bias(shape: tuple[int, ...], filters: int, where: str) -> None:
    if shape != (filters,):
        raise FileProblem(f"{where} has {format_shape(shape)} biases for {filters} filters: open another copy.")


def _check_ranks(settings: list[str | tuple[Any, ...] | None], rank: int, where: str) -> None:
    for setting in settings:
        if isinstance(setting, tuple) and len(setting) != rank:
            raise FileProblem(
                f"{where} has a setting {setting} for a window with {rank} axes: it needs one entry per axis."
            )


def _check_activation(name: str, where: str) -> None:
    if name not in ACTIVATIONS:
        raise FileProblem(f"{where} names an unknown activation: choose one of {', '.join(ACTIVATIONS)}.")


@dataclass(frozen=True)
class _Entry:
    """How a kind stands in a project: the record of its fields, and what makes the layer of a record."""

    record: type[_Layer]
    read: Callable[[Any, str], Layer]


def _plainly(kind: type[Layer]) -> Callable[[Any, str], Layer]:
    """Make a layer of a record whose schema says all that is to be checked."""
    return lambda content, _: kind(**_settings(content))


_KINDS: Mapping[type[Layer], _Entry] = MappingProxyType(
    {
        Conv: _Entry(_Conv, _conv),
        ConvTranspose: _Entry(_ConvTranspose, _conv_transpose),
        Activation: _Entry(_Activation, _activation),
        Pool: _Entry(_Pool, _pool),
        GlobalPool: _Entry(_GlobalPool, _plainly(GlobalPool)),
        UpSampling: _Entry(_UpSampling, _up_sampling),
        BatchNorm: _Entry(_BatchNorm, _batch_norm),
        LocalResponseNorm: _Entry(_LocalResponseNorm, _plainly(LocalResponseNorm)),
        PRelu: _Entry(_PRelu, _prelu),
        Rescaling: _Entry(_Rescaling, _rescaling),
        Dropout: _Entry(_Dropout, _plainly(Dropout)),
        SpatialDropout: _Entry(_SpatialDropout, _plainly(SpatialDropout)),
        Flatten: _Entry(_Flatten, _plainly(Flatten)),
        Dense: _Entry(_Dense, _dense),
    }
)
"""Every kind of layer with its place in a project: the one table of this room."""

_READERS = {entry.record: entry.read for entry in _KINDS.values()}

if TYPE_CHECKING:
    LayerContent = _Layer
else:
    LayerContent = reduce(or_, _READERS)  # msgspec finds the record by its tag in the union of all
"""What a project holds of a layer; `kind` tells which layer it is."""
