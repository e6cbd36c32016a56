"""The commands on whole filters: a menu, the keys of the matrix, and the questions that some of them ask first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from convstudio.model import banks, filters, initialisers, kernel_facts
from convstudio.model.asked_edit import AskedEdit, Edit, Target
from convstudio.model.detectors import Detector
from convstudio.model.document import Document
from convstudio.model.filter_text import as_text, from_text
from convstudio.model.filters import FilterBank
from convstudio.model.initialisers import Initialiser
from convstudio.model.limits import Limits
from convstudio.model.new_filters import added_sentence, filters_step, new_filters
from convstudio.model.view_state import ViewState
from convstudio.views.filter_dialogs import GaborQuestion, InitialiserDialog, NameQuestion
from convstudio.views.filter_matrix import FilterMatrix
from convstudio.views.open_question import OpenQuestion

MENU = "Filter bank"

_COMMANDS: tuple[tuple[str, str], ...] = (
    ("&Add filter", "add"),
    ("&Duplicate\tCtrl+D", "duplicate"),
    ("Re&move\tDelete", "remove"),
    ("Move &up\tAlt+Up", "up"),
    ("Move do&wn\tAlt+Down", "down"),
    ("&Rename…\tF2", "rename"),
    ("&Copy\tCtrl+C", "copy"),
    ("&Paste\tCtrl+V", "paste"),
)
"""The text of each command, with the key that it has in the matrix, and its name."""
_BANK_TEXTS = ("Fill: all li&nes", "Fill: all &edges", "Fill: &blur and sharpen")
"""The texts of `banks.BANKS`."""


class FilterCommands(QMenu):
    """The menu **Filter bank**. It asks for edits and looks as a pane does; `file_asked` for a file of weights."""

    edit_asked = Signal(str, object, object)
    look_asked = Signal(object)
    refused = Signal(str)
    file_asked = Signal()

    def __init__(self, detectors: Sequence[Detector], limits: Limits, matrix: FilterMatrix, parent: QWidget) -> None:
        super().__init__(MENU, parent)
        self._detectors = tuple(detectors)
        self._limits = limits
        self._matrix = matrix
        self._shown: tuple[Document, ViewState] | None = None
        self._initialiser: InitialiserDialog | None = None
        self._question = OpenQuestion()
        self._runs: Mapping[str, Callable[[], None]] = MappingProxyType(
            {
                "add": self._add,
                "duplicate": self._duplicate,
                "remove": self._remove,
                "up": partial(self._move, -1),
                "down": partial(self._move, 1),
                "rename": self._ask_name,
                "copy": self._copy,
                "paste": self._paste,
            }
        )
        self.alone = QAction("&Look at this filter alone", self)
        self.shared = QAction("&Same colours for all filters", self)
        self._fill()
        matrix.asked.connect(self.run)
        matrix.menu_asked.connect(self._open_at)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Take up the layer and filter that are looked at."""
        self._shown = (document, view)
        self.alone.setChecked(view.solo)
        self._question.follow(document, view.layer)
        if self._initialiser is not None:
            self._initialiser.show_layer(view.layer)

    def leave(self) -> None:
        """Close what asks about a convolution, where there is none on show."""
        self._question.close()
        if self._initialiser is not None:
            self._initialiser.reject()

    def run(self, command: str) -> None:
        """Do what a key of the matrix or an entry of the menu asks for; a refusal is a sentence."""
        try:
            self._runs[command]()
        except ValueError as refusal:
            self.refused.emit(str(refusal))

    # --- commands ----------------------------------------------------------------------------------------------------

    def _add(self) -> None:
        document, view = self._now
        added = new_filters(document.conv(view.layer), view.filter, 1, self._detectors)
        edit = partial(filters.add_filter, layer=view.layer, after=view.filter, detectors=self._detectors)
        self._edit(filters_step("Add filter", added), edit, view.filter + 1, added_sentence(added))

    def _duplicate(self) -> None:
        _, view = self._now
        chosen = self._chosen
        step = _counted("Duplicate", chosen)
        self._edit(step, partial(filters.duplicate_filters, layer=view.layer, indices=chosen), chosen[-1] + 1)

    def _remove(self) -> None:
        _, view = self._now
        chosen = self._chosen
        step = _counted("Remove", chosen)
        self._edit(step, partial(filters.remove_filters, layer=view.layer, indices=chosen), chosen[0])

    def _move(self, by: int) -> None:
        document, view = self._now
        chosen = self._chosen
        reach = filters.reach_of(document, view.layer, chosen, by)
        edit = partial(filters.move_filters, layer=view.layer, indices=chosen, by=by)
        self._edit(_counted("Move", chosen), edit, view.filter + reach)
        self._matrix.choose([index + reach for index in chosen])

    def _ask_name(self) -> None:
        document, view = self._now
        target = Target.of(document, view.layer)
        question = NameQuestion(document.conv(view.layer), view.filter, self._matrix.window())
        question.named.connect(
            lambda name: self._edit(
                "Rename filter",
                lambda held: filters.rename_filter(held, view.layer, view.filter, name),
                target=target,
            )
        )
        self._question.open(question, target)

    def _copy(self) -> None:
        document, view = self._now
        QGuiApplication.clipboard().setText(as_text(filters.copy_filters(document, view.layer, self._chosen)))

    def _paste(self) -> None:
        _, view = self._now
        bank = from_text(QGuiApplication.clipboard().text(), self._limits.kernel_length)
        step = "Paste filter" if bank.filters == 1 else f"Paste {bank.filters} filters"
        edit = partial(filters.paste_filters, layer=view.layer, after=view.filter, bank=bank)
        self._edit(step, edit, view.filter + 1)

    def _use_bank(self, name: str) -> None:
        document, view = self._now
        self._fill_bank(name, lambda: banks.detector_bank(name, self._detectors, document.conv(view.layer).rank))

    def _ask_gabor(self) -> None:
        document, view = self._now
        target = Target.of(document, view.layer)
        question = GaborQuestion(self._limits, self._matrix.window())
        question.refused.connect(self.refused)
        question.wanted.connect(
            lambda size, directions, lengths: self._fill_bank(
                f"Gabor {directions}×{len(lengths)}", lambda: banks.gabor_bank(size, directions, lengths), target
            )
        )
        self._question.open(question, target)

    def _fill_bank(self, name: str, bank: Callable[[], FilterBank], target: Target | None = None) -> None:
        document, view = self._now
        meant = target or Target.of(document, view.layer)
        assert meant.layer is not None
        edit = partial(_filled, layer=meant.layer, bank=bank)
        self._edit(f"Fill filters: {name}", edit, 0, target=meant)

    def _open_initialiser(self) -> None:
        if self._initialiser is None:
            self._initialiser = InitialiserDialog(self._matrix.window())
            self._initialiser.refused.connect(self.refused)
            self._initialiser.used.connect(self._initialise)
        self._initialiser.show_layer(self._now[1].layer)
        self._initialiser.show()

    def _initialise(self, one: Initialiser, parameter: float, seed: int) -> None:
        _, view = self._now
        step = initialisers.step_name(one, parameter, seed)
        self._edit(step, lambda document: initialisers.initialise(document, view.layer, one, parameter, seed))

    def _look_alone(self, wanted: bool) -> None:
        self.look_asked.emit(lambda _, view: filters.looking_alone(view, wanted))

    # --- helpers -----------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> tuple[Document, ViewState]:
        assert self._shown is not None, "the pane shows its document before it can be used"
        return self._shown

    @property
    def _chosen(self) -> list[int]:
        """The filters to edit: those selected in the matrix, else the one looked at."""
        return self._matrix.chosen if self._matrix.isVisible() else [self._now[1].filter]

    def _edit(
        self, step: str, edit: Edit, chosen: int | None = None, news: str = "", target: Target | None = None
    ) -> None:
        """Ask for an edit of the layer on show, or of the one that a question was about; then to select a filter."""
        document, view = self._now
        meant = target or Target.of(document, view.layer)
        self.edit_asked.emit(step, AskedEdit(edit, meant, news=news), None)
        if chosen is not None:
            self.look_asked.emit(lambda document, view: kernel_facts.looking_at_filter(document, view, chosen))

    def _open_at(self, place: QPoint) -> None:
        self.popup(place)

    def _fill(self) -> None:
        for text, command in _COMMANDS:
            self._action(text, partial(self.run, command))
        for action, run in ((self.alone, self._look_alone), (self.shared, self._matrix.share_levels)):
            action.setCheckable(True)
            action.triggered.connect(run)
            self.addAction(action)
        self.addSeparator()
        for text, name in zip(_BANK_TEXTS, banks.BANKS, strict=True):
            self._action(text, partial(self._use_bank, name))
        self._action("Fill: &Gabor bank…", self._ask_gabor)
        self._action("&Initialise…", self._open_initialiser)
        self._action("&From a file of weights…", self.file_asked.emit)

    def _action(self, text: str, run: Callable[[], object]) -> None:
        self.addAction(text).triggered.connect(lambda _checked=False: run())


def _filled(document: Document, layer: int, bank: Callable[[], FilterBank]) -> Document:
    return filters.fill_bank(document, layer, bank())


def _counted(verb: str, chosen: Sequence[int]) -> str:
    return f"{verb} filter" if len(chosen) == 1 else f"{verb} {len(chosen)} filters"
