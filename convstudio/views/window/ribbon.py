"""The ribbon: the network as a row of chips, from the input to the last feature map; it builds the network too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QKeySequence,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QWidget

from convstudio.model.edits import building
from convstudio.model.edits.intent import Intent, Target
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import USUAL
from convstudio.model.values.view_state import DataFormat, ViewState
from convstudio.model.words import data_format
from convstudio.views.parts.controls import PlainLabel, tool_button
from convstudio.views.parts.dragging.reordering import Reordering
from convstudio.views.parts.sizes import px, sized
from convstudio.views.window.chip import Chip, ChipRow

_HEIGHT = 44
_LAYER_TIP = "Select this layer; drag it to move it. Its menu copies, switches off or removes it"


def _field(document: Document, layer: int) -> str:
    from convstudio.model.words.summary import field_in_words  # here, and not above: no start needs it

    return field_in_words(document, layer)


class Ribbon(QScrollArea):
    """The input and the layers from left to right, each with its shape; a click selects a layer.

    `part_asked` carries the name of the table to go to; `intent_asked` a move of the view, or an edit and the move that
    goes with it. `menu` holds every command for a layer, and `input_menu` those for the input.
    """

    part_asked = Signal(str)
    intent_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Network")
        self._selected = 0
        self._data_format: DataFormat = "keras"
        self._numbers = USUAL
        self._is_on = True
        self._document: Document | None = None
        self._chips: list[Chip] = []
        self._arrows: list[PlainLabel] = []
        self._input = Chip("The input: go to its pane")
        self._input.clicked.connect(lambda _checked=False: self.part_asked.emit("Input"))
        self._input.moved.connect(lambda by: self._go_by(-1, by))
        self.menu = QMenu("&Layer", self)
        self.input_menu = QMenu(self)
        self._input.menu_asked.connect(self.input_menu.popup)
        self.add_menu = QMenu("&Add layer", self)
        self.add_button = tool_button(
            "+ Add layer", "Add layer", "Add a layer after the selected one", menu=self.add_menu
        )
        self._later = QTimer(self, singleShot=True, interval=0)  # chips have their places after all events of now
        self._later.timeout.connect(self._bring_into_sight)
        self._fill_menus()
        self._lay_out()

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the network with its live shapes."""
        self._make_chips(len(document.layers))
        shape, speech = document.sample.values.shape, view.data_format
        self._input.show_texts("Input", data_format.write_shape(shape, speech), data_format.spell_shape(shape, speech))
        for index, (chip, layer) in enumerate(zip(self._chips, document.layers, strict=True)):
            output_shape = document.output_shape(index)
            facts = data_format.layer_facts(layer, output_shape, speech)
            spelled = "" if output_shape is None else data_format.spell_shape(output_shape, speech)
            chip.more = partial(_field, document, index)
            chip.show_texts(
                layer.name,
                facts,
                spelled,
                number=index + 1,
                selected=index == view.layer,
                is_off=not layer.is_on,
                is_locked=layer.is_locked,
            )
        self._selected, self._data_format, self._numbers = view.layer, view.data_format, view.numbers
        layer = document.layers[view.layer]
        self._document, self._is_on = document, layer.is_on
        self._lock.setText("Unloc&k layer" if layer.is_locked else "Loc&k layer")
        self._lock.setEnabled(layer.is_locked or layer.parameters > 0)
        self._switch.setText("Switch layer o&ff" if self._is_on else "Switch layer &on")
        self._remove.setEnabled(len(document.layers) > 1)
        self._expect_places()

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show which layer is selected, and shapes in which data format."""
        if (view.layer, view.data_format, view.numbers) != (self._selected, self._data_format, self._numbers):
            self.show_document(document, view)

    def sizeHint(self) -> QSize:
        return QSize(self.row_length(), px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(_HEIGHT))

    def row_length(self) -> int:
        """Return how wide all chips together are."""
        return self._row.minimumSizeHint().width()

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y() - event.angleDelta().x())

    # --- making ------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._row = QWidget()
        self._dragging = Reordering(self._row, ChipRow(self._chips, self))
        self._dragging.moved.connect(self._move_to)
        self._places = QHBoxLayout(self._row)
        self._places.setContentsMargins(0, 0, 0, 0)
        sized(self._places, spacing=8)
        self._places.addWidget(self._input)
        self._places.addWidget(self.add_button)
        self._places.addStretch(1)
        self.setWidget(self._row)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._row.setAutoFillBackground(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        sized(self, fixed_height=_HEIGHT)
        self.horizontalScrollBar().rangeChanged.connect(self._expect_places)

    def _make_chips(self, count: int) -> None:
        """Keep one chip, and an arrow before it, for each layer."""
        while len(self._chips) > count:
            for widget in (self._chips.pop(), self._arrows.pop()):
                widget.hide()
                widget.deleteLater()
        while len(self._chips) < count:
            index = len(self._chips)
            chip, arrow = Chip(_LAYER_TIP), PlainLabel("→")
            chip.clicked.connect(lambda _checked=False, index=index: self._click(index))
            chip.moved.connect(partial(self._go_by, index))
            self._dragging.watch(chip)
            chip.menu_asked.connect(partial(self._open_menu, index))
            place = self._places.indexOf(self.add_button)
            self._places.insertWidget(place, arrow)
            self._places.insertWidget(place + 1, chip)
            self._chips.append(chip)
            self._arrows.append(arrow)

    def _fill_menus(self) -> None:
        for kind, text in with_keys(tuple(building.NEW_LAYERS)).items():
            self.add_menu.addAction(text).triggered.connect(lambda _checked=False, kind=kind: self._add(kind))
        self.menu.addMenu(self.add_menu)
        self._command("&Duplicate layer", "Ctrl+Shift+D", self._duplicate)
        self._remove = self._command("&Remove layer", "Ctrl+Backspace", self._take_out)
        self._command("Move layer &left", "Ctrl+Shift+Left", lambda: self._move(-1))
        self._command("Move layer &right", "Ctrl+Shift+Right", lambda: self._move(1))
        self._switch = self._command("Switch layer o&ff", "Ctrl+Shift+F", self._switch_over)
        self._switch.setObjectName("Switch layer on or off")  # its text changes, its key has one name
        self._lock = self._command("Loc&k layer", None, self._lock_over)
        self._lock.setObjectName("Lock or unlock layer")
        self._command("Fit layer to &its input", None, self._fit)
        self.menu.addSeparator()
        self._command("&Next layer", "Ctrl+PgDown", lambda: self._go_by(self._selected, 1))
        self._command("&Previous layer", "Ctrl+PgUp", lambda: self._go_by(self._selected, -1))

    def _command(self, text: str, key: str | None, run: Callable[[], object]) -> QAction:
        action = self.menu.addAction(text)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: run())
        return action

    # --- asking ------------------------------------------------------------------------------------------------

    def _click(self, index: int) -> None:
        if index == self._selected:
            self.part_asked.emit("Kernel")
        else:
            self._select_layer(index)

    def _select_layer(self, index: int) -> None:
        self.intent_asked.emit(Intent(move=lambda document, view: stepping.select_layer(document, view, index)))

    def _go_by(self, index: int, by: int) -> None:
        """Select the layer beside one, with the keyboard on its chip; to the left of the first is the input."""
        reached = index + by
        if reached == -1:
            self._input.setFocus(Qt.FocusReason.TabFocusReason)
        elif 0 <= reached < len(self._chips):
            self._select_layer(reached)
            if self._input.hasFocus() or any(chip.hasFocus() for chip in self._chips):
                self._chips[reached].setFocus(Qt.FocusReason.TabFocusReason)

    def _open_menu(self, index: int, at: QPoint) -> None:
        self._select_layer(index)
        self.menu.popup(at)

    def _add(self, kind: str) -> None:
        after = self._selected
        self.intent_asked.emit(
            Intent(
                f"Add {kind[:1].lower()}{kind[1:]}",
                lambda document: building.add_layer(document, after, kind),
                building.adding(after),
            )
        )

    def _duplicate(self) -> None:
        after = self._selected
        self.intent_asked.emit(
            Intent(
                "Duplicate layer", lambda document: building.duplicate_layer(document, after), building.adding(after)
            )
        )

    def _take_out(self) -> None:
        layer = self._selected
        self.intent_asked.emit(
            Intent("Remove layer", lambda document: building.remove_layer(document, layer), building.staying)
        )

    def _move(self, by: int) -> None:
        self._move_to(self._selected, self._selected + by)

    def _move_to(self, layer: int, to: int) -> None:
        self.intent_asked.emit(
            Intent(
                f"Move layer {layer + 1} to place {to + 1}",
                lambda document: building.move_layer(document, layer, to),
                building.adding(to - 1),
            )
        )

    def _switch_over(self) -> None:
        layer, is_on = self._selected, not self._is_on
        self.intent_asked.emit(
            Intent(
                "Switch layer on" if is_on else "Switch layer off",
                lambda document: building.switch_layer(document, layer, is_on),
                _staying,
            )
        )

    def _lock_over(self) -> None:
        from convstudio.model.edits.learning.locks import layer_intent  # here, and not above: no start needs it

        if self._document is not None:
            target = Target.of(self._document, self._selected)
            self.intent_asked.emit(replace(layer_intent(self._document, self._selected), move=_staying, target=target))

    def _fit(self) -> None:
        layer = self._selected
        self.intent_asked.emit(Intent("Fit layer", lambda document: building.fit_layer(document, layer), _staying))

    def _expect_places(self, *_range: int) -> None:
        self._later.start()

    def _bring_into_sight(self) -> None:
        if self._selected == len(self._chips) - 1:
            self.ensureWidgetVisible(self.add_button, 8, 0)
        if self._selected < len(self._chips):  # last, because it counts where there is no room for both
            self.ensureWidgetVisible(self._chips[self._selected], 40, 0)


def _staying(_document: Document, view: ViewState) -> ViewState:
    return view


def with_keys(names: Sequence[str]) -> dict[str, str]:
    """Return the texts of entries of one menu by their names, each with its own letter as its key, marked with &.

    Short names choose first, because they have the fewest letters.

    >>> with_keys(("Dense", "Dropout"))
    {'Dense': '&Dense', 'Dropout': 'D&ropout'}
    """
    texts: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names, key=len):
        free = [at for at, letter in enumerate(name) if letter.isalnum() and letter.lower() not in taken]
        at = free[0] if free else len(name)
        taken.add(name[at : at + 1].lower())
        texts[name] = f"{name[:at]}&{name[at:]}" if free else name
    return {name: texts[name] for name in names}
