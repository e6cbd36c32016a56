"""`convstudio train`: a project's network, trained on a data set, as another project."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TextIO

import msgspec

from convstudio.commands.datasets import OWN_DATA, add_label_options, read_dataset
from convstudio.commands.many import Bar, as_clause, progress_bar
from convstudio.commands.options import number, whole_number
from convstudio.commands.outputs import tell
from convstudio.commands.parser import DONE, FAILED, Parser
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.projects.documents import save_document
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.projects.names import PROJECT_SUFFIX
from convstudio.files.projects.unfinished_training import digest_of, read_unfinished, save_unfinished, unfinished_path
from convstudio.model.learning.training import (
    NotFiniteError,
    TrainingPlan,
    TrainingState,
    advance,
    begin,
    is_over,
    plan,
    tolerated_rate,
    total_steps,
    trained,
)
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.settings import LOSS_BY_TARGET, OPTIMISERS, SCHEDULES, TrainingSettings
from convstudio.model.values.numbers import format_number, percent
from convstudio.ops.learning.losses import LOSSES

_KEPT_EVERY = 2.0
"""Seconds of training that a crash costs at most."""


def train_parser() -> Parser:
    """Return the parser of `convstudio train`."""
    parser = Parser(
        "convstudio train",
        "Train a project's network on a data set, and write the trained project. The settings are the project's, "
        "except for those given here. The same command goes on after Ctrl+C.",
    )
    parser.add_argument("project", metavar="P.convstudio", help="a project, or example:NAME")
    parser.add_argument(
        "--data",
        required=True,
        metavar="DATA",
        help=f"digits, patterns, patterns:classes=2,noise=0, pair (the project's input and target), {OWN_DATA}",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT.convstudio", type=Path, help="the trained project"
    )
    add_label_options(parser)
    parser.add_argument("--scaled", action="store_true", help="divide the data by its largest value")
    parser.add_argument(
        "--log",
        metavar="FILE",
        help="write the report of every epoch as a line of JSON to a file (default: standard output)",
    )
    _add_settings(parser)
    return parser


def _add_settings(parser: Parser) -> None:
    group = parser.add_argument_group("how it is trained", "Without an option, the project's own setting.")
    count = partial(whole_number, least=0)
    group.add_argument("--epochs", type=partial(count, name="number of epochs"), metavar="N")
    group.add_argument("--optimizer", dest="optimiser", choices=OPTIMISERS)
    group.add_argument("--rate", type=number, metavar="R", help="the learning rate, such as 1e-3")
    group.add_argument("--schedule", choices=SCHEDULES, help="how the rate changes")
    group.add_argument("--momentum", type=number, metavar="M", help="of momentum and nesterov")
    group.add_argument("--beta-2", type=number, metavar="B", help="of adam and adamw")
    group.add_argument("--weight-decay", type=number, metavar="D", help="of adamw")
    group.add_argument("--l2", type=number, metavar="F", help="the factor of the squares of all weights in the loss")
    group.add_argument("--batch", dest="batch_size", type=partial(count, name="batch size"), metavar="N")
    group.add_argument("--loss", choices=(LOSS_BY_TARGET, *LOSSES), help="by target: what fits the data")
    group.add_argument("--held-out", type=number, metavar="S", help="the share of the samples that is only tested")
    group.add_argument("--seed", type=partial(count, name="seed"), metavar="N", help="of the order and of dropout")
    group.add_argument(
        "--patience", type=partial(count, name="patience"), metavar="N", help="stop so many epochs after the best one"
    )
    group.add_argument("--keep-best", dest="keeps_best", action="store_true", default=None)
    group.add_argument(
        "--random-labels", action="store_true", default=None, help="train on drawn labels, to see what is memorised"
    )


def train(arguments: list[str]) -> int:
    """Run `convstudio train` with its arguments; return the exit status."""
    options = train_parser().parse_args(arguments)
    if options.output.suffix.lower() != PROJECT_SUFFIX:
        raise FileProblem(f"{named(options.output)} is not a project: end its name in {PROJECT_SUFFIX}")
    planned = _plan(options)
    path, digest = unfinished_path(options.output), digest_of(planned)
    state = read_unfinished(path, planned, digest)
    if state is not None:
        tell(f"going on after {counted(state.step, 'step')}")
    run = _SavedRun(
        planned, begin(planned) if state is None else state, lambda held: save_unfinished(path, held, digest)
    )
    with _log_of(options) as log, progress_bar(total_steps(planned), run.state.step, "steps") as bar:
        problem = run.finish(log, bar)
    result = replace(trained(planned.document, run.state), training=planned.settings)
    named_classes = planned.data.class_names if planned.objective.is_of_classes else result.class_names
    save_document(options.output, replace(result, class_names=named_classes))
    path.unlink(missing_ok=True)
    if problem:
        print(f"convstudio: error: {printable(as_clause(problem))}", file=sys.stderr)
        return FAILED
    tell(_told(run, options.output))
    return DONE


def _plan(options: argparse.Namespace) -> TrainingPlan:
    document = read_project_spec(options.project, tell)[0]
    names = TrainingSettings.__dataclass_fields__
    given = {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}
    settings = replace(document.training, **given)
    data = read_dataset(options, document)
    try:
        return plan(document, data, settings)
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None


class _SavedRun:
    """A training from a state on, which is kept in a file every few seconds, and when it is interrupted."""

    def __init__(self, planned: TrainingPlan, state: TrainingState, keep: Callable[[TrainingState], None]) -> None:
        self.plan, self.state, self._keep = planned, state, keep
        self.epoch: EpochReport | None = None
        self._kept_at = time.monotonic()

    def finish(self, log: TextIO, bar: Bar | None) -> str:
        """Make all steps that are left; return what ended it early, in a sentence, or nothing."""
        try:
            while not is_over(self.plan, self.state):
                self.state, _, epoch = advance(self.plan, self.state)
                if bar is not None:
                    bar.update(1)
                if epoch is not None:
                    self._end_epoch(epoch, log, bar)
                if time.monotonic() - self._kept_at > _KEPT_EVERY:
                    self._keep(self.state)
                    self._kept_at = time.monotonic()
        except NotFiniteError as stop:
            return stop.advised(tolerated_rate(self.plan, stop.rate))
        except KeyboardInterrupt:
            self._keep(self.state)
            tell(f"{counted(self.state.step, 'step')} done: give the same command again to go on")
            raise
        return ""

    def _end_epoch(self, epoch: EpochReport, log: TextIO, bar: Bar | None) -> None:
        self.epoch = epoch
        log.write(msgspec.json.encode(asdict(epoch)).decode() + "\n")
        log.flush()
        if bar is not None:
            bar.set_postfix_str(_measures(epoch))


@contextmanager
def _log_of(options: argparse.Namespace) -> Iterator[TextIO]:
    if options.log is None:
        yield sys.stdout
        return
    with Path(options.log).open("a", encoding="utf-8") as file:
        yield file


def _measures(epoch: EpochReport) -> str:
    """Say how far an epoch led: the accuracy, or the loss, on samples that are not trained on, where there are some."""
    is_held_out = epoch.held_out_loss is not None
    accuracy = epoch.held_out_accuracy if is_held_out else epoch.accuracy
    loss = epoch.held_out_loss if epoch.held_out_loss is not None else epoch.loss
    measured = f"loss {format_number(loss)}" if accuracy is None else f"{percent(accuracy)} right"
    return f"{measured}{' held out' if is_held_out else ''}"


def _told(run: _SavedRun, output: Path) -> str:
    epochs = counted(run.state.epoch, "epoch")
    best = run.state.best if run.plan.settings.keeps_best else None
    kept = f", the weights of epoch {best.epoch} kept" if best is not None else ""
    measured = f": {_measures(run.epoch)}" if run.epoch is not None else ""
    return f"{named(output)} was trained for {epochs}{kept}{measured}"
