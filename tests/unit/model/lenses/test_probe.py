"""The selectivity probe says of every detector what it answers to, and each sentence is held to the answers."""

from __future__ import annotations

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.lenses.probe import probe
from convstudio.model.lenses.probe_patterns import patterns_for
from convstudio.model.values.detectors import Detector
from convstudio.ops.reference import conv_reference

DETECTORS = {one.id: one for one in load_detectors()}
EXPECTED = {
    "identity": ("copy", None),
    "tutorial-vertical-line": ("mean", 90),
    "tutorial-horizontal-line": ("mean", 0),
    "vertical-line": ("line", 90),
    "horizontal-line": ("line", 0),
    "diagonal-line-down": ("line", 45),
    "diagonal-line-up": ("line", 135),
    "outline": ("any direction", None),
    "laplacian-4": ("any direction", None),
    "laplacian-8": ("any direction", None),
    "laplacian-separable": ("checkerboard", None),
    "sobel-x": ("edge", 0),
    "sobel-y": ("edge", 90),
    "prewitt-x": ("edge", 0),
    "prewitt-y": ("edge", 90),
    "scharr-x": ("edge", 0),
    "scharr-y": ("edge", 90),
    "roberts-plus": ("edge", 225),
    "roberts-minus": ("edge", 315),
    "kirsch-east": ("edge", 0),
    "kirsch-north": ("edge", 270),
    "prewitt-compass-east": ("edge", 0),
    "robinson-north-east": ("edge", 315),
    "frei-chen-x": ("edge", 0),
    "mixed-derivative": ("line", 45),
    "box-blur-3": ("mean", None),
    "box-blur-5": ("mean", None),
    "plus-average": ("mean", None),
    "gaussian-3": ("mean", None),
    "gaussian-5": ("mean", None),
    "gaussian-5-sigma-1": ("mean", None),
    "sharpen": ("sharpen", None),
    "sharpen-strong": ("sharpen", None),
    "unsharp-mask-5": ("sharpen", None),
    "emboss": ("sharpen", 45),
    "laplacian-of-gaussian-5": ("any direction", None),
    "laplacian-of-gaussian-9": ("any direction", None),
    "motion-blur-horizontal": ("mean", 0),
    "motion-blur-diagonal": ("mean", 45),
    "shift": ("copy", None),
    "neighbour-count": ("mean", None),
    "haar-edge-vertical": ("edge", 0),
    "haar-checker": ("checkerboard", None),
    "farid-x": ("edge", 0),
    "laws-l5e5": ("edge", 0),
    "laws-s5s5": ("line", 45),
    "laws-r5r5": ("checkerboard", None),
    "luma-bt601": ("copy", None),
    "luma-bt709": ("copy", None),
    "red-green-opponent": ("colour", None),
    "tutorial-bump": ("copy", None),
    "bump-centre-surround": ("1-step bump", None),
    "bump-two-sample": ("2-step bump", None),
    "forward-difference": ("edge", 0),
    "central-difference": ("edge", 0),
    "five-point-derivative": ("edge", 0),
    "second-difference": ("1-step bump", None),
    "moving-average-3": ("mean", None),
    "moving-average-5": ("mean", None),
    "binomial-3": ("mean", None),
    "binomial-5": ("mean", None),
    "savitzky-golay-5": ("smooth", None),
    "savitzky-golay-7": ("smooth", None),
    "savitzky-golay-derivative-5": ("edge", 0),
    "haar-low-pass": ("mean", None),
    "haar-high-pass": ("edge", 180),
    "cdf-5-3-low-pass": ("smooth", None),
    "sharpen-1d": ("sharpen", None),
    "causal-delay": ("copy", None),
    "causal-exponential-average": ("mean", None),
    "laws-l5": ("mean", None),
    "laws-e5": ("edge", 0),
    "laws-s5": ("1-step bump", None),
    "laws-w5": ("1-step bump", None),
    "laws-r5": ("every other step", None),
}
"""Kind and direction of each detector, each read and compared with its weights and with what it is said to detect."""


def weights_of(detector: Detector) -> np.ndarray:
    return np.float64(detector.kernel if detector.mixes_channels else detector.kernel[..., np.newaxis])


def test_the_table_has_every_detector() -> None:
    assert EXPECTED.keys() == DETECTORS.keys()


@pytest.mark.parametrize("detector_id", EXPECTED)
def test_every_detector_gets_its_verdict(detector_id: str) -> None:
    found = probe(weights_of(DETECTORS[detector_id])).selectivity
    assert (found.kind, found.angle) == EXPECTED[detector_id]


@pytest.mark.parametrize("detector_id", EXPECTED)
def test_turning_the_signs_keeps_what_a_kernel_is_selective_for(detector_id: str) -> None:
    weights = weights_of(DETECTORS[detector_id])
    one, other = probe(weights).selectivity, probe(-weights).selectivity
    opposite = {"edge": 180, "sharpen": 180}.get(one.kind, 0)
    assert (other.kind, other.angle) == (one.kind, None if one.angle is None else (one.angle + opposite) % 360)


@pytest.mark.parametrize("detector_id", ["sobel-x", "vertical-line", "kirsch-north", "diagonal-line-up", "emboss"])
def test_a_quarter_turn_of_the_kernel_turns_the_verdict_along(detector_id: str) -> None:
    weights = weights_of(DETECTORS[detector_id])
    one, turned = probe(weights).selectivity, probe(np.rot90(weights, -1)).selectivity  # clockwise, as angles go
    assert one.angle is not None
    assert turned.angle == (one.angle + 90) % (180 if one.kind == "line" else 360)


def test_answers_are_those_of_the_loops() -> None:
    kernel = np.random.default_rng(3).normal(size=(3, 4))
    found = probe(kernel[..., np.newaxis])
    for pattern, response in zip(patterns_for(kernel.shape), found.responses, strict=True):
        answers = conv_reference(pattern.values[..., np.newaxis], kernel[..., np.newaxis, np.newaxis])
        expected = answers.max(), answers.min(), np.abs(answers).mean()
        np.testing.assert_allclose((response.highest, response.lowest, response.mean), expected, atol=1e-9)


def test_the_tutorials_vertical_line_answers_3_to_a_flat_area_too() -> None:
    sentence = probe(weights_of(DETECTORS["tutorial-vertical-line"])).selectivity.sentence
    assert "answers 3 to a flat area of 1" in sentence
    assert "does not detect lines" in sentence


def test_a_kernel_of_zeros_answers_nothing() -> None:
    assert probe(np.zeros((3, 3, 2))).selectivity.kind == "nothing"
