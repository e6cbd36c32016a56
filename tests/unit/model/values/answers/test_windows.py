import numpy as np
import pytest

from convstudio.model.values.answers.windows import (
    cells_met,
    fed_cells,
    outside,
    read_cells,
    slid_window,
    touched_outputs,
)
from convstudio.model.values.arrays import TiledArray
from convstudio.ops.shapes import geometry

SAME = geometry((8,), (3,), padding="same")


def test_a_window_at_the_border_reads_zeros_of_the_padding():
    window = slid_window(SAME, "zeros", (0,))
    assert (window.positions[0].tolist(), window.sources[0].tolist()) == ([-1, 0, 1], [-1, 0, 1])


def test_reflected_padding_reads_a_cell_of_the_input():
    assert slid_window(SAME, "reflect", (0,)).sources[0].tolist() == [1, 0, 1]


@pytest.mark.parametrize("mode", ["zeros", "reflect", "circular"])
def test_an_output_is_fed_by_the_cells_that_its_window_reads(mode):
    fed = {(at, int(out)) for at in range(8) for out in fed_cells(SAME, mode, (at,))[0]}
    read = {(int(at), out) for out in range(8) for at in slid_window(SAME, mode, (out,)).sources[0] if at >= 0}
    assert fed == read


def test_an_edited_cell_touches_the_outputs_that_it_feeds():
    touched = {at for (part,) in touched_outputs(SAME, "zeros", (slice(3, 4),)) for at in range(part.start, part.stop)}
    assert touched == set(fed_cells(SAME, "zeros", (3,))[0].tolist())


def test_a_stretch_of_outputs_meets_their_windows_and_the_padding():
    assert cells_met(SAME, 0, slice(0, 2)) == slice(-1, 3)


def test_zeros_of_the_padding_are_read_as_zero():
    values = TiledArray.of([[5.0], [6.0]])
    assert read_cells(values, (np.array([-1, 0, 1]),))[:, 0].tolist() == [0, 5, 6]


def test_the_padding_of_a_window_is_marked():
    assert outside(slid_window(SAME, "zeros", (0,)), (8,)).tolist() == [True, False, False]
