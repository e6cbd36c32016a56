import numpy as np
import pytest

from convstudio.ops import ShapeError, batch_norm, dense, dropout, flatten, spatial_dropout

X = np.arange(24, dtype=np.float32).reshape(2, 2, 3, 2)


def test_batch_normalisation_follows_its_formula():
    ours = batch_norm(X, [1, 2], [4, 9], [3, 1], [0.5, 0])
    np.testing.assert_allclose(ours[..., 0], (X[..., 0] - 1) / np.sqrt(4.001) * 3 + 0.5, rtol=1e-6)
    np.testing.assert_allclose(ours[..., 1], (X[..., 1] - 2) / np.sqrt(9.001), rtol=1e-6)
    assert ours.dtype == np.float32


def test_dropout_keeps_the_mean_and_silences_its_share():
    kept = dropout(np.ones(100_000), 0.25, seed=7)
    assert set(kept.tolist()) == {0, 4 / 3}
    assert abs(kept.mean() - 1) < 0.01


def test_the_same_seed_silences_the_same_places():
    assert (dropout(X, 0.5, seed=3) == dropout(X, 0.5, seed=3)).all()


def test_a_rate_of_one_silences_everything():
    assert not dropout(X, 1, seed=3).any()


def test_spatial_dropout_silences_whole_channels_of_each_sample():
    kept = spatial_dropout(np.ones((50, 3, 3, 4)), 0.5, seed=3, rank=2).reshape(50, 9, 4)
    assert (kept == kept[:, :1]).all()
    assert set(kept.ravel().tolist()) == {0, 2}


def test_flatten_lines_up_rows_then_columns_then_channels():
    assert flatten(X, 2).tolist() == [list(range(12)), list(range(12, 24))]


def test_a_dense_layer_is_a_matrix_product():
    assert dense([[1, 2]], [[1, 0, 1], [0, 1, 1]], [0, 0, 1]).tolist() == [[1, 2, 4]]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: batch_norm(X, [1], [1, 1]),
            "mean has shape 1 but the input has 2×2×3×2; give one number per channel",
        ),
        (lambda: batch_norm(X, [1, 1], [1, 1], epsilon=-1), "epsilon -1 is too small; use 0 or more"),
        (lambda: dropout(X, 1.5, seed=1), "rate 1.5 is not between 0 and 1; use a number from 0 to 1"),
        (
            lambda: flatten(X, 4),
            "the input 2×2×3×2 has no 4 spatial axes and one for channels; use a rank from 0 to 3 that the input has",
        ),
        (
            lambda: dense([1, 2], [[1, 2]]),
            "weights of shape 1×2 do not fit an input of shape 2; use inputs × units, with one row per input value",
        ),
        (
            lambda: dense([1], [[1, 2]], [1]),
            "a bias of shape 1 does not fit 2 filters; use one number per filter",
        ),
    ],
)
def test_a_wrong_argument_is_named_with_what_to_change(call, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # the whole sentence is compared below
        call()
    assert str(caught.value) == sentence


def test_shapes_that_do_not_fit_are_a_shape_error():
    with pytest.raises(ShapeError):
        dense([1, 2], [[1, 2]])
