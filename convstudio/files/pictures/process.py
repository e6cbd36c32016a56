"""The helper process: decodes one picture from its standard input and writes rows of numbers to its standard output.

Started by `helper.py` as a separate module. It knows no Qt, opens no file, and cannot take more than a stated amount
of memory where the system can hold it to that (on Linux).

What it writes are frames: a letter, a length of eight bytes, and so many bytes. `H` is the head of the page in JSON,
`R` some rows as float32, `P` the sentence of a problem, `T` that and the shape of a
picture that is too large; `E` ends the page.
"""

from __future__ import annotations

import contextlib
import json
import struct
import sys
from typing import Any, BinaryIO

from convstudio.files.pictures.opening import open_page
from convstudio.files.pictures.page import Page, TooLargePicture, Wish
from convstudio.files.problems import FileProblem, decoding

FRAME = struct.Struct(">cQ")
OWN_BYTES = 832 * 2**20
"""What it may take beside three times the file: 64 MiB, and room for a page of the most values in 64 bits."""


def main() -> None:
    """Read one picture and write it; the arguments are the page, the name for sentences, and the wish in JSON."""
    page, where, wish = int(sys.argv[1]), sys.argv[2], _wish(json.loads(sys.argv[3]))
    data = sys.stdin.buffer.read()
    hold_memory(3 * len(data) + OWN_BYTES)
    out = sys.stdout.buffer
    try:
        with decoding(where):
            _write_page(out, open_page(data, page, where, wish))
    except TooLargePicture as problem:
        _write(out, b"T", json.dumps([str(problem), problem.shape]).encode())
    except FileProblem as problem:
        _write(out, b"P", str(problem).encode())
    out.flush()


def _wish(told: list[Any]) -> Wish:
    keeps_opacity, crop, size = told
    return Wish(keeps_opacity, None if crop is None else tuple(crop), None if size is None else tuple(size))


def _write_page(out: BinaryIO, found: Page) -> None:
    head = {
        "shape": found.shape,
        "page": found.page,
        "pages": found.pages,
        "notes": found.notes,
        "opacity": found.opacity,
        "whole": found.whole,
    }
    _write(out, b"H", json.dumps(head).encode())
    for _first, rows in found.blocks():
        _write(out, b"R", rows.tobytes())
    _write(out, b"E", b"")


def _write(out: BinaryIO, kind: bytes, content: bytes) -> None:
    out.write(FRAME.pack(kind, len(content)))
    out.write(content)


def hold_memory(most: int) -> None:
    """Let an allocation beyond so many bytes more than now fail, as far as the system can do that."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not there on Windows

        taken = _data_bytes()
        resource.setrlimit(resource.RLIMIT_DATA, (taken + most, taken + most))


def _data_bytes() -> int:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  a Path would be one import more
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))


if __name__ == "__main__":
    main()
