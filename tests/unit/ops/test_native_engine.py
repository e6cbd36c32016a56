"""Which engine computes, and what is said where the native kernels cannot."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from convstudio.ops import conv
from convstudio.ops.native import engine
from convstudio.ops.native.engine import CONTRACT, found, kernels, load, numpy_only

NAME = "convstudio.ops.native._kernels"


def test_the_environment_chooses_numpy():
    assert load("0") == (None, "NumPy, because CONVSTUDIO_NATIVE is 0")


def test_numpy_alone_computes_where_it_is_asked_to():
    with numpy_only():
        assert kernels() is None
    assert kernels() is found().kernels


def test_without_the_extension_numpy_serves(monkeypatch):
    monkeypatch.setitem(sys.modules, NAME, None)
    native, told = load("")
    assert (native, "C compiler" in told) == (None, True)


@pytest.mark.parametrize("content", [b"", b"not a library", b"\x7fELF\x02\x01\x01" + bytes(57)], ids=repr)
def test_a_damaged_extension_is_told_and_numpy_serves(content, tmp_path, monkeypatch):
    (tmp_path / "_kernels.abi3.so").write_bytes(content)
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    monkeypatch.setattr("convstudio.ops.native.__path__", [str(tmp_path)])
    native, told = load("")
    assert native is None
    assert told.startswith("NumPy: the native kernels cannot be loaded (")


@pytest.mark.skipif(found().kernels is None or sys.platform != "linux", reason="needs an extension for Linux")
@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_an_extension_that_is_cut_short_is_told_before_it_ends_the_process(share, tmp_path, monkeypatch):
    whole = Path(found().kernels.__file__).read_bytes()
    (tmp_path / "_kernels.abi3.so").write_bytes(whole[: int(share * len(whole))])
    monkeypatch.delitem(sys.modules, NAME)
    monkeypatch.setattr("convstudio.ops.native.__path__", [str(tmp_path)])
    native, told = load("")
    assert (native, "_kernels.abi3.so: the file is cut short); install ConvStudio again" in told) == (None, True)


@pytest.mark.parametrize("contract", [CONTRACT + 1, None])
def test_an_extension_of_another_version_is_told_and_numpy_serves(contract, monkeypatch):
    monkeypatch.setitem(sys.modules, NAME, SimpleNamespace(CONTRACT=contract))
    native, told = load("")
    assert (native, "another version" in told) == (None, True)


def test_a_compiler_that_builds_no_kernels_is_told(monkeypatch):
    empty = SimpleNamespace(CONTRACT=CONTRACT, instruction_sets=list)
    monkeypatch.setitem(sys.modules, NAME, empty)
    assert load("").told == "NumPy: the C compiler of this installation builds no native kernels; use GCC or Clang"


def test_an_instruction_set_that_the_processor_lacks_is_told_with_those_it_has(monkeypatch):
    monkeypatch.setitem(sys.modules, NAME, SimpleNamespace(CONTRACT=CONTRACT, instruction_sets=lambda: ["fast"]))
    assert load("slow").told == "NumPy: CONVSTUDIO_NATIVE is “slow”, but this processor has fast; or use 0"


def test_the_best_instruction_set_is_chosen_unless_one_is_named(monkeypatch):
    chosen = []
    many = SimpleNamespace(CONTRACT=CONTRACT, instruction_sets=lambda: ["A-1", "B-2"], choose=chosen.append)
    monkeypatch.setitem(sys.modules, NAME, many)
    assert [load(setting).told for setting in ("", "1", "b-2")] == [f"native kernels, {name}" for name in chosen]
    assert chosen == ["A-1", "A-1", "B-2"]


def test_where_there_are_no_kernels_a_convolution_is_numpys(monkeypatch):
    monkeypatch.setattr(engine, "found", lambda: load("0"))
    assert conv(np.ones((3, 1)), np.ones((2, 1, 1)))[:, 0].tolist() == [2.0, 2.0]
