import numpy as np
import pytest

from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts, one_at
from convstudio.model.values.arrays import frozen
from convstudio.model.values.limits import LIMITS
from convstudio.ops import local_response_norm
from convstudio.ops.shapes import ShapeError

TWO = LocalResponseNorm(before=1, after=0, alpha=2.0, beta=1.0, k=1.0)
READ = frozen([1, 2, 3])


def test_a_value_is_divided_by_the_mean_of_squares_of_its_neighbours():
    np.testing.assert_allclose(TWO.run(READ), [1 / 2, 2 / 6, 3 / 14], rtol=1e-6)


def test_a_new_one_is_pytorchs_over_five_channels():
    new = LocalResponseNorm()
    assert (new.size, new.alpha, new.beta, new.k) == (5, 1e-4, 0.75, 1.0)


def test_the_calculation_shows_the_squares_and_the_power():
    _, text = TWO.told((3,), (2,), READ)
    assert text == "3 ÷ (1 + 2 ÷ 2 · 13)^1 = 0.2143\nsum of squares of channels 2 to 3: 2² + 3² = 13"


def test_of_a_vector_the_window_is_the_neighbours_that_there_are():
    assert TWO.window((3,), (0,)).sources[0].tolist() == [0]
    assert TWO.window((3,), (2,)).sources[0].tolist() == [1, 2]
    assert TWO.fed_by((3,), (1,))[0].tolist() == [1, 2]


def test_paths_lead_from_the_neighbours_of_a_channel():
    one = PathCounts((one_at(4, 1), one_at(3, 2)))
    assert TWO.paths((4, 3), one).paths[1].tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("order", "does_follow"),
    [(MapOrder(3, (0, 2)), True), (MapOrder(2, (0, 1, 0), (2,)), True), (MapOrder(2, (1, 0)), False)],
)
def test_it_follows_only_maps_that_keep_their_order(order, does_follow):
    assert (TWO.following(order) is not None) == does_follow


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("Alpha", -1, "Alpha must be 0 or more, not -1."),
        ("Beta", -0.5, "Beta must be 0 or more, not -0.5."),
        ("K", 0, "K must be above 0, not 0."),
    ],
)
def test_numbers_that_would_divide_by_nothing_are_refused(name, value, sentence):
    setting = next(one for one in TWO.form(LIMITS) if one.name == name)
    with pytest.raises(ValueError, match=sentence):
        setting.write(TWO, 0, value)


def test_the_function_refuses_an_input_without_channels():
    with pytest.raises(ShapeError, match="needs an axis of channels"):
        local_response_norm(3.0, 1, 1)


def test_the_function_refuses_less_than_no_neighbours():
    with pytest.raises(ValueError, match="use 0 or more"):
        local_response_norm([3.0], -1, 1)
