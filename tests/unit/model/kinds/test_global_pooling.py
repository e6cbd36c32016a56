import numpy as np
import pytest

from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.view_state import ViewState
from convstudio.ops.shapes import ShapeError

VALUES = np.float32([[[1, 10], [2, 20]], [[3, 30], [6, 60]]])


def test_the_average_is_one_value_per_map():
    assert GlobalPool().run(frozen(VALUES)).tolist() == [3, 30]


def test_the_maximum_is_one_value_per_map():
    assert GlobalPool(kind="max").run(frozen(VALUES)).tolist() == [6, 60]


def test_a_vector_has_no_maps_to_pool():
    with pytest.raises(ShapeError, match="needs maps, and its input is a vector of 5 values"):
        GlobalPool().output_shape((5,))


def test_the_explanation_of_a_maximum_names_its_place():
    found = GlobalPool(kind="max").explain(TiledArray.of(VALUES), ViewState(position=(1,)), ["a", "b"])
    assert (found.output, found.read.winner) == (60, 3)


def test_it_makes_a_vector_of_as_many_values_as_there_are_maps():
    assert GlobalPool().output_shape((4, 5, 6)) == (6,)
