"""Filters in the running window: every command is one step, files of weights open, too many weights are refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QPushButton, QSlider, QTableView, QToolButton
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

from convstudio.model.kinds.convolution import conv_at
from convstudio.views.layer.filter_dialogs import InitialiserDialog, NameQuestion
from convstudio.views.layer.generator_dialog import GeneratorDialog
from convstudio.views.parts import dialogs
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.plain_text import without_mark
from convstudio.views.window.weights_dialog import WeightsDialog
from tests.e2e.answers import CTRL, Answers, Inside, open_file
from tests.e2e.driver import Desk, tell

MATRIX = "Filters × channels"
NO, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier


def press(desk: Desk, entry: str) -> None:
    """Trigger an entry of the menu behind the button Filter bank."""
    menu = desk.find(QToolButton, "Filter bank").menu()
    next(one for one in menu.actions() if one.text().replace("&", "").startswith(entry)).trigger()
    desk.wait_for_files()


def key(desk: Desk, pressed: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    """Press a key in the matrix."""
    matrix = desk.find(QTableView, MATRIX)
    matrix.setFocus()
    QTest.keyClick(matrix, pressed, modifier)


def answer(desk: Desk, entry: str, kind: type[QDialog], fill: Callable[[QDialog], object]) -> None:
    press(desk, entry)
    question = next(one for one in desk.window.findChildren(kind) if one.isVisible())
    fill(question)
    question.close()
    desk.activate()


def rename(question: NameQuestion) -> None:
    question.field.setText("my edge")
    question.accept()


def paste(desk: Desk) -> None:
    key(desk, Qt.Key.Key_C, CTRL)
    key(desk, Qt.Key.Key_V, CTRL)


def use(dialog: GeneratorDialog) -> None:
    dialog.use_button.click()


def bank(dialog: GeneratorDialog) -> None:
    dialog.rule.setCurrentIndex(dialog.rule.findText("Gabor"))
    dialog.rule.chosen.emit(dialog.rule.currentIndex())
    dialog.bank_button.click()


EDITS: tuple[tuple[str, Callable[[Desk], None]], ...] = (
    ("Add filter: Horizontal line (tutorial)", lambda desk: press(desk, "Add filter")),
    ("Fill filters: All lines", lambda desk: press(desk, "Fill: all lines")),
    ("Duplicate filter", lambda desk: key(desk, Qt.Key.Key_D, CTRL)),
    ("Paste filter", paste),
    ("Move filter vertical-line to place 2", lambda desk: key(desk, Qt.Key.Key_Up, ALT)),
    ("Remove filter", lambda desk: key(desk, Qt.Key.Key_Delete)),
    ("Rename filter", lambda desk: answer(desk, "Rename", NameQuestion, rename)),
    ("Use kernel Box 3×3", lambda desk: answer(desk, "Make kernels", GeneratorDialog, use)),
    (
        "Fill filters: Gabor, 8 filters over orientation",
        lambda desk: answer(desk, "Make kernels", GeneratorDialog, bank),
    ),
    (
        "Initialise filters: Glorot uniform, seed 0",
        lambda desk: answer(desk, "Initialise", InitialiserDialog, lambda dialog: dialog.button.click()),
    ),
)


def test_every_command_is_one_named_step_and_is_undone(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        stack = inside.studio.session.undo_stack
        made = [inside.document]
        for count, (name, make) in enumerate(EDITS, start=1):
            make(desk)
            assert (stack.undoText(), stack.count()) == (name, count), name
            made.append(inside.document)
        for held in reversed(made):
            assert inside.document is held
            stack.undo()
        desk.wait_for_map(["0 0 3 3 0 0"] * 6)

    assert tell(qtbot, story) == 0


def test_a_photograph_through_the_edge_bank_has_a_map_for_each_filter(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        press(desk, "Fill: all edges")
        matrix = desk.find(QTableView, MATRIX)
        assert (matrix.model().rowCount(), matrix.model().columnCount()) == (12, 3)
        matrix.setCurrentIndex(matrix.model().index(3, 1))
        assert (inside.studio.session.view.filter, inside.studio.session.view.channel) == (3, 1)
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        assert inside.studio.display.result.layers[0].maps.shape[-1] == 12
        assert all(f"{name} " in desk.calculation() for name in ("red", "green", "blue"))

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_dragging_the_groups_to_depthwise_is_one_step_with_fewer_parameters(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        press(desk, "Fill: all edges")
        before = inside.studio.session.undo_stack.count()
        slider = desk.find(QSlider, "Groups from standard to depthwise")
        slider.setSliderDown(True)
        for stop in (1, 0, 1):
            slider.setValue(stop)
        slider.setSliderDown(False)
        assert conv_at(inside.document, 0).groups == 3
        assert inside.studio.session.undo_stack.undoText() == "Set groups and drop 24 kernels"
        assert inside.studio.session.undo_stack.count() == before + 1
        desk.wait(lambda: "120 parameters" in inside.studio.window.status._counts.text())

    assert tell(qtbot, story, "sample:astronaut") == 0


Offer = Callable[..., None]


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Offer:
    """Answer the question for a file of weights with one that holds these arrays."""

    def offer(**arrays: np.ndarray) -> None:
        np.savez(tmp_path / "w.npz", **arrays)
        monkeypatch.setattr(dialogs, "ask_weights", lambda _window, _kinds: str(tmp_path / "w.npz"))

    return offer


def weights_list(desk: Desk) -> WeightsDialog | None:
    """Return the list of a file's arrays that is on show, once the selected array was looked at."""
    desk.wait_for_files()
    return next((one for one in desk.window.findChildren(WeightsDialog) if one.isVisible()), None)


def ways(dialog: WeightsDialog) -> list[str]:
    listed = dialog.findChild(QListWidget)
    return [listed.item(row).text() for row in range(listed.count())]


def use_way(desk: Desk, way: int) -> None:
    listed = weights_list(desk).findChild(QListWidget)
    listed.setCurrentRow(way)
    QTest.keyClick(listed, Qt.Key.Key_Return)
    desk.wait_for_files()


def test_weights_that_fit_one_way_are_read_at_once_and_the_order_is_said(qtbot, inside: Inside, weights) -> None:
    kernels = np.arange(2 * 25, dtype=np.float32).reshape(2, 1, 5, 5)
    weights(**{"conv.weight": kernels, "conv.bias": np.float32([5, 6])})

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        conv = conv_at(inside.document, 0)
        assert (conv.kernel_size, conv.filters, conv.bias.tolist()) == ((5, 5), 2, [5, 6])
        np.testing.assert_array_equal(conv.weights[..., 0, 1], kernels[1, 0])
        assert weights_list(desk) is None
        assert desk.message() == (
            "Read conv.weight (2×1×5×5) as PyTorch Conv2d, filters × channels × rows × columns: "
            "2 filters, kernel 5×5, 1 channel, bias from conv.bias."
        )

    assert tell(qtbot, story) == 0


def test_weights_that_fit_both_ways_are_asked_about(qtbot, inside: Inside, weights) -> None:
    square = np.arange(9, dtype=np.float32).reshape(3, 1, 1, 3)
    weights(w=square)

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        dialog = weights_list(desk)
        assert [line.split(" as ")[1].split(",")[0] for line in ways(dialog)] == ["Keras Conv2D", "PyTorch Conv2d"]
        keras, pytorch = (dialog.findChild(QListWidget).item(way).icon().pixmap(150, 80).toImage() for way in (0, 1))
        assert keras != pytorch
        assert not inside.studio.session.undo_stack.canUndo()
        use_way(desk, 1)
        assert (conv_at(inside.document, 0).kernel_size, conv_at(inside.document, 0).filters) == ((1, 3), 3)

    assert tell(qtbot, story) == 0


def test_an_archive_of_weights_opens_like_any_file(qtbot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", w=np.full((3, 3, 1, 2), 2, np.float32))

    def story(desk: Desk) -> None:
        open_file(desk, answers, tmp_path / "w.npz")
        filters = conv_at(inside.document, 0).filters
        assert (filters, desk.message()[:40]) == (
            2,
            "Read w (3×3×1×2) as Keras Conv2D, rows ×",
        )

    assert tell(qtbot, story) == 0


def test_weights_that_need_other_groups_are_asked_about_and_set_them(qtbot, inside: Inside, weights) -> None:
    weights(**{"0.weight": np.ones((6, 1, 3, 3), np.float32)})

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        assert ways(weights_list(desk))[0].endswith("sets Groups from 1 to 3")
        use_way(desk, 0)
        assert (conv_at(inside.document, 0).groups, conv_at(inside.document, 0).filters) == (3, 6)
        assert desk.message().endswith("sets Groups from 1 to 3.")

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_weights_can_be_read_otherwise_afterwards(qtbot, inside: Inside, weights) -> None:
    weights(**{"0.weight": np.arange(9, dtype=np.float32).reshape(3, 1, 1, 3)})

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        assert conv_at(inside.document, 0).kernel_size == (1, 3)
        desk.press("Read it otherwise…")
        use_way(desk, 1)
        assert conv_at(inside.document, 0).kernel_size == (3, 1)

    assert tell(qtbot, story) == 0


def test_changing_ones_mind_about_weights_changes_nothing(qtbot, inside: Inside, weights) -> None:
    weights(one=np.ones((3, 3, 1, 2), np.float32), two=np.ones((3, 3, 1, 4), np.float32))

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        QTest.keyClick(weights_list(desk), Qt.Key.Key_Escape)
        desk.wait_for_files()
        assert not inside.studio.session.undo_stack.canUndo()

    assert tell(qtbot, story) == 0


def test_weights_for_other_channels_are_listed_and_it_is_said_what_would_fit(qtbot, inside: Inside, weights) -> None:
    weights(w=np.ones((3, 3, 3, 8), np.float32))

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        dialog = weights_list(desk)
        said = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
        assert any("No array of the file fits this layer (3×3×3×8). It needs rows × columns × " in one for one in said)
        QTest.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Return)
        assert not inside.studio.session.undo_stack.canUndo()

    assert tell(qtbot, story) == 0


def test_weights_beyond_the_memory_of_an_undo_step_are_refused_and_nothing_is_lost(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    np.save(tmp_path / "many.npy", np.ones((32, 32, 64), np.float32))

    def story(desk: Desk) -> None:
        desk.enter("Filters", "512")
        desk.enter("Kernel rows", "11")
        held = inside.document
        desk.enter("Kernel columns", "31")
        assert desk.message() == (
            "512 filters of 64 kernels 11×31 would be 11173888 weights (42 MiB), and at most 4194304 fit: use fewer "
            "filters, fewer channels or a smaller kernel."
        )
        assert inside.document is held

    assert tell(qtbot, story, str(tmp_path / "many.npy")) == 0


def test_the_arrays_of_a_file_are_listed_searched_and_looked_at_before_one_is_used(
    qtbot: QtBot, inside: Inside, weights
) -> None:
    kernels = np.float32(np.arange(18).reshape(2, 1, 3, 3) - 9)
    weights(**{"a.weight": kernels, "b.weight": 2 * kernels, "b.bias": np.float32([5, 6])})

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        dialog = weights_list(desk)
        rows, facts = dialog.findChildren(FactsTable)
        assert [row[:2] for row in rows.rows] == [("a.weight", "2×1×3×3"), ("b.bias", "2"), ("b.weight", "2×1×3×3")]
        QTest.keyClicks(dialog.findChild(QLineEdit), "b 3x3")
        desk.wait_for_files()
        assert [row[0] for row in rows.rows] == ["b.weight"]
        assert ("Minimum", "-18") in facts.rows
        assert ("Maximum", "16") in facts.rows
        assert not inside.studio.session.undo_stack.canUndo()
        use_way(desk, 0)
        assert conv_at(inside.document, 0).bias.tolist() == [5, 6]
        np.testing.assert_array_equal(conv_at(inside.document, 0).weights[..., 0, 0], 2 * kernels[0, 0])

    assert tell(qtbot, story) == 0


def test_the_arrays_of_a_whole_network_open_as_one(qtbot: QtBot, inside: Inside, weights) -> None:
    draw = np.random.default_rng(2)
    first, second = draw.normal(size=(4, 1, 3, 3)), draw.normal(size=(2, 4, 3, 3))
    weights(**{"0.weight": np.float32(first), "0.bias": np.ones(4, np.float32), "2.weight": np.float32(second)})

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        dialog = weights_list(desk)
        next(one for one in dialog.findChildren(QPushButton) if "network" in one.text()).click()
        desk.wait_for_files()
        assert [layer.name for layer in inside.document.layers] == ["Conv 3×3 · 4 filters", "Conv 3×3 · 2 filters"]
        assert "A state_dict holds weights alone: no activations, strides" in desk.message()

    assert tell(qtbot, story) == 0


def test_an_array_that_cannot_be_read_is_said_in_the_list(qtbot: QtBot, inside: Inside, weights) -> None:
    weights(a=np.full((3, 3, 1, 2), np.nan, np.float32), b=np.ones(2), c=np.ones(3))

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        _, facts = weights_list(desk).findChildren(FactsTable)
        assert "holds NaN or infinity in “a”" in facts.rows[0][0]

    assert tell(qtbot, story) == 0


def test_arrays_that_cannot_be_listed_are_said_beside_those_that_can(qtbot: QtBot, inside: Inside, weights) -> None:
    weights(a=np.ones((3, 3, 1, 2), np.float32), b=np.array([{}], object), c=np.array([{}], object))

    def story(desk: Desk) -> None:
        press(desk, "From a file")
        said = [label.text() for label in weights_list(desk).findChildren(QLabel) if label.isVisible()]
        assert any("“b.npy”, holds Python objects" in one and "1 more array cannot be listed." in one for one in said)

    assert tell(qtbot, story) == 0


def test_the_menu_is_off_where_a_layer_has_no_filters(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        commands = inside.studio.kernel_pane.commands
        assert commands.isEnabled()
        next(one for one in inside.studio.ribbon.add_menu.actions() if without_mark(one.text()) == "Flatten").trigger()
        assert inside.studio.session.view.layer == 1
        assert not commands.isEnabled()

    assert tell(qtbot, story) == 0


def test_tensors_of_a_networks_layers_open_as_weights_and_a_kernel_as_a_kernel(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    save_file({"0.weight": np.ones((2, 1, 3, 3), np.float32)}, tmp_path / "layer.safetensors")
    save_file({"kernel": np.ones((2, 2), np.float32)}, tmp_path / "kernel.safetensors")

    def story(desk: Desk) -> None:
        open_file(desk, answers, tmp_path / "layer.safetensors")
        assert conv_at(inside.document, 0).filters == 2
        open_file(desk, answers, tmp_path / "kernel.safetensors")
        assert conv_at(inside.document, 0).kernel_size == (2, 2)

    assert tell(qtbot, story) == 0


def test_a_pickle_is_refused_with_the_lines_that_convert_it(qtbot: QtBot, answers: Answers) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, Path(__file__).parents[1] / "field" / "w14_torch.pth")
        assert "convert it in Python: import torch; from safetensors.torch import save_file" in desk.message()

    assert tell(qtbot, story) == 0
