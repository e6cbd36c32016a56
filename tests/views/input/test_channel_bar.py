from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import Levels
from convstudio.model.colour.reduction import Reduction
from convstudio.model.values.arrays import TiledArray
from convstudio.views.input.channel_bar import ChannelBar
from convstudio.views.input.channel_strip import Channels
from tests.views.drags import drag

LEVELS = Levels(0.0, 1.0, signed=False)
COLOURS = ("red", "green", "blue")
CARD = TiledArray.of(np.random.default_rng(1).random((300, 400, 3)))


@pytest.fixture
def bar(qtbot: QtBot) -> ChannelBar:
    bar = ChannelBar()
    qtbot.addWidget(bar)
    bar.resize(420, 100)
    bar.fit_pane(470)
    return bar


def show(bar, values=CARD, names=COLOURS, chosen=None, current=0, together=(0, 1, 2), **settings):
    bar.show_channels(Channels(values, Reduction(values), names, LEVELS, together), chosen, current, **settings)


def many(count):
    return TiledArray.of(np.zeros((40, 60, count))), tuple(f"channel {n}" for n in range(1, count + 1))


def tiles(bar):
    model = bar.strip.model()
    return [model.index(row).data() for row in range(model.rowCount())]


def actions(bar):
    return {action.text(): action for action in bar.menu.actions() if action.text()}


def test_a_picture_in_colour_has_a_tile_for_all_and_one_for_each_channel(bar):
    show(bar)

    assert tiles(bar) == ["all", "red", "green", "blue"]
    assert bar.strip.currentIndex().data() == "all"


def test_what_makes_no_picture_in_colour_has_no_tile_for_all(bar):
    values, names = many(2)

    show(bar, values, names, 1, 1, None)

    assert tiles(bar) == ["channel 1", "channel 2"]
    assert bar.strip.currentIndex().data() == "channel 2"


def test_a_single_channel_shows_no_strip(bar):
    show(bar)

    show(bar, TiledArray.of(np.zeros((3, 3, 1))), ("channel 1",), 0, 0, None)

    assert bar.isHidden()


def test_showing_asks_for_nothing(bar, qtbot):
    show(bar)

    with qtbot.assertNotEmitted(bar.channel_asked):
        show(bar, chosen=2, current=2)


@pytest.mark.parametrize(("key", "asked"), [(Qt.Key.Key_Right, 2), (Qt.Key.Key_Home, None), (Qt.Key.Key_End, 2)])
def test_the_keyboard_goes_from_channel_to_channel(bar, qtbot, key, asked):
    show(bar, chosen=1, current=1)
    bar.show()

    with qtbot.waitSignal(bar.channel_asked) as heard:
        QTest.keyClick(bar.strip, key)

    assert heard.args == [asked]


def test_a_screen_reader_can_choose_a_channel(bar, qtbot):
    show(bar)
    bar.show()
    face = QAccessible.queryAccessibleInterface(bar.strip)
    tile = next(face.child(row) for row in range(face.childCount()) if _name(face.child(row)) == "green")

    with qtbot.waitSignal(bar.channel_asked) as heard:
        tile.actionInterface().doAction(tile.actionInterface().actionNames()[0])

    assert heard.args == [1]


def _name(face):
    return face.text(QAccessible.Text.Name)


def test_a_channel_is_chosen_even_after_a_click_with_ctrl_took_it_out(bar, qtbot):
    show(bar, chosen=1, current=1)

    with qtbot.assertNotEmitted(bar.channel_asked):
        bar.strip.selectionModel().clearSelection()

    assert [index.data() for index in bar.strip.selectedIndexes()] == ["green"]


def test_the_strip_has_a_name_for_screen_readers(bar):
    assert bar.strip.accessibleName() == "Channels"


def test_sixty_four_channels_leave_a_pane_as_narrow_as_it_is(bar):
    values, names = many(64)
    bar.resize(420, 90)

    show(bar, values, names, 63, 63, None)

    bar.show()
    assert bar.width() == 420
    assert bar.minimumSizeHint().width() < 240
    assert bar.strip.viewport().rect().contains(bar.strip.visualRect(bar.strip.currentIndex()).center())


def test_channels_that_come_after_a_single_one_have_the_room_that_they_need(qtbot):
    pane, bar = QWidget(), ChannelBar()
    QVBoxLayout(pane).addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
    qtbot.addWidget(pane)
    pane.resize(420, 100)
    show(bar, *many(1), 0, 0, None)
    pane.show()
    show(bar, *many(3), 0, 0, None)
    QApplication.processEvents()
    assert bar.strip.width() == bar.strip.row_length()


def test_thumbnails_of_unchanged_channels_are_not_made_again(bar, monkeypatch):
    show(bar)
    picture, *_others = [bar.strip.tiles.thumbnail(row) for row in range(bar.strip.tiles.rowCount())]
    monkeypatch.setattr(Reduction, "picture", None)

    show(bar, chosen=2, current=2)

    assert bar.strip.tiles.thumbnail(0) is picture


def test_a_brush_stroke_is_seen_in_the_thumbnail(bar):
    show(bar)
    before = bar.strip.tiles.thumbnail(1).copy()

    show(bar, CARD.with_box((slice(0, 60), slice(0, 60)), np.zeros(3)))

    after = bar.strip.tiles.thumbnail(1)
    assert after.pixelColor(2, 2) != before.pixelColor(2, 2)
    assert after.pixelColor(60, 60) == before.pixelColor(60, 60)


def test_maps_that_are_only_read_offer_no_edits(bar):
    show(bar, editable=False)
    bar.show()

    assert not bar.every_channel.isVisible()
    assert bar.strip.isVisible()


def test_what_one_channel_does_not_allow_is_greyed_out(bar):
    show(bar, TiledArray.of(np.zeros((3, 3, 1))), ("channel 1",), 0, 0, None)

    usable = [text for text, action in actions(bar).items() if action.isEnabled()]
    assert usable == ["Add a channel of zeros", "Add a copy of this channel", "Add channels from a file…", "Turn axes"]


@pytest.mark.parametrize(
    ("current", "greyed"), [(0, "Move this channel left"), (2, "Move this channel right"), (1, None)]
)
def test_a_channel_moves_only_where_there_is_a_place(bar, current, greyed):
    show(bar, chosen=current, current=current)

    moves = {text for text, action in actions(bar).items() if text.startswith("Move") and not action.isEnabled()}
    assert moves == ({greyed} if greyed else set())


def test_every_tile_can_be_painted_in_both_states(bar):
    show(bar, chosen=1, current=1)

    picture = bar.grab().toImage()

    assert len({picture.pixelColor(x, 40).name() for x in range(0, picture.width(), 3)}) > 5


def test_the_menu_offers_the_turns_that_the_input_has(bar):
    turns = actions(bar)["Turn axes"].menu()
    show(bar, TiledArray.of(np.zeros((3, 2))), ("left", "right"), 0, 0, None)
    of_a_sequence = [action.text() for action in turns.actions()]
    show(bar)

    assert of_a_sequence == ["Swap steps and channels"]
    assert [action.text() for action in turns.actions()] == [
        "Swap rows and columns",
        "Make rows the channels",
        "Make channels the rows",
    ]


def test_a_turn_is_asked_for(bar, qtbot):
    show(bar)
    with qtbot.waitSignal(bar.menu.turn_asked) as asked:
        actions(bar)["Turn axes"].menu().actions()[0].trigger()

    assert asked.args[0].order == (1, 0, 2)


def drag_tile(bar, item, over):
    """Drag a tile of the list to the far side of another one, and return what was asked for."""
    bar.show()
    heard = []
    bar.menu.move_asked.connect(lambda channel, place: heard.append((channel, place)))
    begin, end = (bar.strip.visualRect(bar.strip.model().index(row, 0)) for row in (item, over))
    edge = end.right() - 2 if over > item else end.left() + 2
    drag(bar.strip.viewport(), begin.center(), QPoint((begin.center().x() + edge) // 2, 9), QPoint(edge, 9))
    return heard


@pytest.mark.parametrize(("item", "over", "asked"), [(1, 3, (0, 2)), (3, 1, (2, 0)), (3, 0, (2, 0)), (2, 1, (1, 0))])
def test_a_dragged_tile_asks_to_move_its_channel(bar, item, over, asked):
    show(bar)
    assert drag_tile(bar, item, over) == [asked]


def test_the_tile_of_all_channels_stays_where_it_is(bar):
    show(bar)
    assert drag_tile(bar, 0, 2) == []


def test_maps_that_a_layer_made_are_not_dragged(bar):
    show(bar, editable=False)
    assert drag_tile(bar, 1, 3) == []


def test_it_says_how_much_lower_it_is_in_the_lowest_pane(bar):
    show(bar)
    now, spare = bar.minimumSizeHint().height(), bar.spare_height
    bar.fit_pane(200)
    QApplication.sendPostedEvents()
    assert bar.minimumSizeHint().height() == now - spare
    assert (spare > 8, bar.spare_height) == (True, 0)
