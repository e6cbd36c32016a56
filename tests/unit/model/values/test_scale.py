import pytest

from convstudio.model.values.limits import LIMITS
from convstudio.model.values.scale import Scale, fits_table


@pytest.mark.parametrize(("spatial", "fits"), [((64, 64), True), ((65, 64), False), ((4, 17, 8), False), ((64,), True)])
def test_a_map_fits_a_table_up_to_its_longest_side(spatial, fits):
    assert fits_table(spatial) is fits


def test_only_large_maps_leave_out_extremes_unless_the_user_chose():
    assert [Scale().cuts_on((side,)) for side in (LIMITS.table_length, LIMITS.table_length + 1)] == [False, True]


@pytest.mark.parametrize("choice", [True, False])
def test_the_choice_of_the_user_holds_for_every_size(choice):
    assert {Scale(cuts=choice).cuts_on((side,)) for side in (4, 400)} == {choice}
