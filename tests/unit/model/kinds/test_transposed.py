import numpy as np
import pytest

from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.ops.shapes import ShapeError

LAYER = ConvTranspose(frozen([[[1]], [[10]], [[100]]]), frozen([0.5]), (2,), (1,))


def test_every_value_paints_its_window():
    assert LAYER.run(frozen([[1], [2]]))[:, 0].tolist() == [1.5, 10.5, 102.5, 20.5, 200.5]


def test_the_terms_of_an_output_add_up_to_it():
    found = LAYER.calculation(TiledArray.of([[1], [2]]), 0, (2,))
    assert found.products.sum() + 0.5 == found.output == 102.5


def test_a_value_feeds_the_outputs_that_it_paints():
    np.testing.assert_array_equal(LAYER.fed_by((2, 1), (1,))[0], [2, 3, 4])


def test_a_cut_output_loses_the_cells_that_padding_takes():
    layer = ConvTranspose(LAYER.weights, LAYER.bias, (2,), (1,), ((1, 1),))
    assert (layer.cut_off((2,)), layer.output_shape((2, 1))) == (((1, 1),), (3, 1))


def test_an_input_of_another_rank_is_refused():
    with pytest.raises(ShapeError, match="a 1-D transposed convolution needs steps × channels"):
        LAYER.output_shape((4, 4, 1))
