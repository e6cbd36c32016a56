"""The X-ray is right: a network of ones counts its paths, and what it does not see never changes the output."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.run.forward import forward
from convstudio.model.trace.receptive_field import xray
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops import PADDING_MODES

MOST_VALUES = 200


def _conv(draw, read):
    rank = len(read) - 1
    groups = draw(st.sampled_from([n for n in (1, 2, read[-1]) if read[-1] % n == 0]))
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    weights = np.zeros((*kernel, read[-1] // groups, groups * draw(st.integers(1, 2))))
    return replace(
        Conv.of(weights),
        stride=tuple(draw(st.integers(1, 2)) for _ in range(rank)),
        dilation=tuple(draw(st.integers(1, 2)) for _ in range(rank)),
        padding=draw(st.sampled_from(["valid", "same", ((1, 0),) * rank])),
        padding_mode=draw(st.sampled_from(PADDING_MODES)),
        groups=groups,
        flip=draw(st.booleans()),
        is_on=draw(st.booleans()),
    )


def _transposed(draw, read):
    rank = len(read) - 1
    made = ConvTranspose.of(np.zeros((*(draw(st.integers(1, 3)) for _ in range(rank)), read[-1], 2)))
    padding = draw(st.sampled_from(["valid", "same", ((1, 0),) * rank]))
    return replace(made, stride=(draw(st.integers(1, 2)),) * rank, padding=padding)


def _pool(draw, read):
    size = tuple(draw(st.integers(1, 2)) for _ in read[:-1])
    rank = len(size)
    return Pool(
        "average",
        size,
        stride=draw(st.sampled_from([None, (1,) * rank, (3,) * rank])),
        padding=draw(st.sampled_from(["valid", "same", ((1, 0),) * rank, ((0, 1),) * rank])),
        ceil_mode=draw(st.booleans()),
        count_include_pad=draw(st.booleans()),
    )


KINDS = (
    _conv,
    _conv,
    _transposed,
    _pool,
    lambda _draw, _read: GlobalPool(),
    lambda _draw, _read: Flatten(),
    lambda _draw, _read: Activation(activation="linear"),
    lambda _draw, read: BatchNorm.of(read[-1]),
    lambda draw, read: Dense.of(np.zeros((read[-1], draw(st.integers(1, 3))))),
)


@st.composite
def networks(draw):
    """Draw a small sample and linear layers of every kind that work on it, with weights to be filled in."""
    spatial = tuple(draw(st.integers(1, 5)) for _ in range(draw(st.integers(1, 2))))
    read = (*spatial, draw(st.sampled_from((1, 2, 4))))
    sample = Sample.of("drawn", np.random.default_rng(draw(st.integers(0, 99))).standard_normal(read))
    layers = []
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4)):
        try:
            layer = kind(draw, read)
            output_shape = layer.output_shape(read)
        except ValueError:
            continue
        if 0 < np.prod(output_shape) <= MOST_VALUES:
            layers.append(layer)
            read = output_shape if layer.is_on else read
    return Document(sample, Network(tuple(layers) or (Activation(activation="linear"),)))


def with_weights(document, fill):
    layers = [
        replace(layer, weights=frozen(fill(layer.weights.shape))) if isinstance(layer, Conv | Dense) else layer
        for layer in document.layers
    ]
    return replace(document, network=Network(tuple(layers)))


def of_ones(document):
    """Return a network that counts: every weight is 1, and a mean becomes a sum."""
    counting, reads = [], [document.sample.values.shape, *document.network.shapes(document.sample.values.shape)]
    for layer, read in zip(document.layers, reads, strict=False):
        counting += _counting(layer, read)
    return with_weights(replace(document, network=Network(tuple(counting))), np.ones)


def _counting(layer, read):
    if isinstance(layer, Pool):
        windows = Conv.of(np.ones((*layer.size, 1, read[-1])))
        return [
            replace(
                windows, groups=read[-1], stride=layer.stride or layer.size, padding=layer.geometry(read[:-1]).pairs
            )
        ]
    if isinstance(layer, GlobalPool):
        return [replace(Conv.of(np.ones((*read[:-1], 1, read[-1]))), groups=read[-1]), Flatten()]
    return [] if isinstance(layer, BatchNorm) else [layer]


def output_at(document, values, cell):
    """Return one number of what the last layer makes of `values`."""
    maps = forward(document.with_sample(Sample.of("tried", values))).layers[-1].maps
    return float(maps[cell])


@st.composite
def chosen_cells(draw):
    document = draw(networks())
    made = document.output_shape(len(document.layers) - 1)
    cell = tuple(draw(st.integers(0, length - 1)) for length in made)
    position = cell if len(made) == 1 else cell[:-1]
    return document, cell, xray(document, len(document.layers) - 1, position, cell[-1])


@given(chosen_cells())
def test_a_network_of_ones_counts_the_paths_from_every_input_cell(drawn):
    document, cell, seen = drawn
    counting = of_ones(document)
    counting = replace(counting, network=Network(counting.layers or (Activation(activation="linear"),)))
    shape = document.sample.values.shape
    for at in np.ndindex(shape):
        single = np.zeros(shape)
        single[at] = 1
        assert output_at(counting, single, cell) == seen[0].paths_from(at)


@given(chosen_cells(), st.integers(0, 99))
def test_what_is_not_seen_never_changes_the_output_and_each_cell_that_is_does(drawn, seed):
    document, cell, seen = drawn
    numbers = np.random.default_rng(seed)
    linear = with_weights(document, numbers.standard_normal)
    values = document.sample.values.to_array()
    before = output_at(linear, values, cell)
    for at in np.ndindex(values.shape):
        changed = values.copy()
        changed[at] += 1e4
        is_same = abs(output_at(linear, changed, cell) - before) <= 1e-3
        assert is_same == (seen[0].paths_from(at) == 0)


@given(chosen_cells(), st.integers(0, 99))
def test_no_activation_dropout_or_maximum_sees_more(drawn, seed):
    document, cell, _ = drawn
    numbers = np.random.default_rng(seed)
    curved = [
        layer
        for held in with_weights(document, numbers.standard_normal).layers
        for layer in (replace(held, kind="max") if isinstance(held, Pool) else held, Activation(), Dropout(0.3, seed))
    ]
    document = replace(document, network=Network(tuple(curved)))
    made = document.output_shape(len(curved) - 1)
    seen = xray(document, len(curved) - 1, cell if len(made) == 1 else cell[:-1], cell[-1])[0]
    values = document.sample.values.to_array()
    unseen = np.reshape([seen.paths_from(at) == 0 for at in np.ndindex(values.shape)], values.shape)
    assert output_at(document, np.where(unseen, 1e4, values), cell) == output_at(document, values, cell)
