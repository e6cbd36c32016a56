"""The number fields of the kernel, its filters and their groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtWidgets import QGridLayout, QWidget

from convstudio.model.edits import kernel_weights, layer_settings
from convstudio.model.edits.new_filters import added_sentence, filters_step, new_filters
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.panes import kernel_settings
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.groups_slider import GroupsSlider
from convstudio.views.layer.settings_form import COLUMNS, COMPACT_WIDTH, ROWS, NumberSetting, SettingsForm
from convstudio.views.parts.controls import NumberField, labelled
from convstudio.views.parts.sizes import sized

_FIELD_WIDTH = 64
_COMPACT_ORDER = ("Filters", "Groups", "Bias", "Kernel rows", "Kernel columns")


class KernelFields(SettingsForm):
    """**Kernel rows**, **Kernel columns**, **Filters**, **Groups** and **Bias**.

    They stand beside a single kernel, and among the layer's settings where the matrix takes that room. Where there are
    channels to share among groups, a slider goes through the numbers of groups that can be.
    """

    def __init__(self, limits: Limits, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)
        self._settings = _settings(limits)
        super().__init__(self._settings)
        self._bias = NumberField("Bias", "Added to every sum of this filter")
        self._bias.edited.connect(self._set_bias)
        self._bias.refused.connect(self.refused)
        self._labels["Bias"] = labelled("Bias", self._bias)
        self.groups_slider = GroupsSlider()
        self.groups_slider.intent_asked.connect(self.intent_asked)
        self._parts: dict[str, QWidget] = {**self._fields, "Bias": self._bias}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        sized(self._grid, horizontal_spacing=6, vertical_spacing=3)
        self.set_compact(False, 0)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the numbers of the selected layer and filter."""
        super().show_document(document, view)
        for setting in self._settings:
            self._show_number(setting, document, view.layer)
        self.groups_slider.show_document(document, view)
        self.groups_slider.setVisible(conv_at(document, view.layer).channels > 1)
        self._bias.show_value(float(conv_at(document, view.layer).bias[view.filter]))

    def _set_number(self, setting: NumberSetting, value: int) -> None:
        """Ask for another number; of new filters, tell what they are."""
        if setting.name != "Filters" or self._shown is None:
            super()._set_number(setting, value)
            return
        layer = conv_at(self._shown[0], self._shown[1].layer)
        try:
            added = new_filters(layer, layer.filters - 1, max(0, value - layer.filters), self._detectors)
        except ValueError:  # too many: the edit refuses them with a sentence
            added = ()
        self._ask(
            filters_step("Set filters", added),
            lambda document, index: layer_settings.set_filters(document, index, value, self._detectors),
            added_sentence(added),
        )

    def drop_typed(self) -> None:
        super().drop_typed()
        self._bias.drop_typed()

    def _set_bias(self, value: float) -> None:
        if self._shown is not None:
            index = self._shown[1].filter
            self._ask("Set bias", lambda document, layer: kernel_weights.set_bias(document, layer, index, value))

    def set_compact(self, on: bool, label_width: int) -> None:
        """Stand among the layer's settings, with labels as wide as theirs, or beside a single kernel.

        Beside the matrix the filters and their groups come first: that is what it shows.
        """
        while self._grid.takeAt(0) is not None:
            pass
        names = _COMPACT_ORDER if on else tuple(self._parts)
        for row, name in enumerate(names, start=1):
            sized(self._parts[name], fixed_width=COMPACT_WIDTH if on else _FIELD_WIDTH)
            self._grid.addWidget(self._labels[name], 2 * row, 0)
            self._grid.addWidget(self._parts[name], 2 * row, 1)
        self._grid.addWidget(self.groups_slider, 2 * names.index("Groups") + 3, 0, 1, 3)
        for before, after in pairwise(names):
            QWidget.setTabOrder(self._parts[before], self._parts[after])
        self._grid.setColumnMinimumWidth(0, label_width if on else 0)
        for around in (0, 2 * len(names) + 1):
            self._grid.setRowStretch(around, 0 if on else 1)
        self._grid.setColumnStretch(2, 1 if on else 0)


def _settings(limits: Limits) -> tuple[NumberSetting, ...]:
    return (
        _length("Kernel rows", limits.kernel_length, ROWS),
        _length("Kernel columns", limits.kernel_length, COLUMNS),
        NumberSetting(
            "Filters",
            1,
            limits.filters,
            "Every filter makes one feature map; a new one is the next detector, or random, never a copy",
            "Set filters",
            None,
            lambda document, layer: conv_at(document, layer).filters,
            layer_settings.set_filters,
        ),
        NumberSetting(
            "Groups",
            1,
            limits.input_channels,
            "Blocks of channels that do not mix; as many as channels is a depthwise convolution",
            "Set groups",
            None,
            lambda document, layer: conv_at(document, layer).groups,
            layer_settings.set_groups,
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
        lambda document, layer: conv_at(document, layer).kernel_size[axis],
        lambda document, layer, length: kernel_settings.set_kernel_length(document, layer, axis, length),
    )
