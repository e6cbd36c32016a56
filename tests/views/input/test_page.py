"""The page of the input pane: numbers, stems, or a picture with its loupe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from convstudio.model.colour.reduction import Reduction
from convstudio.model.edits import input_cells
from convstudio.model.panes.input.shown_input import ShownInput
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.views.input.page import InputPage
from tests.views.input_documents import document_of, input_of, lines, photograph, twelve_bits


class ShownPage(InputPage):
    """A page with the summaries of what it shows, which the pane keeps for it."""

    def __init__(self) -> None:
        super().__init__()
        self.reduction = Reduction(lines().sample.values)
        self.shown: ShownInput | None = None


@pytest.fixture
def page(qtbot: QtBot) -> ShownPage:
    page = ShownPage()
    qtbot.addWidget(page)
    page.resize(436, 360)
    page.show()
    return page


def show(page: ShownPage, document: Document, view: ViewState) -> None:
    """Show a document as the pane does."""
    page.shown = input_of(document, view, page.shown)
    page.reduction.update(document.sample.values)
    page.show_input(page.shown, page.reduction)


def shown(page: InputPage) -> list[list[str]]:
    """The text of every cell of the table."""
    model = page.grid.model()
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def marked(page: InputPage) -> list[tuple[list[int], list[int], bool, bool]]:
    """The rows and columns of every overlay, whether it is the window, and whether it is thin."""
    return [(o.rows.tolist(), o.columns.tolist(), o.is_window, o.is_thin) for o in page.grid._overlays]


def test_a_small_input_is_a_table_of_its_numbers(page):
    show(page, lines(), ViewState())

    assert shown(page) == [["0", "0", "0", "1", "1", "0", "0", "0"]] * 8


def test_the_current_window_is_outlined(page):
    show(page, lines(), ViewState(position=(2, 1)))

    assert marked(page) == [([2, 3, 4], [1, 2, 3], True, False)]


def test_going_term_by_term_outlines_the_cell_of_the_term_more_thinly(page):
    show(page, lines(), ViewState(position=(2, 1), term=5))

    assert marked(page)[1] == ([3], [3], True, True)


def test_a_weight_lights_up_every_cell_that_it_is_multiplied_with(page):
    show(page, lines(stride=(2, 2)), ViewState(pinned=Cell(Pane.KERNEL, (0, 0))))

    assert marked(page)[0] == ([0, 2, 4], [0, 2, 4], False, False)


def test_a_map_cell_under_the_mouse_moves_the_outlined_window(page):
    show(page, lines(), ViewState())

    show(page, lines(), ViewState(pointed=Cell(Pane.MAP, (5, 5))))

    assert marked(page) == [([5, 6, 7], [5, 6, 7], True, False)]


def test_padding_cells_surround_the_input_with_their_values(page):
    document = document_of(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])[..., np.newaxis], padding="same")
    reflected = document.with_layer(0, replace(document.layers[0], padding_mode="reflect"))

    show(page, reflected, ViewState())

    assert shown(page)[0] == ["5", "4", "5", "6", "5"]
    assert page.grid.grid.is_padding(0, 0)


def test_negative_values_get_the_diverging_colours(page):
    values = np.array([[-1.0, 1.0], [0.0, 1.0]])[..., np.newaxis]

    show(page, document_of(np.pad(values, ((0, 2), (0, 2), (0, 0)))), ViewState())

    red, _, blue = page.grid.grid.content.colours[0, 0]
    assert blue > red


def test_a_step_scrolls_a_long_sequence_to_its_window(page):
    document = document_of(np.zeros((300, 1)))
    show(page, document, ViewState(position=(0,)))

    show(page, document, ViewState(position=(200,)))

    index = page.grid.model().index(0, 201)
    assert page.grid.viewport().rect().contains(page.grid.visualRect(index).center())


def test_the_scores_of_ten_classes_are_all_in_sight(page):
    scores = np.array([-12.14, -7.552, -14.45, -4.011, -1.998, -12.45, -12.74, 7.479, 0.118, -4.86])
    page.resize(390, 360)

    show(page, document_of(scores[:, np.newaxis]), ViewState(position=(0,)))

    grid = page.grid
    assert 0 < grid.width_of_all <= page.width()
    assert all(grid.viewport().rect().contains(grid.visualRect(grid.model().index(0, step))) for step in range(10))


def test_a_large_input_is_a_picture_and_the_table_its_loupe(page):
    document = photograph()

    show(page, document, ViewState(position=(30, 40)))

    assert page.picture.isVisible()
    content = page.grid.grid.content
    (top, left), (rows, columns) = content.origin, content.values.shape
    expected = document.sample.values.to_array()[top : top + rows, left : left + columns, 0]
    np.testing.assert_array_equal(content.values, expected)
    assert top <= 30 < top + rows
    assert left <= 40 < left + columns


@pytest.mark.parametrize(
    ("shape", "orientation"), [((400, 400), Qt.Orientation.Horizontal), ((100, 900), Qt.Orientation.Vertical)]
)
def test_the_loupe_lies_where_the_picture_has_more_room(page, shape, orientation, qtbot):
    show(page, photograph(*shape), ViewState())

    qtbot.waitUntil(lambda: page.stage.orientation() == orientation)


def test_the_loupe_follows_the_window(page, qtbot):
    document = photograph()
    show(page, document, ViewState())

    show(page, document, ViewState(position=(57, 77)))

    qtbot.waitUntil(lambda: page.grid.grid.content.values.shape[0] >= 3)  # the layout has settled
    assert np.add(page.grid.grid.content.origin, page.grid.grid.content.values.shape).tolist() == [60, 80]


def test_the_loupe_stays_where_the_user_moved_it_while_only_the_mouse_moves(page):
    document = photograph()
    show(page, document, ViewState())
    page.picture.loupe_asked.emit(40, 50)

    show(page, document, ViewState(pointed=Cell(Pane.MAP, (3, 3))))

    assert page.grid.grid.content.origin == (40, 50)


def test_the_loupe_stays_where_the_user_moved_it_while_they_edit(page):
    document = photograph()
    show(page, document, ViewState())
    page.picture.loupe_asked.emit(40, 50)

    show(page, input_cells.paint_input(document, (41, 51), 1, 0.0, None), ViewState())

    assert page.grid.grid.content.origin == (40, 50)


def test_the_loupe_stops_at_the_edges(page):
    show(page, photograph(), ViewState())

    page.picture.loupe_asked.emit(-20, 500)

    content = page.grid.grid.content
    assert (content.origin[0], content.origin[1] + content.values.shape[1]) == (0, 80)


def test_the_loupe_reaches_into_the_padding(page):
    show(page, photograph(padding="same"), ViewState())

    page.picture.loupe_asked.emit(-20, -20)

    assert page.grid.grid.content.origin == (-1, -1)
    assert page.grid.grid.content.values[0].tolist() == [0] * page.grid.grid.content.values.shape[1]


@pytest.mark.parametrize(("key", "moved"), [(Qt.Key.Key_Up, (-1, 0)), (Qt.Key.Key_Left, (0, -1))])
def test_arrow_keys_at_the_edge_of_the_loupe_move_it(page, qtbot, key, moved):
    show(page, photograph(), ViewState())
    page.picture.loupe_asked.emit(20, 20)
    page.grid.setCurrentIndex(page.grid.model().index(0, 0))

    qtbot.keyClick(page.grid, key)

    assert page.grid.grid.content.origin == (20 + moved[0], 20 + moved[1])
    assert (page.grid.currentIndex().row(), page.grid.currentIndex().column()) == (0, 0)


def test_page_down_moves_the_loupe_by_its_height(page, qtbot):
    show(page, photograph(), ViewState())
    page.picture.loupe_asked.emit(10, 10)

    height = page.grid.model().rowCount()
    qtbot.keyClick(page.grid, Qt.Key.Key_PageDown)

    assert page.grid.grid.content.origin == (10 + height, 10)


def test_the_window_and_linked_cells_are_outlined_on_the_picture(page):
    view = ViewState(position=(30, 40), pinned=Cell(Pane.INPUT, (10, 12)))

    show(page, photograph(), view)

    assert page.picture.marks.outlines.window == [(30, 40, 33, 43)]
    assert page.picture.marks.outlines.linked == [(10, 12, 11, 13)]


def test_only_the_touched_part_of_the_picture_is_painted_again(page, monkeypatch):
    before = photograph(300, 300)
    show(page, before, ViewState())
    patched = []
    monkeypatch.setattr(page.picture, "show_picture", lambda reduction, shown, levels, boxes: patched.extend(boxes))

    show(page, input_cells.paint_input(before, (10, 10), 3, 0.5, None), ViewState())

    assert patched == [(slice(9, 12), slice(9, 12))]


def test_after_any_strokes_the_picture_is_the_one_of_the_document(page):
    document = photograph(300, 200)
    show(page, document, ViewState())

    for place in ((10, 10), (130, 120), (299, 199), (127, 128)):
        document = input_cells.paint_input(document, place, 9, 0.25, None)
        show(page, document, ViewState())
        page.picture.grab()

    painted = page.picture.image.pixels
    show(page, photograph(30, 20), ViewState())
    show(page, document, ViewState())
    page.picture.grab()
    np.testing.assert_array_equal(painted, page.picture.image.pixels)


def test_the_levels_of_a_picture_stay_while_the_values_stay_inside_them(page):
    document = input_cells.paint_input(photograph(), (5, 5), 1, 2.0, None)
    show(page, document, ViewState())
    page.picture.grab()
    held = page.picture.image.pixels[30, 30].tolist()

    show(page, input_cells.paint_input(document, (5, 5), 1, 0.0, None), ViewState())

    page.picture.grab()
    assert page.picture.image.pixels[30, 30].tolist() == held


def test_a_change_from_many_channels_to_one_is_shown(page):
    show(page, photograph(), ViewState(channel=2))

    show(page, lines(), ViewState(channel=0))

    assert shown(page)[0] == ["0", "0", "0", "1", "1", "0", "0", "0"]
    assert not page.picture.isVisible()


def test_another_picture_of_the_same_size_is_shown_whole(page):
    show(page, photograph(), ViewState())
    whole = page.picture.picture_point(QPointF(0, 0))
    page.picture.zoom(3)

    other = photograph()
    show(page, other.with_sample(replace(other.sample, origin="other.png")), ViewState())

    assert page.picture.picture_point(QPointF(0, 0)) == whole


def test_an_edit_of_a_picture_leaves_its_zoom(page):
    show(page, photograph(), ViewState())
    page.picture.zoom(3)
    zoomed = page.picture.picture_point(QPointF(0, 0))

    show(page, input_cells.paint_input(photograph(), (5, 5), 3, 1.0, None), ViewState())

    assert page.picture.picture_point(QPointF(0, 0)) == zoomed


def test_different_values_of_a_loupe_are_written_differently(page):
    show(page, twelve_bits(), ViewState())

    content = page.grid.grid.content
    texts = {content.write(float(value)) for value in content.values.ravel()}
    assert len(texts) == len(np.unique(content.values))
