"""Fields with their labels, which stay together where a row of them wraps, and labels for sentences."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from convstudio.views.parts.controls import PlainLabel, labelled, row_of


def with_label(field: QWidget) -> QWidget:
    """Put a field beside its label, which is its accessible name."""
    pair = QWidget()
    pair.setLayout(row_of(labelled(field.accessibleName(), field), field))
    pair.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return pair


def wrapping_label(*, small: bool = False) -> PlainLabel:
    """Make a label for sentences."""
    label = PlainLabel(small=small)
    label.setWordWrap(True)
    return label
