"""Target and map are beside each other, the kernel before and now, and a guess is judged by its kernel."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.colour.over_input import faint_grey
from convstudio.model.edits.learning.targets import set_target_map
from convstudio.model.edits.learning.teaching import blank_target
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes.learning.teaching.teach_view import (
    guess_sentence,
    input_under,
    shown_channel,
    slow_sentence,
    taught_kernels,
    taught_maps,
    teach_line,
)
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

PLAIN = Document(Sample.of("steps", [[1], [2], [4]]), Network((Conv.of(np.reshape([1.0, 2.0], (1, 1, 2))),)))
TAUGHT = set_target_map(PLAIN, [[1, 1], [1, 1], [1, 9]])


def test_the_selected_filters_target_and_map_are_on_show():
    maps = taught_maps(TAUGHT, ViewState(filter=1), forward(TAUGHT))
    assert maps.target.values.tolist() == [1, 1, 9]
    assert maps.made.values.tolist() == [2, 4, 8]
    assert maps.error.values.tolist() == [1, 3, -1]


def test_while_the_map_is_not_computed_the_target_is_there_alone():
    maps = taught_maps(TAUGHT, ViewState(), None)
    assert maps.target.values.tolist() == [1, 1, 1]
    assert (maps.made, maps.error) == (None, None)


def test_without_a_target_it_is_said_how_to_get_one():
    assert taught_maps(PLAIN, ViewState(), None).problem.startswith("There is no target map yet.")


def test_the_map_on_show_is_one_that_the_network_makes():
    assert shown_channel(PLAIN, ViewState(filter=7)) == 1


def test_a_network_that_makes_nothing_shows_the_first_map():
    broken = replace(PLAIN, network=Network((Conv.of(np.ones((9, 1, 1))),)))
    assert shown_channel(broken, ViewState(filter=7)) == 0
    assert "makes no map" in taught_maps(blank_target(PLAIN).with_layer(0, broken.layers[0]), ViewState(), None).problem


def test_the_kernel_before_and_now_share_their_colours_and_the_change_has_its_own():
    now = Network((Conv.of(np.reshape([1.0, 2.5], (1, 1, 2))),))
    shown = taught_kernels(PLAIN.network, now, ViewState(filter=1))
    assert [table.values.tolist() for table in shown.values()] == [[2], [2.5], [0.5]]
    assert shown["Kernel before"].levels == shown["Kernel now"].levels != shown["Change"].levels


@pytest.mark.parametrize("before", [None, Network((Conv.of(np.ones((2, 1, 2))),)), Network((Activation(),))])
def test_without_a_kernel_to_compare_there_is_that_of_now(before):
    assert list(taught_kernels(before, PLAIN.network, ViewState())) == ["Kernel now"]


def test_a_layer_without_kernels_shows_none():
    assert taught_kernels(None, Network((Activation(),)), ViewState()) == {}


def test_the_speed_is_told_while_the_run_goes():
    assert teach_line(Status.PAUSED, 3, None, 100.0) == "Paused: step 3"


def test_a_detector_with_the_same_kernel_is_a_right_guess():
    one = Detector("one", "One", 1, frozen([1, 2]), False, "", "")
    assert guess_sentence(one, replace(one, name="Twin")) == "Right: it is Twin."


def test_another_kernel_is_a_wrong_guess():
    one = Detector("one", "One", 1, frozen([1, 2]), False, "", "")
    assert guess_sentence(one, replace(one, kernel=frozen([1, 3]))).startswith("No, it is not One.")


DRAWN = np.random.default_rng(3).random((9, 9, 1))
KERNELS = Network((Conv.of(np.ones((3, 3, 2, 1))),))


def of_channels(first, second):
    return Document(Sample.of("two", np.concatenate([first, second], axis=-1)), KERNELS)


def test_channels_that_are_alike_are_said_to_learn_slowly():
    assert "(correlation 0.97)" in slow_sentence(of_channels(DRAWN, DRAWN + 0.25 * DRAWN[::-1]), 0)


@pytest.mark.parametrize("second", [DRAWN[::-1], np.zeros((9, 9, 1))], ids=["other values", "the same everywhere"])
def test_channels_that_differ_are_no_reason_to_learn_slowly(second):
    assert slow_sentence(of_channels(DRAWN, second), 0) == ""


def test_a_layer_that_reads_maps_or_one_channel_is_not_said_to_learn_slowly():
    assert slow_sentence(PLAIN, 0) == ""
    alike = of_channels(DRAWN, DRAWN)
    deeper = replace(alike, network=Network((Conv.of(np.ones((1, 1, 2, 2))), *KERNELS.layers)))
    assert slow_sentence(deeper, 1) == ""


@pytest.mark.parametrize(
    ("layers", "rows"),
    [
        ((Conv.of(np.ones((3, 3, 1, 1))),), [1, 2, 3, 4, 5, 6]),
        ((replace(Conv.of(np.ones((3, 3, 1, 1))), stride=(2, 2)),), [1, 3, 5]),
        ((replace(Conv.of(np.ones((3, 3, 1, 1))), padding="same"),), [0, 1, 2, 3, 4, 5, 6, 7]),
        ((Conv.of(np.ones((3, 3, 1, 1))), Conv.of(np.ones((3, 3, 1, 1)))), [2, 3, 4, 5]),
    ],
)
def test_the_input_under_a_target_is_the_middle_of_each_window(layers, rows):
    values = np.float32(np.arange(64).reshape(8, 8, 1) / 64)
    under = input_under(Document(Sample.of("ramp", values), Network(layers)))
    np.testing.assert_array_equal(under, faint_grey(values)[np.ix_(rows, rows)])


def test_there_is_no_input_under_the_target_of_a_layer_that_does_not_slide():
    assert input_under(PLAIN.with_layer(0, Dense.of(np.ones((3, 2))))) is None
    assert input_under(PLAIN) is None
