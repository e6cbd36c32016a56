"""Pictures whose decoding can take long: decoded in a helper process that can be stopped at any time."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from convstudio.files.helper_process import helper_command, helper_environment, not_started
from convstudio.files.pictures.page import PLAIN, Opacity, TooLargePicture, Wish, check_size
from convstudio.files.pictures.process import FRAME
from convstudio.files.problems import FileProblem
from convstudio.model.values.progress import CancelledError, Progress

DEADLINE = 60.0
"""How many seconds a picture may take; the slowest photograph that was met takes a third of that."""

_LOOK = 0.05  # seconds between two checks of the clock, and of whether it was cancelled
_HEAD_BYTES = 2**16


@dataclass(frozen=True)
class DecodedPage:
    """The picture as the helper decoded it; see `page.Page`."""

    values: NDArray[np.float32]
    page: int
    pages: int
    notes: tuple[str, ...]
    opacity: Opacity
    whole: tuple[int, ...]


def decode_in_helper(
    data: bytes,
    where: str,
    page: int,
    progress: Progress,
    deadline: float = DEADLINE,
    wish: Wish = PLAIN,
) -> DecodedPage:
    """Decode a page in another process, and kill that when `progress` is cancelled or it takes too long.

    Raises FileProblem, also where the decoder takes too long, too much memory, or its process down with it.
    """
    wanted = json.dumps([wish.keeps_opacity, wish.crop, wish.size])
    try:
        process = subprocess.Popen(
            helper_command(f"{__package__}.process", str(page), where, wanted),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=helper_environment(),
        )
    except OSError as error:
        raise not_started(where, error) from None
    with process:
        watch = _Watch(process, progress, deadline)
        try:
            found = _exchange(process, data, where, progress)
        finally:
            watch.end()
    if progress.is_cancelled:
        raise CancelledError
    if watch.is_late:
        raise FileProblem(
            f"{where} takes longer than {deadline:.0f} seconds to decode: save it as a plain PNG, or make it smaller."
        )
    if found is None:
        raise FileProblem(f"{where} stopped its decoder, so it is probably damaged: get a whole copy of it.")
    return found


class _Watch:
    """Kills a process when it is late or nobody wants its result any more."""

    def __init__(self, process: subprocess.Popen[bytes], progress: Progress, deadline: float) -> None:
        self.is_late = False
        self._process, self._progress = process, progress
        self._end = time.monotonic() + deadline
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="picture helper's watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop watching, and leave no process running."""
        self._is_over.set()
        self._thread.join()
        self._process.kill()

    def _run(self) -> None:
        while not self._is_over.wait(_LOOK):
            self.is_late = time.monotonic() > self._end
            if self.is_late or self._progress.is_cancelled:
                self._process.kill()
                return


def _exchange(process: subprocess.Popen[bytes], data: bytes, where: str, progress: Progress) -> DecodedPage | None:
    """Hand the picture over and read what comes back; None where the process ended before its time."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(data)
        process.stdin.close()
        return _read_page(process.stdout, where, progress)
    except (OSError, EOFError):
        return None
    finally:
        with contextlib.suppress(OSError):  # else leaving the process would try to hand over the rest
            process.stdin.close()


def _read_page(answer: IO[bytes], where: str, progress: Progress) -> DecodedPage:
    kind, length = FRAME.unpack(_read(answer, FRAME.size))
    content = _read(answer, min(length, _HEAD_BYTES))
    if kind == b"P":
        raise FileProblem(content.decode())
    if kind == b"T":
        raise TooLargePicture(*json.loads(content))
    head = json.loads(content)
    rows, columns, channels = head["shape"]
    check_size(rows, columns, channels, where)
    values = np.empty((rows, columns, channels), np.float32)
    room, filled = values.reshape(-1).view(np.uint8).data, 0
    while True:
        progress(0)
        kind, length = FRAME.unpack(_read(answer, FRAME.size))
        if kind == b"E":
            break
        if kind == b"P":
            raise FileProblem(_read(answer, min(length, _HEAD_BYTES)).decode())
        if answer.readinto(room[filled : filled + length]) != length:  # type: ignore[attr-defined]  # it is buffered
            raise EOFError
        filled += length
    if filled != values.nbytes:
        raise EOFError
    return DecodedPage(values, head["page"], head["pages"], tuple(head["notes"]), head["opacity"], tuple(head["whole"]))


def _read(answer: IO[bytes], count: int) -> bytes:
    content = answer.read(count)
    if len(content) != count:
        raise EOFError
    return content
