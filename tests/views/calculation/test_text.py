"""The texts of the calculation take the room that they need, and no more."""

from convstudio.views.calculation.text import ResultLabel


def test_the_result_asks_for_the_room_of_the_size_that_it_is_written_in(qtbot):
    label = ResultLabel()
    qtbot.addWidget(label)
    asked = [label.sizeHint().width()]
    for growth in (2.0, 1.0):
        label.set_growth(growth)
        asked.append(label.sizeHint().width())
    assert asked[0] == asked[2] < asked[1]
