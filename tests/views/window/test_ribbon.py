"""The ribbon: a chip for every layer, and every command for layers as an edit with a move of the view."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convstudio.model.edits import building
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.parts.plain_text import without_mark
from convstudio.views.parts.room.side_scroll import SideScroll
from convstudio.views.window.chip import Chip
from convstudio.views.window.ribbon import Ribbon
from tests.views.drags import drag
from tests.views.intents import on_change, on_move

DOCUMENT = Document(Sample.of("", np.ones((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 4))), Activation(), Pool())))
SHORT = Document(DOCUMENT.sample, Network(DOCUMENT.layers[:1]))
LONG = Document(DOCUMENT.sample, Network((*DOCUMENT.layers[:1], *(Activation(),) * 7)))


@pytest.fixture
def ribbon(qtbot):
    ribbon = Ribbon()
    qtbot.addWidget(ribbon)
    ribbon.show_document(DOCUMENT, ViewState())
    ribbon.resize(1200, 44)
    ribbon.show()
    return ribbon


@pytest.fixture
def changes(ribbon):
    heard = []
    on_change(ribbon, lambda name, edit, move: heard.append((name, edit, move)))
    return heard


@pytest.fixture
def looks(ribbon):
    heard = []
    on_move(ribbon, heard.append)
    return heard


def chips(ribbon):
    QApplication.processEvents()  # Qt shows what a layout took in when it is back in its loop
    return [chip for chip in ribbon.findChildren(Chip) if not chip.isHidden()]


def command(ribbon, text):
    return next(one for one in ribbon.menu.actions() if one.text().replace("&", "").startswith(text))


def test_each_layer_has_a_chip_with_its_shape_and_what_it_learns(ribbon):
    assert [(chip.accessibleName(), chip.accessibleDescription()) for chip in chips(ribbon)] == [
        ("Input", "8×8×1"),
        ("Conv 3×3 · 4 filters", "6×6×4 · 40 parameters"),
        ("ReLU", "6×6×4 · no parameters"),
        ("Max pool 2×2", "3×3×4 · no parameters"),
    ]


def test_a_layer_fewer_has_a_chip_fewer(ribbon):
    ribbon.show_document(Document(DOCUMENT.sample, Network(DOCUMENT.layers[:1])), ViewState())
    assert len(chips(ribbon)) == 2


def test_a_layer_that_makes_nothing_says_so(ribbon):
    ribbon.show_document(Document(DOCUMENT.sample, Network((*DOCUMENT.layers, Pool(size=(9, 9))))), ViewState())
    assert chips(ribbon)[-1].accessibleDescription().startswith("⚠ makes nothing")


def test_a_click_selects_a_layer_at_the_same_place(ribbon, looks):
    chips(ribbon)[3].click()
    view = looks[0](DOCUMENT, ViewState(filter=2, position=(5, 5)))
    assert (view.layer, view.filter, view.position) == (2, 0, (2, 2))


def test_a_click_on_the_layer_that_is_looked_at_goes_to_its_kernel(qtbot, ribbon):
    with qtbot.waitSignal(ribbon.part_asked) as asked:
        chips(ribbon)[1].click()
    assert asked.args == ["Kernel"]


def test_arrow_keys_go_from_layer_to_layer(ribbon, looks):
    chip = chips(ribbon)[1]
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Right)
    assert looks[0](DOCUMENT, ViewState()).layer == 1


@pytest.mark.parametrize(
    ("text", "step", "count"),
    [
        ("Duplicate layer", "Duplicate layer", 4),
        ("Remove layer", "Remove layer", 2),
        ("Move layer right", "Move layer 1 to place 2", 3),
        ("Switch layer off", "Switch layer off", 3),
    ],
)
def test_a_command_asks_for_one_edit_of_the_layer_that_is_looked_at(ribbon, changes, text, step, count):
    command(ribbon, text).trigger()
    ((name, edit, _),) = changes
    assert (name, len(edit(DOCUMENT).layers)) == (step, count)


def test_every_kind_of_layer_can_be_added_behind_the_one_that_is_looked_at(ribbon, changes):
    ribbon.show_document(DOCUMENT, ViewState(layer=2))
    next(one for one in ribbon.add_menu.actions() if without_mark(one.text()) == "Flatten").trigger()
    ((name, edit, move),) = changes
    changed = edit(DOCUMENT)
    assert (name, changed.layers[3], move(changed, ViewState(layer=2)).layer) == ("Add flatten", Flatten(), 3)


def test_the_only_layer_offers_no_removing(ribbon):
    ribbon.show_document(Document(DOCUMENT.sample, Network(DOCUMENT.layers[:1])), ViewState())
    assert not command(ribbon, "Remove layer").isEnabled()


def test_a_long_network_takes_no_more_width_than_there_is(ribbon):
    ribbon.show_document(Document(DOCUMENT.sample, Network((Activation(),) * 32)), ViewState())
    assert ribbon.minimumSizeHint().width() <= 200


def test_every_layer_that_can_be_added_has_a_key_of_its_own(ribbon):
    texts = [action.text() for action in ribbon.add_menu.actions()]
    keys = [text[text.index("&") + 1].lower() for text in texts]
    assert len(set(keys)) == len(keys) == len(building.NEW_LAYERS)


def test_a_chip_carries_the_number_of_its_layer(ribbon):
    assert [(chip.whatsThis(), "Layer " in chip.toolTip()) for chip in chips(ribbon)] == [
        ("", False),
        ("Layer 1", True),
        ("Layer 2", True),
        ("Layer 3", True),
    ]


def test_a_chip_under_the_mouse_tells_how_much_of_the_input_its_outputs_see(ribbon):
    layers = Network((DOCUMENT.layers[0], Pool(), Flatten()))
    ribbon.show_document(Document(DOCUMENT.sample, layers), ViewState())
    told = []
    for chip in chips(ribbon):
        middle = chip.rect().center()
        QApplication.sendEvent(chip, QHelpEvent(QEvent.Type.ToolTip, middle, chip.mapToGlobal(middle)))
        told.append([line for line in chip.toolTip().splitlines() if line.startswith("Receptive field")])
    assert told == [[], ["Receptive field 3×3, jump 1×1"], ["Receptive field 4×4, jump 2×2"], []]


def test_a_dragged_chip_moves_its_layer_and_is_selected_there(ribbon, changes):
    first, _, last = chips(ribbon)[1:]
    drag(first, first.rect().center(), first.mapFromGlobal(last.mapToGlobal(QPoint(last.width() - 3, 9))))
    ((name, edit, move),) = changes
    moved = edit(DOCUMENT)
    assert name == "Move layer 1 to place 3"
    assert [layer.name for layer in moved.layers] == [DOCUMENT.layers[at].name for at in (1, 2, 0)]
    assert move(moved, ViewState()).layer == 2


def test_a_dragged_chip_is_not_clicked(ribbon, looks):
    first, second, _ = chips(ribbon)[1:]
    drag(second, second.rect().center(), second.mapFromGlobal(first.mapToGlobal(QPoint(3, 9))), second.rect().center())
    assert (looks, second.isDown()) == ([], False)


def test_the_end_of_a_longer_network_is_in_sight(qtbot):
    ribbon = Ribbon()
    ends = SideScroll(ribbon, "the layers", ribbon.row_length)
    qtbot.addWidget(ends)
    ends.resize(600, 44)
    ends.show()
    ribbon.show_document(SHORT, ViewState())
    QTest.qWait(20)
    ribbon.show_document(LONG, ViewState(layer=len(LONG.layers) - 1))
    button, port = ribbon.add_button, ribbon.viewport()
    qtbot.waitUntil(lambda: port.rect().contains(QRect(button.mapTo(port, QPoint()), button.size())))


def test_a_locked_layer_has_a_padlock_and_says_so(ribbon, changes):
    before = chips(ribbon)[1].grab().toImage()
    command(ribbon, "Lock layer").trigger()
    ((step, edit, _),) = changes
    ribbon.show_document(edit(DOCUMENT), ViewState())
    chip = chips(ribbon)[1]
    assert (step, chip.grab().toImage() == before) == ("Lock layer 1", False)
    assert chip.accessibleDescription() == "6×6×4 · 40 parameters, locked: training leaves it"
    assert "Locked: training leaves it." in chip.toolTip()
    command(ribbon, "Unlock layer").trigger()
    assert changes[-1][0] == "Unlock layer 1"


def test_a_layer_that_learns_nothing_offers_no_lock(ribbon):
    ribbon.show_document(DOCUMENT, ViewState(layer=1))
    assert not command(ribbon, "Lock layer").isEnabled()


def test_the_whole_selected_chip_is_in_sight_where_there_is_no_room_for_the_button_after_it(ribbon, qtbot):
    ribbon.show_document(SHORT, ViewState())
    chip = chips(ribbon)[-1]
    ribbon.resize(chip.width() + 20, ribbon.height())

    def is_whole():
        left = chip.mapTo(ribbon.viewport(), QPoint()).x()
        return 0 <= left <= ribbon.viewport().width() - chip.width()

    qtbot.waitUntil(is_whole)
