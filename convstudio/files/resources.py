"""The bundled detectors and samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from itertools import product
from types import MappingProxyType
from typing import Literal

import msgspec
import numpy as np

from convstudio.files.digits import Digits, decode_digits
from convstudio.files.images import decode_image
from convstudio.files.problems import FileProblem
from convstudio.model.library.patterns import DRAWINGS, IMAGES, LETTERS, SEQUENCES, colour_card, drawing, letter
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.sample import Sample
from convstudio.model.values.scale import Colours

SampleKind = Literal["sequence", "pattern", "photograph", "letters", "digits"]

EXAMPLES_OF_A_DIGIT = 4
_THUMBNAIL_SIDE = 64
_DIGITS_FILE = "digits.npz"
_COLOUR_CARD = "colour-card"
_TUTORIAL = "tutorial-"
_GROUPS: Mapping[SampleKind, str] = MappingProxyType(
    {
        "sequence": "Sequences",
        "pattern": "Patterns",
        "photograph": "Photographs",
        "letters": "Letters",
        "digits": "Handwritten digits",
    }
)
"""The headings of the list of samples by their kinds, in the order of the list."""
_CHANNEL_NOTE = "axis = channel"
_TITLES = {
    "tutorial-sequence": "Tutorial: two-step bump",
    "flat-sequence": "Sequence: flat",
    "ramp-sequence": "Sequence: ramp",
    "step-sequence": "Sequence: step",
    "impulse-sequence": "Sequence: impulse",
    "noisy-sine": "Sequence: sine with noise",
    "tutorial-lines": "Tutorial: two-pixel line",
    "flat": "Flat area",
    "vertical-line": "Vertical line",
    "horizontal-line": "Horizontal line",
    "diagonal": "Diagonal",
    "cross": "Cross",
    "step": "Step",
    "ramp": "Ramp",
    "rows-and-columns": "Rows and columns, 6×9",
    "checkerboard": "Checkerboard",
    "impulse": "Impulse",
    "noise": "Noise",
    "plus-and-line": "Plus and line",
    "corners-and-bar": "Corners and bar",
    "worked-question": "Worked question",
    "colour-card": "Colour card",
}


@dataclass(frozen=True)
class SampleInfo:
    """A bundled sample as a list shows it: `sample:ID` opens it, `credit` tells whom to thank (empty: made by us)."""

    id: str
    title: str
    kind: SampleKind
    credit: str = ""

    @property
    def group(self) -> str:
        """The heading under which a list has it."""
        return "Tutorial" if self.id.startswith(_TUTORIAL) else _GROUPS[self.kind]


class BundledFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file under `resources/samples`, with where it comes from and the hash of its bytes."""

    file: str
    id: str
    title: str
    kind: SampleKind
    author: str
    source: str
    licence: str
    changes: str
    sha256: str

    @property
    def credit(self) -> str:
        """Author, licence and source in one line."""
        return f"{self.author} · {self.licence} · {self.source}"


class _DetectorEntry(msgspec.Struct):
    id: str
    name: str
    rank_of_sliding: Literal[1, 2]
    weights: list[list[float]]
    divisor: float
    detects: str
    source: str
    note: str = ""


def load_detectors() -> tuple[Detector, ...]:
    """Return the preset library, in its order."""
    entries = msgspec.json.decode(_read("detectors", "detectors.json"), type=list[_DetectorEntry])
    return tuple(map(_detector, entries))


def sample_catalogue() -> tuple[SampleInfo, ...]:
    """Return every bundled sample, the tutorial's two first, then by kind: photographs come before digits."""
    patterns = (*IMAGES, *DRAWINGS, _COLOUR_CARD)
    made = [*_made(SEQUENCES, "sequence"), *_made(patterns, "pattern"), *_letters()]
    kept = [info for file in bundled_files() for info in _infos(file)]
    return tuple(sorted([*made, *kept], key=_place))


def load_digits() -> Digits:
    """Return all the handwritten digits."""
    return decode_digits(_read("samples", _DIGITS_FILE))


def load_trained() -> bytes:
    """Return the trained digit classifier, a project: `convstudio train` makes it of `digits-untrained.convstudio`."""
    return _read("networks", "digits.convstudio")


def load_icon(name: str) -> bytes:
    """Return an icon by its name, an SVG picture; that of the program is `convstudio`."""
    return _read("icons", f"{name}.svg")


def load_sample(sample_id: str) -> Sample:
    """Return the bundled sample of that id; raise FileProblem, which suggests similar names, when there is none."""
    info = next((info for info in sample_catalogue() if info.id == sample_id), None)
    if info is None:
        raise FileProblem(_unknown(sample_id))
    return Sample.of(info.title, _values(info), f"sample:{info.id}")


def sample_thumbnail(sample_id: str) -> Colours:
    """Return a small picture of a bundled sample, `(rows, columns, 3)` bytes, for a list."""
    from convstudio.model.panes.thumbnails import sample_picture  # here, and not above: no start needs it

    return sample_picture(load_sample(sample_id).values, _THUMBNAIL_SIDE)


def bundled_files() -> tuple[BundledFile, ...]:
    """Return the files under `resources/samples` with their credits."""
    return msgspec.json.decode(_read("samples", "samples.json"), type=tuple[BundledFile, ...])


def _read(folder: str, name: str) -> bytes:
    return (files("convstudio.resources") / folder / name).read_bytes()


def _detector(entry: _DetectorEntry) -> Detector:
    mixes_channels = entry.note == _CHANNEL_NOTE
    kernel = np.array(entry.weights, np.float64) / entry.divisor
    if mixes_channels:
        kernel = kernel[np.newaxis]
    elif entry.rank_of_sliding == 1:
        kernel = kernel[0]
    return Detector(
        id=entry.id,
        name=entry.name,
        rank=entry.rank_of_sliding,
        kernel=frozen(kernel),
        mixes_channels=mixes_channels,
        detects=entry.detects,
        source=entry.source,
    )


def _made(patterns: Iterable[str], kind: SampleKind) -> list[SampleInfo]:
    return [SampleInfo(pattern_id, _TITLES[pattern_id], kind) for pattern_id in patterns]


def _place(info: SampleInfo) -> tuple[bool, int]:
    return not info.id.startswith(_TUTORIAL), tuple(_GROUPS).index(info.kind)


def _letters() -> list[SampleInfo]:
    return [SampleInfo(f"letter-{name.lower()}", f"Letter {name}", "letters") for name in LETTERS]


def _infos(file: BundledFile) -> list[SampleInfo]:
    if file.kind != "digits":
        return [SampleInfo(file.id, file.title, file.kind, file.credit)]
    return [
        SampleInfo(f"digit-{digit}-{example}", f"Handwritten {digit}, example {example}", "digits", file.credit)
        for digit, example in product(range(10), range(1, EXAMPLES_OF_A_DIGIT + 1))
    ]


def _values(info: SampleInfo) -> Floats:
    match info.kind:
        case "sequence":
            return SEQUENCES[info.id]()
        case "pattern":
            return _pattern(info.id)
        case "letters":
            return letter(info.id.removeprefix("letter-").upper())
        case "digits":
            return _digit(info.id)
        case "photograph":
            return _photograph(info.id)


def _pattern(pattern_id: str) -> Floats:
    if pattern_id == _COLOUR_CARD:
        return colour_card()
    return IMAGES[pattern_id]() if pattern_id in IMAGES else drawing(pattern_id)


def _digit(digit_id: str) -> Floats:
    digit, example = map(int, digit_id.removeprefix("digit-").split("-"))
    return load_digits().example(digit, example)


def _photograph(photograph_id: str) -> Floats:
    file = next(file for file in bundled_files() if file.id == photograph_id)
    return decode_image(_read("samples", file.file), file.file).values


def _unknown(sample_id: str) -> str:
    ids = [info.id for info in sample_catalogue()]
    near = get_close_matches(sample_id, ids, n=3, cutoff=0.4)
    advice = f"did you mean {' or '.join(near)}" if near else f"choose one such as {', '.join(ids[:3])}"
    return f"The sample “{sample_id[:60]}” does not exist: {advice}?"
