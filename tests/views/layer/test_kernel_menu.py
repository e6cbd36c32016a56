from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.kernel_menu import KernelMenu
from tests.views.kernel_documents import LINE, image_document


@pytest.fixture
def parent() -> QWidget:
    return QWidget()


@pytest.fixture
def menu(qtbot: QtBot, parent: QWidget) -> KernelMenu:
    qtbot.addWidget(parent)
    menu = KernelMenu(parent)
    menu.show_forms(("Table", "SVG filter"))
    return menu


def entries(menu: KernelMenu) -> list[str]:
    return [action.text().replace("&", "") for action in menu.actions() if action.isVisible()]


@pytest.mark.parametrize(("channels", "offered"), [(1, False), (3, True)])
def test_the_whole_filter_is_offered_where_it_has_several_channels(
    menu: KernelMenu, channels: int, offered: bool
) -> None:
    menu.show_document(image_document(LINE, channels=channels), ViewState())
    assert ("Export filter with its channels…" in entries(menu)) is offered


def test_each_form_of_a_copy_is_asked_for_by_its_name(menu: KernelMenu) -> None:
    asked: list[str] = []
    menu.copy_asked.connect(asked.append)
    copies = next(action.menu() for action in menu.actions() if action.menu() is not None)
    for action in copies.actions():
        action.trigger()
    assert asked == ["Table", "SVG filter"]


def test_exporting_tells_whether_all_channels_are_meant(menu: KernelMenu) -> None:
    asked: list[bool] = []
    menu.export_asked.connect(asked.append)
    for action in menu.actions()[-2:]:
        action.trigger()
    assert asked == [False, True]
