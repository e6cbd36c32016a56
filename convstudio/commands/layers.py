"""The layers that the options of `convstudio apply` describe."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.commands.detectors import no_kernel_sentence
from convstudio.files.batch.tasks import digest
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, kernel_place, read_kernel
from convstudio.files.kernels.reading import KernelReading, check_kernel_shape
from convstudio.files.limits import check_output_shape
from convstudio.files.problems import FileProblem, named
from convstudio.files.weights import WEIGHTS_FORMATS, open_array, open_weights
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.readings.weights.kernel_banks import fitting_orders, read_bank
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.answers.axis_names import PLURALS
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.layer import Padding as LayerPadding
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.file_kinds import ending_among, ending_of, kind_of
from convstudio.ops import Padding, per_axis, resolve_padding


def network_maps(document: Document) -> Floats:
    """Return what the last layer makes; every layer's maps are checked to fit before the first one runs."""
    return network_run(document)[1]


def network_run(document: Document, blame: str = "") -> tuple[Forward, Floats]:
    """Run a network; return all that its layers make, and what the last one does, which `network_maps` tells more of.

    `blame` stands before the reason where a layer cannot work.
    """
    for shape in document.network.shapes(document.sample.values.shape):
        if shape is not None:
            check_output_shape(shape, named(document.sample.name))
    run = forward(document, keeps_sums=False)
    maps = run.layers[-1].maps
    if maps is None:
        raise FileProblem(blame + next(result.problem for result in run.layers if result.problem))
    return run, maps


@dataclass(frozen=True, eq=False)
class _Filter:
    """The kernels of one filter, `(*kernel, channels / groups)`, its bias, and what is to be told of its file."""

    kernels: Floats
    bias: float
    told: str = ""


@dataclass(frozen=True, eq=False)
class _KnownKernel:
    """What a layer takes from a detector; the rest of that need not travel to other processes."""

    kernel: Floats
    bias: float | None
    has_channels: bool


@dataclass(frozen=True, eq=False)
class _KernelArray:
    """An array out of a file of weights, and the order of axes that its format states, if it states one."""

    values: Floats
    stated: DataFormat | None

    def weights(self, sample: Sample, groups: int, wanted: DataFormat | None) -> Floats | None:
        """Return it as all kernels of a layer, `(*kernel, channels / groups, filters)`; None where it is one kernel.

        Raises ValueError with the end of a sentence where it fits in no order of axes, or where that has to be named.
        """
        if self.values.ndim != sample.rank + 2:
            return None
        return read_bank(self.values, sample.channels, groups, self.stated, wanted)

    def likely_filters(self, groups: int, wanted: DataFormat | None) -> int:
        """Return how many filters it most likely makes, of an input that is not known yet."""
        chosen = self.stated or wanted
        orders = fitting_orders(self.values.shape, groups=groups) if self.values.ndim > _KERNEL_AXES else ()
        sizes = [order.sizes(self.values.shape, groups) for order in orders if chosen in (None, order.data_format)]
        return next((one.filters for one in sizes if one is not None), 1)


_KERNEL_AXES = 3
"""How many axes one kernel has at most: rows, columns and channels."""


@dataclass(frozen=True, eq=False)
class LayerKernels:
    """The kernels that a layer is made of, by what they are called: read once, and no file is needed any more.

    How a file's rows of numbers are read depends on the rank of the input, so its readings are kept by both; a sentence
    stands for a reading that is not possible. `arrays` are those that may hold all kernels of a layer.
    """

    detectors: Mapping[str, _KnownKernel]
    arrays: Mapping[str, _KernelArray]
    readings: Mapping[tuple[str, int], KernelReading | str]

    @classmethod
    def of(cls, specs: Sequence[str], detectors: Sequence[Detector]) -> LayerKernels:
        """Find the detectors and read the files; raise FileProblem for a file that can be read for no input."""
        found = {spec: find_detector(detectors, spec) for spec in specs}
        opened = {spec: _array_of(spec) for spec, detector in found.items() if detector is None}
        readings: dict[tuple[str, int], KernelReading | str] = {}
        for spec in (spec for spec, array in opened.items() if array is None):
            ours = [_reading(spec, rank, detectors) for rank in PLURALS]
            if all(one == ours[0] for one in ours) and isinstance(ours[0], str):
                raise FileProblem(ours[0])
            readings |= {(spec, rank): one for rank, one in zip(PLURALS, ours, strict=True)}
        known = {
            spec: _KnownKernel(one.kernel, one.bias, one.mixes_channels)
            for spec, one in found.items()
            if one is not None
        }
        return cls(known, {spec: array for spec, array in opened.items() if array is not None}, readings)

    def likely_filters(self, options: argparse.Namespace) -> int:
        """Return how many filters the layer most likely has, of an input that is not known yet."""
        arrays = [self.arrays.get(spec) for spec in options.kernel]
        return sum(1 if one is None else one.likely_filters(options.groups, options.order) for one in arrays)

    def reading(self, spec: str, rank: int) -> KernelReading:
        """Return what was read from a file, for an input of that rank; raise FileProblem."""
        found = self.readings[spec, rank]
        if isinstance(found, str):
            raise FileProblem(found)
        return found

    def digest(self) -> str:
        """Return a digest of all numbers."""
        parts = [(spec, one.kernel, one.bias) for spec, one in self.detectors.items()]
        parts += [(f"{spec} {one.stated}", one.values, None) for spec, one in self.arrays.items()]
        parts += [
            (f"{spec} {rank}", one.kernel, one.bias)
            for (spec, rank), one in self.readings.items()
            if not isinstance(one, str)
        ]
        return digest(
            b"".join(f"{name} {kernel.shape} {bias}".encode() + kernel.tobytes() for name, kernel, bias in parts)
        )


def _reading(spec: str, rank: int, detectors: Sequence[Detector]) -> KernelReading | str:
    try:
        return kernel_file(spec, rank, detectors)
    except FileProblem as problem:
        return str(problem)


def layer_maps(
    sample: Sample, options: argparse.Namespace, kernels: LayerKernels, tell: Callable[[str], object]
) -> Floats:
    """Return the maps of one layer that the options describe; raise FileProblem where it does not fit the sample.

    `tell` is given a sentence for each kernel file of which something was decided.
    """
    found = [(spec, one) for spec in options.kernel for one in _filters(spec, sample, options, kernels)]
    filters = [one for _, one in found]
    for spec, one in found:
        if one.kernels.shape != filters[0].kernels.shape:
            raise FileProblem(
                f"the kernels {named(options.kernel[0])} ({format_shape(filters[0].kernels.shape[:-1])}) and "
                f"{named(spec)} ({format_shape(one.kernels.shape[:-1])}) differ in size: apply them one at a time"
            )
        if one.told:
            tell(one.told)
    try:
        layers = _layers(sample, filters, options)
    except ValueError as error:
        raise FileProblem(str(error)) from error
    return network_maps(Document(sample, Network(layers)))


def _layers(sample: Sample, filters: Sequence[_Filter], options: argparse.Namespace) -> tuple[Layer, ...]:
    """Return the convolution, and the pooling if there is one, that the options describe.

    Without `--bias`, a preset or a file brings the bias that was saved with it.
    """
    weights = np.stack([one.kernels for one in filters], axis=-1)
    saved = [one.bias for one in filters]
    stride = per_axis(options.stride, sample.rank, "stride")
    dilation = per_axis(options.dilation, sample.rank, "dilation")
    layer = Conv(
        weights=frozen(weights),
        bias=_bias(saved if options.bias is None else options.bias, weights.shape[-1]),
        stride=stride,
        dilation=dilation,
        padding=_layer_padding(options.padding, sample, weights.shape[:-2]),
        padding_mode=options.padding_mode,
        groups=options.groups,
        flip=options.flip,
        activation=options.activation,
    )
    output_shape = layer.output_shape(sample.values.shape)
    return (layer,) if options.pool is None else (layer, _pool_layer(options.pool, output_shape[:-1]))


def _layer_padding(padding: Padding, sample: Sample, kernel: Sequence[int]) -> LayerPadding:
    if isinstance(padding, str):
        return padding
    return resolve_padding(sample.spatial, tuple(kernel), padding=padding)


def _pool_layer(wanted: tuple[str, tuple[int, ...]], maps: tuple[int, ...]) -> Pool:
    kind, size = wanted
    if len(size) not in (1, len(maps)):
        raise FileProblem(f"--pool has {len(size)} numbers for {len(maps)} axes: give 1 or {len(maps)}")
    cells = size if len(size) == len(maps) else size * len(maps)
    if any(cell > side for cell, side in zip(cells, maps, strict=True)):
        raise FileProblem(f"--pool {format_shape(cells)} is larger than the maps {format_shape(maps)}: use fewer cells")
    return Pool(kind, cells)


def _bias(numbers: Sequence[float], filters: int) -> Floats:
    if len(numbers) != filters:
        raise FileProblem(
            f"--bias has {counted(len(numbers), 'number')} for {counted(filters, 'filter')}: give one for each filter"
        )
    return frozen(numbers)


def _filters(spec: str, sample: Sample, options: argparse.Namespace, kernels: LayerKernels) -> Sequence[_Filter]:
    """Return the filter that a kernel makes, or those of an array that holds all kernels of a layer."""
    array = kernels.arrays.get(spec)
    if array is None:
        return [_filter(spec, sample, options.groups, kernels)]
    try:
        weights = array.weights(sample, options.groups, options.order)
    except ValueError as error:
        raise FileProblem(f"the kernel {named(spec)} {error}") from None
    if weights is None:
        check_kernel_shape(array.values.shape, named(spec))
        return [_fitted(spec, array.values, None, array.values.ndim > sample.rank, sample, options.groups)]
    return [_Filter(frozen(weights[..., at]), 0.0) for at in range(weights.shape[-1])]


def _array_of(spec: str) -> _KernelArray | None:
    """Read the array that `FILE#NAME` means, or the only one of a file where no single kernel has that many axes."""
    opened = open_array(spec)
    if opened is None and kind_of(WEIGHTS_FORMATS, ending_of(spec)) is not None and os.path.lexists(spec):
        file = open_weights(spec)
        is_layer = len(file.entries) == 1 and all(len(shape) > _KERNEL_AXES for shape in file.shapes.values())
        opened = (file, next(iter(file.entries))) if is_layer else None
    if opened is None:
        return None
    file, name = opened
    return _KernelArray(file.array(name), file.data_format)


def _filter(spec: str, sample: Sample, groups: int, kernels: LayerKernels) -> _Filter:
    detector = kernels.detectors.get(spec)
    if detector is not None:
        return _fitted(spec, detector.kernel, detector.bias, detector.has_channels, sample, groups)
    reading = kernels.reading(spec, sample.rank)
    made = _fitted(spec, reading.kernel, reading.bias, reading.kernel.ndim > sample.rank, sample, groups)
    return replace(made, told=reading.sentence(named(spec)) if reading.is_decided else "")


def _fitted(spec: str, kernel: Floats, bias: float | None, has_channels: bool, sample: Sample, groups: int) -> _Filter:
    """Return a kernel with the channels that one filter reads; raise FileProblem where it does not fit the input."""
    channels = max(1, sample.channels // groups)
    if kernel.ndim - has_channels != sample.rank or (has_channels and kernel.shape[-1] != channels):
        axes = " × ".join(PLURALS[sample.rank])
        raise FileProblem(
            f"the kernel {named(spec)} ({format_shape(kernel.shape)}) does not fit the input {named(sample.name)} "
            f"({format_shape(sample.values.shape)}): use one of {axes}, or of {axes} × {counted(channels, 'channel')}"
        )
    kernels = kernel if has_channels else np.repeat(kernel[..., np.newaxis], channels, axis=-1)
    return _Filter(kernels, bias or 0.0)


def kernel_file(spec: str, rank: int | None, detectors: Sequence[Detector]) -> KernelReading:
    """Read a kernel from a file; raise FileProblem, also as `check_kernel_file` does."""
    check_kernel_file(spec, detectors)
    return read_kernel(spec, rank)


def check_kernel_file(spec: str, detectors: Sequence[Detector]) -> None:
    """Raise FileProblem, which names the nearest detectors, for what is neither a file nor named as a kernel's."""
    place, _ = kernel_place(spec)
    if kind_of(KERNEL_FORMATS, ending_among(KERNEL_FORMATS, place)) is None and not os.path.lexists(spec):
        raise FileProblem(no_kernel_sentence(spec, detectors))
