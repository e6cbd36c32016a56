"""The ends of what the window takes: NaN and infinity, one cell, long kernels, many filters, odd projects."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTableView
from pytestqt.qtbot import QtBot

from convstudio.files.projects.documents import load_document
from convstudio.model.words.export_contents import MAPS
from convstudio.views.input.grid import InputGrid
from convstudio.views.layer.kernel_stage import KernelStage
from convstudio.views.parts.controls import PlainLabel
from tests.e2e.answers import CTRL, Answers, Inside, export, menu_action, open_file, save_as
from tests.e2e.driver import Desk, case, tell

ODD = np.float32([[np.nan, np.inf, 1, 0], [-np.inf, 1, 2, 3], [3.4e38, -3.4e38, 0, 0], [1, 2, 3, 4]])


def use_everything(desk: Desk, inside: Inside) -> None:
    """Look at every part of the window, step through it, and turn its switches."""
    desk.wait(lambda: not inside.studio.recompute.is_busy)
    for name in ("Last position", "Step back", "First position", "Step forward", "Term by term", "Step forward"):
        button = desk.find(QAbstractButton, name)
        if button.isEnabled():
            button.click()
    for name in ("Histogram", "Show the table"):
        button = desk.find(QAbstractButton, name)
        if button.isEnabled():
            button.click()
    padding = inside.studio.input_pane.tools.padding_button  # hidden on a later layer without padding
    if padding.isVisible() and padding.isEnabled():
        padding.click()
    for table in (desk.window.findChild(InputGrid), desk.window.findChild(KernelStage).grid):
        if not table.isVisible():
            continue
        port = table.viewport()
        QTest.mouseMove(port, port.rect().center() + QPoint(3, 3))
        QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=port.rect().center())
    for row in (1, 0):
        inside.studio.map_pane.tools.colours_choice.setCurrentIndex(row)
        inside.studio.map_pane.tools.colours_choice.activated.emit(row)
    desk.key(Qt.Key.Key_F5)
    QTest.qWait(30)
    desk.key(Qt.Key.Key_Escape)
    desk.window.grab()
    QApplication.processEvents()


def labels(desk: Desk) -> str:
    return " | ".join(label.text() for label in desk.window.findChildren(PlainLabel) if label.isVisible())


# --- NaN and infinity --------------------------------------------------------------------------------------------


def test_nan_and_infinity_are_drawn_counted_saved_and_opened_again(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path, saved = tmp_path / "odd.npy", tmp_path / "odd.convstudio"
    np.save(path, ODD)

    def make(desk: Desk) -> None:
        open_file(desk, answers, path)
        desk.enter("Kernel rows", "1")
        desk.enter("Kernel columns", "1")
        desk.type_cell("Kernel", 0, 0, "1")
        desk.wait(lambda: len(desk.numbers("Feature map")) == 4)
        assert desk.numbers("Input")[0][:2] == desk.numbers("Feature map")[0][:2] == ["NaN", "∞"]
        assert desk.numbers("Feature map")[1][0] == "-∞"
        assert "NaN 1 · infinite 2" in labels(desk) + inside.studio.map_pane.readout.statistics_label.text()
        use_everything(desk, inside)
        desk.choose("Activation", "softmax")
        use_everything(desk, inside)
        export(desk, answers, tmp_path / "map.png")
        export(desk, answers, tmp_path / "map.csv")
        save_as(desk, answers, saved)
        assert not desk.message()

    def reopen(desk: Desk) -> None:
        assert inside.document == load_document(saved)[0]
        assert inside.document.sample.values.to_array()[..., 0].tobytes() == ODD.tobytes()

    assert tell(qtbot, make) == 0
    assert tell(qtbot, reopen, str(saved)) == 0


def test_a_cell_that_is_nan_can_be_typed_over_and_undone(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    np.save(tmp_path / "odd.npy", ODD)

    def story(desk: Desk) -> None:
        before = inside.document
        desk.type_cell("Input", 0, 0, "5")
        assert desk.numbers("Input")[0][0] == "5"
        desk.undo()
        assert inside.document is before
        desk.type_cell("Input", 0, 0, "NaN")
        assert inside.document is before

    assert tell(qtbot, story, str(tmp_path / "odd.npy")) == 0


@pytest.mark.parametrize("side", [5, 60], ids=["grid", "picture"])
def test_an_input_of_one_odd_value_is_shown(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path, side: int
) -> None:
    def story(desk: Desk) -> None:
        for value in (np.nan, np.inf, -np.inf, 3.4e38, 1e-45, 0.0):
            path = tmp_path / f"{value}.npy"
            np.save(path, np.full((side, side, 3), value, np.float32))
            with case(value):
                open_file(desk, answers, path)
                assert inside.document.sample.name == path.name
                use_everything(desk, inside)

    assert tell(qtbot, story) == 0


# --- shapes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shapes",
    [
        [(1, 1), (1, 40), (40, 1), (3, 3, 64), (30, 30, 2), (2, 2000), (24, 24), (25, 24)],
        [(5,), (1,), (5000,), (16384,)],
    ],
    ids=["images", "sequences"],
)
def test_an_input_of_any_shape_is_shown(
    qtbot: QtBot, inside: Inside, tmp_path: Path, shapes: list[tuple[int, ...]]
) -> None:
    def story(desk: Desk) -> None:
        for padding in ("valid", "full"):
            if padding != "valid":
                desk.activate()
                desk.choose("Padding", padding)
            for shape in shapes:
                path = tmp_path / f"{shape}.npy"
                np.save(path, np.random.default_rng(2).normal(size=shape).astype(np.float32))
                with case((shape, padding)):
                    inside.studio.workspace.open(str(path))
                    desk.wait_for_files()
                    assert inside.document.sample.name == path.name
                    use_everything(desk, inside)

    assert tell(qtbot, story) == 0


def test_one_cell_times_one_weight(qtbot: QtBot, tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.float32([[3]]))

    def story(desk: Desk) -> None:
        desk.enter("Kernel rows", "1")
        desk.enter("Kernel columns", "1")
        desk.type_cell("Kernel", 0, 0, "-2")
        desk.wait_for_map(["-6"])
        assert desk.calculation().startswith("3·(-2) = -6")

    assert tell(qtbot, story, str(tmp_path / "one.npy")) == 0


def test_a_sequence_with_the_longest_kernel(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    values = np.random.default_rng(3).normal(size=100).astype(np.float32)
    np.save(tmp_path / "long.npy", values)
    weights = np.arange(-15, 16) / 4

    def story(desk: Desk) -> None:
        desk.enter("Kernel steps", "31")
        kernel = desk.find(QTableView, "Kernel")
        QApplication.clipboard().setText("\t".join(map(str, weights)))
        kernel.setFocus()
        kernel.setCurrentIndex(kernel.model().index(0, 0))
        QTest.keyClick(kernel, Qt.Key.Key_V, CTRL)
        use_everything(desk, inside)
        assert "more term" in desk.calculation()
        maps = inside.studio.display.result.layers[0].maps
        np.testing.assert_allclose(maps[:, 0], np.correlate(values, weights, "valid"), atol=1e-4)

    assert tell(qtbot, story, str(tmp_path / "long.npy")) == 0


def test_a_sequence_is_edited_like_an_image(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Sample", "Tutorial: two-step bump")
        desk.type_cell("Input", 0, 0, "9")
        QApplication.clipboard().setText("1\t2\t3")
        grid = desk.find(QTableView, "Input")
        grid.setCurrentIndex(grid.model().index(0, 5))
        QTest.keyClick(grid, Qt.Key.Key_V, CTRL)
        assert desk.numbers("Input") == [["9", "0", "0", "1", "1", "1", "2", "3"]]
        QApplication.clipboard().setText("7\n8")
        QTest.keyClick(grid, Qt.Key.Key_V, CTRL)
        assert desk.numbers("Input") == [["9", "0", "0", "1", "1", "7", "8", "3"]]
        QApplication.clipboard().setText("1\t2\n3\t4")
        QTest.keyClick(grid, Qt.Key.Key_V, CTRL)
        assert desk.message().endswith(".")
        for _ in range(4):
            desk.undo()
        assert not inside.studio.session.undo_stack.canUndo()

    assert tell(qtbot, story) == 0


def test_512_filters_on_a_small_input(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Filters", "512")
        desk.choose("Activation", "softmax")
        use_everything(desk, inside)
        desk.choose("Map", "512")
        answers.export, answers.export_wishes = tmp_path / "maps.npy", {"content": MAPS}
        menu_action(desk, "File", "Export…").trigger()

    assert tell(qtbot, story) == 0
    maps = np.load(tmp_path / "maps.npy")
    assert maps.shape == (6, 6, 512)
    np.testing.assert_allclose(maps.sum(axis=-1), 1, rtol=1e-5)


def test_groups_keep_channels_apart(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    values = np.random.default_rng(4).integers(0, 9, (6, 6, 4)).astype(np.float32)
    np.save(tmp_path / "four.npy", values)

    def story(desk: Desk) -> None:
        desk.enter("Filters", "8")
        desk.enter("Groups", "4")
        use_everything(desk, inside)
        desk.enter("Kernel rows", "1")
        desk.enter("Kernel columns", "1")
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        layer, maps = inside.document.layers[0], inside.studio.display.result.layers[0].maps
        for index in range(8):
            expected = values[..., index // 2] * layer.weights[0, 0, 0, index]
            np.testing.assert_allclose(maps[..., index], expected)
        matrix = desk.find(QTableView, "Filters × channels")
        matrix.setCurrentIndex(matrix.model().index(7, 3))
        use_everything(desk, inside)

    assert tell(qtbot, story, str(tmp_path / "four.npy")) == 0


@pytest.mark.parametrize("mode", ["zeros", "reflect", "symmetric", "replicate", "circular"])
def test_wide_padding_in_every_mode_is_drawn_or_refused(qtbot: QtBot, inside: Inside, mode: str) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Padding mode", mode)
        desk.choose("Padding", "explicit…")
        for side in ("top", "left", "bottom", "right"):
            desk.enter(f"Padding {side}", "9")
        use_everything(desk, inside)
        desk.enter("Padding left", "256")
        use_everything(desk, inside)

    assert tell(qtbot, story) == 0


# --- projects from elsewhere -------------------------------------------------------------------------------------

FLAT = np.zeros((8, 8, 1)).tolist()


def project(folder: Path, **changes: object) -> Path:
    layer = {
        "kind": "conv",
        "weights": np.ones((3, 3, 1, 1)).tolist(),
        "bias": [0.0],
        "stride": [1, 1],
        "dilation": [1, 1],
        "padding": "valid",
        "padding_mode": "zeros",
        "groups": 1,
        "flip": False,
        "activation": "linear",
    }
    content = {
        "format": "convstudio-project",
        "version": 1,
        "title": "",
        "sample": {"name": "made by hand", "origin": "", "values": changes.pop("values", FLAT)},
        "layers": [{**layer, **one} for one in changes.pop("layers", [changes])],
        "view": {"layer": 7, "channel": 9, "filter": 3, "position": [99, 99, 99]},
    }
    path = folder / "odd.convstudio"
    path.write_bytes(msgspec.json.encode(content))
    return path


ODD_PROJECTS = {
    "weights for three channels": {"weights": np.ones((3, 3, 3, 1)).tolist()},
    "two groups of one channel": {"groups": 2},
    "groups that do not divide the filters": {
        "values": np.zeros((8, 8, 2)).tolist(),
        "groups": 2,
        "weights": np.ones((3, 3, 1, 3)).tolist(),
        "bias": [0.0] * 3,
    },
    "a kernel larger than the input": {"weights": np.ones((31, 31, 1, 1)).tolist()},
    "causal padding on an image": {"padding": "causal"},
    "padding beyond reflection": {"padding": [[9, 9], [9, 9]], "padding_mode": "reflect"},
    "two layers": {"layers": [{}, {}]},
    "a second layer without a map to read": {"layers": [{"weights": np.ones((31, 31, 1, 1)).tolist()}, {}]},
    "layers whose channels differ": {"layers": [{}, {"weights": np.ones((3, 3, 5, 1)).tolist()}]},
    "a volume": {
        "values": np.zeros((4, 4, 4, 1)).tolist(),
        "weights": np.ones((3, 3, 3, 1, 1)).tolist(),
        "stride": [1, 1, 1],
        "dilation": [1, 1, 1],
    },
}


def test_a_project_made_by_hand_opens_or_is_refused_in_a_sentence(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    answers.unsaved = "discard"

    def story(desk: Desk) -> None:
        for kind, changes in ODD_PROJECTS.items():
            before = inside.document
            with case(kind):
                open_file(desk, answers, project(tmp_path, **dict(changes)))
                assert inside.document is not before or desk.message()
                use_everything(desk, inside)
                for sample_id in ("tutorial-lines", "tutorial-sequence"):
                    inside.studio.workspace.inputs.use_bundled_sample(sample_id)
                    desk.wait_for_files()
                use_everything(desk, inside)

    assert tell(qtbot, story) == 0
