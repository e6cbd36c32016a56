"""Many files by one command: which they are, how many processes or which cluster work on them, and what is told."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from convstudio.commands.options import whole_number
from convstudio.commands.outputs import check_free, tell
from convstudio.commands.parser import DONE, REFUSED, Parser
from convstudio.files.batch.expansion import Expansion
from convstudio.files.batch.manifest import MANIFEST_NAME, Manifest
from convstudio.files.batch.running import BatchRun, InputReport, PlannedInput, make_folder
from convstudio.files.batch.tasks import Runner, Work, one_by_one
from convstudio.files.problems import FileProblem, WriteProblem, named, printable
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.limits import LIMITS
from convstudio.model.words.file_kinds import FileKind, endings_of, listed_endings

_MOST_NAMED = 3
_NO_BREAK = "\N{NO-BREAK SPACE}"  # before the sign of per cent
_LONGEST_WAIT = 3600  # an hour

OF_THE_RUN = frozenset({"jobs", "cluster", "wait", "force"})
"""The options that decide how a run is carried out, and nothing about what it makes."""


def add_many_options(parser: Parser, formats: Sequence[FileKind], usual: str) -> None:
    """Add the options of a command that takes many files; `usual` tells the format of results without an option."""
    group = parser.add_argument_group(
        "many inputs",
        f"They go into a folder, with a manifest, {MANIFEST_NAME}: the same command goes on after an interruption. "
        "A folder stands for the inputs in it and below it, and keeps their folders; a pattern such as '*.png' may be "
        "quoted. An input that cannot be used does not stop the others.",
    )
    group.add_argument(
        "--format",
        type=partial(_ending, formats),
        metavar="ENDING",
        help=f"the format of results in a folder, such as {formats[0].endings[0]} (default: {usual})",
    )
    add_ways(
        group,
        "inputs and results are sent, so its workers need ConvStudio in this version, and none of your folders",
    )


def add_ways(group: argparse._ActionsContainer, of_a_cluster: str) -> None:
    """Add the options that say what works: processes, or a cluster; `of_a_cluster` ends the sentence about that."""
    ways = group.add_mutually_exclusive_group()
    ways.add_argument(
        "--jobs",
        type=partial(whole_number, name="number of jobs", least=1, most=LIMITS.jobs),
        default=1,
        metavar="N",
        help="work in N processes (default: 1); the results are the same",
    )
    ways.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help=f"work on a Dask cluster with this scheduler, such as tcp://host:8786; {of_a_cluster}",
    )
    group.add_argument(
        "--wait",
        type=partial(whole_number, name="number of seconds", least=1, most=_LONGEST_WAIT),
        metavar="SECONDS",
        help="seconds in which the scheduler of --cluster must answer, and have a worker (default: 10)",
    )


def _ending(formats: Sequence[FileKind], text: str) -> str:
    ending = f".{text.removeprefix('.').lower()}"
    if ending not in endings_of(formats):
        raise argparse.ArgumentTypeError(
            f"“{printable(text)[:40]}” is not a format of results: give one of {listed_endings(formats)}"
        )
    return ending


def goes_into_a_folder(found: Expansion, output: str) -> bool:
    """Return whether what an output names is a folder of results, and not the one file of the only input."""
    return len(found.inputs) > 1 or found.is_many or Path(output).is_dir() or output.endswith(("/", os.sep))


def check_for_one(options: argparse.Namespace) -> None:
    """Refuse an option of many inputs, where the result is one file."""
    given = next((name for name in ("format", "cluster", "wait") if getattr(options, name) is not None), None)
    if given is not None:
        raise FileProblem(
            f"--{given} is for results in a folder, and {named(options.output)} is a file: end its name in /"
        )


def runner_of(options: argparse.Namespace, *, is_slow: bool = False) -> Runner:
    """Return what works on the inputs.

    Where each of them `is_slow`, a cluster is sent one at a time, and each result comes when it is there, in any order.

    Raises FileProblem.
    """
    if options.cluster is not None:
        from convstudio.files.batch.cluster import ANSWER, on_cluster  # an extra, imported for its door alone

        return on_cluster(options.cluster, options.wait or ANSWER, is_slow=is_slow)
    if options.wait is not None:
        raise FileProblem("--wait is for a cluster: name its scheduler with --cluster, or leave --wait out")
    if options.jobs == 1:
        return one_by_one
    from convstudio.files.batch.processes import in_processes  # here, and not above: one process needs no pool

    return in_processes(options.jobs, in_order=not is_slow)


def run_many(
    folder: Path,
    plan: Sequence[PlannedInput],
    work: Work,
    settings: Mapping[str, Any],
    read: Callable[[str], bytes | None],
    options: argparse.Namespace,
) -> int:
    """Work on all inputs of a plan, and tell of each; return the exit status.

    Raises FileProblem, before anything is computed, where two results would be one file or a file would be replaced.
    """
    _check_different(plan)
    runner = runner_of(options)
    make_folder(folder)
    with Manifest(folder) as manifest:
        run = BatchRun(folder, manifest, settings, read, may_replace=options.force)
        waiting: list[PlannedInput] = []
        for one in plan:
            if not run.is_done(one):
                waiting.append(one)
                continue
            for line in run.predictions(one):
                print(line if line.replace(_NO_BREAK, " ").isprintable() else printable(line))
        check_free([path for one in waiting for path in run.replaced(one)], str(folder))
        telling = _Telling(len(plan), len(plan) - len(waiting))
        with _hint(telling):
            reports = run.reports(waiting, work, runner)
            with telling.bar():
                for report in reports:
                    telling.tell_of(report)
    telling.tell_sum()
    return REFUSED if telling.failed else DONE


def tell_of_others(others: Sequence[str]) -> None:
    """Say which files in the named folders are not inputs."""
    if others:
        names = ", ".join(map(named, others[:_MOST_NAMED])) + (" and more" if len(others) > _MOST_NAMED else "")
        count = one_or_many(len(others), "1 file that is not", f"{len(others)} files that are not")
        tell(f"passed over {count} an input: {names}")


class Bar(Protocol):
    """A progress bar."""

    def update(self, amount: float) -> object:
        """Count what was done."""

    def set_postfix_str(self, text: str) -> object:
        """Write something after the counts."""


@contextmanager
def progress_bar(total: int, kept: int, unit: str) -> Iterator[Bar | None]:
    """Show a bar, of which `kept` are done already; none beside a terminal, and none where nothing is left."""
    if not sys.stderr.isatty() or total == kept:
        yield None
        return
    from tqdm import tqdm  # here, and not above: only a terminal shows it

    with tqdm(total=total, initial=kept, unit=f" {unit}", file=sys.stderr, leave=False) as bar:
        yield bar


class _Telling:
    """Tells of a run: a bar on a terminal, the lines of each input, each sentence once, and the sum."""

    def __init__(self, total: int, kept: int) -> None:
        self.written = self.failed = 0
        self._total, self._kept = total, kept
        self._told: set[str] = set()
        self._bar: Bar | None = None

    @contextmanager
    def bar(self) -> Iterator[None]:
        with progress_bar(self._total, self._kept, "inputs") as bar:
            self._bar = bar
            yield
        self._bar = None

    def tell_of(self, report: InputReport) -> None:
        lines = [(line, sys.stdout) for line in report.printed]
        lines += [(line, sys.stderr) for line in self._new(f"convstudio: {printable(one)}" for one in report.told)]
        if report.problem:
            self.failed += 1
            lines.append((f"convstudio: error: {printable(as_clause(report.problem))}", sys.stderr))
        else:
            self.written += 1
        if lines:
            with self._without_bar():
                for line, stream in lines:
                    print(line, file=stream)
        if self._bar is not None:
            self._bar.update(1)

    def tell_sum(self) -> None:
        if self._total == 1:
            return
        parts = [f"{self.written} written"] if self.written or not self._kept else []
        parts += [f"{self._kept} there already"] if self._kept else []
        parts += [f"{self.failed} failed"] if self.failed else []
        tell(f"{counted(self._total, 'input')}: {', '.join(parts)}")

    def _new(self, sentences: Iterable[str]) -> list[str]:
        new = [one for one in dict.fromkeys(sentences) if one not in self._told]
        self._told.update(new)
        return new

    def _without_bar(self) -> Any:
        if self._bar is None:
            return nullcontext()
        from tqdm import tqdm  # here for the reason in progress_bar

        return tqdm.external_write_mode()


@contextmanager
def _hint(telling: _Telling) -> Iterator[None]:
    """Say how to go on where a run ends early."""
    try:
        yield
    except (KeyboardInterrupt, WriteProblem):
        tell(f"{counted(telling.written, 'result')} written: give the same command again to go on")
        raise


def as_clause(sentence: str) -> str:
    """Write a sentence as `cli` writes the one that ends a command."""
    text = " ".join(sentence.split()).removesuffix(".")
    return text[:1].lower() + text[1:]


def _check_different(plan: Sequence[PlannedInput]) -> None:
    seen: dict[Path, str] = {}
    for one in plan:
        for path in dict.fromkeys((one.target, *one.expected)):
            other = seen.setdefault(path, one.spec)
            if other != one.spec:
                raise FileProblem(
                    f"two inputs would both become {named(path)}, {named(other)} and {named(one.spec)}: "
                    "name an output for each of them"
                )
