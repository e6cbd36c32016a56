"""Networks as programs of SciPy, which correlates one channel with one kernel: for convolutions and activations."""

from __future__ import annotations

from convstudio.files.code.program import Step, refuse
from convstudio.files.code.to_numpy import array_code, conv_lines
from convstudio.model.document import Document
from convstudio.model.kinds import Activation
from convstudio.model.layers import Conv

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


def scipy_code(document: Document) -> str:
    """Return a program that runs the network with SciPy; raise FileProblem for a layer that SciPy has nothing for."""
    return array_code(document, "SciPy", ("from scipy import signal",), _HELPERS, _layer_lines)


def _layer_lines(step: Step) -> list[str]:
    if type(step.layer) is Conv:
        return conv_lines(step.layer, step)
    if isinstance(step.layer, Activation):
        return []
    raise refuse(step, "SciPy", "it has convolutions only, so choose numpy, keras or pytorch")
