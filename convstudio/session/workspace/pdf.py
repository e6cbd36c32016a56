"""SVG pictures as PDF files of one page, through Qt: its fonts hold every script, and texts stay texts."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from convstudio.files.problems import WriteProblem

_POINTS = 0.75
"""Points to a pixel of an SVG picture: 72 to an inch, and 96 pixels."""

_DOTS = 1200
_LIGATURES = ("liga", "clig", "dlig", "hlig")
"""The features of OpenType by which letters that follow each other become one sign."""


def as_pdf(svg: bytes, title: str) -> bytes:
    """Return a picture as a PDF page of its size; raise WriteProblem where Qt cannot draw it. Safe in a worker."""
    renderer = QSvgRenderer(QByteArray(svg))
    if not renderer.isValid():
        raise WriteProblem("The picture could not be drawn as a PDF page. Export it as SVG.")
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    size = renderer.defaultSize()
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("ConvStudio")
    writer.setResolution(_DOTS)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    page = QSizeF(size.width() * _POINTS, size.height() * _POINTS)
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "", exact))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    painter.setFont(_with_single_letters(painter.font()))
    renderer.render(painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    buffer.close()
    return bytes(held.data())


def _with_single_letters(font: QFont) -> QFont:
    """Return a font that draws "fi" as two letters: as one sign a reader could neither find nor copy them.

    The texts of a picture set what they need upon the painter's font, so this stays.
    """
    plain = QFont(font)
    for name in _LIGATURES:
        plain.setFeature(QFont.Tag(name), 0)
    return plain
