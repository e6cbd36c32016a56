"""The helper process of networks: however it ends, there is an answer or one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from convstudio.files.networks import helper
from convstudio.files.networks.helper import ask
from convstudio.files.problems import FileProblem


def answered(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch, data: bytes = b"content") -> bytes:
    """Return what a shell script in the place of the helper process answers."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    return ask("onnx_process", "onnx", data, "it", "all")


def test_it_gets_the_file_the_name_and_the_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answered('echo "$3 $4 $5"; cat', tmp_path, monkeypatch)
    assert answer == b"convstudio.files.networks.onnx_process it all\ncontent"


@pytest.mark.parametrize("script", ["kill -9 $$", "kill -11 $$", "exit 3", "exit 1"])
def test_one_that_is_killed_or_crashes_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    with pytest.raises(FileProblem, match="it stopped its reader, so it is probably damaged"):
        answered(script, tmp_path, monkeypatch, bytes(2**20))


def test_one_that_refuses_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileProblem, match=r"^It has no layers\.$"):
        answered("echo It has no layers. >&2; exit 1", tmp_path, monkeypatch)


def test_one_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "SECONDS", 0.01)
    with pytest.raises(FileProblem, match="it takes longer than 0 seconds to read"):
        answered("exec sleep 60", tmp_path, monkeypatch)


def test_one_that_does_not_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(FileProblem, match="the system did not start it"):
        ask("onnx_process", "onnx", b"", "it")


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "find_spec", lambda _name: None)
    with pytest.raises(FileProblem, match=r'“pip install "convstudio\[models\]"”'):
        ask("onnx_process", "onnx", b"", "it")
