"""On a sequence nothing in the window speaks of rows or columns."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.files.resources import load_detectors, sample_thumbnail
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.calculation.pane import CalculationPane
from convstudio.views.input.pane import InputPane
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.layer.pane import LayerPane
from convstudio.views.map.pane import MapPane

WORDS = re.compile(r"\b(row|rows|column|columns)\b", re.IGNORECASE)
GROWING = ConvTranspose(frozen(np.ones((3, 1, 1))), frozen([0]), (2,), (1,), "same")
LAYERS = {"a convolution": Conv.of(np.ones((3, 1, 2))), "a pooling": Pool("max", (2,)), "a transposed one": GROWING}


def texts_of(widget: QWidget) -> list[str]:
    found = [widget.accessibleName(), widget.accessibleDescription()]
    if isinstance(widget, QLabel | QAbstractSpinBox):
        found += [widget.text(), widget.toolTip()]
    if isinstance(widget, QTableView):
        model = widget.model()
        cells = range(model.columnCount(QModelIndex())) if model.rowCount(QModelIndex()) else ()
        found += [str(model.index(0, at).data(Qt.ItemDataRole.ToolTipRole)) for at in cells]
    return found


@pytest.mark.parametrize("kind", LAYERS)
def test_a_sequence_has_steps_and_neither_rows_nor_columns(qtbot: QtBot, kind: str) -> None:
    document = Document(Sample.of("steps", np.arange(8.0)[:, np.newaxis]), Network((LAYERS[kind],)))
    view, result = ViewState(position=(0,)), forward(document)
    panes = (InputPane((), LIMITS, sample_thumbnail), LayerPane(KernelPane(load_detectors(), LIMITS), LIMITS),
             MapPane(LIMITS, load_colour_map),
             CalculationPane((1, 2, 4), LIMITS))  # fmt: skip
    said = set()
    for pane in panes:
        qtbot.addWidget(pane)
        pane.show()
        if isinstance(pane, CalculationPane):
            pane.show_document(document, view, result)
        else:
            pane.show_document(document, view)
        if isinstance(pane, MapPane):
            pane.show_result(document, view, result.layers[0])
        QApplication.processEvents()  # what is made late is made while the pane is there
        said |= {text for one in (pane, *pane.findChildren(QWidget)) if one.isVisible() for text in texts_of(one)}
    assert {text for text in said if WORDS.search(text)} == set()
