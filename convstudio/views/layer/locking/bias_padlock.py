"""The padlock beside the bias of a filter or unit that training leaves as it is."""

from __future__ import annotations

from convstudio.views.parts.icons import IconLabel


class BiasPadlock(IconLabel):
    """Hidden until the bias beside it is locked."""

    def __init__(self) -> None:
        super().__init__("lock")
        self.setAccessibleName("Locked bias")
        self.setToolTip("The bias is locked: training leaves it as it is")
        self.hide()
