"""The formats of pages about a project: apart from what writes them, because the start lists all formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from convstudio.model.values.progress import Progress
from convstudio.model.words.export_contents import FIGURE, NETWORK, REPORT
from convstudio.model.words.file_kinds import FileKind

if TYPE_CHECKING:
    from convstudio.model.panes.exports.arrays import PictureStyle
    from convstudio.model.run.forward import Forward
    from convstudio.model.values.detectors import Detector
    from convstudio.model.values.view_state import ViewState


@dataclass(frozen=True)
class PageSubject:
    """What a page is about: a complete forward run with its document, and what is selected in which look.

    `progress` may cancel the writing of a long page.
    """

    result: Forward
    view: ViewState
    detectors: Sequence[Detector]
    style: PictureStyle
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True)
class PageFormat(FileKind):
    """A format of pages: its writer, imported when it is first asked; a page that `is_pdf` is written as SVG first.

    One that `needs_map` shows the map of the selected layer.
    """

    writer: str
    needs_map: bool = False
    takes_colours: bool = False
    is_pdf: bool = False

    @property
    def takes_bar(self) -> bool:
        """Whether a bar of the colours can stand beside each map: a page names the levels in words."""
        return False

    @property
    def holds_all(self) -> bool:
        """Whether what one file holds can be spread over several: a page is one file."""
        return False

    def encode(self, subject: PageSubject) -> bytes:
        """Return the page, as SVG where it `is_pdf`; raise ValueError with a sentence where there is none."""
        written: bytes = resolve_name(f"convstudio.files.exports.{self.writer}")(subject)
        return written


REPORT_FORMATS = (
    PageFormat(
        "Report", (".html",), "input, weights, settings, all maps, a calculation and code, to read and to print",
        "report_html:as_report", takes_colours=True,
    ),
)  # fmt: skip
FIGURE_FORMATS = (
    PageFormat(
        "Figure", (".svg",), "input, kernel and map with the calculation, as vectors and text",
        "figure_svg:as_figure", needs_map=True,
    ),
    PageFormat("Figure to print", (".pdf",), "the same as a page", "figure_svg:as_figure", needs_map=True, is_pdf=True),
)  # fmt: skip
NETWORK_FORMATS = (
    PageFormat(
        "Network picture", (".svg",), "all layers with shapes and parameters, as vectors and text",
        "network_svg:as_network",
    ),
    PageFormat("Network picture to print", (".pdf",), "the same as a page", "network_svg:as_network", is_pdf=True),
)  # fmt: skip
PAGE_FORMATS: Mapping[str, Sequence[PageFormat]] = {
    REPORT: REPORT_FORMATS,
    FIGURE: FIGURE_FORMATS,
    NETWORK: NETWORK_FORMATS,
}
"""The formats of each page, by its content in the dialog of exports."""
