"""A folder of pictures: which files it lists, and small pictures of them."""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from convstudio.files.inputs import PICTURE_FORMATS, read_input
from convstudio.files.pictures.page import TooLargePicture
from convstudio.files.problems import FileProblem, decoding, named, printable, reason
from convstudio.files.reading import read_bytes
from convstudio.model.panes.thumbnails import THUMBNAIL_SIDE, sample_picture
from convstudio.model.readings.inputs import BY_EVIDENCE
from convstudio.model.readings.pictures.folder import PictureFolder
from convstudio.model.readings.pictures.framing import fitting_size
from convstudio.model.readings.weights.weight_names import file_order
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.progress import Progress
from convstudio.model.values.scale import Colours
from convstudio.model.words.file_kinds import ending_of, endings_of, listed_endings

_JPEG = b"\xff\xd8\xff"


def list_pictures(folder: str | os.PathLike[str]) -> PictureFolder:
    """Return the names of the pictures in a folder, in the order of people: 2 before 10; raise FileProblem for none.

    No file is opened, so that a folder of many thousands is listed at once. Hidden files are left out.
    """
    endings = frozenset(endings_of(PICTURE_FORMATS))
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if ending_of(entry.name) in endings and not entry.name.startswith(".") and entry.is_file():
                    names.append(entry.name)
                if len(names) > LIMITS.folder_pictures:
                    raise FileProblem(
                        f"{named(folder)} holds more than {LIMITS.folder_pictures} pictures: move those that you need "
                        "into another folder."
                    )
    except FileNotFoundError:
        raise gone(folder) from None
    except OSError as error:
        raise FileProblem(
            f"The folder {named(folder)} cannot be listed ({reason(error)}): choose another one."
        ) from None
    if not names:
        raise FileProblem(
            f"The folder {named(folder)} holds no pictures: choose one with files that end in "
            f"{listed_endings(PICTURE_FORMATS)}."
        )
    files = tuple(sorted(names, key=file_order))
    path = Path(folder).absolute()
    return PictureFolder(str(path), files, printable(path.name or str(path)), tuple(map(printable, files)))


def gone(folder: str | os.PathLike[str]) -> FileProblem:
    """Return the problem of a folder that is not there any more."""
    return FileProblem(f"The folder {named(folder)} is not there any more: open it again, or another one.")


def reason_in(folder: PictureFolder, row: int, problem: FileProblem) -> str:
    """Return what is wrong with a picture of the list, without the path that all of them share."""
    return str(problem).replace(printable(folder.path(row)), folder.names[row])


def is_there(folder: str) -> bool:
    """Return whether a folder is still there."""
    return Path(folder).is_dir()


def read_thumbnail(path: str | os.PathLike[str], progress: Progress) -> Colours:
    """Return a small picture of a file, `(rows, columns, 3)` bytes; raise FileProblem as opening it would.

    A JPEG is decoded at a fraction of its size where it is large: in a twentieth of the time.
    """
    small = _small_jpeg(path)
    return sample_picture(_whole(path, progress) if small is None else small)


def _whole(path: str | os.PathLike[str], progress: Progress) -> TiledArray:
    """Return a picture as it would be opened, or smaller where it does not fit."""
    try:
        return read_input(path, BY_EVIDENCE, progress).sample.values
    except TooLargePicture as large:
        return read_input(path, replace(BY_EVIDENCE, size=fitting_size(large.shape)), progress).sample.values


def _small_jpeg(path: str | os.PathLike[str]) -> TiledArray | None:
    """Return a JPEG of less than its size, or None where it is unusual: then the door of all pictures is asked."""
    data = read_bytes(path)
    if not data.startswith(_JPEG):
        return None
    from PIL import Image, ImageOps  # here, and not above: no start needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with decoding(named(path)):
                image: Image.Image = Image.open(io.BytesIO(data), formats=["JPEG"])
                if image.mode not in ("L", "RGB") or image.width * image.height > LIMITS.image_pixels:
                    return None
                image.draft(None, (2 * THUMBNAIL_SIDE, 2 * THUMBNAIL_SIDE))
                pixels = np.asarray(ImageOps.exif_transpose(image), np.float32)
        except FileProblem:
            return None
    return TiledArray.of(pixels.reshape(*pixels.shape[:2], -1) / np.float32(255))
