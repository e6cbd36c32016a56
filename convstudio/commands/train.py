"""`convstudio train`: a project's network, trained on a data set, as another project."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import msgspec

from convstudio.commands.datasets import OWN_DATA, add_label_options, read_dataset
from convstudio.commands.many import Bar, as_clause, progress_bar
from convstudio.commands.options import number, whole_number
from convstudio.commands.outputs import tell
from convstudio.commands.parser import DONE, FAILED, Parser
from convstudio.files.disk.save import check_can_write, explained, written_beside
from convstudio.files.problems import FileProblem, WriteProblem, named, printable
from convstudio.files.projects.documents import save_document
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.projects.names import PROJECT_SUFFIX
from convstudio.files.projects.unfinished_training import (
    Identity,
    OtherTrainingError,
    identity_of,
    read_unfinished,
    save_unfinished,
    unfinished_path,
)
from convstudio.model.learning.sources import remembered_text, source_of
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
_GO_ON = "give the same command again to go on"
_OPTIONS = MappingProxyType({"optimiser": "optimizer", "batch_size": "batch"})
"""The options whose names are not those of their settings."""


def train_parser() -> Parser:
    """Return the parser of `convstudio train`."""
    parser = Parser(
        "convstudio train",
        "Train a project's network on a data set, and write the trained project. The settings are the project's, "
        "except for those given here. After Ctrl+C, or a crash, the same command goes on where it stopped, also with "
        "another number of epochs: until it is done, the training is kept beside OUT as OUT.convstudio.unfinished.",
        epilog="For example: convstudio train example:digits-untrained --data digits --epochs 20 -o digits.convstudio",
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
        help="add the report of every epoch as a line of JSON to a file (default: standard output)",
    )
    parser.add_argument(
        "--restart", action="store_true", help="begin again, and drop what an interrupted training of OUT left"
    )
    _add_settings(parser)
    return parser


def _add_settings(parser: Parser) -> None:
    group = parser.add_argument_group("how it is trained", "Without an option, the project's own setting.")
    count = partial(whole_number, least=0)
    group.add_argument(
        "--epochs",
        type=partial(count, name="number of epochs"),
        metavar="N",
        help="how often every sample is learned from",
    )
    _add_optimiser(group)
    group.add_argument(
        "--batch",
        "--batch-size",
        dest="batch_size",
        type=partial(count, name="batch size"),
        metavar="N",
        help="how many samples make a step",
    )
    group.add_argument("--loss", choices=(LOSS_BY_TARGET, *LOSSES), help="by target: what fits the data")
    group.add_argument("--held-out", type=number, metavar="S", help="the share of the samples that is only tested")
    group.add_argument(
        "--seed",
        type=partial(count, name="seed"),
        metavar="N",
        help="of the order of the samples, of which are held out, and of dropout",
    )
    group.add_argument(
        "--patience",
        type=partial(count, name="patience"),
        metavar="N",
        help="stop so many epochs after the best one (0: never)",
    )
    group.add_argument(
        "--keep-best",
        dest="keeps_best",
        action=argparse.BooleanOptionalAction,
        help="keep the weights of the epoch that did best on the samples held out, and not the last ones",
    )
    group.add_argument(
        "--random-labels",
        action=argparse.BooleanOptionalAction,
        help="train on drawn labels, to see what is memorised",
    )


def _add_optimiser(group: argparse._ArgumentGroup) -> None:
    """Add the options that say how a gradient becomes a step."""
    count = partial(whole_number, least=0)
    group.add_argument(
        "--optimizer", dest="optimiser", choices=OPTIMISERS, help="how a gradient becomes a change of the weights"
    )
    group.add_argument("--rate", type=number, metavar="R", help="the learning rate, such as 1e-3")
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        help="how the rate changes: not at all, in drops, or along a cosine to 0 at the last epoch",
    )
    group.add_argument("--drop", type=number, metavar="F", help="the factor of each drop of the schedule step")
    group.add_argument(
        "--drop-every", type=partial(count, name="number of epochs"), metavar="N", help="epochs between two drops"
    )
    group.add_argument("--momentum", type=number, metavar="M", help="of momentum and nesterov")
    group.add_argument("--beta-2", type=number, metavar="B", help="of adam and adamw")
    group.add_argument("--weight-decay", type=number, metavar="D", help="of adamw")
    group.add_argument("--l2", type=number, metavar="F", help="the factor of the squares of all weights in the loss")


def train(arguments: list[str]) -> int:
    """Run `convstudio train` with its arguments; return the exit status."""
    options = train_parser().parse_args(arguments)
    if options.output.suffix.lower() != PROJECT_SUFFIX:
        raise FileProblem(f"{named(options.output)} is not a project: end its name in {PROJECT_SUFFIX}")
    planned = _plan(options)
    check_can_write(options.output)
    path, identity = unfinished_path(options.output), identity_of(planned)
    state = None if options.restart else _read_kept(path, planned, identity)
    run = _SavedRun(
        planned, begin(planned) if state is None else state, lambda held: save_unfinished(path, held, identity)
    )
    log = _Log(options.log)
    try:
        with progress_bar(total_steps(planned), run.state.step, "steps") as bar:
            problem = run.finish(log, bar)
        source = remembered_text(source_of(options.data), planned.data.name)
        result = replace(trained(planned.document, run.state), training=replace(planned.settings, data=source))
        named_classes = planned.data.class_names if planned.objective.is_of_classes else result.class_names
        replaced = written_beside(options.output)
        save_document(options.output, replace(result, class_names=named_classes))
    except WriteProblem:
        if run.kept_steps:
            tell(f"{counted(run.kept_steps, 'step')} are kept: {_GO_ON}")
        raise
    path.unlink(missing_ok=True)
    if problem:
        print(f"convstudio: error: {printable(as_clause(problem))}", file=sys.stderr)
        return FAILED
    tell(_told(run, options.output))
    for backup in replaced:
        tell(f"the file that was there before is kept as {named(backup)}")
    return DONE


def _read_kept(path: Path, planned: TrainingPlan, identity: Identity) -> TrainingState | None:
    """Return what an interruption left of a training, and tell of it; None where there is nothing.

    Raises FileProblem, which says how to go on, where it is of another training or beyond the epochs that are wanted.
    """
    try:
        kept = read_unfinished(path, planned, identity)
    except OtherTrainingError as other:
        raise FileProblem(_other_training(path, other)) from None
    if kept is None:
        return None
    state, wanted = kept.state, planned.settings.epochs
    if (state.epoch, state.sums.samples) > (wanted, 0):
        raise FileProblem(
            f"{named(path)} holds a training that is in epoch {state.epoch + 1} already. Give --epochs "
            f"{state.epoch + 1} or more to go on with it, or --restart to begin again."
        )
    ending = "" if wanted == kept.epochs else f", with {counted(wanted, 'epoch')} in all in place of {kept.epochs}"
    if ending and planned.settings.schedule == "cosine":
        ending += ", over which the learning rate now falls to 0"
    tell(f"going on after {counted(state.step, 'step')}{ending}")
    return state


def _other_training(path: Path, other: OtherTrainingError) -> str:
    """Say which training was interrupted, and how to go on with it or without it."""
    kept = f"{named(path)} holds an interrupted training, {counted(other.step, 'step')} done, of "
    if other.settings:  # which may make other data, too: drawn labels
        options = " ".join(_option(name, value) for name, value in other.settings.items())
        return f"{kept}other settings. Give {options} to go on with it, or --restart to begin again."
    return f"{kept}{' and '.join(other.others)}. Give another name for OUT, or --restart to begin again."


def _option(name: str, value: object) -> str:
    """Write a setting as the option that sets it.

    >>> _option("optimiser", "sgd"), _option("random_labels", False), _option("drop_every", 5)
    ('--optimizer sgd', '--no-random-labels', '--drop-every 5')
    """
    option = _OPTIONS.get(name, name).replace("_", "-")
    match value:
        case bool():
            return f"--{option}" if value else f"--no-{option}"
        case str() if " " in value:
            return f'--{option} "{value}"'
        case _:
            return f"--{option} {value}"


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
        self._best: EpochReport | None = None
        self.kept_steps = state.step
        self._kept_at = time.monotonic()

    def finish(self, log: _Log, bar: Bar | None) -> str:
        """Make all steps that are left; return what ended it early, in a sentence, or nothing."""
        try:
            while not is_over(self.plan, self.state):
                self.state, _, epoch = advance(self.plan, self.state)
                if bar is not None:
                    bar.update(1)
                if epoch is not None:
                    self._end_epoch(epoch, log, bar)
                if time.monotonic() - self._kept_at > _KEPT_EVERY:
                    self._keep_state()
        except NotFiniteError as stop:
            return stop.advised(tolerated_rate(self.plan, stop.rate))
        except KeyboardInterrupt:
            self._keep_state()
            tell(f"{counted(self.state.step, 'step')} done: {_GO_ON}")
            raise
        return ""

    @property
    def final(self) -> EpochReport | None:
        """The report of the epoch whose weights are the final ones; None where that was before an interruption."""
        return self.epoch if self.state.kept_epoch is None else self._best

    def _keep_state(self) -> None:
        self._keep(self.state)
        self._kept_at, self.kept_steps = time.monotonic(), self.state.step

    def _end_epoch(self, epoch: EpochReport, log: _Log, bar: Bar | None) -> None:
        self.epoch = epoch
        if self.state.best is not None and self.state.best.epoch == epoch.epoch:
            self._best = epoch
        log.add(epoch)
        if bar is not None:
            bar.set_postfix_str(_measures(epoch))


class _Log:
    """The reports of epochs, a line of JSON each, at the end of a file or on standard output."""

    def __init__(self, path: str | None) -> None:
        """Take a file, or None for standard output; raise WriteProblem where it cannot be written to."""
        self._path = path
        if path is not None:
            self._add_to(path, "")

    def add(self, epoch: EpochReport) -> None:
        """Write a line; raise WriteProblem, with no part of the line written."""
        line = msgspec.json.encode(asdict(epoch)).decode() + "\n"
        if self._path is None:
            print(line, end="", flush=True)
        else:
            self._add_to(self._path, line)

    def _add_to(self, path: str, line: str) -> None:
        data = line.encode()
        with explained(path), Path(path).open("ab", buffering=0) as file:
            size = file.tell()
            if file.write(data) != len(data):  # as far as the disk had room
                file.truncate(size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _measures(epoch: EpochReport) -> str:
    """Say how far an epoch led: the accuracy, or the loss, on samples that are not trained on, where there are some."""
    is_held_out = epoch.held_out_loss is not None
    accuracy = epoch.held_out_accuracy if is_held_out else epoch.accuracy
    loss = epoch.held_out_loss if epoch.held_out_loss is not None else epoch.loss
    measured = f"loss {format_number(loss)}" if accuracy is None else f"{percent(accuracy)} right"
    return f"{measured}{' held out' if is_held_out else ''}"


def _told(run: _SavedRun, output: Path) -> str:
    epochs = counted(run.state.epoch, "epoch")
    kept = run.state.kept_epoch
    which = f", the weights of epoch {kept} kept" if kept is not None else ""
    measured = f": {_measures(run.final)}" if run.final is not None else ""
    return f"{named(output)} was trained for {epochs}{which}{measured}"
