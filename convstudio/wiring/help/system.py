"""What the program runs on, as lines of text: for reports of faults, and for questions to others."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from traceback import format_exception

from PySide6.QtCore import QSysInfo, qVersion
from PySide6.QtGui import QGuiApplication

from convstudio import __version__
from convstudio.files.settings import recovery_folder, settings_path, usual_presets_folder
from convstudio.ops.native.engine import found
from convstudio.session.session import Session
from convstudio.views.parts.sizes import interface_scale

_LIBRARIES = (
    "PySide6-Essentials",
    "numpy",
    "pyqtgraph",
    "Pillow",
    "msgspec",
    "safetensors",
    "tifffile",
    "h5py",
    "onnx",
)


def system_information() -> str:
    """Return versions, the system, the screens and the folders, one of them in a line."""
    rows = [*_versions(), *_system(), *_screens(), *_folders()]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {value}" for name, value in rows)


def project_state(session: Session, name: str) -> str:
    """Return what state a project is in, a line for each fact."""
    view, stack = session.view, session.undo_stack
    facts = {
        "Project": name,
        "Unsaved changes": "yes" if session.is_modified else "no",
        "Selected": f"layer {view.layer + 1}, filter {view.filter + 1}, position {view.position}",
        "Last step": stack.undoText() or "none",
        "Steps": f"{stack.index()} of {stack.count()} done",
    }
    return "\n".join(f"{fact}: {value}" for fact, value in facts.items())


def fault_text(fault: BaseException, *tells: Callable[[], str]) -> str:
    """Return a fault with what is known of the document and the system, as far as that can still be told."""
    parts = ["".join(format_exception(fault))]
    for tell in (*tells, system_information):
        with suppress(Exception):  # the fault may be in what tells, and is the part that matters
            parts.append(tell())
    return "\n\n".join(parts)


def _versions() -> Iterator[tuple[str, str]]:
    yield "ConvStudio", __version__
    yield "Engine", found().told
    yield "Python", platform.python_version()
    yield "Qt", qVersion()
    for library in _LIBRARIES:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            yield library, "not installed"


def _system() -> Iterator[tuple[str, str]]:
    yield "System", f"{QSysInfo.prettyProductName()}, {QSysInfo.currentCpuArchitecture()}"
    yield "Kernel", f"{QSysInfo.kernelType()} {QSysInfo.kernelVersion()}"
    yield "Processors", str(os.cpu_count())
    yield "Qt platform", QGuiApplication.platformName()
    yield "Started as", sys.executable


def _screens() -> Iterator[tuple[str, str]]:
    text = QGuiApplication.font().pointSizeF()
    yield "Interface", f"{interface_scale():.0%} of the designed size, text of {text:.4g} points"
    for number, screen in enumerate(QGuiApplication.screens(), 1):
        size, dots = screen.geometry().size(), screen.logicalDotsPerInch()
        scale = f"{screen.devicePixelRatio():.0%}, {dots:.4g} dots per inch"
        yield f"Screen {number}", f"{size.width()}×{size.height()} at {scale}"


def _folders() -> Iterator[tuple[str, str]]:
    yield "Settings", str(settings_path(os.environ))
    yield "Recovery", str(recovery_folder(os.environ))
    yield "Presets", str(usual_presets_folder(os.environ))
