"""All files of a session: the project on show, the inputs and weights that are brought into it, and the exports."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from convstudio.files.networks.foreign_formats import is_foreign_network
from convstudio.files.projects.names import EXAMPLE_PREFIX, PROJECT_SUFFIX
from convstudio.model.values.document import Document
from convstudio.model.words.file_kinds import ending_among, ending_of, endings_of
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.exports import Exports
from convstudio.session.workspace.file_reader import FileReader
from convstudio.session.workspace.input_files import InputFiles
from convstudio.session.workspace.picture_list import PictureList
from convstudio.session.workspace.project import AskTaken, MayReplace, Project
from convstudio.session.workspace.project_file import ProjectFile
from convstudio.session.workspace.weight_files import Choose, WeightFiles


def is_project(path: str) -> bool:
    """Return whether a name is that of a project, network or example, which replaces what is open."""
    return path.startswith(EXAMPLE_PREFIX) or ending_of(path) == PROJECT_SUFFIX or is_foreign_network(path)


class Workspace(QObject):
    """Opens any file, each by the part that knows its kind; nothing waits for a disk.

    What was read is applied to the document that is current when it arrives. What goes wrong is a sentence of the jobs.
    `file_used` carries a file that was brought in or saved, `file_missing` one that is not there, and `folder_used` a
    folder that is about to be written to. The two questions are those of `Project`.
    """

    file_used = Signal(str)
    file_missing = Signal(str)
    folder_used = Signal(str)

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        editor: Editor,
        start: Document,
        file: ProjectFile,
        may_replace: MayReplace = lambda _: True,
        ask_taken: AskTaken = lambda _: "read-only",
        choose_kernel: Choose = lambda _: 0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        reader = FileReader(jobs, self)
        self.project = Project(session, jobs, reader, start, file, may_replace, ask_taken, self)
        self.inputs = InputFiles(session, jobs, editor, reader, self)
        self.weights = WeightFiles(session, jobs, editor, reader, choose_kernel, self)
        self.exports = Exports(session, jobs, self)
        self.pictures = PictureList(session, jobs, reader, self.inputs, self)
        reader.used.connect(self.file_used)
        reader.missing.connect(self.file_missing)
        for writing in (self.project, self.exports):
            writing.folder_used.connect(self.folder_used)

    def open(self, path: str) -> None:
        """Open a project, or bring an image, table, array, kernel or folder of pictures into the current one."""
        from convstudio.files.formats import (  # here, and not above: no start needs it
            MAY_BE_KERNELS,
            ONLY_KERNELS,
            ONLY_WEIGHTS,
            WEIGHT_ENDINGS,
        )
        from convstudio.files.inputs import INPUT_FORMATS, SAMPLE_PREFIX
        from convstudio.files.kernels.kernel_files import is_kernel_text

        if path.startswith(SAMPLE_PREFIX):
            self.inputs.use_bundled_sample(path.removeprefix(SAMPLE_PREFIX))
        elif path.startswith(EXAMPLE_PREFIX):
            self.project.open_example(path.removeprefix(EXAMPLE_PREFIX))
        elif is_foreign_network(path):
            self.project.open_network(path)
        elif is_project(path):
            self.project.open(path)
        elif ending_among(ONLY_WEIGHTS, path) in WEIGHT_ENDINGS:
            self.weights.open_weights(path)
        elif ending_of(path) in endings_of(ONLY_KERNELS):
            self.weights.open_kernel(path)
        elif ending_of(path) in MAY_BE_KERNELS:
            self._jobs.read(
                f"Opening {Path(path).name}", lambda _: is_kernel_text(path), partial(self._open_text, path)
            )
        elif ending_of(path) in endings_of(INPUT_FORMATS):
            self.inputs.open(path)
        else:
            self._jobs.read(
                f"Opening {Path(path).name}", lambda _: Path(path).is_dir(), partial(self._open_other, path)
            )

    def _open_text(self, path: str, is_kernel: bool) -> None:
        """Open a text as what it holds: a kernel of another program, or a table, which is an input."""
        if is_kernel:
            self.weights.open_kernel(path)
        else:
            self.inputs.open(path)

    def _open_other(self, path: str, is_folder: bool) -> None:
        """Open what its name does not tell: a folder of pictures, or a file that is refused in a sentence."""
        (self.pictures if is_folder else self.inputs).open(path)
