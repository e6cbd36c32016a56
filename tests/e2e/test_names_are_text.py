"""Names from files are text everywhere: pointing at anything opens no file, and shows the name as it is."""

import ctypes
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QGroupBox,
    QLabel,
    QMenu,
    QTabBar,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convstudio.files.kernels.kernel_files import write_kernel
from convstudio.files.projects.documents import load_document, save_document
from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes.weights.weights_list import ListedArray
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.views.parts import dialogs
from convstudio.views.parts.room.all_widgets import all_widgets, windows
from convstudio.views.window.weights_dialog import WeightsDialog
from tests.e2e.answers import Answers, Inside, open_file
from tests.e2e.driver import Desk, tell

IN_OPEN, IN_NONBLOCK = 0x20, 0o4000
PICTURE = "p.png"
NAME = f"<img src={PICTURE}>&b[*]"
MOST_INDEXES = 24

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the openings are seen by inotify")


class Watch:
    """Counts how often the picture that the names point to is opened."""

    def __init__(self, path: Path) -> None:
        libc = ctypes.CDLL(None)
        self._file = libc.inotify_init1(IN_NONBLOCK)
        assert libc.inotify_add_watch(self._file, os.fsencode(path), IN_OPEN) >= 0

    def is_opened(self) -> bool:
        try:
            return bool(os.read(self._file, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._file)


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Stand in a folder with the picture that every name points to, and watch it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / PICTURE).write_bytes(b"no picture at all")
    watch = Watch(tmp_path / PICTURE)
    yield watch
    watch.close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which everything that may have a name has that one, its file too."""
    filters = tuple(f"{n}{NAME}" for n in range(3))
    channels = tuple(f"{n}{NAME}" for n in range(3))
    weights = frozen(np.arange(81).reshape(3, 3, 3, 3) / 81)
    layers = (
        replace(Conv.of(weights), filter_names=filters),
        ConvTranspose(weights, frozen([0, 0, 0]), (1, 1), (1, 1), filter_names=filters),
        Activation(),
        BatchNorm.of(3),
        Pool(),
        Flatten(),
        Dense.of(np.ones((27, 3))),
    )
    sample = replace(Sample.of(NAME, np.arange(192).reshape(8, 8, 3) / 192, NAME), own_names=channels)
    path = tmp_path / f"{NAME}.convstudio"
    save_document(path, Document(sample, Network(layers), title=NAME))
    return path


def indexes_of(view: QAbstractItemView) -> list[QModelIndex]:
    model = view.model()
    if model is None:
        return []
    root = QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)
    found = [model.index(r, c, root) for r in range(model.rowCount(root)) for c in range(columns)]
    return found[:MOST_INDEXES]


def ask_for_help(widget: QWidget, place: QPoint) -> None:
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    if QToolTip.isVisible():
        QApplication.processEvents()
    QToolTip.hideText()


def hover_over(widget: QWidget) -> None:
    """Point at a widget, and at each thing that it lists, until it would show its tooltip."""
    ask_for_help(widget, widget.rect().center())
    if isinstance(widget, QAbstractItemView):
        for index in indexes_of(widget):
            widget.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
            ask_for_help(widget.viewport(), widget.visualRect(index).center())
    if isinstance(widget, QMenu):
        for action in widget.actions():
            ask_for_help(widget, widget.actionGeometry(action).center())


def hover_over_everything() -> None:
    for top in list(windows()):
        if not shiboken6.isValid(top) or not top.isVisible():
            continue
        for widget in [top, *top.findChildren(QWidget)]:
            if shiboken6.isValid(widget) and widget.isVisible():
                hover_over(widget)


def texts_with_mnemonics() -> list[str]:
    """Return every text in which Qt would take an & for a mnemonic."""
    things = [*all_widgets()]
    actions = [action for widget in things for action in [*widget.actions(), *widget.findChildren(QAction)]]
    texts = [action.text() for action in actions]
    texts += [button.text() for button in things if isinstance(button, QAbstractButton)]
    texts += [label.text() for label in things if isinstance(label, QLabel) and label.buddy() is not None]
    texts += [bar.tabText(at) for bar in things if isinstance(bar, QTabBar) for at in range(bar.count())]
    texts += [group.title() for group in things if isinstance(group, QGroupBox)]
    return texts + [menu.title() for menu in things if isinstance(menu, QMenu)]


def check(watch: Watch) -> None:
    hover_over_everything()
    assert not watch.is_opened(), "a name was taken for mark-up"
    labels = [label for label in all_widgets() if isinstance(label, QLabel) and label.isVisible()]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    titles = [top.windowHandle().title() for top in windows() if top.windowHandle()]
    assert [title for title in titles if f"src={PICTURE}" in title and NAME not in title] == []
    rich = [w.accessibleName() for w in all_widgets() if GuiQt.mightBeRichText(w.whatsThis())]
    assert rich == []
    named = [text for text in texts_with_mnemonics() if f"src={PICTURE}" in text]
    assert [text for text in named if "&&b" not in text] == []


def test_the_watch_sees_a_name_that_is_taken_for_mark_up(qtbot: QtBot, watch: Watch) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText(NAME)
    label.show()
    qtbot.waitUntil(watch.is_opened)


def test_pointing_at_anything_opens_no_file(qtbot: QtBot, watch: Watch, project: Path, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == NAME)
        for layer in range(len(inside.document.layers)):
            inside.studio.ribbon.intent_asked.emit(
                Intent(move=lambda _, view, at=layer: view.__class__(layer=at, position=(0, 0)))
            )
            QApplication.processEvents()
            check(watch)

    assert tell(qtbot, story, str(project)) == 0


def test_lenses_and_menus_open_no_file(qtbot: QtBot, watch: Watch, project: Path, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == NAME)
        for entry in desk.window.menuBar().actions():
            entry.menu().popup(QPoint(0, 0))
            hover_over(entry.menu())
            entry.menu().close()
        for action in desk.window.menus.learn_menu.actions():
            action.trigger()
        check(watch)

    assert tell(qtbot, story, str(project)) == 0


def test_what_was_opened_and_undone_is_named_as_it_is(
    qtbot: QtBot, watch: Watch, project: Path, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    table, kernel = tmp_path / f"{NAME}.csv", tmp_path / f"{NAME}.kernel.json"
    table.write_text("1,2\n3,4\n")
    write_kernel(kernel, frozen(np.ones((2, 2))))

    def story(desk: Desk) -> None:
        open_file(desk, answers, table)
        desk.wait(lambda: inside.document.sample.name == table.name)
        open_file(desk, answers, kernel)
        check(watch)
        stack = inside.studio.session.undo_stack
        assert stack.undoText() == f"Open {kernel.name} and crop 2 other filters to 2×2"
        desk.undo()
        check(watch)
        open_file(desk, answers, tmp_path / f"{NAME}.png")
        assert NAME in desk.message()
        check(watch)

    assert tell(qtbot, story, str(project)) == 0


def test_the_title_bar_shows_the_file_by_its_name(qtbot: QtBot, project: Path, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == NAME)
        assert desk.window.windowHandle().title() == f"{project.name} – ConvStudio"
        inside.studio.workspace.project.bring_back(load_document(project)[0])
        assert desk.window.windowHandle().title() == f"{NAME} (not saved yet)* – ConvStudio"

    assert tell(qtbot, story, str(project)) == 0


def test_questions_about_such_a_project_open_no_file(qtbot: QtBot, watch: Watch) -> None:
    looked: list[str] = []

    def look_and_close() -> None:
        try:
            check(watch)
            looked.append("whole")
        finally:
            QApplication.activeModalWidget().close()

    def story(desk: Desk) -> None:
        for ask in (
            lambda: dialogs.ask_unsaved(desk.window, NAME),
            lambda: dialogs.ask_recover(desk.window, NAME, NAME),
            lambda: dialogs.tell(desk.window, NAME, NAME),
            lambda: dialogs.ask_which(desk.window, NAME, NAME, [NAME, NAME]),
            lambda: WeightsDialog(
                desk.window, NAME, [ListedArray(NAME, (1,), NAME, 1)], {NAME: [NAME, NAME]}, NAME, NAME
            ).exec(),
        ):
            QTimer.singleShot(0, look_and_close)
            ask()
            assert looked.pop() == "whole"

    assert tell(qtbot, story) == 0
