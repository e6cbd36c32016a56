"""The panels of the menu Train are made when they are first opened, kept, and follow the window while on show."""

from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.activation import Activation
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.wiring.learning import panels
from convstudio.wiring.learning.entries import PanelEntry
from convstudio.wiring.learning.panels import LearningPanel, LearningPanels

DOCUMENT = Document(Sample.of("zeros", np.zeros((4, 4, 1))), Network((Activation(),)))


class Dock:
    """Stands in for a panel beside the panes."""

    hidden = True

    def isHidden(self) -> bool:
        return self.hidden

    def open_beside(self, _about: object) -> None:
        self.hidden = False


class Panel(LearningPanel):
    """Counts how often it is made, and what it is shown."""

    made = 0

    def __init__(self, connections: object) -> None:
        super().__init__(connections)
        type(self).made += 1
        self.dock = Dock()
        self.shown: list[Document] = []

    def show_document(self, document: Document, view: ViewState, result: object) -> None:
        self.shown.append(document)

    def close(self, patience: int) -> bool:
        return False


@pytest.fixture
def learning(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> LearningPanels:
    Panel.made = 0
    monkeypatch.setattr(panels, "import_module", lambda _name: SimpleNamespace(Panel=Panel))
    window = MagicMock()
    monkeypatch.setattr("convstudio.session.learning.data_choice.DataChoice", lambda _parent: None)
    monkeypatch.setattr("convstudio.session.learning.data_loader.DataLoader", lambda *_others: None)
    stands_in = MagicMock()
    entries = (PanelEntry("Train", "Train the network.", "training.Panel"),)
    return LearningPanels(window, stands_in, stands_in, stands_in, stands_in, {}, stands_in, entries)


def test_a_panel_is_made_once_and_only_when_it_is_opened(learning: LearningPanels) -> None:
    assert Panel.made == 0
    learning.open("Train")
    learning.open("Train")
    assert Panel.made == 1


def test_an_opened_panel_shows_what_is_there_and_what_comes(learning: LearningPanels) -> None:
    learning.show_document(DOCUMENT, ViewState(), None)
    learning.open("Train")
    learning.show_document(DOCUMENT, ViewState(), None)
    assert learning.panel("Train").shown == [DOCUMENT, DOCUMENT]


def test_a_closed_panel_is_not_kept_up_to_date(learning: LearningPanels) -> None:
    learning.open("Train")
    learning.dock_of("Train").hidden = True
    learning.show_document(DOCUMENT, ViewState(), None)
    assert learning.panel("Train").shown == []
    assert learning.dock_of("Train") is None


def test_the_program_hears_that_a_panel_still_runs(learning: LearningPanels) -> None:
    assert learning.close(0)
    learning.open("Train")
    assert not learning.close(0)
