"""What is outlined on the picture of a large input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.input_display import Block, Loupe


@dataclass(frozen=True)
class Outlines:
    """What is marked on a picture: the loupe, the current window, one term of it, and the linked cells."""

    loupe: Loupe
    window: Sequence[Block] = ()
    term: Sequence[Block] = ()
    linked: Sequence[Block] = ()
