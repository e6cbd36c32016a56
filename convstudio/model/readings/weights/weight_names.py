"""What the names of a file's arrays tell: which framework wrote them, and which array is the bias of which weights."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from convstudio.model.values.view_state import DataFormat

Shapes = Mapping[str, tuple[int, ...]]
"""The shapes of a file's arrays by their names."""

_KERAS_WORDS = ("kernel", "depthwise_kernel", "pointwise_kernel", "gamma", "beta", "moving_mean", "moving_variance")
_PYTORCH_WORDS = ("weight", "running_mean", "running_var", "num_batches_tracked")
_BIAS_WORDS: Mapping[str, tuple[str, ...]] = {
    "weight": ("bias",),
    "kernel": ("bias",),
    "depthwise_kernel": ("bias",),
    "pointwise_kernel": ("bias",),
    "weights": ("biases", "bias"),
    "w": ("b",),
    "W": ("b",),
}
_NUMBERED = re.compile(r"arr_(\d{1,6})")  # what numpy.savez calls the arrays of Keras's get_weights
_PLACED = re.compile(r"(.*/vars/)(\d{1,6})")  # what Keras calls the arrays of a layer in its files, in their order
_STATED: Mapping[str, DataFormat] = {".keras": "keras", ".h5": "keras", ".hdf5": "keras", ".onnx": "pytorch"}
_NORM_LENGTH = 4
_WORD_SCORE, _SIGN_SCORE = 2, 1


def stated_order(suffix: str) -> DataFormat | None:
    """Return in whose order of axes all arrays of a format stand; None where a format states none.

    ONNX has the order of PyTorch.

    >>> stated_order(".onnx"), stated_order(".npz")
    ('pytorch', None)
    """
    return _STATED.get(suffix)


def votes_of(name: str, suffix: str) -> Counter[DataFormat]:
    """Weigh how surely a framework wrote an array: by the last word of its name, its signs, and the kind of file.

    >>> dict(votes_of("features.0.weight", ".safetensors"))
    {'pytorch': 4}
    """
    votes: Counter[DataFormat] = Counter()
    word = last_word(name)
    votes["keras"] += _WORD_SCORE * (word in _KERAS_WORDS) + _WORD_SCORE * bool(re.search(r":\d+$", name))
    votes["pytorch"] += _WORD_SCORE * (word in _PYTORCH_WORDS)
    votes["keras"] += _SIGN_SCORE * ("/" in name) + _SIGN_SCORE * bool(_NUMBERED.fullmatch(name))
    votes["pytorch"] += _SIGN_SCORE * ("." in name) + _SIGN_SCORE * (suffix == ".safetensors")
    return +votes


def last_word(name: str) -> str:
    """Return the last word of a name, without the number that TensorFlow puts after it.

    >>> last_word("conv2d/kernel:0"), last_word("features.0.weight")
    ('kernel', 'weight')
    """
    return re.split(r"[./]", re.sub(r":\d+$", "", name))[-1]


def prefix_of(name: str) -> str:
    """Return what stands before the last word of a name.

    >>> prefix_of("features.0.weight"), prefix_of("w")
    ('features.0.', '')
    """
    return name[: name.rindex(last_word(name))]


def bias_of(name: str, shapes: Shapes) -> str:
    """Return the name of the vector that is the bias of an array of weights; empty where the file holds none.

    >>> bias_of("0.weight", {"0.weight": (8, 3, 3, 3), "0.bias": (8,)})
    '0.bias'
    >>> bias_of("arr_0", {"arr_0": (3, 3, 4, 2), "arr_1": (8,)})
    'arr_1'
    >>> bias_of("layers/conv2d/vars/0", {"layers/conv2d/vars/0": (3, 3, 1, 8), "layers/conv2d/vars/1": (8,)})
    'layers/conv2d/vars/1'
    """
    word = last_word(name)
    if word == "depthwise_kernel" and name.replace(word, "pointwise_kernel") in shapes:
        return ""  # of a separable convolution: its bias is added last
    start, end = name[: name.rindex(word)], name[name.rindex(word) + len(word) :]
    wanted = [f"{start}{bias}{end}" for bias in _BIAS_WORDS.get(word, ())]
    number, placed = _NUMBERED.fullmatch(name), _PLACED.fullmatch(name)
    if placed:
        wanted = [f"{placed[1]}{int(placed[2]) + 1}"]
    if number:
        wanted = _numbered_bias(int(number[1]), shapes)
    found = [one for one in wanted if len(shapes.get(one, ())) == 1]
    if not found and not number and len(shapes) == 2:
        found = [one for one, shape in shapes.items() if len(shape) == 1 and one != name]
    return found[0] if found else ""


def _numbered_bias(number: int, shapes: Shapes) -> list[str]:
    """Return the array after one of Keras's `get_weights`, unless it begins the four of a batch normalisation."""
    following = [shapes.get(f"arr_{number + step}", ()) for step in range(1, _NORM_LENGTH + 2)]
    alike = [shape == following[0] and len(shape) == 1 for shape in following]
    is_norm = alike == [True] * _NORM_LENGTH + [False]
    return [] if is_norm else [f"arr_{number + 1}"]


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts names as people count: layer 2 before layer 10.

    >>> sorted(["features.10.weight", "features.2.weight"], key=natural)
    ['features.2.weight', 'features.10.weight']
    """
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,18})", name)]


def file_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return a key that sorts names of files in the same way, and capital letters beside small ones.

    >>> sorted(["b10.png", "B2.png", "a.png"], key=file_order)
    ['a.png', 'B2.png', 'b10.png']
    """
    return natural(name.lower()), name
