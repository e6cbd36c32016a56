"""Text that may come from a file is shown as it is: never as mark-up, and without mnemonics or marks of Qt's own.

Qt guesses whether a text is rich text, and opens the files that an `<img>` in it names, perhaps over a network. Every
tooltip, message box, progress dialog and label of Qt is a QLabel in the end: `keep_plain`, which the program's style
calls for every widget before it is laid out, takes the guess away from them all. Texts outside labels go
through `as_label` and `as_title`. A test shows such names everywhere and watches which files are opened.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def keep_plain(thing: object) -> None:
    """Let a label show its text as it is, unless it has another format; other things stay as they are."""
    if isinstance(thing, QLabel) and thing.textFormat() == Qt.TextFormat.AutoText:
        thing.setTextFormat(Qt.TextFormat.PlainText)


def as_label(text: str) -> str:
    """Return what a menu, button, tab, or label of a field shows as this text.

    >>> as_label("black & white")
    'black && white'
    """
    return "".join(sign if sign.isprintable() else "?" for sign in text).replace("&", "&&")


def without_mark(text: str) -> str:
    """Return the text of a menu or a button as it is read: without the mark of its letter.

    >>> without_mark("&Black && white")
    'Black & white'
    """
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def as_title(text: str) -> str:
    """Return what a window's title shows as this text.

    >>> as_title("notes[*]")
    'notes[*][*]'
    """
    return text.replace("[*]", "[*][*]")
