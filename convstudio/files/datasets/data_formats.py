"""The formats of data sets, in one table; folders hold them too."""

from __future__ import annotations

from convstudio.model.words.file_kinds import FileKind

ARCHIVES = FileKind("Data set as NumPy archive", (".npz",), "samples in x, and their classes or maps in y")
TABLES = FileKind("Data set as table", (".csv", ".tsv", ".txt"), "a sample in each row, its class in one column")
DATA_FORMATS = (ARCHIVES, TABLES)
