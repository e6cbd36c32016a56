import numpy as np

from convstudio.model.panes.learning.data.samples import ExaminedData, Verdicts
from convstudio.model.panes.learning.data.tables import class_rows, confusion
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset, Split

DATA = Dataset("five", frozen(np.zeros((5, 2, 1))), np.array([0, 0, 1, 1, 1]), class_names=("cat", "dog"))
PARTS = Split(np.array([0, 2, 4]), np.array([1, 3]))
EXAMINED = ExaminedData(DATA, PARTS, Verdicts(np.zeros(5), np.array([0, 1, 1, 1, 2]), None, 3))
MAPS = ExaminedData(Dataset("m", frozen(np.zeros((1, 1))), maps=frozen(np.zeros((1, 1)))), PARTS)


def test_the_confusion_counts_class_by_prediction():
    table = confusion(EXAMINED)
    assert (table.rows, table.columns) == (("cat", "dog"), ("cat", "dog", "2"))
    assert table.counts.tolist() == [[1, 1, 0], [0, 2, 1]]


def test_the_confusion_of_a_part_counts_its_samples_alone():
    assert confusion(EXAMINED, "held out").counts.tolist() == [[0, 1, 0], [0, 1, 0]]


def test_there_is_no_confusion_before_the_network_was_tried_nor_for_maps():
    assert confusion(ExaminedData(DATA, PARTS)) is None
    assert confusion(MAPS) is None


def test_a_cell_says_what_it_counts():
    table = confusion(EXAMINED)
    assert table.words(1, 2) == "1 of 3 samples of dog are taken for 2"
    assert table.share(1, 1) == 2 / 3


def test_the_classes_are_counted_by_part_with_how_many_are_right():
    assert class_rows(EXAMINED) == [
        ("cat", "2", "1 of 1 (100\xa0%)", "0 of 1 (0\xa0%)"),
        ("dog", "3", "1 of 2 (50\xa0%)", "1 of 1 (100\xa0%)"),
        ("All", "5", "2 of 3 (66.7\xa0%)", "1 of 2 (50\xa0%)"),
    ]


def test_nothing_is_claimed_before_the_network_was_tried():
    assert class_rows(ExaminedData(DATA, PARTS))[2] == ("All", "5", "– of 3", "– of 2")


def test_maps_have_no_classes():
    assert class_rows(MAPS) == []
