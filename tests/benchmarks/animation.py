"""Time until an animation of the sliding window is written, beside the time in which it plays at the top speed.

    python -m tests.benchmarks.animation

The goal is a ratio below 1 for 200 steps of the largest size that takes so many. Each line is the median of several
runs of the time of the processor: on a free machine no more passes.
"""

import statistics
import time

import numpy as np

from convstudio.files.exports.animation import encode_animation
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.exports.animation import AnimationChoice, scene_of
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

RUNS = 3
STEPS, SIDE = 200, 720


def documents() -> dict[str, Document]:
    """Return a small grid and a photograph-like input, each with one convolution."""
    draw = np.random.default_rng(1)
    smooth = np.cumsum(np.cumsum(draw.standard_normal((96, 96, 3)), 0), 1)
    photo = (smooth - smooth.min()) / np.ptp(smooth)
    inputs = {"grid 19×19": photo[:19, :19, :1], "photograph 96×96": photo}
    return {
        name: Document(Sample.of(name, values), Network((Conv.of(draw.standard_normal((5, 5, values.shape[-1], 1))),)))
        for name, values in inputs.items()
    }


def main() -> None:
    """Print one line for each input and format."""
    choice = AnimationChoice(1, STEPS, LIMITS.animation_speed, SIDE)
    plays = STEPS / LIMITS.animation_speed
    for name, document in documents().items():
        scene = scene_of(document, ViewState(), forward(document), choice)
        for kind in ANIMATION_FORMATS:
            times = []
            for _ in range(RUNS):
                start = time.process_time()
                encode_animation(kind, scene, choice)
                times.append(time.process_time() - start)
            seconds = statistics.median(times)
            print(f"{name:18} {kind.endings[0]:6} {seconds:5.2f} s of {plays:.2f} s, ratio {seconds / plays:.2f}")


if __name__ == "__main__":
    main()
