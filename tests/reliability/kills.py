"""Kill the program at random moments while it writes files of every kind, and check that nothing was lost.

    python -m tests.reliability.kills --count 200 --seed 1

Every round forks a program that saves one kind of file again and again, in two versions that alternate, and kills it.
Then every file must be one of the two versions, whole; the next save or start must leave no temporary file; and work
that was not saved must be offered. Every 25th round does so to the real window while its document is edited. Ends with
status 1 and the round's number on the first failure; the same seed gives the same moments.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from convstudio.files.disk.save import save_bytes
from convstudio.files.disk.temporary import TEMPORARY_SUFFIX
from convstudio.files.exports.animation import encode_animation
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.files.exports.map_formats import map_formats_for
from convstudio.files.exports.writing import write_map
from convstudio.files.kernels.kernel_files import KERNEL_FORMATS, write_kernel
from convstudio.files.presets.folder import PresetFolder
from convstudio.files.projects.documents import save_document
from convstudio.files.projects.leftovers import list_leftovers, mark_offered, put_aside, read_leftover, tidy
from convstudio.files.projects.recovery import Recovery
from convstudio.files.settings import Settings, save_settings
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.exports.animation import SIDES, AnimationChoice, scene_of
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.file_kinds import FileKind, endings_of

ROOT = Path(__file__).parents[2]
EVERY_WINDOW = 25
LONGEST_SECONDS = 0.03
WINDOW_SECONDS = 1.0
PATIENCE = 300.0  # a window starts late where many programs share two cores

WINDOW = """
import sys
from PySide6.QtCore import QTimer
from convstudio import app
from convstudio.model.edits import input_cells
from convstudio.session import autosave
autosave.DELAY_MILLISECONDS = 5

start = app.Studio.start
def start_and_edit(studio, files):
    start(studio, files)
    def edit():
        edit.value = 1 - edit.value
        studio.session.apply("Fill", input_cells.fill_input(studio.session.document, edit.value))
    edit.value = 0
    studio.timer = QTimer()
    studio.timer.timeout.connect(edit)
    studio.timer.start(7)
app.Studio.start = start_and_edit
sys.exit(app.run([]))
"""


@dataclass(frozen=True)
class Kind:
    """A kind of file: how version 0 or 1 of it is written into a folder."""

    name: str
    write: Callable[[Path, int], object]


class Failure(Exception):  # noqa: N818  the program's, found by this run
    """What was lost, left or not offered."""


class NothingKept(Failure):
    """Nothing was kept in time."""

    def __str__(self) -> str:
        return f"nothing was kept in {PATIENCE:.0f} s"


def main() -> int:
    """Run all rounds, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first round, to do a failed one again")
    options = parser.parse_args()
    seen: Counter[str] = Counter()
    begin = time.monotonic()
    for number in range(options.first, options.first + options.count):
        draw = random.Random(f"{options.seed} {number}")
        try:
            with tempfile.TemporaryDirectory(prefix="convstudio-kills-") as folder:
                seen.update(_round(Path(folder), number, draw))
        except Failure as failure:
            print(f"round {number} of seed {options.seed}: {failure}")
            return 1
        if (number + 1) % 1000 == 0:
            print(f"{number + 1} rounds in {time.monotonic() - begin:.0f} s", flush=True)
    told = ", ".join(f"{count} {what}" for what, count in sorted(seen.items()))
    print(f"{options.count} kills in {time.monotonic() - begin:.0f} s, nothing lost: {told}")
    return 0


def _round(folder: Path, number: int, draw: random.Random) -> Iterator[str]:
    if number % EVERY_WINDOW == EVERY_WINDOW - 1:
        return _kill_window(folder, draw)
    if number % (len(KINDS) + 1) == len(KINDS):
        return _kill_recovery(folder, draw)
    return _kill_saver(folder, KINDS[number % (len(KINDS) + 1)], draw)


# --- files of the user -------------------------------------------------------------------------------------------


def _kill_saver(folder: Path, kind: Kind, draw: random.Random) -> Iterator[str]:
    known = [_version(folder / f"known-{version}", kind, version) for version in (0, 1)]
    place = folder / "place"
    shutil.copytree(folder / "known-0", place)
    _fork_and_kill(lambda: [kind.write(place, round_ % 2) for round_ in _for_ever()], draw.uniform(0, LONGEST_SECONDS))
    left = _temporaries(place)
    for name in known[0]:
        path = place / name
        if not path.exists():
            raise Failure(f"{kind.name}: {name} is gone")
        if path.read_bytes() not in (known[0][name], known[1][name]):
            raise Failure(f"{kind.name}: {name} is neither the old nor the new one")
    for path in place.glob("*.bak"):
        if path.read_bytes() not in (known[0][path.stem], known[1][path.stem]):
            raise Failure(f"{kind.name}: {path.name} is neither of the two")
    kind.write(place, 0)
    if _temporaries(place):
        raise Failure(f"{kind.name}: the next save leaves {_temporaries(place)}")
    files = {path.name for path in place.iterdir() if path.is_file()}  # presets keep what was replaced in a folder
    if files - {f"{name}.bak" for name in known[0]} != set(known[0]):
        raise Failure(f"{kind.name}: the folder holds {sorted(path.name for path in place.iterdir())}")
    yield f"{kind.name} killed"
    yield from ["with a temporary file cleared away"] if left else []


def _version(folder: Path, kind: Kind, version: int) -> dict[str, bytes]:
    folder.mkdir()
    kind.write(folder, version)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- recoveries --------------------------------------------------------------------------------------------------


def _kill_recovery(folder: Path, draw: random.Random) -> Iterator[str]:
    """Kill a program that keeps its work; it has kept it once."""
    versions = [_document(version, 200) for version in (0, 1)]
    ready = folder / "ready"

    def keep() -> None:
        recovery = Recovery(folder / "recovery")
        for round_ in _for_ever():
            recovery.write(versions[round_ % 2], ViewState())
            ready.touch()

    _fork_and_kill(keep, draw.uniform(0, LONGEST_SECONDS), ready)
    yield from _check_offered(folder / "recovery", lambda document: document in versions)
    yield "recovery killed"


def _kill_window(folder: Path, draw: random.Random) -> Iterator[str]:
    """Kill the program itself, at a random moment after it kept its work for the first time."""
    environment = {**os.environ, "CONVSTUDIO_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-c", WINDOW],
            cwd=ROOT,
            env=environment,
            stderr=output,
            stdout=output,
        )
    try:
        _wait(lambda: process.poll() is not None or any((folder / "recovery").glob("*/work.json")))
        time.sleep(draw.uniform(0, WINDOW_SECONDS))
        if process.poll() is not None:
            raise Failure(f"the window ended with {process.returncode}: {said.read_text()[-2000:]}")
    except NothingKept:
        process.send_signal(signal.SIGABRT)  # faulthandler tells what every thread is doing
        process.wait()
        raise Failure(f"the window kept nothing in {PATIENCE:.0f} s: {said.read_text()[-2000:]}") from None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    yield from _check_offered(folder / "recovery", lambda document: document.sample.values.to_array().max() in (0, 1))
    yield "window killed"


def _check_offered(folder: Path, is_right: Callable[[Document], bool]) -> Iterator[str]:
    """Do what the next starts do: tidy up, offer, read, offer again, and put aside."""
    left = len(_temporaries(folder))
    tidy(folder)
    offered = list_leftovers(folder)
    if len(offered) != 1:
        raise Failure(f"{len(offered)} recoveries are offered")
    if not is_right(read_leftover(offered[0].path)[0]):
        raise Failure("the recovery is not the work")
    again = mark_offered(offered[0])
    if list_leftovers(folder) != (again,):
        raise Failure("the recovery is not offered twice")
    aside = put_aside(again.path)
    if not is_right(read_leftover(aside)[0]):
        raise Failure("the recovery that was put aside is not the work")
    with Recovery(folder) as next_one:
        next_one.write(_document(0, 8), ViewState())
        next_one.discard()
    tidy(folder)
    loose = [path for path in folder.iterdir() if path != aside]
    if loose or _temporaries(folder):
        raise Failure(f"the next start leaves {loose} {_temporaries(folder)}")
    yield from ["with a temporary file cleared away"] if left else []


# --- shared ------------------------------------------------------------------------------------------------------


def _fork_and_kill(work: Callable[[], object], seconds: float, ready: Path | None = None) -> None:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    try:
        if ready is not None:
            _wait(ready.exists)
        time.sleep(seconds)
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            raise Failure("the program ended by itself")
    finally:
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise NothingKept
        time.sleep(0.002)


def _for_ever() -> Iterator[int]:
    number = 1
    while True:
        yield number
        number += 1


def _temporaries(folder: Path) -> list[Path]:
    return list(folder.rglob(f"*{TEMPORARY_SUFFIX}"))


def _document(version: int, side: int) -> Document:
    values = np.random.default_rng(version).random((side, side, 3), np.float32)
    return Document(Sample.of(f"version {version}", values), Network((Conv.of(np.full((3, 3, 3, 2), version)),)))


def _maps(version: int) -> np.ndarray:
    return np.random.default_rng(version).random((60, 60, 4), np.float32)


def _animation(version: int, kind: FileKind) -> bytes:
    choice = AnimationChoice(1, 3, side=SIDES[0])
    document, view = _document(version, 8), ViewState()
    return encode_animation(kind, scene_of(document, view, forward(document), choice), choice)


def _save_preset(folder: Path, version: int) -> None:
    """Add a preset, or replace it where it is there."""
    kernel = frozen(np.full((3, 3), version + 0.5, np.float32))
    preset = Detector("preset:p", "P", 2, kernel, False, "d", "s", 0.5, ("t",), "n")
    presets = PresetFolder(folder)
    known = presets.read().presets
    if known:
        presets.replace(known[0].id, preset)
    else:
        presets.add([preset])


KINDS = (
    Kind("project", lambda folder, version: save_document(folder / "a.convstudio", _document(version, 100))),
    *(
        Kind(
            f"kernel {ending}",
            lambda folder, version, ending=ending: write_kernel(
                folder / f"k{ending}", np.full((3, 3), version + 0.5, np.float32), "blur"
            ),
        )
        for ending in endings_of(KERNEL_FORMATS)
    ),
    *(
        Kind(
            f"export {kind.endings[0]}",
            lambda folder, version, kind=kind: write_map(folder / f"m{kind.endings[0]}", _maps(version)[..., :1]),
        )
        for kind in map_formats_for((60, 60, 1))
    ),
    *(
        Kind(
            f"animation {kind.endings[0]}",
            lambda folder, version, kind=kind: save_bytes(folder / f"a{kind.endings[0]}", _animation(version, kind)),
        )
        for kind in ANIMATION_FORMATS
    ),
    Kind("preset", lambda folder, version: _save_preset(folder, version)),
    *(
        Kind(
            f"several {suffix}", lambda folder, version, suffix=suffix: write_map(folder / f"m{suffix}", _maps(version))
        )
        for suffix in (".csv", ".png")
    ),
    Kind("settings", lambda folder, version: save_settings(folder / "settings.json", Settings(speed=version + 1))),
)

if __name__ == "__main__":
    sys.exit(main())
