from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.lenses.xray import move_to_cell, part_shown, tile_columns, write_count, xray_of
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.scale import POSITIVE, ZERO
from convstudio.model.values.view_state import Cell, Pane, ViewState

THREE = Conv.of(np.ones((3, 3, 1, 1)))
SAME = replace(THREE, padding="same")


def document_of(*layers, shape=(8, 8, 1)):
    return Document(Sample.of("zeros", np.zeros(shape)), Network(layers))


def at(layer, *position):
    return ViewState(layer=layer, position=position)


def test_there_is_a_picture_for_the_input_and_for_every_layer_up_to_the_one_looked_at():
    found = xray_of(document_of(THREE, Activation(), Pool()), at(1, 0, 0))
    assert [plane.title for plane in found.planes] == [
        "Input",
        "Layer 1: Conv 3×3 · 1 filter",
        "Layer 2: ReLU",
    ]


def test_a_picture_says_its_rectangle_and_its_paths():
    found = xray_of(document_of(THREE, THREE), at(1, 1, 0))
    assert found.planes[0].facts == "8×8×1\nrows 2–6, columns 1–5\n81 paths"
    assert found.planes[0].seen == found.planes[0].reach == ((1, 6), (0, 5))
    assert found.planes[0].texts[3][:6] == ("3", "6", "9", "6", "3", "")


def test_what_is_seen_is_warm_and_the_rest_as_it_was():
    (_, layer) = xray_of(document_of(THREE), at(0, 0, 0)).planes
    assert np.abs(layer.colours[0, 0].astype(int) - POSITIVE).max() < 30
    assert layer.colours[1, 1].tolist() == list(ZERO)


def test_the_input_shows_its_own_picture_under_the_heat():
    document = Document(Sample.of("white", np.ones((8, 8, 1))), Network((THREE,)))
    colours = xray_of(document, at(0, 0, 0)).planes[0].colours
    assert colours[7, 7].tolist() == [255, 255, 255]
    assert colours[0, 0, 2] < 100


def test_the_frame_reaches_into_the_padding():
    found = xray_of(document_of(SAME, SAME), at(1, 0, 7))
    assert found.planes[0].seen == ((0, 3), (5, 8))
    assert found.planes[0].reach == ((-2, 3), (5, 10))
    assert found.details.endswith("the first one starts at row -1, column -1 · a part of it is outside the input")


def test_the_numbers_are_said_in_words():
    found = xray_of(document_of(THREE, Pool(), THREE), at(2, 0, 0))
    assert found.verdict == "This output sees 64 of the 64 cells of the input, along 324 paths."
    assert found.details == "Receptive field: size 8×8 · jump 2×2 · the first one starts at row 1, column 1"


def test_the_channels_that_are_seen_are_counted():
    depthwise = replace(Conv.of(np.ones((3, 3, 1, 2))), groups=2)
    found = xray_of(document_of(depthwise, shape=(8, 8, 2)), at(0, 0, 0))
    assert found.planes[0].facts == "8×8×2\nrows 1–3, columns 1–3\n1 of 2 channels · 9 paths"


def test_shapes_stand_in_the_order_of_the_data_format():
    wide = Conv.of(np.ones((3, 3, 1, 5)))
    planes = xray_of(document_of(wide), replace(at(0, 0, 0), data_format="pytorch")).planes
    assert [plane.facts.split("\n")[0] for plane in planes] == ["1×8×8", "5×6×6"]


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ((Activation(),), "every layer on the way treats each value by itself"),
        ((THREE, Flatten()), "layer 2, Flatten, does more than slide a window over what it reads"),
    ],
    ids=["no window", "more than windows"],
)
def test_where_there_is_no_size_and_jump_the_reason_is_said(layers, told):
    position = (0,) if isinstance(layers[-1], Flatten) else (0, 0)
    assert xray_of(document_of(*layers), at(len(layers) - 1, *position)).details == f"No size and jump: {told}."


def test_a_vector_is_a_row_of_its_values():
    found = xray_of(document_of(GlobalPool(), Dense.of(np.ones((1, 3)))), at(1, 2))
    assert found.planes[2].facts == "3\nvalue 3\n1 path"
    assert found.planes[2].colours.shape == (1, 3, 3)
    assert found.planes[1].facts == "1\nvalue 1\n1 path"


def test_a_sequence_is_a_row_too():
    found = xray_of(document_of(Conv.of(np.ones((3, 1, 1))), shape=(8, 1)), at(0, 2))
    assert found.planes[0].facts == "8×1\nsteps 3–5\n3 paths"
    assert found.planes[0].texts == (("", "", "1", "1", "1", "", "", ""),)


def test_the_cell_under_the_mouse_goes_before_the_current_one():
    view = replace(at(0, 0, 0), pointed=Cell(Pane.MAP, (5, 5)))
    assert xray_of(document_of(THREE), view).planes[0].seen == ((5, 8), (5, 8))


def test_of_a_large_picture_the_part_around_what_is_seen_is_drawn():
    plane = xray_of(document_of(THREE, shape=(500, 500, 1)), at(0, 100, 0)).planes[0]
    assert (plane.rows, plane.columns) == ((93, 109), (0, 16))


def test_a_large_picture_that_is_seen_whole_is_thinned_out():
    plane = xray_of(document_of(GlobalPool(), shape=(2000, 1100, 1)), at(0, 0)).planes[0]
    assert (plane.rows, plane.columns, plane.texts) == ((0, 2000), (0, 1100), ())
    assert max(plane.colours.shape) <= 512


def test_an_output_in_the_padding_sees_nothing():
    apart = replace(Conv.of(np.ones((1, 1, 1, 1))), padding=((2, 2), (2, 2)))
    found = xray_of(document_of(apart), at(0, 0, 0))
    assert found.verdict == "This output sees nothing of the input: its window is in the padding."
    assert found.planes[0].facts == "8×8×1\nnothing of it is seen"


def test_volumes_are_left_to_other_programs():
    with pytest.raises(ValueError, match="the input 3×3×3×1 has planes too"):
        xray_of(document_of(Activation(), shape=(3, 3, 3, 1)), at(0, 0, 0, 0))


def test_very_many_paths_are_written_short():
    assert (write_count(999_999_999), write_count(1_000_000_000), write_count(10**400)) == (
        "999\xa0999\xa0999",
        "1.00e9",
        "1.00e400",
    )


@pytest.mark.parametrize(
    ("length", "span", "part"),
    [(10, (0, 3), (0, 10)), (100, (0, 3), (0, 16)), (100, (97, 100), (84, 100)), (100, (30, 60), (15, 75))],
)
def test_the_part_drawn_lies_inside_and_holds_all_that_is_seen(length, span, part):
    assert part_shown(length, span) == part


def test_a_cell_of_an_earlier_picture_becomes_the_output_that_is_looked_at():
    document = document_of(THREE, THREE)
    moved = move_to_cell(0, 2, 5)(document, at(1, 0, 0))
    assert (moved.layer, moved.position, moved.pinned) == (0, (2, 5), Cell(Pane.MAP, (2, 5)))


def test_so_does_a_value_of_a_vector():
    document = document_of(Flatten(), Dense.of(np.ones((64, 3))))
    assert move_to_cell(0, 0, 63)(document, at(1, 2)).position == (63,)


@pytest.mark.parametrize(
    ("room", "columns"),
    [((950, 200), 5), ((370, 600), 2), ((140, 900), 1), ((900, 900), 3), ((50, 50), 1)],
)
def test_pictures_stand_in_the_columns_that_make_them_largest(room, columns):
    assert tile_columns(5, room, 150, lambda _width: 60, (8, 8)) == columns


def test_pictures_that_are_no_larger_below_each_other_stand_in_one_row():
    assert tile_columns(3, (450, 5000), 150, lambda _width: 60, (1000, 1)) == 3
