"""The table of a study: one row for each size of network, with what it reached and what it takes."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.learning.study import StudySummary
from convstudio.model.values.numbers import apart, format_fixed, format_number, percent

HEADS = ("Filters", "Kernel", "Classes", "Held out", "Training", "Parameters", "Multiply-adds", "Seconds", "Seeds")
"""The columns: size, accuracy on held-out samples with its spread, accuracy on those trained on, and what it takes."""

_PLACES_OF_TIME = 2


def summary_cells(summary: StudySummary) -> tuple[str, ...]:
    """Write a row of the table.

    >>> row = summary_cells(StudySummary(2, 3, 4, 3, 0.75, 0.0625, 0.7, 0.8, 0.5, 0.875, 32, 656, 0.5))
    >>> [text.replace(chr(160), " ") for text in row]
    ['2', '3×3', '4', '75 % ± 6.2', '88 %', '32', '656', '0.50', '3']
    """
    return (
        str(summary.filters),
        f"{summary.kernel}×{summary.kernel}",
        str(summary.classes),
        accuracy_text(summary),
        percent(summary.training_accuracy),
        apart(summary.parameters),
        apart(summary.multiplications),
        format_fixed(summary.seconds, _PLACES_OF_TIME),
        str(summary.seeds),
    )


def accuracy_text(summary: StudySummary) -> str:
    """Write the accuracy on held-out samples with its standard deviation over the seeds, in points of per cent."""
    accuracy = percent(summary.accuracy)
    return accuracy if summary.spread is None else f"{accuracy} ± {format_number(100 * summary.spread, 2)}"


def study_text(summaries: Sequence[StudySummary]) -> str:
    """Write the table for reading, every column as wide as it must be."""
    cells = [HEADS, *map(summary_cells, summaries)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in cells]
    return "".join(f"{line}\n" for line in lines)


def copied_text(summaries: Sequence[StudySummary]) -> str:
    """Write the table for a spreadsheet, with tabs; accuracies are shares, their spread has a column of its own.

    >>> one = StudySummary(2, 3, 4, 1, 0.75, None, 0.75, 0.75, 0.5, 0.875, 32, 656, 0.5)
    >>> copied_text([one]).splitlines()[1].split("\\t")
    ['2', '3', '4', '0.75', '', '0.875', '32', '656', '0.5', '1']
    """
    heads = ("Filters", "Kernel", "Classes", "Held out", "Standard deviation", *HEADS[4:])
    rows = [
        (
            one.filters,
            one.kernel,
            one.classes,
            one.accuracy,
            "" if one.spread is None else one.spread,
            one.training_accuracy,
            one.parameters,
            one.multiplications,
            one.seconds,
            one.seeds,
        )
        for one in summaries
    ]
    return "".join("\t".join(map(str, row)) + "\n" for row in (heads, *rows))
