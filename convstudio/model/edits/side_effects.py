"""What an edit changes beyond what it was asked for, found by comparing the document before and after it.

Comparing, in place of a list kept by each edit, means that no edit can forget to report something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.edits.intent import EVERYTHING, Target
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.answers.counted import counted, enumerated
from convstudio.model.values.arrays import Floats, same_array
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.kernels import centred
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_shape

_MOST_NAMED = 3
_FILTERS, _WEIGHTS, _CHANNELS = ("filter", "filters"), ("weight", "weights"), ("channel", "channels")
_SLOPES = ("slope", "slopes")


@dataclass(frozen=True)
class SideEffect:
    """One change beyond the target: `does` completes "the step would …".

    `is_loss` means that values go which the step was not asked to change.
    """

    does: str
    is_loss: bool = False


def side_effects(before: Document, after: Document, target: Target | None = None) -> tuple[SideEffect, ...]:
    """Say what a step changed beyond its target.

    Without a target it is what the step must have been about: the input where that changed, else the first layer that
    changed. Layers that were added, removed or moved are what was asked for.

    >>> from convstudio.model.edits import kernel_weights
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> two = Document(Sample.of("zeros", np.zeros((8, 1))), Network((Conv.of(np.ones((3, 1, 2))),)))
    >>> side_effects(two, kernel_weights.set_filter(two, 0, 1, [[1], [1]]), Target.of(two, 0, 1))
    (SideEffect(does='crop 1 other filter to 2 weights', is_loss=True),)
    """
    if target is EVERYTHING:
        return ()
    found: list[SideEffect] = []
    if len(before.layers) == len(after.layers) and not _is_reordered(before, after):
        changed = [index for index, layer in enumerate(after.layers) if layer is not before.layers[index]]
        is_about_input = before.sample is not after.sample
        for place, index in enumerate(changed):
            is_asked = not is_about_input and (target.layer == index if target is not None else place == 0)
            held, new = before.layers[index], after.layers[index]
            if is_asked and isinstance(held, Conv) and isinstance(new, Conv):
                one = None if target is None else target.filter
                found += _in_asked(held, new) if one is None else _around_filter(held, new, one)
            elif not is_asked:
                found += _in_other(index, held, new)
    return (*found, *_of_combination(before, after))


def step_name(name: str, effects: Sequence[SideEffect]) -> str:
    """Name an undo step with everything else that it does.

    >>> step_name("Use detector roberts-plus", [SideEffect("crop 7 other filters to 2×2", True)])
    'Use detector roberts-plus and crop 7 other filters to 2×2'
    """
    return enumerated([name, *told(effects)])


def question(effects: Sequence[SideEffect]) -> str:
    """Announce what a step would do besides."""
    return f"This step would also {enumerated(told(effects))}."


def told(effects: Sequence[SideEffect]) -> list[str]:
    """Tell what was done, in a few phrases."""
    texts = [effect.does for effect in effects]
    if len(texts) <= _MOST_NAMED:
        return texts
    return [*texts[: _MOST_NAMED - 1], f"make {len(texts) - _MOST_NAMED + 1} more changes"]


def _is_reordered(before: Document, after: Document) -> bool:
    """Return whether the same layers stand in another order."""
    places = {id(layer) for layer in before.layers}
    is_same_set = all(id(layer) in places for layer in after.layers)
    return is_same_set and any(one is not other for one, other in zip(before.layers, after.layers, strict=True))


# --- the layer that was meant ------------------------------------------------------------------------------------


def _in_asked(held: Conv, new: Conv) -> list[SideEffect]:
    """Tell what a layer loses when its shape is set: it was asked for, and is named all the same."""
    if (held.rank, held.filters) != (new.rank, new.filters):
        return []
    if held.channels != new.channels or held.groups != new.groups:
        return _asked_kernels(_more_kernels(held, new))
    if held.kernel_size != new.kernel_size and same_array(centred(held.weights, new.kernel_size), new.weights):
        cropped = _cropped(held, new.kernel_size)
        return [SideEffect(f"crop {counted(cropped, 'filter')}")] if cropped else []
    return []


def _around_filter(held: Conv, new: Conv, asked: int) -> list[SideEffect]:
    """Tell what became of the other filters of a layer."""
    others = [index for index in range(held.filters) if index != asked]
    if not others or held.filters != new.filters:
        return []
    if held.kernel_size == new.kernel_size:
        is_other = np.not_equal(held.weights, new.weights).reshape(-1, held.filters).any(axis=0)
        is_other |= held.bias != new.bias  # NaN differs from itself: only those that seem to differ are compared again
        count = sum(
            not _is_same_filter(held, new, index) for index in np.flatnonzero(is_other).tolist() if index != asked
        )
        return [SideEffect(f"change {counted(count, 'other filter')}", is_loss=True)] if count else []
    size = format_shape(new.kernel_size) if new.rank > 1 else f"{new.kernel_size[0]} weights"
    cropped = _cropped(held, new.kernel_size, others)
    if cropped:
        return [SideEffect(f"crop {counted(cropped, 'other filter')} to {size}", is_loss=True)]
    return [SideEffect(f"resize {counted(len(others), 'other filter')} to {size}, without a loss")]


def _is_same_filter(held: Conv, new: Conv, index: int) -> bool:
    is_same_bias = bool(_is_equal(held.bias[index : index + 1], new.bias[index : index + 1]).all())
    return is_same_bias and bool(_is_equal(held.weights[..., index], new.weights[..., index]).all())


# --- the layers that were not meant ------------------------------------------------------------------------------


def _in_other(index: int, held: Layer, new: Layer) -> list[SideEffect]:
    """Say what became of a layer that the step was not about."""
    if type(held) is not type(new) or type(held) not in CHANGES:
        return [SideEffect(f"change layer {index + 1}")]
    return CHANGES[type(held)](index + 1, held, new)


def _in_other_conv(layer: int, held: Conv, new: Conv) -> list[SideEffect]:
    found: list[SideEffect] = []
    if held.rank != new.rank:
        is_loss = _loses_rows(held, new.rank)
        found.append(SideEffect(f"turn the kernels of layer {layer} into {new.rank}-D ones", is_loss=is_loss))
    elif held.kernel_size != new.kernel_size:
        is_loss = bool(_cropped(held, new.kernel_size))
        found.append(SideEffect(f"resize the kernels of layer {layer}", is_loss=is_loss))
    if held.filters != new.filters:
        found += _count_change(new.filters - held.filters, _FILTERS, layer)
    elif held.weights.shape[-2] != new.weights.shape[-2]:
        found += _other_kernels(_more_kernels(held, new), layer, is_loss=not _is_repeated(held, new))
    if held.groups != new.groups and held.filters == new.filters:
        found.append(SideEffect(f"set the groups of layer {layer} to {new.groups}"))
    if isinstance(held.padding, str) and held.padding != new.padding:
        found.append(SideEffect(f"set the padding of layer {layer} to {new.padding}"))
    return found or _other_values(layer, held, new)


def _in_other_prelu(layer: int, held: PRelu, new: PRelu) -> list[SideEffect]:
    nouns = _SLOPES if held.is_per_cell or new.is_per_cell else _CHANNELS
    return _count_change(new.parameters - held.parameters, nouns, layer)


CHANGES: Mapping[type[Layer], Callable[[int, Any, Any], list[SideEffect]]] = MappingProxyType(
    {
        Conv: _in_other_conv,
        ConvTranspose: _in_other_conv,
        Dense: lambda layer, held, new: _count_change(new.weights.size - held.weights.size, _WEIGHTS, layer),
        BatchNorm: lambda layer, held, new: _count_change(new.channels - held.channels, _CHANNELS, layer),
        Rescaling: lambda layer, held, new: _count_change(len(new.scale) - len(held.scale), _CHANNELS, layer),
        PRelu: _in_other_prelu,
        Pool: lambda layer, held, new: [SideEffect(f"turn the windows of layer {layer} into {new.rank}-D ones")],
    }
)
"""What the kinds with more to say than "change layer 2" say of a change: those that hold arrays must be here."""


def _other_values(layer: int, held: Layer, new: Layer) -> list[SideEffect]:
    names = [part.name for part in fields(held) if not _is_same(getattr(held, part.name), getattr(new, part.name))]
    if "weights" in names:
        return [SideEffect(f"reorder the kernels of layer {layer}")]
    return [SideEffect(f"set the {name.replace('_', ' ')} of layer {layer}") for name in names]


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return same_array(one, other)
    return bool(one == other)


def _count_change(more: int, nouns: tuple[str, str], layer: int) -> list[SideEffect]:
    if more < 0:
        return [SideEffect(f"drop {counted(-more, *nouns)} of layer {layer}", is_loss=True)]
    if more:
        return [SideEffect(f"add {counted(more, *nouns)} to layer {layer}")]
    return [SideEffect(f"reorder the {nouns[1]} of layer {layer}")]


def _more_kernels(held: Conv, new: Conv) -> int:
    kernels: int = new.weights.shape[-2] * new.filters - held.weights.shape[-2] * held.filters
    return kernels


def _asked_kernels(more: int) -> list[SideEffect]:
    if more < 0:
        return [SideEffect(f"drop {counted(-more, 'kernel')}")]
    return [SideEffect(f"add {counted(more, 'kernel')}" if more else "exchange the kernels")]


def _other_kernels(more: int, layer: int, *, is_loss: bool) -> list[SideEffect]:
    if more < 0:
        return [SideEffect(f"drop {counted(-more, 'kernel')} of layer {layer}", is_loss)]
    if more:
        return [SideEffect(f"add {counted(more, 'kernel')} to layer {layer}")]
    return [SideEffect(f"exchange the kernels of layer {layer}")]


# --- what goes ---------------------------------------------------------------------------------------------------


def _cropped(layer: Conv, size: Sequence[int], filters: Sequence[int] | None = None) -> int:
    """Count the filters, of those given or of all, that lose a weight other than 0 when the kernels get a size."""
    back = centred(centred(layer.weights, size), layer.kernel_size)
    lost = np.flatnonzero((~_is_equal(back, layer.weights)).reshape(-1, layer.filters).any(axis=0)).tolist()
    return len(lost if filters is None else set(lost).intersection(filters))


def _is_equal(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Say value by value whether two arrays hold the same, NaN included."""
    equal: NDArray[np.bool_] = np.equal(one, other) | (np.isnan(one) & np.isnan(other))
    return equal


def _loses_rows(layer: Conv, rank: int) -> bool:
    """Return whether kernels that lose their leading axes lose more than repetitions of what stays."""
    weights = layer.weights
    for _ in range(layer.rank - rank):
        middle = weights[weights.shape[0] // 2]
        if not same_array(np.broadcast_to(middle, weights.shape), weights):
            return True
        weights = middle
    return False


def _is_repeated(held: Conv, new: Conv) -> bool:
    """Return whether every kernel of a filter is a copy of its first one: then those that go are not lost."""
    if new.weights.shape[-2] >= held.weights.shape[-2]:
        return True
    return same_array(np.broadcast_to(held.weights[..., :1, :], held.weights.shape), held.weights)


def _of_combination(before: Document, after: Document) -> list[SideEffect]:
    """Say what became of the combined maps where the step was about the input or the layers."""
    held, new = before.combination, after.combination
    is_asked = before.network is after.network and before.sample is after.sample
    if held is None or (is_asked and (new is None or new.layer == held.layer)):
        return []
    if new is None:
        return [SideEffect(f"drop {_combined_maps(held)}", is_loss=True)]
    if is_asked:
        return [SideEffect(f"replace {_combined_maps(held)}", is_loss=True)]
    if len(new.filters) != len(held.filters):
        maps = counted(len(held.filters) - len(new.filters), "map")
        return [SideEffect(f"leave {maps} out of {_combined_maps(held)}")]
    return []


def _combined_maps(combination: Combination) -> str:
    return f"the {combination.kind} of maps of layer {combination.layer + 1}"
