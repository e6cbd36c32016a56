import pytest

from convstudio.model.words.fuzzy import fuzzy_order

TEXTS = ["Gaussian blur", "Box blur", "Sobel x", "Export all maps", "Save as"]


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        ("gauss", "Gaussian blur"),
        ("blur box", "Box blur"),
        ("sbl", "Sobel x"),
        ("gausian", "Gaussian blur"),
        ("SOBEL X", "Sobel x"),
        ("maps exp", "Export all maps"),
        ("xport", "Export all maps"),
        ("svae", "Save as"),
    ],
)
def test_a_text_is_found_by_parts_in_any_order_and_with_a_slip(wanted, best):
    assert TEXTS[fuzzy_order(wanted, TEXTS)[0]] == best


def test_a_slip_is_looked_for_only_where_nothing_else_is_found():
    assert fuzzy_order("save", ["Save as", "Safe"]) == [0]
    assert fuzzy_order("svae", ["Save as", "Open"]) == [0]


def test_nothing_typed_keeps_all_in_their_order():
    assert fuzzy_order("  ", TEXTS) == [*range(len(TEXTS))]


def test_a_word_that_stands_nowhere_finds_nothing():
    assert fuzzy_order("blur zebra", TEXTS) == []


def test_beginnings_come_before_what_only_holds_the_letters():
    assert [TEXTS[place] for place in fuzzy_order("bl", TEXTS)] == ["Gaussian blur", "Box blur"]
    assert fuzzy_order("s", ["has it", "so it is"]) == [1, 0]
