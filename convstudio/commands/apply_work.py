"""What `convstudio apply` does with one input; it can be done in another process, or on another machine."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from convstudio.commands.layers import LayerKernels, layer_maps, network_run
from convstudio.commands.options import read_options, reading_line
from convstudio.commands.outputs import fitting_name, levels_lines, output_format
from convstudio.files.batch.tasks import InputTask, Made, digest
from convstudio.files.exports.writing import encoded_files, file_paths
from convstudio.files.inputs import InputReading, read_input_of, read_input_spec
from convstudio.files.problems import named, printable
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.files.resources import load_detectors
from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle
from convstudio.model.panes.gallery import map_labels, map_title
from convstudio.model.run.prediction import prediction_of
from convstudio.model.values.document import Document
from convstudio.model.values.sample import Sample

_CLASSES_TOLD = 3
"""How many classes of a prediction a line names."""


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """Makes the maps of one layer, which the options describe."""

    options: argparse.Namespace
    kernels: LayerKernels

    def __call__(self, sample: Sample, tell: Callable[[str], object]) -> tuple[ExportedArray, tuple[str, ...]]:
        """Return the maps of a sample, and no line; raise FileProblem. `tell` is given what the kernels are."""
        maps = layer_maps(sample, self.options, self.kernels, tell)
        each = len(self.options.kernel) == maps.shape[-1]  # an array of all kernels of a layer makes several maps
        names = [map_title(index, Path(spec).stem) for index, spec in enumerate(self.options.kernel)] if each else None
        return ExportedArray(Part.of_maps(maps.shape, names), maps), ()

    def likely_shape(self) -> tuple[int, ...]:
        """Return a shape of the maps, of which only the number of axes and the filters are right."""
        return (1, 1, self.kernels.likely_filters(self.options))

    def digest(self) -> str:
        """Return a digest of all numbers that the maps depend on beside the options and the input."""
        return self.kernels.digest()


@dataclass(frozen=True, eq=False)
class ProjectMaps:
    """Makes the maps of the last layer of a saved network."""

    document: Document

    def __call__(self, sample: Sample, _tell: Callable[[str], object]) -> tuple[ExportedArray, tuple[str, ...]]:
        """Return the maps of a sample, and the line of what the network predicts, if it does; raise FileProblem."""
        blame = f"{named(sample.name)} does not run through the project: "
        run, maps = network_run(self.document.with_sample(sample), blame)
        last = self.document.layers[-1]
        titles = map_labels(last, maps.shape[-1], load_detectors()) if maps.ndim > 1 else None
        found = prediction_of(run.layers[-1], self.document.class_names)
        lines = () if found is None else (f"{printable(sample.name)}: {found.ranking(_CLASSES_TOLD)}",)
        return ExportedArray(Part.of_maps(maps.shape, titles), maps), lines

    def likely_shape(self) -> tuple[int, ...]:
        """Return the shape of the maps of the project's own input: most inputs have as many channels."""
        return self.document.network.shapes(self.document.sample.values.shape)[-1] or (1, 1, 1)

    def digest(self) -> str:
        """Return a digest of the whole project."""
        return digest(encode_document(self.document))

    def __reduce__(self) -> tuple[Callable[[bytes], ProjectMaps], tuple[bytes]]:
        """Travel to other processes as the bytes of the project's file, which hold every bit of it."""
        return _of_project, (encode_document(self.document),)


def _of_project(data: bytes) -> ProjectMaps:
    return ProjectMaps(decode_document(data, named("project"))[0])


@dataclass(frozen=True, eq=False)
class ApplyWork:
    """Reads an input, makes its maps, and encodes the files that they become."""

    options: argparse.Namespace
    style: PictureStyle
    maps_of: LayerMaps | ProjectMaps

    def __call__(self, task: InputTask) -> Made:
        """Return the files of one input; raise FileProblem."""
        told: list[str] = []
        reading = _reading(task, self.options)
        maps, lines = self.maps_of(reading.sample, told.append)
        target = self._target(task.target, maps.part.shape)
        kind = output_format(target, self.options)
        files = encoded_files(target, [maps], kind, self.style, is_counted=True)
        paths = file_paths(target, [maps.part], kind, is_counted=True)
        printed = levels_lines(paths, maps, self.style) if kind.has_levels else ()
        told += [reading_line(reading)] if reading.is_decided else []
        return Made(files, maps.part.shape, tuple(printed), tuple(told), lines)

    def expected(self, target: Path) -> tuple[Path, ...]:
        """Return the files that an input will probably become, before it is read; raise FileProblem."""
        shape = self.maps_of.likely_shape()
        target = self._target(target, shape)
        return file_paths(target, [Part.of_maps(shape)], output_format(target, self.options), is_counted=True)

    def _target(self, target: Path, shape: tuple[int, ...]) -> Path:
        return target if target == Path(self.options.output) else fitting_name(target, shape)


def _reading(task: InputTask, options: argparse.Namespace) -> InputReading:
    if task.data is None:
        return read_input_spec(task.spec, read_options(options))
    return read_input_of(task.spec, task.data, read_options(options))
