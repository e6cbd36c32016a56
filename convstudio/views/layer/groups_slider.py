"""The slider beside the field Groups: from standard through every number of groups that can be, to depthwise."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QSlider, QWidget

from convstudio.model.edits import layer_settings
from convstudio.model.edits.intent import Intent, Target
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.panes import kernel_settings
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.parts.controls import row_of
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.sizes import sized

NAME = "Groups from standard to depthwise"
_TIP = "Drag to mix fewer channels: each group of filters reads its own block of channels"
_NONE_TIP = "There is nothing to choose: no number but 1 divides both the channels and the filters"
_STEP = "Set groups"


class GroupsSlider(QWidget):
    """A slider over the numbers of groups that divide channels and filters, and what its end is called.

    `intent_asked` carries an edit; a drag is one gesture, made from the layer that it began with.
    """

    intent_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Document, ViewState] | None = None
        self._held: Conv | None = None
        self._gesture = 0
        self._stops: tuple[int, ...] = (1,)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(NAME)
        sized(self.slider, minimum_width=64)
        self.note = ElidedLabel()
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = row_of(self.slider, self.note)
        row.setStretch(0, 1)
        row.setStretch(1, 1)
        self.setLayout(row)
        self.slider.sliderPressed.connect(self._begin)
        self.slider.sliderReleased.connect(self._end)
        self.slider.valueChanged.connect(self._ask)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the groups of the selected layer, and offer those that it can have."""
        before, self._shown = self._shown, (document, view)
        layer = conv_at(document, view.layer)
        if before is not None and before[1].layer != view.layer:
            self._end()  # a drag does not go on in another layer
        self._stops = kernel_settings.possible_groups(layer)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, len(self._stops) - 1)
            self.slider.setPageStep(1)
            if layer.groups in self._stops:
                self.slider.setValue(self._stops.index(layer.groups))
        self.slider.setEnabled(len(self._stops) > 1)
        self.slider.setToolTip(_TIP if len(self._stops) > 1 else _NONE_TIP)
        self.note.setText(kernel_settings.groups_note(layer))

    def _begin(self) -> None:
        if self._shown is not None:
            self._gesture += 1
            self._held = conv_at(self._shown[0], self._shown[1].layer)

    def _end(self) -> None:
        self._held = None

    def _ask(self, stop: int) -> None:
        if self._shown is None:
            return
        layer, groups, held = self._shown[1].layer, self._stops[stop], self._held
        target = Target.of(self._shown[0], layer)
        if held is None:
            self.intent_asked.emit(
                Intent(_STEP, lambda document: layer_settings.set_groups(document, layer, groups), target=target)
            )
        else:
            self.intent_asked.emit(
                Intent(
                    _STEP,
                    lambda document: kernel_settings.regrouped(document, layer, held, groups),
                    target=target,
                    gesture=self._gesture,
                )
            )
