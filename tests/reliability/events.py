"""Do anything to the real window, at random, and check that undoing it all gives the start back.

    python -m tests.reliability.events --count 5000 --seed 1

Events come through the widgets: clicks, drags, keys, wheels, menu commands, entries into fields and cells, choices,
files opened and saved, and work in the panels of the menu Train (`panels`). After each part of the run everything is
undone, compared with the start, redone, and compared with the end. A fault report, an exception, a warning of Qt, a
freeze or a difference ends the run with status 1, and with the events that led there. The same seed gives the same
events as far as timing lets it.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import shiboken6
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QAction, QContextMenuEvent, QDesktopServices, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTableView,
    QWidget,
)

from convstudio import app
from convstudio.files.kernels.kernel_files import write_kernel
from convstudio.files.projects.documents import encode_document
from convstudio.model.panes.exports.choice import ExportChoice, ExportOffer, ExportPreview
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.session.session import KeptWork, Session
from convstudio.views.input.channel_strip import ChannelStrip
from convstudio.views.parts import dialogs
from convstudio.views.parts.export_dialog import ExportDialog
from convstudio.views.parts.room.all_widgets import windows
from convstudio.views.window import recovered_work
from convstudio.views.window.chip import Chip
from convstudio.views.window.pages.help_window import HelpWindow
from convstudio.views.window.pages.keys_window import KeysWindow
from tests.reliability.panels import PanelHands
from tests.views.drags import move, press, release

PART = 125
POPUP_MS = 50
LONGEST_STEP_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 300.0
LONGEST_REST_SECONDS = 600.0
TOLD_EVENTS = 80
_TOLD_FRAMES = 6
MOST_VALUES = 200_000
MOST_LAYERS = 12
QUIET = ("This plugin does not support",)
LEFT_OUT = ("Quit", "Full screen")
MOST_IN_DIALOG = 12
MOST_MENUS = 3  # as many lie within each other
SMALLEST, LARGEST = QSize(1024, 640), QSize(1920, 1080)
CARRIED = (Chip, ChannelStrip, QHeaderView, QAbstractItemView, QDockWidget, QWidget)
BLOCKS = (
    "1",
    "1\t2\n3\t4",
    "[[1. 2.]\n [3. 4.]]",
    "0,5;1/9\nx;2",
    "\n".join(["1\t2\t3"] * 300),
    "\t".join(["7"] * 400),
    "",
)
LETTERS = ("1", "2", "0", "9", "-", ".", "/", "a", "+", " ")
WORDS = ("0", "1", "2", "3", "4", "-1", "1/2", "0.5", "sqrt(2)", "x", "", "nan", "300", "1e39")
KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space, Qt.Key.Key_F2, Qt.Key.Key_F5, Qt.Key.Key_Plus),
    *(Qt.Key.Key_Minus, Qt.Key.Key_0),
)
MODIFIERS = (
    *[Qt.KeyboardModifier.NoModifier] * 5,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)
NEW_KEYS = ("Ctrl+Z", "Ctrl+E", "Ctrl+D", "Alt+Left", "F5", "Ctrl+Shift+PgDown", "Space", "7")
COMMANDS = tuple(getattr(Qt.Key, f"Key_{letter}") for letter in "ZZZYCVATDNSOE")


class Failure(Exception):  # noqa: N818  the program's, found by this run
    """What went wrong in the program."""


class Hands(PanelHands):
    """Do one random thing after the other to the window of a running program."""

    def __init__(self, studio: app.Studio, draw: random.Random) -> None:
        self.studio = studio
        self.draw = draw
        self.done: deque[str] = deque(maxlen=TOLD_EVENTS)
        self.seen: Counter[str] = Counter()
        self.windows: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self.panels: Counter[str] = Counter()
        self.faults: list[str] = []
        self._start = b""
        self._aside = b""
        self._ways: tuple[Callable[[], str], ...] = (
            *[self._click] * 6,
            *[self._press_key] * 5,
            *[self._trigger] * 4,
            *[self._enter] * 3,
            *[self._type_cell] * 3,
            *[self._choose] * 3,
            self._drag,
            self._turn_wheel,
            self._press_button,
            self._select,
            self._command,
            *[self._open_menu] * 2,
            *[self._carry] * 2,
            *[self._ask] * 2,
            self._look_up,
            self._paste,
            self._resize,
            self._move_dock,
            self._follow_help,
            self._change_key,
            self._drag_slider,
            self._turn_page,
            *[self._work_in_panel] * 4,
        )

    def do_one(self) -> None:
        """Do one thing, let the program answer, and raise Failure where it has gone wrong."""
        way = self.draw.choice(self._ways)
        self.done.append(way.__name__)
        begin = time.monotonic()
        self.done[-1] = way()
        self.seen[way.__name__.removeprefix("_")] += 1
        QApplication.processEvents()
        # what was closed goes as it does in the loop of the program, to which this run never returns
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.windows.update({type(one).__name__ for one in self._windows() if not isinstance(one, QMenu)})
        self.close_popup()
        if time.monotonic() - begin > LONGEST_STEP_SECONDS:
            raise Failure(f"this took {time.monotonic() - begin:.0f} s")
        if self.faults:
            raise Failure("\n".join(self.faults))

    def undo_everything(self) -> None:
        """Undo all steps, compare with the start, redo them, compare with the end, and undo them again."""
        self._settle()
        stack = self.studio.session.undo_stack
        end, place = encode_document(self.studio.session.document), stack.index()
        steps = [stack.text(index) for index in range(stack.count())]
        self.steps.update(steps)
        self._walk(stack.undo, stack.canUndo)
        if not self.studio.session.history.has_dropped and encode_document(self.studio.session.document) != self._start:
            now = encode_document(self.studio.session.document)
            raise Failure(
                f"undoing everything does not give the start back: {_difference(self._start, now)}\nafter {steps}"
            )
        now = [stack.text(index) for index in range(stack.count())]
        if now != steps:
            raise Failure(f"undoing changed the steps: {steps} became {now}")
        while stack.index() < place:
            stack.redo()
        self._settle()
        if encode_document(self.studio.session.document) != end:
            raise Failure("redoing everything does not give the end back")
        self._walk(stack.undo, stack.canUndo)

    def begin(self) -> None:
        """Take the document of now for the start."""
        self._settle()
        self._start = encode_document(self.studio.session.document)

    def take_start(self, document: Document) -> None:
        """Another project was opened: it is the start now."""
        self.done.append("(another project)")
        self._start = encode_document(document)

    def put_start_aside(self) -> None:
        """Help shows something in the place of the project: its start counts again when it comes back."""
        self._aside = self._start

    def take_start_back(self) -> None:
        """The project that was put aside goes on."""
        self.done.append("(back to the project)")
        self._start = self._aside

    def has_grown(self) -> bool:
        """Whether the document is so large by now that every further event would take long."""
        document = self.studio.session.document
        size = int(np.prod(document.sample.values.shape))
        return (size > MOST_VALUES or len(document.layers) > MOST_LAYERS) and self.studio.session.is_modified

    def _walk(self, step: Callable[[], object], is_there: Callable[[], bool]) -> None:
        while is_there():
            while is_there():
                step()
            self._settle()  # which is an edit again where something was half typed

    def _settle(self) -> None:
        """Close what is open, and wait until nothing runs."""
        for _ in range(3):
            focus = QApplication.focusWidget()
            if focus is not None:
                focus.clearFocus()  # what is half typed is an edit, too
            for dialog in self._windows():
                if isinstance(dialog, QDialog):
                    dialog.reject()
            QApplication.processEvents()
        self.studio.player.pause()
        self.studio.learning.pause()
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while self._is_working():
            QApplication.processEvents()
            if time.monotonic() > deadline:
                raise Failure("file work does not end")
        if self.faults:
            raise Failure("\n".join(self.faults))

    def _is_working(self) -> bool:
        """Whether file work runs, or Help is about to show something in the place of the project."""
        showing = self.studio.places.showing
        is_underway = showing is not None and not showing.is_over
        is_training = self.studio.learning.is_running
        return not self.studio.jobs.is_idle or not self.studio.autosave._worker.is_idle or is_underway or is_training

    # --- what there is ---------------------------------------------------------------------------------------------

    def _windows(self) -> list[QWidget]:
        tops = [top for top in windows() if shiboken6.isValid(top) and top.isVisible()]
        modal = QApplication.activeModalWidget()
        return [modal] if modal is not None else sorted(tops, key=lambda top: (top.metaObject().className(), top.y()))

    def _any(self, kind: type) -> QWidget | None:
        """Draw one of the widgets of a kind that can be used now; None where there is none."""
        tops = [self._within] if self._within is not None else self._windows()
        found: list[QWidget] = [widget for top in tops for widget in top.findChildren(kind)]
        while found:
            place = self.draw.randrange(len(found))
            if found[place].isVisible() and found[place].isEnabled():
                return found[place]
            found[place] = found[-1]
            found.pop()
        return None

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(self.draw.randrange(max(1, widget.width())), self.draw.randrange(max(1, widget.height())))

    def close_popup(self) -> None:
        """Close a menu or a list that is open, as a click beside it does."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    # --- what can be done ------------------------------------------------------------------------------------------

    def _click(self) -> str:
        widget = self._any(QWidget)
        if widget is None or isinstance(widget, QMenu):
            return "click nothing"
        button = self.draw.choice((Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton))
        place, modifier = self._place(widget), self.draw.choice(MODIFIERS)
        told = f"click {_name(widget)} at {place.toTuple()} with {button.name}, {modifier.name}"
        self.done[-1] = told
        click = QTest.mouseDClick if self.draw.random() < 0.15 else QTest.mouseClick
        click(widget, button, modifier, place)
        return told

    def _press_key(self) -> str:
        target = QApplication.focusWidget() or self.studio.window
        if self.draw.random() < 0.3:
            letter = self.draw.choice(LETTERS)
            told = f"type {letter!r} into {_name(target)}"
            self.done[-1] = told
            QTest.keyClicks(target, letter)
            return told
        key, modifier = self.draw.choice(KEYS), self.draw.choice(MODIFIERS)
        told = f"press {modifier.name} {key.name} in {_name(target)}"
        self.done[-1] = told
        QTest.keyClick(target, key, modifier)
        return told

    def _command(self) -> str:
        key = self.draw.choice(COMMANDS)
        told = f"press Ctrl+{key.name}"
        self.done[-1] = told
        QTest.keyClick(QApplication.focusWidget() or self.studio.window, key, Qt.KeyboardModifier.ControlModifier)
        return told

    def _trigger(self) -> str:
        """Open a menu, as far as its commands notice, and take one of them."""
        menus = [menu for top in self._windows() for menu in top.findChildren(QMenu) if _can_open(menu)]
        if not menus:
            return "trigger nothing"
        menu = self.draw.choice(menus)
        menu.aboutToShow.emit()
        usable = [one for one in menu.actions() if _can_trigger(one)]
        menu.aboutToHide.emit()
        if not usable:
            return "trigger nothing"
        action = self.draw.choice(usable)
        told = f"trigger {_plain(action)!r}"
        self.done[-1] = told
        action.trigger()
        return told

    def _ask(self) -> str:
        """Take one of all commands that ask something in a window of their own, which are few among many."""
        if QApplication.activeModalWidget() is not None:
            return "ask nothing"
        menus = [menu for menu in self.studio.window.findChildren(QMenu) if _can_open(menu)]
        commands = [one for menu in menus for one in menu.actions()]
        asking = [one for one in commands if _can_trigger(one) and one.text().endswith("…")]
        action = self.draw.choice(asking)
        told = f"ask {_plain(action)!r}"
        self.done[-1] = told
        action.trigger()
        return told

    def _press_button(self) -> str:
        button = self._any(QAbstractButton)
        if button is None:
            return "press nothing"
        told = f"press {_name(button)}"
        self.done[-1] = told
        button.click()
        return told

    def _enter(self) -> str:
        field = self._any(QAbstractSpinBox if self.draw.random() < 0.8 else QLineEdit)
        if field is None or field.objectName() == "qt_spinbox_lineedit":  # its spin box is a choice of its own
            return "enter nothing"
        word = self.draw.choice(WORDS)
        told = f"enter {word!r} into {_name(field)}"
        self.done[-1] = told
        if not _focus(field):
            return told
        field.selectAll()
        QTest.keyClicks(field, word)
        if shiboken6.isValid(field):
            QTest.keyClick(field, self.draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)))
        return told

    def _type_cell(self) -> str:
        table = self._any(QTableView)
        if table is None or not _focus(table):
            return "type nothing"
        index = self._index(table)  # now: with the focus, the table may have got another shape
        if index is None:
            return "type nothing"
        word = self.draw.choice(WORDS)
        told = f"type {word!r} into row {index.row()}, column {index.column()} of {_name(table)}"
        self.done[-1] = told
        table.setCurrentIndex(index)
        QTest.keyClick(table, Qt.Key.Key_F2)
        editor = table.findChild(QLineEdit)
        if editor is not None:
            editor.selectAll()
            QTest.keyClicks(editor, word)
            QTest.keyClick(editor, self.draw.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)))
        return told

    def _select(self) -> str:
        view = self._any(QAbstractItemView)
        index = None if view is None else self._index(view)
        if view is None or index is None:
            return "select nothing"
        told = f"select row {index.row()}, column {index.column()} of {_name(view)}"
        self.done[-1] = told
        view.setCurrentIndex(index)
        return told

    def _choose(self) -> str:
        combo = self._any(QComboBox)
        if combo is None or not combo.count():
            return "choose nothing"
        row = self.draw.randrange(combo.count())
        told = f"choose {combo.itemText(row)!r} of {_name(combo)}"
        self.done[-1] = told
        combo.setCurrentIndex(row)
        combo.activated.emit(row)
        return told

    def _drag(self) -> str:
        widget = self._any(QWidget)
        if widget is None:
            return "drag nothing"
        places = [self._place(widget) for _ in range(3)]
        told = f"drag over {_name(widget)} by way of {[place.toTuple() for place in places]}"
        self.done[-1] = told
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places:
            if shiboken6.isValid(widget):
                QTest.mouseMove(widget, place)
                QApplication.processEvents()
        if shiboken6.isValid(widget):
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=places[-1])
        return told

    def _turn_wheel(self) -> str:
        widget = self._any(QWidget)
        if widget is None:
            return "turn nothing"
        place, turn = QPointF(self._place(widget)), QPoint(0, self.draw.choice((-120, 120)))
        modifier = self.draw.choice(MODIFIERS)
        told = f"turn the wheel by {turn.y()} over {_name(widget)}, {modifier.name}"
        self.done[-1] = told
        event = QWheelEvent(
            place,
            QPointF(widget.mapToGlobal(place.toPoint())),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        return told

    def _open_menu(self) -> str:
        """Open the menu of a place, and choose one of its entries with Enter."""
        widget = self._any(QWidget)
        if widget is None:
            return "open no menu"
        place = self._place(widget)
        told = f"open the menu of {_name(widget)} at {place.toTuple()}"
        self.done[-1] = told
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(widget, QContextMenuEvent(reason, place, widget.mapToGlobal(place)))
        for _ in range(MOST_MENUS):
            menu = QApplication.activePopupWidget()
            usable = [one for one in menu.actions() if _can_choose(one)] if isinstance(menu, QMenu) else []
            if not usable:
                break
            action = self.draw.choice(usable)
            self.done[-1] = told = f"{told}, choose {_plain(action)!r}"
            menu.setActiveAction(action)
            QTest.keyClick(menu, Qt.Key.Key_Return)
        return told

    def _carry(self) -> str:
        """Drag one of several things of a kind to the place of another, or call the drag off."""
        kind = self.draw.choice(CARRIED)
        begin, end = self._any(kind), self._any(kind)
        if begin is None or end is None:
            return "carry nothing"
        if isinstance(begin, QAbstractItemView):
            begin = begin.viewport()
        places = [self._place(begin), begin.mapFromGlobal(end.mapToGlobal(self._place(end)))]
        told = f"carry {_name(begin)} from {places[0].toTuple()} to {places[1].toTuple()} in {_name(end)}"
        self.done[-1] = told
        press(begin, places[0])
        for place in ((places[0] + places[1]) / 2, places[1]):
            if shiboken6.isValid(begin):
                move(begin, place)
                QApplication.processEvents()
        if self.draw.random() < 0.2:
            QTest.keyClick(QApplication.focusWidget() or self.studio.window, Qt.Key.Key_Escape)
        if shiboken6.isValid(begin):
            release(begin, places[1])
        return told

    def _look_up(self) -> str:
        """Open a list, type into it, and take an entry."""
        combo = self._any(QComboBox)
        if combo is None:
            return "look nothing up"
        told = f"look up in {_name(combo)}"
        self.done[-1] = told
        combo.showPopup()
        for _ in range(self.draw.randrange(1, 6)):
            target = QApplication.focusWidget()
            if QApplication.activePopupWidget() is None or target is None:
                break
            if self.draw.random() < 0.5:
                QTest.keyClicks(target, self.draw.choice("esob19"))
            else:
                QTest.keyClick(target, self.draw.choice((Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown)))
        popup, target = QApplication.activePopupWidget(), QApplication.focusWidget()
        if popup is not None:
            QTest.keyClick(target or popup, Qt.Key.Key_Return)
        return told

    def _paste(self) -> str:
        """Paste a block into what has the keyboard; one that is too large is asked about."""
        block, target = self.draw.choice(BLOCKS), self._any(QTableView)
        if target is None or not _focus(target):
            return "paste nothing"
        told = f"paste {block[:20]!r} into {_name(target)}"
        self.done[-1] = told
        index = self._index(target)
        if index is not None:
            target.setCurrentIndex(index)
        QApplication.clipboard().setText(block)
        QTest.keyClick(target, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        return told

    def _resize(self) -> str:
        size = QSize(
            self.draw.randint(SMALLEST.width(), LARGEST.width()), self.draw.randint(SMALLEST.height(), LARGEST.height())
        )
        told = f"make the window {size.toTuple()} large"
        self.done[-1] = told
        self.studio.window.resize(size)
        return told

    def _move_dock(self) -> str:
        """Let a panel float, dock it at a side, or close it, as the mouse does."""
        docks = [one for one in self.studio.window.findChildren(QDockWidget) if one.isVisible()]
        if not docks:
            return "move no dock"
        dock, way = self.draw.choice(docks), self.draw.randrange(3)
        told = f"{('let float or dock', 'move', 'close')[way]} {_name(dock)}"
        self.done[-1] = told
        if way == 0 and dock.features() & QDockWidget.DockWidgetFeature.DockWidgetFloatable:
            dock.setFloating(not dock.isFloating())
        elif way == 1:
            sides = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)
            allowed = [side for side in sides if dock.isAreaAllowed(side)]
            if allowed:
                self.studio.window.addDockWidget(self.draw.choice(allowed), dock)
        else:
            dock.close()
        return told

    def _follow_help(self) -> str:
        """Have Help show a place, or go back to the work; at times not before all is on show."""
        if QApplication.activeModalWidget() is not None:
            return "follow nothing"
        if self.studio.detour.is_away and self.draw.random() < 0.5:
            self.done[-1] = "go back to the work"
            self.studio.window.menus.back.trigger()
            return "go back to the work"
        self.studio.places.show()
        (page,) = self.studio.window.findChildren(HelpWindow)
        page.field.clear()  # what was typed there may find no question
        row = self.draw.randrange(page.table.model().rowCount())
        told = f"have Help show {page.table.model().index(row, 0).data()!r}"
        self.done[-1] = told
        page.table.selectRow(row)
        page.show_button.click()
        deadline = time.monotonic() + LONGEST_STEP_SECONDS / 2
        while self.draw.random() < 0.98 and time.monotonic() < deadline:
            QApplication.processEvents()
        return told

    def _change_key(self) -> str:
        """Give a command another key, or its usual one, on the page of keys."""
        if QApplication.activeModalWidget() is not None:
            return "change no key"
        self.studio.keys.show()
        (page,) = self.studio.window.findChildren(KeysWindow)
        page.field.clear()  # what was typed there may find no key
        row, key = self.draw.randrange(page.table.model().rowCount()), self.draw.choice(NEW_KEYS)
        page.table.selectRow(row)
        page.edit.setKeySequence(QKeySequence(key))
        buttons = (page.set_button, page.add_button, page.remove_button, page.reset_button, page.reset_all_button)
        button = self.draw.choice(buttons)
        told = f"{button.text()} {key} of {page.table.model().index(row, 1).data()!r}"
        self.done[-1] = told
        button.click()
        page.accept()
        return told

    def fill_in_export(
        self,
        folder: Path,
        window: QWidget,
        offer: ExportOffer,
        first: ExportChoice,
        preview_of: Callable[[ExportChoice], ExportPreview],
    ) -> ExportChoice | None:
        """Do random things to the real dialog of exports, and return what it would, if it is a file in this folder."""
        few_steps = replace(first.animation, last=min(first.animation.first + 5, first.animation.last))
        first = replace(first, folder=str(folder), animation=few_steps)
        dialog = ExportDialog(window, offer, first, preview_of)
        dialog.setModal(True)
        dialog.show()
        ways = (self._choose, self._choose, self._enter, self._press_key, self._click, self._press_button)
        for _ in range(self.draw.randrange(MOST_IN_DIALOG)):
            if dialog.isVisible():
                self.done.append("export")
                self.done[-1] = self.draw.choice(ways)()
                QApplication.processEvents()
        if dialog.isVisible():
            dialog.folder.setText(str(folder))
            dialog.export_button.click()
        choice, is_taken = dialog.choice, dialog.result() == QDialog.DialogCode.Accepted
        dialog.reject()
        dialog.deleteLater()
        return choice if is_taken and Path(choice.folder) == folder else None

    def _index(self, view: QAbstractItemView) -> object | None:
        model = view.model()
        rows = 0 if model is None else model.rowCount(view.rootIndex())
        if not rows:
            return None
        columns = model.columnCount(view.rootIndex()) if isinstance(view, QTableView) else 1
        return model.index(self.draw.randrange(rows), self.draw.randrange(max(1, columns)), view.rootIndex())


def _answer_questions(draw: random.Random, folder: Path, playing: Sequence[Hands]) -> None:
    """Answer the questions that would stop the program: which file, save first, replace.

    This comes before the program starts: its parts keep the functions that they ask with.
    """
    pick, files = draw.choice, _files(folder)
    answers: dict[str, Callable[..., object]] = {
        "ask_open": lambda _window, _kinds: pick([*files, ""]),
        "ask_weights": lambda _window, _kinds: pick([*files, ""]),
        "ask_which": lambda _window, _title, _question, entries: pick([*range(len(entries)), None]),
        "ask_kernel": lambda _window, _kinds: pick([*files, ""]),
        "ask_presets": lambda _window, _kinds: pick([files, []]),
        "ask_folder": lambda _window, _title, _start: pick([str(folder), ""]),
        "ask_export_kernel": lambda _window, name, _kinds: pick([str(folder / name), str(folder / "k.csv"), ""]),
        "ask_preset_export": lambda _window, name, _kinds: pick([str(folder / name), ""]),
        "ask_save_as": lambda _window, _name, _kinds, *_title: pick([str(folder / "saved.convstudio"), ""]),
        "ask_export": lambda *asked: playing[0].fill_in_export(folder, *asked),
        "ask_place": lambda _window, _title, name, _kinds: pick([str(folder / name), ""]),
        "ask_replace": lambda _window, _names: pick([True, False]),
        "ask_unsaved": lambda _window, _project: pick(["save", "discard", "cancel"]),
        "ask_recover": lambda _window, _name, _when: False,
        "ask_way": lambda _window, _title, _text, ways, *_: pick([*range(len(ways)), None]),
        "ask_taken": lambda _window, _name: pick(["read-only", "copy", "cancel"]),
        "ask_delete": lambda _window, _what: pick([True, False]),
        "tell": lambda _window, _title, _text: None,
    }
    unanswered = {name for name in vars(dialogs) if name.startswith("ask_")} - answers.keys()
    assert not unanswered, f"nothing answers {unanswered}: the run would wait for ever"
    for name, answer in answers.items():
        setattr(dialogs, name, answer)
    QFileDialog.getExistingDirectory = lambda *_: str(folder)  # type: ignore[method-assign, assignment]
    QDesktopServices.openUrl = lambda _url: True  # type: ignore[method-assign, assignment]
    recovered_work.ask_recovered = lambda _window, _bound, _works, _delete: ""


def _difference(one: bytes, other: bytes) -> str:
    """Say where two projects first differ."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 80) : at + 80]!r} became {other[max(0, at - 80) : at + 80]!r}"


def _focus(widget: QWidget) -> bool:
    """Give a widget the keyboard as a click does, and return whether it is still there.

    Nobody can type into a window that is not the active one: what is typed there would stay half typed, and become an
    edit when the window is active again, which is at any time.
    """
    widget.window().activateWindow()
    QApplication.processEvents()
    is_there = shiboken6.isValid(widget)
    if is_there:
        widget.setFocus()
    return is_there


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()!r}"


def _plain(action: QAction) -> str:
    return action.text().replace("&", "")


def _can_open(menu: QMenu) -> bool:
    action = menu.menuAction()
    return menu.isEnabled() and action.isEnabled() and action.isVisible()


def _can_choose(action: QAction) -> bool:
    return bool(action.text()) and action.isEnabled() and action.isVisible() and not _plain(action).startswith(LEFT_OUT)


def _can_trigger(action: QAction) -> bool:
    is_command = bool(action.text()) and action.menu() is None
    return is_command and action.isEnabled() and action.isVisible() and not _plain(action).startswith(LEFT_OUT)


def _files(folder: Path) -> list[str]:
    """Make files of several kinds, some of them damaged."""
    draw = np.random.default_rng(7)
    np.save(folder / "small.npy", draw.normal(size=(7, 6)).astype(np.float32))
    np.save(folder / "channels.npy", draw.normal(size=(6, 7, 3)).astype(np.float32))
    np.save(folder / "steps.npy", draw.normal(size=9).astype(np.float32))
    Image.fromarray(draw.integers(0, 255, (40, 30, 3), np.uint8)).save(folder / "picture.png")
    (folder / "table.csv").write_text("1,2,3\n4,5,6\n")
    (folder / "broken.png").write_bytes(b"\x89PNG broken")
    (folder / "broken.convstudio").write_bytes(b"{")
    write_kernel(folder / "kernel.json", frozen(np.eye(3)))
    np.savez(folder / "weights.npz", kernel=draw.normal(size=(3, 3, 1, 2)), bias=np.ones(2))
    np.savez(folder / "samples.npz", x=draw.random((20, 8, 8)), y=draw.integers(0, 3, 20))
    (folder / "samples.csv").write_text("label,a,b\nleft,1,2\nright,3,4\nleft,5,6\n")
    files = [str(path) for path in sorted(folder.iterdir())]
    for name in ("light", "dark"):  # classes of pictures, for the panel of the data
        (folder / name).mkdir()
        for number in range(4):
            Image.fromarray(draw.integers(0, 255, (9, 9), np.uint8)).save(folder / name / f"{number}.png")
    (folder / "dark" / "broken.png").write_bytes(b"\x89PNG broken")
    return files


def run(count: int, seed: int, part: int = PART) -> str:
    """Do so many random things to a fresh program, and say what was done; raise Failure with the last events."""
    draw = random.Random(seed)
    failures: list[str] = []
    said: list[str] = []
    with tempfile.TemporaryDirectory(prefix="convstudio-events-") as name:
        os.environ["CONVSTUDIO_HOME"] = str(Path(name) / "home")
        folder = Path(name) / "files"
        folder.mkdir()
        playing: list[Hands] = []
        _answer_questions(draw, folder, playing)
        start = app.Studio.start

        def start_and_play(studio: app.Studio, files: Sequence[str]) -> None:
            start(studio, files)
            hands = Hands(studio, draw)
            playing.append(hands)
            QTimer.singleShot(0, lambda: _play(hands, count, part, failures, said))

        app.Studio.start = start_and_play  # type: ignore[method-assign]
        try:
            status = app.run([])
        finally:
            app.Studio.start = start  # type: ignore[method-assign]
    if failures:
        raise Failure(failures[0])
    assert status == 0
    return said[0]


def _play(hands: Hands, count: int, part: int, failures: list[str], said: list[str]) -> None:
    restart, keep, restore = Session.restart, Session.keep, Session.restore

    def restart_and_note(session: Session, document: Document, *rest: object, **options: object) -> None:
        restart(session, document, *rest, **options)  # type: ignore[arg-type]
        hands.take_start(session.document)

    def keep_and_note(session: Session) -> KeptWork:
        hands.put_start_aside()
        return keep(session)

    def restore_and_note(session: Session, kept: KeptWork) -> None:
        restore(session, kept)
        hands.take_start_back()

    def report(kind: type[BaseException], fault: BaseException, trace: object) -> None:
        hands.faults.append("".join(traceback.format_exception(kind, fault, trace)))  # type: ignore[arg-type]

    def hear(kind: QtMsgType, _context: object, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not text.startswith(QUIET):
            hands.faults.append(f"Qt says: {text}\n{''.join(traceback.format_stack(limit=_TOLD_FRAMES))}")

    Session.restart = restart_and_note  # type: ignore[assignment, method-assign]
    Session.keep = keep_and_note  # type: ignore[method-assign]
    Session.restore = restore_and_note  # type: ignore[method-assign]
    for action in hands.studio.window.findChildren(QAction):
        if _plain(action) == "Quit":
            action.setEnabled(False)  # whatever key it gets
    sys.excepthook = report
    qInstallMessageHandler(hear)
    number = 0
    begin = time.monotonic()
    closer = QTimer()  # a menu that a key or a click opened waits in a loop of its own until it is closed
    closer.timeout.connect(hands.close_popup)
    closer.start(POPUP_MS)
    threading.Thread(target=_watch, args=(hands,), daemon=True).start()
    try:
        hands.begin()
        for number in range(1, count + 1):
            hands.do_one()
            if number % part == 0 or number == count or hands.has_grown():
                hands.done.append("undo everything")
                hands.undo_everything()
        told = ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in sorted(hands.seen.items()))
        shown = ", ".join(f"{name} {n}" for name, n in sorted(hands.windows.items()))
        steps = ", ".join(f"{n} × {name}" for name, n in hands.steps.most_common())
        panels = ", ".join(f"{title} {n}" for title, n in sorted(hands.panels.items()))
        seconds = time.monotonic() - begin
        said.append(
            f"{count} events in {seconds:.0f} s, nothing went wrong: {told}\n"
            f"Windows: {shown}\nPanels: {panels}\nSteps: {steps}"
        )
    except BaseException:
        events = "\n  ".join(hands.done)
        failures.append(f"event {number}:\n{traceback.format_exc()}\nThe last events:\n  {events}")
    finally:
        closer.stop()
        qInstallMessageHandler(None)
        Session.restart, Session.keep, Session.restore = restart, keep, restore  # type: ignore[method-assign]
        for dialog in hands._windows():
            if isinstance(dialog, QDialog):
                dialog.reject()
        dialogs.ask_unsaved = lambda _window, _project: "discard"  # of what Help shows, and of what it put aside
        hands.studio.session.mark_saved(hands.studio.session.document)
        QTimer.singleShot(0, hands.studio.window.close)


def _watch(hands: Hands) -> None:
    """End the run where one event leads to others for ever, as a layout can that never settles: no timer fires then."""
    seen = -1
    while seen != (seen := sum(hands.seen.values())):
        time.sleep(LONGEST_REST_SECONDS)
    faulthandler.dump_traceback()
    events = "\n  ".join(hands.done)
    print(f"event {seen + 1}: the window comes to no rest\nThe last events:\n  {events}", flush=True)
    os._exit(1)


def main() -> int:
    """Run, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=int, default=PART, help="after how many events everything is undone")
    options = parser.parse_args()
    faulthandler.enable()
    try:
        print(run(options.count, options.seed, options.part))
    except Failure as failure:
        print(f"seed {options.seed}, {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
