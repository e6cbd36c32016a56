"""The picture of a study: a line for each number of classes or each kernel, with the spread at each point."""

import numpy as np

from convstudio.model.learning.study import Study, StudySummary
from convstudio.model.panes.learning.capacity.study_graph import finding, graph_choices, study_graph

STUDY = Study((1, 4), (3, 5), (2, 8), 3)
BY_CLASSES, OTHER_KERNEL, BY_KERNEL, *_ = graph_choices(STUDY)


def size(filters, kernel, classes, accuracy, spread=0.1):
    return StudySummary(
        filters, kernel, classes, 3, accuracy, spread, accuracy - spread, accuracy + spread, 0.5, 0.9, 10, 100, 1.0
    )


SIZES = [size(1, 3, 2, 0.8), size(4, 3, 2, 1.0, 0.0), size(1, 3, 8, 0.3), size(4, 3, 8, 0.7), size(1, 5, 2, 0.5)]


def test_a_picture_has_a_line_for_each_number_of_classes_at_one_kernel():
    assert [line.name for line in study_graph(STUDY, SIZES, BY_CLASSES).lines] == ["2 classes", "8 classes"]
    assert [line.name for line in study_graph(STUDY, SIZES, BY_KERNEL).lines] == ["3×3", "5×5"]


def test_a_point_has_its_mean_and_its_worst_and_best_seed():
    line = study_graph(STUDY, SIZES, BY_CLASSES).lines[1]
    np.testing.assert_allclose([line.y, line.lows, line.highs], [[0.3, 0.7], [0.2, 0.6], [0.4, 0.8]])


def test_numbers_of_filters_stand_side_by_side_in_order():
    graph = study_graph(Study((8, 1, 2)), [], BY_CLASSES)
    assert [text for _, text in graph.ticks["bottom"]] == ["1", "2", "8 filters"]


def test_what_is_under_the_mouse_is_read_out_with_its_spread():
    told = study_graph(STUDY, SIZES, BY_CLASSES).values_at(1.7).replace("\xa0", " ")
    assert told == "4 filters: 2 classes 100 %, 8 classes 70 % (60 % to 80 %)"


def test_a_screen_reader_hears_every_point_and_before_that_there_is_none():
    assert study_graph(STUDY, SIZES, BY_CLASSES).sentence.count("classes 8") == 1
    assert study_graph(STUDY, [], BY_CLASSES).sentence.endswith("nothing is trained yet.")


def test_how_many_filters_are_enough_is_said_of_lines_that_are_whole():
    told = finding(STUDY, SIZES, BY_CLASSES).replace("\xa0", " ")
    assert (
        told
        == "95 % of the held-out samples are right from 4 filters on for 2 classes. For 8 classes, 95 % is not reached."
    )
    assert finding(STUDY, SIZES, OTHER_KERNEL) == ""


def test_a_size_is_enough_only_where_all_larger_ones_are():
    sizes = [size(1, 3, 2, 1.0, 0.0), size(4, 3, 2, 0.9)]
    assert "is not reached" in finding(STUDY, sizes, BY_CLASSES)
