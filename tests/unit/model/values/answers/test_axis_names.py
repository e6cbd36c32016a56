from convstudio.model.values.answers.axis_names import AXES, PLURALS, axis_names, cell_place, place


def test_every_rank_has_a_singular_and_a_plural_for_each_axis():
    assert all(len(AXES[rank]) == len(PLURALS[rank]) == rank for rank in (1, 2, 3))


def test_a_vector_has_values():
    assert axis_names(1, is_vector=True) == (("value",), ("values",))


def test_places_are_counted_from_1():
    assert [place((0,)), place((0, 4, 2)), place((3,), is_vector=True)] == [
        "step 1",
        "plane 1, row 5, column 3",
        "value 4",
    ]


def test_a_cell_of_one_row_is_a_step():
    assert cell_place(0, 2, AXES[1]) == "step 3"
