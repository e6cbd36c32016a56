"""Texts and XML that come from files: decoded and parsed so that nothing in them can grow or reach outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from convstudio.files.arrays.tables import as_utf8
from convstudio.files.problems import FileProblem, decoding
from convstudio.model.values.limits import LIMITS

OnStart = Callable[[str, Mapping[str, str]], None]
OnText = Callable[[str], None]
OnEnd = Callable[[str], None]


def text_of(data: bytes, where: str) -> str:
    """Return a text in UTF-8 or UTF-16; raise FileProblem."""
    return as_utf8(data, where).decode()


def parse_xml(
    data: bytes, where: str, on_start: OnStart, on_text: OnText | None = None, on_end: OnEnd | None = None
) -> None:
    """Walk through an XML document; names come without their prefix. Raises FileProblem.

    Entities of a document's own are refused, because a few lines of them can grow without bound, and none from outside
    is ever loaded. The standard library's parser alone does both, so no other package is needed.
    """
    from xml.parsers.expat import ParserCreate  # here, and not above: every start would pay for it

    def refuse(*_: object) -> None:
        raise FileProblem(f"{where} declares entities of its own, which are not read: save it as plain XML.")

    if len(data) > LIMITS.xml_bytes:
        raise FileProblem(
            f"{where} is larger than {LIMITS.xml_bytes >> 20} MiB, the most that is read of XML: shorten it."
        )
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > LIMITS.xml_levels:
            raise FileProblem(f"{where} has more than {LIMITS.xml_levels} levels of elements: write it with fewer.")
        on_start(name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if on_end is not None:
            on_end(name.rpartition(":")[2])

    parser = ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    with decoding(where, lambda error: f"{{file}} is not XML, or damaged ({str(error)[:80]}): open another copy."):
        parser.Parse(data, True)
