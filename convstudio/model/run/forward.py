"""Running a document: every layer's feature maps, or the sentence that tells why there are none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.memory import refusals
from convstudio.model.run.patching import (
    finished,
    is_patchable,
    is_plain,
    made_of_map,
    sums_of,
    sums_of_all,
    sums_of_filter,
)
from convstudio.model.values.answers.windows import touched_outputs
from convstudio.model.values.arrays import Box, Floats, TiledArray
from convstudio.model.values.boxes import changed_cells, count_outputs, whole_input
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.maps import Maps
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence, nothing_from
from convstudio.ops import OVER_CHANNELS
from convstudio.ops.threads import watched

_CANCELLED = "The computation was cancelled. Press Compute again, or change anything, to restart it."


@dataclass(frozen=True, eq=False)
class LayerResult:
    """What one layer made: `sums` of products and `output` maps, or neither, and then `problem` tells why."""

    layer: Layer
    reads: Maps | None
    sums: Maps | None
    output: Maps | None
    problem: str = ""
    is_cancelled: bool = False

    @classmethod
    def without_maps(cls, layer: Layer, problem: str, reads: Maps | None = None) -> LayerResult:
        """Say in a sentence why a layer made no maps."""
        return cls(layer, reads, None, None, problem)

    @classmethod
    def cancelled(cls, layer: Layer) -> LayerResult:
        """Say that the computation was cancelled, and how to start it again."""
        return cls(layer, None, None, None, _CANCELLED, is_cancelled=True)

    @cached_property
    def maps(self) -> Floats | None:
        """All maps as one array, `(*output, filters)`; a copy where an edit replaced a part of them."""
        return None if self.output is None else self.output.joined.to_array()

    def changed_boxes(self, before: LayerResult | None, index: int) -> tuple[Box, ...] | None:
        """Return boxes that cover every difference of one map from an older result; None where all of it may differ."""
        if self.output is None or before is None or before.output is None:
            return None
        if not self.output.spatial or self.output.spatial != before.output.spatial:
            return None
        boxes = self.output.changed_boxes(before.output, index)
        return None if _is_most(count_outputs(boxes), math.prod(self.output.spatial)) else boxes

    def shown_map(self, index: int) -> Floats | None:
        """Return one map, `(*spatial,)`; of a vector, which has no maps, all values: `(values,)`."""
        if self.output is None:
            return None
        return self.output.map(min(index, self.output.filters - 1)) if self.output.spatial else self.maps

    @property
    def read(self) -> TiledArray | None:
        """What the layer reads as one array: the sample's values, or the maps of the layer before it."""
        return None if self.reads is None else self.reads.joined


@dataclass(frozen=True, eq=False)
class Forward:
    """The results of the layers of a document, in order: of all of them, or, when cancelled, of those that ended.

    `combined` is what the document's combination makes of one layer's maps.
    """

    document: Document
    layers: tuple[LayerResult, ...]
    combined: CombinedMap | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every layer has a result."""
        return len(self.layers) == len(self.document.layers)

    def maps_on_show(self, view: ViewState) -> Floats | None:
        """Return what is exported: a layer's maps, `(*output, filters)`, or its combination alone as one map."""
        if not view.combined or self.combined is None:
            return self.layers[view.layer].maps
        return None if self.combined.values is None else self.combined.values[..., np.newaxis]

    def filled_from(self, before: Forward | None) -> Forward:
        """Put the results of an older run in place of those that a cancelled one did not come to."""
        if before is None:
            return self
        return Forward(self.document, self.layers + before.layers[len(self.layers) :], self.combined)


def forward(
    document: Document, before: Forward | None = None, progress: Progress | None = None, *, keeps_sums: bool = True
) -> Forward:
    """Run the sample through every layer; what did not change since `before` is taken from there.

    An edit costs what it touches: a box of the input the outputs whose windows meet it, a filter's weights its map, a
    bias or an activation no convolution. A layer that cannot work reports its problem, and so does every layer after
    it. `progress` is told how far the run is, and can cancel it: then only the layers that had ended come back. A run
    that no edit follows need not keep the sums of convolutions (`keeps_sums`), and goes over their maps once less.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> bump = Conv.of(np.reshape([0, 1, 0], (3, 1, 1)))
    >>> sample = Sample.of("tutorial", np.reshape([0, 0, 0, 1, 1, 0, 0, 0], (8, 1)))
    >>> forward(Document(sample, Network((bump,)))).layers[0].maps[:, 0].tolist()
    [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    """
    results = layer_results(document, before, progress, keeps_sums=keeps_sums)
    return gathered_results(document, list(results), before)


def layer_results(
    document: Document, before: Forward | None = None, progress: Progress | None = None, *, keeps_sums: bool = True
) -> Iterator[LayerResult]:
    """Yield the result of each layer as soon as there is one; arguments as of `forward`, which collects them."""
    reached = [0] * len(document.layers) if progress is None else _multiplications(document)
    progress = progress or Progress()
    progress.expect(reached[-1])
    refused, waiting = refusals(document), ""
    reads: Maps | None = None
    with suppress(CancelledError), watched(progress):
        for index, layer in enumerate(document.layers):
            known = before.layers[index] if before is not None and index < len(before.layers) else None
            reads = reads if index else _sample_maps(document, known)
            result = _result(layer, reads, known, waiting or refused[index], keeps_sums=keeps_sums)
            progress.reach(reached[index])
            yield result
            reads = result.output
            if reads is None and not waiting:
                waiting = nothing_from(index, layer)


def gathered_results(document: Document, results: Sequence[LayerResult], before: Forward | None) -> Forward:
    """Return the results so far as those of a document, with the maps that it combines where they are among them."""
    return Forward(document, tuple(results), _combined(document, results, before))


def _sample_maps(document: Document, known: LayerResult | None) -> Maps:
    """Return the sample as a layer reads maps: the same object for the same values, so that it is known again."""
    if known is not None and known.reads is not None and known.reads.joined is document.sample.values:
        return known.reads
    return Maps(document.sample.values)


def _combined(document: Document, results: Sequence[LayerResult], before: Forward | None) -> CombinedMap | None:
    """Combine maps as the document asks; a combination stays where its maps did not change."""
    wanted = document.combination
    output = None if wanted is None or wanted.layer >= len(results) else results[wanted.layer].output
    if wanted is None or output is None:
        return None
    known = None if before is None else before.combined
    if known is not None and known.combination == wanted and known.maps is output:
        return known
    return CombinedMap.of(wanted, output)


def _multiplications(document: Document) -> list[int]:
    """Count the multiplications up to and with each layer, as far as the layers fit each other."""
    counts, total = [], 0
    for index, layer in enumerate(document.layers):
        input_shape = document.input_shape(index)
        with suppress(ValueError):  # the layer's own run reports it
            total += layer.multiplications(input_shape) if input_shape is not None and layer.is_on else 0
        counts.append(total)
    return counts


def _result(
    layer: Layer, reads: Maps | None, known: LayerResult | None, refusal: str, *, keeps_sums: bool
) -> LayerResult:
    if reads is None or refusal:
        return LayerResult.without_maps(layer, refusal, reads)
    if known is not None and known.layer is layer and known.reads is reads:
        return known
    if not layer.is_on:
        return LayerResult(layer, reads, None, reads)
    try:
        layer.output_shape((*reads.spatial, reads.filters))
        return (None if known is None else _updated(known, layer, reads)) or _run(layer, reads, keeps_sums=keeps_sums)
    except ValueError as refusal:
        return LayerResult.without_maps(layer, as_sentence(str(refusal)), reads)
    except MemoryError:
        sentence = "There is not enough memory for these maps: use fewer filters."
        return LayerResult.without_maps(layer, sentence, reads)


def _run(layer: Layer, reads: Maps, *, keeps_sums: bool) -> LayerResult:
    values = whole_input(reads.joined)
    if not (keeps_sums and is_patchable(layer)):
        return LayerResult(layer, reads, None, Maps(TiledArray(layer.run(values))))
    sums = Maps(TiledArray(sums_of_all(layer, values, layer.padding)))
    return LayerResult(layer, reads, sums, _finished(layer, sums))


def _updated(known: LayerResult, layer: Layer, reads: Maps) -> LayerResult | None:
    """Compute only what differs from a known result; None where that is most of it, or nothing can be kept."""
    held = known.reads
    if held is None or known.output is None or not known.layer.is_on:
        return None
    if (held.spatial, held.filters) != (reads.spatial, reads.filters):
        return None
    whole_maps = reads.maps_changed(held)
    if is_patchable(layer):
        is_same_kind = is_patchable(known.layer) and not whole_maps  # whole maps that differ reach every sum
        return _updated_conv(known, layer, reads) if is_same_kind else None
    if known.layer != layer:
        return None
    return (
        _updated_locally(known, layer, reads) if whole_maps is None else _updated_maps(known, layer, reads, whole_maps)
    )


def _updated_maps(known: LayerResult, layer: Layer, reads: Maps, changed: tuple[int, ...]) -> LayerResult | None:
    """Compute only the maps whose one input map changed, for a layer that handles each map by itself."""
    assert known.output is not None
    if not layer.handles_each_map_alone or _is_most(len(changed), reads.filters):
        return None
    output = known.output
    for index in changed:
        output = output.with_map(index, made_of_map(layer, reads.map(index), index))
    return LayerResult(layer, reads, None, output)


def _updated_locally(known: LayerResult, layer: Layer, reads: Maps) -> LayerResult | None:
    """Compute only the outputs that changed cells of the input reach, for a layer that has no sums to keep."""
    assert known.read is not None
    assert known.output is not None
    output, read = known.output, reads.joined
    for cells in changed_cells(read, known.read):
        parts = layer.outputs_reached(read, cells)
        if parts is None or _is_most(count_outputs(parts), math.prod(output.spatial)):
            return None
        for box in parts:
            output = output.with_box(box, layer.run_box(read, box))
    return LayerResult(layer, reads, None, output)


def _updated_conv(known: LayerResult, layer: Conv, reads: Maps) -> LayerResult | None:
    """Compute only the sums that a changed box of the input or a changed filter touches; the rest is kept."""
    assert known.read is not None
    assert isinstance(known.layer, Conv)
    if known.sums is None or not _slides_alike(known.layer, layer):
        return None
    read = reads.joined
    sliding = layer.geometry(read.spatial)
    cells = changed_cells(read, known.read)
    boxes = [box for part in cells for box in touched_outputs(sliding, layer.padding_mode, part)]
    filters = _differing(layer.weights, known.layer.weights)
    if _is_most(count_outputs(boxes), math.prod(sliding.output)) or _is_most(len(filters), layer.filters):
        return None
    sums = known.sums
    for index in filters:
        sums = sums.with_map(index, sums_of_filter(layer, read, sliding, index))
    for box in boxes:
        sums = sums.with_box(box, sums_of(layer, read, sliding, box))
    return LayerResult(layer, reads, sums, _refinished(known, layer, sums, boxes, filters))


def _slides_alike(known: Conv, layer: Conv) -> bool:
    """Return whether nothing but weights, bias and activation may differ."""
    shapes = [(conv.weights.shape, conv.bias.shape) for conv in (known, layer)]
    return shapes[0] == shapes[1] and known.settings == layer.settings


def _differing(values: Floats, before: Floats) -> list[int]:
    """Return the places along the last axis where two arrays differ."""
    if values is before:
        return []
    differs = (values != before).reshape(-1, values.shape[-1]).any(axis=0)
    return [int(index) for index in np.flatnonzero(differs)]


def _is_most(part: int, whole: int) -> bool:
    return 2 * part > whole


def _finished(layer: Conv, sums: Maps) -> Maps:
    if is_plain(layer):
        return sums
    return Maps(TiledArray(finished(whole_input(sums.joined), layer.bias, layer.activation)))


def _refinished(known: LayerResult, layer: Conv, sums: Maps, boxes: list[Box], filters: list[int]) -> Maps:
    """Give bias and activation to the sums that changed, and to all where they changed themselves."""
    assert isinstance(known.layer, Conv)
    before = known.layer
    biased = sorted({*filters, *_differing(layer.bias, before.bias)})
    is_mixing = layer.activation in OVER_CHANNELS  # it needs all filters
    if (
        known.output is None
        or is_plain(layer)
        or layer.activation != before.activation
        or (biased and (is_mixing or _is_most(len(biased), layer.filters)))
    ):
        return _finished(layer, sums)
    output = known.output
    for index in biased:
        part = sums.map(index)[..., np.newaxis]
        output = output.with_map(index, finished(part, layer.bias[index : index + 1], layer.activation)[..., 0])
    for box in boxes:
        output = output.with_box(box, finished(sums.box(box), layer.bias, layer.activation))
    return output
