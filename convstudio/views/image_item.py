"""pyqtgraph's image, held in the format that Qt draws fastest."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QImage


class QuickImage(pg.ImageItem):
    """An image of `(rows, columns, 3)` bytes: three bytes a pixel are drawn five times slower than four."""

    def __init__(self) -> None:
        super().__init__(axisOrder="row-major")

    def render(self) -> None:
        super().render()  # type: ignore[no-untyped-call]
        if self.qimage is not None:
            self.qimage = self.qimage.convertToFormat(QImage.Format.Format_RGB32)
