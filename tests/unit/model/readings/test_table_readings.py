from convstudio.model.readings.inputs import ReadOptions
from convstudio.model.readings.table_layout import find_layout
from convstudio.model.readings.table_readings import table_choices, table_details, table_shape


def test_one_column_is_a_sequence():
    assert table_shape(7, 1) == (7, 1)


def test_a_plain_table_needs_no_details():
    assert table_details(find_layout(["1,2.5", "3,4.5"], ReadOptions()), 0) == []


def test_one_line_of_comments_is_told_in_the_singular():
    assert table_details(find_layout(["1,2.5", "3,4.5"], ReadOptions()), 1) == ["without 1 line of comments"]


def test_the_reading_that_was_taken_is_listed_first():
    found = find_layout(["0,1,2", "9,8,7"], ReadOptions())
    assert table_choices(found, 2)[0].options == found.layout.options


def test_choices_say_in_what_they_differ():
    texts = [choice.text for choice in table_choices(find_layout(["0,1,2", "9,8,7"], ReadOptions()), 2)]
    assert len(set(texts)) == len(texts) > 1
