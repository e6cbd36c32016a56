"""What a filter that is added to a layer holds: never a copy of another one."""

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.edits import filters, kernel_weights, layer_settings
from convstudio.model.edits.building import add_layer
from convstudio.model.edits.new_filters import added_words, new_filters
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.run.forward import forward
from convstudio.model.values.detectors import find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DETECTORS = load_detectors()
PICTURE = Sample.of("noise", np.random.default_rng(0).standard_normal((12, 12, 2)))


def detector_layer(detector_id: str, size: tuple[int, ...] = (3, 3)) -> Document:
    """Make a document whose one filter is a detector."""
    document = Document(PICTURE, Network((Conv.of(np.zeros((*size, 2, 1))),)))
    detector = find_detector(DETECTORS, detector_id)
    assert detector is not None
    return kernel_weights.use_detector(document, 0, 0, detector)


def random_layer() -> Document:
    """Make a document with a layer as the window adds it."""
    return add_layer(detector_layer("sobel-x"), 0, "Convolution")


def different(layer: Conv) -> int:
    """Count the filters that differ."""
    return len({layer.weights[..., index].tobytes() for index in range(layer.filters)})


@pytest.mark.parametrize("count", [2, 9, 64, 100])
@pytest.mark.parametrize("document", [detector_layer("sobel-x"), detector_layer("vertical-line")])
def test_no_two_filters_of_a_layer_of_detectors_are_alike(document: Document, count: int) -> None:
    assert different(conv_at(layer_settings.set_filters(document, 0, count, DETECTORS), 0)) == count


@pytest.mark.parametrize("count", [9, 64])
def test_no_two_filters_of_a_random_layer_are_alike(count: int) -> None:
    assert different(conv_at(layer_settings.set_filters(random_layer(), 1, count, DETECTORS), 1)) == count


def test_a_new_filter_makes_a_map_of_its_own() -> None:
    maps = forward(layer_settings.set_filters(detector_layer("sobel-x"), 0, 8, DETECTORS)).layers[0].maps
    assert maps is not None
    assert len({maps[..., index].tobytes() for index in range(8)}) == 8


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sobel-x", "sobel-y"),
        ("tutorial-vertical-line", "tutorial-horizontal-line"),
        ("tutorial-horizontal-line", "vertical-line"),  # the group begins again
        ("laplacian-4", "laplacian-8"),  # of no group: the next one of the library
    ],
)
def test_after_a_detector_comes_the_next_one_of_its_group(before: str, after: str) -> None:
    document = layer_settings.set_filters(detector_layer(before), 0, 2, DETECTORS)
    assert conv_at(document, 0).filter_names == (before, after)


def test_a_detector_that_the_layer_holds_already_is_left_out() -> None:
    both = layer_settings.set_filters(detector_layer("sobel-x"), 0, 2, DETECTORS)
    assert conv_at(filters.add_filter(both, 0, 0, DETECTORS), 0).filter_names == ("sobel-x", "prewitt-x", "sobel-y")


def test_a_smaller_detector_is_extended_with_zeros_and_no_other_filter_changes() -> None:
    before = detector_layer("frei-chen-x")
    after = conv_at(filters.add_filter(before, 0, 0, DETECTORS), 0)
    assert after.filter_names[1] == "roberts-plus"
    np.testing.assert_array_equal(after.weights[..., 0, 1], [[0, 0, 0], [0, 1, 0], [0, 0, -1]])
    np.testing.assert_array_equal(after.weights[..., 0], conv_at(before, 0).weights[..., 0])


def test_in_a_random_layer_new_filters_are_drawn_as_a_new_layer_is() -> None:
    layer = conv_at(layer_settings.set_filters(random_layer(), 1, 200, DETECTORS), 1)
    limit = np.sqrt(6 / (9 * 1 + 9 * 200))
    drawn = layer.weights[..., 8:]
    assert np.abs(drawn).max() <= limit
    assert np.abs(drawn).max() > 0.95 * limit
    assert not layer.bias[8:].any()


def test_the_same_step_gives_the_same_filter() -> None:
    once, again = (filters.add_filter(random_layer(), 1, 7, DETECTORS) for _ in range(2))
    assert conv_at(once, 1) == conv_at(again, 1)


def test_adding_after_removing_takes_the_next_seed() -> None:
    document = filters.add_filter(random_layer(), 1, 7, DETECTORS)
    fewer = filters.remove_filters(document, 1, [0])
    assert different(conv_at(filters.add_filter(fewer, 1, 7, DETECTORS), 1)) == 9


def test_a_filter_that_was_typed_is_followed_by_random_weights() -> None:
    typed = kernel_weights.set_weights_block(detector_layer("sobel-x"), 0, 0, 0, (1, 1), [[7]])
    (added,) = new_filters(conv_at(filters.rename_filter(typed, 0, 0, ""), 0), 0, 1, DETECTORS)
    assert added.seed == 2


def test_a_layer_takes_no_more_filters_than_it_may_have() -> None:
    with pytest.raises(ValueError, match="at most 512 filters"):
        new_filters(conv_at(random_layer(), 1), 7, LIMITS.filters, ())


def test_what_was_added_is_said() -> None:
    layer = conv_at(detector_layer("sobel-x"), 0)
    assert added_words(new_filters(layer, 0, 2, DETECTORS)) == "Sobel y, Prewitt x"
    assert added_words(new_filters(layer, 0, 4, DETECTORS)) == "Sobel y, Prewitt x, 2 more detectors"
    assert added_words(new_filters(conv_at(random_layer(), 1), 7, 3, ())) == "3 random (Glorot uniform, seeds 9 to 11)"
