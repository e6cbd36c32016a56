"""A batch gives each sample what the layer's own run and gradients give it; what differs while training is said."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.learning import passes
from convstudio.model.learning.passes import Draw, columns_size, layer_pass, measures
from convstudio.model.values.arrays import frozen
from convstudio.ops.native.engine import numpy_only
from tests.specimens import SPECIMENS, kinds_of_layers

DRAW = Draw(1, 2, 0)
EVERY = pytest.mark.parametrize(("layer", "read"), SPECIMENS.values(), ids=SPECIMENS)


def samples_like(read, count=3):
    """Return samples with a few equal values each, so that maxima have ties."""
    return np.round(np.random.default_rng(2).standard_normal((count, *read.shape)), 1).astype(np.float32)


def test_every_kind_of_layer_works_on_batches():
    assert set(passes._PASSES) == kinds_of_layers()


@EVERY
@pytest.mark.parametrize("most", [passes._MOST_COLUMNS, 0], ids=["columns", "tiles"])
def test_every_sample_of_a_batch_is_what_the_layer_makes_of_it_alone(layer, read, most, monkeypatch):
    for limit in ("_MOST_COLUMNS", "_FEW_COLUMNS"):  # of either engine
        monkeypatch.setattr(passes, limit, most)
    values = samples_like(read)
    made = layer_pass(layer, values, 0, None).output
    used = replace(layer, rate=0.0) if isinstance(layer, Dropout) else layer  # after training nothing is silenced
    np.testing.assert_allclose(made, [used.run(frozen(one)) for one in values], rtol=1e-5, atol=1e-5)


@EVERY
@pytest.mark.parametrize("most", [passes._MOST_COLUMNS, 0], ids=["columns", "tiles"])
def test_the_gradients_of_a_batch_are_those_of_its_samples_together(layer, read, most, monkeypatch):
    for limit in ("_MOST_COLUMNS", "_FEW_COLUMNS"):  # of either engine
        monkeypatch.setattr(passes, limit, most)
    if isinstance(layer, Dropout):
        layer = replace(layer, rate=0.0)
    values = samples_like(read)
    made = layer_pass(layer, values, 0, None)
    grad = np.random.default_rng(4).standard_normal(made.output.shape).astype(np.float32)
    inputs, learned = made.back(grad, True)
    alone = [layer.backward(frozen(one), own) for one, own in zip(values, grad, strict=True)]
    np.testing.assert_allclose(inputs, [one.inputs for one in alone], rtol=1e-4, atol=1e-4)
    assert tuple(learned) == layer.learned
    for name, found in learned.items():
        np.testing.assert_allclose(found, sum(one.learned[name] for one in alone), rtol=1e-4, atol=1e-4)


@EVERY
def test_a_layer_that_is_off_passes_everything_on(layer, read):
    values = samples_like(read)
    made = layer_pass(replace(layer, is_on=False), values, 0, DRAW)
    assert made.output is values
    assert made.back(values, True) == (values, {})


@pytest.mark.parametrize("kind", ["max", "average"])
def test_windows_that_leave_cells_over_give_them_no_gradient(kind):
    values = np.random.default_rng(1).standard_normal((2, 5, 5, 3)).astype(np.float32)
    made = layer_pass(Pool(kind), values, 0, None)
    given, _ = made.back(np.ones_like(made.output), True)
    assert made.output.shape == (2, 2, 2, 3)
    assert not given[:, 4].any()
    assert given.sum() == pytest.approx(made.output.size)


def test_a_maximum_gives_the_gradient_to_the_first_of_a_tie():
    given, _ = layer_pass(Pool(), np.ones((1, 2, 2, 1)), 0, None).back(np.ones((1, 1, 1, 1)), True)
    assert given[0, ..., 0].tolist() == [[1, 0], [0, 0]]


def test_dropout_silences_a_share_while_training_and_nothing_afterwards():
    values = np.ones((50, 20), np.float32)
    made = layer_pass(Dropout(0.5, 3), values, 0, DRAW).output
    assert set(np.unique(made)) == {0, 2}
    assert 0.4 < (made == 0).mean() < 0.6
    assert layer_pass(Dropout(0.5, 3), values, 0, None).output is values


def test_dropout_draws_others_at_every_step_and_layer_and_the_same_ones_again():
    values = np.ones((4, 20), np.float32)

    def kept(index, step):
        return layer_pass(Dropout(0.5, 3), values, index, Draw(1, step, 0)).output.tobytes()

    assert len({kept(0, 1), kept(0, 2), kept(1, 1)}) == 3
    assert kept(0, 1) == kept(0, 1)


def test_the_gradient_goes_where_dropout_let_values_through():
    made = layer_pass(Dropout(0.5, 3), np.ones((4, 20), np.float32), 0, DRAW)
    np.testing.assert_array_equal(made.back(np.ones((4, 20), np.float32), True)[0], made.output)


def test_a_dropout_of_everything_leaves_zeros():
    assert not layer_pass(Dropout(1.0), np.ones((2, 3), np.float32), 0, DRAW).output.any()


def test_spatial_dropout_silences_whole_maps_of_each_sample():
    made = layer_pass(SpatialDropout(0.5), np.ones((6, 4, 4, 5), np.float32), 0, DRAW).output
    sums = made.sum(axis=(1, 2))
    assert set(np.unique(sums)) == {0, 32}


def test_batch_normalisation_takes_the_statistics_of_the_batch_and_moves_its_own():
    values = np.random.default_rng(5).normal(3, 2, (16, 4, 4, 2)).astype(np.float32)
    made = layer_pass(BatchNorm.of(2), values, 0, DRAW)
    np.testing.assert_allclose(made.output.mean(axis=(0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(made.measured["mean"], 0.01 * values.mean(axis=(0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(made.measured["variance"], 0.99 + 0.01 * values.var(axis=(0, 1, 2)), rtol=1e-4)


def test_a_locked_batch_normalisation_works_as_after_training():
    locked = replace(BatchNorm.of(2), is_locked=True)
    made = layer_pass(locked, np.full((4, 2), 5, np.float32), 0, DRAW)
    assert made.output[0, 0] == pytest.approx(5, rel=1e-3)
    assert not made.measured
    assert not measures(locked)
    assert measures(BatchNorm.of(2))


def test_the_windows_of_a_convolution_are_what_it_keeps():
    with numpy_only():
        assert columns_size(Conv.of(np.ones((3, 3, 2, 5))), (6, 6, 2)) == 16 * 9 * 2
    assert columns_size(Flatten(), (6, 6, 2)) == 0


@pytest.mark.parametrize(("engine", "limit"), [(object(), "_FEW_COLUMNS"), (None, "_MOST_COLUMNS")])
@pytest.mark.parametrize("fits", [True, False])
def test_a_batch_is_unfolded_up_to_the_limit_of_its_engine(engine, limit, fits, monkeypatch):
    """3 samples of 36 windows of 9 cells in 2 channels; tiles keep no windows, with native kernels nothing is kept."""
    windows = 3 * 36 * 9 * 2
    limits = {"_MOST_COLUMNS": 0, "_FEW_COLUMNS": 0} | {limit: windows if fits else windows - 1}
    chosen = []
    for name, value in limits.items():
        monkeypatch.setattr(passes, name, value)
    for name in ("_conv_of_columns", "_conv_in_tiles"):
        monkeypatch.setattr(passes, name, lambda *_, name=name: chosen.append(name))
    monkeypatch.setattr(passes, "kernels", lambda: engine)
    layer = replace(Conv.of(np.ones((3, 3, 2, 5))), padding="same")
    passes._conv(layer, np.ones((3, 6, 6, 2), np.float32), 0, None)
    assert chosen == ["_conv_of_columns" if fits else "_conv_in_tiles"]
    assert columns_size(layer, (6, 6, 2)) == (0 if engine else windows // 3)
