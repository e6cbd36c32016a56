"""The look: two palettes of our own, the fonts, and the few colours that mean something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication

from convstudio.views.parts.sizes import BODY_PIXELS, font_of_size, interface_scale

SMALL_PIXELS = 12
RESULT_PIXELS = 24
RHYTHM = 8
"""Distances are multiples of this many pixels at 100 %."""

SCHEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Tokens:
    """The colours of one scheme, by what they mean.

    Text in `text` and `secondary` reads at 4.5:1 on every ground. `edge` is the outline of what can be operated, at 3:1
    on `card` and `ground`; `line` only divides.
    """

    ground: QColor
    card: QColor
    line: QColor
    edge: QColor
    text: QColor
    secondary: QColor
    selection: QColor
    selection_ground: QColor
    window: QColor
    hatch: QColor
    red: QColor
    green: QColor
    blue: QColor


LIGHT = Tokens(
    ground=QColor("#f4f4f2"),
    card=QColor("#ffffff"),
    line=QColor("#dcdbd6"),
    edge=QColor("#82878e"),
    text=QColor("#1f2328"),
    secondary=QColor("#62686f"),
    selection=QColor("#1c6dd0"),
    selection_ground=QColor("#e7f0fb"),
    window=QColor("#c5410e"),
    hatch=QColor("#e9e8e3"),
    red=QColor("#d6336c"),
    green=QColor("#2f9e44"),
    blue=QColor("#1c7ed6"),
)
DARK = Tokens(
    ground=QColor("#1b1d21"),
    card=QColor("#24272c"),
    line=QColor("#3a3e45"),
    edge=QColor("#7b818b"),
    text=QColor("#e7e8ea"),
    secondary=QColor("#9aa1ab"),
    selection=QColor("#63a4f4"),
    selection_ground=QColor("#25354a"),
    window=QColor("#ff8a4c"),
    hatch=QColor("#2f333a"),
    red=QColor("#d6336c"),
    green=QColor("#2f9e44"),
    blue=QColor("#1c7ed6"),
)


def tokens_of(palette: QPalette) -> Tokens:
    """Return the colours of the scheme that a palette belongs to."""
    return DARK if palette.color(QPalette.ColorRole.Base).lightness() < 128 else LIGHT


def draw_focus_ring(painter: QPainter, place: QRect, tokens: Tokens) -> None:
    """Draw the ring of the keyboard inside a place: blue between a light and a dark line.

    On any colour one of the two stands out at 3:1 or more.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for inset, width, colour in ((0, 1, tokens.text), (2, 2, tokens.selection), (3, 1, tokens.card)):
        painter.setPen(QPen(colour, width, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(place.adjusted(inset, inset, -1 - inset, -1 - inset))
    painter.restore()


def draw_outline(painter: QPainter, places: Iterable[QRectF], colour: QColor, width: int, tokens: Tokens) -> None:
    """Outline cells in a colour, between two lines of the card's: so it stands out on cells of the same colour.

    The colours of the window and of the selection stand out on the card at 3:1 or more, whatever the cells are.
    """
    shown = list(places)
    for line, across in ((tokens.card, width + 2), (colour, width)):
        painter.setPen(QPen(line, across, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRects(shown)


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Mix two colours; `share` is that of the other."""
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round((1 - share) * a + share * b) for a, b in pairs))


def channel_colour(tokens: Tokens, name: str) -> QColor:
    """Return the colour of a channel by its name: red, green and blue have one, every other is drawn as a line."""
    return {"red": tokens.red, "green": tokens.green, "blue": tokens.blue}.get(name, tokens.line)


def is_desktop_dark() -> bool:
    """Return whether the desktop asks for dark windows."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def apply_scheme(app: QApplication, scheme: str) -> None:
    """Dress the application in one of `SCHEMES`; system follows the desktop's wish."""
    is_dark = scheme == "dark" or (scheme == "system" and is_desktop_dark())
    app.setPalette(palette_of(DARK if is_dark else LIGHT))


def body_font(*, is_bold: bool = False) -> QFont:
    """Return the font of labels and menus."""
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    font.setFamilies(["Inter", "Noto Sans", "Segoe UI", "Helvetica Neue", font.family()])
    if is_bold:
        font.setBold(True)
    return font_of_size(font, BODY_PIXELS)


def small_font(pixels: float = SMALL_PIXELS, *, is_bold: bool = False) -> QFont:
    """Return the font of remarks, titles and signs, as large as so many pixels at 100 %."""
    return font_of_size(body_font(is_bold=is_bold), pixels)


def number_font(pixels: float = BODY_PIXELS) -> QFont:
    """Return the monospaced font of all numbers, as large as so many pixels at 100 %."""
    fallback = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    font = QFont()
    font.setFamilies(["JetBrains Mono", "Cascadia Mono", "Menlo", "Noto Sans Mono", fallback])
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font_of_size(font, pixels)


def cell_font(pixels: int) -> QFont:
    """Return the font of numbers in cells that were measured on this screen: their digits are so many pixels large."""
    return number_font(pixels / interface_scale())


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette of a scheme."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(tokens.card, tokens.ground)
    colours = {
        role.Window: tokens.ground,
        role.WindowText: tokens.text,
        role.Base: tokens.card,
        role.AlternateBase: tokens.ground,
        role.Text: tokens.text,
        role.Button: tokens.card,
        role.ButtonText: tokens.text,
        role.ToolTipBase: tokens.card,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.secondary,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.card,
        role.Link: tokens.selection,
        role.Mid: tokens.line,
        role.Midlight: tokens.line,
        role.Light: tokens.card,
        role.Accent: tokens.selection,
    }
    for name, colour in colours.items():
        palette.setColor(name, colour)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, name, tokens.secondary)
    return palette
