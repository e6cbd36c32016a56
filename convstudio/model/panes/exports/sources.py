"""What can be exported of a document: which arrays, of which shapes and names, and where their values come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes.exports.arrays import ExportedArray, Part
from convstudio.model.panes.gallery import map_labels
from convstudio.model.run.forward import Forward
from convstudio.model.values.answers.axis_names import PLURALS
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.export_contents import EVERYTHING, KERNELS, MAP, MAPS

_Held = tuple[tuple[Part, Floats], ...]

NO_MAP = "This layer makes no feature map to export. Change its settings first."
NO_KERNELS = "This layer has no kernels to export. Select a layer with weights."
NONE_CHOSEN = "No map is chosen. Tick at least one."


@dataclass(frozen=True)
class Source:
    """An array to export: its part, where its values are in a forward run, and which of its planes (None: all)."""

    part: Part
    values: Callable[[Forward], Floats | None]
    planes: tuple[int, ...] | None = None

    @property
    def exported(self) -> Part:
        """The part with the chosen planes alone."""
        return self.part if self.planes is None else self.part.some(self.planes)

    def read(self, result: Forward) -> ExportedArray:
        """Take the values from a forward run; raise ValueError where a layer made none."""
        values = self.values(result)
        if values is None:
            raise ValueError(NO_MAP)
        whole = ExportedArray(self.part, values)
        return whole if self.planes is None else whole.some(self.planes)


def export_sources(
    document: Document, view: ViewState, content: str, chosen: Sequence[int], detectors: Sequence[Detector]
) -> tuple[Source, ...]:
    """Return the arrays of one of `CONTENTS`, seen from the selected layer; `chosen` are numbers of its maps.

    Raises ValueError with a sentence where there is nothing to export.
    """
    if content == EVERYTHING:
        return (input_source(document), *_all_layers(document, detectors))
    if content == KERNELS:
        found = weight_sources(document, view.layer)
        if not found:
            raise ValueError(NO_KERNELS)
        return found
    if content == MAP and view.combined:
        return (_combination(document, view),)
    maps = map_source(document, view.layer, "maps", detectors)
    if maps is None:
        raise ValueError(NO_MAP)
    if content == MAPS or len(maps.part.shape) == 1:
        return (maps,)
    count = len(maps.part.titles)
    planes = (min(view.filter, count - 1),) if content == MAP else tuple(chosen)
    if not planes:
        raise ValueError(NONE_CHOSEN)
    if max(planes) >= count:
        raise ValueError(f"Map {max(planes) + 1} is chosen, and this layer makes {counted(count, 'map')}. Tick others.")
    return (Source(maps.part, maps.values, planes),)


def map_titles(document: Document, view: ViewState, detectors: Sequence[Detector]) -> tuple[str, ...]:
    """Return the titles of the maps that can be chosen from: those under the tiles; none of a vector."""
    shape = document.output_shape(view.layer)
    if shape is None or len(shape) == 1:
        return ()
    return map_labels(document.layers[view.layer], shape[-1], detectors)


def _all_layers(document: Document, detectors: Sequence[Detector]) -> list[Source]:
    found: list[Source] = []
    for index in range(len(document.layers)):
        ahead = f"layer {index + 1} "
        found += weight_sources(document, index, ahead)
        maps = map_source(document, index, f"{ahead}maps", detectors)
        found += [] if maps is None else [maps]
    return found


def input_source(document: Document) -> Source:
    """Return the input as an array to export, with a title for each channel."""
    sample = document.sample
    rank = max(1, sample.values.rank)
    axes = (*PLURALS[rank], "channels")
    part = Part("input", axes, sample.values.shape, rank, sample.channel_names)
    return Source(part, lambda _result: sample.values.to_array())


def map_source(document: Document, layer: int, name: str, detectors: Sequence[Detector]) -> Source | None:
    """Return all maps of a layer as one array to export; None where the layer makes none."""
    shape = document.output_shape(layer)
    if shape is None:
        return None
    titles = map_labels(document.layers[layer], shape[-1], detectors) if len(shape) > 1 else None
    return Source(Part.of_maps(shape, titles, name), lambda result: result.layers[layer].maps)


def _combination(document: Document, view: ViewState) -> Source:
    shape = document.output_shape(view.layer)
    if shape is None:
        raise ValueError(NO_MAP)
    part = Part.of_maps((*shape[:-1], 1), ["combination"])
    return Source(part, lambda result: result.maps_on_show(view))


def weight_sources(document: Document, layer: int, ahead: str = "") -> tuple[Source, ...]:
    """Return the arrays that a layer holds, such as kernels and bias, with `ahead` before their names."""
    held: Any = document.layers[layer]
    names = document.sample.channel_names if layer == 0 else ()
    parts_of = _WEIGHT_PARTS.get(type(held))
    parts = () if parts_of is None else parts_of(held, names)
    return tuple(Source(replace(part, name=f"{ahead}{part.name}"), _constant(values)) for part, values in parts)


def _conv_parts(layer: Conv, names: Sequence[str]) -> _Held:
    axes = (*PLURALS[layer.rank], "channels", "filters")
    kernels = Part("kernels", axes, layer.weights.shape, layer.rank, _kernel_titles(layer, names))
    return (kernels, layer.weights), (_vector("bias", "filters", layer.bias), layer.bias)


def _dense_parts(layer: Dense, _names: Sequence[str]) -> _Held:
    weights = Part("weights", ("inputs", "units"), layer.weights.shape, 2, ("weights",))
    return (weights, layer.weights), (_vector("bias", "units", layer.bias), layer.bias)


def _norm_parts(layer: BatchNorm, _names: Sequence[str]) -> _Held:
    held = {"mean": layer.mean, "variance": layer.variance, "gamma": layer.gamma, "beta": layer.beta}
    return tuple((_vector(name, "channels", values), values) for name, values in held.items())


def _vector(name: str, axis: str, values: Floats) -> Part:
    return Part(name, (axis,), values.shape, 1, (name,))


_WEIGHT_PARTS: Mapping[type[Layer], Callable[..., _Held]] = {
    Conv: _conv_parts,
    ConvTranspose: _conv_parts,
    Dense: _dense_parts,
    BatchNorm: _norm_parts,
}
"""How the arrays of each kind that has some are written."""


def _constant(values: Floats) -> Callable[[Forward], Floats]:
    return lambda _result: values


def _kernel_titles(layer: Conv, names: Sequence[str]) -> tuple[str, ...]:
    """Return the title of each kernel: its filter, and its channel where the filter has several."""
    channels, filters = layer.weights.shape[-2:]
    given = dict(enumerate(layer.filter_names))
    of_filters = [f"filter {index + 1} {given.get(index, '')}".strip() for index in range(filters)]
    if channels == 1:
        return tuple(of_filters)
    has_names = layer.groups == 1 and len(names) == channels
    of_channels = [names[index] if has_names else f"channel {index + 1}" for index in range(channels)]
    return tuple(f"{of} {channel}" for channel, of in product(of_channels, of_filters))


def values_in(parts: Sequence[Part]) -> int:
    """Return how many values the parts hold together.

    >>> values_in([Part.of_maps((8, 8, 2))])
    128
    """
    return sum(int(np.prod(part.shape)) for part in parts)
