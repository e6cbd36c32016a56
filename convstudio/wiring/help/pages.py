"""The pages of Help, tables and a text, each shown in front of the window."""

from __future__ import annotations

from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.text_windows import ShownText, TextWindows


def show_formats(window: MainWindow) -> None:
    """List the formats of files that can be opened and written."""
    from convstudio.files.formats import format_rows  # here, and not above: no start needs it

    columns = ("What", "Format", "Endings", "What a file holds")
    load("window.pages.facts_window.FactsWindow")("File formats", columns, format_rows(), window).show()


def show_system(windows: TextWindows) -> None:
    """Show what the program runs on."""
    from convstudio.wiring.help.system import system_information  # here, and not above: no start needs it

    told = "The system information is on the clipboard."
    windows.show(ShownText("System information", system_information(), told, "system"))
