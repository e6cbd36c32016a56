import numpy as np

from convstudio.model.kinds.flatten import Flatten, flat_index, source_cell
from convstudio.model.values.arrays import frozen

READ = (2, 3, 4)


def test_values_are_in_a_line_channels_last():
    values = np.arange(24, dtype=np.float32).reshape(READ)
    assert Flatten().run(frozen(values)).tolist() == list(range(24))


def test_the_source_of_a_value_and_its_place_are_each_others_inverse():
    assert [flat_index(READ, source_cell(READ, at)) for at in range(24)] == list(range(24))


def test_a_cell_feeds_one_value_per_channel():
    np.testing.assert_array_equal(Flatten().fed_by(READ, (1, 0))[0], [12, 13, 14, 15])


def test_the_window_of_a_value_is_the_cell_that_it_was():
    assert [int(along[0]) for along in Flatten().window(READ, (13,)).positions] == [1, 0]
