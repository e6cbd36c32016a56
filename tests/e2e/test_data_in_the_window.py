"""Where the samples come from, what the network makes of them, and the one that becomes the input."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.edits.intent import Intent
from convstudio.model.edits.learning.targets import target_intent
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.trace import stepping
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.target import ClassTarget, MapTarget
from convstudio.views.calculation.pane import CalculationPane
from convstudio.views.parts import dialogs
from tests.e2e.answers import Answers, Inside, open_file, save_as
from tests.e2e.driver import Desk, go_along, tell, wait_for_explanation
from tests.e2e.geometry import faults

SCREENS = ((1024, 608), (1366, 736), (1920, 1048), (2560, 1408))


def open_data(desk: Desk, source: str = "") -> None:
    assert go_along(desk.window, ("Train", "Data…"))
    if source:
        choose(desk, "Data", source)


def choose(desk: Desk, name: str, entry: str) -> None:
    """Choose an entry as a click does; a floating panel has no keyboard on the offscreen platform."""
    combo = desk.find(QComboBox, name)
    assert combo.findText(entry) >= 0, f"{name} has no entry {entry!r}"
    combo.choose(combo.findText(entry))
    desk.wait_for_files()


def panel(inside: Inside):
    return inside.studio.learning.panel("Data")


def is_tried(inside: Inside) -> bool:
    shown = panel(inside)._shown
    return shown is not None and shown.verdicts is not None


def texts(desk: Desk, inside: Inside) -> str:
    labels = panel(inside).dock.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def captions(desk: Desk) -> list[str]:
    return [text for row in desk.numbers("All samples") for text in row if text is not None]


def click_sample(desk: Desk, number: int) -> None:
    view = desk.find(QTableView, "All samples")
    index = view.model().index(*divmod(number, view.model().columnCount()))
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    desk.wait_for_files()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    draw = np.random.default_rng(1)
    for number, name in enumerate(("cats", "dogs", "cows")):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for picture in range(5):
            pixels = draw.integers(80 * number, 80 * number + 90, (20, 30), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{picture}.png")
    return tmp_path / "pets"


def test_a_wrong_digit_becomes_the_input_with_its_target_in_one_step(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        start = inside.document
        open_data(desk, "Handwritten digits")
        desk.wait(lambda: is_tried(inside))
        assert "1797 samples of 8×8×1 in 10 classes: 1347 for training, 450 held out." in texts(desk, inside)
        choose(desk, "Answers", "Wrong")
        choose(desk, "Part", "Held out")
        choose(desk, "Sort by", "Loss")
        wrong = captions(desk)
        assert len(wrong) == 12  # of 450: 438 are right, as the example says
        count = inside.studio.session.undo_stack.count()
        click_sample(desk, 0)
        label, _, taken_for = wrong[0].partition(" → ")
        assert inside.document.target == ClassTarget(int(label))
        assert inside.document.class_names == tuple("0123456789")
        assert inside.document.network is start.network
        assert inside.studio.session.undo_stack.count() == count + 1
        desk.wait(lambda: desk.window.statusBar().findChild(QLabel) is not None)
        desk.wait(lambda: f"predicts {taken_for}" in all_texts(desk))
        desk.undo()
        assert inside.document.sample is start.sample
        assert inside.document.target == start.target

    assert tell(qtbot, story, "example:digits") == 0


def all_texts(desk: Desk) -> str:
    return " ".join(label.text() for label in desk.window.findChildren(QLabel) if label.isVisible())


def test_a_cell_of_the_confusion_table_leads_to_its_samples(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_data(desk, "Handwritten digits")
        desk.wait(lambda: is_tried(inside))
        desk.press("Confusion")
        counts = desk.array("Confusion table")
        assert counts.sum() == 1797
        assert np.trace(counts) > 1750
        row, column = next((r, c) for r, c in zip(*np.nonzero(counts), strict=True) if r != c)
        table = desk.find(QTableView, "Confusion table")
        place = table.visualRect(table.model().index(int(row), int(column))).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert captions(desk) == [f"{row} → {column}"] * int(counts[row, column])

    assert tell(qtbot, story, "example:digits") == 0


def test_a_network_is_fitted_to_more_classes_by_a_question(qtbot: QtBot, inside: Inside, answers: Answers) -> None:
    answers.way = "Add a dense layer for 4 classes"

    def story(desk: Desk) -> None:
        open_data(desk, "Patterns")
        desk.wait(lambda: "The data has 4 classes, and the network ends in maps of 6×6×1." in texts(desk, inside))
        desk.press("Fit the network…")
        assert answers.asked == ["Fit the network"]
        desk.wait(lambda: is_tried(inside))
        assert [layer.name for layer in inside.document.layers[1:]] == ["Flatten", "Dense · 4 units"]
        assert "the network ends in" not in texts(desk, inside)
        desk.undo()
        assert len(inside.document.layers) == 1
        assert panel(inside)._shown.verdicts is None

    assert tell(qtbot, story) == 0


def test_a_network_is_fitted_to_maps_of_other_samples_by_a_question(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.way = "Fit the layers"
    np.savez(tmp_path / "maps.npz", x=np.ones((4, 8, 8, 3)), y=np.ones((4, 6, 6, 1)))
    np.savez(tmp_path / "others.npz", x=np.ones((4, 8, 8, 3)), y=np.ones((4, 5, 5, 1)))

    def read(desk: Desk, name: str) -> None:
        monkeypatch.setattr(dialogs, "ask_open", lambda *_: str(tmp_path / name))
        desk.find(QComboBox, "Data").choose(3)
        desk.wait_for_files()

    def story(desk: Desk) -> None:
        open_data(desk)
        read(desk, "maps.npz")
        desk.wait(lambda: "Layer 1 cannot work on inputs of 8×8×3" in texts(desk, inside))
        desk.press("Fit the network…")
        desk.wait(lambda: is_tried(inside))
        assert inside.document.layers[0].weights.shape == (3, 3, 3, 1)
        read(desk, "others.npz")
        told = "The targets are maps of 5×5×1, and the network makes 6×6×1. Take targets of that shape, or change"
        desk.wait(lambda: told in texts(desk, inside))
        assert not panel(inside).dock.fit.isVisible()

    assert tell(qtbot, story) == 0


def test_patterns_are_drawn_again_as_their_fields_say(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_data(desk, "Patterns")
        choose(desk, "Directions", "8")
        desk.enter("Patterns per class", "5")
        desk.enter("Pattern side", "12")
        desk.wait(lambda: "40 samples of 12×12×1 in 8 classes" in texts(desk, inside))
        assert "22.5°" in captions(desk)
        desk.enter("Shift", "7")
        desk.wait(lambda: desk.message() == "The shift of a pattern must be from 0 to 6, not 7.")
        desk.wait(lambda: desk.find(QWidget, "Shift").value() == 2)
        for _ in range(4):
            desk.undo()
        desk.wait(lambda: panel(inside)._shown is None)

    assert tell(qtbot, story) == 0


def test_own_pictures_in_folders_are_classes(
    qtbot: QtBot, inside: Inside, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pets / "cows" / "broken.png").write_bytes(b"\x89PNG no more")
    (pets / "birds").mkdir()
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(pets))

    def story(desk: Desk) -> None:
        open_data(desk, "Folder of pictures…")
        desk.wait(lambda: "15 samples of 20×30×1 in 3 classes" in texts(desk, inside))
        told = texts(desk, inside)
        assert "The folder “birds” holds no pictures, so it is not a class." in told
        assert "1 picture cannot be read and was left out. “cows/broken.png”" in told
        assert captions(desk)[0] == "cats"
        desk.enter("Picture rows", "16")
        desk.wait(lambda: "15 samples of 16×30×1" in texts(desk, inside))
        choose(desk, "Picture channels", "RGB")
        desk.wait(lambda: "15 samples of 16×30×3" in texts(desk, inside))
        click_sample(desk, 6)
        assert inside.document.sample.name == "cows/1.png"
        assert inside.document.class_names == ("cats", "cows", "dogs")
        assert inside.document.training.data == "own:pets"

    assert tell(qtbot, story) == 0


def test_a_folder_that_is_gone_is_said_and_what_was_there_stays(
    qtbot: QtBot, inside: Inside, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(pets))

    def story(desk: Desk) -> None:
        open_data(desk, "Folder of pictures…")
        desk.wait(lambda: "15 samples" in texts(desk, inside))
        shutil.rmtree(pets)
        desk.enter("Picture rows", "16")
        desk.wait(lambda: "does not exist" in desk.message())
        assert "15 samples of 20×30×1" in texts(desk, inside)
        desk.wait(lambda: desk.find(QAbstractSpinBox, "Picture rows").value() == 20)

    assert tell(qtbot, story) == 0


def test_pictures_get_the_size_that_a_dense_layer_was_made_for(
    qtbot: QtBot, inside: Inside, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(pets))

    def story(desk: Desk) -> None:
        open_data(desk, "Folder of pictures…")
        desk.wait(lambda: "15 samples of 8×8×1 in 3 classes" in texts(desk, inside))
        desk.wait(lambda: is_tried(inside))

    assert tell(qtbot, story, "example:digits") == 0


def test_the_smallest_window_keeps_its_size_when_the_input_becomes_a_colour_picture_beside_the_panel(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number, colour in enumerate(((200, 10, 10), (10, 200, 10))):
            Image.new("RGB", (64, 52), colour).save(tmp_path / "pets" / name / f"{number}.png")
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(tmp_path / "pets"))
    answers.way = "Add a dense layer for 2 classes"
    smallest = QSize(1008, 592)  # what the frame leaves of 1024×640

    def story(desk: Desk) -> None:
        desk.window.resize(smallest)
        open_data(desk, "Folder of pictures…")
        desk.wait(lambda: "4 samples of 52×64×3" in texts(desk, inside))
        desk.press("Fit the network…")
        desk.wait(lambda: is_tried(inside))
        (calculation,) = desk.window.findChildren(CalculationPane)
        calculation._choose_ledger(True)
        desk.wait(calculation.ledger.table.isVisible)
        wait_for_explanation()
        assert desk.window.minimumSizeHint().width() <= smallest.width()
        assert desk.window.size() == smallest
        assert not calculation.ledger.switch.isVisible()
        scroll = panel(inside).dock.widget()
        assert scroll.column.width() <= scroll.viewport().width(), "nothing of the panel is cut"
        panel(inside).dock.close()
        desk.wait(calculation.ledger.switch.isVisible)

    assert tell(qtbot, story) == 0


def test_the_classes_of_a_file_are_asked_for_and_chosen_again(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table, archive = tmp_path / "flowers.csv", tmp_path / "flowers.npz"
    table.write_text("long,kind,size\n1,7,2\n3,8,4\n5,7,6\n", encoding="utf-8")
    np.savez(archive, images=np.ones((3, 4, 4)), kind=[0, 1, 0], size=[2, 1, 0])
    asked: list[str] = []

    def ask(_window: QWidget, _title: str, question: str, entries: Sequence[str]) -> int:
        asked.append(question)
        return entries.index({"Which array holds the samples?": "images"}.get(question, "kind"))

    monkeypatch.setattr(dialogs, "ask_which", ask)

    def story(desk: Desk) -> None:
        open_data(desk)
        for path in (table, archive):
            monkeypatch.setattr(dialogs, "ask_open", lambda *_, path=path: str(path))
            desk.find(QComboBox, "Data").choose(3)
            desk.wait(lambda: panel(inside).connections.data.data is not None)
            desk.wait_for_files()
            labels = desk.find(QComboBox, "Classes in")
            assert labels.currentText() == "kind"
            choose(desk, "Classes in", "size")
            desk.wait_for_files()
            assert labels.currentText() == "size"
            assert len(panel(inside).connections.data.data.class_names) == 3
        assert asked == [
            "Which column holds their classes?", "Which array holds the samples?", "Which array holds their classes?",
        ]  # fmt: skip

    assert tell(qtbot, story) == 0


def test_classes_that_are_chosen_after_another_file_was_read_are_not_looked_for_in_it(
    qtbot: QtBot, inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("kind,long,size\n7,1,2\n8,3,4\n7,5,6\n", encoding="utf-8")
    monkeypatch.setattr(dialogs, "ask_which", lambda *_: 0)
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: str(table))

    def story(desk: Desk) -> None:
        open_data(desk)
        desk.find(QComboBox, "Data").choose(3)
        desk.wait(lambda: panel(inside).connections.data.data is not None)
        desk.wait_for_files()
        loader = panel(inside).connections.loader
        loader.places = replace(loader.places, names=("kind",))
        before = loader.places
        choose(desk, "Classes in", "size")
        desk.wait_for_files()
        assert loader.places is before

    assert tell(qtbot, story) == 0


def test_what_was_wrong_with_one_file_is_not_said_over_the_next(
    qtbot: QtBot, inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = tmp_path / "bad.npz", tmp_path / "good.npz"
    np.savez(bad, x=np.ones((3, 4, 4)))
    np.savez(good, x=np.ones((3, 4, 4)), y=[0, 1, 0])

    def story(desk: Desk) -> None:
        open_data(desk)
        monkeypatch.setattr(dialogs, "ask_open", lambda *_: str(bad))
        desk.find(QComboBox, "Data").choose(3)
        desk.wait(lambda: "but not “y”" in desk.message())
        desk.wait_for_files()
        monkeypatch.setattr(dialogs, "ask_open", lambda *_: str(good))
        desk.find(QComboBox, "Data").choose(3)
        desk.wait(lambda: "3 samples of 4×4×1" in texts(desk, inside))
        assert desk.message() == ""

    assert tell(qtbot, story) == 0


def test_a_question_that_is_not_answered_leaves_the_data(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: "")

    def story(desk: Desk) -> None:
        open_data(desk, "Handwritten digits")
        combo = desk.find(QComboBox, "Data")
        for row in (2, 3):
            combo.choose(row)
            assert combo.currentText() == "Handwritten digits"

    assert tell(qtbot, story) == 0


def test_random_labels_are_one_step_and_change_the_training_samples_alone(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_data(desk, "Handwritten digits")
        desk.wait(lambda: is_tried(inside))
        before = panel(inside)._shown
        desk.press("Memorise noise: random labels")
        assert inside.document.training.random_labels
        after = panel(inside)._shown
        differ = np.flatnonzero(before.data.labels != after.data.labels)
        assert 1100 < len(differ) < 1347
        assert not set(differ) & set(after.parts.held_out)
        desk.wait(lambda: is_tried(inside))
        desk.undo()
        assert panel(inside)._shown.data is before.data

    assert tell(qtbot, story, "example:digits") == 0


def test_a_saved_project_brings_its_data_back(qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "digits.convstudio"

    def story(desk: Desk) -> None:
        open_data(desk, "Handwritten digits")
        save_as(desk, answers, path)

    def following(desk: Desk) -> None:
        open_file(desk, answers, path)
        open_data(desk)
        desk.wait(lambda: "1797 samples" in texts(desk, inside))
        assert not inside.studio.session.is_modified

    assert tell(qtbot, story, "example:digits") == 0
    assert tell(qtbot, following) == 0


def test_a_saved_project_says_that_its_own_pictures_are_to_be_chosen_again(
    qtbot: QtBot, inside: Inside, answers: Answers, pets: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "pets.convstudio"
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(pets))
    missing = "The project uses “pets”, whose samples are not part of it."

    def story(desk: Desk) -> None:
        open_data(desk, "Folder of pictures…")
        desk.wait(lambda: is_tried(inside))
        click_sample(desk, 0)
        save_as(desk, answers, path)

    def following(desk: Desk) -> None:
        open_file(desk, answers, path)
        open_data(desk)
        desk.wait(lambda: missing in texts(desk, inside))
        assert go_along(desk.window, ("Train", "Train…"))
        train = inside.studio.learning.panel("Train")
        assert train.dock.data_facts.text().startswith(missing)
        before = inside.document.network
        train._step()
        assert inside.document.network is before
        panel(inside).dock.source.kind.choose(2)
        desk.wait(lambda: is_tried(inside))
        assert missing not in texts(desk, inside)
        assert not inside.studio.session.is_modified

    assert tell(qtbot, story, "example:digits") == 0
    assert tell(qtbot, following) == 0


def controls(dock: QWidget) -> Iterator[QWidget]:
    for control in dock.findChildren(QWidget):
        is_part = isinstance(control.parentWidget(), QAbstractSpinBox)
        can_focus = control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible() and control.isEnabled()
        if can_focus and not is_part:
            yield control


def test_escape_closes_the_panel_from_every_control(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_data(desk, "Handwritten digits")
        tried = 0
        for control in [*controls(panel(inside).dock)]:
            QTest.keyClick(control, Qt.Key.Key_Escape)
            tried += 1
            assert inside.studio.learning.dock_of("Data") is None, control.accessibleName()
            inside.studio.learning.open("Data")
        assert tried > 8

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(
    "source", ["folder", *(pytest.param(name, marks=pytest.mark.every) for name in ("Handwritten digits", "Patterns"))]
)
def test_nothing_of_the_panel_is_cut_or_painted_over_on_any_screen(
    qtbot: QtBot, inside: Inside, pets: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(pets))
    found: list[str] = []

    def story(desk: Desk) -> None:
        open_data(desk, "Folder of pictures…" if source == "folder" else source)
        dock = panel(inside).dock
        for size in SCREENS:
            dock.close()
            desk.window.resize(*size)
            inside.studio.learning.open("Data")
            for page in ("Samples", "Confusion", "Counts"):
                desk.press(page)
                for _ in range(6):
                    QApplication.processEvents()
                assert desk.window.size() == QSize(*size)
                found.extend(f"{source}, {page}, {size}: {fault}" for fault in faults(dock.widget()))
                found.extend(f"{source}, {page}, {size}: {fault}" for fault in faults(desk.window.centralWidget()))

    assert tell(qtbot, story) == 0
    assert found == []


def test_every_control_has_a_name_and_a_tip(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_data(desk, "Patterns")
        lacking = [
            f"{type(control).__name__} {control.accessibleName()}"
            for control in controls(panel(inside).dock)
            if not (control.accessibleName() and control.toolTip())
        ]
        assert lacking == []

    assert tell(qtbot, story) == 0


def test_pointing_at_a_sample_tells_all_about_it(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_data(desk, "Handwritten digits")
        desk.wait(lambda: is_tried(inside))
        view = desk.find(QTableView, "All samples")
        index = view.indexAt(QPoint(20, 20))
        assert index.data(Qt.ItemDataRole.ToolTipRole).startswith(
            "digit 1, 0: 0, held out. Predicted: 0 (1), right. Loss"
        )

    assert tell(qtbot, story, "example:digits") == 0


@pytest.mark.timeout(300)
def test_the_samples_follow_a_network_that_learns(qtbot: QtBot, inside: Inside) -> None:
    def right(part: str) -> float:
        shown = panel(inside)._shown
        at = shown.indices_of(part)
        return float((shown.verdicts.predicted[at] == shown.data.labels[at]).mean())

    def story(desk: Desk) -> None:
        open_data(desk)
        desk.wait(lambda: is_tried(inside))
        assert right("held out") < 0.3
        training = inside.studio.learning.panel("Train").training
        training.train(inside.studio.learning.panel("Train").connections.data.data, 150)
        desk._qtbot.waitUntil(lambda: not training.is_running, timeout=100_000)
        network = inside.document.network
        desk._qtbot.waitUntil(lambda: panel(inside).examiner.is_idle and right("held out") > 0.5, timeout=100_000)
        assert inside.document.network is network
        choose(desk, "Sort by", "Loss")
        choose(desk, "Answers", "Wrong")
        label, _, taken_for = captions(desk)[0].partition(" → ")
        click_sample(desk, 0)
        assert inside.document.target == ClassTarget(int(label))
        desk.wait(lambda: f"predicts {taken_for}" in all_texts(desk))

    assert tell(qtbot, story, "example:digits-untrained") == 0


def test_a_network_that_no_last_layer_fits_says_what_to_do(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convstudio.model.edits.learning.data_samples._ways", lambda *_: [])

    def story(desk: Desk) -> None:
        open_data(desk, "Patterns")
        desk.wait(lambda: "the network ends in maps" in texts(desk, inside))
        desk.press("Fit the network…")
        assert desk.message().startswith("No last layer fits this data.")
        assert answers.asked == []

    assert tell(qtbot, story) == 0


def test_the_sample_of_a_pair_is_the_input_already(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        target = np.ones((6, 6, 1), np.float32)
        inside.studio.editor.apply(target_intent(MapTarget(frozen(target))))
        open_data(desk)
        desk.wait(lambda: is_tried(inside))
        assert "1 sample of 8×8×1 with maps of 6×6×1: 1 for training, 0 held out." in texts(desk, inside)
        count = inside.studio.session.undo_stack.count()
        click_sample(desk, 0)
        assert inside.studio.session.undo_stack.count() == count

    assert tell(qtbot, story) == 0


@pytest.mark.timeout(300)
def test_own_pictures_are_learned_and_the_wrongest_is_followed_to_one_weight(
    qtbot: QtBot, inside: Inside, answers: Answers, pets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(pets))
    answers.way = "Add a dense layer for 3 classes"

    def story(desk: Desk) -> None:
        open_data(desk, "Folder of pictures…")
        desk.wait(lambda: "15 samples of 20×30×1 in 3 classes: 12 for training, 3 held out." in texts(desk, inside))
        desk.press("Fit the network…")
        desk.wait(lambda: is_tried(inside))
        before = panel(inside)._shown.verdicts.losses.mean()
        inside.studio.editor.apply(Intent("Set epochs", partial(set_training, epochs=150)))
        train = inside.studio.learning.panel("Train")
        train.training.train(train.connections.data.data)
        desk._qtbot.waitUntil(lambda: not train.training.is_running, timeout=100_000)
        desk._qtbot.waitUntil(
            lambda: panel(inside).examiner.is_idle and panel(inside)._shown.verdicts.losses.mean() < before / 2,
            timeout=100_000,
        )
        desk.press("Confusion")
        desk.wait(lambda: np.trace(desk.array("Confusion table")) >= 12)  # those of the last steps may be to come
        desk.press("Samples")
        choose(desk, "Sort by", "Loss")
        worst = panel(inside)._shown.verdicts.losses.argmax()
        click_sample(desk, 0)
        assert inside.document.sample.name == panel(inside)._shown.data.sample_names[worst]
        session = inside.studio.session
        session.look(stepping.select_layer(session.document, session.view, 0))
        desk.wait(lambda: "·" in desk.calculation())

    assert tell(qtbot, story) == 0
