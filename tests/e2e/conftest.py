"""What every story of the window shares: answers to its questions, and no fault of the program itself."""

from collections.abc import Iterator

import pytest

from convstudio import app
from convstudio.views.parts import dialogs
from tests.e2e.answers import Answers, Inside


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a story in which the program had to report a fault of its own."""
    faults: list[str] = []

    def report(_folder: object, text: str) -> str:
        faults.append(text)
        return "nowhere"

    def wait_for_nobody(_window: object, _title: str, question: str, *_ways: object) -> None:
        faults.append(f"nobody answers: {question}")

    monkeypatch.setattr(app, "write_fault_report", report)
    monkeypatch.setattr(dialogs, "ask_way", wait_for_nobody)
    yield
    assert not faults, "\n".join(faults)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answer the window's questions about files and unsaved changes as the story says."""
    return Answers(monkeypatch)


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Inside:
    """Look at the parts of the running program."""
    return Inside(monkeypatch)
