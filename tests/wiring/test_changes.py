"""What views ask for is done in one place; where it is refused, that is said and nothing moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.activation import Activation
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.wiring.changes import Changes

DOCUMENT = Document(Sample.of("zeros", np.zeros((4, 4, 1))), Network((Activation(), Activation())))


@dataclass
class Bench:
    """Stands in for session, editor, player and message bar."""

    document: Document = DOCUMENT
    view: ViewState = field(default_factory=ViewState)
    said: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def look(self, view: ViewState) -> None:
        self.view = view

    def apply(self, intent: Intent) -> None:
        assert intent.edit is not None
        self.done.append(intent.step)
        self.document = intent.edited(self.document)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def pause(self) -> None:
        self.done.append("pause")

    def toggle(self) -> None:
        self.done.append("toggle")

    def faster(self, by: int) -> int:
        return 3 + by


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def changes(bench: Bench) -> Changes:
    speeds = lambda speed: bench.done.append(f"speed {speed}")  # noqa: E731
    return Changes(bench, bench, None, bench, bench, speeds)  # type: ignore[arg-type]


def to_second(_document: Document, view: ViewState) -> ViewState:
    return replace(view, layer=1)


def refused(_document: Document, _view: ViewState) -> ViewState:
    raise ValueError("There is no such layer.")


def test_a_move_moves_the_view(bench: Bench, changes: Changes) -> None:
    changes.take(Intent(move=to_second))
    assert bench.view.layer == 1


def test_a_refused_move_is_said_and_moves_nothing(bench: Bench, changes: Changes) -> None:
    changes.take(Intent(move=refused))
    assert (bench.said, bench.view) == (["There is no such layer."], ViewState())


def test_an_edit_that_changes_something_moves_the_view_too(bench: Bench, changes: Changes) -> None:
    changes.take(
        Intent("Remove layer", lambda document: replace(document, network=Network((Activation(),))), to_second)
    )
    assert (bench.done, bench.view.layer) == (["Remove layer"], 1)


def test_an_edit_that_changes_nothing_moves_nothing(bench: Bench, changes: Changes) -> None:
    changes.take(Intent("Remove layer", lambda document: document, to_second))
    assert bench.view.layer == 0


@pytest.mark.parametrize(("step", "done"), [("play", "toggle"), ("faster", "speed 4"), ("slower", "speed 2")])
def test_a_step_reaches_the_player(bench: Bench, changes: Changes, step: str, done: str) -> None:
    changes.step(step)
    assert bench.done == [done]
