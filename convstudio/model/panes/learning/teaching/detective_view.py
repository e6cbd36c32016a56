"""What the detective's panel shows of a solution: kernels, maps, and what they prove, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convstudio.model.learning.detective import Solution
from convstudio.model.panes.kernel_facts import kernel_channel
from convstudio.model.panes.learning.teaching.tables import ShownTable, change_table, kernel_tables, map_tables
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.numbers import apart, format_number
from convstudio.model.values.view_state import ViewState


@dataclass(frozen=True, eq=False)
class DetectiveView:
    """A solution on show: tables by their names, in order, and sentences.

    `kernels` and `maps` have only those that there are: without another kernel there is no second column.
    """

    facts: str
    kernels: dict[str, ShownTable]
    maps: dict[str, ShownTable]
    verdict: str
    details: str


def detective_view(solution: Solution, view: ViewState) -> DetectiveView:
    """Return what to show of a solution: of the kernels, that of the selected channel."""
    case, found, other = solution.case, solution.found, solution.other
    channel = kernel_channel(case.layer, case.filter, view.channel)
    names = ("Found", "Other")
    filters = (found,) if other is None else (found, other)
    shown = kernel_tables(*(one.weights[..., channel] for one in filters))
    biases = [f"bias {format_number(one.bias)}" if case.layer.has_bias else "" for one in filters]
    kernels = {
        name: ShownTable(table.values, table.levels, bias)
        for name, table, bias in zip(names, shown, biases, strict=False)
    }
    wanted, made, errors = map_tables(np.asarray(case.wanted, np.float32), found.made, view.scale)
    maps = {"Target": wanted, "Map of found": made, "Error": errors}
    if other is not None:
        kernels["Change"] = change_table(other.weights[..., channel] - found.weights[..., channel])
        maps["Map of other"] = ShownTable(other.made, wanted.levels)
        maps["Difference"] = change_table(other.made - found.made)
    return DetectiveView(detective_facts(solution), kernels, maps, verdict(solution), details(solution))


def detective_facts(solution: Solution) -> str:
    """Say what was solved: how many equations there are, and how many unknowns."""
    layer, unknowns = solution.case.layer, solution.case.unknowns
    weights = counted(unknowns - layer.has_bias, "weight", write=apart)
    told = f"{weights} and the bias" if layer.has_bias else weights
    positions = counted(solution.case.wanted.size, "position", write=apart)
    return f"{layer.filter_name(solution.case.filter)} · an equation for each of {positions} · unknown: {told}"


def verdict(solution: Solution) -> str:
    """Say whether there is a kernel that makes the target, and whether it is the only one."""
    if not solution.is_exact:
        closest = "No kernel makes exactly this target. This one comes closest"
        match solution.is_unique:
            case True:
                return f"{closest}."
            case False:
                return f"{closest}, and so do others: another kernel makes the same map."
            case None:
                return f"{closest} of those that were found."
    match solution.is_unique:
        case True:
            return "Exactly one kernel makes this target."
        case None:
            return "This kernel makes the target. Whether others do is not known: ReLU hides what is below 0."
        case False if solution.counts_above:
            return "More than one kernel makes this target: ReLU hides what is below 0."
        case False:
            free = solution.case.unknowns - solution.rank
            return f"More than one kernel makes this target: the input leaves {counted(free, 'direction')} free."


def details(solution: Solution) -> str:
    """Give the numbers of the verdict: rank, errors, and the difference that another kernel makes."""
    above = " above 0" if solution.counts_above else ""
    rank = (
        f"The equations of {counted(solution.equations, 'position', write=apart)}{above} have rank {solution.rank} "
        f"for {counted(solution.case.unknowns, 'unknown')}."
    )
    told = [
        rank,
        f"Mean squared error {_written(solution.loss)}, largest error {_written(solution.largest_error)}.",
    ]
    if solution.difference is not None:
        largest = float(np.abs(solution.difference).max(initial=0))
        told.append(f"The maps of both kernels differ by at most {_written(largest)}.")
    return " ".join(told)


def _written(number: float) -> str:
    return format_number(number, 3)
