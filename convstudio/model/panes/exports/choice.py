"""What the export dialog asks and shows: the choices of an export, and what they would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from convstudio.model.panes.exports.animation import AnimationChoice
from convstudio.model.words.export_contents import ANIMATION, CHOSEN, MAP
from convstudio.model.words.file_kinds import FileKind, Kind, ending_of, endings_of, kind_of

_ONE_STEP = AnimationChoice(1, 1)


@dataclass(frozen=True)
class ExportChoice:
    """One export as the user wants it.

    `content` is one of `EXPORTED`, `chosen` are the numbers of maps that are ticked, `kind` is the name of a format.
    Pictures are in the colours of the screen with `is_coloured`, and with a bar of them with `has_bar`; with `is_apart`
    every map has its own file. `animation` says what an animation shows. `name` has the ending of the format.
    """

    kind: str
    folder: str
    name: str
    content: str = MAP
    chosen: tuple[int, ...] = ()
    is_coloured: bool = True
    has_bar: bool = False
    is_apart: bool = False
    animation: AnimationChoice = _ONE_STEP

    @property
    def path(self) -> str:
        """Where the file goes, or what the names of several begin with."""
        return str(Path(self.folder, self.name))

    @property
    def needs_choice(self) -> bool:
        """Whether maps are ticked one by one."""
        return self.content == CHOSEN

    @property
    def is_animation(self) -> bool:
        """Whether steps of the sliding window are written, which have a size and a speed and no choice of colours."""
        return self.content == ANIMATION


@dataclass(frozen=True)
class ExportOffer:
    """What an export is chosen from: the `formats` of every content of `EXPORTED`, and the `titles` of the maps.

    An animation has one step for each of the `positions` of the window, 0 where it has no places to slide over, and one
    of the `speeds`, in steps a second.
    """

    formats: Mapping[str, Sequence[FileKind]]
    titles: Sequence[str] = ()
    positions: int = 0
    speeds: Sequence[int] = (_ONE_STEP.per_second,)


@dataclass(frozen=True)
class ExportPreview:
    """What an export would write: `files`, one line each, a `sentence` about them, and a `picture` as a PNG or SVG
    file.

    `problem` says why nothing can be written, and "" where it can. The rest says which choices make a difference.
    """

    files: tuple[str, ...] = ()
    sentence: str = ""
    problem: str = ""
    picture: bytes = b""
    takes_colours: bool = False
    takes_bar: bool = False
    may_be_apart: bool = False


def with_kind(choice: ExportChoice, kind: FileKind, kinds: Sequence[FileKind]) -> ExportChoice:
    """Return the choice in another format, whose ending takes the place of that of the format before.

    >>> png, npy = FileKind("Picture", (".png",), "a map"), FileKind("Array", (".npy",), "maps")
    >>> with_kind(ExportChoice("Array", "", "m.npy"), png, [png, npy]).name
    'm.png'
    """
    return replace(choice, kind=kind.name, name=_with_ending(choice.name, kind, kinds))


def with_content(choice: ExportChoice, content: str, formats: Mapping[str, Sequence[FileKind]]) -> ExportChoice:
    """Return the choice of another content, in its first format unless the one of now fits.

    `formats` are those of every content.

    >>> png, svg = FileKind("Picture", (".png",), "a map"), FileKind("Figure", (".svg",), "panes")
    >>> with_content(ExportChoice("Picture", "", "m.png"), "figure", {"map": [png], "figure": [svg]}).name
    'm.svg'
    """
    kinds = formats[content]
    found = replace(choice, content=content)
    if any(kind.name == choice.kind for kind in kinds):
        return found
    return with_kind(found, kinds[0], [kind for held in formats.values() for kind in held])


def with_name(choice: ExportChoice, name: str, kinds: Sequence[Kind]) -> ExportChoice:
    """Return the choice under another name: an ending that is another format's chooses that one, else ours is added.

    >>> png, npy = FileKind("Picture", (".png",), "a map"), FileKind("Array", (".npy",), "maps")
    >>> named = with_name(ExportChoice("Array", "", "m.npy"), "shot.png", [png, npy])
    >>> named.kind, with_name(named, "a.b", [png, npy]).name
    ('Picture', 'a.b.png')
    """
    kind = next(one for one in kinds if one.name == choice.kind)
    other = kind_of(kinds, ending_of(name))
    if other is not None and ending_of(name) not in kind.endings:
        kind = other
    return replace(choice, kind=kind.name, name=_with_ending(name, kind, kinds))


def _with_ending(name: str, kind: FileKind, kinds: Sequence[FileKind]) -> str:
    if not name or ending_of(name) in kind.endings:
        return name
    is_known = ending_of(name) in endings_of(kinds)
    return f"{name[: -len(ending_of(name))] if is_known else name}{kind.endings[0]}"
