"""Networks as programs of OpenCV, whose `filter2D` correlates a picture: for convolutions on images and activations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from convstudio.files.code.program import LayersOf, LayerStep, refuse
from convstudio.files.code.to_numpy import array_code, conv_lines
from convstudio.files.code.to_scipy import SPREAD
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document

_BORDERS: Mapping[str, str] = MappingProxyType(
    {
        "zeros": "BORDER_CONSTANT",
        "reflect": "BORDER_REFLECT_101",
        "symmetric": "BORDER_REFLECT",
        "replicate": "BORDER_REPLICATE",
        "circular": "BORDER_WRAP",
    }
)
_HELPERS = {
    "spread": SPREAD,
    "pad": '''
def pad(x, top, bottom, left, right, border):
    """Surround every channel with a border."""
    channels = [np.ascontiguousarray(x[..., c]) for c in range(x.shape[-1])]
    return np.stack([cv2.copyMakeBorder(one, top, bottom, left, right, border) for one in channels], axis=-1)
''',
    "correlate": '''
def correlate(picture, kernel):
    """Slide the kernel over the picture, from its first row and column, as far as it is inside."""
    rows, columns = (n - k + 1 for n, k in zip(picture.shape, kernel.shape))
    return cv2.filter2D(np.ascontiguousarray(picture), cv2.CV_32F, kernel, anchor=(0, 0))[:rows, :columns]
''',
    "conv": '''
def conv(x, weights, stride, dilation, groups=1):
    """Filter every channel that a filter reads with its kernel, and add the channels up."""
    channels, filters = weights.shape[-2:]
    maps = []
    for f in range(filters):
        first = f // (filters // groups) * channels
        sums = sum(correlate(x[..., first + c], spread(weights[..., c, f], dilation)) for c in range(channels))
        maps.append(sums[:: stride[0], :: stride[1]])
    return np.stack(maps, axis=-1)
''',
}


def opencv_code(document: Document, layers_of: LayersOf[str], arrays_of: LayersOf[str]) -> str:
    """Return a program that runs the network with OpenCV; raise FileProblem for a layer that it has nothing for.

    `layers_of` gives the lines of a layer without its activation, `arrays_of` those of its arrays.
    """
    return array_code(document, "OpenCV", ("import cv2",), _HELPERS, layers_of, arrays_of)


WITHOUT = "it filters pictures only, so choose numpy, keras or pytorch"
"""Why OpenCV has nothing for the other layers."""


def opencv_conv_lines(layer: Conv, step: LayerStep) -> list[str]:
    """Return the lines that pad x and call `conv`; raise FileProblem for anything but images."""
    if layer.rank != 2:
        raise refuse(step, "OpenCV", "it filters images of rows and columns, so choose scipy, numpy, keras or pytorch")
    *pad, call = conv_lines(layer, step)
    if not pad:
        return [call]
    (top, bottom), (left, right) = layer.geometry(step.input_shape[:-1]).pairs
    return [f"x = pad(x, {top}, {bottom}, {left}, {right}, cv2.{_BORDERS[layer.padding_mode]})", call]
