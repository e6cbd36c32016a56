"""Keeps PySide from reading the source of every module that is imported after this one: a twentieth of the start.

PySide looks there for its own name, since a module could ask for other spellings of Qt's names by
`from __feature__ import …`; none does. https://github.com/napari/napari/issues/8584 has the measurements.
"""

import sys

import PySide6.QtCore  # noqa: F401  # which loads what is changed below

_feature = sys.modules.get("shibokensupport.feature")
if _feature is not None:
    _feature._mod_uses_pyside = lambda _module: True  # type: ignore[attr-defined]
