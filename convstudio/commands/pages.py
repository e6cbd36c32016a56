"""`convstudio export --what report`, `figure`, `network` and `animation`: what shows a project besides arrays."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from convstudio.commands.outputs import picture_style, tell
from convstudio.files.disk.save import save_bytes
from convstudio.files.exports.animation import encode_animation
from convstudio.files.exports.animation_formats import ANIMATION_FORMATS
from convstudio.files.exports.page_formats import PAGE_FORMATS, PageFormat, PageSubject
from convstudio.files.problems import FileProblem, named
from convstudio.files.resources import load_detectors
from convstudio.files.screen import import_problem
from convstudio.model.panes.exports.animation import SIDES, AnimationChoice, scene_of, steps_of
from convstudio.model.panes.exports.sources import NO_MAP
from convstudio.model.run.forward import Forward, forward
from convstudio.model.trace.stepping import fitted, output_spatial, select_layer
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.export_contents import (
    ANIMATION,
    CURVES,
    EVERYTHING,
    FIGURE,
    FILTERS,
    KERNELS,
    MAPS,
    REPORT,
    WEIGHTS,
)
from convstudio.model.words.file_kinds import FileKind, ending_of, kind_of, listed_endings
from convstudio.model.words.weight_orders import FRAMEWORKS

WRITTEN = (MAPS, KERNELS, EVERYTHING)
"""The arrays that `--what` takes: what can be chosen without seeing it."""

SHOWN = (*(what for what in PAGE_FORMATS if what != FILTERS), ANIMATION)
"""What it takes besides arrays."""

TAKERS = {
    "layer": (MAPS, KERNELS, REPORT, FIGURE, ANIMATION),
    "filter": (REPORT, FIGURE, ANIMATION),
    "position": (REPORT, FIGURE),
    **dict.fromkeys(("first", "last", "speed", "size"), (ANIMATION,)),
    "names": (WEIGHTS,),
    "colours": (*WRITTEN, REPORT),
    **dict.fromkeys(("apart", "sheet", "scale_bar", "bits", "force"), WRITTEN),
}
"""Which contents take each option of `convstudio export`."""

_FIRST, _SPEED, _SIZE = 1, 4, 360


def check_options(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Refuse an option that would make no difference: nobody would notice that it was not followed."""
    for name, takers in TAKERS.items():
        if getattr(options, name) != parser.get_default(name) and options.what not in takers:
            listed = ", ".join(takers)
            raise FileProblem(
                f"--{name.replace('_', '-')} is for --what {listed}, not for {options.what}: leave it out"
            )


def add_page_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what pages and animations show."""
    group = parser.add_argument_group("what a report, a figure and an animation show")
    group.add_argument("--filter", type=int, metavar="N", help="the map, counted from 1 (default: the selected one)")
    group.add_argument(
        "--position", metavar="R,C", help="the output that is explained, counted from 1 (default: the selected one)"
    )
    group.add_argument(
        "--names",
        choices=tuple(FRAMEWORKS),
        help="whose names and axes weights have (default: pytorch for .safetensors, keras for .npz)",
    )
    group = parser.add_argument_group("how an animation plays")
    group.add_argument("--first", type=int, metavar="N", help=f"the first step (default: {_FIRST})")
    group.add_argument("--last", type=int, metavar="N", help="the last step (default: the last one of all)")
    group.add_argument("--speed", type=int, metavar="N", help=f"steps in a second (default: {_SPEED})")
    group.add_argument(
        "--size", type=int, choices=SIDES, help=f"pixels of the longer side of input or map (default: {_SIZE})"
    )


def export_page(document: Document, held: ViewState | None, layer: int | None, options: argparse.Namespace) -> None:
    """Write a page or an animation; `layer` is counted from 0, None for the selected one. Raises FileProblem."""
    try:
        view = _view(document, held, layer, options)
        write = _write_animation if options.what == ANIMATION else _write_page
        write(document, view, options)
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None


def export_curves(log: str, options: argparse.Namespace) -> None:
    """Write the curves of a log of `convstudio train`; raise FileProblem."""
    from convstudio.files.exports.training.training_log import read_log  # here, and not above: no other page needs it

    record, style = read_log(log), picture_style(options)
    nothing = Forward(Document(Sample.of("none", [[0]]), Network(())), ())
    subject = PageSubject(nothing, ViewState(), (), style, record=record)
    save_page(options.output, CURVES, lambda kind: kind.encode(subject))


def _write_page(document: Document, view: ViewState, options: argparse.Namespace) -> None:
    def encode(kind: PageFormat) -> bytes:
        if kind.needs_map and document.output_shape(view.layer) is None:
            raise FileProblem(NO_MAP)
        return kind.encode(PageSubject(forward(document), view, load_detectors(), picture_style(options)))

    save_page(options.output, options.what, encode, FRAMEWORKS.get(options.names, ""))


def save_page(output: str, what: str, encode: Callable[[PageFormat], bytes], named_for: str = "") -> None:
    """Write a page in the format of the ending, which is written as SVG first where it becomes a PDF.

    `named_for` is the framework whose names it has, where several formats have that ending. Raises FileProblem, also
    where such a page has no format with that ending.
    """
    kinds = [kind for kind in PAGE_FORMATS[what] if kind.name.startswith(named_for)]
    kind = kind_of(kinds, ending_of(output))
    if kind is None:
        raise FileProblem(_wrong_ending(output, what, kinds))
    page = encode(kind)
    save_bytes(output, _as_pdf(page, output) if kind.is_pdf else page)


def _write_animation(document: Document, view: ViewState, options: argparse.Namespace) -> None:
    kind = kind_of(ANIMATION_FORMATS, ending_of(options.output))
    if kind is None:
        raise FileProblem(_wrong_ending(options.output, ANIMATION, ANIMATION_FORMATS))
    speed = _SPEED if options.speed is None else options.speed
    if not 1 <= speed <= LIMITS.animation_speed:
        raise FileProblem(
            f"--speed must be between 1 and {LIMITS.animation_speed} steps in a second, not {options.speed}"
        )
    if speed > kind.speed:
        tell(f"A {kind.name} shows at most {kind.speed} steps in a second, so it plays slower than --speed {speed}.")
    last = steps_of(document, view) if options.last is None else options.last
    first = _FIRST if options.first is None else options.first
    choice = AnimationChoice(first, last, speed, options.size or _SIZE)
    scene = scene_of(document, view, forward(document), choice)
    save_bytes(options.output, encode_animation(kind, scene, choice))


def _wrong_ending(output: str, what: str, kinds: Sequence[FileKind]) -> str:
    return f"{named(output)} cannot hold a page of the kind {what}: use the extension {listed_endings(kinds)}"


def _as_pdf(svg: bytes, output: str) -> bytes:
    """Return an SVG picture as the bytes of a PDF page; raise FileProblem where Qt cannot be loaded."""
    try:
        from convstudio.wiring.pdf_pages import pdf_page  # Qt is loaded only where a page needs it
    except ImportError as error:
        problem = import_problem(error)
        raise error if problem is None else problem from error
    return pdf_page(svg, Path(output).stem)


def _view(document: Document, held: ViewState | None, layer: int | None, options: argparse.Namespace) -> ViewState:
    """Return what is selected in the project, with what the options select; raise FileProblem where it is not there."""
    view = fitted(document, held or ViewState(layer=len(document.layers) - 1))
    if layer is not None:
        view = select_layer(document, view, layer)
    if options.filter is not None:
        view = fitted(document, replace(view, filter=options.filter - 1, combined=False))
        if view.filter != options.filter - 1:
            raise FileProblem(f"--filter {options.filter} does not exist in this layer: give another number")
    if options.position is not None:
        view = replace(view, position=_position(document, view, options.position))
    return view


def _position(document: Document, view: ViewState, text: str) -> tuple[int, ...]:
    shape = output_spatial(document, view.layer) or ()
    parts = text.split(",")
    found = tuple(int(part) - 1 if part.strip().isdecimal() else -1 for part in parts)
    if len(found) != len(shape) or not all(0 <= at < length for at, length in zip(found, shape, strict=True)):
        raise FileProblem(f"--position {text} is not in the {format_shape(shape)} map: give numbers such as 1,1")
    return found
