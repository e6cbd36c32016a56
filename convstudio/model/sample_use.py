"""Putting another input in: the edit that fits the layers to it, and the way that leaves the filters as they are."""

from __future__ import annotations

from functools import partial

from convstudio.model import edits
from convstudio.model.asked_edit import Alternative, AskedEdit
from convstudio.model.sample import Sample


def sample_use(sample: Sample, step: str) -> AskedEdit:
    """Return the edit that puts another sample in, for an undo step named `step`.

    The filters follow its channels and axes, which may drop some kernels; the alternative changes none of them, and
    the window then offers to fit them.
    """
    kept = Alternative("Keep the filters as they are", f"{step}, filters kept", lambda held: held.with_sample(sample))
    return AskedEdit(partial(edits.set_sample, sample=sample), instead=kept)
