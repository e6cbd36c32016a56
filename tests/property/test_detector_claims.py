"""What is said of every detector of the library, with the property that it claims."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from convstudio.files.resources import load_detectors
from convstudio.model.panes import kernel_facts
from convstudio.model.values.detectors import Detector
from convstudio.ops import conv

Values = NDArray[np.float64]
DETECTORS = {detector.id: detector for detector in load_detectors()}


def drawn(seed: int, *shape: int) -> Values:
    return np.random.default_rng(seed).normal(size=shape)


def answer(detector: Detector, x: Values, **how: object) -> Values:
    """What a detector makes of `(rows, columns)` or `(steps,)` values."""
    kernel = detector.kernel[..., np.newaxis, np.newaxis].astype(np.float64)
    return np.asarray(conv(np.asarray(x, float)[..., np.newaxis], kernel, **how))[..., 0]


def step(axis: int, side: int = 12) -> Values:
    """Dark, then bright along an axis."""
    x = np.zeros((side, side))
    x[(slice(None),) * axis + (slice(side // 2, None),)] = 1
    return x


def brighter_at(rows: int, columns: int, side: int = 12) -> Values:
    """Bright on the side of a diagonal that lies in a direction."""
    r, c = np.indices((side, side)) - side // 2
    return (r * rows + c * columns > 0).astype(float)


def line(down: int, across: int, side: int = 13) -> Values:
    """A bright line of one pixel through the middle."""
    x, middle = np.zeros((side, side)), side // 2
    for at in range(-middle, middle + 1):
        x[middle + at * down, middle + at * across] = 1
    return x


def dot(side: int = 13, radius: int = 0) -> Values:
    x, middle = np.zeros((side, side)), side // 2
    x[middle - radius : middle + radius + 1, middle - radius : middle + radius + 1] = 1
    return x


FLAT, RAMP = np.ones((12, 12)), np.broadcast_to(np.arange(12.0), (12, 12))
CURVE = np.arange(12.0)
TUTORIAL = np.array([0.0, 0, 0, 1, 1, 0, 0, 0])


def is_flat(detector: Detector, value: float) -> bool:
    x = FLAT if detector.rank == 2 else np.ones(20)
    return bool(np.allclose(answer(detector, x), value, atol=1e-5))


def rises(detector: Detector, x: Values) -> bool:
    """Whether all answers to an edge have one sign, plus, and some are there; nothing on flat areas."""
    made = answer(detector, x)
    return bool(made.min() >= -1e-6 and made.max() > 0 and is_flat(detector, 0))


def edge_of(axis: int) -> Callable[[Detector], bool]:
    """An edge across an axis is answered, and one along it is not."""
    return lambda d: rises(d, step(axis)) and bool(np.allclose(answer(d, step(1 - axis)), 0, atol=1e-5))


def compass(rows: int, columns: int) -> Callable[[Detector], bool]:
    """No edge is answered more strongly than the one that is brighter in this direction, and its opposite is less."""
    ways = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)]

    def holds(d: Detector) -> bool:
        made = {way: float(answer(d, brighter_at(*way)).max()) for way in ways}
        strongest = made[rows, columns]
        return is_flat(d, 0) and strongest == max(made.values()) > made[-rows, -columns]

    return holds


def diagonal(sign: int) -> Callable[[Detector], bool]:
    """Edges along one diagonal are answered, those along the other are not."""

    def holds(d: Detector) -> bool:
        made = [np.abs(answer(d, brighter_at(*way))).max() for way in ((1, 1), (1, -1))]
        return is_flat(d, 0) and (made[0] > made[1]) == (sign > 0)

    return holds


def line_of(down: int, across: int) -> Callable[[Detector], bool]:
    """A line in this direction gives the strongest answer of four, and nothing is answered to flat areas."""
    ways = ((1, 0), (0, 1), (1, 1), (1, -1))
    return lambda d: is_flat(d, 0) and max(ways, key=lambda way: answer(d, line(*way)).max()) == (down, across)


def smooths(d: Detector) -> bool:
    """Flat areas keep their value, and noise gets weaker."""
    noise = drawn(4, *(60,) * d.rank)
    return is_flat(d, 1) and answer(d, noise).std() < 0.9 * noise.std()


def blob(radius: int) -> Callable[[Detector], bool]:
    """Of squares of several sizes one gives the strongest answer in its middle."""

    def holds(d: Detector) -> bool:
        made = [answer(d, dot(21, size)) for size in range(4)]
        middle = made[0].shape[0] // 2
        return is_flat(d, 0) and int(np.argmax([one[middle, middle] for one in made])) == radius

    return holds


def gives(wanted: Callable[[Values], Values]) -> Callable[[Detector], bool]:
    """What it makes is a formula of a random input, without the border."""

    def holds(d: Detector) -> bool:
        x = drawn(9, *(9,) * d.rank)
        return bool(np.allclose(answer(d, x), wanted(x), atol=1e-5))

    return holds


def inner(x: Values, around: int = 1) -> Values:
    return x[(slice(around, -around),) * x.ndim]


def made_by(name: str) -> Callable[[Values], Values]:
    return lambda x: answer(DETECTORS[name], x)


def slope(d: Detector) -> bool:
    return bool(np.allclose(answer(d, 3 * CURVE), 3, atol=1e-4))


def keeps(power: int) -> Callable[[Detector], bool]:
    def holds(d: Detector) -> bool:
        around = d.kernel.size // 2
        return bool(np.allclose(answer(d, CURVE**power), CURVE[around:-around] ** power, rtol=1e-4, atol=1e-3))

    return holds


def crosses_zero(d: Detector) -> bool:
    made = answer(d, step(1))
    return bool(made.min() < 0 < made.max())


def keeps_grey(d: Detector) -> bool:
    return bool(np.allclose(colours(d, (1, 1, 1), (0.3, 0.3, 0.3)), (1, 0.3)))


def of_a_quartic(d: Detector) -> bool:
    """The slope of x⁴ is 4·x³, exactly: five points tell it."""
    x = CURVE / 4
    return bool(np.allclose(answer(d, x**4), x[2:-2] ** 3, atol=1e-3))


def all_of(*claims: Callable[[Detector], bool]) -> Callable[[Detector], bool]:
    return lambda d: all(claim(d) for claim in claims)


def colours(d: Detector, *values: float) -> list[float]:
    return [float((d.kernel.reshape(3) * np.array(rgb)).sum()) for rgb in values]


CHECKER = np.indices((12, 12)).sum(axis=0) % 2
WAVE = np.tile([0.0, 1, 0, -1], 5)
RIPPLE = np.array([0.0, 1] * 10)
ZERO_ON_LINES = lambda d: all(np.allclose(answer(d, line(*way)), 0) for way in ((1, 0), (0, 1)))  # noqa: E731
NEIGHBOURS = np.pad(np.zeros((1, 1)), 1, constant_values=1)

CLAIMS: dict[str, tuple[str, Callable[[Detector], bool]]] = {
    "identity": ("nothing changes", gives(inner)),
    "tutorial-vertical-line": (
        "sum of the centre column; not selective: a constant input of 1 also gives 3",
        all_of(gives(lambda x: x[:-2, 1:-1] + x[1:-1, 1:-1] + x[2:, 1:-1]), lambda d: is_flat(d, 3)),
    ),
    "tutorial-horizontal-line": (
        "sum of the centre row", gives(lambda x: x[1:-1, :-2] + x[1:-1, 1:-1] + x[1:-1, 2:]),
    ),
    "vertical-line": ("bright vertical line 1 pixel wide; 0 on a constant input", line_of(1, 0)),
    "horizontal-line": ("bright horizontal line 1 pixel wide", line_of(0, 1)),
    "diagonal-line-down": ("line from top-left to bottom-right", line_of(1, 1)),
    "diagonal-line-up": ("line from bottom-left to top-right", line_of(1, -1)),
    "outline": (
        "pixel that differs from the mean of its 8 neighbours",
        gives(lambda x: 8 * (inner(x) - answer(DETECTORS["neighbour-count"], x) / 8)),
    ),
    "laplacian-4": (
        "second derivative; its sign changes at an edge",
        all_of(lambda d: np.allclose(answer(d, RAMP**2), 2), crosses_zero),
    ),
    "laplacian-8": ("second derivative, diagonals too", lambda d: np.allclose(answer(d, RAMP**2), 6)),
    "laplacian-separable": (
        "checkerboards and corners; ignores horizontal and vertical lines",
        all_of(ZERO_ON_LINES, lambda d: np.abs(answer(d, CHECKER)).min() > 0),
    ),
    "sobel-x": ("vertical edge; positive from dark (left) to bright (right)", edge_of(1)),
    "sobel-y": ("horizontal edge; positive from dark (top) to bright (bottom)", edge_of(0)),
    "prewitt-x": ("vertical edge", edge_of(1)),
    "prewitt-y": ("horizontal edge", edge_of(0)),
    "scharr-x": ("vertical edge, best rotation symmetry", all_of(edge_of(1), lambda d: is_roundest(d))),
    "scharr-y": ("horizontal edge", edge_of(0)),
    "roberts-plus": ("diagonal edge; even size, 2×2", all_of(diagonal(1), lambda d: d.kernel.shape == (2, 2))),
    "roberts-minus": ("edge, other diagonal; even size", all_of(diagonal(-1), lambda d: d.kernel.shape == (2, 2))),
    "kirsch-east": ("edge brighter on the right, one of 8 compass directions", compass(0, 1)),
    "kirsch-north": ("edge brighter at top", compass(-1, 0)),
    "prewitt-compass-east": ("edge, one of 8 compass directions", compass(0, 1)),
    "robinson-north-east": ("diagonal edge brighter at top-right", compass(-1, 1)),
    "frei-chen-x": ("isotropic edge", edge_of(1)),
    "mixed-derivative": (
        "corners, saddle points",
        all_of(ZERO_ON_LINES, lambda d: np.allclose(answer(d, RAMP * RAMP.T), 1)),
    ),
    "box-blur-3": ("local mean", all_of(smooths, lambda d: len(set(d.kernel.ravel().tolist())) == 1)),
    "box-blur-5": ("local mean, wider", all_of(smooths, lambda d: len(set(d.kernel.ravel().tolist())) == 1)),
    "plus-average": (
        "mean of a pixel and its 4 neighbours",
        gives(lambda x: (inner(x) + x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:]) / 5),
    ),
    "gaussian-3": ("weighted blur", smooths),
    "gaussian-5": ("wider blur; separable", all_of(smooths, lambda d: kernel_facts.is_separable(d.kernel))),
    "gaussian-5-sigma-1": ("blur", smooths),
    "sharpen": ("identity - Laplacian", gives(lambda x: inner(x) - made_by("laplacian-4")(x))),
    "sharpen-strong": ("identity + outline", gives(lambda x: inner(x) + made_by("outline")(x))),
    "unsharp-mask-5": ("2*identity - gauss5", gives(lambda x: 2 * inner(x, 2) - made_by("gaussian-5")(x))),
    "emboss": (
        "relief lit from top-left",
        lambda d: answer(d, dot(21, 4))[4:7, 4:7].max() > 1 > answer(d, dot(21, 4))[12:15, 12:15].min(),
    ),
    "laplacian-of-gaussian-5": ("small bright blob, strongest on 1 pixel", blob(0)),
    "laplacian-of-gaussian-9": ("bright blob of about 3 pixels", blob(1)),
    "motion-blur-horizontal": (
        "directional blur", all_of(smooths, gives(lambda x: sum(x[:, at : at + 5] for at in range(5)) / 5)),
    ),
    "motion-blur-diagonal": (
        "directional blur", all_of(smooths, gives(lambda x: (x[:-2, :-2] + inner(x) + x[2:, 2:]) / 3)),
    ),
    "shift": (
        "moves the picture 1 pixel to the right, in a true convolution to the left",
        all_of(
            gives(lambda x: x[1:-1, :-2]),
            lambda d: np.allclose(answer(d, RAMP, flip=True), RAMP[1:-1, 2:]),
        ),
    ),
    "neighbour-count": ("Game of Life rule input", lambda d: answer(d, NEIGHBOURS).tolist() == [[8.0]]),
    "haar-edge-vertical": ("vertical edge; even size, 2×2", edge_of(1)),
    "haar-checker": (
        "diagonals and checkerboards; even size, 2×2",
        all_of(
            lambda d: all(np.allclose(answer(d, step(axis)), 0) for axis in (0, 1)),
            lambda d: np.abs(answer(d, CHECKER)).min() > 0,
        ),
    ),
    "farid-x": ("accurate derivative", edge_of(1)),
    "laws-l5e5": ("vertical edges", edge_of(1)),
    "laws-s5s5": ("spots", all_of(lambda d: is_flat(d, 0), lambda d: answer(d, dot()).max() > 0)),
    "laws-r5r5": ("ripple texture", all_of(lambda d: is_flat(d, 0), lambda d: np.abs(answer(d, CHECKER)).min() > 0)),
    "luma-bt601": ("grey from RGB: channel mixing", keeps_grey),
    "luma-bt709": ("grey from RGB", keeps_grey),
    "red-green-opponent": (
        "+ on red, - on green, 0 on grey", lambda d: colours(d, (1, 0, 0), (0, 1, 0), (0.5, 0.5, 0.5)) == [1, -1, 0],
    ),
    "tutorial-bump": ("copies the centre: responds to any high value", gives(inner)),
    "bump-centre-surround": (
        "high value between low ones; 0 on constant and linear inputs",
        all_of(lambda d: is_flat(d, 0), lambda d: np.allclose(answer(d, CURVE), 0), lambda d: answer(d, [0, 1, 0]) > 0),
    ),
    "bump-two-sample": (
        "the tutorial input itself; even size",
        all_of(lambda d: answer(d, TUTORIAL).tolist() == [-1, 0, 2, 0, -1], lambda d: d.kernel.size == 4),
    ),
    "forward-difference": ("step; positive where it goes up", all_of(slope, lambda d: answer(d, [0, 1]).item() > 0)),
    "central-difference": ("slope", slope),
    "five-point-derivative": (
        "slope, O(h^4)", all_of(slope, of_a_quartic),
    ),
    "second-difference": ("curvature", lambda d: np.allclose(answer(d, CURVE**2), 2)),
    "moving-average-3": ("smooth", smooths),
    "moving-average-5": ("smooth", smooths),
    "binomial-3": ("smooth", smooths),
    "binomial-5": ("smooth", smooths),
    "savitzky-golay-5": ("smooth, keeps peaks", all_of(smooths, keeps(2))),
    "savitzky-golay-7": ("smooth, keeps peaks", all_of(smooths, keeps(2))),
    "savitzky-golay-derivative-5": ("robust slope", slope),
    "haar-low-pass": (
        "mean of each pair times sqrt(2), use stride 2",
        lambda d: np.allclose(answer(d, CURVE, stride=2), math.sqrt(2) * CURVE.reshape(-1, 2).mean(axis=1)),
    ),
    "haar-high-pass": (
        "first minus second of each pair, divided by sqrt(2), use stride 2",
        lambda d: np.allclose(answer(d, CURVE**2, stride=2), -np.diff((CURVE**2).reshape(-1, 2))[:, 0] / math.sqrt(2)),
    ),
    "cdf-5-3-low-pass": ("wavelet smooth", smooths),
    "sharpen-1d": (
        "identity + centre-surround bump", gives(lambda x: inner(x) + made_by("bump-centre-surround")(x)),
    ),
    "causal-delay": (
        "output lags 2 samples when padding is causal",
        lambda d: answer(d, CURVE, padding="causal")[2:].tolist() == CURVE[:-2].tolist(),
    ),
    "causal-exponential-average": (
        "smooth; no later step is read when padding is causal",
        all_of(smooths, lambda d: np.allclose(
            answer(d, TUTORIAL, padding="causal")[:5], answer(d, np.r_[TUTORIAL[:5], 9, 9, 9], padding="causal")[:5])),
    ),
    "laws-l5": ("level", lambda d: is_flat(d, 16)),
    "laws-e5": ("edge", all_of(lambda d: is_flat(d, 0), lambda d: answer(d, np.repeat([0, 1], 6)).max() > 0)),
    "laws-s5": ("spot", all_of(lambda d: is_flat(d, 0), lambda d: answer(d, [0, 0, 1, 0, 0]).item() > 0)),
    "laws-w5": ("wave", all_of(lambda d: is_flat(d, 0), lambda d: np.abs(answer(d, WAVE)).max() > 0)),
    "laws-r5": ("ripple", all_of(lambda d: is_flat(d, 0), lambda d: np.abs(answer(d, RIPPLE)).min() > 0)),
}  # fmt: skip


def is_roundest(detector: Detector) -> bool:
    """Whether the direction of waves is told better than by the other 3×3 gradients."""

    def error(name: str) -> float:
        kernel, worst = DETECTORS[name].kernel.astype(float), 0.0
        for turn in np.linspace(0, np.pi / 2, 31):
            rows, columns = np.indices((3, 3)) - 1
            wave = np.sin(0.9 * (np.cos(turn) * columns + np.sin(turn) * rows))
            told = np.arctan2((kernel.T * wave).sum(), (kernel * wave).sum())
            worst = max(worst, abs(told - turn))
        return worst

    return error(detector.id) == min(map(error, ("sobel-x", "prewitt-x", "scharr-x")))


def test_every_detector_has_its_claim_here() -> None:
    assert {name: claim for name, (claim, _) in CLAIMS.items()} == {d.id: d.detects for d in DETECTORS.values()}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_detector_does_what_is_said_of_it(name: str) -> None:
    assert CLAIMS[name][1](DETECTORS[name])
