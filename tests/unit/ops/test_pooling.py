import numpy as np
import pytest

from convstudio.ops import ShapeError, global_pool, global_pool_gradient, pool, pool_gradient

pytestmark = pytest.mark.usefixtures("engine")

SQUARE = np.arange(16, dtype=np.float32).reshape(4, 4, 1)


def test_a_window_keeps_its_largest_value():
    assert pool(SQUARE, "max", (2, 2))[..., 0].tolist() == [[5, 7], [13, 15]]


def test_a_window_keeps_its_mean():
    assert pool(SQUARE, "average", (2, 2))[..., 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]


def test_padding_never_wins_a_maximum():
    assert pool(-SQUARE - 1, "max", (3, 3), padding="same", stride=3)[0, 0, 0] == -1


def test_padding_is_left_out_of_a_mean():
    assert pool(np.ones((3, 3, 1)), "average", (3, 3), stride=1, padding="same")[..., 0].tolist() == [[1] * 3] * 3


def test_nan_in_a_window_makes_it_nan():
    x = np.array([[1.0], [np.nan], [3.0], [4.0]])
    assert np.isnan(pool(x, "max", (2,))[:, 0]).tolist() == [True, False]


def test_the_first_of_a_tie_wins_the_gradient_in_reading_order():
    x = np.array([[0, 5, 0], [5, 0, 5], [0, 0, 0]], float)[..., None]
    grad = pool_gradient(x, np.ones((1, 1, 1)), "max", (3, 3))
    assert grad[..., 0].tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_minus_infinity_wins_over_padding():
    x = np.full((2, 1), -np.inf)
    assert pool_gradient(x, np.ones((2, 1)), "max", (3,), stride=1, padding="same")[:, 0].tolist() == [2, 0]


def test_a_mean_shares_its_gradient():
    grad = pool_gradient(np.ones((3, 1)), [[3.0], [3.0]], "average", (2,), stride=1)
    assert grad[:, 0].tolist() == [1.5, 3.0, 1.5]


def test_a_global_pooling_leaves_the_channels():
    assert global_pool(SQUARE, "max", 2).tolist() == [15]
    assert global_pool(np.stack([SQUARE, SQUARE]), "average", 2).tolist() == [[7.5], [7.5]]


def test_a_global_maximum_gives_its_gradient_to_the_first():
    assert global_pool_gradient([[1.0], [2.0], [2.0]], [3.0], "max", 1)[:, 0].tolist() == [0, 3, 0]


@pytest.mark.parametrize("kind", ["max", "average"])
def test_the_float_type_is_kept(kind):
    assert pool(SQUARE, kind, (2, 2)).dtype == global_pool(SQUARE, kind, 2).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: pool(SQUARE, "median", (2, 2)), 'pooling "median" is not known; use one of max, average'),
        (lambda: global_pool(SQUARE, "sum", 2), 'pooling "sum" is not known; use one of max, average'),
        (
            lambda: pool(SQUARE, "max", (5, 5)),
            "the window 5×5 is larger than the padded input 4×4 along its rows and columns; "
            "use a smaller window, less dilation, or more padding",
        ),
        (
            lambda: pool(SQUARE, "max", (70_000, 2), padding="full"),
            "a window 70000×2 is wider than the 65,536 cells allowed; use a smaller window, or global pooling",
        ),
        (
            lambda: pool(SQUARE, "max", (2, 2), padding=2),
            "window 1 of 4 covers only padding: it reads cells -1 to 0 in steps of 1, "
            "and the input has cells 1 to 4; use less padding, or a larger window",
        ),
        (
            lambda: pool(SQUARE, "max", (2, 2, 2)),
            "a window 2×2×2 does not slide over the input 4×4×1; "
            "use a window of 1 to 3 axes and an input with one axis more, for channels",
        ),
        (lambda: pool(SQUARE, "max", (2, 2), stride=0), "stride 0 is too small; use 1 or more"),
        (
            lambda: global_pool(np.ones((0, 1)), "max", 1),
            "the input 0×1 has no cells; every axis needs at least 1",
        ),
        (
            lambda: global_pool(SQUARE, "max", 3),
            "the input 4×4×1 has no 3 spatial axes and one for channels; use a rank from 1 to 3 that the input has",
        ),
        (
            lambda: pool_gradient(SQUARE, np.ones((3, 3, 1)), "max", (2, 2)),
            "grad_y has shape 3×3×1 but the output has 2×2×1; give one value per output",
        ),
    ],
)
def test_a_wrong_argument_is_named_with_what_to_change(call, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # the whole sentence is compared below
        call()
    assert str(caught.value) == sentence


def test_a_window_that_does_not_fit_is_a_shape_error():
    with pytest.raises(ShapeError):
        pool(SQUARE, "max", (5, 5))


@pytest.mark.parametrize("shape", [(2, 7, 7, 5), (90, 91, 3), (90, 91, 1)])
def test_the_largest_of_few_cells_and_of_many_is_found(shape):
    x = np.random.default_rng(3).standard_normal(shape).astype(np.float32)
    x[..., 5, 6, 0] = np.nan
    np.testing.assert_array_equal(global_pool(x, "max", 2), x.max(axis=(-3, -2)))
