"""Kernels made by a formula, for any kernel size `(columns,)` or `(rows, columns)`; all are float64.

Places are counted in cells from the middle of the kernel, rows downwards and columns to the right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from convstudio.ops.padding import Array

_WAVES_IN_SIGHT = 0.56


def gabor(
    size: Sequence[int], wavelength: float, orientation: float, *, phase: float = 0.0, aspect: float = 0.5
) -> Array:
    """Make a wave under a Gaussian: it answers to stripes of one width in one direction, and not to flat areas.

    `size` is `(rows, columns)`; `wavelength`, in cells, that of the wave; `orientation`, in radians, its direction of
    travel, 0 along the columns (so that it answers to vertical stripes) and on clockwise; `phase`, in radians, is 0 for
    a bright middle and π/2 for an edge; `aspect` is the Gaussian's width along the wave divided by that along its
    crests. Returns `exp(−(u² + aspect²·v²) / 2σ²) · cos(2π·u / wavelength + phase)` with `u`, `v` the turned places
    counted from the middle and `σ = 0.56·wavelength` (a bandwidth of one octave); the mean is taken off, and |weights|
    add up to 1.

    Raises ValueError for a size below 1 and for a wavelength below 2, which cells cannot show.

    Source: J. G. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and orientation optimized
    by two-dimensional visual cortical filters", 1985, https://doi.org/10.1364/JOSAA.2.001160; bandwidth after
    N. Petkov, "Biologically motivated computationally intensive approaches to image pattern recognition", 1995,
    https://doi.org/10.1016/0167-739X(95)00015-K.

    >>> abs(float(gabor((7, 7), 4, 0.0).sum())) < 1e-12
    True
    """
    if not wavelength >= 2:
        raise ValueError(f"a wave of {wavelength} cells is too short to be shown by cells; use 2 or more")
    down, right = _places(size)
    along = right * math.cos(orientation) + down * math.sin(orientation)
    across = down * math.cos(orientation) - right * math.sin(orientation)
    reach = 2 * (_WAVES_IN_SIGHT * wavelength) ** 2
    wave = np.exp(-(along**2 + (aspect * across) ** 2) / reach) * np.cos(2 * math.pi * along / wavelength + phase)
    balanced: Array = wave - wave.mean()
    total = float(np.abs(balanced).sum())
    return balanced / total if total else balanced


def box(size: Sequence[int]) -> Array:
    """Make the mean of all cells: every weight is 1 ÷ their number.

    Raises ValueError for a size below 1, as all functions here do.
    """
    return _with_sum_1(np.ones(_checked(size)))


def binomial(size: Sequence[int]) -> Array:
    """Make the products of binomial coefficients along each axis, which add up to 1: a Gaussian in whole numbers.

    >>> (16 * binomial((3, 3))).tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """
    return _with_sum_1(_product([_repeated((1, 1), length - 1) for length in _checked(size)]))


def gaussian(size: Sequence[int], sigma: float) -> Array:
    """Make `exp(−r² / 2σ²)` of the distance r from the middle; the weights add up to 1.

    Raises ValueError for a `sigma`, in cells, that is not above 0.

    >>> gaussian((3,), 1).round(3).tolist()
    [0.274, 0.452, 0.274]
    """
    return _with_sum_1(np.exp(-_squared_distance(size) / (2 * _positive(sigma, "sigma") ** 2)))


def laplacian_of_gaussian(size: Sequence[int], sigma: float) -> Array:
    """Make the sum of the second derivatives of a Gaussian, `(r² − n·σ²) / σ⁴` times its weights, for n axes.

    The mean is taken off, so that a flat area gives 0 however small the kernel is. Raises ValueError as `gaussian`.

    Source: D. Marr and E. Hildreth, "Theory of edge detection", 1980, https://doi.org/10.1098/rspb.1980.0020.
    """
    weights = gaussian(size, sigma)
    return _without_mean(weights * (_squared_distance(size) - weights.ndim * sigma**2) / sigma**4)


def difference_of_gaussians(size: Sequence[int], sigma: float, ratio: float) -> Array:
    """Make a Gaussian minus one that is `ratio` times as wide: a bright spot on a dark surround; the sum is 0.

    Raises ValueError as `gaussian`, and for a `ratio` that is not above 1.

    Source: D. Marr and E. Hildreth, as for `laplacian_of_gaussian`, which a ratio of 1.6 comes near.
    """
    if not ratio > 1:
        raise ValueError(f"a ratio of {ratio} leaves no surround; use one above 1")
    return gaussian(size, sigma) - gaussian(size, sigma * ratio)


def ricker(size: Sequence[int], width: float) -> Array:
    """Make the Ricker wavelet, or Mexican hat: `(1 − r² / (n·a²)) · exp(−r² / 2a²)` for n axes and the width a.

    The mean is taken off, and the squares of the weights add up to 1. Raises ValueError for a `width` that is not
    above 0.

    Source: N. Ricker, "Wavelet contraction, wavelet expansion, and the control of seismic resolution", 1953,
    https://doi.org/10.1190/1.1437927.
    """
    squared, axes = _squared_distance(size), len(size)
    reach = _positive(width, "width") ** 2
    wave = _without_mean((1 - squared / (axes * reach)) * np.exp(-squared / (2 * reach)))
    energy = float(np.sqrt(np.sum(wave**2)))
    return wave / energy if energy else wave


def disk(size: Sequence[int], radius: float) -> Array:
    """Make the mean over a disk: each weight is the exact area of the cell inside it; they add up to 1.

    Raises ValueError for a `radius`, in cells, that is not above 0.

    >>> disk((3, 3), 0.5).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    down, right = _places(size)
    inside = sum(
        side * other * _corner_area(right + side / 2, down + other / 2, _positive(radius, "radius"))
        for side in (-1, 1)
        for other in (-1, 1)
    )
    return _with_sum_1(np.maximum(inside, 0))


def motion(size: Sequence[int], length: float, angle: float) -> Array:
    """Make the mean along a line of `length` cells, as a camera that moves sees it; the weights add up to 1.

    `angle`, in radians, is 0 along the columns and goes on clockwise. A cell weighs 1 − its distance from the line, at
    least 0. Raises ValueError for a `length` that is not above 0.

    >>> motion((3, 3), 3, 0).round(3).tolist()[1]
    [0.333, 0.333, 0.333]
    """
    down, right = _places(size)
    along = right * math.cos(angle) + down * math.sin(angle)
    across = down * math.cos(angle) - right * math.sin(angle)
    beyond = np.maximum(np.abs(along) - (_positive(length, "length") - 1) / 2, 0)
    return _with_sum_1(np.maximum(1 - np.hypot(across, beyond), 0))


def laplacian(alpha: float) -> Array:
    """Make a 3×3 Laplacian: 0 weighs the four neighbours alone, 1 the corners as much as needed to see no direction.

    The sum is 0. Raises ValueError for an `alpha` outside 0 to 1.

    >>> laplacian(0).tolist()
    [[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"an alpha of {alpha} does not blend the two Laplacians; use 0 to 1")
    corner, side = alpha / (alpha + 1), (1 - alpha) / (alpha + 1)
    return np.array([[corner, side, corner], [side, -4 / (alpha + 1), side], [corner, side, corner]])


def sobel(size: Sequence[int], orders: Sequence[int]) -> Array:
    """Make a derivative of a Sobel kernel of any size: differences along an axis as often as its order says, else sums.

    `orders` has one number for each axis, at most the size less 1. The weights are whole numbers, as OpenCV's.
    Raises ValueError for an order that the size does not hold.

    Source: I. Sobel, "An isotropic 3×3 image gradient operator", 1968, and its larger sizes in OpenCV's `Sobel`.

    >>> sobel((3, 3), (0, 1)).tolist()
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    """
    return _derivative(size, orders, lambda length: _repeated((1, 1), length - 1))


def scharr(size: Sequence[int], orders: Sequence[int]) -> Array:
    """Make what `sobel` makes with 3, 10, 3 in the place of 1, 2, 1, which sees all directions more alike.

    Sizes above 3 smooth further by 1, 1. Raises ValueError as `sobel`, and for a size below 3.

    Source: H. Scharr, "Optimale Operatoren in der Digitalen Bildverarbeitung", 2000,
    https://doi.org/10.11588/heidok.00000962.

    >>> scharr((3, 3), (0, 1)).tolist()
    [[-3.0, 0.0, 3.0], [-10.0, 0.0, 10.0], [-3.0, 0.0, 3.0]]
    """
    if min(_checked(size)) < 3:
        raise ValueError(f"a Scharr kernel has 3 rows and columns or more, not {min(size)}; use a larger kernel size")
    return _derivative(size, orders, lambda length: np.convolve((3.0, 10.0, 3.0), _repeated((1, 1), length - 3)))


_RINGS = {
    "Kirsch": (5, 5, 5, -3, -3, -3, -3, -3),
    "Prewitt": (1, 1, 1, 1, -1, -1, -1, 1),
    "Robinson": (1, 2, 1, 0, -1, -2, -1, 0),
}
"""The weights around the middle of a compass kernel that points north, clockwise from the top left."""
COMPASS_KERNELS = tuple(_RINGS)
_RING = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))


def compass(name: str, turns: int) -> Array:
    """Make one of `COMPASS_KERNELS`, 3×3, turned clockwise by `turns` times 45°: 0 responds where the top is brighter.

    Raises KeyError for another name.

    Source: R. Kirsch, "Computer determination of the constituent structure of biological images", 1971,
    https://doi.org/10.1016/0010-4809(71)90034-6; G. Robinson, "Edge detection by compass gradient masks", 1977,
    https://doi.org/10.1016/S0146-664X(77)80024-5.

    >>> compass("Robinson", 2).tolist()
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    """
    weights = np.zeros((3, 3))
    weights[1, 1] = -2 if name == "Prewitt" else 0
    for place, weight in zip(_RING, np.roll(_RINGS[name], turns), strict=True):
        weights[place] = weight
    return weights


def random_normal(size: Sequence[int], deviation: float, seed: int) -> Array:
    """Draw every weight from a normal distribution around 0; the same seed draws the same weights.

    Raises ValueError for a `deviation` that is not above 0.
    """
    return np.random.default_rng(seed).normal(0, _positive(deviation, "deviation"), _checked(size))


# --- shared -------------------------------------------------------------------------------------------------------


def _checked(size: Sequence[int]) -> tuple[int, ...]:
    for length in size:
        if length < 1:
            raise ValueError(f"a kernel of {length} rows or columns has no weights; use 1 or more")
    return tuple(size)


def _positive(number: float, name: str) -> float:
    if not number > 0:
        raise ValueError(f"a {name} of {number} leaves no weights; use one above 0")
    return number


def _places(size: Sequence[int]) -> list[Array]:
    """Return the places along each axis, of shapes that broadcast to the kernel's."""
    return list(np.ix_(*(np.arange(length) - (length - 1) / 2 for length in _checked(size))))


def _squared_distance(size: Sequence[int]) -> Array:
    squared: Array = sum(place**2 for place in _places(size))  # type: ignore[assignment]  # not 0: there is an axis
    return squared


def _with_sum_1(weights: Array) -> Array:
    total = float(weights.sum())
    return weights / total if total else weights


def _without_mean(weights: Array) -> Array:
    balanced: Array = weights - weights.mean()
    return balanced


def _repeated(pair: tuple[int, int], times: int) -> Array:
    """Convolve a pair of weights with itself: `(1, 1)` gives binomial coefficients, `(−1, 1)` those of differences."""
    weights = np.ones(1)
    for _ in range(times):
        weights = np.convolve(weights, pair)
    return weights


def _product(factors: Sequence[Array]) -> Array:
    weights = np.ones(())
    for factor in factors:
        weights = np.multiply.outer(weights, factor)
    return weights


def _derivative(size: Sequence[int], orders: Sequence[int], smooth: Callable[[int], Array]) -> Array:
    for length, order in zip(_checked(size), orders, strict=True):
        if not 0 <= order < length:
            raise ValueError(f"{length} weights hold no derivative of order {order}; use an order of 0 to {length - 1}")
    return _product(
        [
            np.convolve(_repeated((1, 1), length - 1 - order), _repeated((-1, 1), order)) if order else smooth(length)
            for length, order in zip(size, orders, strict=True)
        ]
    )


def _corner_area(right: Array, down: Array, radius: float) -> Array:
    """Return the area of the disk between its middle and a corner, negative where one of the two places is.

    It is ∫ min(y, √(r² − t²)) dt for t from 0 to x: up to the place where the circle is y high, the rectangle counts.
    """
    x, y = np.minimum(np.abs(right), radius), np.minimum(np.abs(down), radius)
    flat = np.minimum(_height_of_circle(y, radius), x)
    area = y * flat + _under_circle(x, radius) - _under_circle(flat, radius)
    signed: Array = np.sign(right) * np.sign(down) * area
    return signed


def _under_circle(x: Array, radius: float) -> Array:
    """Return ∫ √(r² − t²) dt for t from 0 to x."""
    under: Array = (x * _height_of_circle(x, radius) + radius**2 * np.arcsin(np.minimum(x / radius, 1))) / 2
    return under


def _height_of_circle(x: Array, radius: float) -> Array:
    """Return √(r² − x²); Python and NumPy round the square of one number differently, so it may be below 0."""
    height: Array = np.sqrt(np.maximum(radius**2 - x**2, 0))
    return height
