"""A folder of pictures is listed without opening one, and small pictures come from the door of all pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convstudio.files.pictures.folder import list_pictures, read_thumbnail, reason_in
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.progress import Progress


def test_pictures_are_listed_as_people_count_and_other_files_left_out(tmp_path: Path) -> None:
    for name in ("b10.PNG", "b2.png", ".hidden.png", "notes.txt", "a.tif"):
        (tmp_path / name).touch()
    (tmp_path / "c.png").mkdir()
    assert list_pictures(tmp_path).files == ("a.tif", "b2.png", "b10.PNG")


def test_a_folder_of_more_pictures_than_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(LIMITS), "folder_pictures", 1, raising=False)
    monkeypatch.setitem(LIMITS.__dict__, "folder_pictures", 1)
    for name in ("a.png", "b.png"):
        (tmp_path / name).touch()
    with pytest.raises(FileProblem, match="holds more than 1 pictures: move those"):
        list_pictures(tmp_path)


def test_a_file_in_place_of_a_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileProblem, match=r"cannot be listed \(not a directory\): choose another one"):
        list_pictures(tmp_path / "file")


def test_a_large_jpeg_becomes_a_small_picture_turned_upright(tmp_path: Path) -> None:
    pixels = np.zeros((400, 1200, 3), np.uint8)
    pixels[:, :600] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: what is left comes to the top
    Image.fromarray(pixels).save(tmp_path / "p.jpg", exif=exif)
    small = read_thumbnail(tmp_path / "p.jpg", Progress())
    rows, columns = small.shape[:2]
    assert rows > 2.5 * columns
    assert small[2].min() > 250 > 5 > small[-3].max()


def test_a_damaged_picture_is_refused_as_by_opening_it_without_the_path_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(b"\xff\xd8\xff broken")
    with pytest.raises(FileProblem) as refused:
        read_thumbnail(tmp_path / "p.jpg", Progress())
    told = reason_in(list_pictures(tmp_path), 0, refused.value)
    assert told == "“p.jpg” is damaged, or ends before the picture is complete: get a whole copy of it."
