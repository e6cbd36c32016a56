"""Every kind of layer makes what `ops` makes, says its shape beforehand, and says why where it cannot work."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from convstudio import ops
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.conv_weights import with_rank
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten, flat_index, source_cell
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DRAW = np.random.default_rng(3)
READ = DRAW.standard_normal((8, 9, 4)).astype(np.float32)
VECTOR = DRAW.standard_normal(12).astype(np.float32)
TRANSPOSED = ConvTranspose(
    frozen(DRAW.standard_normal((3, 3, 4, 6))), frozen(np.arange(6)), (2, 2), (1, 1), "same", activation="relu"
)
KINDS = [
    (Conv.of(DRAW.standard_normal((3, 3, 4, 5))), READ),
    (TRANSPOSED, READ),
    (Activation(activation="relu"), READ),
    (Activation(activation="softmax"), VECTOR),
    (Pool(), READ),
    (Pool("average", (3, 2), (2, 2), "same"), READ),
    (GlobalPool(), READ),
    (GlobalPool(kind="max"), READ),
    (BatchNorm.of(4), READ),
    (Dropout(), READ),
    (SpatialDropout(0.5, 1), READ),
    (Flatten(), READ),
    (Dense.of(DRAW.standard_normal((12, 3)), activation="tanh"), VECTOR),
]


@pytest.mark.parametrize(("layer", "read"), KINDS)
def test_a_layer_makes_the_shape_that_it_says(layer, read):
    assert layer.run(read).shape == layer.output_shape(read.shape)


@pytest.mark.parametrize(("layer", "read"), KINDS)
def test_a_layer_makes_float32_that_nobody_can_change(layer, read):
    made = layer.run(read)
    assert made.dtype == np.float32
    assert not made.flags.writeable


@pytest.mark.parametrize(("layer", "read"), KINDS)
def test_a_layer_that_is_off_passes_on_what_it_reads(layer, read):
    sample = Sample.of("", READ)
    before = (Flatten(), Dense.of(np.ones((READ.size, 12)))) if read.ndim == 1 else ()
    result = forward(Document(sample, Network((*before, replace(layer, is_on=False))))).layers[-1]
    assert result.read is not None
    assert_array_equal(result.maps, result.read.to_array())


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution_is_the_adjoint_of_the_convolution_with_its_weights_turned(groups):
    weights = DRAW.standard_normal((3, 3, 4 // groups, 6)).astype(np.float32)
    layer = ConvTranspose(frozen(weights), frozen(np.zeros(6)), (2, 2), (1, 1), groups=groups)
    larger = DRAW.standard_normal((*layer.output_shape(READ.shape)[:-1], 6)).astype(np.float32)
    back = ops.conv(larger, layer.adjoint_weights, stride=2, groups=groups)
    assert_allclose(np.vdot(layer.run(READ), larger), np.vdot(READ, back), rtol=1e-4)


@pytest.mark.parametrize(("rank", "extra"), [(1, (1,)), (3, (0, 0, 1))])
def test_a_transposed_convolution_for_another_rank_has_an_output_padding_per_axis(rank, extra):
    assert with_rank(replace(TRANSPOSED, output_padding=(0, 1)), rank).output_padding == extra


def test_each_filter_of_a_transposed_convolution_makes_its_own_map():
    weights = np.zeros((1, 1, 4, 6), np.float32)
    weights[0, 0, 2, 5] = 1
    made = replace(TRANSPOSED, weights=frozen(weights), bias=frozen(np.zeros(6)), stride=(1, 1), activation="linear")
    assert_array_equal(made.run(READ)[..., 5], READ[..., 2])


@pytest.mark.parametrize(
    ("layer", "read", "reason"),
    [
        (Conv.of(np.ones((3, 3, 4, 1))), (12,), "its input is a vector of 12 values: move it further left"),
        (TRANSPOSED, (12,), "needs rows × columns × channels, and its input is 12"),
        (TRANSPOSED, (8, 8, 3), "the filters read 4 channels and the input 8×8×3 has 3: fit the filters"),
        (Pool(), (12,), "2×2 pooling does not fit an input of 12"),
        (
            Pool(size=(9, 9)),
            (8, 8, 1),
            "window 9×9 is larger than the padded input 8×8 along its rows and columns; use a smaller window",
        ),
        (GlobalPool(), (12,), "needs maps, and its input is a vector of 12 values"),
        (BatchNorm.of(4), (8, 8, 3), "statistics of 4 channels, and its input has 3"),
        (Dense.of(np.ones((12, 3))), (8, 8, 3), "needs a vector, and its input is 8×8×3: add a flattening"),
        (Dense.of(np.ones((12, 3))), (13,), "weights for 12 values, and its input has 13"),
        (Dropout(rate=2), (3,), "the rate must be between 0 and 1, not 2"),
        (Activation(activation="step"), (3,), 'activation "step" is not known'),
    ],
)
def test_a_layer_that_cannot_work_says_why_before_it_runs(layer, read, reason):
    with pytest.raises(ValueError, match=reason):
        layer.output_shape(read)


def test_dropout_multiplies_with_0_or_with_one_over_the_share_that_is_kept():
    layer = Dropout(0.75, 3)
    assert_array_equal(layer.run(READ), READ * layer.factors(READ.shape))
    assert set(layer.factors(READ.shape).ravel().tolist()) == {0, 4}


def test_spatial_dropout_silences_whole_maps():
    factors = SpatialDropout(0.5, 1).factors(READ.shape)
    assert all(len(set(factors[..., channel].ravel().tolist())) == 1 for channel in range(4))


@pytest.mark.parametrize("index", [0, 5, 100, 287])
def test_a_flattened_value_comes_from_the_cell_that_is_named(index):
    cell = source_cell(READ.shape, index)
    assert Flatten().run(READ)[index] == READ[cell]
    assert flat_index(READ.shape, cell) == index


def test_layers_with_equal_arrays_are_equal_and_hash_alike():
    one, other = Dense.of(np.ones((4, 2))), Dense.of(np.ones((4, 2)))
    assert one == other
    assert hash(one) == hash(other)
    assert one != replace(other, activation="relu")
    assert one != Conv.of(np.ones((4, 1, 2)))


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("kind", [Dropout, SpatialDropout])
@pytest.mark.parametrize("read", [(4, 5, 3), (6, 2), (7,)])
def test_the_factor_of_one_cell_is_that_of_all_cells(kind, rate, read):
    layer = kind(rate, 7)
    alone = [layer.factor(read, cell) for cell in np.ndindex(*read)]
    assert_array_equal(np.float32(alone).reshape(read), layer.factors(read))
