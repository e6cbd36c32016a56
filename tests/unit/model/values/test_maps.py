import numpy as np

from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.maps import Maps

MAPS = Maps(TiledArray.of(np.zeros((5, 6, 3))))


def test_another_map_leaves_the_others():
    changed = MAPS.with_map(1, np.ones((5, 6)))
    assert [float(changed.map(index).sum()) for index in range(3)] == [0, 30, 0]


def test_a_box_is_written_into_a_map_of_its_own_too():
    changed = MAPS.with_map(1, np.ones((5, 6))).with_box((slice(0, 1), slice(0, 1)), [[[7, 8, 9]]])
    assert [changed.map(index)[0, 0] for index in range(3)] == [7, 8, 9]


def test_joined_maps_hold_those_of_their_own():
    changed = MAPS.with_map(2, np.ones((5, 6)))
    np.testing.assert_array_equal(changed.joined.to_array()[..., 2], np.ones((5, 6)))


def test_the_changed_map_is_named():
    assert MAPS.with_map(2, np.ones((5, 6))).maps_changed(MAPS) == (2,)


def test_a_box_of_all_maps_may_change_any_map():
    assert MAPS.with_box((slice(0, 1), slice(0, 1)), [[[1, 1, 1]]]).maps_changed(MAPS) is None


def test_a_map_cannot_be_written_to():
    assert not MAPS.map(0).flags.writeable
