"""The up-sampling by hand; what every kind must answer is asked in tests/property/test_every_kind.py."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.ops import ShapeError, upsample

LIMITS = Limits(*[9] * len(Limits.__dataclass_fields__))


def test_every_cell_becomes_a_block():
    made = UpSampling((2, 3)).run(frozen([[[1], [2]], [[3], [4]]]))
    assert made[..., 0].tolist() == [[1, 1, 1, 2, 2, 2]] * 2 + [[3, 3, 3, 4, 4, 4]] * 2


def test_it_says_which_cell_a_value_is_copied_from():
    read = TiledArray.of([[[1, 5], [2, 6]], [[3, 7], [4, 8]]])
    found = UpSampling().explain(read, ViewState(filter=1, position=(1, 2)), ("red", "green"))
    assert found.sentence == "6: copied from row 1, column 2 of green."
    assert (
        found.text
        == "6: copied from row 1, column 2 of green\nevery cell is repeated to 2×2 cells: nothing is computed"
    )


def test_a_box_of_its_output_is_made_of_the_cells_under_it_alone():
    values = frozen(np.arange(12).reshape(3, 4, 1))
    layer, box = UpSampling((2, 3)), (slice(1, 4), slice(2, 8))
    np.testing.assert_array_equal(layer.run_box(TiledArray.of(values), box), layer.run(values)[box])


def test_a_factor_is_set_for_one_axis_and_stays_within_the_limit_of_strides():
    (rows, columns) = UpSampling().form(LIMITS)
    assert columns.write(UpSampling(is_on=False), 0, 3) == UpSampling((2, 3), is_on=False)
    assert (rows.name, columns.name, rows.low, rows.high) == ("Factor rows", "Factor columns", 1, 9)


@pytest.mark.parametrize(("rank", "factor"), [(1, (3,)), (2, (2, 3)), (3, (3, 2, 3))])
def test_for_another_rank_it_keeps_its_last_factors(rank, factor):
    assert UpSampling((2, 3)).in_rank(rank) == UpSampling(factor)


def test_a_vector_cannot_grow():
    with pytest.raises(ShapeError, match="needs maps with 2 axes, and its input is 5: move it further left"):
        UpSampling().output_shape((5,))


def test_its_formula_has_the_live_numbers():
    assert UpSampling((2, 3)).formula((4, 5, 1)) == "rows: 4 · 2 = 8 · columns: 5 · 3 = 15"


@pytest.mark.parametrize("factor", [(), (0, 2), (1.5,), (2, 2, 2, 2)])
def test_factors_that_do_not_enlarge_are_refused(factor):
    with pytest.raises(ValueError, match="whole number from 1 on"):
        upsample(np.ones((4, 4, 1)), factor)


def test_an_equal_layer_is_equal_and_another_factor_is_not():
    assert UpSampling((2, 2)) == UpSampling()
    assert replace(UpSampling(), factor=(2, 3)) != UpSampling()
