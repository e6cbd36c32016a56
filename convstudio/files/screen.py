"""What the window needs from the system before Qt starts: where it is missing, Qt ends the process without a word."""

from __future__ import annotations

import ctypes
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

_PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
        "libfontconfig.so.1": "libfontconfig1",
        "libxkbcommon.so.0": "libxkbcommon0",
        "libdbus-1.so.3": "libdbus-1-3",
        "libglib-2.0.so.0": "libglib2.0-0",
        "libgthread-2.0.so.0": "libglib2.0-0",
        "libX11.so.6": "libx11-6",
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb.so.1": "libxcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    }
)
"""The libraries that Qt's X11 window needs, and the Debian and Ubuntu packages that hold them."""

Check = Callable[[str], bool]


class ScreenProblem(Exception):  # noqa: N818  a lack of the system, not an error of the program
    """Why no window can open here; its message is one sentence that tells what to install or to run instead."""


def can_load(library: str) -> bool:
    """Return whether the system's loader finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def can_connect(display: str) -> bool:
    """Return whether an X server answers at that display."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    is_broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not is_broken


def has_wayland(environment: Mapping[str, str]) -> bool:
    """Return whether a Wayland desktop answers at the socket that the environment names."""
    place = environment.get("WAYLAND_DISPLAY")
    if not place:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(Path(environment.get("XDG_RUNTIME_DIR", "")) / place))
        except OSError:
            return False
    return True


def check_screen(
    environment: Mapping[str, str],
    platform: str,
    loads: Check = can_load,
    connects: Check = can_connect,
    is_on_wayland: Callable[[Mapping[str, str]], bool] = has_wayland,
) -> None:
    """Raise ScreenProblem where Qt would end the process: on Linux without a display or a library for it.

    Wayland brings its libraries along. Where no Wayland desktop answers, Qt goes on to X11, unless `QT_QPA_PLATFORM`
    asks for Wayland alone, as some desktops set it for all programs. Any other choice there is the user's own affair.
    """
    chosen = environment.get("QT_QPA_PLATFORM")
    if platform != "linux" or chosen not in (None, "", "wayland") or is_on_wayland(environment):
        return
    display, wayland = environment.get("DISPLAY"), environment.get("WAYLAND_DISPLAY")
    if chosen and not wayland:
        return  # Qt then looks for the desktop where it usually is
    if wayland and (chosen or not display):
        raise ScreenProblem(
            f"the display “{wayland}” does not answer: start the program from a desktop session, or set "
            "WAYLAND_DISPLAY to one that runs"
        )
    if not display:
        raise ScreenProblem(
            "there is no display to open a window on: start the program from a desktop session, or use "
            "“convstudio apply”, which needs none"
        )
    missing = [library for library in _PACKAGES if not loads(library)]
    if missing:
        raise ScreenProblem(_install(missing))
    if not connects(display):
        raise ScreenProblem(
            f"the display “{display}” does not answer: start the program from a desktop session, or set DISPLAY to "
            "one that runs"
        )


def import_problem(error: ImportError) -> ScreenProblem | None:
    """Return what to install where a library of the window could not be imported; None for any other error."""
    library = re.search(r"\blib[\w.+-]+\.so[.\d]*", str(error))
    if library:
        return ScreenProblem(_install([library[0]]))
    if (error.name or "").partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
        return ScreenProblem(f"the package {error.name} is not installed: install ConvStudio again with pip")
    return None


def _install(missing: list[str]) -> str:
    known = [library for library in missing if library in _PACKAGES]
    packages = sorted({_PACKAGES[library] for library in known or _PACKAGES})
    return (
        f"the window needs {', '.join(missing)}, missing on this system: install with "
        f"“sudo apt-get install {' '.join(packages)}”, or the same libraries by your system's means"
    )
