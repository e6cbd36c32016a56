"""Data sets in NumPy archives: `x` and `y`, or Keras's `x_train`, `y_train`, `x_test` and `y_test`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convstudio.files.arrays.archives import list_npz, read_npz
from convstudio.files.arrays.npy import NpyHeader
from convstudio.files.datasets.loaded import (
    AS_STORED,
    DataOptions,
    LabelPlaces,
    LoadedData,
    UnclearLabelsError,
    check_class_names,
    check_finite,
    check_memory,
    scaled,
)
from convstudio.files.limits import check_input_shape
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.reading import stored_file
from convstudio.model.readings.inputs import axes_readings, shape_words
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number, format_shape
from convstudio.model.values.progress import Progress

_WHOLE, _TRAINING, _TESTING = ("x", "y"), ("x_train", "y_train"), ("x_test", "y_test")
Headers = Mapping[str, NpyHeader]


def load_archive(path: str, options: DataOptions = AS_STORED, progress: Progress | None = None) -> LoadedData:
    """Read the samples of an archive; raise FileProblem. Sizes are checked before any array is unpacked.

    `x` is `(samples, *spatial, channels)`; pictures of one channel, `(samples, rows, columns)`, and sequences,
    `(samples, steps)`, may leave the last axis out, and PyTorch's order is recognised as for inputs. `y` is one class
    per sample, counted from 0, or 1 at the place of the class in `(samples, classes)`, or a map for each sample. What
    `x_test` holds is held out. Other names are those that the options give. Two arrays of as many entries may have any
    names; where it is not clear which is which, UnclearLabelsError has the names to choose from.
    """
    where, check = named(path), progress or Progress()
    content = stored_file(path)
    listed = list_npz(content, where)
    parts = _parts(listed, options, where)
    headers = _headers(listed, parts, where)
    shape = _check_shapes(headers, parts, where)
    check(0)
    arrays: dict[str, Floats] = {}
    for name, values in read_npz(content, headers.keys(), where):
        check(0)
        if isinstance(values, FileProblem):
            raise values
        arrays[name] = values
    inputs = _joined([_with_channels(arrays.pop(x), shape) for x, _ in parts])
    check_finite(inputs, where)
    notes = [f"Each sample has {shape_words(shape)}."]
    if options.is_scaled:
        inputs = inputs.copy()
        notes.append(scaled(inputs))
    held_out = np.arange(headers[parts[0][0]].shape[0], len(inputs)) if len(parts) > 1 else None
    targets = _joined([arrays.pop(y) for _, y in parts])
    has_channels = len(headers[parts[0][0]].shape) == len(shape) + 1
    return LoadedData(
        _with_targets(printable(Path(path).stem), frozen(inputs), targets, held_out, has_channels, where),
        tuple(filter(None, notes)),
        places=_places(listed, parts),
    )


def _parts(listed: Mapping[str, NpyHeader | FileProblem], options: DataOptions, where: str) -> list[tuple[str, str]]:
    """Return the names of the arrays of samples and targets, those to train on and those to test on."""
    if options.samples or options.labels:
        samples, labels = options.samples or "x", options.labels or "y"
        if samples == labels:
            raise FileProblem(f"{where}: “{samples}” cannot be samples and classes at once. Choose two arrays.")
        return [(samples, labels)]
    if "x" in listed:
        return [_WHOLE]
    if _TRAINING[0] in listed:
        return [_TRAINING, *([_TESTING] if _TESTING[0] in listed else [])]
    arrays = {name: header for name, header in listed.items() if isinstance(header, NpyHeader) and header.shape}
    larger = sorted(arrays, key=lambda name: -math.prod(arrays[name].shape))
    if len(arrays) == 2 and len({header.shape[0] for header in arrays.values()}) == 1:
        return [(larger[0], larger[1])]
    if len(arrays) > 1:
        raise UnclearLabelsError(
            f"{where} holds no x and y. Choose the arrays of samples and classes, or save them as x and y.",
            tuple(arrays),
            is_archive=True,
        )
    return [_TRAINING]


def _places(listed: Mapping[str, NpyHeader | FileProblem], parts: list[tuple[str, str]]) -> LabelPlaces:
    """Return which arrays have an entry for each sample, and so may be its classes; none where there are two parts."""
    samples, labels = parts[0]
    first = listed[samples]
    if len(parts) > 1 or isinstance(first, FileProblem):
        return LabelPlaces()
    names = tuple(
        name
        for name, header in listed.items()
        if name != samples and isinstance(header, NpyHeader) and header.shape[:1] == first.shape[:1]
    )
    return LabelPlaces(names, names.index(labels), samples)


def _headers(
    listed: Mapping[str, NpyHeader | FileProblem], parts: list[tuple[str, str]], where: str
) -> dict[str, NpyHeader]:
    headers = {}
    for name in (name for part in parts for name in part):
        header = listed.get(name)
        if header is None:
            names = ", ".join(f"“{one[:40]}”" for one in [*listed][:5]) or "nothing"
            raise FileProblem(
                f"{where} holds {names}, but not “{name}”. Save samples as x and their classes as y, with numpy.savez."
            )
        if isinstance(header, FileProblem):
            raise header
        headers[name] = header
    return headers


def _check_shapes(headers: Headers, parts: list[tuple[str, str]], where: str) -> tuple[int, ...]:
    """Return the shape of one sample, `(*spatial, channels)`; raise FileProblem where the arrays do not fit."""
    first = headers[parts[0][0]].shape
    if first[:1] == (0,):
        shape = format_shape(first)
        raise FileProblem(f"{where} holds no samples: x has shape {shape}. Save some as x, with numpy.savez.")
    if len(first) < 2 or min(first) == 0:
        raise FileProblem(
            f"{where} holds x of shape {format_shape(first) or '()'}. Give it an axis of samples before their own axes."
        )
    readings = axes_readings(first[1:], LIMITS)
    if not readings or readings[0].part is not None:
        raise FileProblem(
            f"{where} holds samples of {format_shape(first[1:])}, which are neither sequences nor pictures. "
            "Give x the axes samples × rows × columns × channels."
        )
    check_input_shape(readings[0].shape, where)
    for x, y in parts:
        if headers[x].shape[1:] != first[1:]:
            raise FileProblem(
                f"{where} holds {x} of shape {format_shape(headers[x].shape)} beside {format_shape(first)}. "
                "Give all samples one shape."
            )
        if not headers[y].shape or headers[y].shape[0] != headers[x].shape[0]:
            raise FileProblem(
                f"{where} holds {x} of shape {format_shape(headers[x].shape)} and {y} of shape "
                f"{format_shape(headers[y].shape) or '()'}. Give one target per sample."
            )
    for place in (0, 1):
        arrays = [headers[part[place]] for part in parts]
        count = sum(one.shape[0] for one in arrays)
        check_memory((count, *arrays[0].shape[1:]), where, item_bytes=arrays[0].dtype.itemsize + 4 * (len(parts) > 1))
    return readings[0].shape


def _with_channels(values: Floats, shape: tuple[int, ...]) -> Floats:
    """Return samples with channels last: as they are, with an axis more, or with the axes of PyTorch moved."""
    count = len(values)
    return values.reshape(count, *shape) if values.shape[1:] in (shape, shape[:-1]) else np.moveaxis(values, 1, -1)


def _joined(arrays: list[Floats]) -> Floats:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _with_targets(
    name: str, inputs: Floats, targets: Floats, held_out: NDArray[np.int64] | None, has_channels: bool, where: str
) -> Dataset:
    """Return the data set; targets of one axis, or with one 1 in each row, are classes, and others are maps."""
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if targets.ndim == 2 and _is_one_hot(targets):
        targets = targets.argmax(axis=1).astype(np.float32)
    if targets.ndim > 1:
        check_finite(targets, f"{where}, y")
        maps = targets if has_channels or targets.ndim < 3 else targets[..., np.newaxis]
        return Dataset(name, inputs, maps=frozen(maps), held_out=held_out)
    labels = _labels(targets, where)
    names = tuple(str(number) for number in range(int(labels.max()) + 1))
    check_class_names(names if labels.min() < labels.max() else (str(labels[0]),), where)
    return Dataset(name, inputs, labels, class_names=names, held_out=held_out)


def _is_one_hot(targets: Floats) -> bool:
    are_bits = bool(np.all((targets == 0) | (targets == 1)))
    return are_bits and bool(np.all(targets.sum(axis=1) == 1))


def _labels(targets: Floats, where: str) -> NDArray[np.int64]:
    bad = np.flatnonzero(~(np.isfinite(targets) & (targets >= 0) & (targets == np.round(targets))))
    if len(bad):
        raise FileProblem(
            f"{where} has the class {format_number(float(targets[bad[0]]))} for sample {bad[0] + 1}. "
            "Count classes in whole numbers from 0."
        )
    if targets.max() >= LIMITS.class_names:
        raise FileProblem(
            f"{where} has the class {format_number(float(targets.max()))}. Use classes below {LIMITS.class_names}."
        )
    return targets.astype(np.int64)
