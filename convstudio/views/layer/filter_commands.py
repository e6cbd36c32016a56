"""The commands on whole filters: a menu, the keys of the matrix, and the questions that some of them ask first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from convstudio.model.edits import filters, initialisers
from convstudio.model.edits.detector_use import detector_use
from convstudio.model.edits.filters import FilterBank
from convstudio.model.edits.initialisers import Initialiser
from convstudio.model.edits.intent import Edit, Intent, Target
from convstudio.model.edits.new_filters import added_sentence, filters_step, new_filters
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.library import banks
from convstudio.model.panes import kernel_facts
from convstudio.model.panes.filter_text import as_text, from_text
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.filter_dialogs import InitialiserDialog, NameQuestion
from convstudio.views.layer.filter_matrix import KEYS, FilterMatrix
from convstudio.views.layer.kernel_menu import KernelMenu
from convstudio.views.parts.later import load
from convstudio.views.parts.open_question import OpenQuestion

if TYPE_CHECKING:
    from convstudio.views.layer.generator_dialog import GeneratorDialog

MENU = "Filter bank"

_COMMANDS: tuple[tuple[str, str], ...] = (
    ("&Add filter", "add"),
    ("&Duplicate", "duplicate"),
    ("Re&move", "remove"),
    ("Move &up", "up"),
    ("Move do&wn", "down"),
    ("&Rename…", "rename"),
    ("&Copy", "copy"),
    ("&Paste", "paste"),
)
"""The text of each command, and its name."""
_BANK_TEXTS = ("Fill: all li&nes", "Fill: all &edges", "Fill: &blur and sharpen")
"""The texts of `banks.BANKS`."""


class FilterCommands(QMenu):
    """The menu **Filter bank**. It asks for edits and looks as a pane does, and by `file_asked` for a file of weights.

    `preset_wanted` carries a kernel that is to be saved as a preset, `preset_changed` the id of one and what takes its
    place.
    """

    intent_asked = Signal(object)
    refused = Signal(str)
    file_asked = Signal()
    preset_wanted = Signal(object)
    preset_changed = Signal(str, object)

    def __init__(self, detectors: Sequence[Detector], limits: Limits, matrix: FilterMatrix, parent: QWidget) -> None:
        super().__init__(MENU, parent)
        self._detectors = tuple(detectors)
        self._limits = limits
        self._matrix = matrix
        self._shown: tuple[Document, ViewState] | None = None
        self._initialiser: InitialiserDialog | None = None
        self._generators: GeneratorDialog | None = None
        self._result: Forward | None = None
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
        self.kernel = KernelMenu(self)
        self.alone = QAction("Show &only this filter", self)
        self.shared = QAction("&Same colours for all filters", self)
        self._fill()
        matrix.asked.connect(self.run)
        matrix.menu_asked.connect(self._open_at)
        matrix.move_asked.connect(self._move_one)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Take up the selected layer and filter."""
        self._shown = (document, view)
        self.alone.setChecked(view.solo)
        self.kernel.show_document(document, view)
        self._question.follow(document, view.layer)
        if self._initialiser is not None:
            self._initialiser.show_layer(view.layer)
        self._show_generators()

    def show_result(self, result: Forward | None) -> None:
        """Take up what the layers read: kernels are previewed on it."""
        self._result = result
        self._show_generators()

    def leave(self) -> None:
        """Close what asks about a convolution, where there is none on show."""
        self._question.close()
        for dialog in (self._initialiser, self._generators):
            if dialog is not None:
                dialog.reject()

    def run(self, command: str) -> None:
        """Do what a key of the matrix or an entry of the menu asks for; a refusal is a sentence."""
        try:
            self._runs[command]()
        except ValueError as refusal:
            self.refused.emit(str(refusal))

    # --- commands ----------------------------------------------------------------------------------------------------

    def _add(self) -> None:
        document, view = self._now
        added = new_filters(conv_at(document, view.layer), view.filter, 1, self._detectors)
        edit = partial(filters.add_filter, layer=view.layer, after=view.filter, detectors=self._detectors)
        self._edit(filters_step("Add filter", added), edit, view.filter + 1, added_sentence(added))

    def _duplicate(self) -> None:
        _, view = self._now
        chosen = self._chosen
        step = one_or_many(len(chosen), "Duplicate filter", f"Duplicate {len(chosen)} filters")
        self._edit(step, partial(filters.duplicate_filters, layer=view.layer, indices=chosen), chosen[-1] + 1)

    def _remove(self) -> None:
        _, view = self._now
        chosen = self._chosen
        step = one_or_many(len(chosen), "Remove filter", f"Remove {len(chosen)} filters")
        self._edit(step, partial(filters.remove_filters, layer=view.layer, indices=chosen), chosen[0])

    def _move(self, by: int) -> None:
        self._move_filters(self._chosen, by)

    def _move_one(self, index: int, place: int) -> None:
        self._move_filters([index], place - index)

    def _move_filters(self, chosen: Sequence[int], by: int) -> None:
        document, view = self._now
        reach = filters.reach_of(document, view.layer, chosen, by)
        edit = partial(filters.move_filters, layer=view.layer, indices=chosen, by=by)
        step = filters.moving_step(conv_at(document, view.layer), chosen, reach)
        shown = chosen[0] if view.filter not in chosen else view.filter
        self._edit(step, edit, shown + reach)
        self._matrix.choose([index + reach for index in chosen])

    def _ask_name(self) -> None:
        document, view = self._now
        target = Target.of(document, view.layer)
        question = NameQuestion(conv_at(document, view.layer), view.filter, self._matrix.window())
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
        step = one_or_many(bank.filters, "Paste filter", f"Paste {bank.filters} filters")
        edit = partial(filters.paste_filters, layer=view.layer, after=view.filter, bank=bank)
        self._edit(step, edit, view.filter + 1)

    def _use_bank(self, name: str) -> None:
        document, view = self._now
        self._fill_bank(name, lambda: banks.detector_bank(name, self._detectors, conv_at(document, view.layer).rank))

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

    def change_rule(self, preset: Detector) -> None:
        """Open the window that makes kernels with the rule and the numbers of a preset; where it cannot, say why."""
        from convstudio.model.library.generators import recalled_rule  # here, and not above: no start needs it

        document, view = self._now
        rule = recalled_rule(preset)
        if rule is None:
            self.refused.emit(f"“{preset.name}” was not made by a rule. Choose a preset that was.")
        elif conv_at(document, view.layer).rank != preset.rank:
            self.refused.emit(f"“{preset.name}” is for inputs of another kind. Select a layer for it first.")
        else:
            self._open_generators()
            assert self._generators is not None, "it was just opened"
            self._generators.show_preset(preset, rule)

    def _open_generators(self) -> None:
        if self._generators is None:
            self._generators = load("layer.generator_dialog.GeneratorDialog")(self._matrix.window())
            self._generators.kernel_wanted.connect(self._use_kernel)
            self._generators.preset_wanted.connect(self.preset_wanted)
            self._generators.preset_changed.connect(self.preset_changed)
            self._generators.bank_wanted.connect(self._fill_bank)
        self._generators.show()
        self._show_generators()
        self._generators.show_preset(None)

    def _show_generators(self) -> None:
        """Let the window that makes kernels follow the selection."""
        if self._generators is None or not self._generators.isVisible():
            return
        document, view = self._now
        conv, reading = conv_at(document, view.layer), reading_of(document, view, self._result)
        read = None if reading is None else reading.values
        self._generators.show_layer(view.layer, conv.rank, conv.kernel_size, read)

    def _use_kernel(self, kernel: Detector) -> None:
        document, view = self._now
        self.intent_asked.emit(detector_use(document, view.layer, view.filter, kernel, f"Use kernel {kernel.name}"))

    def _show_alone(self, wanted: bool) -> None:
        self.intent_asked.emit(Intent(move=lambda _, view: filters.with_filter_alone(view, wanted)))

    # --- helpers -----------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> tuple[Document, ViewState]:
        assert self._shown is not None, "the pane shows its document before it can be used"
        return self._shown

    @property
    def _chosen(self) -> list[int]:
        """The filters to edit: those selected in the matrix, else the current one."""
        return self._matrix.chosen if self._matrix.isVisible() else [self._now[1].filter]

    def _edit(
        self, step: str, edit: Edit, chosen: int | None = None, news: str = "", target: Target | None = None
    ) -> None:
        """Ask for an edit of the layer on show, or of the one that a question was about; then to select a filter."""
        document, view = self._now
        meant = target or Target.of(document, view.layer)
        self.intent_asked.emit(Intent(step, edit, target=meant, news=news))
        if chosen is not None:
            self.intent_asked.emit(
                Intent(move=lambda document, view: kernel_facts.select_filter(document, view, chosen))
            )

    def _open_at(self, place: QPoint) -> None:
        self.popup(place)

    def _fill(self) -> None:
        for text, command in _COMMANDS:
            self._action(f"{text}\t{KEYS[command]}" if command in KEYS else text, partial(self.run, command))
        for action, run in ((self.alone, self._show_alone), (self.shared, self._matrix.share_levels)):
            action.setCheckable(True)
            action.triggered.connect(run)
            self.addAction(action)
        self.addSeparator()
        for text, name in zip(_BANK_TEXTS, banks.BANKS, strict=True):
            self._action(text, partial(self._use_bank, name))
        self._action("Ma&ke kernels…", self._open_generators)
        self._action("&Initialise…", self._open_initialiser)
        self._action("&From a file of weights…", self.file_asked.emit)
        self.addSeparator()
        self.addMenu(self.kernel)

    def _action(self, text: str, run: Callable[[], object]) -> None:
        self.addAction(text).triggered.connect(lambda _checked=False: run())


def _filled(document: Document, layer: int, bank: Callable[[], FilterBank]) -> Document:
    return filters.fill_bank(document, layer, bank())
