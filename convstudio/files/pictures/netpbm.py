"""Netpbm pictures: PBM, PGM, PPM and PNM, as text or as bytes, of any largest value; several in a file are its pages.

Pillow reads them too, and cuts colours of 16 bits to 8. The format is described in Netpbm's manual pages pbm(5),
pgm(5) and ppm(5).
"""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.files.limits import check_page
from convstudio.files.pictures.page import INCOMPLETE, PLAIN, Page, Samples, Values, Wish, check_size
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS

_HEAD = re.compile(rb"\s*P([1-6])")
_NUMBER = re.compile(rb"(?:\s|#[^\n\r]*[\n\r])+(\d{1,9})")
_COMMENT = re.compile(rb"#[^\n\r]*")
_SIXTEEN_BITS = 2**16 - 1  # the largest value that the format has


@dataclass(frozen=True)
class _Head:
    """What the text at the start of a picture says, and where its pixels begin: `kind` is 1 to 6, `most` the white."""

    kind: int
    columns: int
    rows: int
    most: int
    start: int

    @property
    def channels(self) -> int:
        return 3 if self.kind in (3, 6) else 1

    @property
    def is_text(self) -> bool:
        return self.kind < 4

    @property
    def bytes(self) -> int:
        """How many bytes the pixels take, where they are not text; bits fill whole bytes in each row."""
        if self.kind == 4:
            return self.rows * math.ceil(self.columns / 8)
        return self.rows * self.columns * self.channels * (1 if self.most < 256 else 2)


def is_netpbm(data: bytes) -> bool:
    """Return whether a file is one of these, by its first bytes."""
    return len(data) > 3 and data[:1] == b"P" and data[1] in b"123456" and (data[2:3].isspace() or data[2:3] == b"#")


def is_text(data: bytes) -> bool:
    """Return whether it is written as text, which takes longer to read."""
    return is_netpbm(data) and data[1] in b"123"


def open_netpbm(data: bytes, page: int, where: str, wish: Wish = PLAIN) -> Page:
    """Decode a page; raise FileProblem where it is too large or incomplete."""
    heads = _heads(data, where)
    check_page(page, len(heads), where)
    head = heads[page - 1]
    most = LIMITS.image_pixels if head.is_text else LIMITS.framed_pixels  # the numbers of a text fill memory first
    check_size(head.rows, head.columns, head.channels, where, wish, None, most)
    samples = _numbers_in(data, head, where) if head.is_text else _samples_in(data, head)
    if head.kind in (2, 3, 5, 6) and int(samples.max()) > head.most:
        raise FileProblem(f"{where} holds a value above {head.most}, the largest that it announces: get another copy.")
    samples = samples.reshape(head.rows, head.columns, head.channels)

    def read(first: int, last: int) -> Values:
        values: Values = samples[first:last].astype(np.float32) / np.float32(head.most)
        return 1 - values if head.kind in (1, 4) else values  # of bits, 1 is black

    return Page((head.rows, head.columns, head.channels), read, page, len(heads))


def _heads(data: bytes, where: str) -> list[_Head]:
    """Find the pictures in a file: text holds one, and of bytes the next one begins where the pixels end."""
    heads: list[_Head] = []
    at = 0
    while at < len(data) and len(heads) <= LIMITS.file_pages:
        head = _head(data, at, where)
        if head is None:
            break
        heads.append(head)
        if head.is_text:
            break
        at = head.start + head.bytes
    if not heads or (not heads[0].is_text and at > len(data)):
        raise FileProblem(INCOMPLETE.format(file=where))
    if len(heads) > LIMITS.file_pages:
        raise FileProblem(f"{where} has more than {LIMITS.file_pages} pictures: save those that you need.")
    return heads


def _head(data: bytes, at: int, where: str) -> _Head | None:
    """Read the head of the picture at a place; None where what follows the last picture is none."""
    found = _HEAD.match(data, at)
    if found is None:
        return None
    kind, numbers, at = int(found[1]), [], found.end()
    for _ in range(2 if kind in (1, 4) else 3):
        number = _NUMBER.match(data, at)
        if number is None:
            raise FileProblem(INCOMPLETE.format(file=where))
        numbers.append(int(number[1]))
        at = number.end()
    columns, rows, most = (*numbers, 1)[:3]
    if not 1 <= most <= _SIXTEEN_BITS or not rows or not columns:
        raise FileProblem(
            f"{where} announces {columns}×{rows} pixels from 0 to {most}, which cannot be: get another copy."
        )
    return _Head(kind, columns, rows, most, at + 1)  # one blank stands before the pixels


def _samples_in(data: bytes, head: _Head) -> Samples:
    held = np.frombuffer(data, np.uint8, head.bytes, head.start)
    if head.kind == 4:
        return np.unpackbits(held.reshape(head.rows, -1), axis=1, count=head.columns)
    return held if head.most < 256 else held.view(">u2")


def _numbers_in(data: bytes, head: _Head, where: str) -> Samples:
    """Return the numbers of a picture that is written as text; bits need no blank between them."""
    text, count = _COMMENT.sub(b"", data[head.start - 1 :]), head.rows * head.columns * head.channels
    if head.kind == 1:
        signs = np.frombuffer(text, np.uint8)
        bits: NDArray[np.uint8] = signs[(signs == ord("0")) | (signs == ord("1"))] - ord("0")
        numbers: Samples = bits[:count]
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of what stands there and is not a number
            numbers = np.fromstring(text, np.int32, sep=" ")[:count]  # a count would be filled up
    if len(numbers) < count or (len(numbers) and int(numbers.min()) < 0):
        raise FileProblem(INCOMPLETE.format(file=where))
    return numbers
