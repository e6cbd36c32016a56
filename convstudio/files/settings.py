"""What the program remembers of its window between two starts; nothing of the user's work."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from platformdirs import user_config_path, user_state_path

from convstudio.files.problems import FileProblem
from convstudio.files.reading import read_bytes
from convstudio.files.save import save_bytes

HOME_VARIABLE = "CONVSTUDIO_HOME"
"""The environment variable that names one folder for settings and recoveries alike."""

MOST_RECENT_FILES = 10
_APP = "convstudio"
_FILE = "settings.json"


class Settings(msgspec.Struct):
    """What is remembered; a value that a file lacks is its default.

    `layout` holds the window's size and place and the splitters, by name, as Qt saves them, in base64; `speed` is
    the stepper's, in outputs per second.
    """

    layout: dict[str, str] = msgspec.field(default_factory=dict)
    scheme: Literal["System", "Light", "Dark"] = "System"
    recent: Annotated[list[str], Meta(max_length=MOST_RECENT_FILES)] = msgspec.field(default_factory=list)
    speed: Annotated[int, Meta(ge=1, le=1000)] = 4

    def remember_file(self, path: str) -> None:
        """Put a file at the head of the recent ones, once."""
        self.forget_file(path)
        self.recent = [path, *self.recent][:MOST_RECENT_FILES]

    def forget_file(self, path: str) -> None:
        """Take a file, which may be gone, from the recent ones."""
        self.recent = [other for other in self.recent if other != path]


def settings_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the settings stand: in the user's configuration folder, or in the one that CONVSTUDIO_HOME names."""
    home = environment.get(HOME_VARIABLE)
    return (Path(home) if home else user_config_path(_APP, appauthor=False)) / _FILE


def recovery_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where unsaved work is kept: in the user's state folder, or in the one that CONVSTUDIO_HOME names."""
    home = environment.get(HOME_VARIABLE)
    return (Path(home) if home else user_state_path(_APP, appauthor=False)) / "recovery"


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings of the user, or of a file; one that breaks is put aside, and the defaults are returned."""
    path = path or settings_path()
    try:
        return msgspec.json.decode(read_bytes(path), type=Settings)
    except (FileProblem, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        with suppress(OSError):  # also where there is no file yet
            path.replace(path.with_name(f"{path.name}.broken"))
        return Settings()


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings of the user, or of a file, in one step, and make the folder; raise WriteProblem."""
    path = path or settings_path()
    with suppress(OSError):  # saving says what is wrong with the folder
        path.parent.mkdir(parents=True, exist_ok=True)
    save_bytes(path, msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")
