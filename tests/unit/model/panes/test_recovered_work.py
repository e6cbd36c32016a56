from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from convstudio.model.panes.recovered_work import RecoveredWork


def test_work_of_the_same_name_is_told_apart():
    picture = np.zeros((2, 2, 3), np.uint8)
    first, second = (RecoveredWork(key, "Lines", "today", picture) for key in ("a", "b"))
    assert first != second


def test_work_without_a_picture_can_be_listed():
    assert RecoveredWork("a", "Lines", "today", note="It breaks off.").picture is None


def test_a_line_of_the_list_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        RecoveredWork("a", "Lines", "today").name = "Dots"
