"""What the program remembers of its window between two starts; nothing of the user's work."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from platformdirs import user_config_path, user_data_path, user_state_path

from convstudio.files.disk.save import save_bytes
from convstudio.files.problems import FileProblem, decoding, named, reason
from convstudio.files.reading import read_bytes
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import USUAL, DecimalSign, NumberFormat
from convstudio.model.values.scale import DIVERGING
from convstudio.model.values.view_state import DataFormat

HOME_VARIABLE = "CONVSTUDIO_HOME"
"""The environment variable that names one folder for settings and recoveries alike."""

_APP = "convstudio"
_FILE = "settings.json"

Theme = Literal["system", "light", "dark"]


class Settings(msgspec.Struct, frozen=True):
    """What is remembered; a value that a file lacks is its default.

    `geometry` is the window's place and size, `splitters` the sizes of panes by their name, and `panels` the places of
    docked and floating panels, as Qt saves them, in base64; `zoom` is the size of the interface in percent;
    `recent_pictures` are small pictures of recent files by their path, PNG files in base64; `speed` is the stepper's,
    in outputs per second; `data_format` is the framework whose order shapes are written in; `digits` and `decimal_sign`
    are how numbers are written; `colours` is the colour map
    of feature maps; `save_folders` are where files were last written to, so that a start can clear away what a kill
    left; `keys` are the keys that were changed, by the command's menus and name; `presets_folder` is the folder of
    presets, empty for the usual one, and `starred` are the ids of the detectors and presets that are listed first.
    `welcome` tells whether a new window says where to begin.
    """

    geometry: str = ""
    splitters: dict[str, str] = msgspec.field(default_factory=dict)
    theme: Theme = "system"
    welcome: bool = True
    zoom: Annotated[int, Meta(ge=LIMITS.zoom[0], le=LIMITS.zoom[1])] = 100
    recent_files: Annotated[tuple[str, ...], Meta(max_length=LIMITS.recent_files)] = ()
    speed: Annotated[int, Meta(ge=1, le=1000)] = 4
    digits: Annotated[int, Meta(ge=LIMITS.digits[0], le=LIMITS.digits[1])] = USUAL.digits
    decimal_sign: DecimalSign = USUAL.sign
    data_format: DataFormat = msgspec.field(default="keras", name="dialect")
    colours: Annotated[str, Meta(max_length=40)] = DIVERGING.name
    save_folders: Annotated[tuple[str, ...], Meta(max_length=LIMITS.recent_files)] = ()
    keys: Annotated[dict[str, tuple[str, ...]], Meta(max_length=LIMITS.changed_keys)] = msgspec.field(
        default_factory=dict
    )
    presets_folder: str = ""
    starred: Annotated[tuple[str, ...], Meta(max_length=LIMITS.presets)] = ()
    recent_pictures: Annotated[dict[str, str], Meta(max_length=LIMITS.recent_files)] = msgspec.field(
        default_factory=dict
    )
    panels: str = ""

    @property
    def numbers(self) -> NumberFormat:
        """How numbers are written in the window."""
        return NumberFormat(self.digits, self.decimal_sign)

    def with_folder(self, folder: str) -> Settings:
        """Return the settings with a folder that files are written to; at most the newest ones are remembered."""
        others = (other for other in self.save_folders if other != folder)
        return msgspec.structs.replace(self, save_folders=(folder, *others)[: LIMITS.recent_files])

    def with_recent(self, path: str, picture: str = "") -> Settings:
        """Return the settings with a file at the head of the recent ones, once; its picture is "" where it has none."""
        others = (other for other in self.recent_files if other != path)
        return self._listing((path, *others)[: LIMITS.recent_files], {path: picture} if picture else {})

    def without_recent(self, path: str) -> Settings:
        """Return the settings with a file, which may be gone, taken from the recent ones."""
        return self._listing(tuple(other for other in self.recent_files if other != path), {})

    def _listing(self, files: tuple[str, ...], pictures: Mapping[str, str]) -> Settings:
        """Return the settings with these recent files and their pictures, and none of files that left the list."""
        held = {**self.recent_pictures, **pictures}
        kept = {path: held[path] for path in files if path in held}
        return msgspec.structs.replace(self, recent_files=files, recent_pictures=kept)


def settings_path(environment: Mapping[str, str]) -> Path:
    """Return where the settings stand: in the user's configuration folder, or in the one that CONVSTUDIO_HOME names."""
    home = environment.get(HOME_VARIABLE)
    return (Path(home) if home else user_config_path(_APP, appauthor=False)) / _FILE


def locks_folder(environment: Mapping[str, str]) -> Path:
    """Return where it stands which projects are open: beside the recoveries."""
    return recovery_folder(environment).with_name("locks")


def recovery_folder(environment: Mapping[str, str]) -> Path:
    """Return where unsaved work is kept: in the user's state folder, or in the one that CONVSTUDIO_HOME names."""
    home = environment.get(HOME_VARIABLE)
    return (Path(home) if home else user_state_path(_APP, appauthor=False)) / "recovery"


def usual_presets_folder(environment: Mapping[str, str]) -> Path:
    """Return where presets stand unless another folder is chosen: in the user's data folder, or in CONVSTUDIO_HOME."""
    home = environment.get(HOME_VARIABLE)
    return (Path(home) if home else user_data_path(_APP, appauthor=False)) / "presets"


def load_settings(path: Path) -> Settings:
    """Return the settings of that file as `read_settings` does, without a word about what it could not read."""
    return read_settings(path)[0]


def read_settings(path: Path) -> tuple[Settings, str]:
    """Return the settings of that file, or the defaults, and a sentence about what could not be read; "" where all was.

    One setting that breaks costs no other one. A file with such a setting is put aside as `settings.json.broken`.
    Raises FileProblem where the file or its folder cannot be read.
    """
    try:
        path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), ""
    except IsADirectoryError:
        pass  # put aside below, like everything else that is not a settings file
    except OSError as error:
        raise FileProblem(
            f"The settings in {named(path.parent)} cannot be read ({reason(error)}), so the usual ones are in use."
        ) from None
    try:
        with decoding(named(path)):
            found = msgspec.json.decode(read_bytes(path, LIMITS.settings_bytes), type=dict[str, Any])
    except FileProblem:
        settings, told = Settings(), "The settings could not be read, so the usual ones are in use."
    else:
        settings, told = _each_setting(found)
    if told:
        aside = path.with_name(f"{path.name}.broken")
        with suppress(OSError):
            path.replace(aside)
            told = f"{told} The file as it was is {aside.name} in the same folder."
    return settings, told


def _each_setting(found: Mapping[str, Any]) -> tuple[Settings, str]:
    """Return the settings of a file that can be used, and a sentence that names the others."""
    usable: dict[str, Any] = {}
    broken: list[str] = []
    told = ""
    for field in msgspec.structs.fields(Settings):
        if field.encode_name not in found:
            continue
        value = found[field.encode_name]
        if field.name == "zoom" and isinstance(value, int) and not LIMITS.zoom[0] <= value <= LIMITS.zoom[1]:
            usable["zoom"] = min(max(value, LIMITS.zoom[0]), LIMITS.zoom[1])
            told = f"The settings have a zoom of {value} %, so it is {usable['zoom']} %, the nearest that there is."
            continue
        try:
            usable[field.name] = msgspec.convert(value, field.type)
        except msgspec.ValidationError:
            broken.append(field.encode_name)
    if broken:
        told = f"{told} Settings that could not be read are the usual ones: {', '.join(broken)}.".strip()
    return Settings(**usable), told


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings in one step, and make their folder if need be; raise WriteProblem."""
    with suppress(OSError):  # saving reports what is wrong with the folder
        path.parent.mkdir(parents=True, exist_ok=True)
    save_bytes(path, msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")


def save_copy_of_settings(path: Path, settings: Settings) -> Path:
    """Write settings into a new file beside the usual one, named by the time, and return it; raise WriteProblem."""
    when = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
    copy = path.with_name(f"{path.stem}-{when}{path.suffix}")
    save_settings(copy, settings)
    return copy
