import numpy as np

from convstudio.model.values.answers.map_order import MapOrder

ROWS = np.arange(6, dtype=np.float32)


def test_rows_follow_their_maps():
    assert MapOrder(3, (2, 0)).picked(ROWS[:3]).tolist() == [2, 0]


def test_rows_of_a_flattened_map_follow_at_every_place():
    assert MapOrder(3, (2, 1, 0)).picked(ROWS).tolist() == [2, 1, 0, 5, 4, 3]


def test_new_maps_add_nothing_to_a_sum():
    assert MapOrder(3, (0, 1, 2, 2), (3,)).picked(ROWS[:3], adds_up=True).tolist() == [0, 1, 2, 0]


def test_maps_made_of_each_map_go_with_it():
    assert MapOrder(2, (1, 0), (1,)).in_blocks(3) == MapOrder(6, (3, 4, 5, 0, 1, 2), (3, 4, 5))
