"""Answers to the questions of the window, and what a story reads off its files and menus."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from convstudio.app import Studio
from convstudio.files.projects.documents import encode_document, load_document
from convstudio.model.panes.exports.choice import ExportChoice, ExportOffer, ExportPreview, with_content, with_name
from convstudio.model.values.document import Document
from convstudio.model.words.file_kinds import FileKind
from convstudio.views.parts import dialogs
from tests.e2e.driver import Desk, wait_for_files

Answer = TypeVar("Answer")
LOSING = "More would change"
"""The title of the question before a step loses more than it is about; a story goes on, unless it is about that."""
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Inside:
    """The parts of the running program, for what no user can see: the document of now, and what was counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._studio: Studio | None = None
        start = Studio.start

        def remember(studio: Studio, files: Sequence[str]) -> None:
            self._studio = studio
            start(studio, files)

        monkeypatch.setattr(Studio, "start", remember)

    @property
    def studio(self) -> Studio:
        """The wired program."""
        assert self._studio is not None
        return self._studio

    @property
    def document(self) -> Document:
        """The document of now."""
        return self.studio.session.document


class Answers:
    """What the user answers to the next question of each kind, and how often each was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open: Path | str = ""
        self.save_as: Path | str = ""
        self.export: Path | str = ""
        self.export_wishes: dict[str, Any] = {}
        self.export_preview = ExportPreview()
        self.offered: Sequence[FileKind] = ()
        self.unsaved = "discard"
        self.recover = False
        self.taken = "cancel"
        self.way = ""
        self.delete = False
        self.replace = False
        self.to_replace: list[str] = []
        self.asked: list[str] = []
        monkeypatch.setattr(dialogs, "ask_open", lambda _window, _kinds: self._note("open", str(self.open)))
        monkeypatch.setattr(
            dialogs, "ask_save_as", lambda _window, _name, _kinds, *_title: self._note("save as", str(self.save_as))
        )
        monkeypatch.setattr(dialogs, "ask_export", self._where_to_export)
        monkeypatch.setattr(
            dialogs, "ask_place", lambda _window, title, _name, _kinds: self._note(title, str(self.export))
        )
        monkeypatch.setattr(dialogs, "ask_replace", lambda _window, names: self._note_names(names))
        monkeypatch.setattr(dialogs, "ask_unsaved", lambda _window, _name: self._note("unsaved", self.unsaved))
        monkeypatch.setattr(dialogs, "ask_recover", lambda _window, _name, _when: self._note("recover", self.recover))

        monkeypatch.setattr(dialogs, "ask_taken", lambda _window, _name: self._note("taken", self.taken))
        monkeypatch.setattr(dialogs, "ask_way", self._choose_way)
        monkeypatch.setattr(dialogs, "ask_delete", lambda _window, _what: self._note("delete", self.delete))

    def _choose_way(
        self, _window: QWidget, title: str, _text: str, ways: Sequence[str], _cancel: str = ""
    ) -> int | None:
        if title == LOSING:
            return len(ways) - 1
        self.asked.append(title)
        return ways.index(self.way) if self.way else None

    def _where_to_export(
        self,
        _window: QWidget,
        offer: ExportOffer,
        first: ExportChoice,
        preview_of: Callable[[ExportChoice], ExportPreview],
    ) -> ExportChoice | None:
        """Choose the place of `export`, the format of its ending, and whatever `export_wishes` holds."""
        first = with_content(first, self.export_wishes.get("content", first.content), offer.formats)
        self.offered = kinds = offer.formats[first.content]
        self._note("export", None)
        if not str(self.export):
            return None
        where = Path(self.export)
        named = with_name(replace(first, folder=str(where.parent)), where.name, kinds)
        choice = replace(named, **{"is_coloured": False, **self.export_wishes})
        self.export_preview = preview_of(choice)
        return choice

    def _note_names(self, names: Sequence[str]) -> bool:
        self.to_replace = list(names)
        return self._note("replace", self.replace)

    def _note(self, question: str, answer: Answer) -> Answer:
        self.asked.append(question)
        return answer


def open_file(desk: Desk, answers: Answers, path: Path | str) -> None:
    """Open a file with Ctrl+O."""
    answers.open = path
    desk.key(Qt.Key.Key_O, CTRL)


def save_as(desk: Desk, answers: Answers, path: Path | str) -> None:
    """Save under another name."""
    answers.save_as = path
    desk.key(Qt.Key.Key_S, CTRL | SHIFT)


def export(desk: Desk, answers: Answers, path: Path | str) -> None:
    """Export the feature map."""
    answers.export = path
    desk.key(Qt.Key.Key_E, CTRL)


def bytes_of(path: Path) -> bytes:
    """Return what a saved project says of the document alone, without the place that was looked at."""
    return encode_document(load_document(path)[0])


def menu_action(desk: Desk, menu: str, text: str) -> QAction:
    """Return the entry of a menu whose text begins so; mnemonics do not count."""
    entries = next(one.menu() for one in desk.window.menuBar().actions() if one.text().replace("&", "") == menu)
    return next(one for one in entries.actions() if one.text().replace("&", "").startswith(text))


def trigger(action: QAction) -> None:
    """Choose an entry of a menu, and wait for the files that it asks for."""
    action.trigger()
    wait_for_files()


def drop(target: QWidget, mime: QMimeData) -> bool:
    """Drop data on a widget, as the system delivers it: first it enters; say whether anything takes it."""
    place, buttons = QPoint(target.width() // 2, target.height() // 2), Qt.MouseButton.LeftButton
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enters = QDragEnterEvent(place, copy, mime, buttons, none)
    enters.ignore()
    QApplication.sendEvent(target, enters)
    if not enters.isAccepted():
        return False
    QApplication.sendEvent(target, QDropEvent(QPointF(place), copy, mime, buttons, none))
    wait_for_files()
    return True


def files(*paths: Path) -> QMimeData:
    """Return what a file manager gives when files are dragged."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime
