"""The data that was chosen is there for every panel."""

import numpy as np
from pytestqt.qtbot import QtBot

from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.session.learning.data_choice import DataChoice

TWO = Dataset("two", frozen(np.zeros((2, 3, 3, 1))), np.array([0, 1]), class_names=("dark", "light"))


def test_other_data_is_told_once(qtbot: QtBot) -> None:
    choice = DataChoice()
    told = []
    choice.changed.connect(told.append)
    choice.use(TWO)
    choice.use(TWO)
    assert told == [TWO]
