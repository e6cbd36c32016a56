"""The one question that a pane has open: it goes when what it asks about is changed, removed or no longer on show."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from convstudio.model.edits.intent import Target
from convstudio.model.values.document import Document


class OpenQuestion:
    """Opens a dialog about a target without blocking, and closes it unanswered when the target is not there any more.

    An answer to it is given with the target, so that it can never reach another layer.
    """

    def __init__(self) -> None:
        self._dialog: QDialog | None = None
        self._target: Target | None = None

    def open(self, dialog: QDialog, target: Target) -> None:
        """Open a dialog in place of the one before."""
        self.close()
        self._dialog, self._target = dialog, target
        dialog.finished.connect(lambda _result: self._forget(dialog))
        dialog.open()

    def follow(self, document: Document, layer: int | None) -> None:
        """Close the dialog where its target changed, or is not the layer on show (None: the input)."""
        if self._target is not None and not (self._target.is_in(document) and self._target.layer == layer):
            self.close()

    def close(self) -> None:
        """Close the dialog without an answer."""
        if self._dialog is not None:
            self._dialog.reject()

    def _forget(self, dialog: QDialog) -> None:
        if dialog is self._dialog:
            self._dialog = self._target = None
