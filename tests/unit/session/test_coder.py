"""A program is written in another thread, and only the one that was asked for last is delivered."""

import numpy as np
import pytest

from convstudio.model.document import Document
from convstudio.model.kinds import Pool
from convstudio.model.layers import Conv
from convstudio.model.network import Network
from convstudio.model.sample import Sample
from convstudio.session import coder as coder_module
from convstudio.session.coder import Coder

DOCUMENT = Document(Sample.of("s", np.eye(4)[..., np.newaxis]), Network((Conv.of(np.ones((3, 3, 1, 1))),)))


@pytest.fixture
def coder(qapp):
    made = Coder()
    yield made
    made.close()


def test_a_program_comes_with_its_library(coder, qtbot):
    with qtbot.waitSignal(coder.written) as told:
        coder.request(DOCUMENT, "numpy")
    target, text = told.args
    assert target == "numpy"
    assert "EXPECTED = " in text


def test_a_layer_that_a_library_lacks_is_told_in_a_sentence(coder, qtbot):
    with qtbot.waitSignal(coder.failed) as told:
        coder.request(Document(DOCUMENT.sample, Network((Pool(),))), "opencv")
    assert told.args[0].startswith("Layer 1 (Max pool 2×2) cannot be written for OpenCV: ")


def test_only_what_was_asked_for_last_comes(coder, qtbot):
    written = []
    coder.written.connect(lambda target, _: written.append(target))
    for target in ("keras", "pytorch", "scipy"):
        coder.request(DOCUMENT, target)
    qtbot.waitUntil(lambda: bool(written))
    coder._pool.waitForDone()
    assert written == ["scipy"]


def test_a_fault_of_ours_is_told_and_the_next_program_comes(coder, qtbot, monkeypatch, capsys):
    with monkeypatch.context() as patched:
        patched.setattr(coder_module, "code_for", lambda *_: 1 // 0)
        with qtbot.waitSignal(coder.failed) as told:
            coder.request(DOCUMENT, "numpy")
    assert "something went wrong inside ConvStudio" in told.args[0]
    assert "ZeroDivisionError" in capsys.readouterr().err
    with qtbot.waitSignal(coder.written):
        coder.request(DOCUMENT, "numpy")


def test_nothing_comes_after_the_end(coder, qtbot):
    written = []
    coder.written.connect(lambda *told: written.append(told))
    coder.request(DOCUMENT, "numpy")
    assert coder.close()
    qtbot.wait(20)
    assert written == []
