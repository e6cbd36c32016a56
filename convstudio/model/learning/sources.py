"""Where the data of a training come from, as one short text: on the command line, in a window, and in a project."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import assert_never

from convstudio.model.learning.patterns import USUAL_PATTERNS, PatternSettings, check_patterns
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact

DIGITS, PATTERNS, PAIR, OWN = "digits", "patterns", "pair", "own"
_WORDS = {"classes": "classes", "side": "side", "per_class": "per-class", "shift": "shift", "noise": "noise",
          "seed": "seed"}  # fmt: skip
"""The settings of patterns by their names in a text."""


@dataclass(frozen=True)
class DigitsSource:
    """The bundled handwritten digits."""


@dataclass(frozen=True)
class PatternsSource:
    """Patterns that are drawn."""

    settings: PatternSettings = USUAL_PATTERNS


@dataclass(frozen=True)
class PairSource:
    """One pair: the sample of a document, and its target."""


@dataclass(frozen=True)
class StoredSource:
    """A folder or a file."""

    path: str


@dataclass(frozen=True)
class OwnSource:
    """Samples of the user's that a project was trained on: it remembers their name, and never where they are."""

    name: str

    @property
    def sentence(self) -> str:
        """Say what is missing."""
        return f"The project uses “{self.name}”, whose samples are not part of it."


DataSource = DigitsSource | PatternsSource | PairSource | OwnSource | StoredSource


def source_of(text: str) -> DataSource:
    """Return what a text means: `digits`, `patterns`, `patterns:classes=2,noise=0`, `pair`, `own:NAME`, or else a path.

    A folder of such a name is written with its place, such as `./digits`. Raises ValueError, in a sentence, for
    settings of patterns that there are not.

    >>> source_of("patterns:classes=2,per-class=10")
    PatternsSource(settings=PatternSettings(classes=2, side=8, per_class=10, shift=2, noise=0.1, seed=1))
    >>> source_of("pets/")
    StoredSource(path='pets/')
    """
    kind, _, settings = text.partition(":")
    if text == DIGITS:
        return DigitsSource()
    if text == PAIR:
        return PairSource()
    if kind == PATTERNS:
        return PatternsSource(_settings(settings))
    if kind == OWN and settings:
        return OwnSource(settings)
    return StoredSource(text)


def source_text(source: DataSource) -> str:
    """Return the text that means a source; `source_of` reads it.

    >>> source_text(PatternsSource(PatternSettings(classes=2)))
    'patterns:classes=2,side=8,per-class=100,shift=2,noise=0.1,seed=1'
    """
    match source:
        case DigitsSource():
            return DIGITS
        case PairSource():
            return PAIR
        case PatternsSource(settings):
            told = (f"{word}={format_exact(getattr(settings, name))}" for name, word in _WORDS.items())
            return f"{PATTERNS}:{','.join(told)}"
        case OwnSource(name):
            return f"{OWN}:{name}"
        case StoredSource(path):
            return path
        case _:
            assert_never(source)


def remembered_text(source: DataSource, name: str) -> str:
    """Return what a project remembers of a source whose data has a `name`: no path, and nothing of its own pair.

    >>> remembered_text(StoredSource("/home/me/pets"), "pets"), remembered_text(DigitsSource(), "Handwritten digits")
    ('own:pets', 'digits')
    """
    match source:
        case StoredSource():
            return source_text(OwnSource(name))[: LIMITS.data_source]
        case PairSource():
            return ""
        case DigitsSource() | PatternsSource() | OwnSource():
            return source_text(source)
        case _:
            assert_never(source)


def _settings(text: str) -> PatternSettings:
    known = {word: name for name, word in _WORDS.items()}
    given: dict[str, float | int] = {}
    for part in filter(None, text.split(",")):
        word, _, number = part.partition("=")
        name = known.get(word.strip())
        if name is None:
            raise ValueError(f"Patterns have no setting “{word[:40]}”. Use {', '.join(known)}.")
        given[name] = _number(name, word, number)
    settings = PatternSettings(**given)  # type: ignore[arg-type]  # each name has the type of its field, see _number
    check_patterns(settings)
    return settings


def _number(name: str, word: str, text: str) -> float | int:
    is_whole = next(field for field in fields(PatternSettings) if field.name == name).type == "int"
    try:
        return int(text) if is_whole else float(text)
    except ValueError:
        kind = "a whole number" if is_whole else "a number"
        raise ValueError(f"The setting “{word}” of patterns must be {kind}, not “{text[:40]}”.") from None
