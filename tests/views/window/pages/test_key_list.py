"""The page of keys is made from what there is: each key of a command or a widget is on it, and no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from convstudio import views
from convstudio.views.parts.keys import KeyUse, declared_keys
from convstudio.views.window.pages.key_list import commands_of, written_keys

VIEWS = Path(views.__file__).parent


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


def add_command(window: QMainWindow, menu: str, text: str, *keys: str) -> QAction:
    action = window.menuBar().addMenu(menu).addAction(text)
    action.setShortcuts([QKeySequence(one) for one in keys])
    return action


def own_keys(window: QMainWindow) -> list[KeyUse]:
    told = [KeyUse(command.where, command.name, written_keys(command)) for command in commands_of(window)]
    return [use for use in told if use.keys]


def handlers() -> Iterator[str]:
    """Yield each class of the views that handles keys by itself."""
    for path in VIEWS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(inner, ast.FunctionDef) and inner.name == "keyPressEvent" for inner in node.body
            ):
                yield node.name


def test_a_command_stands_with_its_menu_its_text_and_all_its_keys(window: QMainWindow) -> None:
    add_command(window, "&Edit", "&Redo…", "Ctrl+Y", "Ctrl+Shift+Z")
    assert own_keys(window) == [KeyUse("Edit", "Redo", "Ctrl+Y, Ctrl+Shift+Z")]


def test_a_command_of_a_menu_inside_a_menu_names_both(window: QMainWindow) -> None:
    inside = window.menuBar().addMenu("&Layer").addMenu("&Bank")
    inside.addAction("Add").setShortcut(QKeySequence("F4"))
    assert own_keys(window) == [KeyUse("Layer › Bank", "Add", "F4")]


def test_a_command_without_a_key_is_left_out(window: QMainWindow) -> None:
    add_command(window, "&Edit", "Copy summary")
    assert own_keys(window) == []


def test_a_key_that_only_the_widget_of_the_menu_has_is_read_from_the_text(window: QMainWindow) -> None:
    add_command(window, "&Bank", "&Duplicate\tCtrl+D")
    assert own_keys(window) == [KeyUse("Bank", "Duplicate", "Ctrl+D")]


def test_a_button_with_a_key_stands_by_its_name(window: QMainWindow) -> None:
    button = QPushButton("Brush")
    button.setAccessibleName("Brush")
    button.setShortcut(QKeySequence("Ctrl+B"))
    window.setCentralWidget(button)
    assert own_keys(window) == [KeyUse("Buttons", "Brush", "Ctrl+B")]


def test_every_widget_that_handles_keys_declares_them() -> None:
    for module in walk_packages(views.__path__, "convstudio.views."):
        import_module(module.name)
    declared = {widget.__name__ for widget in declared_keys()}
    assert set(handlers()) - declared == set()
