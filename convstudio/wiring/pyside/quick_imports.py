"""Makes the imports after this one quicker: together they are a quarter of the start. Nothing else changes by it.

PySide would read the source of every module, where it looks for its own name, since a module could ask for other
spellings of Qt's names by `from __feature__ import …`; none does. https://github.com/napari/napari/issues/8584 has the
measurements.

`dataclass` compiles six methods for each class, one by one, which is a third of the time of our imports. Here each is
compiled when it is first called, and most never are before the first paint. Python 3.13 compiles those of a class
together (https://github.com/python/cpython/issues/109870) and has nothing to change here.
"""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from typing import Any

import PySide6.QtCore  # noqa: F401  # which loads what is changed below

_feature = sys.modules.get("shibokensupport.feature")
if _feature is not None:
    _feature._mod_uses_pyside = lambda _module: True  # type: ignore[attr-defined]

_compiled: Callable[..., Callable[..., Any]] | None = getattr(dataclasses, "_create_fn", None)


def _compiled_when_called(name: str, args: Sequence[str], body: Sequence[str], **names: Any) -> Callable[..., Any]:
    """Return the method of a data class that `dataclasses` asks for; it replaces itself in its class when called."""
    assert _compiled is not None, "this takes its place"
    compiled, method = _compiled, None

    def first_call(self: object, *others: object, **more: object) -> Any:
        nonlocal method
        if method is None:
            method = compiled(name, args, body, **names)
            method.__qualname__ = first_call.__qualname__
        for kind in type(self).__mro__:
            if kind.__dict__.get(name) is first_call:
                setattr(kind, name, method)
        return method(self, *others, **more)

    first_call.__name__ = name
    return first_call


if _compiled is not None:
    dataclasses._create_fn = _compiled_when_called  # type: ignore[attr-defined]
