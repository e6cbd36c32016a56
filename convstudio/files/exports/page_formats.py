"""The formats of pages about a project: apart from what writes them, because the start lists all formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from convstudio.model.values.progress import Progress
from convstudio.model.words.export_contents import CURVES, FIGURE, FILTERS, NETWORK, REPORT, WEIGHTS
from convstudio.model.words.file_kinds import FileKind

if TYPE_CHECKING:
    from convstudio.model.panes.exports.arrays import PictureStyle
    from convstudio.model.panes.exports.training import TrainingRecord
    from convstudio.model.run.forward import Forward
    from convstudio.model.values.detectors import Detector
    from convstudio.model.values.document import Document
    from convstudio.model.values.view_state import ViewState


@dataclass(frozen=True)
class PageSubject:
    """What a page is about: a complete forward run with its document, and what is selected in which look.

    `progress` may cancel the writing of a long page. `record` is the training that was made last, if there is one.
    """

    result: Forward
    view: ViewState
    detectors: Sequence[Detector]
    style: PictureStyle
    progress: Progress = field(default_factory=Progress)
    record: TrainingRecord | None = None

    @property
    def document(self) -> Document:
        """The document of the run."""
        return self.result.document


@dataclass(frozen=True)
class PageFormat(FileKind):
    """A format of pages: its writer, imported when it is first asked; a page that `is_pdf` is written as SVG first.

    One that `needs_map` shows the map of the selected layer, one that `needs_training` what a run of a training left.
    """

    writer: str
    needs_map: bool = False
    needs_training: bool = False
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
WHOLE_WEIGHTS_FORMATS = (
    PageFormat(
        "PyTorch weights", (".safetensors",), "the state dict of the model that “Copy as code” builds",
        "training.weights:as_pytorch_safetensors",
    ),
    PageFormat(
        "Keras weights", (".npz",), "the arrays that model.set_weights takes, in their order",
        "training.weights:as_keras_npz",
    ),
    PageFormat(
        "Keras weights, safetensors", (".safetensors",), "the same arrays by Keras's names",
        "training.weights:as_keras_safetensors",
    ),
    PageFormat(
        "PyTorch weights, NumPy archive", (".npz",), "the arrays of the state dict by their names",
        "training.weights:as_pytorch_npz",
    ),
)  # fmt: skip
CURVES_FORMATS = (
    PageFormat(
        "Curves, table", (".csv",), "loss, accuracy, rate and norms of every known step",
        "training.curves:as_csv", needs_training=True,
    ),
    PageFormat(
        "Curves", (".svg",), "charts of loss, accuracy and rate, as vectors and text",
        "training.curves:as_svg", needs_training=True,
    ),
    PageFormat("Curves, picture", (".png",), "the same charts", "training.curves:as_png", needs_training=True),
)  # fmt: skip
FILTERS_FORMATS = tuple(
    PageFormat(
        f"Filters, {name}", (ending,), f"one frame for each kept step, in {found} colours",
        f"training.filters:as_{ending[1:]}", needs_training=True,
    )
    for name, ending, found in (("GIF", ".gif", "256"), ("PNG", ".apng", "all"), ("WebP", ".webp", "all"))
)  # fmt: skip
PAGE_FORMATS: Mapping[str, Sequence[PageFormat]] = {
    REPORT: REPORT_FORMATS,
    FIGURE: FIGURE_FORMATS,
    NETWORK: NETWORK_FORMATS,
    WEIGHTS: WHOLE_WEIGHTS_FORMATS,
    CURVES: CURVES_FORMATS,
    FILTERS: FILTERS_FORMATS,
}
"""The formats of each page, by its content in the dialog of exports."""
