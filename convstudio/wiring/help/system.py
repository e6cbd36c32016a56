"""What the program runs on, as lines of text: for reports of faults, and for questions to others."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSysInfo, qVersion
from PySide6.QtGui import QGuiApplication

from convstudio import __version__
from convstudio.files.settings import recovery_folder, settings_path, usual_presets_folder

_LIBRARIES = ("PySide6", "numpy", "pyqtgraph", "Pillow", "msgspec", "safetensors", "tifffile", "h5py", "onnx")


def system_information() -> str:
    """Return versions, the system, the screens and the folders, one of them in a line."""
    rows = [*_versions(), *_system(), *_screens(), *_folders()]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {value}" for name, value in rows)


def _versions() -> Iterator[tuple[str, str]]:
    yield "ConvStudio", __version__
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
    for number, screen in enumerate(QGuiApplication.screens(), 1):
        size = screen.geometry().size()
        yield f"Screen {number}", f"{size.width()}×{size.height()} at {screen.devicePixelRatio():.0%}"


def _folders() -> Iterator[tuple[str, str]]:
    yield "Settings", str(settings_path(os.environ))
    yield "Recovery", str(recovery_folder(os.environ))
    yield "Presets", str(usual_presets_folder(os.environ))
