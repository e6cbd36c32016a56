"""The sliding window as an animation: GIF, animated PNG or WebP, one frame a step."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from convstudio.files.exports.animation_formats import GIF_SPEED
from convstudio.files.exports.drawing import INK, LETTER_PIXELS, PAPER, font, width_of
from convstudio.files.exports.frame_containers import Container, Timing, as_apng, as_webp, in_colours_of
from convstudio.files.exports.pictures import png_bytes
from convstudio.model.colour.picture_geometry import uncomputed_boxes
from convstudio.model.panes.exports.animation import AnimationChoice, Scene
from convstudio.model.panes.exports.input_cells import GROUND, window_blocks
from convstudio.model.values.progress import Progress
from convstudio.model.words.file_kinds import FileKind

if TYPE_CHECKING:
    from PIL import Image

_MARGIN, _GAP = 16, 28
_LINE = LETTER_PIXELS + 10
_ACCENT = (217, 72, 15)
_SHORTEST_GIF, _REST = 1000 // GIF_SPEED, 1000  # milliseconds
_GIF, _GIF_MARK = ".gif", b"!\xf9"
"""The ending of an animation that Pillow writes, and what the first bytes of its frames hold."""

_MARK_ROOM = 8
_CONTAINERS: Mapping[str, Container] = {".apng": as_apng, ".webp": as_webp}


def encode_animation(kind: FileKind, scene: Scene, choice: AnimationChoice, progress: Progress | None = None) -> bytes:
    """Return the bytes of an animation in one of `ANIMATION_FORMATS`; `progress` counts steps, and may cancel.

    Every step counts twice, when it is drawn and when it is encoded. The animation plays again and again, and rests on
    its last frame for a second. A GIF shows at most `GIF_SPEED` frames in a second.
    """
    progress = progress or Progress()
    progress.expect(2 * choice.steps)
    progress.reach(0)
    frames = _Frames(scene, choice.side, progress)
    (ending,) = kind.endings
    if ending == _GIF:
        return _as_gif(frames, Timing(choice.steps, max(_SHORTEST_GIF, 1000 // choice.per_second), _REST), progress)
    timing = Timing(choice.steps, 1000 // choice.per_second, _REST)
    return _CONTAINERS[ending](_counted(frames, progress), timing)


def last_frame(scene: Scene, choice: AnimationChoice) -> bytes:
    """Return the last frame of an animation as the bytes of a PNG file."""
    *_, frame = _Frames(scene, choice.side, Progress())
    return png_bytes(frame)


def _counted(frames: Iterable[Image.Image], progress: Progress) -> Iterator[Image.Image]:
    """Yield frames, and count each when it was encoded."""
    for frame in frames:
        yield frame
        progress(1)


def _as_gif(frames: _Frames, timing: Timing, progress: Progress) -> bytes:
    first, *others = frames.with_palette()
    buffer = _CountingBuffer(progress, _GIF_MARK)
    durations = [timing.of(index) for index in range(timing.frames)]
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=durations, loop=0, disposal=1)
    return buffer.getvalue()


class _CountingBuffer(io.BytesIO):
    """Bytes of a file; every write may be cancelled, and one that begins with a mark, as frames do, is counted."""

    def __init__(self, progress: Progress, mark: bytes) -> None:
        super().__init__()
        self._progress, self._mark = progress, mark

    def write(self, data: Any) -> int:
        self._progress(int(self._mark in bytes(data[:_MARK_ROOM])))
        return super().write(data)


class _Frames:
    """Draws the frames one by one: what stays is drawn once."""

    def __init__(self, scene: Scene, side: int, progress: Progress) -> None:
        from PIL import Image, ImageDraw  # here, and not above: Pillow would cost every start 20 ms

        self._scene, self._progress = scene, progress
        painted = (scene.input_colours, scene.map_colours)
        self._map_shape = painted[1].shape
        self._scale = side / max(length for picture in painted for length in picture.shape[:2])
        sizes = [(round(one.shape[1] * self._scale) or 1, round(one.shape[0] * self._scale) or 1) for one in painted]
        way = Image.Resampling.NEAREST if self._scale >= 1 else Image.Resampling.BOX
        self._corners = ((_MARGIN, _MARGIN + _LINE), (_MARGIN + sizes[0][0] + _GAP, _MARGIN + _LINE))
        self._letters = font()
        longest = max(width_of(self._letters, scene.caption(step)) for step in range(len(scene.windows)))
        wide = max(self._corners[1][0] + sizes[1][0], _MARGIN + longest) + _MARGIN
        high = self._corners[0][1] + max(sizes[0][1], sizes[1][1]) + _LINE + _MARGIN
        self._base = Image.new("RGB", (wide, high), PAPER)
        for one, size, corner in zip(painted, sizes, self._corners, strict=True):
            self._base.paste(Image.fromarray(one).resize(size, way), corner)
        draw = ImageDraw.Draw(self._base)
        for title, corner in zip(("Input", "Feature map"), self._corners, strict=True):
            draw.text((corner[0], corner[1] - 6), title, INK, self._letters, anchor="lb")

    def __iter__(self) -> Iterator[Image.Image]:
        for step in range(len(self._scene.windows)):
            self._progress(1)
            yield self._frame(step)

    def with_palette(self) -> Iterator[Image.Image]:
        """Yield the frames in the 256 colours of the last one, which shows all that any of them does."""
        last = self._frame(len(self._scene.windows) - 1)
        last.paste(GROUND, (0, 0, 4, 4))
        return in_colours_of(last, self)

    def _frame(self, step: int) -> Image.Image:
        from PIL import ImageDraw  # here for the reason in __init__

        frame = self._base.copy()
        draw = ImageDraw.Draw(frame)
        row, column = self._scene.cell(step)
        shape = (self._map_shape[0], self._map_shape[1])
        for rows, columns in uncomputed_boxes(shape, row * shape[1] + column + 1):
            draw.rectangle(self._box(1, rows, columns), fill=GROUND)
        for rows, columns in window_blocks(self._scene.windows[step], self._scene.origin):
            draw.rectangle(self._box(0, rows, columns), outline=_ACCENT, width=3)
        draw.rectangle(self._box(1, slice(row, row + 1), slice(column, column + 1)), outline=_ACCENT, width=3)
        draw.text((_MARGIN, frame.height - _MARGIN), self._scene.caption(step), INK, self._letters, anchor="lb")
        return frame

    def _box(self, picture: int, rows: slice, columns: slice) -> tuple[int, int, int, int]:
        left, top = self._corners[picture]
        return (
            left + round(columns.start * self._scale),
            top + round(rows.start * self._scale),
            max(left + round(columns.stop * self._scale) - 1, left + round(columns.start * self._scale)),
            max(top + round(rows.stop * self._scale) - 1, top + round(rows.start * self._scale)),
        )
