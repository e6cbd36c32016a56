"""Icons that are pictures: they keep their colours in a selected row, and the thinnest one is still seen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap


def untinted_icon(pixmap: QPixmap) -> QIcon:
    """Return an icon that looks the same in a selected row, where Qt would tint it."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def picture_icon(picture: QPixmap, size: QSize, *, is_smooth: bool = False, may_grow: bool = True) -> QIcon:
    """Return an icon of `size` pixels with a picture in its middle, as large as fits, or no larger than it is.

    The icon is never narrower than its size: Qt shrinks one that is a single line to nothing, and then paints on that.
    """
    is_small = picture.width() <= size.width() and picture.height() <= size.height()
    way = Qt.TransformationMode.SmoothTransformation if is_smooth else Qt.TransformationMode.FastTransformation
    keep = Qt.AspectRatioMode.KeepAspectRatio
    shown = picture if is_small and not may_grow else picture.scaled(size, keep, way)
    whole = QPixmap(size)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    painter.drawPixmap(QPoint((size.width() - shown.width()) // 2, (size.height() - shown.height()) // 2), shown)
    painter.end()
    return untinted_icon(whole)
