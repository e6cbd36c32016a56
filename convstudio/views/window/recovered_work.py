"""The list of work that was kept after a crash: with its picture and time, to open or to delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from convstudio.model.panes.recovered_work import RecoveredWork
from convstudio.views.parts import dialogs
from convstudio.views.parts.controls import PlainLabel, image_of, labelled
from convstudio.views.parts.pictures.picture_icon import picture_icon
from convstudio.views.parts.sizes import fitting_size, sized

_SIDE = 64


class RecoveredWorkDialog(QDialog):
    """Lists recovered work; `delete` is called with the key of what the user deletes.

    `chosen` is the key of the work to open after the dialog was accepted.
    """

    def __init__(
        self,
        window: QWidget,
        bound: str,
        works: Sequence[RecoveredWork],
        delete: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._works = list(works)
        self._delete = delete
        self.setWindowTitle("Recovered work – ConvStudio")
        self._list = QListWidget()
        self._list.setAccessibleName("Recovered work")
        sized(self._list, icon_size=QSize(_SIDE, _SIDE))
        self._list.itemActivated.connect(self.accept)
        self._list.currentRowChanged.connect(self._show_row)
        self._note = PlainLabel()
        self._note.setWordWrap(True)
        self._open = self._button("&Open", "Open this work as unsaved work; it stays in the list", self.accept)
        self._remove = self._button("&Delete", "Remove this work for good", self._delete_current)
        close = self._button("&Close", "Close this list", self.reject)
        self._open.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self._remove)
        row.addStretch(1)
        row.addWidget(self._open)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(labelled("Recovered work", self._list))
        column.addWidget(self._list, 1)
        column.addWidget(self._note)
        column.addLayout(row)
        self._bound = bound
        self.resize(fitting_size(self, QSize(560, 400)))
        self._fill()

    @property
    def chosen(self) -> str:
        """The key of the current work, or nothing."""
        work = self._current()
        return "" if work is None else work.key

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _fill(self) -> None:
        for work in self._works:
            item = QListWidgetItem(f"{work.name}\n{work.when}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{work.name}, {work.when}")
            if work.picture is not None:
                item.setIcon(_icon(work))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._show_row()

    def _show_row(self) -> None:
        work = self._current()
        self._note.setText((work.note if work else "No work was left unsaved.") or self._bound)
        self._open.setEnabled(work is not None and not work.note)
        self._remove.setEnabled(work is not None)

    def _delete_current(self) -> None:
        row, work = self._list.currentRow(), self._current()
        if work is not None and dialogs.ask_delete(self, f"“{work.name}”, {work.when}"):
            self._delete(self._works.pop(row).key)
            self._list.takeItem(row)
            self._show_row()

    def _current(self) -> RecoveredWork | None:
        row = self._list.currentRow()
        return self._works[row] if 0 <= row < len(self._works) else None


def _icon(work: RecoveredWork) -> QIcon:
    """Return the picture, small ones enlarged without smoothing so that their cells can be seen."""
    assert work.picture is not None
    picture = QPixmap.fromImage(image_of(work.picture))
    return picture_icon(picture, QSize(_SIDE, _SIDE))


def ask_recovered(window: QWidget, bound: str, works: Sequence[RecoveredWork], delete: Callable[[str], object]) -> str:
    """List recovered work, with a way to delete some; return the key of what is to be opened, or an empty text."""
    dialog = RecoveredWorkDialog(window, bound, works, delete)
    key = dialog.chosen if dialog.exec() == QDialog.DialogCode.Accepted else ""
    dialog.deleteLater()
    return key
