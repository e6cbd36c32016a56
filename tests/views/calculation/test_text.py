"""The texts of the calculation take the room that they need, and no more."""

from PySide6.QtGui import QFontMetrics

from convstudio.views.calculation.text import CalculationField, ResultLabel


def test_the_result_asks_for_the_room_of_the_size_that_it_is_written_in(qtbot):
    label = ResultLabel()
    qtbot.addWidget(label)
    asked = [label.sizeHint().width()]
    for growth in (2.0, 1.0):
        label.set_growth(growth)
        asked.append(label.sizeHint().width())
    assert asked[0] == asked[2] < asked[1]


def test_the_arithmetic_is_written_smaller_where_it_then_fits(qtbot):
    field = CalculationField()
    qtbot.addWidget(field)
    field.resize(430, 95)
    field.show()
    sizes, scrolled = [], []
    for terms in (8, 13, 40):
        field.show_text(" + ".join(["0.172·(-0.12)"] * terms))
        sizes.append(field.font().pointSizeF())
        scrolled.append(field.verticalScrollBar().maximum() > 0)
    assert sizes[0] > sizes[1] >= sizes[2] >= 0.8 * sizes[0]
    assert scrolled == [False, False, True]


def test_stepping_does_not_write_the_arithmetic_larger_again(qtbot):
    field = CalculationField()
    qtbot.addWidget(field)
    field.resize(430, 95)
    field.show()
    field.show_text(" + ".join(["0.172·(-0.12)"] * 13))
    small = field.font().pointSizeF()
    field.show_text("0.172·(-0.12)", refit=False)
    stepped = field.font().pointSizeF()
    field.resize(430, 96)
    assert small == stepped < field.font().pointSizeF()


def test_a_result_stays_on_the_line_of_its_terms_where_a_little_less_size_keeps_it_there(qtbot):
    field = CalculationField()
    qtbot.addWidget(field)
    line = " + ".join(["0·0"] * 9) + " = 0"
    field.show_text(line)
    field.resize(900, 90)
    field.show()
    usual = field.font().pointSizeF()

    field.resize(QFontMetrics(field.font()).horizontalAdvance(line) - 10, 90)

    assert 0.9 * usual < field.font().pointSizeF() < usual
    assert field.document().firstBlock().layout().lineCount() == 1


def test_a_result_that_is_longer_than_its_room_keeps_its_sign(qtbot):
    label = ResultLabel()
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    pictures = []
    for text in ("-5.489e-22", "5.489e-22"):
        label.setText(text)
        pictures.append(label.grab().toImage())
    assert pictures[0] != pictures[1]
