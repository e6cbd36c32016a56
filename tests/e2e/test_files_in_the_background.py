"""The window never waits for a file: it stays usable, shows how far the work is, and can stop it."""

import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from convstudio.files import inputs, weights
from convstudio.files.kernels import kernel_files
from convstudio.files.problems import FileProblem
from convstudio.files.projects import documents, examples
from convstudio.files.projects.documents import load_document, save_document
from convstudio.model.edits import input_cells
from convstudio.model.kinds.convolution import conv_at
from convstudio.session.workspace import exports, input_files
from convstudio.wiring import export_plans
from tests.e2e.answers import CTRL, Answers, Inside, drop, files, menu_action
from tests.e2e.driver import Desk, case, tell
from tests.e2e.test_keeping_work import title


def part_with(name: str) -> ModuleType:
    """The part in which the workspace finds a function of the files."""
    parts = (exports, input_files, documents, examples, inputs, weights, kernel_files)
    return next(part for part in parts if hasattr(part, name))


class Held:
    """Stands before a function of the workspace, and lets it go on when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        part = part_with(name)
        self._call = getattr(part, name)
        self.may_go = threading.Event()
        self.has_begun = threading.Event()
        monkeypatch.setattr(part, name, self)

    def __call__(self, *arguments: object) -> object:
        self.has_begun.set()
        progress = arguments[-1]
        while not self.may_go.wait(0.001):
            progress(0)
        return self._call(*arguments)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "own.png"
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(path)
    return path


def come_in(desk: Desk, inside: Inside, path: Path) -> None:
    """Ask for a file without waiting for it."""
    inside.studio.workspace.open(str(path))
    QApplication.processEvents()


def bar(desk: Desk) -> QProgressBar | None:
    return next((one for one in desk.window.findChildren(QProgressBar) if one.isVisible()), None)


def status(desk: Desk) -> list[str]:
    return [label.text() for label in desk.window.statusBar().findChildren(QLabel) if label.isVisible()]


def test_numbers_can_be_edited_while_a_file_is_read_and_the_file_is_a_step_after_them(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, picture: Path
) -> None:
    held = Held(monkeypatch, "read_input")

    def story(desk: Desk) -> None:
        come_in(desk, inside, picture)
        desk.wait(held.has_begun.is_set)
        desk.type_cell("Input", 0, 0, "7")
        assert desk.numbers("Input")[0][0] == "7"
        held.may_go.set()
        desk.wait_for_files()
        assert inside.document.sample.name == "own.png"
        desk.undo()
        assert desk.numbers("Input")[0][0] == "7"

    assert tell(qtbot, story) == 0


def test_the_loop_of_events_turns_while_a_file_is_read(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, picture: Path
) -> None:
    held, beats = Held(monkeypatch, "read_input"), []
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(held.may_go.is_set()))

    def story(desk: Desk) -> None:
        heart.start(1)
        come_in(desk, inside, picture)
        desk.wait(lambda: beats.count(False) > 100)
        held.may_go.set()
        desk.wait_for_files()
        heart.stop()

    assert tell(qtbot, story) == 0


def test_what_takes_long_is_shown_with_its_name_and_cancel_stops_it(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, picture: Path
) -> None:
    Held(monkeypatch, "read_input")

    def story(desk: Desk) -> None:
        before = inside.document
        come_in(desk, inside, picture)
        desk.wait(lambda: bar(desk) is not None)
        assert "Opening own.png" in status(desk)
        desk.press("Cancel")
        assert bar(desk) is None
        assert desk.message() == "Opening own.png was cancelled."
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_a_save_keeps_the_document_of_the_moment_and_later_edits_stay_unsaved(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held, path = Held(monkeypatch, "save_document"), tmp_path / "mine.convstudio"

    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "7")
        inside.studio.workspace.project.save(str(path))
        desk.wait(held.has_begun.is_set)
        desk.enter("Bias", "8")
        held.may_go.set()
        desk.wait_for_files()
        assert title(desk) == "mine.convstudio* – ConvStudio"
        desk.undo()
        assert title(desk) == "mine.convstudio – ConvStudio"
        desk.undo()
        assert title(desk) == "mine.convstudio* – ConvStudio"

    assert tell(qtbot, story) == 0
    saved = load_document(path)[0]
    assert (saved.sample.values.to_array()[0, 0, 0], conv_at(saved, 0).bias[0]) == (7, 0)


def test_closing_with_save_waits_for_the_save_and_then_closes(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held, path, beats = Held(monkeypatch, "save_document"), tmp_path / "mine.convstudio", []
    answers.unsaved, answers.save_as = "save", path

    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "7")
        desk.window.close()
        desk.wait(held.has_begun.is_set)
        assert desk.window.isVisible()
        desk.wait(lambda: bar(desk) is not None)
        beats.append(True)
        held.may_go.set()
        desk.wait(lambda: not desk.window.isVisible())
        assert path.exists()

    assert tell(qtbot, story) == 0
    assert beats == [True]
    assert answers.asked == ["unsaved", "save as"]


def test_closing_during_a_save_asks_nothing_when_the_save_works(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held = Held(monkeypatch, "save_document")

    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "7")
        inside.studio.workspace.project.save(str(tmp_path / "mine.convstudio"))
        desk.window.close()
        assert desk.window.isVisible()
        held.may_go.set()
        desk.wait(lambda: not desk.window.isVisible())

    assert tell(qtbot, story) == 0
    assert answers.asked == []


def test_closing_gives_up_what_is_only_read(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, picture: Path
) -> None:
    held = Held(monkeypatch, "read_input")

    def story(desk: Desk) -> None:
        come_in(desk, inside, picture)
        desk.wait(held.has_begun.is_set)
        desk.window.close()
        assert not desk.window.isVisible()

    assert tell(qtbot, story) == 0


def test_a_project_that_arrives_after_an_edit_asks_first(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held, path = Held(monkeypatch, "load_document"), tmp_path / "other.convstudio"
    answers.unsaved = "cancel"

    def story(desk: Desk) -> None:
        save_document(path, inside.document)
        come_in(desk, inside, path)
        desk.wait(held.has_begun.is_set)
        desk.type_cell("Input", 0, 0, "7")
        held.may_go.set()
        desk.wait_for_files()
        assert answers.asked == ["unsaved"]
        assert desk.numbers("Input")[0][0] == "7"
        answers.unsaved = "discard"

    assert tell(qtbot, story) == 0


def test_a_save_that_the_opened_project_waits_for_is_done_before_the_files_behind_it(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path, picture: Path
) -> None:
    other, mine = tmp_path / "other.convstudio", tmp_path / "mine.convstudio"
    answers.unsaved, answers.save_as = "save", mine

    def story(desk: Desk) -> None:
        save_document(other, inside.document)
        desk.type_cell("Input", 0, 0, "7")
        drop(desk.window, files(other, picture))
        assert inside.studio.workspace.project.path == str(other)
        assert inside.document.sample.name == "own.png"
        answers.unsaved = "discard"

    assert tell(qtbot, story) == 0
    assert load_document(mine)[0].sample.values.to_array()[0, 0, 0] == 7


def test_new_during_a_save_waits_for_it_and_asks_nothing(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held, path = Held(monkeypatch, "save_document"), tmp_path / "mine.convstudio"

    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "7")
        inside.studio.workspace.project.save(str(path))
        inside.studio.window.menus.new_asked.emit()
        held.may_go.set()
        desk.wait_for_files()
        assert desk.numbers("Input")[0][0] == "0"
        assert inside.studio.workspace.project.path == ""

    assert tell(qtbot, story) == 0
    assert answers.asked == []
    assert path.exists()


WORK: dict[str, tuple[str, Callable[[Desk, Inside, Path], object]]] = {
    "an image": ("read_input", lambda _, inside, path: inside.studio.workspace.open(str(path))),
    "added channels": ("read_input", lambda _, inside, path: inside.studio.workspace.inputs.add_channels(str(path))),
    "a kernel": (
        "read_kernel_or_weights",
        lambda _, inside, path: inside.studio.workspace.open(str(path.with_suffix(".json"))),
    ),
    "a project": ("load_document", lambda _, inside, path: inside.studio.workspace.open(f"{path}.convstudio")),
    "an example": ("load_example", lambda _, inside, __: inside.studio.workspace.open("example:plus")),
    "a sample": ("load_sample", lambda _, inside, __: inside.studio.workspace.inputs.use_bundled_sample("astronaut")),
    "weights": ("open_weights", lambda _, inside, path: inside.studio.workspace.weights.open_weights(f"{path}.npz")),
    "a save": ("save_document", lambda _, inside, path: inside.studio.workspace.project.save(f"{path}.convstudio")),
    "code": ("code_for", lambda desk, *_: desk.window.menus.copy_code_asked.emit("numpy")),
}


def test_files_are_read_and_written_in_another_thread(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, picture: Path
) -> None:
    threads: dict[str, int] = {}

    def story(desk: Desk) -> None:
        for work, (name, ask) in WORK.items():

            def note(*_: object, work: str = work, **__: object) -> None:
                threads.setdefault(work, threading.get_ident())
                raise FileProblem(f"Noted {work}.")

            with case(work), monkeypatch.context() as patched:
                patched.setattr(part_with(name), name, note)
                ask(desk, inside, picture)
                desk.wait_for_files()
                assert desk.message() == f"Noted {work}."

    assert tell(qtbot, story) == 0
    assert [work for work in WORK if threads.get(work, threading.get_ident()) == threading.get_ident()] == []


def test_a_pasted_image_is_coded_and_read_in_another_thread(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, picture: Path
) -> None:
    threads = []

    def note(*arguments: object) -> object:
        threads.append(threading.get_ident())
        return read(*arguments)

    read = inputs.read_input_bytes
    monkeypatch.setattr(inputs, "read_input_bytes", note)

    def story(desk: Desk) -> None:
        QGuiApplication.clipboard().setImage(QImage(str(picture)))
        menu_action(desk, "Edit", "Paste image").trigger()
        desk.wait_for_files()
        assert inside.document.sample.spatial == (8, 8)

    assert tell(qtbot, story) == 0
    assert threads[0] != threading.get_ident()


def test_an_export_computes_its_maps_in_another_thread(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    threads, path = [], tmp_path / "map.npy"
    forward = export_plans.forward
    monkeypatch.setattr(
        export_plans, "forward", lambda *given: threads.append(threading.get_ident()) or forward(*given)
    )
    answers.export = path

    def story(desk: Desk) -> None:
        desk.key(Qt.Key.Key_E, CTRL)

    assert tell(qtbot, story) == 0
    assert path.exists()
    assert threads
    assert threading.get_ident() not in threads


def test_a_layer_of_millions_of_weights_is_drawn_in_another_thread(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from convstudio.model.edits import building

    np.save(tmp_path / "large.npy", np.ones((1000, 1000), np.float32))
    threads, glorot = [], building.glorot
    monkeypatch.setattr(building, "glorot", lambda *shape: threads.append(threading.get_ident()) or glorot(*shape))

    def story(desk: Desk) -> None:
        inside.studio.ribbon._add("Dense")
        desk.wait_for_files()
        assert inside.document.layers[-1].weights.shape == (998 * 998, 10)
        assert inside.studio.session.view.layer == 1

    assert tell(qtbot, story, str(tmp_path / "large.npy")) == 0
    assert threads[0] != threading.get_ident()


@pytest.mark.parametrize("change", ["the input", "the network"])
def test_a_large_layer_that_took_a_while_fits_the_network_of_now_or_is_not_added(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str
) -> None:
    from convstudio.model.edits import building

    np.save(tmp_path / "large.npy", np.ones((1000, 1000), np.float32))
    glorot, may_go = building.glorot, threading.Event()
    monkeypatch.setattr(building, "glorot", lambda *shape: may_go.wait() and glorot(*shape))

    def story(desk: Desk) -> None:
        inside.studio.ribbon._add("Dense")
        if change == "the network":
            desk.enter("Bias", "3")
        else:
            inside.studio.session.apply("Fill", input_cells.fill_input(inside.document, 2))
        may_go.set()
        desk.wait_for_files()
        if change == "the network":
            assert len(inside.document.layers) == 1
            assert desk.message().startswith("“Add dense” was not done because the network changed meanwhile.")
        else:
            assert len(inside.document.layers) == 2
            assert inside.document.sample.values.to_array().min() == 2

    assert tell(qtbot, story, str(tmp_path / "large.npy")) == 0
