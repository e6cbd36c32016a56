"""Networks built in the ribbon: the whole story of a classifier, from an empty window to its saved project."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from convstudio import ops
from convstudio.files.projects.documents import load_document
from convstudio.model.run.forward import forward
from convstudio.model.values.numbers import format_exact
from convstudio.views.parts.plain_text import without_mark
from convstudio.views.window.ribbon import Ribbon
from tests.e2e.answers import CTRL, SHIFT, Answers, Inside, menu_action, save_as, trigger
from tests.e2e.driver import Desk, tell


def add(desk: Desk, inside: Inside, kind: str) -> None:
    """Choose an entry of Layer > Add layer, and wait for what it makes."""
    menu = menu_action(desk, "Layer", "Add layer").menu()
    (action,) = [one for one in menu.actions() if without_mark(one.text()) == kind]
    trigger(action)
    desk.wait(lambda: not inside.studio.recompute.is_busy)


def chips(desk: Desk) -> list[str]:
    """Read the ribbon."""
    ribbon = desk.window.findChild(Ribbon)
    buttons = [one for one in ribbon.findChildren(QAbstractButton) if one.isVisible() and one.accessibleDescription()]
    return [button.accessibleName() for button in buttons]


def test_a_classifier_is_built_saved_and_opened_again(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "classifier.convstudio"

    def build(desk: Desk) -> None:
        desk.choose("Padding", "same")
        desk.enter("Filters", "8")
        for kind in ("Activation", "Max pooling", "Convolution"):
            add(desk, inside, kind)
        desk.choose("Padding", "same")
        desk.enter("Filters", "16")
        for kind in ("Activation", "Global average", "Dense", "Softmax"):
            add(desk, inside, kind)
        assert chips(desk) == [
            "Input",
            "Conv 3×3 · 8 filters",
            "ReLU",
            "Max pool 2×2",
            "Conv 3×3 · 16 filters",
            "ReLU",
            "Global average",
            "Dense · 10 units",
            "Softmax",
        ]
        save_as(desk, answers, path)

    assert tell(qtbot, build) == 0
    document, view = load_document(path)
    assert view.layer == 7
    x = document.sample.values.to_array()
    first, _, _, second, _, _, dense, _ = document.layers
    maps = ops.pool(ops.activate(ops.conv(x, first.weights, padding="same"), "relu"), "max", (2, 2))
    vector = ops.global_pool(ops.activate(ops.conv(maps, second.weights, padding="same"), "relu"), "average", 2)
    expected = ops.activate(ops.dense(vector, dense.weights, dense.bias), "softmax")
    np.testing.assert_allclose(forward(document).layers[-1].maps, expected, rtol=1e-5)


def test_every_layer_can_be_looked_at_and_stepped_through(qtbot: QtBot, inside: Inside) -> None:
    kinds = ("Max pooling", "Batch normalisation", "Dropout", "Transposed convolution", "Flatten", "Dense", "Softmax")

    def look(desk: Desk) -> None:
        for kind in kinds:
            add(desk, inside, kind)
        for _ in kinds:
            desk.key(Qt.Key.Key_PageUp, CTRL)
            desk.key(Qt.Key.Key_End, CTRL)
            assert desk.calculation()
            view = inside.studio.session.view
            maps = forward(inside.document).layers[view.layer].shown_map(view.filter)
            assert inside.studio.map_pane.readout.value_label.text().endswith(
                f"= {format_exact(float(maps.ravel()[-1]))}"
            )
        assert inside.studio.session.view.layer == 0

    assert tell(qtbot, look) == 0


def test_a_layer_is_removed_moved_copied_and_switched_off_and_all_of_it_undone(qtbot: QtBot, inside: Inside) -> None:
    def change(desk: Desk) -> None:
        add(desk, inside, "Activation")
        add(desk, inside, "Max pooling")
        built = inside.document
        desk.key(Qt.Key.Key_D, CTRL | SHIFT)
        desk.key(Qt.Key.Key_Left, CTRL | SHIFT)
        desk.key(Qt.Key.Key_F, CTRL | SHIFT)
        desk.key(Qt.Key.Key_Backspace, CTRL)
        assert len(inside.document.layers) == 3
        for _ in range(4):
            desk.undo()
        assert inside.document == built
        assert inside.studio.session.view.layer < 3

    assert tell(qtbot, change) == 0


def test_a_layer_that_cannot_work_says_why_and_the_rest_stays_usable(qtbot: QtBot, inside: Inside) -> None:
    def break_it(desk: Desk) -> None:
        add(desk, inside, "Max pooling")
        add(desk, inside, "Convolution")
        desk.enter("Kernel rows", "7")
        desk.wait(lambda: "larger than the padded input 3×3" in desk.calculation())
        desk.key(Qt.Key.Key_PageUp, CTRL)
        desk.wait_for_map(["0 3 0", "0 3 0", "0 3 0"])

    assert tell(qtbot, break_it) == 0


def test_a_dense_layer_after_a_changed_shape_is_fitted_by_one_click(qtbot: QtBot, inside: Inside) -> None:
    def change(desk: Desk) -> None:
        add(desk, inside, "Flatten")
        add(desk, inside, "Dense")
        for _ in range(2):
            desk.key(Qt.Key.Key_PageUp, CTRL)
        desk.choose("Padding", "same")
        assert "does not fit" in desk.message()
        desk.press("Fit the layer")
        assert inside.document.output_shape(2) == (10,)
        assert inside.studio.session.undo_stack.undoText() == "Fit the layer"

    assert tell(qtbot, change) == 0
