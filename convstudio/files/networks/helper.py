"""Asks a helper process about a file, whose decoder may crash: it has a minute and a stated amount of memory."""

from __future__ import annotations

import subprocess
from contextlib import nullcontext
from importlib.util import find_spec
from typing import Any

from convstudio.files.helper_process import helper_command, helper_environment, not_started
from convstudio.files.problems import FileProblem
from convstudio.files.reading import Content, StoredFile

SECONDS = 60.0


def ask(process: str, package: str, data: Content, where: str, *question: str) -> bytes:
    """Return what a module of this folder, run as a process, answers about a file; it gets `where` and the question.

    The process reads the file from its standard input and writes its answer to its standard output; or, with status 1,
    a sentence to its standard error. Raises FileProblem with that sentence, also where the `package` that it needs is
    missing, and where it takes too long or is killed.
    """
    if find_spec(package) is None:
        raise FileProblem(f'{where} needs the {package} package: install it with “pip install "convstudio[models]"”.')
    command, environment = helper_command(f"{__package__}.{process}", where, *question), helper_environment()
    with data.opened() if isinstance(data, StoredFile) else nullcontext() as file:
        given: Any = {"input": data[:]} if file is None else {"stdin": file}
        try:
            done = subprocess.run(command, capture_output=True, env=environment, timeout=SECONDS, check=False, **given)
        except subprocess.TimeoutExpired:
            raise FileProblem(
                f"{where} takes longer than {SECONDS:.0f} seconds to read: use a smaller network."
            ) from None
        except OSError as error:
            raise not_started(where, error) from None
    if done.returncode == 1 and done.stderr:
        raise FileProblem(done.stderr.decode(errors="replace").splitlines()[-1])
    if done.returncode:
        raise FileProblem(f"{where} stopped its reader, so it is probably damaged: get a whole copy of it.")
    answer: bytes = done.stdout
    return answer
