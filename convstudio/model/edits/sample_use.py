"""Putting another input in: the edit that fits the layers to it, and the way that leaves the filters as they are."""

from __future__ import annotations

from functools import partial

from convstudio.model.edits import input_cells
from convstudio.model.edits.intent import Alternative, Intent
from convstudio.model.values.sample import Sample


def sample_use(sample: Sample, step: str) -> Intent:
    """Return the edit that puts another sample in, for an undo step named `step`.

    The filters follow its channels and axes, which may drop some kernels; the alternative changes none of them, and
    the window then offers to fit them.
    """
    kept = Alternative("Keep the filters as they are", f"{step}, filters kept", lambda held: held.with_sample(sample))
    return Intent(step, partial(input_cells.set_sample, sample=sample), instead=(kept,))
