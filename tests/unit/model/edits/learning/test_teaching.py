"""Targets are drawn cell by cell, copied from a map, or made by a detector that stays hidden."""

import numpy as np
import pytest

from convstudio.files.resources import load_detectors, load_sample
from convstudio.model.edits.learning.targets import set_target_map
from convstudio.model.edits.learning.teaching import (
    begin_at_random,
    blank_target,
    fitting_map,
    hide_one_of,
    hideable,
    output_shape,
    paint_target,
    target_table,
    with_hidden_target,
    write_target,
)
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.detectors import find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network

LINES = load_sample("tutorial-lines")
LINE = Document(LINES, Network((Conv.of(np.reshape([[0, 1, 0]] * 3, (3, 3, 1, 1))),)))
TWO = Document(LINES, Network((Conv.of(np.ones((3, 3, 1, 2))),)))
FLAT = Document(LINES, Network((Flatten(),)))
BROKEN = Document(LINES, Network((Conv.of(np.ones((31, 31, 1, 1))),)))


def table(document, channel=0):
    return target_table(document.target.values, channel).tolist()


def test_a_blank_target_has_the_shape_of_the_output():
    assert blank_target(TWO).target.values.shape == (6, 6, 2)


def test_without_an_output_there_is_no_target():
    with pytest.raises(ValueError, match="makes no map"):
        output_shape(BROKEN)


@pytest.mark.parametrize("document", [LINE, set_target_map(LINE, np.zeros((5, 6, 1)))])
def test_what_cannot_be_drawn_on_is_said(document):
    with pytest.raises(ValueError, match="Begin with a blank one"):
        fitting_map(document)


def test_a_block_is_written_into_one_channel():
    drawn = write_target(blank_target(TWO), (1, 2), np.array([[5.0, 6.0]]), 1)
    assert table(drawn, 1)[1] == [0, 0, 5, 6, 0, 0]
    assert not np.any(table(drawn, 0))


def test_a_block_that_reaches_past_the_end_is_refused():
    with pytest.raises(ValueError, match="1×2 block does not fit into the 6×6 target from row 1, column 6"):
        write_target(blank_target(LINE), (0, 5), np.ones((1, 2)), 0)


def test_values_without_a_place_are_one_row():
    drawn = write_target(blank_target(FLAT), (0, 63), np.ones((1, 1)), 0)
    assert drawn.target.values.shape == (64,)
    assert drawn.target.values[63] == 1


def test_a_brush_paints_a_square_and_stops_at_the_edges():
    drawn = paint_target(blank_target(LINE), [(0, 0), (5, 5)], 3, 2.0, 0)
    assert table(drawn)[1] == [2, 2, 0, 0, 0, 0]
    assert table(drawn)[4] == [0, 0, 0, 0, 2, 2]
    assert np.count_nonzero(table(drawn)) == 8


def test_painting_the_same_again_changes_nothing():
    drawn = paint_target(blank_target(LINE), [(2, 2)], 1, 1.0, 0)
    assert paint_target(drawn, [(2, 2)], 1, 1.0, 0) is drawn


def test_only_detectors_of_the_kernels_size_can_be_hidden():
    fitting = hideable(load_detectors(), LINE.layers[0])
    assert len(fitting) > 10
    assert {one.kernel.shape for one in fitting} == {(3, 3)}


def test_a_hidden_detector_makes_the_target_and_is_not_seen():
    sobel = find_detector(load_detectors(), "sobel-x")
    hiding = with_hidden_target(LINE, 0, 0, sobel)
    assert hiding.network is LINE.network
    assert table(hiding)[0] == [0, 4, 4, -4, -4, 0]


def test_what_comes_after_the_hidden_detector_is_part_of_the_target():
    document = Document(LINES, Network((LINE.layers[0], Activation("relu"))))
    hiding = with_hidden_target(document, 0, 0, find_detector(load_detectors(), "sobel-x"))
    assert table(hiding)[0] == [0, 4, 4, 0, 0, 0]


def test_the_other_filters_keep_their_maps():
    hiding = with_hidden_target(TWO, 0, 1, find_detector(load_detectors(), "sobel-x"))
    assert table(hiding, 0)[0] == [0, 3, 6, 6, 3, 0]


def test_a_detector_needs_a_convolution_to_hide_in():
    with pytest.raises(ValueError, match="has no kernels"):
        with_hidden_target(FLAT, 0, 0, find_detector(load_detectors(), "sobel-x"))


def test_a_network_that_makes_nothing_has_no_hidden_target():
    with pytest.raises(ValueError, match="31"):
        with_hidden_target(BROKEN, 0, 0, find_detector(load_detectors(), "identity"))


def test_a_detector_whose_map_is_the_same_everywhere_is_not_hidden():
    flat, edge = (find_detector(load_detectors(), name) for name in ("sobel-y", "sobel-x"))
    hidden, document = hide_one_of(LINE, 0, 0, (flat, edge))
    assert hidden is edge
    assert table(document)[0] == [0, 4, 4, -4, -4, 0]


def test_an_input_that_tells_no_detectors_apart_hides_none():
    with pytest.raises(ValueError, match="Choose another input"):
        hide_one_of(LINE, 0, 0, (find_detector(load_detectors(), "sobel-y"),))


def test_a_seed_begins_with_the_same_kernel_every_time():
    one, again, other = (begin_at_random(LINE, 0, seed).layers[0].weights for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
