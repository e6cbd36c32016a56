import numpy as np
import pytest

from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.values.arrays import frozen

ONES = frozen(np.ones((4, 5, 6)))


def test_kept_values_are_divided_by_the_share_that_is_kept():
    assert set(np.unique(Dropout(0.5, 1).run(ONES))) == {0, 2}


def test_the_same_seed_silences_the_same_values():
    np.testing.assert_array_equal(Dropout(0.5, 3).run(ONES), Dropout(0.5, 3).run(ONES))


@pytest.mark.parametrize("layer", [Dropout(0.3, 7), SpatialDropout(0.3, 7)], ids=["values", "maps"])
def test_the_factor_of_one_cell_is_what_the_layer_multiplies_it_with(layer):
    made = layer.run(ONES)
    assert all(layer.factor(ONES.shape, cell) == made[cell] for cell in np.ndindex(ONES.shape))


def test_spatial_dropout_silences_whole_maps():
    made = SpatialDropout(0.5, 1).run(ONES)
    assert all(len(np.unique(made[..., channel])) == 1 for channel in range(6))


def test_a_rate_above_1_is_refused():
    with pytest.raises(ValueError, match="the rate must be between 0 and 1, not 2"):
        Dropout(2).output_shape((3,))
