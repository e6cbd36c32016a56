"""Every label that shows a shape writes it in the order of the view's dialect."""

from __future__ import annotations

import numpy as np
import pytest
from map_documents import document_of
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.limits import LIMITS
from convstudio.model.document import Document
from convstudio.model.kinds import Pool
from convstudio.model.network import Network
from convstudio.model.view_state import Dialect, ViewState
from convstudio.views.input_pane import InputPane
from convstudio.views.layer_pane import PlainLayerPane
from convstudio.views.map_pane import MapPane
from convstudio.views.ribbon import Ribbon


def document() -> Document:
    """A 6×9 input of two channels, four filters, and a pooling."""
    made = document_of(np.ones((6, 9, 2)), np.ones((3, 3, 2, 4)))
    return Document(made.sample, Network((*made.layers, Pool())))


def shown_in(qtbot: QtBot, pane: QWidget, dialect: Dialect, layer: int = 0) -> None:
    """Show the document as Keras writes it, then only the view in the dialect."""
    qtbot.addWidget(pane)
    pane.show_document(document(), ViewState(layer=layer))
    pane.show_view(document(), ViewState(layer=layer, dialect=dialect))


@pytest.mark.parametrize(
    ("dialect", "facts"),
    [
        ("keras", ["6×9×2", "4×7×4 · 76 parameters", "2×3×4 · nothing to learn"]),
        ("pytorch", ["2×6×9", "4×4×7 · 76 parameters", "4×2×3 · nothing to learn"]),
    ],
)
def test_the_ribbon_writes_shapes_in_the_dialect(qtbot: QtBot, dialect: Dialect, facts: list[str]) -> None:
    ribbon = Ribbon()
    shown_in(qtbot, ribbon, dialect)
    chips = [chip for chip in ribbon.findChildren(QAbstractButton) if chip.accessibleDescription()]
    assert [chip.accessibleDescription() for chip in chips] == facts


def test_pointing_at_a_layer_spells_what_it_makes(qtbot: QtBot) -> None:
    ribbon = Ribbon()
    shown_in(qtbot, ribbon, "pytorch")
    tips = [chip.toolTip().split("\n")[0] for chip in ribbon.findChildren(QAbstractButton)]
    assert "PyTorch: [1, 4, 4, 7] = 1 sample, 4 channels, 4 rows, 7 columns" in tips


@pytest.mark.parametrize(
    ("dialect", "text", "spelled"),
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
def test_the_input_pane_writes_its_shape_in_the_dialect(
    qtbot: QtBot, dialect: Dialect, text: str, spelled: str
) -> None:
    pane = InputPane((), LIMITS)
    shown_in(qtbot, pane, dialect)
    assert (pane.shape_label.text(), pane.shape_label.toolTip()) == (text, spelled)


@pytest.mark.parametrize(
    ("dialect", "spelled"),
    [
        ("keras", "Keras: [1, 4, 7, 4] = 1 sample, 4 rows, 7 columns, 4 channels"),
        ("pytorch", "PyTorch: [1, 4, 4, 7] = 1 sample, 4 channels, 4 rows, 7 columns"),
    ],
)
def test_pointing_at_the_shape_of_a_map_spells_all_maps(qtbot: QtBot, dialect: Dialect, spelled: str) -> None:
    pane = MapPane(LIMITS)
    shown_in(qtbot, pane, dialect)
    assert pane.shape_label.toolTip().split("\n")[1] == spelled


@pytest.mark.parametrize(("dialect", "text"), [("keras", "4×7×4 → 2×3×4"), ("pytorch", "4×4×7 → 4×2×3")])
def test_a_layer_without_kernels_writes_its_change_in_the_dialect(qtbot: QtBot, dialect: Dialect, text: str) -> None:
    pane = PlainLayerPane(LIMITS)
    qtbot.addWidget(pane)
    pane.show_document(document(), ViewState(layer=1, dialect=dialect))
    assert text in [label.text() for label in pane.findChildren(QLabel)]
