"""The lenses of the menu Learn, in its order."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.values.detectors import Detector
from convstudio.views.lenses.learn import LensKind
from convstudio.views.parts.later import load


def lens_kinds(detectors: Sequence[Detector]) -> tuple[LensKind, ...]:
    """Return every lens with its title and its lesson."""
    return (
        LensKind(
            "Receptive-field X-ray",
            "An output deep in a network sees a part of the input, through all the layers between. Go to another layer "
            "in the ribbon, or to another cell of its feature map, and see which part.",
            lambda: load("lenses.xray.XrayLens")(),
        ),
        LensKind(
            "Selectivity probe",
            "A kernel answers to many inputs, not only to what it is named after. Try the selected filter on flat "
            "areas, ramps, lines and edges of every direction, a dot, a checkerboard and noise.",
            lambda: load("lenses.probe.ProbeLens")(),
        ),
        LensKind(
            "Collapse two layers",
            "Two convolutions without an activation between them do no more than one convolution with a larger kernel. "
            "Put ReLU between them, and no single kernel does the same on every input.",
            lambda: load("lenses.collapse.CollapseLens")(detectors),
        ),
        LensKind(
            "Shift lab",
            "Move the input by whole cells, and see what moves along, what jumps, and what stays.",
            lambda: load("lenses.shift.ShiftLens")(),
        ),
        LensKind(
            "Padding microscope",
            "Padding invents the cells around the input. Point at one of them, or go there with the arrow keys, and "
            "see which cell of the input it copies.",
            lambda: load("lenses.padding.PaddingLens")(),
        ),
        LensKind(
            "Layout explorer",
            "Weights are one row of numbers in memory. Libraries agree on the numbers, but order the axes differently.",
            lambda: load("lenses.layout.LayoutLens")(),
        ),
        LensKind(
            "Leading axes",
            "A batch may have any number of axes in front of rows, columns and channels: fold them into one, convolve, "
            "and unfold them again. A loop over the inputs gives the same.",
            lambda: load("lenses.leading.LeadingLens")(),
        ),
        LensKind(
            "Classify by convolution",
            "A 1×1 convolution with one map per class, followed by a global average, gives the same scores as a global "
            "average followed by a dense layer with the same weights.",
            lambda: load("lenses.classifier.ClassifierLens")(),
        ),
        _WHAT_DECIDED,
    )


_WHAT_DECIDED = LensKind(
    "What decided?",
    "Choose a class, and see what its score depends on: the gradient in every cell of the input, where the "
    "maps of a convolution speak for it (Grad-CAM), and what every term of the current output carries.",
    lambda: load("lenses.attribution.AttributionLens")(),
)
