"""Random documents and edits for the property tests."""

import re
from dataclasses import fields, replace

import numpy as np
from hypothesis import strategies as st

from convstudio.model.edits import building, filters, input_cells, kernel_weights, layer_settings
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.values.arrays import frozen
from convstudio.model.values.combination import Combination
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.layer import shape_after
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops import ACTIVATIONS, ALPHAS, PADDING_MODES

DETECTORS = (
    Detector("bump", "Bump", 1, frozen([0, 1, 0]), False, "", ""),
    Detector("box", "Box", 2, frozen(np.ones((2, 2))), False, "", ""),
)


@st.composite
def documents(draw, rank=None, activations=ACTIVATIONS):
    """Draw a document whose one layer makes a map: a random sample, layer and settings that fit each other."""
    rank = rank or draw(st.integers(1, 3))
    kernel = tuple(draw(st.integers(1, 5 - rank)) for _ in range(rank))
    dilation = tuple(draw(st.integers(1, 4 - rank)) for _ in range(rank))
    extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    spatial = tuple(e + draw(st.integers(0, 6 // rank)) for e in extent)
    explicit = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(rank))
    padding = draw(st.sampled_from(["valid", "same", "full", explicit, *(["causal"] if rank == 1 else [])]))
    is_wide = padding != "valid" and any(max(e, 3) > n for e, n in zip(extent, spatial, strict=True))
    groups, channels, filters = (draw(st.integers(1, 3)) for _ in range(3))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32)))
    layer = Conv(
        weights=frozen(numbers.standard_normal((*kernel, channels, filters * groups))),
        bias=frozen(numbers.standard_normal(filters * groups)),
        stride=tuple(draw(st.integers(1, 3)) for _ in range(rank)),
        dilation=dilation,
        padding=padding,
        padding_mode=draw(st.sampled_from(("zeros", "replicate") if is_wide else PADDING_MODES)),
        groups=groups,
        flip=draw(st.booleans()),
        activation=draw(st.sampled_from(activations)),
        filter_names=draw(st.sampled_from([(), ("edge", *[""] * (filters * groups - 1))])),
        locks=draw(st.sampled_from([None, Locks.none((*kernel, channels, filters * groups)).of_filters([0])])),
    )
    combination = draw(st.sampled_from([None, Combination(0, "norm"), Combination(0, "difference", (0, 1))]))
    sample = Sample.of("drawn", numbers.standard_normal((*spatial, channels * groups)))
    return Document(sample, Network((layer,)), combination=combination)


@st.composite
def networks(draw, rank=None, must_work=False):
    """Draw a document of one to five layers of all kinds; unless they must, a layer need not fit what it reads."""
    rank = rank or draw(st.integers(1, 3))
    read = (*_per_axis(draw, rank, 9 - 2 * rank, least=2), draw(st.integers(1, 4)))
    sample = Sample.of("drawn", np.random.default_rng(draw(st.integers(0, 2**32))).standard_normal(read))
    layers = []
    for _ in range(draw(st.integers(1, 5))):
        layer = draw(layers_reading(read))
        try:
            read = shape_after(layer, read)
        except ValueError:
            if must_work:
                continue
        layers.append(layer)
    combination = draw(st.sampled_from([None, Combination(len(layers) - 1, "norm")])) if layers else None
    return Document(sample, Network(tuple(layers) or (Activation(),)), combination=combination)


@st.composite
def layers_reading(draw, read):
    """Draw a layer of any kind that is made for inputs of shape `read`, though it may not be able to work on them."""
    make = draw(st.sampled_from(_VECTOR_KINDS if len(read) == 1 else _MAP_KINDS))
    layer = make(draw, read, np.random.default_rng(draw(st.integers(0, 2**32))))
    return replace(layer, is_on=draw(st.sampled_from([True, True, True, False])))


def _per_axis(draw, rank, most, least=1):
    return tuple(draw(st.integers(least, most)) for _ in range(rank))


def _groups_of(draw, channels):
    return draw(st.sampled_from([n for n in (1, 2, 3, channels) if channels % n == 0]))


def _any_padding(draw, rank):
    explicit = tuple((draw(st.integers(0, 1)), draw(st.integers(0, 2))) for _ in range(rank))
    return draw(st.sampled_from(["valid", "same", "full", explicit]))


def _conv_settings(draw, read, numbers):
    rank, groups = len(read) - 1, _groups_of(draw, read[-1])
    filters = groups * draw(st.integers(1, 2))
    return {
        "weights": frozen(numbers.standard_normal((*_per_axis(draw, rank, 3), read[-1] // groups, filters))),
        "bias": frozen(numbers.standard_normal(filters)),
        "stride": _per_axis(draw, rank, 2),
        "dilation": _per_axis(draw, rank, 2),
        "groups": groups,
        "activation": draw(st.sampled_from(ACTIVATIONS)),
    }


def _conv(draw, read, numbers):
    settings = _conv_settings(draw, read, numbers)
    mode, flip = draw(st.sampled_from(PADDING_MODES)), draw(st.booleans())
    return Conv(**settings, padding=_any_padding(draw, len(read) - 1), padding_mode=mode, flip=flip)


def _conv_transpose(draw, read, numbers):
    settings, rank = _conv_settings(draw, read, numbers), len(read) - 1
    explicit = tuple((draw(st.integers(0, 1)), draw(st.integers(0, 1))) for _ in range(rank))
    padding = draw(st.sampled_from(["valid", "same", explicit]))
    extra = None
    if draw(st.booleans()):
        pairs = zip(settings["stride"], settings["dilation"], strict=True)
        extra = tuple(draw(st.integers(0, max(pair) - 1)) for pair in pairs)
    return ConvTranspose(**settings, padding=padding, output_padding=extra)


def _pool(draw, read, _):
    rank = len(read) - 1
    stride, dilation = (draw(st.none() | st.just(_per_axis(draw, rank, 2))) for _ in range(2))
    padding = _any_padding(draw, rank)
    kind, size = draw(st.sampled_from(["max", "average"])), _per_axis(draw, rank, 3)
    rules = {"ceil_mode": draw(st.booleans()), "count_include_pad": draw(st.booleans())}
    return Pool(kind, size, stride, padding, dilation, **rules)


def _batch_norm(draw, read, numbers):
    mean, gamma, beta = (frozen(numbers.standard_normal(read[-1])) for _ in range(3))
    return BatchNorm(mean, frozen(numbers.random(read[-1])), gamma, beta, draw(st.sampled_from([1e-3, 1e-5])))


def _dropout(draw, _read, _numbers):
    kind = draw(st.sampled_from([Dropout, SpatialDropout]))
    return kind(draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])), draw(st.integers(0, 9)))


def _dense(draw, read, numbers):
    units = draw(st.integers(1, 4))
    weights = numbers.standard_normal((int(np.prod(read)), units))
    return Dense.of(weights, numbers.standard_normal(units), draw(st.sampled_from(ACTIVATIONS)))


def _activation(draw, _read, _numbers):
    name = draw(st.sampled_from(ACTIVATIONS))
    slope = draw(st.sampled_from([0, 0.25, 2])) if name == "thresholded_relu" else 0
    return Activation(name, draw(st.sampled_from([None, 0, 0.01, 0.5, 3])) if name in ALPHAS else None, slope)


_ANYWHERE = (
    _activation,
    lambda *_: Flatten(),
    lambda draw, read, numbers: Rescaling(*map(tuple, numbers.random((2, read[-1])).tolist())),
    lambda draw, read, numbers: PRelu(frozen(numbers.random(draw(st.sampled_from([1, read[-1], read]))))),
    _batch_norm,
    _dropout,
)
_MAP_KINDS = (
    *_ANYWHERE,
    *(_conv, _conv_transpose, _pool) * 2,
    lambda draw, read, _: UpSampling(_per_axis(draw, len(read) - 1, 2)),
    lambda draw, *_: GlobalPool(draw(st.sampled_from(["max", "average"]))),
)
_VECTOR_KINDS = (*_ANYWHERE, _dense)


@st.composite
def edited(draw, document, kinds=None):
    """Draw one user edit of a document, and make it; an edit that is refused, in a sentence, leaves the document."""
    try:
        return draw(st.sampled_from(kinds or EDITS))(draw, document)
    except ValueError as refusal:
        if re.fullmatch(r"[A-Z0-9].+\.", str(refusal)) is None:
            raise AssertionError("a refusal is a sentence of ours") from refusal
        return document


def _value(draw):
    return draw(st.sampled_from([0, 1, -0.5, 1 / 3, float("nan"), float("inf"), 1e30]))


def _at(draw, lengths):
    return tuple(draw(st.integers(0, length - 1)) for length in lengths)


def _filter(draw, document):
    return draw(st.integers(0, document.layers[0].filters - 1))


def _rank(document):
    return document.sample.rank


def _sample(draw, document):
    rank = draw(st.integers(1, 2))
    shape = (*(draw(st.integers(1, 6)) for _ in range(rank)), draw(st.integers(1, 4)))
    return input_cells.set_sample(document, Sample.of("other", np.ones(shape)))


def _weight(draw, document):
    layer = document.layers[0]
    channel = draw(st.integers(0, layer.channels_per_group - 1))
    at, block = _at(draw, layer.kernel_size), np.full((1,) * layer.rank, _value(draw))
    return kernel_weights.set_weights_block(document, 0, _filter(draw, document), channel, at, block)


def _input_value(draw, document):
    channel = draw(st.integers(0, document.sample.channels - 1))
    start = _at(draw, document.sample.spatial)
    return input_cells.set_input_values(document, start, np.full((1,) * _rank(document), _value(draw)), channel)


def _on_filter(edit, *more):
    return lambda draw, document: edit(document, 0, _filter(draw, document), *(one(draw) for one in more))


def _on_axes(edit, most):
    return lambda draw, document: edit(
        document, 0, tuple(draw(st.integers(1, most)) for _ in range(document.layers[0].rank))
    )


def _chosen(edit, choices):
    return lambda draw, document: edit(document, 0, draw(st.sampled_from(choices)))


def _filters(edit, *more):
    return lambda draw, document: edit(
        document,
        0,
        draw(st.lists(st.integers(0, document.layers[0].filters - 1), min_size=1, max_size=2)),
        *(one(draw) for one in more),
    )


def _pasted(draw, document):
    bank = filters.FilterBank.of(np.ones((1, 2, 1, draw(st.integers(1, 2)))))
    return filters.paste_filters(document, 0, _filter(draw, document), bank)


EDITS = (
    _sample,
    _on_filter(filters.add_filter),
    _on_filter(filters.rename_filter, lambda draw: draw(st.sampled_from(["", "a", "filter 1"]))),
    _filters(filters.duplicate_filters),
    _filters(filters.remove_filters),
    _filters(filters.move_filters, lambda draw: draw(st.integers(-2, 2))),
    _pasted,
    _input_value,
    _weight,
    lambda draw, d: input_cells.fill_input(d, _value(draw)),
    lambda draw, d: input_cells.paint_input(
        d, _at(draw, d.sample.spatial), draw(st.integers(1, 3)), _value(draw), None
    ),
    lambda draw, d: input_cells.insert_input(d, draw(st.integers(0, _rank(d) - 1)), 0, draw(st.integers(1, 2))),
    lambda draw, d: input_cells.delete_input(d, draw(st.integers(0, _rank(d) - 1)), [0]),
    lambda draw, d: input_cells.set_input_shape(d, tuple(draw(st.integers(1, 7)) for _ in range(_rank(d)))),
    lambda draw, d: kernel_weights.use_detector(d, 0, _filter(draw, d), draw(st.sampled_from(DETECTORS))),
    _on_filter(kernel_weights.set_bias, _value),
    _on_filter(kernel_weights.flip_kernel, lambda _: 0),
    _on_filter(kernel_weights.rotate_kernel),
    _on_filter(kernel_weights.transpose_kernel),
    _on_filter(kernel_weights.negate_kernel),
    _on_filter(kernel_weights.normalise_kernel),
    _on_filter(kernel_weights.normalise_kernel_by_size),
    _on_filter(kernel_weights.randomise_kernel, lambda draw: draw(st.integers(0, 9))),
    _on_axes(kernel_weights.set_kernel_size, 4),
    _on_axes(layer_settings.set_stride, 3),
    _on_axes(layer_settings.set_dilation, 3),
    _chosen(layer_settings.set_padding, ["valid", "same", "full", "causal"]),
    _chosen(layer_settings.set_padding_mode, PADDING_MODES),
    _chosen(layer_settings.set_flip, [True, False]),
    _chosen(layer_settings.set_activation, ACTIVATIONS),
    _chosen(layer_settings.set_filters, [1, 2, 5]),
    _chosen(layer_settings.set_groups, [1, 2, 3]),
    lambda draw, d: layer_settings.set_title(d, draw(st.sampled_from(["", "lesson"]))),
)


def _layer(draw, document):
    return draw(st.integers(0, len(document.layers) - 1))


BUILDS = (
    lambda draw, d: building.add_layer(d, _layer(draw, d), draw(st.sampled_from(sorted(building.NEW_LAYERS)))),
    lambda draw, d: building.duplicate_layer(d, _layer(draw, d)),
    lambda draw, d: building.remove_layer(d, _layer(draw, d)),
    lambda draw, d: building.move_layer(d, _layer(draw, d), _layer(draw, d)),
    lambda draw, d: building.switch_layer(d, _layer(draw, d), draw(st.booleans())),
    lambda draw, d: building.fit_layer(d, _layer(draw, d)),
    _sample,
    _input_value,
    lambda draw, d: input_cells.set_input_shape(d, tuple(draw(st.integers(1, 7)) for _ in range(_rank(d)))),
    lambda draw, d: layer_settings.set_stride(d, 0, tuple(draw(st.integers(1, 3)) for _ in range(conv_at(d, 0).rank))),
)
"""Edits of a network of any kinds, and of what it reads."""


def snapshot(document):
    """Copy everything that a document holds, bits included, to compare it with later."""
    sample = document.sample
    layers = [_bits(layer) for layer in document.layers]
    return sample.values.shape, sample.values.to_array().tobytes(), sample.name, sample.origin, layers, document.title


def _bits(layer):
    values = [getattr(layer, part.name) for part in fields(layer)]
    held = [(value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value for value in values]
    return type(layer), held
