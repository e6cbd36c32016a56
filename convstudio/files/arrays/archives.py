"""NumPy's `.npz` archives: how many members they have is checked before they are listed, and each is unpacked alone."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from functools import partial

from convstudio.files.arrays.npy import START_BYTES, NpyHeader, decode_npy, read_header, read_header_of
from convstudio.files.problems import FileProblem, decoding, printable, tried
from convstudio.files.reading import Content, stream_of
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS

_BAD = "{file} is not an .npz archive, or a damaged one: save it again with numpy.savez."
_END, _END_LENGTH, _LONGEST_COMMENT = b"PK\5\6", 22, 2**16
_TAIL_LENGTH = _END_LENGTH + _LONGEST_COMMENT + 20  # and what stands before the end of the largest archives
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # NumPy's; others may unpack a few bytes into gigabytes at once


def list_npz(data: Content, where: str) -> dict[str, NpyHeader | FileProblem]:
    """Return the header of each array of an archive, or what is wrong with it, by names that can be printed.

    Of each member only the first bytes are unpacked. Raises FileProblem where the archive itself is damaged.
    """
    with _archive(data, where) as archive:
        return {name: tried(partial(_header, archive, entry, where)) for name, entry in _members(archive)}


def read_npz(data: Content, names: Collection[str], where: str) -> Iterator[tuple[str, Floats | FileProblem]]:
    """Yield arrays of an archive, or what is wrong with each, by the names that `list_npz` gave them."""
    with _archive(data, where) as archive:
        for name, entry in _members(archive):
            if name in names:
                yield name, tried(partial(_array, archive, entry, where))


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the arrays of an archive by their names; of two with one name the last, which NumPy reads too."""
    arrays = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
    yield from {printable(entry.filename.removesuffix(".npy")): entry for entry in arrays}.items()


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> Floats:
    content = _unpacked(archive, entry, entry.file_size, where)
    member = _member(entry, where)
    return decode_npy(content, read_header(content, member), member)


def open_archive(data: Content, where: str, bad: str) -> zipfile.ZipFile:
    """Open an archive whose list of members keeps to the limits; raise FileProblem, with the sentence `bad` or another.

    A long list is refused before zipfile builds an object for each member: the end of the file tells how long it is.
    """
    _check_directory(data, where, bad)
    with decoding(where, bad):
        return zipfile.ZipFile(stream_of(data))


def _archive(data: Content, where: str) -> zipfile.ZipFile:
    return open_archive(data, where, _BAD)


def _check_directory(data: Content, where: str, bad: str) -> None:
    """Refuse a long list of members by what the end of the file says about it.

    The end is found as zipfile finds it: at the very end, or before a comment.
    """
    tail = data[max(0, len(data) - _TAIL_LENGTH) :]
    end = len(tail) - _END_LENGTH
    if end < 0 or tail[end : end + 4] != _END or tail[-2:] != b"\0\0":
        end = tail.rfind(_END, max(0, len(tail) - _END_LENGTH - _LONGEST_COMMENT))
    if end < 0:
        raise FileProblem(bad.format(file=where))
    count = int.from_bytes(tail[end + 10 : end + 12], "little")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    has_more = b"PK\6\7" in tail[max(0, end - 20) : end]  # the end of an archive of 65,536 members or 4 GB and more
    if has_more or count > LIMITS.file_arrays or length > LIMITS.file_names_bytes:
        raise FileProblem(
            f"{where} lists {'more than 65,535' if has_more else count} files in {length / 2**20:.1f} MiB, and "
            f"at most {LIMITS.file_arrays} in {LIMITS.file_names_bytes >> 20} MiB are read: save fewer of them, or "
            "with shorter names."
        )


def _header(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> NpyHeader:
    start = _unpacked(archive, entry, START_BYTES, where)
    return read_header_of(start, entry.file_size, _member(entry, where))


def _member(entry: zipfile.ZipInfo, where: str) -> str:
    """Name a member at the beginning of a sentence."""
    return f"{where}, “{printable(entry.filename)[:60]}”,"


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, where: str) -> bytes:
    return unpacked(archive, entry, most, where, "save it again with numpy.savez")


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, where: str, advice: str) -> bytes:
    """Return the first `most` bytes of a member, however many it claims to have; raise FileProblem with the advice."""
    sentence = f"{where} is damaged or locked at “{printable(entry.filename)[:60]}”: {advice}."
    if entry.compress_type not in _PACKINGS:
        raise FileProblem(sentence)
    with decoding(where, sentence), archive.open(entry) as member:
        return member.read(most)
