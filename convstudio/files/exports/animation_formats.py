"""The formats of animations: apart from what writes them, because the start lists all formats."""

from convstudio.model.words.file_kinds import FileKind

ANIMATION_FORMATS = (
    FileKind("GIF animation", (".gif",), "one frame for each step, in 256 colours, at most 50 in a second"),
    FileKind("PNG animation", (".apng",), "one frame for each step, in all colours"),
    FileKind("WebP animation", (".webp",), "one frame for each step, in all colours"),
)
