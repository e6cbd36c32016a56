"""JSON documents with a format and a version: strict, and open to older versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from convstudio.files.packed import JsonText, array_names, encode_json
from convstudio.files.problems import FileProblem, decoding
from convstudio.model.values.progress import Progress

Content = TypeVar("Content", bound=msgspec.Struct)
Migration = Callable[[dict[str, Any]], dict[str, Any]]


class _FileHead(msgspec.Struct):
    format: str
    version: int


@dataclass(frozen=True)
class FileFormat(Generic[Content]):
    """A format: its name in the file, its newest version, what stands in it, and what people call it.

    `migrations` turn the plain content of one version into that of the next, by the older version's number.
    """

    name: str
    version: int
    content: type[Content]
    noun: str
    migrations: Mapping[int, Migration] = field(default_factory=dict)

    def decode(self, data: bytes, where: str, progress: Progress | None = None) -> Content:
        """Return the content of a document of any version up to ours; raise FileProblem, which begins with `where`.

        `progress` counts the bytes of arrays, when they are decoded.
        """
        if not data.lstrip().startswith(b"{"):  # what holds no JSON document, or only a number, is another kind of file
            raise FileProblem(f"{where} is not a ConvStudio {self.noun}: choose a file that was saved as one.")
        with decoding(where, self._not_decoded):
            text = JsonText(data, array_names(self.content), progress)  # older versions have no other arrays
            head = text.decode(_FileHead)
            self._check(head, where)
            if head.version == self.version:
                return text.decode(self.content)
            return text.convert(self._migrated(text.decode_plain(), head.version), self.content)

    def encode(self, content: Content, progress: Progress | None = None) -> bytes:
        """Return the document; the same content gives the same bytes. `progress` counts bytes, and may cancel."""
        return encode_json(content, progress)

    def _not_decoded(self, error: BaseException) -> str:
        return f"{{file}} is not a ConvStudio {self.noun}, or a damaged one ({str(error)[:200]}): open another copy."

    def _check(self, head: _FileHead, where: str) -> None:
        if head.format != self.name:
            raise FileProblem(
                f"{where} is not a ConvStudio {self.noun}, but “{head.format[:40]}”: choose another file."
            )
        if head.version > self.version:
            raise FileProblem(
                f"{where} was made by a newer ConvStudio ({self.noun} version {head.version}; this program reads up to "
                f"{self.version}): open it with the newer one."
            )
        if head.version < min([self.version, *self.migrations]):
            raise FileProblem(
                f"{where} has the impossible {self.noun} version {head.version}: open another copy of the file."
            )

    def _migrated(self, content: dict[str, Any], version: int) -> dict[str, Any]:
        for older in range(version, self.version):
            content = self.migrations[older](content)
        return content
