"""Animations as Pillow plays them."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from convstudio.files.exports.animation import encode_animation
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.model.colour.display import colours
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.exports.animation import AnimationChoice, scene_of
from convstudio.model.panes.exports.input_cells import GROUND
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.file_kinds import endings_of, kind_of

RNG = np.random.default_rng(6)
DOCUMENT = Document(Sample.of("noise", RNG.uniform(size=(6, 6, 1))), Network((Conv.of(RNG.normal(size=(3, 3, 1, 1))),)))
CELL = 60  # pixels: 360 for six


def animated(ending, choice, progress=None):
    scene = scene_of(DOCUMENT, ViewState(), forward(DOCUMENT), choice)
    return scene, encode_animation(kind_of(ANIMATION_FORMATS, ending), scene, choice, progress)


@pytest.mark.parametrize("ending", endings_of(ANIMATION_FORMATS))
def test_every_step_is_a_frame_in_which_the_map_is_filled_so_far(ending):
    scene, data = animated(ending, AnimationChoice(3, 14, 8))
    expected = colours(scene.values, scene.levels).astype(int)
    tolerance = 12 if ending == ".gif" else 0
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 12
        for frame in range(12):
            image.seek(frame)
            pixels = np.asarray(image.convert("RGB")).astype(int)
            for index in range(16):
                row, column = divmod(index, 4)
                at = pixels[16 + 24 + row * CELL + 30, 16 + 360 + 28 + column * CELL + 30]
                wanted = expected[row, column] if index <= frame + 2 else GROUND
                assert np.abs(at - wanted).max() <= tolerance, (frame, index)


def test_the_paper_of_a_gif_is_white():
    _, data = animated(".gif", AnimationChoice(3, 14, 8))
    with Image.open(io.BytesIO(data)) as image:
        for frame in range(image.n_frames):
            image.seek(frame)
            assert image.convert("RGB").getpixel((2, 100)) == (255, 255, 255)


@pytest.mark.parametrize("ending", [".gif", ".apng"])
def test_it_plays_at_the_speed_that_was_chosen(ending):
    _, data = animated(ending, AnimationChoice(1, 4, 8))
    with Image.open(io.BytesIO(data)) as image:
        durations = []
        for frame in range(4):
            image.seek(frame)
            durations.append(image.info["duration"])
    assert np.allclose(durations, [125, 125, 125, 1125], atol=5)


def test_the_window_is_outlined_in_the_input():
    _, data = animated(".apng", AnimationChoice(1, 2))
    with Image.open(io.BytesIO(data)) as image:
        image.seek(1)
        pixels = np.asarray(image.convert("RGB"))
    assert pixels[16 + 24 + 90, 16 + CELL + 1].tolist() == [217, 72, 15]
    assert pixels[16 + 24 + 90, 16 + 4 * CELL - 2].tolist() == [217, 72, 15]


def test_a_cancelled_animation_stops():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        animated(".gif", AnimationChoice(1, 16), progress)


class CancelledLate(Progress):
    """Is cancelled as soon as all frames are drawn: what is left is the encoding of one file."""

    def __call__(self, done):
        super().__call__(done)
        if self.share > 0.5:
            self.cancel()


@pytest.mark.parametrize("ending", endings_of(ANIMATION_FORMATS))
def test_the_encoding_of_a_file_can_be_cancelled(ending):
    with pytest.raises(CancelledError):
        animated(ending, AnimationChoice(1, 16), CancelledLate())


@pytest.mark.parametrize("ending", endings_of(ANIMATION_FORMATS))
def test_progress_counts_every_frame_drawn_and_encoded(ending):
    progress = Progress()
    animated(ending, AnimationChoice(1, 16), progress)
    assert progress.share == 1


def test_browsers_show_every_frame_of_a_fast_gif():
    _, data = animated(".gif", AnimationChoice(1, 4, 60))
    with Image.open(io.BytesIO(data)) as image:
        image.seek(1)
        assert image.info["duration"] == 20


@pytest.mark.parametrize("ending", endings_of(ANIMATION_FORMATS))
def test_it_is_written_faster_than_it_plays(ending):
    begin = time.process_time()  # whatever else the machine does
    animated(ending, AnimationChoice(1, 16, 4))
    assert time.process_time() - begin < 16 / 4
