"""A network that another program wrote, in the window and on the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.cli import main
from tests.e2e.conftest import Inside
from tests.e2e.driver import Desk, tell
from tests.onnx_models import Chain

KERNEL = np.float32([[[[-1, 0, 1]] * 3]])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "edges.onnx"
    path.write_bytes(Chain(1, 8, 9).then("Conv", KERNEL).then("Relu").data)
    return path


def test_a_network_opens_as_a_project_whose_numbers_explain_themselves(
    qtbot: QtBot, inside: Inside, path: Path
) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: len(inside.document.layers) == 2)
        assert inside.document.title == "edges"
        assert desk.message() == "The network has 2 layers."
        assert desk.numbers("Kernel") == [["-1", "0", "1"]] * 3
        assert not inside.studio.workspace.project.path

    assert tell(qtbot, story, str(path)) == 0


def test_what_is_left_out_of_a_network_is_said(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "sine.onnx"
    path.write_bytes(Chain(1, 8, 9).then("Relu").then("Sin").data)

    def story(desk: Desk) -> None:
        desk.wait(lambda: "(Sin) cannot be a layer here" in desk.message())
        assert [layer.name for layer in inside.document.layers] == ["ReLU"]

    assert tell(qtbot, story, str(path)) == 0


def test_a_damaged_network_changes_nothing(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "cut.onnx"
    path.write_bytes(Chain(1, 8, 9).then("Conv", KERNEL).data[:60])

    def story(desk: Desk) -> None:
        before = inside.document
        desk.wait(lambda: "cut.onnx" in desk.message())
        assert inside.document is before

    assert tell(qtbot, story, str(path)) == 0


def test_the_command_line_lists_a_network(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", str(path)]) == 0
    assert "Conv 3×3 · 1 filter" in capsys.readouterr().out


def test_the_command_line_runs_a_network(path: Path, tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(8, 9, 1)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    assert main(["apply", str(tmp_path / "x.npy"), "--project", str(path), "-o", str(tmp_path / "y.npy")]) == 0
    made = np.load(tmp_path / "y.npy")[..., 0]
    expected = np.array([[(x[r : r + 3, c : c + 3, 0] * KERNEL[0, 0]).sum() for c in range(7)] for r in range(6)])
    np.testing.assert_allclose(made, np.maximum(expected, 0), atol=1e-5)


def test_the_command_line_says_what_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sine.onnx"
    path.write_bytes(Chain(1, 8, 9).then("Relu").then("Sin").data)
    assert main(["summary", str(path)]) == 0
    assert "(Sin) cannot be a layer here" in capsys.readouterr().err
