"""`convstudio study`: how many filters, which kernels, for how many classes: tried out on a grid of networks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from convstudio.commands.datasets import OWN_DATA, add_label_options, read_dataset
from convstudio.commands.many import add_ways, as_clause, progress_bar, runner_of
from convstudio.commands.options import number, whole_number
from convstudio.commands.outputs import tell
from convstudio.commands.parser import DONE, REFUSED, Parser
from convstudio.files.problems import FileProblem, WriteProblem, printable
from convstudio.files.study.study_table import StudyTable
from convstudio.files.study.study_work import check_study_memory, study_outcomes
from convstudio.model.learning.study import (
    POOLINGS,
    Study,
    StudyCell,
    StudySettings,
    check_study,
    summaries,
)
from convstudio.model.learning.study_data import STUDY_DATA, OwnData, own_data
from convstudio.model.panes.learning.capacity.study_table import study_text
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.learning.settings import OPTIMISERS
from convstudio.model.values.limits import LIMITS

_USUAL = Study()


def study(arguments: list[str]) -> int:
    """Run `convstudio study` with its arguments; return the exit status."""
    options = _parser().parse_args(arguments)
    own = None if options.data in STUDY_DATA else _own_data(options)
    try:
        wanted = _wanted(options, own)
        check_study(wanted, own)
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None
    if options.cluster is None:
        check_study_memory(own, options.jobs)
    with StudyTable(Path(options.output)) as table:
        status = _fill(table, wanted, options, own)
        results = [found for found in map(table.result_of, wanted.cells) if found is not None]
    print(study_text(summaries(results)), end="")
    return status


def _own_data(options: argparse.Namespace) -> OwnData:
    """Read the data that are named, and say how many samples there are; raise FileProblem."""
    read = read_dataset(options)
    try:
        own = own_data(read)
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None
    tell(own.sentence)
    return own


def _wanted(options: argparse.Namespace, own: OwnData | None) -> Study:
    """Return the study that is asked for: one's own data have all their classes where no number is given."""
    usual = _USUAL.classes if own is None else (len(own.data.class_names),)
    data = options.data if own is None else own.name
    return Study(
        options.filters,
        options.kernel,
        options.classes or usual,
        options.seeds,
        StudySettings(data, options.pool, options.epochs, options.optimizer, options.rate, options.batch_size),
    )


def _fill(table: StudyTable, wanted: Study, options: argparse.Namespace, own: OwnData | None) -> int:
    """Train what is missing in a table, tell of it, and return the exit status."""
    cells = wanted.cells
    missing = [cell for cell in cells if table.result_of(cell) is None]
    kept, failed, trained = len(cells) - len(missing), 0, 0
    runner = runner_of(options, is_slow=True)
    with (
        _hint(table, missing),
        progress_bar(len(cells), kept, "networks") as bar,
        closing(study_outcomes(missing, runner, own)) as outcomes,
    ):
        for outcome in outcomes:
            if outcome.result is None:
                failed += 1
                print(f"convstudio: error: {printable(as_clause(outcome.problem))}", file=sys.stderr)
            else:
                trained += 1
                table.add(outcome.result)
            if bar is not None:
                bar.update(1)
    parts = [f"{trained} trained"] if trained or not kept else []
    parts += [f"{kept} there already"] if kept else []
    parts += [f"{failed} failed"] if failed else []
    tell(f"{counted(len(cells), 'network')}: {', '.join(parts)}")
    return REFUSED if failed else DONE


@contextmanager
def _hint(table: StudyTable, missing: Sequence[StudyCell]) -> Iterator[None]:
    """Say how to go on where a study ends early."""
    try:
        yield
    except (KeyboardInterrupt, WriteProblem):
        done = sum(table.result_of(cell) is not None for cell in missing)
        tell(f"{counted(done, 'network')} trained: give the same command again to go on")
        raise


def _parser() -> Parser:
    parser = Parser(
        "convstudio study",
        "Train a grid of small networks, a convolution with ReLU, max pooling and a dense layer each, and write what "
        "each reaches on samples that it never saw. The same command goes on after an interruption; with other sizes "
        "it adds to the table.",
    )
    grid = parser.add_argument_group("the grid")
    _add_counts(grid, "--filters", _USUAL.filters, "numbers of filters")
    _add_counts(grid, "--kernel", _USUAL.kernels, "kernel sizes: 3 is 3×3")
    _add_counts(
        grid,
        "--classes",
        None,
        "numbers of classes: 2, 4 or 8 of patterns, 2 to 10 of digits, or the first ones of your data (default: "
        f"{_listed(_USUAL.classes)}, or all of your data)",
    )
    _add_whole(grid, "--seeds", _USUAL.seeds, LIMITS.study_seeds, "how often each size is trained, from other weights")
    training = parser.add_argument_group("how each network is trained")
    usual = _USUAL.settings
    training.add_argument(
        "--data",
        default=usual.data,
        metavar="DATA",
        help="patterns, which are lines in as many directions as there are classes, digits, which are the first of the "
        f"handwritten digits, {OWN_DATA} (default: {usual.data})",
    )
    add_label_options(training)
    training.add_argument(
        "--pool",
        choices=POOLINGS,
        default=usual.pooling,
        help=f"each map becomes its largest value, or that of every 2×2 cells (default: {usual.pooling})",
    )
    _add_whole(training, "--epochs", usual.epochs, LIMITS.epochs, "how often every sample is learned from")
    training.add_argument(
        "--optimizer", choices=OPTIMISERS, default=usual.optimiser, help=f"(default: {usual.optimiser})"
    )
    training.add_argument(
        "--rate", type=number, default=usual.rate, metavar="R", help=f"the learning rate (default: {usual.rate})"
    )
    _add_whole(training, "--batch-size", usual.batch_size, LIMITS.batch_size, "how many samples make a step")
    parser.add_argument("-o", "--output", required=True, metavar="TABLE.csv", help="the table, a line for each network")
    add_ways(
        parser.add_argument_group("where the networks are trained"),
        "its workers need ConvStudio in this version",
    )
    return parser


def _add_counts(group: argparse._ArgumentGroup, option: str, usual: Sequence[int] | None, what: str) -> None:
    shown = "" if usual is None else f" (default: {_listed(usual)})"
    name = f"number for {option}"
    group.add_argument(
        option,
        type=partial(_counts, name=name),
        default=usual,
        metavar="N,N",
        help=f"{what}{shown}",
    )


def _listed(counts: Sequence[int]) -> str:
    return ",".join(map(str, counts))


def _add_whole(group: argparse._ArgumentGroup, option: str, usual: int, most: int, what: str) -> None:
    group.add_argument(
        option,
        type=partial(whole_number, name=f"number for {option}", least=1, most=most),
        default=usual,
        metavar="N",
        help=f"{what} (default: {usual})",
    )


def _counts(text: str, name: str) -> tuple[int, ...]:
    """Read several counts; `check_study` knows which are too few or too many for the data."""
    return tuple(whole_number(part, name, 0) for part in text.split(","))
