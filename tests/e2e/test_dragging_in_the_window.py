"""Layers, channels and filters are dragged to other places: one step each, and the network makes the same."""

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import forward
from convstudio.views.layer.filter_matrix import NAME as MATRIX
from convstudio.views.window.chip import Chip
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell
from tests.views.drags import drag, move, press, release

EXAMPLE = "example:digits"


def chips(desk: Desk) -> list[Chip]:
    found = [chip for chip in desk.window.findChildren(Chip) if chip.isVisible() and chip.whatsThis()]
    return sorted(found, key=lambda chip: chip.x())


def beside(chip: QWidget, other: QWidget) -> QPoint:
    """Return the far edge of another chip, as a point of this one."""
    return chip.mapFromGlobal(other.mapToGlobal(QPoint(other.width() - 3, other.height() // 2)))


def steps(inside: Inside) -> list[str]:
    stack = inside.studio.session.undo_stack
    return [stack.text(at) for at in range(stack.count())]


def made(inside: Inside) -> np.ndarray:
    return forward(inside.document).layers[-1].maps


def test_a_dragged_layer_is_one_step_and_shows_why_it_does_not_fit(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        first, last = chips(desk)[0], chips(desk)[-1]
        drag(first, first.rect().center(), beside(first, last))
        assert len(steps(inside)) == 1
        assert steps(inside)[0].startswith(f"Move layer 1 to place {len(before.layers)}")
        assert [layer.name for layer in inside.document.layers] == [
            layer.name for layer in (*before.layers[1:], before.layers[0])
        ]
        assert inside.studio.session.view.layer == len(before.layers) - 1
        assert any(chip.accessibleDescription().startswith("⚠") for chip in chips(desk))
        desk.undo()
        assert inside.document is before

    assert tell(qtbot, story, EXAMPLE) == 0


def test_escape_leaves_a_dragged_layer_where_it_was(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        first, last = chips(desk)[0], chips(desk)[-1]
        press(first, first.rect().center())
        move(first, beside(first, last))
        QTest.keyClick(desk.window, Qt.Key.Key_Escape)
        release(first, beside(first, last))
        assert inside.document is before
        assert steps(inside) == []

    assert tell(qtbot, story, EXAMPLE) == 0


def test_a_dragged_filter_is_one_step_and_changes_no_output(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before, output = inside.document, made(inside)
        layer = next(at for at, held in enumerate(before.layers) if isinstance(held, Conv) and held.filters > 3)
        chips(desk)[layer].click()
        names = desk.find(QTableView, MATRIX).verticalHeader()
        last = names.sectionViewportPosition(3) + names.sectionSize(3) - 2
        drag(names.viewport(), QPoint(9, names.sectionSize(0) // 2), QPoint(9, last))
        assert len(steps(inside)) == 1
        np.testing.assert_array_equal(
            inside.document.layers[layer].weights[..., 3], before.layers[layer].weights[..., 0]
        )
        np.testing.assert_allclose(made(inside), output, atol=1e-5)
        desk.undo()
        assert inside.document is before

    assert tell(qtbot, story, EXAMPLE) == 0


def test_a_dragged_map_moves_its_filter_in_one_step_and_stays_the_current_one(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before, output = inside.document, made(inside)
        layer = next(at for at, held in enumerate(before.layers) if isinstance(held, Conv) and held.filters > 3)
        chips(desk)[layer].click()
        tiles = desk.find(QListView, "All maps")
        desk.wait(lambda: tiles.model().rowCount() == before.layers[layer].filters)
        first, fourth = (tiles.visualRect(tiles.model().index(row, 0)) for row in (0, 3))
        drag(tiles.viewport(), first.center(), QPoint(fourth.right() - 2, fourth.center().y()))
        assert len(steps(inside)) == 1
        np.testing.assert_array_equal(
            inside.document.layers[layer].weights[..., 3], before.layers[layer].weights[..., 0]
        )
        assert inside.studio.session.view.filter == 3
        np.testing.assert_allclose(made(inside), output, atol=1e-5)
        desk.undo()
        assert inside.document is before

    assert tell(qtbot, story, EXAMPLE) == 0


def test_a_dragged_channel_is_one_named_step_and_changes_no_output(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        weights = inside.studio.kernel_pane.tools
        weights.asked.emit("Turn", lambda document, layer, index: _other_kernels(document))
        before, output = inside.document, made(inside)
        strip = desk.find(QListView, "Channels")
        red, blue = (strip.visualRect(strip.model().index(row, 0)) for row in (1, 3))
        drag(strip.viewport(), red.center(), QPoint(blue.right() - 2, 9))
        assert steps(inside)[-1:] == ["Move channel red to place 3 and reorder the kernels of layer 1"]
        assert inside.document.sample.channel_names == ("green", "blue", "red")
        np.testing.assert_allclose(made(inside), output, atol=1e-4)
        desk.undo()
        assert inside.document is before

    assert tell(qtbot, story, "sample:astronaut") == 0


def _other_kernels(document: object) -> object:
    from convstudio.model.edits.kernel_weights import set_filter

    shape = document.layers[0].weights.shape[:-1]
    return set_filter(document, 0, 0, np.arange(np.prod(shape), dtype=np.float32).reshape(shape) / 10)
