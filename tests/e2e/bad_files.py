"""Files that no program should trust, made small."""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from convstudio.files.projects.documents import PROJECT_FORMAT

_READS_UP_TO = f"this program reads up to {PROJECT_FORMAT.version}"


def text_named_png(folder: Path) -> Path:
    path = folder / "text.png"
    path.write_text("This is a text.")
    return path


def truncated_image(folder: Path) -> Path:
    path = folder / "cut.jpg"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def huge_image(folder: Path) -> Path:
    """Make a picture whose header claims 30,000×30,000 pixels, and that holds none."""
    path = folder / "huge.png"
    header = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"")))
    return path


def lying_array(folder: Path) -> Path:
    path = folder / "lying.npy"
    np.save(path, np.zeros((8, 8)))
    path.write_bytes(path.read_bytes().replace(b"(8, 8)", b"(9, 9)"))
    return path


def array_of_objects(folder: Path) -> Path:
    path = folder / "objects.npy"
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    return path


def newer_project(folder: Path) -> Path:
    path = folder / "tomorrow.convstudio"
    path.write_text('{"format":"convstudio-project","version":99,"hologram":true}')
    return path


def damaged_project(folder: Path) -> Path:
    path = folder / "torn.convstudio"
    path.write_text('{"format":"convstudio-project","version":1,"title":"x","sample":{"na')
    return path


def table_with_an_empty_cell(folder: Path) -> Path:
    path = folder / "gap.csv"
    path.write_text("1,2\n3,\n")
    return path


def table_with_a_word(folder: Path) -> Path:
    path = folder / "word.csv"
    path.write_text("1,2\n3,four\n")
    return path


def empty_file(folder: Path) -> Path:
    path = folder / "zero.npy"
    path.write_bytes(b"")
    return path


def folder_named_like_a_picture(folder: Path) -> Path:
    path = folder / "pictures.png"
    path.mkdir()
    return path


def plain_folder(folder: Path) -> Path:
    path = folder / "pictures"
    path.mkdir()
    return path


def file_of_another_kind(folder: Path) -> Path:
    path = folder / "song.mp3"
    path.write_bytes(b"ID3")
    return path


def kernel_too_large(folder: Path) -> Path:
    path = folder / "kernel.json"
    path.write_text('{"format":"convstudio-kernel","version":1,"weights":' + str([[1.0] * 99]) + "}")
    return path


BAD_FILES = (
    (text_named_png, "“{path}” is not a picture: open a PNG, JPEG, BMP, GIF, TIFF, WebP, PNM or QOI file"),
    (truncated_image, "“{path}” is damaged, or ends before the picture is complete: get a whole copy of it"),
    (huge_image, "“{path}” has more than the 178000000 pixels of which a part or a smaller size can be taken"),
    (lying_array, "“{path}” claims to hold 9×9 values in 648 bytes, and 512 bytes follow: it is damaged"),
    (array_of_objects, "“{path}” holds Python objects: save whole or real numbers"),
    (newer_project, f"“{{path}}” was made by a newer ConvStudio (project version 99; {_READS_UP_TO}): open"),
    (damaged_project, "“{path}” is not a ConvStudio project, or a damaged one"),
    (table_with_an_empty_cell, "“{path}”: row 2, column 2: The cell is empty: type a number"),
    (table_with_a_word, "“{path}”: row 2, column 2: “four” is not a number: type one"),
    (empty_file, "“{path}” is empty (0 bytes): choose another file"),
    (folder_named_like_a_picture, "“{path}” is a folder: choose a file inside it"),
    (plain_folder, "The folder “{path}” holds no pictures: choose one with files that end in .png"),
    (file_of_another_kind, "“{path}” is not an input: choose a file that ends in"),
    (kernel_too_large, "“{path}”"),
)
"""Every maker of a bad file, and how the sentence about it begins."""


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
