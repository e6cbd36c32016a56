from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.edits import layer_settings
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.settings_form import LayerSettings
from tests.views.intents import on_edit
from tests.views.kernel_documents import LINE, image_document, sequence_document


def named(widget: QWidget, kind: type, name: str):
    return next(found for found in widget.findChildren(kind) if found.accessibleName() == name)


def visible_names(widget: QWidget) -> set[str]:
    fields = [*widget.findChildren(QSpinBox), *widget.findChildren(QComboBox)]
    return {field.accessibleName() for field in fields if field.isVisibleTo(widget)}


@pytest.fixture
def document() -> Document:
    return image_document(LINE)


@pytest.fixture
def settings(qtbot: QtBot, document: Document) -> LayerSettings:
    settings = LayerSettings(LIMITS)
    qtbot.addWidget(settings)
    settings.show_document(document, ViewState())
    return settings


def type_into(qtbot: QtBot, field: QSpinBox, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def asked_edit(settings: LayerSettings) -> list[tuple]:
    asked: list[tuple] = []
    on_edit(settings, lambda *arguments: asked.append(arguments))
    return asked


def test_every_setting_of_an_image_layer_is_there_under_its_name(settings: LayerSettings) -> None:
    assert visible_names(settings) == {
        "Stride rows", "Stride columns", "Dilation rows", "Dilation columns",
        "Padding", "Padding mode", "Operation", "Activation",
    }  # fmt: skip


def test_fields_stand_beside_their_titles_in_a_wide_table(settings: LayerSettings) -> None:
    settings.show()
    places = []
    for width in (settings.sizeHint().width(), 800):
        settings.resize(width, 300)
        QApplication.sendPostedEvents()
        places.append(named(settings, QSpinBox, "Stride rows").x())
    assert places[0] == places[1]


def test_a_sequence_has_steps_in_place_of_columns(settings: LayerSettings) -> None:
    settings.show_document(sequence_document((0, 1, 0)), ViewState(position=(0,)))
    assert {name for name in visible_names(settings) if name.startswith(("Stride", "Dilation"))} == {
        "Stride steps",
        "Dilation steps",
    }


def test_choices_of_a_sequence_are_as_wide_as_those_of_an_image(settings: LayerSettings, document: Document) -> None:
    settings.show()
    widths = []
    for shown in (document, sequence_document((0, 1, 0))):
        settings.show_document(shown, ViewState(position=(0,) * shown.sample.rank))
        settings.layout().activate()
        settings.resize(settings.minimumSizeHint())
        widths.append(named(settings, QComboBox, "Operation").width())

    assert widths[1] >= widths[0]


def test_explicit_padding_of_a_sequence_is_before_and_after(settings: LayerSettings) -> None:
    document = layer_settings.set_padding(sequence_document((0, 1, 0)), 0, ((1, 2),))
    settings.show_document(document, ViewState(position=(0,)))
    assert [named(settings, QSpinBox, f"Padding {side}").value() for side in ("before", "after")] == [1, 2]


def test_a_refusal_calls_a_field_of_a_sequence_by_its_name(qtbot: QtBot, settings: LayerSettings) -> None:
    settings.show_document(sequence_document((0, 1, 0)), ViewState(position=(0,)))
    with qtbot.waitSignal(settings.refused) as said:
        type_into(qtbot, named(settings, QSpinBox, "Stride steps"), "1000")
    assert said.args[0].startswith("Stride steps is")


def test_an_image_after_a_sequence_has_columns_again(settings: LayerSettings, document: Document) -> None:
    settings.show_document(sequence_document((0, 1, 0)), ViewState(position=(0,)))
    settings.show_document(document, ViewState())
    assert {"Stride columns", "Dilation columns"} <= visible_names(settings)


def test_explicit_padding_shows_one_field_per_side(settings: LayerSettings, document: Document) -> None:
    settings.show_document(layer_settings.set_padding(document, 0, ((1, 2), (3, 4))), ViewState())
    sides = ("Padding top", "Padding bottom", "Padding left", "Padding right")
    assert [named(settings, QSpinBox, side).value() for side in sides if side in visible_names(settings)] == [
        1,
        2,
        3,
        4,
    ]


def test_showing_a_document_asks_for_nothing(settings: LayerSettings, document: Document) -> None:
    asked = asked_edit(settings)
    changed = layer_settings.set_stride(layer_settings.set_padding(document, 0, "same"), 0, (2, 3))
    settings.show_document(
        layer_settings.set_flip(layer_settings.set_activation(changed, 0, "relu"), 0, True), ViewState()
    )
    assert asked == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Stride rows", {"stride": (2, 1)}), ("Stride columns", {"stride": (1, 2)}),
     ("Dilation rows", {"dilation": (2, 1)}), ("Dilation columns", {"dilation": (1, 2)})],
)  # fmt: skip
def test_a_number_asks_for_one_edit_of_its_axis(
    qtbot: QtBot, settings: LayerSettings, document: Document, name: str, expected: dict
) -> None:
    asked = asked_edit(settings)
    type_into(qtbot, named(settings, QSpinBox, name), "2")
    ((step, edit, _),) = asked
    assert (step, edit(document).layers[0]) == (
        f"Set {name.split()[0].lower()}",
        replace(document.layers[0], **expected),
    )


@pytest.mark.parametrize(
    ("name", "entry", "expected"),
    [
        ("Padding", "same", {"padding": "same"}),
        ("Padding", "explicit…", {"padding": ((0, 0), (0, 0))}),
        ("Padding mode", "reflect", {"padding_mode": "reflect"}),
        ("Operation", "true convolution", {"flip": True}),
        ("Activation", "ReLU", {"activation": "relu"}),
    ],
)
def test_a_choice_asks_for_one_edit(
    settings: LayerSettings, document: Document, name: str, entry: str, expected: dict
) -> None:
    asked, choice = asked_edit(settings), named(settings, QComboBox, name)
    choice.activated.emit(choice.findText(entry))
    ((step, edit, _),) = asked
    assert (step, edit(document).layers[0]) == (f"Set {name.lower()}", replace(document.layers[0], **expected))


def test_choosing_explicit_padding_writes_out_the_amounts_of_now(settings: LayerSettings, document: Document) -> None:
    same = layer_settings.set_padding(document, 0, "same")
    settings.show_document(same, ViewState())
    asked, choice = asked_edit(settings), named(settings, QComboBox, "Padding")
    choice.activated.emit(choice.findText("explicit…"))
    assert asked[0][1](same).layers[0].padding == ((1, 1), (1, 1))


def test_a_side_keeps_the_other_sides(qtbot: QtBot, settings: LayerSettings, document: Document) -> None:
    padded = layer_settings.set_padding(document, 0, ((1, 2), (3, 4)))
    settings.show_document(padded, ViewState())
    asked = asked_edit(settings)
    type_into(qtbot, named(settings, QSpinBox, "Padding right"), "7")
    assert asked[0][1](padded).layers[0].padding == ((1, 2), (3, 7))


def test_a_number_out_of_range_is_refused_with_its_limits(qtbot: QtBot, settings: LayerSettings) -> None:
    refusals: list[str] = []
    settings.refused.connect(refusals.append)
    type_into(qtbot, named(settings, QSpinBox, "Stride rows"), "65")
    assert refusals == ["Stride rows is a whole number from 1 to 64, so 65 is refused."]


def test_a_field_returns_to_the_document_when_its_edit_is_not_made(qtbot: QtBot, settings: LayerSettings) -> None:
    field = named(settings, QSpinBox, "Stride rows")
    type_into(qtbot, field, "5")
    assert field.value() == 1


def test_causal_padding_is_offered_to_sequences_only(settings: LayerSettings) -> None:
    choice = named(settings, QComboBox, "Padding")
    causal = choice.model().item(choice.findText("causal"))
    on_image = causal.isEnabled()
    settings.show_document(sequence_document((0, 1, 0)), ViewState(position=(0,)))
    assert (on_image, causal.isEnabled()) == (False, True)


@pytest.mark.parametrize("leave", ["hide", "disable"])
def test_what_is_half_typed_in_a_field_that_goes_away_is_no_edit(
    qtbot: QtBot, settings: LayerSettings, leave: str
) -> None:
    settings.show()
    field = named(settings, QSpinBox, "Stride rows")
    asked = []
    on_edit(settings, lambda *edit: asked.append(edit))
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "3")
    field.hide() if leave == "hide" else field.setEnabled(False)
    assert (asked, field.text()) == ([], "1")
