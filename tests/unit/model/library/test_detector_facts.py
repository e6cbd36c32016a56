import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.library.detector_facts import told_alike
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.ops import conv

DETECTORS = load_detectors()


def told(kernel, rank=2, bias=None, mixes=False):
    return told_alike(Detector("k", "K", rank, frozen(kernel), mixes, "", "", bias=bias))


def answer(detector, pattern):
    """Return what a detector makes of an input of its own size, computed by the engine."""
    kernel = detector.kernel if detector.mixes_channels else detector.kernel[..., np.newaxis]
    weights = np.float64(kernel)[..., np.newaxis]
    return float(conv(pattern, weights).reshape(-1)[0])


def pattern_for(detector):
    channels = detector.kernel.shape[-1] if detector.mixes_channels else 1
    return np.random.default_rng(3).random((*detector.kernel.shape[: detector.rank], channels))


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.id)
def test_what_is_said_of_a_flat_area_is_what_the_engine_computes(detector):
    flat = answer(detector, np.ones_like(pattern_for(detector)))
    (sentence,) = [one for one in told_alike(detector) if "flat area" in one and "slope" not in one]
    if abs(flat) < 1e-5:
        assert sentence.startswith("Every flat area")
        assert "gives 0" in sentence
    else:
        assert sentence.startswith(f"A flat area of 1 gives {flat:.4g}")


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.id)
def test_what_is_said_of_mirrors_and_turns_is_what_the_engine_computes(detector):
    pattern = pattern_for(detector)
    turns = {"left to right": lambda p: np.flip(p, detector.rank - 1)}
    if detector.rank == 2:
        turns |= {"top to bottom": lambda p: p[::-1], "180°": lambda p: p[::-1, ::-1]}
    whole = " ".join(told_alike(detector))
    same = whole.partition("A pattern gives the same when it is ")[2].partition(".")[0]
    opposite = whole.partition("When a pattern is ")[2].partition(", only")[0]
    before = answer(detector, pattern)
    for name, turn in turns.items():
        after = answer(detector, turn(pattern))
        if name in same or same.startswith("mirrored or"):
            assert after == pytest.approx(before, abs=1e-5)
        if name in opposite:
            assert after == pytest.approx(-before, abs=1e-5)


def test_the_tutorials_line_detector_answers_a_flat_area_as_much_as_a_line():
    sentences = told_alike(find_detector(DETECTORS, "tutorial-vertical-line"))
    assert sentences[0] == "A flat area of 1 gives 3, as much as any pattern of values from 0 to 1."


def test_an_edge_detector_tells_two_directions_apart_by_the_sign_alone():
    assert "When a pattern is mirrored left to right or turned by 180°, only the sign changes." in told_alike(
        find_detector(DETECTORS, "sobel-x")
    )


def test_the_bias_is_part_of_every_answer():
    assert told([[0, 1], [0, 1]], bias=-2.0)[0].startswith("A flat area of 1 gives 0, as much")
    assert told([[-1, 1]], bias=0.5)[0].startswith("Every flat area gives 0.5")
    assert told([[-1, 1]], bias=0.5)[-1].endswith("only the sign of what the weights add changes.")


def test_negative_weights_alone_are_said_otherwise():
    assert told([[-1, -2]])[0] == "A flat area of 1 gives -3, and no pattern of values from 0 to 1 gives less."


def test_a_kernel_of_zeros_tells_nothing_apart():
    assert told([[0, 0]]) == ("Every input gives the same: all its weights are 0.",)


def test_channels_that_count_alike_are_said():
    assert told(np.ones((1, 1, 3)), mixes=True)[-1].startswith("All channels count alike")
    assert not any("channels count" in one for one in told([[[1, 2, 3]]], mixes=True))


def test_opposed_channels_give_nothing_on_grey_alone():
    assert told([[[1, -1]]], mixes=True)[0].startswith("Every flat area that is the same in all channels gives 0")


def test_a_kernel_that_is_symmetric_in_every_way_is_said_shortly():
    assert told(np.ones((3, 3)))[-1] == "A pattern gives the same when it is mirrored or turned by 90°."


def test_slopes_are_told_per_direction():
    assert "An even slope from left to right gives the same as a flat area." in told([[1, 1], [-1, -1]])
    assert "An even slope gives the same as a flat area." in told([1, -2, 1], rank=1)
