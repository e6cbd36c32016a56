"""The formats in which a program of a network, and its summary, are saved."""

from convstudio.model.words.file_kinds import FileKind

PROGRAM_FORMATS = (FileKind("Python program", (".py",), "the network as a program of another library"),)
SUMMARY_FORMATS = (FileKind("Plain text", (".txt",), "the table of layers"),)
