import pytest

from convstudio.model.readings.inputs import ReadOptions
from convstudio.model.readings.table_layout import find_layout


def found(text, **options):
    return find_layout(text.split("\n"), ReadOptions(**options))


@pytest.mark.parametrize(
    ("text", "header", "index"),
    [
        ("a,b,c\n1,2,3", True, False),
        ("a,b,c\n1,nan,3", True, False),
        ("1,2\n3,4", False, False),
        ("0,1,2\n9,8,7", True, False),
        ("0,1,2\n3,4,5", False, False),
        ("0,1,2\n0,1,2", False, False),
        ("0,1\n1,0", False, False),
        ("0,1\n9,8", True, False),
        (",0,1\n0,9,8\n1,6,5", True, True),
        (",a,b\nx,9,8\ny,6,5", True, True),
        ("name,a,b\nx,9,8\ny,6,5", True, True),
        ("x,9,8\ny,6,5", False, True),
        ("id,a,b\n0,9,8\n1,6,5", True, True),
        ("id,a,b\n7,9,8\n3,6,5", True, False),
        ("a b\nr1 1 2\nr2 3 4", True, True),
        ("1,2\nx,4", False, False),
        ("a,b", False, False),
    ],
)
def test_names_of_columns_and_rows_are_told_from_numbers(text, header, index):
    layout = found(text).layout
    assert (layout.has_header, layout.has_index) == (header, index)


@pytest.mark.parametrize(
    ("text", "decimal", "doubtful"),
    [
        ("1,2,3\n4,5,6", None, False),
        ("0,5;1,5", "comma", False),
        ("0,5 1,5\n2,5 3,5", "comma", False),
        ("0,5\n0,25", "comma", True),
        ("0,5\n0,25\n1,5", "point", True),
        ("12,50\n3,75", "point", True),
        ("1,05\n2,5", "comma", False),
        ("-0,5\n1,5", "comma", False),
        ("1,2\n3,4", "point", False),
        ("0,1\n1,0", "point", False),
        ("1,2\n3\n4,5", "comma", False),
        ('"1,234","2"', "point", True),
        ('"1,234.5","2"', "point", False),
        ('"1,234,567","2"', "point", False),
        ('"0,5","1,5"', "comma", False),
        ("1,234;2\n3;4,567", "comma", True),
        ("1.234,5;2", "comma", False),
    ],
)
def test_what_a_comma_is_follows_from_the_other_cells_and_is_asked_where_it_does_not(text, decimal, doubtful):
    layout = found(text)
    assert (layout.layout.decimal, bool(layout.doubts)) == (decimal, doubtful)


@pytest.mark.parametrize(
    ("text", "cell", "value"),
    [
        ('"1,234","2"', "1,234", 1234),
        ('"1,234.5","2"', "-1,234.5", -1234.5),
        ("1.234,5;2", "1.234,5", 1234.5),
        ("0,5;1,5", "0,5", 0.5),
    ],
)
def test_signs_between_thousands_are_left_out(text, cell, value):
    assert found(text).layout.number(cell, takes_all=False) == value


def test_a_comma_at_another_place_than_between_thousands_is_not_left_out():
    with pytest.raises(ValueError, match="“12,34” is not a number, because commas are not decimal signs here"):
        found('"1,234","2"').layout.number("12,34", takes_all=False)


@pytest.mark.parametrize("text", ["0,1,2\n9,8,7", '"1,234","2"', "0,5\n0,25", "1,2\n3,4", "id,a\n0,9\n1,6"])
def test_the_options_of_every_layout_lead_to_it_again(text):
    every = found(text)
    for layout in (every.layout, *every.doubts, *every.others):
        again = find_layout(text.split("\n"), layout.options)
        assert (again.layout, again.doubts) == (layout, ())
    assert every.doubts or every.others


def test_wishes_stand_above_the_evidence():
    assert found("a,b\n1,2", header=False).layout.has_header is False
    assert found("1,2\n3,4", header=True).layout.has_header is True
    assert found("1,2\n3,4", decimal="comma").layout.separator == ""
