"""What a filter holds that is added to a layer: the next detector of a group, or random weights from a seed.

A copy of another filter would make a copy of its map, and zeros an empty one: neither shows what one filter more can
do. The layer is not judged as a whole: it may hold a detector among random filters. Each new filter continues
the one before it: after a detector comes the next detector, and after any other filter, be it drawn, trained or typed,
come weights as a new layer begins with them in Keras.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.edits.initialisers import fans
from convstudio.model.kinds.conv_weights import check_filters, check_weights, tidy_names, unlocked
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detector_groups import groups_of
from convstudio.model.values.detectors import Detector, find_detector, recognise
from convstudio.model.values.kernels import centred

_MOST_NAMED = 3


@dataclass(frozen=True, eq=False)
class NewFilter:
    """A filter to add: `kernels` is `(*kernel, channels / groups)`; `name` is a detector's id, or "" with a `seed`.

    `title` is the detector's name, as the list of detectors shows it.
    """

    kernels: Floats
    name: str = ""
    seed: int | None = None
    title: str = ""


def new_filters(layer: Conv, after: int, count: int, detectors: Sequence[Detector]) -> tuple[NewFilter, ...]:
    """Return `count` filters that continue the one at `after`, each different from all that the layer holds.

    Detectors smaller than the layer's kernels are extended with zeros; larger ones are left out. Random weights are
    uniform in ±√(6 / (fan-in + fan-out)), Glorot's limit for the layer with all its filters. Raises ValueError for more
    filters or weights than a layer may have.

    >>> [one.seed for one in new_filters(Conv.of(np.ones((3, 1, 2))), 1, 2, ())]
    [3, 4]
    """
    check_filters(layer.filters + count)
    check_weights((*layer.weights.shape[:-1], layer.filters + count), layer)
    current = _detector_at(layer, after, detectors)
    queue = iter(()) if current is None else iter(_following(layer, current, detectors))
    made: list[NewFilter] = []
    seed = layer.filters + 1
    while len(made) < count:
        detector = next(queue, None)
        if detector is None:
            made.append(_drawn(layer, layer.filters + count, seed))
            seed = (made[-1].seed or 0) + 1
        else:
            made.append(NewFilter(_padded(layer, detector), detector.id, title=detector.name))
    return tuple(made)


def with_new_filters(layer: Conv, first: int, added: Sequence[NewFilter]) -> Conv:
    """Return a layer in which new filters, with biases of 0, replace those from `first` on."""
    chosen = slice(first, first + len(added))
    weights, bias = layer.weights.copy(), layer.bias.copy()
    names = list(layer.filter_names or ("",) * layer.filters)
    weights[..., chosen] = np.stack([one.kernels for one in added], axis=-1)
    bias[chosen], names[chosen] = 0, [one.name for one in added]
    return replace(
        unlocked(layer, range(*chosen.indices(layer.filters))),
        weights=frozen(weights),
        bias=frozen(bias),
        filter_names=tidy_names(names),
    )


def added_words(added: Sequence[NewFilter]) -> str:
    """Say what new filters are.

    >>> added_words([NewFilter(frozen([[1]]), "sobel-y", title="Sobel y"), NewFilter(frozen([[1]]), seed=3)])
    'Sobel y, random (Glorot uniform, seed 3)'
    """
    names = [one.title for one in added if one.seed is None]
    seeds = [one.seed for one in added if one.seed is not None]
    words = names if len(names) <= _MOST_NAMED else [*names[: _MOST_NAMED - 1], f"{len(names) - 2} more detectors"]
    if len(seeds) == 1:
        words = [*words, f"random (Glorot uniform, seed {seeds[0]})"]
    elif seeds:
        words = [*words, f"{len(seeds)} random (Glorot uniform, seeds {seeds[0]} to {seeds[-1]})"]
    return ", ".join(words)


def filters_step(name: str, added: Sequence[NewFilter]) -> str:
    """Name an undo step that may add filters.

    >>> filters_step("Set filters", ()), filters_step("Add filter", [NewFilter(frozen([[1]]), title="Sobel y")])
    ('Set filters', 'Add filter: Sobel y')
    """
    return f"{name}: {added_words(added)}" if added else name


def added_sentence(added: Sequence[NewFilter]) -> str:
    """Say in a sentence what was added; nothing where nothing was.

    >>> added_sentence([NewFilter(frozen([[1]]), title="Sobel y")])
    'Added 1 filter: Sobel y.'
    """
    if not added:
        return ""
    return f"Added {counted(len(added), 'filter')}: {added_words(added)}."


def _detector_at(layer: Conv, index: int, detectors: Iterable[Detector]) -> Detector | None:
    """Return the detector that a filter is: by its name, which a padded copy keeps, else by its weights."""
    name = layer.filter_names[index] if layer.filter_names else ""
    return find_detector(detectors, name) or recognise(detectors, layer.weights[..., index])


def _following(layer: Conv, current: Detector, detectors: Sequence[Detector]) -> list[Detector]:
    """Return the detectors that come after one, and that the layer does not hold: of its group, then of all others."""
    held = {found.id for index in range(layer.filters) if (found := _detector_at(layer, index, detectors)) is not None}
    every = [detector.id for detector in detectors]
    ids: list[str] = []
    for group in (*groups_of(layer.rank).values(), tuple(every)):
        if current.id in group:
            at = group.index(current.id)
            ids += [*group[at + 1 :], *group[:at]]
    free = [find_detector(detectors, detector_id) for detector_id in dict.fromkeys(ids) if detector_id not in held]
    return [detector for detector in free if detector is not None and _fits(layer, detector)]


def _fits(layer: Conv, detector: Detector) -> bool:
    size = detector.kernel.shape[: detector.rank]
    is_small = all(length <= room for length, room in zip(size, layer.kernel_size, strict=False))
    mixes = detector.kernel.shape[-1] if detector.mixes_channels else layer.channels_per_group
    return detector.rank == layer.rank and is_small and mixes == layer.channels_per_group


def _padded(layer: Conv, detector: Detector) -> Floats:
    kernels = detector.for_channels(layer.channels_per_group)
    return centred(frozen(kernels[..., np.newaxis]), layer.kernel_size)[..., 0]


def _drawn(layer: Conv, filters: int, seed: int) -> NewFilter:
    """Draw a filter from the first seed, from `seed` on, that gives one which the layer does not hold."""
    limit = math.sqrt(6 / sum(fans((*layer.weights.shape[:-1], filters))))
    while True:
        drawn = np.random.default_rng(seed).uniform(-limit, limit, layer.weights.shape[:-1])
        kernels = frozen(drawn)
        alike = np.flatnonzero(layer.weights[(0,) * (layer.rank + 1)] == kernels.flat[0])
        if not any(np.array_equal(layer.weights[..., index], kernels) for index in alike):
            return NewFilter(kernels, seed=seed)
        seed += 1
