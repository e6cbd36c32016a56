"""Kernels made by a formula: sums, symmetries, ranks and what SciPy makes of the same rule."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import ndimage, signal, special

from convstudio.files.resources import load_detectors
from convstudio.model.values.detectors import find_detector
from convstudio.ops import kernels

SIZES = st.integers(1, 2).flatmap(lambda rank: st.tuples(*[st.integers(1, 11)] * rank))
IMAGES = st.tuples(st.integers(1, 11), st.integers(1, 11))
WIDTHS = st.floats(0.3, 5)


def detector(name):
    return find_detector(load_detectors(), name).kernel


def impulse(side):
    image = np.zeros((side, side))
    image[side // 2, side // 2] = 1
    return image


BLURS = {
    "box": lambda size, width: kernels.box(size),
    "binomial": lambda size, width: kernels.binomial(size),
    "gaussian": kernels.gaussian,
}
FLAT_BLIND = {
    "laplacian of gaussian": kernels.laplacian_of_gaussian,
    "difference of gaussians": lambda size, width: kernels.difference_of_gaussians(size, width, 1.6),
    "ricker": kernels.ricker,
}


@pytest.mark.parametrize("make", BLURS.values(), ids=BLURS)
@given(size=SIZES, width=WIDTHS)
def test_a_blur_keeps_the_value_of_a_flat_area_and_is_never_negative(make, size, width):
    weights = make(size, width)
    assert weights.shape == tuple(size)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("make", FLAT_BLIND.values(), ids=FLAT_BLIND)
@given(size=SIZES, width=WIDTHS)
def test_a_difference_makes_0_of_a_flat_area(make, size, width):
    weights = make(size, width)
    assert weights.shape == tuple(size)
    assert weights.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("make", (BLURS | FLAT_BLIND).values(), ids=BLURS | FLAT_BLIND)
@given(size=SIZES, width=WIDTHS)
def test_a_kernel_of_the_distance_is_its_own_mirror_image(make, size, width):
    weights = make(size, width)
    np.testing.assert_allclose(weights, np.flip(weights), atol=1e-12)


@pytest.mark.parametrize("make", BLURS.values(), ids=BLURS)
def test_a_blur_is_separable(make):
    assert np.linalg.matrix_rank(make((7, 5), 1.2)) == 1


@given(half=st.integers(1, 8), sigma=WIDTHS)
def test_a_gaussian_is_that_of_scipy(half, sigma):
    side = 2 * half + 1
    theirs = ndimage.gaussian_filter(impulse(side), sigma, radius=half, mode="constant")
    np.testing.assert_allclose(kernels.gaussian((side, side), sigma), theirs, atol=1e-12)


@given(half=st.integers(1, 8), sigma=WIDTHS)
def test_a_laplacian_of_gaussian_is_that_of_scipy_without_its_mean(half, sigma):
    side = 2 * half + 1
    theirs = ndimage.gaussian_laplace(impulse(side), sigma, radius=half, mode="constant")
    apart = kernels.laplacian_of_gaussian((side, side), sigma) - theirs
    np.testing.assert_allclose(apart, -theirs.mean(), atol=1e-9)


def test_a_laplacian_of_gaussian_is_dark_in_the_middle_of_a_bright_ring():
    weights = kernels.laplacian_of_gaussian((9, 9), 1.4)
    assert weights[4, 4] == weights.min() < 0 < weights[4, 7]


def test_a_difference_of_gaussians_is_bright_in_the_middle():
    weights = kernels.difference_of_gaussians((9, 9), 1, 1.6)
    assert weights[4, 4] == weights.max() > 0 > weights[4, 7]


def test_a_ricker_wavelet_of_a_sequence_is_the_formula_of_the_books():
    t = np.arange(101) - 50
    theirs = 2 / (math.sqrt(3 * 4) * math.pi**0.25) * (1 - t**2 / 16) * np.exp(-(t**2) / 32)
    np.testing.assert_allclose(kernels.ricker((101,), 4), theirs, atol=1e-9)


@given(length=st.integers(1, 15))
def test_a_binomial_kernel_has_the_coefficients_of_scipy(length):
    theirs = special.binom(length - 1, np.arange(length)) / 2 ** (length - 1)
    np.testing.assert_allclose(kernels.binomial((length,)), theirs)


@given(size=IMAGES, radius=st.floats(0.2, 7))
@example(size=(9, 9), radius=2.759)  # Python and NumPy round its square differently
def test_the_cells_of_a_disk_add_up_to_the_part_of_it_that_the_kernel_holds(size, radius):
    rows, columns = size
    weights = kernels.disk(size, radius)
    assert weights.shape == size
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(weights, np.flip(weights), atol=1e-12)
    if radius >= math.hypot(rows, columns) / 2:
        np.testing.assert_allclose(weights, kernels.box(size))


def test_a_cell_of_a_disk_weighs_as_much_as_points_in_it_are_inside():
    fine = (np.arange(-350, 350) + 0.5) / 100
    inside = np.hypot(*np.meshgrid(fine, fine)) <= 2.3
    counted = inside.reshape(7, 100, 7, 100).sum(axis=(1, 3)) / inside.sum()
    np.testing.assert_allclose(kernels.disk((7, 7), 2.3), counted, atol=2e-4)


@given(size=IMAGES, length=st.floats(0.5, 11), turn=st.floats(0, 180))
def test_a_motion_blur_keeps_a_flat_area_and_looks_the_same_upside_down(size, length, turn):
    weights = kernels.motion(size, length, math.radians(turn))
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-9) or not weights.any()
    np.testing.assert_allclose(weights, np.flip(weights), atol=1e-9)


def test_a_motion_of_45_degrees_goes_down_to_the_right():
    weights = kernels.motion((5, 5), 5, math.radians(45))
    assert weights[0, 0] > 0 == weights[0, 4]


@given(alpha=st.floats(0, 1))
def test_a_laplacian_makes_of_a_parabola_its_curvature(alpha):
    down, right = np.mgrid[:5, :5]
    curved = signal.correlate2d(down**2 + right**2, kernels.laplacian(alpha), "valid")
    np.testing.assert_allclose(curved, 4)


@pytest.mark.parametrize("make", [kernels.sobel, kernels.scharr])
@given(size=st.tuples(st.integers(3, 9), st.integers(3, 9)), orders=st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_a_derivative_kernel_answers_to_its_own_power_alone(make, size, orders):
    weights = make(size, orders)
    places = [np.arange(length) - (length - 1) / 2 for length in size]
    for powers in np.ndindex(3, 3):
        moment = np.sum(
            weights * np.multiply.outer(*(place**power for place, power in zip(places, powers, strict=True)))
        )
        if any(power < order for power, order in zip(powers, orders, strict=True)):
            assert moment == pytest.approx(0, abs=1e-6)
        elif powers == orders:
            assert moment > 0


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (kernels.sobel((3, 3), (0, 1)), "sobel-x"),
        (kernels.sobel((3, 3), (1, 0)), "sobel-y"),
        (kernels.scharr((3, 3), (0, 1)), "scharr-x"),
        (kernels.scharr((3, 3), (1, 0)), "scharr-y"),
        (kernels.compass("Kirsch", 0), "kirsch-north"),
        (kernels.compass("Kirsch", 2), "kirsch-east"),
        (kernels.compass("Prewitt", 2), "prewitt-compass-east"),
        (kernels.compass("Robinson", 1), "robinson-north-east"),
        (kernels.laplacian(0), "laplacian-4"),
        (kernels.box((3, 3)), "box-blur-3"),
        (kernels.box((5, 5)), "box-blur-5"),
        (kernels.binomial((3, 3)), "gaussian-3"),
        (kernels.binomial((5, 5)), "gaussian-5"),
        (kernels.box((3,)), "moving-average-3"),
        (kernels.binomial((5,)), "binomial-5"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_makes_the_detector_that_is_known_by_it(made, name):
    known = detector(name)
    scale = np.abs(known).sum() / np.abs(made).sum()
    np.testing.assert_allclose(made * scale, known, rtol=1e-6)


@pytest.mark.parametrize("name", kernels.COMPASS_KERNELS)
def test_eight_turns_of_a_compass_kernel_are_a_whole_one(name):
    turned = [kernels.compass(name, turns) for turns in range(9)]
    np.testing.assert_array_equal(turned[8], turned[0])
    np.testing.assert_array_equal(turned[2], np.rot90(turned[0], -1))
    assert all(weights.sum() == 0 for weights in turned)


def test_random_weights_are_drawn_again_from_the_same_seed():
    np.testing.assert_array_equal(kernels.random_normal((5, 5), 0.1, 7), kernels.random_normal((5, 5), 0.1, 7))


REFUSED = [
    (lambda: kernels.box((0, 3)), "a kernel of 0 rows"),
    (lambda: kernels.gaussian((3, 3), 0), "sigma of 0"),
    (lambda: kernels.gaussian((3, 3), math.nan), "sigma of nan"),
    (lambda: kernels.difference_of_gaussians((3, 3), 1, 1), "ratio of 1"),
    (lambda: kernels.ricker((3,), -1), "width of -1"),
    (lambda: kernels.disk((3, 3), 0), "radius of 0"),
    (lambda: kernels.motion((3, 3), 0, 0), "length of 0"),
    (lambda: kernels.laplacian(2), "alpha of 2"),
    (lambda: kernels.sobel((3, 3), (0, 3)), "order 3"),
    (lambda: kernels.scharr((2, 3), (0, 1)), "not 2"),
    (lambda: kernels.random_normal((3, 3), 0, 1), "deviation of 0"),
]


@pytest.mark.parametrize(("make", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_a_number_that_makes_no_kernel_is_refused_by_its_name(make, says):
    with pytest.raises(ValueError, match=says):
        make()
