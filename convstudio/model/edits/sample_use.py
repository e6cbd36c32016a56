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
    kept = Alternative(
        "Keep the filters as they are", f"{step}, filters kept", lambda held: held.with_new_sample(sample)
    )
    return Intent(step, partial(input_cells.set_sample, sample=sample), instead=(kept,))


def next_sample(sample: Sample, step: str, run: int) -> Intent:
    """Return the edit that puts the next picture of a list in and leaves the network as it is, whether it fits or not.

    The edits of one `run` that follow each other are one undo step: leafing through thousands of pictures would else
    push out of the undo history what the user made. An edit in between begins another step, so that undo finds it.
    """
    return Intent(step, lambda held: held.with_new_sample(sample), gesture=run)
