"""Every label that shows a shape writes it in the order of the view's data format."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.files.resources import sample_thumbnail
from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.view_state import DataFormat, ViewState
from convstudio.views.input.pane import InputPane
from convstudio.views.layer.plain.pane import PlainLayerPane
from convstudio.views.map.pane import MapPane
from convstudio.views.window.ribbon import Ribbon
from tests.views.map_documents import document_of


def document() -> Document:
    """A 6×9 input of two channels, four filters, and a pooling."""
    made = document_of(np.ones((6, 9, 2)), np.ones((3, 3, 2, 4)))
    return Document(made.sample, Network((*made.layers, Pool())))


def shown_in(qtbot: QtBot, pane: QWidget, data_format: DataFormat, layer: int = 0) -> None:
    """Show the document as Keras writes it, then only the view in the data format."""
    qtbot.addWidget(pane)
    pane.show_document(document(), ViewState(layer=layer))
    pane.show_view(document(), ViewState(layer=layer, data_format=data_format))


@pytest.mark.parametrize(
    ("data_format", "facts"),
    [
        ("keras", ["6×9×2", "4×7×4 · 76 parameters", "2×3×4 · no parameters"]),
        ("pytorch", ["2×6×9", "4×4×7 · 76 parameters", "4×2×3 · no parameters"]),
    ],
)
def test_the_ribbon_writes_shapes_in_the_data_format(qtbot: QtBot, data_format: DataFormat, facts: list[str]) -> None:
    ribbon = Ribbon()
    shown_in(qtbot, ribbon, data_format)
    chips = [chip for chip in ribbon.findChildren(QAbstractButton) if chip.accessibleDescription()]
    assert [chip.accessibleDescription() for chip in chips] == facts


def test_pointing_at_a_layer_spells_what_it_makes(qtbot: QtBot) -> None:
    ribbon = Ribbon()
    shown_in(qtbot, ribbon, "pytorch")
    tips = [chip.toolTip().split("\n")[0] for chip in ribbon.findChildren(QAbstractButton)]
    assert "PyTorch: [1, 4, 4, 7] = 1 sample, 4 channels, 4 rows, 7 columns" in tips


@pytest.mark.parametrize(
    ("data_format", "text", "spelled"),
    [
        (
            "keras",
            "6 rows × 9 columns × 2 channels",
            "Keras: [1, 6, 9, 2] = 1 sample, 6 rows, 9 columns, 2 channels",
        ),
        (
            "pytorch",
            "2 channels × 6 rows × 9 columns",
            "PyTorch: [1, 2, 6, 9] = 1 sample, 2 channels, 6 rows, 9 columns",
        ),
    ],
)
def test_the_input_pane_writes_its_shape_in_the_data_format(
    qtbot: QtBot, data_format: DataFormat, text: str, spelled: str
) -> None:
    pane = InputPane((), LIMITS, sample_thumbnail)
    shown_in(qtbot, pane, data_format)
    label = pane.heading.shape_label
    assert (label.text(), label.toolTip()) == (text, spelled)


@pytest.mark.parametrize(
    ("data_format", "spelled"),
    [
        ("keras", "Keras: [1, 4, 7, 4] = 1 sample, 4 rows, 7 columns, 4 channels"),
        ("pytorch", "PyTorch: [1, 4, 4, 7] = 1 sample, 4 channels, 4 rows, 7 columns"),
    ],
)
def test_pointing_at_the_shape_of_a_map_spells_all_maps(qtbot: QtBot, data_format: DataFormat, spelled: str) -> None:
    pane = MapPane(LIMITS, load_colour_map)
    shown_in(qtbot, pane, data_format)
    assert pane.header.shape_label.toolTip().split("\n")[1] == spelled


@pytest.mark.parametrize(("data_format", "text"), [("keras", "4×7×4 → 2×3×4"), ("pytorch", "4×4×7 → 4×2×3")])
def test_a_layer_without_kernels_writes_its_change_in_the_data_format(
    qtbot: QtBot, data_format: DataFormat, text: str
) -> None:
    pane = PlainLayerPane(LIMITS)
    qtbot.addWidget(pane)
    pane.show_document(document(), ViewState(layer=1, data_format=data_format))
    assert text in [label.text() for label in pane.findChildren(QLabel)]
