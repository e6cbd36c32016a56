import numpy as np
import pytest

from convstudio.model.panes.exports.arrays import BLACK_TO_WHITE, ExportedArray, Part
from convstudio.model.values.arrays import frozen
from convstudio.model.values.scale import Scale

KERNELS = Part("kernels", ("rows", "columns", "channels", "filters"), (2, 2, 2, 3), 2, tuple("abcdef"))


def test_the_planes_of_kernels_are_channel_by_channel():
    values = frozen(np.arange(24).reshape(KERNELS.shape))
    array = ExportedArray(KERNELS, values)
    assert array.plane(4).tolist() == values[..., 1, 1].tolist()


def test_some_planes_keep_their_titles_values_and_levels():
    values = frozen(np.arange(24).reshape(KERNELS.shape))
    array = ExportedArray(KERNELS, values).with_levels(Scale())
    some = array.some([4, 0])
    assert (some.part.titles, some.part.shape, some.values.shape) == (("e", "a"), (2, 2, 1, 2), (2, 2, 1, 2))
    assert some.plane(0).tolist() == array.plane(4).tolist()
    assert some.levels == (array.levels[4], array.levels[0])


def test_a_vector_is_one_plane():
    array = ExportedArray(Part.of_maps((4,)), frozen([1, 2, 3, 4]))
    assert (array.part.titles, array.plane(0).tolist()) == (("1",), [1, 2, 3, 4])
    assert array.some([0]).values.tolist() == [1, 2, 3, 4]


def test_maps_of_a_shared_scale_have_one_pair_of_levels():
    maps = ExportedArray(Part.of_maps((1, 2, 2)), frozen([[[0, 5], [1, -9]]]))
    assert {(one.low, one.high) for one in maps.with_levels(Scale(is_shared=True)).levels} == {(-9.0, 9.0)}


@pytest.mark.parametrize(("value", "ends"), [(0, (0, 1)), (2, (0, 2)), (-2, (-2, 0)), (np.nan, (0, 1))])
def test_grey_levels_of_equal_values_reach_to_zero(value, ends):
    (levels,) = ExportedArray(Part.of_maps((1, 2, 1)), frozen([[[value], [value]]])).with_levels(None).levels
    assert ((levels.low, levels.high), levels.colour_map) == (ends, BLACK_TO_WHITE)


def test_a_glimpse_is_the_first_plane_made_small_with_the_levels_of_all_its_values():
    values = np.zeros((600, 900, 2))
    values[7, 7, 0] = -5
    maps = ExportedArray(Part.of_maps(values.shape), frozen(values)).with_levels(Scale(cuts=False))
    small = maps.glimpse(300)
    assert (small.part.shape, small.levels) == ((200, 300, 1), maps.levels[:1])
    assert ExportedArray(KERNELS, frozen(np.ones(KERNELS.shape))).glimpse(300).values.shape == (2, 2, 1, 1)
