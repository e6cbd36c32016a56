import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import (
    Detector,
    find_detector,
    kernels_of,
    matching,
    recognise,
    recognise_in,
    recognise_padded,
)
from convstudio.model.values.kernels import centred

LUMA = [[[0.2126, 0.7152, 0.0722]]]


def detector(name, kernel, *, mixes_channels=False, detects="", source=""):
    held = frozen(kernel)
    return Detector(name, name.title(), held.ndim - mixes_channels, held, mixes_channels, detects, source)


SOBEL = detector("sobel-x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], detects="vertical edges", source="Sobel 1968")
BUMP = detector("bump", [0, 1, 0], detects="a bump")
GREY = detector("grey", LUMA, mixes_channels=True, detects="brightness")
ALL = (SOBEL, BUMP, GREY)


@pytest.mark.parametrize(
    ("words", "found"),
    [("", ALL), ("SOBEL", [SOBEL]), ("edges 1968", [SOBEL]), ("b", ALL), ("bump", [BUMP]), ("sobel bump", [])],
)
def test_a_search_finds_the_detectors_that_hold_every_word(words, found):
    assert matching(ALL, words) == list(found)


def test_a_detector_is_found_by_its_id():
    assert find_detector(ALL, "grey") is GREY


def test_an_unknown_id_finds_nothing():
    assert find_detector(ALL, "gray") is None


@pytest.mark.parametrize("channels", [1, 3])
def test_a_kernel_is_copied_for_every_channel(channels):
    kernels = SOBEL.for_channels(channels)
    assert kernels.shape == (3, 3, channels)
    assert all((kernels[..., c] == SOBEL.kernel).all() for c in range(channels))


def test_kernels_for_channels_are_read_only():
    assert not SOBEL.for_channels(2).flags.writeable


def test_a_detector_that_mixes_channels_keeps_them():
    assert GREY.for_channels(3) is GREY.kernel


def test_a_detector_that_mixes_channels_refuses_another_number():
    with pytest.raises(ValueError, match="grey mixes 3 channels, and the filter reads 1: choose an input with 3"):
        GREY.for_channels(1)


@pytest.mark.parametrize("detector", ALL)
def test_a_filter_made_of_a_detector_is_recognised(detector):
    assert recognise(ALL, detector.for_channels(3)) is detector


def test_a_sequences_detector_is_recognised_as_the_row_that_it_is_on_images():
    assert recognise(ALL, BUMP.for_channels(2)[np.newaxis]) is BUMP


def test_an_images_detector_is_not_recognised_on_a_sequence():
    assert recognise(ALL, SOBEL.for_channels(1)[0]) is None


@pytest.mark.parametrize("where", [(0, 0, 0), (2, 2, 1)])
def test_one_changed_weight_of_one_channel_is_another_kernel(where):
    kernels = SOBEL.for_channels(2).copy()
    kernels[where] += 1
    assert recognise(ALL, frozen(kernels)) is None


def test_a_larger_kernel_is_another_kernel():
    assert recognise(ALL, frozen(np.pad(SOBEL.for_channels(1), ((1, 1), (1, 1), (0, 0))))) is None


@pytest.mark.parametrize("detector", ALL)
def test_a_detector_extended_with_zeros_is_recognised_as_padded(detector):
    kernels = detector.for_channels(3)
    padded = centred(frozen(kernels[..., np.newaxis]), [length + 3 for length in kernels.shape[:-1]])[..., 0]
    assert recognise_padded(ALL, padded) is detector


def test_a_detector_of_the_very_size_is_not_padded():
    assert recognise_padded(ALL, SOBEL.for_channels(1)) is None


def test_one_weight_beside_a_padded_detector_makes_it_another_kernel():
    kernels = np.pad(SOBEL.for_channels(1), ((1, 1), (1, 1), (0, 0)))
    kernels[0, 0, 0] = 1
    assert recognise_padded(ALL, frozen(kernels)) is None


def test_a_detector_beside_the_centre_is_not_padded():
    assert recognise_padded(ALL, frozen(np.pad(SOBEL.for_channels(1), ((0, 2), (0, 2), (0, 0))))) is None


@pytest.mark.parametrize("detector", load_detectors(), ids=lambda one: one.id)
@pytest.mark.parametrize("channels", [1, 3])
def test_many_detectors_are_recognised_by_their_kernels_as_one_by_one(detector, channels):
    detectors = load_detectors()
    if detector.mixes_channels and channels != detector.kernel.shape[-1]:
        return
    kernels = detector.for_channels(channels)
    as_image = kernels if detector.rank == 2 else kernels[np.newaxis]
    for shown in (kernels, as_image):
        assert recognise_in(kernels_of(detectors), shown) is recognise(detectors, shown)
    other = np.copy(as_image)
    other[(0,) * other.ndim] += 1
    assert recognise_in(kernels_of(detectors), other) is recognise(detectors, other)


def test_both_zeros_are_one_number():
    edge = Detector("edge", "Edge", 1, frozen([-0.0, 1]), False, "", "")
    assert recognise_in(kernels_of([edge]), frozen([[0.0], [1]])) is edge
