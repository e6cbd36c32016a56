"""What the views ask of presets: each is done elsewhere, off the UI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class PresetRequests(QObject):
    """The signals by which the library asks; a preset or detector goes along where the request is about one."""

    save_asked = Signal()
    edit_asked = Signal(object)
    duplicate_asked = Signal(object)
    rule_asked = Signal(object)
    delete_asked = Signal(list)
    undo_asked = Signal()
    star_asked = Signal(str)
    import_asked = Signal(list)
    import_question_asked = Signal()
    export_asked = Signal(list)
    export_all_asked = Signal()
    folder_shown = Signal()
    folder_question_asked = Signal()
    usual_folder_asked = Signal()
    saved = Signal(object)
    """A new preset, named and described."""
    replaced = Signal(str, object)
    """The id of a preset, and what takes its place."""
