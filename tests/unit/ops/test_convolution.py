import numpy as np
import pytest
from scipy import ndimage, signal

from convstudio.ops import ShapeError, conv, conv_reference

pytestmark = pytest.mark.usefixtures("engine")

SEQUENCE = np.array([0, 0, 0, 1, 1, 0, 0, 0]).reshape(8, 1)
BUMP = np.array([0, 1, 0]).reshape(3, 1, 1)
LINES = np.tile(SEQUENCE, (8, 1, 1)).reshape(8, 8, 1)
VERTICAL_LINE = np.tile(BUMP, (3, 1, 1, 1))


def test_the_tutorials_sequence_finds_its_bump():
    assert conv(SEQUENCE, BUMP)[:, 0].tolist() == [0, 0, 1, 1, 0, 0]


def test_the_tutorials_image_finds_its_vertical_line():
    assert conv(LINES, VERTICAL_LINE)[..., 0].tolist() == [[0, 0, 3, 3, 0, 0]] * 6


def test_an_image_correlates_as_scipy_does():
    x, w = np.random.default_rng(2).random((9, 11)), np.random.default_rng(3).random((3, 4))
    ours = conv(x[..., None], w[..., None, None], padding="full")[..., 0]
    np.testing.assert_allclose(ours, signal.correlate(x, w), rtol=1e-12)


@pytest.mark.parametrize(
    ("mode", "scipys"),
    [
        ("zeros", "constant"),
        ("reflect", "mirror"),
        ("symmetric", "reflect"),
        ("replicate", "nearest"),
        ("circular", "wrap"),
    ],
)
def test_every_padding_mode_is_scipys(mode, scipys):
    x, w = np.random.default_rng(4).random((7, 8)), np.random.default_rng(5).random((3, 5))
    ours = conv(x[..., None], w[..., None, None], padding="same", padding_mode=mode)[..., 0]
    np.testing.assert_allclose(ours, ndimage.correlate(x, w, mode=scipys), rtol=1e-12)


def test_a_true_convolution_turns_the_kernel():
    x, w = np.random.default_rng(6).random((7, 8)), np.random.default_rng(7).random((2, 3))
    ours = conv(x[..., None], w[..., None, None], flip=True)[..., 0]
    np.testing.assert_allclose(ours, signal.convolve(x, w, "valid"), rtol=1e-12)


def test_each_group_of_filters_reads_its_own_channels():
    x = np.array([[1.0, 10.0]])
    assert conv(x, np.array([[[2.0, 3.0]]]), groups=2).tolist() == [[2.0, 30.0]]


@pytest.mark.parametrize(
    ("given", "weights", "result"),
    [
        ("float32", "float32", "float32"),
        ("float64", "float64", "float64"),
        ("float32", "float64", "float64"),
        ("int64", "int8", "float64"),
        ("bool", "bool", "float64"),
        ("float32", "int32", "float64"),
        (">f4", ">f4", "float32"),
        ("float16", "float32", "float32"),
    ],
)
def test_the_float_type_is_the_wider_of_the_two(given, weights, result):
    assert conv(SEQUENCE.astype(given), BUMP.astype(weights), [1]).dtype == np.dtype(result)


def test_infinity_times_zero_is_nan_without_a_warning():
    assert np.isnan(conv([[np.inf]], [[[0.0]]])).all()


def test_an_empty_batch_gives_an_empty_batch():
    assert conv(np.ones((0, 8, 8, 1)), VERTICAL_LINE).shape == (0, 6, 6, 1)


def test_the_arguments_are_left_alone():
    x, w = np.ones((4, 1)), np.ones((3, 1, 1))
    conv(x, w, padding="same", flip=True)[:] = 7
    assert (x == 1).all()
    assert (w == 1).all()


WRONG = [
    (
        {"x": np.ones((8, 8, 4)), "weights": np.ones((3, 3, 3, 2))},
        "weights of shape 3×3×3×2 read a channel axis of length 3, but the input has one of length 4; "
        "make channels per filter × groups equal the input's channels",
    ),
    (
        {"x": np.ones((8, 8, 4)), "weights": np.ones((3, 3, 1, 2))},
        "weights of shape 3×3×1×2 read a channel axis of length 1, but the input has one of length 4; "
        "make channels per filter × groups equal the input's channels",
    ),
    (
        {"x": np.ones((8, 8, 4)), "weights": np.ones((3, 3, 1, 2)), "groups": 2},
        "weights of shape 3×3×1×2 in 2 groups read a channel axis of length 2, but the input has one of length 4; "
        "make channels per filter × groups equal the input's channels",
    ),
    (
        {"x": np.ones((8, 8, 4)), "weights": np.ones((3, 3, 2, 3)), "groups": 2},
        "2 groups need a number of filters divisible by 2, not 3; use fewer groups or other filters",
    ),
    (
        {"x": np.ones((8, 8, 1)), "weights": np.ones((3, 3, 1, 2)), "bias": np.ones(3)},
        "a bias of shape 3 does not fit 2 filters; use one number per filter",
    ),
    (
        {"x": np.ones((8, 8, 1)), "weights": np.ones((3, 3, 1, 2)), "bias": 1.0},
        "a bias of shape () does not fit 2 filters; use one number per filter",
    ),
    (
        {"x": np.ones((8, 8)), "weights": np.ones((3, 3, 1, 2))},
        "the input 8×8 has 2 axes, but weights of shape 3×3×1×2 slide along 2; "
        "give the input 2 spatial axes and one for channels",
    ),
    (
        {"x": np.ones((8, 8, 1)), "weights": np.ones((3, 3))},
        "weights of shape 3×3 have 2 axes; use 3 to 5: 1 to 3 kernel axes, then channels / groups, then filters",
    ),
    (
        {"x": np.ones((8, 8, 0)), "weights": np.ones((3, 3, 0, 2))},
        "weights of shape 3×3×0×2 leave nothing to compute; use at least 1 channel and 1 filter",
    ),
    (
        {"x": np.ones((8, 8, 1)), "weights": np.ones((3, 3, 1, 0))},
        "weights of shape 3×3×1×0 leave nothing to compute; use at least 1 channel and 1 filter",
    ),
    (
        {"x": np.ones((0, 8, 1)), "weights": np.ones((3, 3, 1, 1))},
        "the input 0×8 has no cells; every axis needs at least 1",
    ),
    (
        {"x": np.ones((2, 2, 1)), "weights": np.ones((3, 3, 1, 1))},
        "the kernel 3×3 is larger than the padded input 2×2 along its rows and columns; "
        "use a smaller kernel, less dilation, or more padding",
    ),
    (
        {"x": np.ones((3, 1)), "weights": np.ones((3, 1, 1)), "padding": 3, "padding_mode": "reflect"},
        'reflect padding of 3 cells is more than an axis of 3 can show; use 2 or less, or mode "zeros" or "replicate"',
    ),
    (
        {"x": np.ones((3, 1)), "weights": np.ones((1, 1, 1)), "padding": 10**9},
        "the output 2000000003×1 would hold 2,000,000,003 values, more than the 268,435,456 allowed; "
        "use a smaller input, less padding, a larger stride, or fewer filters",
    ),
    (
        {"x": np.ones((3, 1)), "weights": np.ones((1, 1, 1)), "groups": 0},
        "groups 0 is too small; use 1 or more",
    ),
    (
        {"x": np.ones((3, 1)), "weights": np.ones((1, 1, 1)), "stride": 0},
        "stride 0 is too small; use 1 or more",
    ),
    (
        {"x": np.ones((3, 1), complex), "weights": np.ones((1, 1, 1))},
        "the input must be real numbers, but its type is complex128; use float32, float64 or integers",
    ),
    (
        {"x": np.ones((3, 1)), "weights": np.full((1, 1, 1), "a")},
        "weights must be real numbers, but its type is <U1; use float32, float64 or integers",
    ),
]


@pytest.mark.parametrize("function", [conv, conv_reference])
@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_a_wrong_argument_is_named_with_what_to_change(function, arguments, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # the whole sentence is compared below
        function(**arguments)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in WRONG[:11]])
def test_shapes_that_do_not_fit_are_a_shape_error(arguments):
    with pytest.raises(ShapeError):
        conv(**arguments)


def test_a_number_that_equals_a_remembered_setting_is_refused_where_it_is_not_whole():
    x, weights = np.ones((8, 1)), np.ones((3, 1, 1))
    conv(x, weights, stride=1)
    with pytest.raises(ValueError, match=r"stride 1\.0 is not a whole number"):
        conv(x, weights, stride=1.0)
