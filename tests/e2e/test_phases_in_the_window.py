"""The phases of learning, as a reader of the tutorial goes through them in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, go_along, tell

HAND, POOLED = "One step of learning by hand", "A gradient through max pooling"


def settle(desk: Desk, inside: Inside) -> None:
    """Wait until everything is worked out and shown."""
    studio = inside.studio
    desk.wait_for_files()
    desk.wait(lambda: not studio.recompute.is_busy and studio.jobs.is_idle and not studio.display.is_explaining)
    desk.wait(lambda: not studio.phases.is_busy)
    QApplication.processEvents()


def open_example(desk: Desk, inside: Inside, title: str) -> None:
    assert go_along(desk.window, ("File", "Examples", title))
    settle(desk, inside)


def do(desk: Desk, inside: Inside, name: str) -> None:
    """Press a button of the calculation, and wait for what it does."""
    desk.press(name)
    settle(desk, inside)


def pictures(inside: Inside) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the numbers of the small pictures on show, by their captions."""
    pane = inside.studio.calculation_pane
    grids = (pane.window_grid, pane.kernel_grid, pane.products_grid, pane.filled_grid)
    return {grid.content.caption: grid.texts for grid in grids if grid.isVisible() and grid.content is not None}


def text(inside: Inside) -> str:
    return inside.studio.calculation_pane.field.toPlainText()


def result(inside: Inside) -> str:
    return inside.studio.calculation_pane.result_label.text()


def kernel(inside: Inside) -> list[list[float]]:
    return inside.studio.session.document.layers[0].weights[..., 0, 0].tolist()


def losses(desk: Desk, inside: Inside, count: int) -> list[str]:
    """Apply updates one by one, and return the loss before each."""
    found = []
    for _ in range(count):
        do(desk, inside, "Loss")
        found.append(result(inside))
        do(desk, inside, "Update")
        do(desk, inside, "Apply update")
    return found


def test_the_worked_question_is_stepped_through_by_hand(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        assert pictures(inside)["weight gradient"] == (("2", "-2"), ("0", "2"))
        assert text(inside).startswith("1·2 + (-1)·0 + 0·0 + 1·0 = 2")
        do(desk, inside, "Step forward")
        assert text(inside).startswith("(-1)·2 + 0·0 + 1·0 + 0·0 = -2")
        do(desk, inside, "Loss")
        assert pictures(inside) == {
            "output": (("3", "0"), ("0", "1")),
            "target": (("1", "0"), ("0", "1")),
            "gradient": (("2", "0"), ("0", "0")),
        }
        assert inside.studio.window.status._sentence.text() == "The loss is 2."
        do(desk, inside, "Update")
        assert pictures(inside)["new weights"] == (("0", "0"), ("1", "0"))
        assert "loss 2 → 1.5" in text(inside)

    assert tell(qtbot, story) == 0


def test_every_phase_is_stepped_through_term_by_term(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        pane = inside.studio.calculation_pane
        open_example(desk, inside, HAND)
        do(desk, inside, "Term by term")
        assert (text(inside).splitlines()[0], result(inside)) == ("1·2 + …", "…")
        for _ in range(3):
            do(desk, inside, "Step forward")
        assert text(inside).startswith("1·2 + (-1)·0 + 0·0 + 1·0 = 2")
        assert pane.term_label.text() == "Term 4 of 4: 1·0 = 0; the sum so far is 2."
        do(desk, inside, "Step forward")
        assert pane.term_label.text() == "Term 1 of 4: (-1)·2 = -2; the sum so far is -2."
        for phase, count, end in (("Loss", 4, "= 2"), ("Update", 2, "= 0")):
            do(desk, inside, phase)
            do(desk, inside, "First position")
            do(desk, inside, "Term by term")
            for _ in range(count - 1):
                assert result(inside) == "…"
                do(desk, inside, "Step forward")
            assert text(inside).splitlines()[0].endswith(end)

    assert tell(qtbot, story) == 0


def test_updates_take_the_loss_down_as_in_the_tutorial_and_each_is_one_undo_step(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        assert losses(desk, inside, 4) == ["2", "1.5", "0.625", "0.1562"]
        do(desk, inside, "Loss")
        assert result(inside) == "0.07031"
        do(desk, inside, "Update")
        for _ in range(4):
            do(desk, inside, "Undo update")
        assert kernel(inside) == [[1, -1], [1, 1]]
        assert not desk.find(QAbstractButton, "Undo update").isEnabled()

    assert tell(qtbot, story) == 0


def test_the_askers_sign_error_goes_up_the_loss(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        do(desk, inside, "Loss")
        do(desk, inside, "Wrong sign")
        assert pictures(inside)["gradient"] == (("-2", "0"), ("0", "0"))
        do(desk, inside, "Update")
        assert "loss 2 → 14.5" in text(inside)
        do(desk, inside, "Apply update")
        assert inside.studio.session.undo_stack.undoText() == "Apply update with the wrong sign"
        do(desk, inside, "Loss")
        assert result(inside) == "14.5"

    assert tell(qtbot, story) == 0


def test_two_hundred_small_updates_are_one_step_and_find_another_kernel(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        do(desk, inside, "Update")
        desk.enter("Learning rate", "0.1")
        desk.enter("Updates", "200")
        do(desk, inside, "Apply update")
        assert inside.studio.session.undo_stack.undoText() == "Apply 200 updates"
        found = [round(value, 3) for row in kernel(inside) for value in row]
        assert found == pytest.approx([0.633, 0.184, 0.184, 0.551], abs=1e-3)
        do(desk, inside, "Loss")
        assert inside.studio.calculation_pane.phase_box.found.value < 1e-6
        desk.undo()
        assert kernel(inside) == [[1, -1], [1, 1]]

    assert tell(qtbot, story) == 0


def test_a_gradient_is_checked_by_nudging(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        do(desk, inside, "Update")
        do(desk, inside, "Check by nudging")
        assert "slope 2, gradient 2" in text(inside)
        assert "they agree" in text(inside)

    assert tell(qtbot, story) == 0


def test_the_gradient_goes_back_through_pooling_and_relu_to_the_weights(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, POOLED)
        assert pictures(inside)["output gradient"] == (("1", "1", "1"),)
        assert pictures(inside)["input gradient"] == (("1", "0", "1", "0", "1", "0"),)
        assert "step 3, the first of 2 equal cells, won" in text(inside)
        do(desk, inside, "Layer before")
        assert pictures(inside)["gate"] == (("0", "0", "1", "1", "0", "0"),)
        assert pictures(inside)["input gradient"] == (("0", "0", "1", "0", "0", "0"),)
        do(desk, inside, "Layer before")
        assert pictures(inside)["weight gradient"] == (("0", "1", "1"),)
        do(desk, inside, "First position")
        do(desk, inside, "Update")
        do(desk, inside, "Check by nudging")
        assert "kink" in text(inside)

    assert tell(qtbot, story) == 0


def test_the_stepper_plays_through_the_weights(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        desk.choose("Speed", "60 / s")
        desk.press("Play")
        desk.wait(lambda: not inside.studio.player.is_playing)
        assert inside.studio.session.view.watch.weight == (1, 1)
        assert result(inside) == "2"

    assert tell(qtbot, story) == 0


def test_without_a_target_the_output_becomes_it_and_a_changed_weight_is_found_again(
    qtbot: QtBot, inside: Inside
) -> None:
    def story(desk: Desk) -> None:
        settle(desk, inside)
        do(desk, inside, "Backward")
        assert "no target yet" in text(inside)
        do(desk, inside, "Use this output as target")
        desk.type_cell("Kernel", 1, 1, "2")
        settle(desk, inside)
        do(desk, inside, "Loss")
        before = inside.studio.calculation_pane.phase_box.found.value
        do(desk, inside, "Update")
        desk.enter("Learning rate", "0.05")
        settle(desk, inside)
        do(desk, inside, "Apply update")
        do(desk, inside, "Loss")
        assert inside.studio.calculation_pane.phase_box.found.value < before

    assert tell(qtbot, story) == 0


def test_nothing_is_worked_out_while_the_forward_phase_is_on_show(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        do(desk, inside, "Forward")
        worker = inside.studio.phases._differentiator
        worker._worker.add = asked.append
        desk.type_cell("Kernel", 0, 0, "3")
        settle(desk, inside)
        desk.key(Qt.Key.Key_Right)
        assert asked == []
        del worker._worker.add

    assert tell(qtbot, story) == 0


def test_drawing_a_target_opens_its_panel(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_example(desk, inside, HAND)
        do(desk, inside, "Loss")
        desk.press("Draw a target…")
        assert inside.studio.learning.dock_of("Teach by example") is not None

    assert tell(qtbot, story) == 0
