"""What is said about a table that was read, and about the other likely ways to read it."""

from __future__ import annotations

from convstudio.model.readings.inputs import ReadChoice, shape_words
from convstudio.model.readings.table_layout import FoundLayout, TableLayout
from convstudio.model.values.answers.counted import counted


def table_shape(rows: int, columns: int) -> tuple[int, ...]:
    """Return the shape of the input that a table makes: one row or one column is a sequence.

    >>> table_shape(1, 5), table_shape(2, 5)
    ((5, 1), (2, 5, 1))
    """
    return (rows * columns, 1) if 1 in (rows, columns) else (rows, columns, 1)


def table_details(found: FoundLayout, comments: int) -> list[str]:
    """Say what was decided when a table was read, each the end of a sentence.

    >>> from convstudio.model.readings.inputs import ReadOptions
    >>> from convstudio.model.readings.table_layout import find_layout
    >>> table_details(find_layout(["a;b", "0,5;1"], ReadOptions()), 2)
    ['without the header row', 'without 2 lines of comments', 'with decimal commas']
    """
    layout, details = found.layout, []
    if layout.has_header:
        details.append("without the header row")
    if layout.has_index:
        details.append("without the column of row names")
    if comments:
        details.append(f"without {counted(comments, 'line')} of comments")
    if _commas(layout) and (layout.decimal == "comma" or layout.grouping or found.doubts):
        details.append(f"with {_commas(layout)}")
    return details


def table_choices(found: FoundLayout, lines: int) -> tuple[ReadChoice, ...]:
    """Return the likely ways to read a table of so many lines, the one that was taken first.

    >>> from convstudio.model.readings.inputs import ReadOptions
    >>> from convstudio.model.readings.table_layout import find_layout
    >>> [choice.text for choice in table_choices(find_layout(["0,1,2", "9,8,7"], ReadOptions()), 2)]
    ['3 steps (the first row is a header)', '2 rows × 3 columns (every row is data)']
    """
    layouts = (found.layout, *found.doubts, *found.others)
    shapes = [table_shape(*found.shape(layout, lines)) for layout in layouts]
    return tuple(
        ReadChoice(layout.options, f"{shape_words(shape)}{_aspects(layout, layouts)}", shape)
        for layout, shape in zip(layouts, shapes, strict=True)
    )


def _aspects(layout: TableLayout, layouts: tuple[TableLayout, ...]) -> str:
    """Say in what a layout differs from others."""
    differing = [
        text
        for text, others in zip(_aspect_texts(layout), zip(*map(_aspect_texts, layouts), strict=True), strict=True)
        if len(set(others)) > 1
    ]
    return f" ({', '.join(differing)})" if differing else ""


def _aspect_texts(layout: TableLayout) -> tuple[str, str, str]:
    return (
        "the first row is a header" if layout.has_header else "every row is data",
        "the first column holds row names" if layout.has_index else "every column is data",
        _commas(layout),
    )


def _commas(layout: TableLayout) -> str:
    if layout.decimal is None:
        return ""
    if layout.decimal == "comma":
        return "decimal commas"
    return "commas between thousands" if layout.grouping else "commas between columns"
