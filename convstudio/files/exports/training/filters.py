"""The filters of a layer through a training as an animation: a frame for each kept step, all in the same colours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from convstudio.files.exports.drawing import (
    INK,
    LETTER_PIXELS,
    PAPER,
    draw_bar,
    ends_of_bar,
    font,
    in_letters_of_pillow,
    width_of,
)
from convstudio.files.exports.frame_containers import Timing, in_colours_of
from convstudio.files.exports.frame_containers import as_apng as apng_of
from convstudio.files.exports.frame_containers import as_webp as webp_of
from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.exports.pictures import png_bytes
from convstudio.model.colour.display import colours
from convstudio.model.panes.exports.training import NO_TRAINING, FilterScene, filter_scene

if TYPE_CHECKING:
    from PIL import Image

_MARGIN, _GAP, _BAR = 16, 6, 160
_LINE = LETTER_PIXELS + 10
_WIDEST, _SMALLEST_TILE, _LARGEST_TILE = 720, 24, 96
_EACH, _REST = 125, 1000  # milliseconds


def as_gif(subject: PageSubject) -> bytes:
    """Write a GIF in 256 colours, those of the bar among them."""
    scene = _scene(subject)
    frames = list(_counted(scene, subject))
    first, *others = in_colours_of(frames[-1], frames)
    timing = Timing(len(frames), _EACH, _REST)
    buffer = io.BytesIO()
    durations = [timing.of(index) for index in range(timing.frames)]
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=durations, loop=0, disposal=1)
    return buffer.getvalue()


def as_apng(subject: PageSubject) -> bytes:
    """Write an animated PNG in all colours."""
    scene = _scene(subject)
    return apng_of(_counted(scene, subject), Timing(len(scene.steps), _EACH, _REST))


def as_webp(subject: PageSubject) -> bytes:
    """Write an animated WebP without loss."""
    scene = _scene(subject)
    return webp_of(_counted(scene, subject), Timing(len(scene.steps), _EACH, _REST))


def last_frame(subject: PageSubject) -> bytes:
    """Return the last frame as the bytes of a PNG file."""
    scene = _scene(subject)
    return png_bytes(_frame(scene, len(scene.steps) - 1))


def _scene(subject: PageSubject) -> FilterScene:
    if subject.record is None:
        raise ValueError(NO_TRAINING)
    return filter_scene(subject.record, subject.view.layer)


def _counted(scene: FilterScene, subject: PageSubject) -> Iterator[Image.Image]:
    subject.progress.expect(len(scene.steps))
    subject.progress.reach(0)
    for index in range(len(scene.steps)):
        subject.progress(1)
        yield _frame(scene, index)


def _frame(scene: FilterScene, index: int) -> Image.Image:
    """Draw the tiles of one step, with its words below them and the bar of the colours."""
    from PIL import Image, ImageDraw  # here, and not above: Pillow would cost every start 20 ms

    tiles = scene.frames[index]
    count, rows, columns = tiles.shape
    down = -(-count // scene.columns)
    side = max(_SMALLEST_TILE, min(_LARGEST_TILE, _WIDEST // scene.columns - _GAP))
    times = max(1, side // max(rows, columns))
    wide, high = columns * times, rows * times
    letters, words, last = font(), *(in_letters_of_pillow(scene.words(at)) for at in (index, -1))
    whole = max(scene.columns * (wide + _GAP) - _GAP, width_of(letters, last), _BAR)
    sheet = Image.new("RGB", (whole + 2 * _MARGIN, down * (high + _GAP) + 3 * _LINE + 2 * _MARGIN), PAPER)
    for place in range(count):
        row, column = divmod(place, scene.columns)
        picture = Image.fromarray(colours(tiles[place], scene.levels)).resize((wide, high), Image.Resampling.NEAREST)
        sheet.paste(picture, (_MARGIN + column * (wide + _GAP), _MARGIN + row * (high + _GAP)))
    draw, below = ImageDraw.Draw(sheet), _MARGIN + down * (high + _GAP)
    draw.text((_MARGIN, below + 4), words, INK, letters)
    draw_bar(sheet, scene.levels, (_MARGIN, below + _LINE + 4, _MARGIN + _BAR, below + _LINE + 18))
    low, top = ends_of_bar(scene.levels)
    draw.text((_MARGIN, below + _LINE + 22), low, INK, letters)
    draw.text((_MARGIN + _BAR, below + _LINE + 22), top, INK, letters, anchor="ra")
    return sheet
