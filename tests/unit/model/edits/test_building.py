"""Building a network: every kind of layer is made for what it reads, and edits keep the rest as it is."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import building
from convstudio.model.edits.input_cells import set_sample
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.trace.stepping import fitted
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

IMAGE = Sample.of("image", np.ones((8, 8, 3)))
CONV = Conv.of(np.ones((3, 3, 3, 4)))


def document(*layers, sample=IMAGE):
    return Document(sample, Network(layers or (CONV,)))


@pytest.mark.parametrize("kind", building.NEW_LAYERS)
def test_every_kind_but_the_dense_one_can_work_behind_a_convolution(kind):
    added = building.add_layer(document(), 0, kind)
    assert (added.output_shape(len(added.layers) - 1) is None) == (kind == "Dense")


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", building.NEW_LAYERS)
def test_every_kind_is_made_for_the_rank_of_the_input(kind, rank):
    spatial = (6,) * rank
    start = document(Activation(), sample=Sample.of("", np.ones((*spatial, 2))))
    added = building.add_layer(building.add_layer(start, 0, "Flatten") if kind == "Dense" else start, 0, kind)
    if kind == "Dense":
        added = building.move_layer(added, 1, 2)
        added = building.fit_layer(added, 2)
    assert added.output_shape(len(added.layers) - 1) is not None


def test_a_separable_convolution_is_a_depthwise_one_without_bias_and_a_1x1_one():
    start = document(Activation(), sample=Sample.of("", np.ones((8, 8, 32))))
    added = building.add_layer(start, 0, "Separable convolution")
    assert [layer.parameters for layer in added.layers[1:]] == [32 * 9, 32 * 8 + 8]


def test_a_new_layer_draws_its_weights_as_keras_does_for_a_new_layer():
    weights = building.glorot((3, 3, 64, 64), 1)
    reach = np.sqrt(6 / (9 * 128))
    assert np.abs(weights).max() <= reach
    assert abs(float(weights.std()) / (reach / np.sqrt(3)) - 1) < 0.02


def test_a_layer_beyond_the_limit_is_refused():
    full = document(*[Activation()] * 64)
    with pytest.raises(ValueError, match="at most 64 layers"):
        building.add_layer(full, 0, "Activation")


def test_the_only_layer_cannot_be_removed():
    with pytest.raises(ValueError, match="A network needs at least one layer"):
        building.remove_layer(document(), 0)


def test_removing_a_layer_leaves_the_others():
    start = document(CONV, Activation(), Flatten())
    assert building.remove_layer(start, 1).layers == (CONV, Flatten())


@pytest.mark.parametrize(("layer", "to", "order"), [(0, 2, "bca"), (2, 0, "cab"), (1, 1, "abc"), (0, -1, "abc")])
def test_a_layer_moves_to_another_place(layer, to, order):
    kinds = {"a": CONV, "b": Activation(), "c": Flatten()}
    moved = building.move_layer(document(*kinds.values()), layer, to)
    assert moved.layers == tuple(kinds[letter] for letter in order)


def test_a_copy_is_fitted_to_what_it_reads():
    assert building.duplicate_layer(document(), 0).layers[1].channels == 4


def test_a_layer_switched_off_and_on_again_is_the_same():
    start = document()
    off = building.switch_layer(start, 0, False)
    assert not off.layers[0].is_on
    assert building.switch_layer(off, 0, True) == start


@pytest.mark.parametrize(
    ("layers", "misfit"),
    [
        ((CONV, BatchNorm.of(3)), 1),
        ((CONV, Flatten(), Dense.of(np.ones((9, 2)))), 2),
        ((CONV, Pool(size=(2,))), 1),
        ((CONV, Dense.of(np.ones((9, 2)))), None),
        ((CONV, Pool(size=(9, 9))), None),
    ],
)
def test_the_first_layer_that_can_be_fitted_is_found(layers, misfit):
    assert building.misfit(document(*layers)) == misfit


def test_fitting_keeps_the_weights_that_still_have_a_place():
    start = document(CONV, GlobalPool(), Dense.of(np.arange(6).reshape(3, 2)))
    fit = building.fit_layer(start, 2).layers[2]
    assert fit.weights.tolist() == [[0, 1], [2, 3], [4, 5], [0, 0]]


def test_the_view_goes_to_a_new_layer():
    start = document(CONV, Activation())
    added = building.add_layer(start, 1, "Flatten")
    assert building.adding(1)(added, fitted(added, ViewState())).layer == 2


def test_another_sample_fits_the_first_layer_and_the_rank_of_all():
    start = document(CONV, Pool(), Conv.of(np.ones((3, 3, 4, 2))))
    sequence = set_sample(start, Sample.of("steps", np.ones((30, 1))))
    assert [layer.rank for layer in sequence.layers] == [1, 1, 1]
    assert sequence.output_shape(2) == (12, 2)


def test_a_layer_that_is_off_is_no_misfit():
    assert building.misfit(document(replace(CONV, is_on=False), BatchNorm.of(3))) is None
