"""The lens on what decided: the gradient of a score in the input, Grad-CAM, and the terms of the current output."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.lenses import attribution_words as words
from convstudio.model.lenses.attribution import (
    Attribution,
    Score,
    TermShares,
    cam_layers,
    class_activation,
    stretched,
    term_shares,
    usual_cam_layer,
)
from convstudio.model.lenses.attribution_pictures import drawn, unit_of, unit_words
from convstudio.model.lenses.subject import Doubles
from convstudio.model.panes.explanation import folded_table
from convstudio.model.panes.readout import shown_channel
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.answers.axis_names import AXES
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.views.lenses.lens import Lens, wrapping_label
from convstudio.views.parts.controls import Choice, tool_button
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.sizes import sized

_COMING = "The gradient is being computed."
_WAITING = "The maps are being computed."
_USUAL_LAYER = "last convolution"
_LONGEST_NAME = 14
_MOST_IN_PAIRS = 4
_WIDE = 1.4  # so many times as wide as high, all pictures are in one row
_DETAILS = (
    "Saliency is the largest |gradient| of the channels. Gradient × input adds up the channels. Grad-CAM weighs each "
    "map by the mean of its gradient, sets negative sums to 0, and is stretched over the input."
)


class AttributionLens(Lens):
    """Four pictures of what a score depends on, and what every term of the current output carries of it.

    `question_asked` carries the score to follow back, `show_answer` takes what was worked out.
    """

    about = "map"

    def __init__(self) -> None:
        super().__init__()
        self._document: Document | None = None
        self._view = ViewState()
        self._asked: Score | None = None
        self._found: Attribution | None = None
        self._shares: TermShares | None = None
        self.score = Choice("Score of", [words.PREDICTED], "Which output of the network is followed back to the input")
        self.side = Choice(
            "Score",
            ["before softmax", "after softmax"],
            "Before softmax a score stands alone; after it, it also depends on the scores of the other classes",
        )
        self.layer = Choice("Grad-CAM on", [_USUAL_LAYER], "The layer whose maps Grad-CAM weighs and adds up")
        self.over = tool_button(
            "Over the input", "Over the input", "Draw the pictures over the input, in grey", toggles=True
        )
        self.over.setChecked(True)
        self.plates = {
            name: Plate(name) for name in ("Saliency", "Gradient", "Gradient × input", "Grad-CAM", "Terms × gradient")
        }
        self.terms = wrapping_label(small=True)
        self._arranged: tuple[bool, list[Plate]] = (False, [])
        self._left_out: set[Plate] = set()
        self._lay_out()
        self.score.chosen.connect(self._ask)
        self.side.chosen.connect(self._ask)
        self.layer.chosen.connect(self._show_pictures)
        self.over.toggled.connect(self._show_pictures)

    def _lay_out(self) -> None:
        for choice in (self.score, self.layer):
            choice.setMinimumContentsLength(_LONGEST_NAME)
        for choice in (self.score, self.side, self.layer):
            self.add_field(choice)
        self.tools.addWidget(self.over)
        self._grid = QGridLayout(self.stage)
        self._grid.setContentsMargins(0, 0, 0, 0)
        sized(self._grid, spacing=8)
        self._arrange(is_wide=False)

    def _arrange(self, *, is_wide: bool) -> None:
        """Put the pictures that there are into rows, and what is said of the terms beside these, or below them all."""
        *pictures, terms = self.plates.values()
        shown = [plate for plate in (*pictures, terms) if plate not in self._left_out]
        if (is_wide, shown) == self._arranged:
            return
        self._arranged = is_wide, shown
        columns = len(pictures) if is_wide else 3 if len(shown) > _MOST_IN_PAIRS else 2
        in_rows = [plate for plate in shown if plate is not terms or not is_wide]
        for place, plate in enumerate(in_rows):
            self._grid.addWidget(plate, *divmod(place, columns))
        last = -(-len(in_rows) // columns)
        beside = int(is_wide and terms in shown)
        if beside:
            self._grid.addWidget(terms, last, 0)
        self._grid.addWidget(self.terms, last, beside, 1, columns - beside)
        for row in range(len(self.plates)):
            self._grid.setRowStretch(row, 3 if row < last else 2 if row == last and beside else 0)
        for column in range(len(self.plates)):
            self._grid.setColumnStretch(column, int(column < columns))

    def _show_plate(self, plate: Plate, *, on: bool) -> None:
        """Show a picture, or leave it out."""
        plate.setVisible(on)
        (self._left_out.discard if on else self._left_out.add)(plate)
        self._arrange(is_wide=self._arranged[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(is_wide=self.width() > _WIDE * self.height())

    # --- what is asked -------------------------------------------------------------------------------------------

    def depends_on(self, document: Document, view: ViewState, reading: LayerInput | None) -> tuple[object, ...]:
        selected = view.layer, view.filter, view.channel, view.shown_position
        return id(document), id(self.result), *selected, None if reading is None else id(reading.values)

    def show_document(self, document: Document, view: ViewState, reading: LayerInput | None) -> None:
        self._document, self._view = document, view
        self._offer(document)
        self._ask()

    def forget(self) -> None:
        super().forget()
        self._document = self._asked = self._found = self._shares = None

    def _offer(self, document: Document) -> None:
        """Offer the scores of this network; what was chosen stays, where it is still there."""
        chosen = self.score.currentText()
        entries = words.score_entries(document)
        self.score.show_entries(entries)
        self.score.show_index(entries.index(chosen) if chosen in entries else 0)
        self.side.setEnabled(words.has_softmax(document) and self.score.currentText() != words.SELECTED)

    def _ask(self, _row: int = 0) -> None:
        """Ask for the gradients of the chosen score, unless they are those on show."""
        document, result = self._document, self.result
        if document is None:
            return
        self.side.setEnabled(words.has_softmax(document) and self.score.currentText() != words.SELECTED)
        if document.sample.rank > 2:
            self._refuse(words.planes_refusal(document))
        elif result is None or result.document is not document or not result.is_complete:
            self._asked = None
            self.verdict.setText(_WAITING)
        else:
            try:
                score = words.score_of(
                    result, self._view, self.score.currentIndex(), is_before_softmax=self.side.currentIndex() == 0
                )
            except ValueError as refusal:
                self._refuse(as_sentence(str(refusal)))
                return
            self._ask_about(score)

    def _ask_about(self, score: Score) -> None:
        if self._found is not None and score.is_the_same_as(self._found.score):
            self._asked = score
            self._show_found()
        elif not score.is_the_same_as(self._asked):
            self._asked = score
            self.show_problem("")
            self.verdict.setText(_COMING)
            self.question_asked.emit(score)

    def _refuse(self, sentence: str) -> None:
        self._asked = self._found = None
        self._tell_shares(None)
        self.show_problem(sentence)

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_answer(self, answer: object) -> None:
        """Show what was worked out, where it is still what is asked, or why there is nothing."""
        if isinstance(answer, str):
            self._refuse(answer)
        elif isinstance(answer, Attribution) and answer.score.is_the_same_as(self._asked):
            self._found = answer
            self._show_found()

    def _show_found(self) -> None:
        found = self._found
        if found is None:
            return
        self.show_problem("")
        self.facts.setText(f"Orange is above 0, blue below. {words.predicted_words(found.score.result)}".strip())
        self._show_pictures()
        self._show_terms(found)
        self.verdict.setText(words.score_sentence(found))

    def _show_pictures(self, _choice: object = None) -> None:
        found = self._found
        if found is None:
            return
        channel = min(self._view.channel, found.inputs.shape[-1] - 1) if self._view.layer == 0 else 0
        names = found.score.result.document.sample.channel_names
        self._draw("Saliency", found.saliency, found.inputs)
        self._draw("Gradient", found.gradient[..., channel], found.inputs, names[channel] if len(names) > 1 else "")
        self._draw("Gradient × input", found.times_input, found.inputs)
        self._draw_cam(found)

    def _draw(self, name: str, values: Doubles | Floats, inputs: Floats, facts: str = "") -> None:
        unit = unit_of(values)
        table = (values.reshape(-1, values.shape[-1]) / unit).astype("float32")
        painted = drawn(values, inputs if self.over.isChecked() else None)
        sign = "±" if (table < 0).any() else ""
        largest = f"up to {sign}{format_number(signed_levels(table).high, 3)}" if table.any() else "all 0"
        told = " · ".join(text for text in (facts, unit_words(unit), largest) if text)
        self.plates[name].show_content(GridContent(table, painted, axes=AXES[min(2, values.ndim)]), told)

    def _draw_cam(self, found: Attribution) -> None:
        """Draw Grad-CAM of the chosen layer, or leave it out where no layer before the score makes maps."""
        plate, choices = self.plates["Grad-CAM"], cam_layers(found.score)
        document = found.score.result.document
        chosen = self.layer.currentText()
        entries = (_USUAL_LAYER, *words.layer_entries(document, choices))
        self.layer.show_entries(entries)
        row = entries.index(chosen) if chosen in entries else 0
        self.layer.show_index(row)
        usual = usual_cam_layer(found.score)
        self._show_plate(plate, on=usual is not None)
        self.show_field(self.layer, on=usual is not None)
        self.tell_details(_DETAILS)
        if usual is None:
            return
        layer = usual if row == 0 else choices[row - 1]
        values = class_activation(found, layer)
        if not values.any():
            self.tell_details(words.EMPTY_CAM)
        painted = stretched(values, found.inputs.shape[:-1])
        self._draw("Grad-CAM", painted, found.inputs, f"layer {layer + 1}")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shares_changed.emit(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shares_changed.emit(self._shares)

    def _tell_shares(self, shares: TermShares | None) -> None:
        self._shares = shares
        self.shares_changed.emit(shares)

    def _show_terms(self, found: Attribution) -> None:
        """Show what the terms of the current output carry, or say why there are none."""
        plate = self.plates["Terms × gradient"]
        try:
            shares = term_shares(found, self._view)
        except ValueError as refusal:
            self._show_plate(plate, on=False)
            self.terms.setText(as_sentence(str(refusal)))
            self._tell_shares(None)
            return
        self._tell_shares(shares)
        calculation = shares.calculation
        channel = shown_channel(calculation, self._view.channel, None)
        unit = unit_of(shares.values)
        table = folded_table((shares.values[..., channel] / unit).astype("float32"))
        self._show_plate(plate, on=table.size > 0)
        if table.size:
            held = GridContent(table, colours(table, signed_levels(shares.values / unit)), axes=("row", "column"))
            plate.show_content(held, unit_words(unit))
        channels = calculation.channels
        of_channel = shares.names[channels[channel]] if len(channels) > 1 else ""
        layer = found.layers[self._view.layer].layer
        self.terms.setText(words.term_sentence(shares, f"Layer {self._view.layer + 1} ({layer.name})", of_channel))
