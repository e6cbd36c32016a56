"""How a file was read, and the question how else it is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from convstudio.session.session import Session
from convstudio.session.workspace.opened_inputs import OpenedInput
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.views.window.message_bar import Offer
from convstudio.wiring.offers import Offers

if TYPE_CHECKING:
    from convstudio.model.panes.reading_preview import ReadPreview
    from convstudio.model.readings.inputs import ReadOptions
    from convstudio.views.window.readings_dialog import ReadingsDialog

_OTHERWISE = "Read it otherwise…"
_OTHERWISE_TIP = "List the likely ways to read this file, with a preview of each"
_KEEP = "Add to presets"
_KEEP_TIP = "Copy this file into your folder of presets, so that the list of detectors has it"
_RESIZE = "Resize or crop…"
_RESIZE_TIP = "Take a part of the picture, or make it smaller, with a preview"


class ReadingQuestions:
    """Says what was read of a file, and asks where another reading is wanted or about as likely."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        workspace: Workspace,
        offers: Offers,
        keep_presets: Callable[[Sequence[str]], object],
    ) -> None:
        self._window = window
        self._session = session
        self._workspace = workspace
        self._offers = offers
        self._keep_presets = keep_presets
        self._dialog: ReadingsDialog | None = None
        workspace.inputs.opened.opened.connect(self._tell)
        workspace.inputs.opened.too_large.connect(self._ask_size)
        workspace.inputs.opened.previewed.connect(self._show_preview)
        workspace.project.path_changed.connect(self.close)
        workspace.weights.kernel_read.connect(self._tell_kernel)
        window.menus.otherwise_asked.connect(self._ask_of_sample)
        window.menus.framing_asked.connect(self._ask_size_of_sample)

    def show_command(self) -> None:
        """Offer the command in the menu where the sample is a file that was read."""
        opened = self._workspace.inputs.opened.of(self._session.document.sample)
        self._window.menus.show_otherwise(
            opened is not None and opened.can_be_otherwise, opened is not None and opened.can_be_framed
        )

    def close(self) -> None:
        """Close the question about a file that was followed by another one."""
        if self._dialog is not None:
            self._dialog.reject()

    def _tell(self, opened: OpenedInput) -> None:
        """Say how a file was read, beside the way to read it otherwise; ask at once where that is about as likely."""
        self.close()
        offers = [Offer(_OTHERWISE, _OTHERWISE_TIP, partial(self._ask, opened))] if opened.can_be_otherwise else []
        if opened.is_large:
            offers.append(Offer(_RESIZE, _RESIZE_TIP, partial(self._ask, opened, is_sizing=True)))
        self._offers.tell_read(opened.sentence, offers)
        self.show_command()
        if opened.is_doubtful:
            self._ask(opened, is_sizing=not opened.can_be_otherwise)

    def _ask_size(self, opened: OpenedInput) -> None:
        """Say that a picture does not fit as a whole, and ask which part of it or which size is wanted."""
        ask = partial(self._ask, opened, is_sizing=True)
        self._offers.ask(opened.sentence, Offer(_RESIZE, _RESIZE_TIP, ask))
        ask()

    def _tell_kernel(self, told: str, path: str) -> None:
        """Say how a kernel was read, with the offer to keep the file of one as a preset."""
        from convstudio.files.presets.names import is_preset_file  # here, and not above: no start needs it

        keep = Offer(_KEEP, _KEEP_TIP, partial(self._keep_presets, [path]))
        self._offers.tell_read(told, (keep,) if path and is_preset_file(Path(path).name) else ())

    def _ask_of_sample(self) -> None:
        opened = self._workspace.inputs.opened.of(self._session.document.sample)
        if opened is not None:
            self._ask(opened)

    def _ask_size_of_sample(self) -> None:
        opened = self._workspace.inputs.opened.of(self._session.document.sample)
        if opened is not None:
            self._ask(opened, is_sizing=True)

    def _ask(self, opened: OpenedInput, *, is_sizing: bool = False) -> None:
        """Ask which of the likely readings is meant, in a dialog that waits without blocking."""
        self.close()
        title, question = f"How to read {opened.origin}", "Likely readings"
        dialog: ReadingsDialog = load("window.readings_dialog.ReadingsDialog")(
            self._window, title, question, opened.choices, opened.current, is_sizing=is_sizing
        )
        self._dialog = dialog
        dialog.preview_asked.connect(partial(self._workspace.inputs.opened.preview, opened))
        dialog.chosen.connect(partial(self._workspace.inputs.opened.read_otherwise, opened))
        dialog.finished.connect(self._forget)
        dialog.open()

    def _show_preview(self, options: ReadOptions, preview: ReadPreview) -> None:
        if self._dialog is not None:
            self._dialog.show_preview(options, preview)

    def _forget(self) -> None:
        self._dialog = None
        self._workspace.inputs.opened.forget_preview()
