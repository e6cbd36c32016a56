"""The pages of Help, tables and a text, each shown in front of the window."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from convstudio import views
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.text_windows import ShownText, TextWindows


def show_keys(window: MainWindow) -> None:
    """List every key of the window, and of the windows that were not opened yet."""
    for module in walk_packages(views.__path__, f"{views.__name__}."):
        import_module(module.name)  # what a widget declares is known once its module is imported
    rows = [(use.where, use.does, use.keys) for use in load("window.pages.key_list.keys_of")(window)]
    load("window.pages.facts_window.FactsWindow")("Keys", ("Where", "What it does", "Keys"), rows, window).show()


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
