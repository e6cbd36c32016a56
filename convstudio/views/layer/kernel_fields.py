"""The number fields of the kernel, its filters and their groups."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.edits import kernel_weights, layer_settings
from convstudio.model.edits.new_filters import added_sentence, filters_step, new_filters
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.panes import kernel_settings
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.groups_slider import GroupsSlider
from convstudio.views.layer.locking.bias_padlock import BiasPadlock
from convstudio.views.layer.settings_form import COLUMNS, FIELD_WIDTH, ROWS, NumberSetting, SettingsForm
from convstudio.views.parts.controls import NumberField, PlainLabel
from convstudio.views.parts.sizes import sized


class KernelFields(SettingsForm):
    """**Kernel rows**, **Kernel columns**, **Filters**, **Groups** and **Bias**.

    Where there are channels to share among groups, a slider goes through the numbers of groups that can be.
    """

    def __init__(self, limits: Limits, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)
        self._settings = _settings(limits)
        super().__init__(self._settings)
        self._bias = NumberField("Bias", "Added to every sum of this filter")
        self._bias.edited.connect(self._set_bias)
        self._bias.refused.connect(self.refused)
        self.bias_lock = BiasPadlock()
        self.groups_slider = GroupsSlider()
        self.groups_slider.intent_asked.connect(self.intent_asked)
        self._heads = (PlainLabel(small=True), PlainLabel("columns", small=True))
        self._arrange()

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the numbers of the selected layer and filter."""
        super().show_document(document, view)
        for setting in self._settings:
            self._show_number(setting, document, view.layer)
        self.groups_slider.show_document(document, view)
        layer = conv_at(document, view.layer)
        self.groups_slider.setVisible(layer.channels > 1)
        self._bias.show_value(float(layer.bias[view.filter]))
        self.bias_lock.setVisible(layer.is_bias_locked(view.filter))

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

    def _name_fields(self, rank: int) -> None:
        super()._name_fields(rank)
        self._heads[0].setText("steps" if rank == 1 else "rows")
        self._heads[1].setVisible(rank > 1)

    def _arrange(self) -> None:
        for place, head in enumerate(self._heads, start=1):
            self._places.addWidget(head, 0, place)
        self._add_pair("Kernel", (self._settings[0], self._settings[1]))
        for setting in self._settings[2:]:
            self._add(setting.name, self._fields[setting.name])
        self._places.addWidget(self.groups_slider, self._places.rowCount(), 0, 1, 3)
        sized(self._bias, minimum_width=FIELD_WIDTH)
        self._add("Bias", self._bias, wide=True)
        self._places.addWidget(self.bias_lock, self._places.rowCount() - 1, 3)


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
