import numpy as np
import pytest

from convstudio.model.edits.input_cells import (
    as_block,
    delete_input,
    fill_input,
    insert_input,
    paint_input,
    set_input_shape,
    set_input_values,
)
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

VALUES = np.arange(9, dtype=np.float32).reshape(3, 3, 1)
BEFORE = Document(Sample.of("nine", VALUES), Network((Conv.of(np.ones((1, 1, 1, 1))),)))


def cells(document):
    return document.sample.values.to_array()[..., 0].tolist()


def test_a_block_is_written_from_its_first_cell_on():
    assert cells(set_input_values(BEFORE, (1, 1), [[-1, -2]], 0)) == [[0, 1, 2], [3, -1, -2], [6, 7, 8]]


def test_a_block_that_reaches_past_the_end_is_refused_with_both_shapes():
    with pytest.raises(ValueError, match="The 1×2 block does not fit into the 3×3 input from row 3, column 3"):
        set_input_values(BEFORE, (2, 2), [[1, 1]], 0)


def test_a_brush_at_the_border_paints_what_is_inside():
    assert cells(paint_input(BEFORE, (0, 0), 3, -1, None)) == [[-1, -1, 2], [-1, -1, 5], [6, 7, 8]]


def test_painting_what_is_there_already_is_no_change():
    assert paint_input(BEFORE, (0, 0), 1, 0, None) is BEFORE


def test_filling_sets_every_cell():
    assert cells(fill_input(BEFORE, 2)) == [[2] * 3] * 3


def test_an_inserted_column_holds_zeros():
    assert cells(insert_input(BEFORE, 1, 1))[0] == [0, 0, 1, 2]


def test_deleted_rows_are_gone():
    assert cells(delete_input(BEFORE, 0, [0, 2])) == [[3, 4, 5]]


def test_the_last_row_cannot_be_deleted():
    with pytest.raises(ValueError, match="Deleting all 3 rows would leave no input"):
        delete_input(BEFORE, 0, [0, 1, 2])


def test_another_shape_cuts_and_extends_at_the_end():
    assert cells(set_input_shape(BEFORE, (2, 4))) == [[0, 1, 2, 0], [3, 4, 5, 0]]


def test_a_block_of_another_rank_is_refused():
    with pytest.raises(ValueError, match="A 1-D block does not fit into a 2-D input"):
        as_block([1, 2], 2, "input")
