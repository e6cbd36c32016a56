"""Data is read in the worker of files; a project remembers digits and patterns, and brings them back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning.sources import DigitsSource, OwnSource, PairSource, PatternsSource, StoredSource
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.learning.data_choice import DataChoice
from convstudio.session.learning.data_loader import DataLoader
from convstudio.session.session import Session

START = Document(Sample.of("steps", [[1], [2]]), Network((Flatten(),)))
PATTERNS = "patterns:classes=2,side=8,per-class=3,shift=2,noise=0.1,seed=1"


class Bench:
    """A session, and the data that is chosen in it."""

    def __init__(self, qtbot: QtBot, document: Document = START) -> None:
        self.qtbot, self.jobs, self.session = qtbot, Jobs(), Session(document)
        self.choice = DataChoice()
        self.failed: list[str] = []
        self.jobs.failed.connect(self.failed.append)
        self.loader = DataLoader(self.session, Editor(self.session, lambda *_: None), self.jobs, self.choice)

    def load(self, text: str) -> None:
        self.loader.load(text)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.jobs.is_idle)

    @property
    def name(self) -> str:
        return "" if self.choice.data is None else self.choice.data.name

    def undo(self) -> None:
        self.session.undo_stack.undo()
        self.wait()

    def close(self) -> None:
        self.jobs.close()
        self.session.close()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.close()


def table(folder: Path) -> str:
    (folder / "set.csv").write_text("label,a\nx,1\ny,2\n")
    return str(folder / "set.csv")


def test_digits_are_chosen_in_one_step_that_the_project_remembers(bench: Bench) -> None:
    bench.load("digits")
    assert (bench.name, bench.loader.source) == ("Handwritten digits", DigitsSource())
    assert bench.session.document.training.data == "digits"
    assert bench.session.undo_stack.count() == 1


def test_undo_brings_the_data_back_that_was_there(bench: Bench) -> None:
    bench.load("digits")
    bench.load(PATTERNS)
    bench.undo()
    assert bench.name == "Handwritten digits"
    bench.undo()
    assert (bench.name, bench.loader.source) == ("", None)


def test_a_path_of_the_user_never_gets_into_the_project(bench: Bench, tmp_path: Path) -> None:
    bench.load("digits")
    bench.load(table(tmp_path))
    assert (bench.name, bench.session.document.training.data) == ("set", "own:set")
    assert isinstance(bench.loader.source, StoredSource)


def test_undo_and_redo_bring_the_users_own_data_back(bench: Bench, tmp_path: Path) -> None:
    bench.load("digits")
    bench.load(table(tmp_path))
    own = bench.choice.data
    bench.load(PATTERNS)
    bench.undo()
    assert bench.choice.data is own
    bench.undo()
    assert bench.name == "Handwritten digits"
    bench.session.undo_stack.redo()
    bench.wait()
    assert bench.choice.data is own
    assert isinstance(bench.loader.source, StoredSource)


@pytest.mark.parametrize("asked", ["own:pets", "somewhere/pets"])
def test_data_of_the_user_that_a_project_asks_for_is_missing_until_it_is_chosen_again(
    bench: Bench, tmp_path: Path, asked: str
) -> None:
    pets = tmp_path / "pets.csv"
    pets.write_text("label,a\nx,1\ny,2\n")
    bench.session.restart(replace(START, training=TrainingSettings(data=asked)))
    bench.wait()
    assert bench.failed == []
    assert (bench.choice.data, bench.loader.source) == (None, OwnSource("pets"))
    assert bench.loader.notes == (
        "The project uses “pets”, whose samples are not part of it. Choose their folder or file again, or other data.",
    )
    bench.load(str(pets))
    assert (bench.name, bench.choice.missing, bench.loader.notes[0][:8]) == ("pets", "", "Each row")


def test_choosing_the_data_again_that_a_project_asks_for_changes_nothing_in_it(bench: Bench, tmp_path: Path) -> None:
    bench.session.restart(replace(START, training=TrainingSettings(data="own:set")))
    bench.load(table(tmp_path))
    assert not bench.session.is_modified


def test_a_detour_brings_the_users_own_data_back(bench: Bench, tmp_path: Path) -> None:
    bench.load(table(tmp_path))
    own, kept = bench.choice.data, bench.session.keep()
    bench.session.restart(replace(START, training=TrainingSettings(data="digits")))
    bench.wait()
    assert bench.choice.data is not own
    bench.session.restore(kept)
    bench.wait()
    assert bench.choice.data is own


def test_undo_to_a_state_without_data_brings_none_of_the_users(bench: Bench, tmp_path: Path) -> None:
    bench.load("digits")
    bench.load(table(tmp_path))
    bench.undo()
    bench.undo()
    assert (bench.name, bench.loader.source) == ("", None)


def test_a_project_that_is_opened_brings_its_data(bench: Bench) -> None:
    bench.session.restart(replace(START, training=TrainingSettings(data=PATTERNS)))
    bench.wait()
    assert bench.name == "Lines in 2 directions"
    assert isinstance(bench.loader.source, PatternsSource)
    assert not bench.session.is_modified


def test_data_of_the_user_stays_where_a_project_asks_for_none(bench: Bench, tmp_path: Path) -> None:
    bench.load(table(tmp_path))
    bench.session.restart(START)
    assert bench.name == "set"


def test_a_loader_that_is_made_late_reads_what_the_project_asks_for(qtbot: QtBot) -> None:
    bench = Bench(qtbot, replace(START, training=TrainingSettings(data="digits")))
    bench.wait()
    assert bench.name == "Handwritten digits"
    bench.close()


def test_a_pair_is_no_data_that_is_held(bench: Bench) -> None:
    bench.load("digits")
    bench.load("pair")
    assert (bench.choice.data, bench.loader.source) == (None, PairSource())


def test_what_cannot_be_read_is_a_sentence_and_leaves_what_is_there(bench: Bench) -> None:
    bench.load("digits")
    settled: list[bool] = []
    bench.loader.settled.connect(lambda: settled.append(True))
    bench.load("nowhere.npz")
    assert set(bench.failed) == {"“nowhere.npz” does not exist: check its name and its folder."}
    assert (bench.name, settled) == ("Handwritten digits", [True])


def test_what_is_told_about_the_data_is_kept(bench: Bench, tmp_path: Path) -> None:
    bench.load(table(tmp_path))
    assert bench.loader.notes == ("Each row is a sample with 1 step.",)
    bench.load("digits")
    assert bench.loader.notes == ()


def test_a_project_that_asks_for_unknown_data_says_so(bench: Bench) -> None:
    bench.session.restart(replace(START, training=TrainingSettings(data="patterns:classes=3")))
    bench.wait()
    assert "2, 4 or 8 directions" in bench.failed[0]
    assert np.array_equal(bench.choice.data, None)
