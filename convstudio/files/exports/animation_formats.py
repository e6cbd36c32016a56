"""The formats of animations: apart from what writes them, because the start lists all formats."""

from dataclasses import dataclass

from convstudio.model.values.limits import LIMITS
from convstudio.model.words.file_kinds import FileKind

GIF_SPEED = 50
"""Frames in a second: browsers slow down a GIF that asks for more."""


@dataclass(frozen=True)
class AnimationFormat(FileKind):
    """A format of animations, with how many frames in a second it shows."""

    speed: int = LIMITS.animation_speed


ANIMATION_FORMATS = (
    AnimationFormat(
        "GIF animation",
        (".gif",),
        f"one frame for each step, in 256 colours, at most {GIF_SPEED} in a second",
        GIF_SPEED,
    ),
    AnimationFormat("PNG animation", (".apng",), "one frame for each step, in all colours"),
    AnimationFormat("WebP animation", (".webp",), "one frame for each step, in all colours"),
)
