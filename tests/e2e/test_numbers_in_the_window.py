"""Every number in the window and its lenses follows one rule: no `-0.0`, no `1e-05`, no digits of a raw float."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.views.parts.room.all_widgets import windows
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell

STRAYS = re.compile(r"(?<![\w.,])-0(?:\.0*)?(?![\d.,/])|\de[+-]0\d|\de\+\d|\d\.\d{13,}|(?<![\w])(?:nan|inf)(?![\w])")
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


def texts_of(widget: QWidget) -> list[str]:
    found = [widget.toolTip(), widget.accessibleDescription()]
    if isinstance(widget, QLabel | QAbstractButton):
        found.append(widget.text())
    if isinstance(widget, QPlainTextEdit):
        found.append(widget.toPlainText())
    if isinstance(widget, QAbstractItemView):
        model, root = widget.model(), QModelIndex()
        rows, columns = min(40, model.rowCount(root)), min(40, model.columnCount(root) if is_table(model) else 1)
        cells = [(row, column) for row in range(rows) for column in range(columns)]
        found += [str(model.index(*cell).data(role) or "") for cell in cells for role in ROLES]
    return found


def is_table(model: QAbstractItemModel) -> bool:
    return not isinstance(model, QAbstractListModel)  # which hides its one column


def strays(*windows: QWidget) -> set[str]:
    widgets = [widget for window in windows for widget in (window, *window.findChildren(QWidget)) if widget.isVisible()]
    return {text for widget in widgets for text in texts_of(widget) if STRAYS.search(text)}


def small_weights(document):
    """The document with two filters of weights that a short way of writing rounds to 0."""
    kernel = np.array([[-0.03, 0.02, -1e-5], [1e-9, -0.4, 1 / 3], [0.0, -0.0049, -1e-12]], np.float32)
    weights = np.repeat(kernel[..., None, None], document.sample.channels, axis=2)
    layer = Conv.of(np.concatenate([weights, -weights], axis=-1), [-1e-7, 0.1])
    return document.with_layer(0, layer)


@pytest.mark.parametrize("text", ["-0.0", "a -0 b", "1e-05", "0.30000000000000004", "nan", "-0.00·1", "3e+20"])
def test_a_stray_is_found(text):
    assert STRAYS.search(text)


@pytest.mark.parametrize("text", ["-0.03", "1e-5", "(-0.5)", "0", "-1/9", "6-0-1", "NaN", "information", "e^−x"])
def test_a_number_that_follows_the_rule_is_no_stray(text):
    assert not STRAYS.search(text)


def test_the_panes_and_every_lens_write_numbers_by_one_rule(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        studio = inside.studio
        studio.session.apply("Set weights", small_weights(studio.session.document))
        desk.wait(
            lambda: studio.display.result is not None and studio.display.result.document is studio.session.document
        )
        QApplication.processEvents()
        assert strays(desk.window) == set()
        for title in studio.learn.lessons:
            studio.learn.open(title)
            QApplication.processEvents()
            shown = [window for window in windows() if window.isVisible()]
            assert strays(*shown) == set(), title

    assert tell(qtbot, story, "sample:noise") == 0
