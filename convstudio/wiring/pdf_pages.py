"""PDF pages for the command line, which opens no window: the fonts of a page are Qt's, and need its application."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from convstudio.session.workspace.pdf import as_pdf


def pdf_page(svg: bytes, title: str) -> bytes:
    """Return an SVG picture as a PDF page, on a machine without a screen too."""
    application = QGuiApplication.instance() or QGuiApplication(["convstudio", "-platform", "offscreen"])
    page = as_pdf(svg, title)
    del application
    return page
