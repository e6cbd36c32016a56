"""The number fields beside the kernel, and the selectors of filter and channel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from convstudio.model import edits, kernel_facts
from convstudio.model.document import Document
from convstudio.model.layers import Conv
from convstudio.model.limits import Limits
from convstudio.model.view_state import ViewState
from convstudio.views.controls import Choice, NumberField, labelled, row_of
from convstudio.views.groups_slider import GroupsSlider
from convstudio.views.layer_settings import COLUMNS, ROWS, NumberSetting, SettingsForm

_FIELD_WIDTH = 64
_SELECTOR_HEIGHT = 22
_ROWS = {"Kernel rows": (0, 0), "Kernel columns": (0, 2), "Filters": (1, 0), "Bias": (1, 2), "Groups": (2, 0)}
_SLIDER_PLACE = (2, 2, 1, 3)


class KernelFields(SettingsForm):
    """**Kernel rows**, **Kernel columns**, **Filters**, **Groups** and **Bias**.

    They stand one below the other beside a single kernel, and in rows, with the slider of the groups, where the matrix
    takes that room.
    """

    def __init__(self, limits: Limits) -> None:
        self._settings = _settings(limits)
        super().__init__(self._settings)
        self._bias = NumberField("Bias", "Added to every sum of this filter; type a number or a fraction such as 1/9")
        self._bias.edited.connect(self._set_bias)
        self._bias.refused.connect(self.refused)
        self._labels["Bias"] = labelled("Bias", self._bias)
        self._parts = {**self._fields, "Bias": self._bias}
        self.groups_slider = GroupsSlider()
        self.groups_slider.edit_asked.connect(self.edit_asked)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        for field in self._parts.values():
            field.setFixedWidth(_FIELD_WIDTH)
        self.arrange(in_rows=False)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the numbers of the layer and filter that are looked at."""
        super().show_document(document, view)
        for setting in self._settings:
            self._show_number(setting, document, view.layer)
        self.groups_slider.show_document(document, view)
        self._bias.show_value(float(document.conv(view.layer).bias[view.filter]))

    def _set_bias(self, value: float) -> None:
        if self._shown is not None:
            index = self._shown[1].filter
            self._ask("Set bias", lambda document, layer: edits.set_bias(document, layer, index, value))

    def arrange(self, *, in_rows: bool) -> None:
        """Put the fields into rows of two, with the slider, or one below the other without it."""
        while self._grid.takeAt(0) is not None:
            pass
        places = _ROWS if in_rows else {name: (row, 0) for row, name in enumerate(self._parts, start=1)}
        for name, (row, column) in places.items():
            self._grid.addWidget(self._labels[name], row, column)
            self._grid.addWidget(self._parts[name], row, column + 1)
        if in_rows:
            self._grid.addWidget(self.groups_slider, *_SLIDER_PLACE)
        self.groups_slider.setVisible(in_rows)
        for around in (0, len(self._parts) + 1):
            self._grid.setRowStretch(around, 0 if in_rows else 1)
        self._grid.setColumnStretch(4, 1 if in_rows else 0)


class Selectors(QWidget):
    """Which filter and which of its kernels the pane shows; hidden while there is only one."""

    filter_chosen = Signal(int)
    kernel_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._filter = Choice("Filter", [], "The filter whose weights are shown; every filter makes one feature map")
        self._channel = Choice("Channel", [], "The input channel whose kernel is shown; a filter has one for each")
        self._parts = [
            (self._filter, labelled("Filter", self._filter)),
            (self._channel, labelled("Channel", self._channel)),
        ]
        for choice in (self._filter, self._channel):
            choice.setFixedHeight(_SELECTOR_HEIGHT)
            choice.setMinimumContentsLength(3)
        row = row_of(self._parts[0][1], self._filter, self._parts[1][1], self._channel)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self._filter.chosen.connect(self.filter_chosen)
        self._channel.chosen.connect(self.kernel_chosen)

    def show_filter(self, layer: Conv, view: ViewState) -> None:
        """Show which filter and channel are looked at."""
        channels = kernel_facts.read_channel_names(layer, view.filter)
        self._show_entries(0, [str(number + 1) for number in range(layer.filters)], view.filter)
        self._show_entries(1, channels, kernel_facts.kernel_channel(layer, view.filter, view.channel))
        self.setVisible(layer.filters > 1 or len(channels) > 1)

    def _show_entries(self, part: int, entries: Sequence[str], index: int) -> None:
        choice, label = self._parts[part]
        choice.show_entries(entries)
        choice.show_index(index)
        for widget in (choice, label):
            widget.setVisible(len(entries) > 1)


def _settings(limits: Limits) -> tuple[NumberSetting, ...]:
    return (
        _length("Kernel rows", limits.kernel_length, ROWS),
        _length("Kernel columns", limits.kernel_length, COLUMNS),
        NumberSetting(
            "Filters",
            1,
            limits.filters,
            "Every filter makes one feature map",
            "Set filters",
            None,
            lambda document, layer: document.conv(layer).filters,
            edits.set_filters,
        ),
        NumberSetting(
            "Groups",
            1,
            limits.input_channels,
            "Blocks of channels that do not mix; as many as channels is a depthwise convolution",
            "Set groups",
            None,
            lambda document, layer: document.conv(layer).groups,
            edits.set_groups,
        ),
    )


def _length(name: str, high: int, axis: int) -> NumberSetting:
    return NumberSetting(
        name,
        1,
        high,
        "The kernel grows and shrinks around its centre; new weights are 0",
        "Set kernel size",
        axis,
        lambda document, layer: document.conv(layer).kernel_size[axis],
        lambda document, layer, length: kernel_facts.set_kernel_length(document, layer, axis, length),
    )
