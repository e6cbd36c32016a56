"""What an edit changes beyond what it was asked for, found by comparing the document before and after it.

Comparing, in place of a list kept by each edit, means that no edit can forget to say something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from convstudio.model.arrays import Floats, same_array
from convstudio.model.asked_edit import EVERYTHING, Target
from convstudio.model.combination import Combination
from convstudio.model.document import Document
from convstudio.model.kinds import BatchNorm, Dense, Pool
from convstudio.model.layers import Conv, Layer, centred
from convstudio.model.numbers import format_shape

_MOST_NAMED = 3


@dataclass(frozen=True)
class SideEffect:
    """One change beyond the target: `does` completes "the step would …".

    `is_loss` says that values go which the step was not asked to change.
    """

    does: str
    is_loss: bool = False


def side_effects(before: Document, after: Document, target: Target | None = None) -> tuple[SideEffect, ...]:
    """Say what a step changed beyond its target.

    Without a target it is what the step must have been about: the input where that changed, else the first layer that
    changed. Layers that were added, removed or moved are what was asked for.

    >>> from convstudio.model import edits
    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> two = Document(Sample.of("zeros", np.zeros((8, 1))), Network((Conv.of(np.ones((3, 1, 2))),)))
    >>> side_effects(two, edits.set_filter(two, 0, 1, [[1], [1]]), Target.of(two, 0, 1))
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
            held, made = before.layers[index], after.layers[index]
            if is_asked and isinstance(held, Conv) and isinstance(made, Conv):
                one = None if target is None else target.filter
                found += _in_asked(held, made) if one is None else _around_filter(held, made, one)
            elif not is_asked:
                found += _in_other(index, held, made)
    return (*found, *_of_combination(before, after))


def step_name(name: str, effects: Sequence[SideEffect]) -> str:
    """Name an undo step with everything else that it does.

    >>> step_name("Use detector roberts-plus", [SideEffect("crop 7 other filters to 2×2", True)])
    'Use detector roberts-plus and crop 7 other filters to 2×2'
    """
    return listed([name, *told(effects)])


def question(effects: Sequence[SideEffect]) -> str:
    """Say beforehand what a step would do besides."""
    return f"This step would also {listed(told(effects))}."


def told(effects: Sequence[SideEffect]) -> list[str]:
    """Say what was done, in a few phrases."""
    texts = [effect.does for effect in effects]
    if len(texts) <= _MOST_NAMED:
        return texts
    return [*texts[: _MOST_NAMED - 1], f"change {len(texts) - _MOST_NAMED + 1} things more"]


def listed(texts: Sequence[str]) -> str:
    """Write phrases one after the other, with "and" before the last.

    >>> listed(["open it", "crop 2 filters", "drop 1 kernel"])
    'open it, crop 2 filters and drop 1 kernel'
    """
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def _is_reordered(before: Document, after: Document) -> bool:
    """Say whether the same layers stand in another order."""
    places = {id(layer) for layer in before.layers}
    is_same_set = all(id(layer) in places for layer in after.layers)
    return is_same_set and any(one is not other for one, other in zip(before.layers, after.layers, strict=True))


# --- the layer that was meant ------------------------------------------------------------------------------------


def _in_asked(held: Conv, made: Conv) -> list[SideEffect]:
    """Say what goes of a layer when its shape is set: it was asked for, and is named all the same."""
    if (held.rank, held.filters) != (made.rank, made.filters):
        return []
    if held.channels == made.channels and held.groups != made.groups:
        return _kernel_count(held, made, "", is_loss=False)
    if held.channels != made.channels:
        return _kernel_count(held, made, "", is_loss=False)
    if held.kernel_size != made.kernel_size and same_array(centred(held.weights, made.kernel_size), made.weights):
        cropped = _cropped(held, made.kernel_size)
        return [SideEffect(f"crop {_count(cropped, 'filter')}")] if cropped else []
    return []


def _around_filter(held: Conv, made: Conv, asked: int) -> list[SideEffect]:
    """Say what became of the other filters of a layer."""
    others = [index for index in range(held.filters) if index != asked]
    if not others or held.filters != made.filters:
        return []
    if held.kernel_size == made.kernel_size:
        is_other = np.not_equal(held.weights, made.weights).reshape(-1, held.filters).any(axis=0)
        is_other |= held.bias != made.bias  # NaN differs from itself: only those that seem to differ are compared again
        count = sum(
            not _is_same_filter(held, made, index) for index in np.flatnonzero(is_other).tolist() if index != asked
        )
        return [SideEffect(f"change {_count(count, 'other filter')}", is_loss=True)] if count else []
    size = format_shape(made.kernel_size) if made.rank > 1 else f"{made.kernel_size[0]} weights"
    cropped = _cropped(held, made.kernel_size, others)
    if cropped:
        return [SideEffect(f"crop {_count(cropped, 'other filter')} to {size}", is_loss=True)]
    return [SideEffect(f"resize {_count(len(others), 'other filter')} to {size}, without a loss")]


def _is_same_filter(held: Conv, made: Conv, index: int) -> bool:
    is_same_bias = bool(_is_equal(held.bias[index : index + 1], made.bias[index : index + 1]).all())
    return is_same_bias and bool(_is_equal(held.weights[..., index], made.weights[..., index]).all())


# --- the layers that were not meant ------------------------------------------------------------------------------


def _in_other(index: int, held: Layer, made: Layer) -> list[SideEffect]:
    """Say what became of a layer that the step was not about."""
    where = f" of layer {index + 1}"
    if isinstance(held, Conv) and isinstance(made, Conv):
        return _in_other_conv(index, held, made)
    if isinstance(held, Dense) and isinstance(made, Dense):
        return _count_change(made.weights.size - held.weights.size, "weight", where)
    if isinstance(held, BatchNorm) and isinstance(made, BatchNorm):
        return _count_change(made.channels - held.channels, "channel", where)
    if isinstance(held, Pool) and isinstance(made, Pool):
        return [SideEffect(f"make the windows{where} {made.rank}-D")]
    return [SideEffect(f"change layer {index + 1}")]


def _in_other_conv(index: int, held: Conv, made: Conv) -> list[SideEffect]:
    where = f" of layer {index + 1}"
    found: list[SideEffect] = []
    if held.rank != made.rank:
        found.append(SideEffect(f"make the kernels{where} {made.rank}-D", is_loss=_loses_rows(held, made.rank)))
    elif held.kernel_size != made.kernel_size:
        found.append(SideEffect(f"resize the kernels{where}", is_loss=bool(_cropped(held, made.kernel_size))))
    if held.filters != made.filters:
        found += _count_change(made.filters - held.filters, "filter", where)
    elif held.weights.shape[-2] != made.weights.shape[-2]:
        found += _kernel_count(held, made, where, is_loss=not _is_repeated(held, made))
    if held.groups != made.groups and held.filters == made.filters:
        found.append(SideEffect(f"set the groups{where} to {made.groups}"))
    if isinstance(held.padding, str) and held.padding != made.padding:
        found.append(SideEffect(f"set the padding{where} to {made.padding}"))
    return found or _other_values(where, held, made)


def _other_values(where: str, held: Layer, made: Layer) -> list[SideEffect]:
    names = [part.name for part in fields(held) if not _is_same(getattr(held, part.name), getattr(made, part.name))]
    if "weights" in names:
        return [SideEffect(f"reorder the kernels{where}")]
    return [SideEffect(f"set the {name.replace('_', ' ')}{where}") for name in names]


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return same_array(one, other)
    return bool(one == other)


def _count_change(more: int, word: str, where: str) -> list[SideEffect]:
    if more < 0:
        return [SideEffect(f"drop {_count(-more, word)}{where}", is_loss=True)]
    return [SideEffect(f"add {_count(more, word)}{where}" if more else f"reorder the {word}s{where}")]


def _kernel_count(held: Conv, made: Conv, where: str, *, is_loss: bool) -> list[SideEffect]:
    more = made.weights.shape[-2] * made.filters - held.weights.shape[-2] * held.filters
    if more < 0:
        return [SideEffect(f"drop {_count(-more, 'kernel')}{where}", is_loss)]
    return [SideEffect(f"add {_count(more, 'kernel')}{where}" if more else f"exchange the kernels{where}")]


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
    """Say whether kernels that lose their leading axes lose more than repetitions of what stays."""
    weights = layer.weights
    for _ in range(layer.rank - rank):
        middle = weights[weights.shape[0] // 2]
        if not same_array(np.broadcast_to(middle, weights.shape), weights):
            return True
        weights = middle
    return False


def _is_repeated(held: Conv, made: Conv) -> bool:
    """Say whether every kernel of a filter is a copy of its first one: then those that go are not lost."""
    if made.weights.shape[-2] >= held.weights.shape[-2]:
        return True
    return same_array(np.broadcast_to(held.weights[..., :1, :], held.weights.shape), held.weights)


def _of_combination(before: Document, after: Document) -> list[SideEffect]:
    """Say what became of the combined maps where the step was about the input or the layers."""
    held, made = before.combination, after.combination
    is_asked = before.network is after.network and before.sample is after.sample
    if held is None or (is_asked and (made is None or made.layer == held.layer)):
        return []
    if made is None:
        return [SideEffect(f"drop the {held.kind} of maps{_of(held)}", is_loss=True)]
    if is_asked:
        return [SideEffect(f"replace the {held.kind} of maps{_of(held)}", is_loss=True)]
    if len(made.filters) != len(held.filters):
        left = _count(len(held.filters) - len(made.filters), "map")
        return [SideEffect(f"leave {left} out of the {held.kind} of maps{_of(held)}")]
    return []


def _of(combination: Combination) -> str:
    return f" of layer {combination.layer + 1}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
