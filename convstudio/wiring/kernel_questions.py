"""The kernel on show as a file or a text: the questions of the menu **This kernel**, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication

from convstudio.files.problems import FileProblem
from convstudio.model.panes.kernel_on_show import KernelOnShow, kernel_on_show
from convstudio.model.values.detectors import Detector
from convstudio.model.words.file_kinds import ending_among, endings_of
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.parts import dialogs
from convstudio.views.window.main_window import MainWindow


class KernelQuestions:
    """Asks in the window where a kernel is or goes, and has the workspace read or write it."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        workspace: Workspace,
        pane: KernelPane,
        detectors: Sequence[Detector],
    ) -> None:
        self._window = window
        self._session = session
        self._workspace = workspace
        self._pane = pane
        self._detectors = detectors
        menu = pane.commands.kernel
        menu.forms_asked.connect(self._show_forms)
        menu.open_asked.connect(self._ask_open)
        menu.paste_asked.connect(self._paste)
        menu.copy_asked.connect(self._copy)
        menu.export_asked.connect(self._ask_export)
        pane.files_dropped.connect(self._take_dropped)
        workspace.exports.told.connect(window.messages.tell)

    def _show_forms(self) -> None:
        from convstudio.files.kernels.kernel_files import COPY_FORMS  # here, and not above: no start needs it

        self._pane.commands.kernel.show_forms(tuple(COPY_FORMS))

    def _ask_open(self) -> None:
        from convstudio.files.kernels.kernel_files import KERNEL_FORMATS  # here, and not above: no start needs it

        path = dialogs.ask_kernel(self._window, KERNEL_FORMATS)
        if path:
            self._workspace.weights.open_kernel(path)

    def _take_dropped(self, paths: Sequence[str]) -> None:
        """Open one file that may be a kernel as one; take everything else as if it was dropped elsewhere."""
        from convstudio.files.kernels.kernel_files import KERNEL_FORMATS  # here, and not above: no start needs it

        if len(paths) == 1 and ending_among(KERNEL_FORMATS, paths[0]) in endings_of(KERNEL_FORMATS):
            self._workspace.weights.open_kernel(paths[0])
        else:
            self._window.files_dropped.emit(list(paths))

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._workspace.weights.use_text(text)
        else:
            self._window.messages.say("The clipboard contains no text. Copy a kernel first.")

    def _copy(self, form: str) -> None:
        from convstudio.files.kernels import kernel_files  # here, and not above: no start needs it

        shown = self._on_show()
        try:
            text = kernel_files.kernel_text(form, shown.kernel, shown.name, shown.bias)
        except FileProblem as refusal:
            self._window.messages.say(str(refusal))
            return
        QGuiApplication.clipboard().setText(text)
        self._window.messages.tell(" ".join((kernel_files.copied_sentence(form, shown.bias), *shown.notes)))

    def _ask_export(self, is_whole: bool) -> None:
        from convstudio.files.kernels.kernel_files import formats_for  # here, and not above: no start needs it

        shown = self._on_show(is_whole=is_whole)
        path = dialogs.ask_export_kernel(self._window, shown.name, formats_for(shown.kernel))
        if path:
            self._workspace.exports.write_kernel(path, shown)

    def _on_show(self, *, is_whole: bool = False) -> KernelOnShow:
        return kernel_on_show(self._session.document, self._session.view, self._detectors, is_whole=is_whole)
