"""How controls are drawn: flat, one-pixel lines, round corners, in the colours of the palette."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QFrame,
    QMenu,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
    QStyleOptionToolButton,
    QWidget,
)

from convstudio.views.parts.plain_text import keep_plain
from convstudio.views.parts.sizes import interface_scale, px, take_up_zoom, use_zoom
from convstudio.views.parts.theme import Tokens, body_font, tokens_of

CONTROL_HEIGHT = 26
FIELD_HEIGHT = 24
_RADIUS = 5.0
ARROW_ROOM = 14
_COMBO_SLACK = 8
_LARGE = 32
_FRAME = 2
_GROOVE, _HANDLE, _RING = 4, 14, 6.0

_State, _Part = QStyle.StateFlag, QStyle.SubControl
_MENU_BAR = (QStyle.ControlElement.CE_MenuBarItem, QStyle.ControlElement.CE_MenuBarEmptyArea)
_HEIGHTS = {
    QStyle.ContentsType.CT_SpinBox: FIELD_HEIGHT,
    QStyle.ContentsType.CT_ComboBox: CONTROL_HEIGHT,
    QStyle.ContentsType.CT_ToolButton: CONTROL_HEIGHT,
    QStyle.ContentsType.CT_PushButton: CONTROL_HEIGHT,
}
_Metric = QStyle.PixelMetric
_SCALED = frozenset(
    {
        _Metric.PM_ButtonIconSize,
        _Metric.PM_ButtonMargin,
        _Metric.PM_CheckBoxLabelSpacing,
        _Metric.PM_DockWidgetTitleMargin,
        _Metric.PM_ExclusiveIndicatorHeight,
        _Metric.PM_ExclusiveIndicatorWidth,
        _Metric.PM_HeaderMargin,
        _Metric.PM_IconViewIconSize,
        _Metric.PM_IndicatorHeight,
        _Metric.PM_IndicatorWidth,
        _Metric.PM_LargeIconSize,
        _Metric.PM_LayoutBottomMargin,
        _Metric.PM_LayoutHorizontalSpacing,
        _Metric.PM_LayoutLeftMargin,
        _Metric.PM_LayoutRightMargin,
        _Metric.PM_LayoutTopMargin,
        _Metric.PM_LayoutVerticalSpacing,
        _Metric.PM_ListViewIconSize,
        _Metric.PM_MenuBarItemSpacing,
        _Metric.PM_MenuButtonIndicator,
        _Metric.PM_MessageBoxIconSize,
        _Metric.PM_RadioButtonLabelSpacing,
        _Metric.PM_ScrollBarExtent,
        _Metric.PM_ScrollBarSliderMin,
        _Metric.PM_SliderLength,
        _Metric.PM_SliderThickness,
        _Metric.PM_SmallIconSize,
        _Metric.PM_SplitterWidth,
        _Metric.PM_TabBarIconSize,
        _Metric.PM_TabBarTabHSpace,
        _Metric.PM_TabBarTabVSpace,
        _Metric.PM_TitleBarButtonIconSize,
        _Metric.PM_ToolBarIconSize,
    }
)
"""The sizes that Fusion knows in pixels alone."""


class _LargeIcons(QProxyStyle):
    """Fusion with large icons. It is apart from `FlatStyle`, which Qt would ask for sizes too often for Python."""

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        return (
            px(_LARGE) if metric == QStyle.PixelMetric.PM_SmallIconSize else super().pixelMetric(metric, option, widget)
        )


def give_large_icons(menu: QMenu) -> None:
    """Show the icons of a menu large enough for pictures."""
    if not isinstance(menu.style(), _LargeIcons):
        style = _LargeIcons("Fusion")
        style.setParent(menu)  # a style belongs to nobody else
        menu.setStyle(style)


class FlatStyle(QProxyStyle):
    """Fusion with calm controls.

    It leaves primitives alone: Qt asks for one per cell of a table, too often for Python to answer. Text in labels,
    tooltips and boxes stays text: see `plain_text`.
    """

    def __init__(self) -> None:
        super().__init__("Fusion")

    def polish(self, thing: QApplication | QPalette | QWidget) -> None:  # type: ignore[override]  # one name for three
        super().polish(thing)  # type: ignore[arg-type, unused-ignore]
        keep_plain(thing)
        if isinstance(thing, QAbstractScrollArea) and thing.frameShape() == QFrame.Shape.StyledPanel:
            give_focus_frame(thing, has_edge=True)

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        found = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]  # the stubs forget None
        if kind in _HEIGHTS:
            found.setHeight(max(px(_HEIGHTS[kind]), option.fontMetrics.height() + px(6)))
        if isinstance(option, QStyleOptionToolButton) and _has_menu(option):
            found.setWidth(found.width() + px(ARROW_ROOM) // 2)
        if kind == QStyle.ContentsType.CT_ComboBox:
            found.setWidth(found.width() - px(_COMBO_SLACK))
        return found

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if isinstance(option, QStyleOptionToolButton):
            self._draw_tool_button(option, painter, widget)
        elif isinstance(option, QStyleOptionSpinBox):
            self._draw_spin_box(option, painter, widget)
        elif isinstance(option, QStyleOptionSlider) and control == QStyle.ComplexControl.CC_Slider:
            self._draw_slider(option, painter, widget)
        elif control == QStyle.ComplexControl.CC_ComboBox:
            _draw_panel(painter, option)
            _draw_arrow(painter, _arrow_place(option.rect), option)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == QStyle.ControlElement.CE_PushButtonBevel:
            _draw_panel(painter, option)
            return
        if element == QStyle.ControlElement.CE_RadioButton and isinstance(option, QStyleOptionButton):
            self._draw_radio_button(option, painter, widget)
            return
        if element == QStyle.ControlElement.CE_CheckBox and isinstance(option, QStyleOptionButton):
            self._draw_check_box(option, painter, widget)
            return
        if element == QStyle.ControlElement.CE_ShapedFrame and isinstance(widget, QAbstractScrollArea):
            if widget.frameShape() == QFrame.Shape.Box:
                _draw_frame(painter, option, widget)
            return
        if isinstance(option, QStyleOptionComboBox) and element == QStyle.ControlElement.CE_ComboBoxLabel:
            option.currentText = self._elided(option, widget)
        if element == QStyle.ControlElement.CE_PushButtonLabel and _is_primary(option):
            option.palette.setBrush(QPalette.ColorRole.ButtonText, option.palette.highlightedText())
        if element in _MENU_BAR:
            option.palette.setBrush(QPalette.ColorRole.Window, option.palette.base())
        super().drawControl(element, option, painter, widget)
        if element == QStyle.ControlElement.CE_TabBarTab and option.state & _State.State_HasFocus:
            painter.setPen(QPen(tokens_of(option.palette).selection, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(3, 3, -3, -3))

    def _elided(self, option: QStyleOptionComboBox, widget: QWidget | None) -> str:
        """Return a combo box's text with … where it is too long: Fusion cuts it off."""
        place = self.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, _Part.SC_ComboBoxEditField, widget  # type: ignore[arg-type]
        )  # fmt: skip
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + 4
        room = place.width() - icon - 2
        return option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def _draw_radio_button(self, option: QStyleOptionButton, painter: QPainter, widget: QWidget | None) -> None:
        """Draw a ring that is seen on light and dark cards alike, filled while it is on, and the label beside it."""
        place = self.subElementRect(QStyle.SubElement.SE_RadioButtonIndicator, option, widget)  # type: ignore[arg-type]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_ring(painter, QRectF(place).center(), option)
        painter.restore()
        label = QStyleOptionButton(option)
        label.rect = self.subElementRect(QStyle.SubElement.SE_RadioButtonContents, option, widget)  # type: ignore[arg-type]
        self.drawControl(QStyle.ControlElement.CE_RadioButtonLabel, label, painter, widget)

    def _draw_check_box(self, option: QStyleOptionButton, painter: QPainter, widget: QWidget | None) -> None:
        place = self.subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, widget)  # type: ignore[arg-type]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_box(painter, QRectF(place), option)
        painter.restore()
        label = QStyleOptionButton(option)
        label.rect = self.subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, widget)  # type: ignore[arg-type]
        self.drawControl(QStyle.ControlElement.CE_CheckBoxLabel, label, painter, widget)

    def _draw_tool_button(self, option: QStyleOptionToolButton, painter: QPainter, widget: QWidget | None) -> None:
        if not option.state & _State.State_AutoRaise or option.state & (_State.State_HasFocus | _State.State_MouseOver):
            _draw_panel(painter, option)
        label = QStyleOptionToolButton(option)
        if _has_menu(option):
            label.rect = option.rect.adjusted(0, 0, -px(ARROW_ROOM), 0)
            _draw_arrow(painter, _arrow_place(option.rect), option)
        label.state &= ~(_State.State_Sunken | _State.State_On)  # the colour shows it; the label need not move
        self.drawControl(QStyle.ControlElement.CE_ToolButtonLabel, label, painter, widget)

    def _draw_spin_box(self, option: QStyleOptionSpinBox, painter: QPainter, widget: QWidget | None) -> None:
        _draw_panel(painter, option)
        for part, is_up in ((_Part.SC_SpinBoxUp, True), (_Part.SC_SpinBoxDown, False)):
            if option.subControls & part and option.buttonSymbols != QAbstractSpinBox.ButtonSymbols.NoButtons:
                place = self.subControlRect(QStyle.ComplexControl.CC_SpinBox, option, part, widget)  # type: ignore[arg-type]
                if option.activeSubControls & part and option.state & _State.State_MouseOver:
                    painter.fillRect(place.adjusted(1, 2, -2, -1), tokens_of(option.palette).selection_ground)
                _draw_arrow(painter, QRectF(place).center(), option, up=is_up, size=px(3))

    def _draw_slider(self, option: QStyleOptionSlider, painter: QPainter, widget: QWidget | None) -> None:
        tokens = tokens_of(option.palette)
        handle = self.subControlRect(QStyle.ComplexControl.CC_Slider, option, _Part.SC_SliderHandle, widget)  # type: ignore[arg-type]
        middle, ends, groove = QRectF(handle).center(), option.rect.adjusted(1, 0, -1, 0), px(_GROOVE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_on = bool(option.state & _State.State_Enabled)
        for left, right, colour in (
            (ends.left(), ends.right(), tokens.edge if is_on else tokens.line),
            (ends.left(), middle.x(), tokens.selection if is_on else tokens.line),
        ):
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, middle.y() - groove / 2, right - left, groove), groove / 2, groove / 2)
        _draw_handle(painter, middle, option, tokens)
        painter.restore()


class _ScaledStyle(FlatStyle):
    """The same, with Fusion's own sizes at the scale of the interface: boxes to tick, scroll bars, icons, spaces.

    It is apart from `FlatStyle`, because Qt asks for sizes too often for Python where they are the usual ones.
    """

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        size = super().pixelMetric(metric, option, widget)
        return px(size) if metric in _SCALED and size > 1 else size


def flat_style() -> FlatStyle:
    """Return a style for the scale of the interface as it is now."""
    return FlatStyle() if interface_scale() == 1.0 else _ScaledStyle()


def apply_zoom(app: QApplication, percent: int) -> None:
    """Show the whole interface so large, in the font that the desktop has now."""
    use_zoom(percent)
    app.setFont(body_font())
    QCoreApplication.sendPostedEvents(None, QEvent.Type.ApplicationFontChange)  # widgets get theirs now, not later
    app.setStyle(flat_style())  # last: a combo box forgets its least size with a new style, and not with a new font
    take_up_zoom()


def give_focus_frame(area: QAbstractScrollArea, *, has_edge: bool = False) -> None:
    """Make room around a list, table or text for the ring that it has while it has the keyboard.

    `has_edge` draws its outline while it has not. To screen readers it alone has the keyboard, and not its surface
    too, as Qt says of what hands the keyboard on.
    """
    area.viewport().setFocusProxy(None)  # type: ignore[arg-type]  # the stubs forget None
    area.setFrameShape(QFrame.Shape.Box)
    area.setFrameShadow(QFrame.Shadow.Sunken if has_edge else QFrame.Shadow.Plain)
    area.setLineWidth(_FRAME)


def _draw_frame(painter: QPainter, option: QStyleOption, area: QAbstractScrollArea) -> None:
    tokens = tokens_of(option.palette)
    place = QRectF(area.frameRect())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if option.state & _State.State_HasFocus:
        painter.setPen(QPen(tokens.selection, _FRAME, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(place.adjusted(1, 1, -1, -1))
    elif area.frameShadow() == QFrame.Shadow.Sunken and area.frameShape() != QFrame.Shape.NoFrame:
        painter.setPen(QPen(tokens.edge, 1))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))


def _draw_panel(painter: QPainter, option: QStyleOption) -> None:
    """Draw the ground and the line of a control: blue with the keyboard, filled while it is on or pressed."""
    tokens = tokens_of(option.palette)
    has_focus = bool(option.state & _State.State_HasFocus)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_edge(option, tokens), 2 if has_focus else 1))
    painter.setBrush(_ground(option, tokens))
    inset = 1.0 if has_focus else 0.5
    painter.drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), px(_RADIUS), px(_RADIUS))
    if has_focus and _is_primary(option):  # the ring has the colour of the button: a gap shows it
        painter.setPen(QPen(tokens.card, 2))
        painter.drawRoundedRect(QRectF(option.rect).adjusted(3, 3, -3, -3), px(_RADIUS) - 2, px(_RADIUS) - 2)
    painter.restore()


def _edge(option: QStyleOption, tokens: Tokens) -> QColor:
    if not option.state & _State.State_Enabled:
        return tokens.line
    if option.state & (_State.State_HasFocus | _State.State_On):
        return tokens.selection
    return tokens.secondary if option.state & _State.State_MouseOver else tokens.edge


def _ground(option: QStyleOption, tokens: Tokens) -> QColor:
    if not option.state & _State.State_Enabled:
        return tokens.ground
    if _is_primary(option):
        return tokens.selection
    is_down = option.state & (_State.State_Sunken | _State.State_On) and not isinstance(option, QStyleOptionSpinBox)
    return tokens.selection_ground if is_down else tokens.card


def _draw_ring(painter: QPainter, middle: QPointF, option: QStyleOption) -> None:
    """Draw the ring of a radio button: with a dot while it is on, with a halo while it has the keyboard."""
    tokens = tokens_of(option.palette)
    if option.state & _State.State_HasFocus:
        _draw_halo(painter, middle, px(_RING), tokens)
    is_on = bool(option.state & _State.State_On)
    painter.setPen(QPen(tokens.selection if is_on else tokens.secondary, 1.5))
    painter.setBrush(tokens.card)
    painter.drawEllipse(middle, px(_RING), px(_RING))
    if is_on:
        painter.setBrush(tokens.selection)
        painter.drawEllipse(middle, px(_RING) / 2 - 0.5, px(_RING) / 2 - 0.5)


def _draw_halo(painter: QPainter, middle: QPointF, radius: float, tokens: Tokens) -> None:
    """Draw the ring of the keyboard around something round."""
    painter.setPen(QPen(tokens.selection, 2))
    painter.setBrush(tokens.card)
    painter.drawEllipse(middle, radius + 3, radius + 3)


def _draw_box(painter: QPainter, place: QRectF, option: QStyleOption) -> None:
    """Draw a box to tick: filled with a tick in it while it is on, in a ring while it has the keyboard."""
    tokens = tokens_of(option.palette)
    box = place.adjusted(2.5, 2.5, -2.5, -2.5)
    if option.state & _State.State_HasFocus:
        painter.setPen(QPen(tokens.selection, 2))
        painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), 3, 3)
    is_on, is_enabled = bool(option.state & _State.State_On), bool(option.state & _State.State_Enabled)
    colour = tokens.selection if is_on else tokens.edge
    painter.setPen(QPen(colour if is_enabled else tokens.line, 1.5))
    painter.setBrush(colour if is_on and is_enabled else tokens.card)
    painter.drawRoundedRect(box, 2, 2)
    if is_on:
        painter.setPen(QPen(tokens.card if is_enabled else tokens.secondary, 1.8))
        shares = ((0.2, 0.55), (0.42, 0.75), (0.8, 0.28))
        painter.drawPolyline([QPointF(box.x() + box.width() * x, box.y() + box.height() * y) for x, y in shares])


def _draw_handle(painter: QPainter, middle: QPointF, option: QStyleOption, tokens: Tokens) -> None:
    """Draw the handle of a slider: filled, and in a ring as far as there is room, while it has the keyboard."""
    has_focus = bool(option.state & _State.State_HasFocus)
    if has_focus:
        _draw_halo(painter, middle, px(_HANDLE) / 2 - 1, tokens)
    painter.setPen(QPen(tokens.selection if option.state & _State.State_Enabled else tokens.secondary, 2))
    painter.setBrush(tokens.selection if has_focus else tokens.card)
    painter.drawEllipse(middle, px(_HANDLE) / 2 - 1, px(_HANDLE) / 2 - 1)


def _draw_arrow(
    painter: QPainter, at: QPointF, option: QStyleOption, *, up: bool = False, size: float | None = None
) -> None:
    """Draw a small triangle that points down, or up."""
    tokens = tokens_of(option.palette)
    size = px(4) if size is None else size
    half = size / 2 * (-1 if up else 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.text if option.state & _State.State_Enabled else tokens.secondary)
    painter.drawPolygon(QPolygonF([at + QPointF(-size, -half), at + QPointF(size, -half), at + QPointF(0, half)]))
    painter.restore()


def _arrow_place(area: QRect) -> QPointF:
    return QPointF(area.right() - px(ARROW_ROOM) / 2 - 2, QRectF(area).center().y())


def _is_primary(option: QStyleOption) -> bool:
    """Return whether Enter presses the button: it is the blue one of its dialog."""
    is_default = (
        isinstance(option, QStyleOptionButton)
        and option.features & QStyleOptionButton.ButtonFeature.DefaultButton
        and option.state & _State.State_Enabled
    )
    return bool(is_default)


def _has_menu(option: QStyleOptionToolButton) -> bool:
    return bool(option.features & QStyleOptionToolButton.ToolButtonFeature.HasMenu)
