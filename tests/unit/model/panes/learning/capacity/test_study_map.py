"""The heat map of a study: a cell for every size, with its accuracy as colour and as text."""

import numpy as np

from convstudio.model.learning.study import Study
from convstudio.model.panes.learning.capacity.study_graph import graph_choices
from convstudio.model.panes.learning.capacity.study_map import study_map
from tests.unit.model.panes.learning.capacity.test_study_graph import SIZES, STUDY

FOR_2, FOR_8 = graph_choices(STUDY)[-2:]


def plain(text):
    return text.replace("\xa0", " ")


def test_every_size_has_a_cell_and_one_that_is_not_trained_has_no_number():
    shown = study_map(STUDY, SIZES, FOR_2)
    np.testing.assert_array_equal(shown.shares, [[0.8, 1.0], [0.5, np.nan]])
    assert [plain(text) for _, _, text, _ in shown.cells] == ["80 %", "100 %", "50 %"]


def test_a_map_is_of_one_number_of_classes():
    assert study_map(STUDY, SIZES, FOR_8).shares[0].tolist() == [0.3, 0.7]


def test_sizes_stand_in_order_whatever_order_they_are_typed_in():
    shown = study_map(Study((4, 1), (5, 3), (2, 8)), SIZES, FOR_2)
    assert shown.shares[0].tolist() == [0.8, 1.0]
    assert [text for _, text in shown.ticks["bottom"]] == ["1 filter", "4 filters"]
    assert [text for _, text in shown.ticks["left"]] == ["3×3", "5×5"]


def test_what_is_under_the_mouse_is_told_with_its_spread():
    shown = study_map(STUDY, SIZES, FOR_2)
    assert plain(shown.told_at(0.2, 0.9)) == "1 filter 3×3: 80 % (70 % to 90 %)"
    assert plain(shown.told_at(1.2, 0.9)) == "4 filters 3×3: 100 %"
    assert shown.told_at(1.2, 1.9) == "4 filters 5×5: not trained"
    assert shown.told_at(2.5, 0.0) == ""


def test_more_is_lighter_and_every_number_can_be_read_on_its_colour():
    shown = study_map(STUDY, SIZES, FOR_2)
    assert shown.colours[0, 0].sum() < shown.colours[0, 1].sum()
    inks = {(row, column): ink for row, column, _, ink in shown.cells}
    assert sum(inks[0, 1]) < int(shown.colours[0, 1].sum())


def test_a_screen_reader_hears_every_size_and_before_that_there_is_none():
    assert study_map(STUDY, SIZES, FOR_2).sentence.count("×") == 3
    assert study_map(STUDY, [], FOR_2).sentence.endswith("nothing is trained yet.")
