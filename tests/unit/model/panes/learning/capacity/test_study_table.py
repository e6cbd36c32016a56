"""The table of a study for reading, and for a spreadsheet."""

from convstudio.model.learning.study import StudySummary
from convstudio.model.panes.learning.capacity.study_table import HEADS, copied_text, study_text, summary_cells

ONE = StudySummary(2, 3, 4, 3, 0.75, 0.0625, 0.7, 0.8, 0.5, 0.875, 32, 1656, 0.5)
ALONE = StudySummary(16, 5, 8, 1, 1.0, None, 1.0, 1.0, 0.5, 1.0, 10432, 656, 12.0)


def test_every_row_has_a_text_for_each_column():
    assert {len(summary_cells(one)) for one in (ONE, ALONE)} == {len(HEADS)}


def test_one_seed_has_no_spread():
    assert summary_cells(ALONE)[3] == "100\xa0%"


def test_the_columns_stand_below_each_other():
    lines = study_text([ONE, ALONE]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].index("Kernel") + len("Kernel") == lines[1].index("3×3") + 3


def test_a_spreadsheet_gets_plain_numbers_under_as_many_heads():
    rows = [line.split("\t") for line in copied_text([ONE, ALONE]).splitlines()]
    assert {len(row) for row in rows} == {10}
    assert rows[1][3:5] == ["0.75", "0.0625"]
    assert rows[2][3:5] == ["1.0", ""]
