"""Edit, add a layer, play, undo all and redo all, again and again, and count what stays alive.

    python -m tests.reliability.memory --count 200

Every cycle leaves the document as it was. The first cycles fill caches; after them the number of Python objects may
not grow by more than a small amount in all. Ends with status 1, and with the types that grew, where it does. The last
line also says what the process holds, which Qt and the allocator blur.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from convstudio import app
from convstudio.model.edits import input_cells, kernel_weights

WARM_UP = 25  # more than there are kinds of layers, each of which fills caches of its own
MOST_GROWTH = 100
TOLD_TYPES = 15
STEPS_OF_PLAY = 3


def cycle(studio: app.Studio, number: int) -> None:
    """Edit a cell and a weight, add a layer, play a few positions, undo everything, redo it, and undo it again."""
    session, player = studio.session, studio.player
    cell = input_cells.set_input_values(session.document, (1, 1), [[number % 7 + 2]], 0)
    session.apply("Set cell", cell)
    _answer(studio)
    weight = kernel_weights.set_weights_block(session.document, 0, 0, 0, (0, 0), [[number % 5 + 3]])
    session.apply("Set weight", weight)
    _answer(studio)
    studio.ribbon.add_menu.actions()[number % len(studio.ribbon.add_menu.actions())].trigger()
    _answer(studio)
    player.toggle()
    for _ in range(STEPS_OF_PLAY):
        player._step()
        _answer(studio)
    player.pause()
    stack = session.undo_stack
    for step, can_step in ((stack.undo, stack.canUndo), (stack.redo, stack.canRedo), (stack.undo, stack.canUndo)):
        while can_step():
            step()
            _answer(studio)


def _answer(studio: app.Studio) -> None:
    """Let the program show what changed, until nothing runs."""
    QApplication.processEvents()
    while studio.recompute.is_busy or not studio.jobs.is_idle:
        QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def count_objects() -> Counter[str]:
    """Return how many objects of every type are alive."""
    for _ in range(3):
        gc.collect()
    return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())


def run(count: int, played: Callable[[int], object] = lambda _: None) -> tuple[Counter[str], int]:
    """Live so many cycles in a fresh program; return which types grew after the first ones, and by how much in all."""
    grown: list[Counter[str]] = []
    failures: list[BaseException] = []
    start = app.Studio.start

    def start_and_cycle(studio: app.Studio, files: Sequence[str]) -> None:
        start(studio, files)
        QTimer.singleShot(0, lambda: _live(studio, count, played, grown, failures))

    with tempfile.TemporaryDirectory(prefix="convstudio-memory-") as home:
        os.environ["CONVSTUDIO_HOME"] = home
        app.Studio.start = start_and_cycle  # type: ignore[method-assign]
        try:
            app.run([])
        finally:
            app.Studio.start = start  # type: ignore[method-assign]
    if failures:
        raise failures[0]
    before, after = grown
    return after - before, after.total() - before.total()


def _live(
    studio: app.Studio,
    count: int,
    played: Callable[[int], object],
    grown: list[Counter[str]],
    failures: list[BaseException],
) -> None:
    try:
        for number in range(WARM_UP + count):
            if number == WARM_UP:
                grown.append(count_objects())
            cycle(studio, number)
            played(number)
        grown.append(count_objects())
    except BaseException as failure:
        failures.append(failure)
    finally:
        studio.session.mark_saved(studio.session.document)
        QTimer.singleShot(0, studio.window.close)


def resident_bytes() -> int:
    """Return what the process holds in memory, or 0 where the system does not tell."""
    status = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s*(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0


def main() -> int:
    """Run, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    begin = time.monotonic()
    held: list[int] = []
    types, growth = run(options.count, lambda _: held.append(resident_bytes()))
    for name, more in types.most_common(TOLD_TYPES if growth > MOST_GROWTH else 0):
        print(f"{more:+d} {name}")
    seconds = time.monotonic() - begin
    resident = (held[-1] - held[WARM_UP - 1]) / 2**20
    print(f"{options.count} cycles in {seconds:.0f} s: {growth:+d} objects, {resident:+.1f} MiB resident")
    return 1 if growth > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
