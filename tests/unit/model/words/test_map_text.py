import numpy as np
import pytest

from convstudio.model.words.map_text import map_text

VALUES = np.random.default_rng(4).normal(size=(5, 7)).astype(np.float32)


@pytest.mark.parametrize("values", [VALUES, VALUES[0], VALUES[:1], VALUES[:, :1], VALUES * 1e30])
def test_numpy_reads_its_text_back(values):
    read = eval(map_text(values, "numpy"), {"np": np})
    assert (read.dtype, read.tolist()) == (np.float32, values.tolist())


def test_what_is_not_finite_has_numpys_names():
    values = np.float32([[np.nan, np.inf, -np.inf]])
    np.testing.assert_array_equal(eval(map_text(values, "numpy"), {"np": np}), values)


def test_a_table_has_a_line_for_each_row_and_a_tab_between_cells():
    cells = [[float(cell) for cell in line.split("\t")] for line in map_text(VALUES, "table").split("\n")]
    np.testing.assert_array_equal(np.float32(cells), VALUES)


def test_a_map_that_no_clipboard_takes_is_refused():
    with pytest.raises(ValueError, match="The map has 262144 values, and at most 250000 are copied as text"):
        map_text(np.zeros((512, 512), np.float32), "table")
