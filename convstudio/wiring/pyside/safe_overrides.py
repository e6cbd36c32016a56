"""Makes a fault in a method that Qt calls one that is told, and not the end of the process, on Python 3.11.

Before Python 3.12 an exception that C raises (an index out of range, a division by zero) leaves a function as its class
and a text, and becomes an object only where it is caught. PySide takes it for the object, where Qt called the function,
and crashes. So what a class puts in the place of a method of Qt catches all and raises it again. It must be loaded
before the first of these classes is made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from shiboken6 import Shiboken


def _with_whole_faults(method: FunctionType) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        try:
            return method(*given, **named)
        except BaseException:
            raise

    call.__name__, call.__qualname__, call.__doc__ = method.__name__, method.__qualname__, method.__doc__
    call.__wrapped__ = method  # type: ignore[attr-defined]
    return call


def _guard_overrides(made: type) -> None:
    """Guard the methods of a new class, and of those above it that are not of Qt, that Qt would call."""
    of_qt = next((kind for kind in made.__mro__ if kind.__module__.startswith("PySide6.")), None)
    for kind in made.__mro__:
        if kind is made or not issubclass(kind, Shiboken.Object):
            for name, method in list(vars(kind).items()):
                if "_" in name or not isinstance(method, FunctionType):  # no name of Qt has one
                    continue
                if hasattr(of_qt, name) and getattr(made, name) is method:
                    setattr(made, name, _with_whole_faults(method))


if sys.version_info < (3, 12):
    Shiboken.Object.__init_subclass__ = classmethod(_guard_overrides)  # type: ignore[assignment, method-assign]
