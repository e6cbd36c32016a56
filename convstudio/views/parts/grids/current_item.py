"""The current item of a table or list while the keyboard is elsewhere."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSignalBlocker,
    QTimer,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

_WAKING = (
    QEvent.Type.FocusIn,
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.ContextMenu,
    QEvent.Type.Show,  # a view that appears scrolls to its item
)


class CurrentItem(QObject):
    """Keeps the current item of a view for it while the keyboard is elsewhere.

    Qt tells screen readers that the current item of every table and list has the focus, wherever the keyboard is. So a
    view without the keyboard gives its current item to this keeper, and has it back before the first key, click or
    focus. No signal is sent for either. There is no public report; tests/unit/test_workarounds.py fails when Qt
    tells the truth.

    The view overrides `currentIndex` with `index`, so that the code that asks it finds the item at all times.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._kept = QPersistentModelIndex()
        self._later = QTimer(self, singleShot=True, interval=0)  # the signals about a new row and column come first
        self._later.timeout.connect(self._keep)
        view.selectionModel().currentChanged.connect(self._take_over)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow_focus)

    @property
    def index(self) -> QModelIndex:
        """The current item, wherever the keyboard is."""
        held = self._held
        return held if held.isValid() else self._kept_index

    def keep_soon(self) -> None:
        """Take the item over after all events of now, where the view was given one without a signal."""
        self._later.start()

    @property
    def _kept_index(self) -> QModelIndex:
        kept = self._kept
        return self._view.model().index(kept.row(), kept.column(), kept.parent()) if kept.isValid() else QModelIndex()

    @property
    def _held(self) -> QModelIndex:
        return self._view.selectionModel().currentIndex()

    @property
    def _has_keyboard(self) -> bool:
        """Whether the view or an editor in it has the keyboard, or had it last while another program has it."""
        focused = QApplication.focusWidget() or self._view.window().focusWidget()
        return focused is not None and (focused is self._view or self._view.isAncestorOf(focused))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _WAKING:
            self._give_back()
            if event.type() == QEvent.Type.Show:
                self._later.start()
        return False

    def _take_over(self, _current: QModelIndex, _before: QModelIndex) -> None:
        """Forget the item before; keep one that became the current one without the keyboard."""
        self._forget()
        if not self._has_keyboard:
            self._later.start()

    def _follow_focus(self, _before: QWidget | None, _now: QWidget | None) -> None:
        if isValid(self._view):  # a window that closes moves the focus after its parts are gone
            self._keep()

    def _keep(self) -> None:
        """Take the item over, also from a view that is hidden: screen readers are told of its items too."""
        if self._held.isValid() and not self._has_keyboard:
            self._kept = QPersistentModelIndex(self._held)
            self._set(QModelIndex())
            for watched in (self._view, self._view.viewport()):  # only now: each of their events would cost time
                watched.installEventFilter(self)

    def _give_back(self) -> None:
        if self._kept.isValid() and not self._held.isValid():
            self._set(self._kept_index)
        self._forget()

    def _forget(self) -> None:
        self._kept = QPersistentModelIndex()
        for watched in (self._view, self._view.viewport()):
            watched.removeEventFilter(self)

    def _set(self, index: QModelIndex) -> None:
        with QSignalBlocker(self._view.selectionModel()):
            self._view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
