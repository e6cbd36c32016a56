"""Which engine computes: the native kernels, where they were built and may be used, or NumPy."""

from __future__ import annotations

import importlib.util
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

SETTING = "CONVSTUDIO_NATIVE"
"""The environment variable that chooses: 0 for NumPy, or the name of an instruction set such as AVX2."""

CONTRACT = 7
"""What this version expects of the extension; `layer.h` has the same number."""

_MODULE = "convstudio.ops.native._kernels"


class Engine(NamedTuple):
    """The engine that was found: its module, none for NumPy, and one phrase about it."""

    kernels: Any
    told: str


def kernels() -> Any:
    """Return the module of the native kernels, or None where NumPy is to compute.

    >>> with numpy_only():
    ...     kernels() is None
    True
    """
    return None if _NUMPY_ONLY.get() else found().kernels


_NUMPY_ONLY: ContextVar[bool] = ContextVar("numpy_only", default=False)


@contextmanager
def numpy_only() -> Iterator[None]:
    """Let NumPy compute everything in this context, as a comparison does."""
    token = _NUMPY_ONLY.set(True)
    try:
        yield
    finally:
        _NUMPY_ONLY.reset(token)


@cache
def found() -> Engine:
    """Load the native kernels at the first need. Whatever is wrong with them, NumPy serves, and `told` says why."""
    return load(os.environ.get(SETTING, ""))


def load(setting: str) -> Engine:
    """Load the kernels as the environment variable says; an empty setting takes the best that there are.

    >>> load("0").told
    'NumPy, because CONVSTUDIO_NATIVE is 0'
    """
    if setting == "0":
        return Engine(None, f"NumPy, because {SETTING} is 0")
    try:
        _check_is_complete()
        module: Any = importlib.import_module(_MODULE)
    except ModuleNotFoundError:
        return Engine(None, "NumPy: native kernels were not built, which takes a C compiler during the installation")
    except Exception as error:  # a file of any content may stand there
        return Engine(None, f"NumPy: the native kernels cannot be loaded ({error}); install ConvStudio again")
    if getattr(module, "CONTRACT", None) != CONTRACT:
        return Engine(None, "NumPy: the native kernels are of another version of ConvStudio; install it again")
    sets: list[str] = module.instruction_sets()
    if not sets:
        return Engine(None, "NumPy: the C compiler of this installation builds no native kernels; use GCC or Clang")
    named = {name.lower(): name for name in sets}
    name = named.get(setting.lower()) if setting not in ("", "1") else sets[0]
    if name is None:
        return Engine(None, f"NumPy: {SETTING} is “{setting}”, but this processor has {', '.join(sets)}; or use 0")
    module.choose(name)
    return Engine(module, f"native kernels, {name}")


def _check_is_complete() -> None:
    """Raise OSError where the library was cut short, as by a full disk: on Linux, loading it would end the process.

    The table of its sections, which is the last thing in it, must be in the file.
    """
    spec = None if _MODULE in sys.modules else importlib.util.find_spec(_MODULE)
    if spec is None or spec.origin is None:
        return
    library = Path(spec.origin)
    with library.open("rb") as file:
        head = file.read(64)
    if len(head) == 64 and head.startswith(b"\x7fELF\x02"):
        start, each, many = *struct.unpack("=Q", head[40:48]), *struct.unpack("=HH", head[58:62])
        if start + each * many > library.stat().st_size:
            raise OSError(f"{library}: the file is cut short")
