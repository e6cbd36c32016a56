"""Networks as programs of SciPy, which correlates one channel with one kernel: for convolutions and activations."""

from __future__ import annotations

from convstudio.files.code.program import LayersOf
from convstudio.files.code.to_numpy import array_code
from convstudio.model.values.document import Document

SPREAD = '''
def spread(kernel, dilation):
    """Put zeros between the weights of a kernel: what a dilation does."""
    wide = np.zeros([d * (k - 1) + 1 for k, d in zip(kernel.shape, dilation)], kernel.dtype)
    wide[tuple(slice(None, None, d) for d in dilation)] = kernel
    return wide
'''
"""The function that SciPy and OpenCV need for a dilation."""

_HELPERS = {
    "spread": SPREAD,
    "conv": '''
def conv(x, weights, stride, dilation, groups=1):
    """Correlate every channel that a filter reads with its kernel, and add the channels up."""
    channels, filters = weights.shape[-2:]
    every = tuple(slice(None, None, s) for s in stride)
    maps = []
    for f in range(filters):
        first = f // (filters // groups) * channels
        sums = sum(
            signal.correlate(x[..., first + c], spread(weights[..., c, f], dilation), "valid", method="direct")
            for c in range(channels)
        )
        maps.append(sums[every])
    return np.stack(maps, axis=-1)
''',
}


def scipy_code(document: Document, layers_of: LayersOf[str], arrays_of: LayersOf[str]) -> str:
    """Return a program that runs the network with SciPy; raise FileProblem for a layer that SciPy has nothing for.

    `layers_of` gives the lines of a layer without its activation, `arrays_of` those of its arrays.
    """
    return array_code(document, "SciPy", ("from scipy import signal",), _HELPERS, layers_of, arrays_of)


WITHOUT = "it has convolutions only, so choose numpy, keras or pytorch"
"""Why SciPy has nothing for the other layers."""
