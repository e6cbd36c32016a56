"""The engines beside what a user would pick instead: `python -m tests.benchmarks.engine`.

Prints a table of medians, with half the range of the middle half of the runs beside each, and how many times our time a
rival takes. Ours is the fastest engine that is there: the native one where it was built, else NumPy's. PyTorch,
onnxruntime, SciPy and OpenCV take part where they are installed and can express the workload. Every result is compared
with ours before it is timed. All contenders take turns in one process, so that what disturbs one disturbs all.

The limit of a row is the longer of two times: its multiplications at the speed of the quickest large product that is
here, and a mere copy of as many bytes as it must read and write. Both are measured in turn with the others.

With `--one-thread` every contender has one thread and its processor time is taken, which means something on a machine
that is busy with other work, too; the wall clock and all threads mean something on an idle one only.

`--only TEXT` runs the rows whose title contains the text, `--ours` leaves out the rivals, `--quick` takes
a tenth of the time and leaves out memory and growth, `--json` prints everything again for a program.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from contextlib import nullcontext
from typing import Any, NamedTuple

from convstudio.ops.threads import limited
from tests.benchmarks.operations import machine
from tests.benchmarks.operations.ours import engines, largest_difference, ours
from tests.benchmarks.operations.rivals import RIVALS, RIVALS_AROUND, hold_to_one_thread, rivals
from tests.benchmarks.operations.turns import Taken, take_turns
from tests.benchmarks.operations.workloads import AROUND, FORWARD, GROWTH, WORKLOADS, Workload

AGREES = 1e-4
"""The largest difference, as a share of the largest value, between results that agree in float32."""

COPY = "copy"
FULL, QUICK = {"turns": 5, "seconds": 1.0}, {"turns": 2, "seconds": 0.1}
COUNTED = 1e6
"""Multiplications and additions from which a row counts in the means."""


class Row(NamedTuple):
    workload: Workload
    engines: dict[str, Taken]
    rivals: dict[str, Taken]
    limit: float
    difference: float
    megabytes: dict[str, float]

    @property
    def ms(self) -> float:
        """The time of our fastest engine, the last one."""
        return list(self.engines.values())[-1].median

    def ratio(self, name: str) -> float:
        return self.rivals[name].median / self.ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="run the rows whose title contains this")
    parser.add_argument("--ours", action="store_true", help="leave out the rivals")
    parser.add_argument("--quick", action="store_true", help="a tenth of the time, no memory, no growth")
    parser.add_argument("--one-thread", action="store_true", help="processor time of one thread, for a busy machine")
    parser.add_argument("--no-growth", action="store_true", help="leave out time against size")
    parser.add_argument("--json", action="store_true", help="print everything again as JSON")
    parser.add_argument("--memory-of", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of is not None:
        number, engine = options.memory_of
        print(memory_here(WORKLOADS[int(number)], engine))
        return
    if options.one_thread:
        hold_to_one_thread()
    with limited(1) if options.one_thread else nullcontext():
        report(options)


def report(options: argparse.Namespace) -> None:
    timing: dict[str, Any] = QUICK if options.quick else FULL
    if options.one_thread:
        timing = timing | {"clock": time.process_time}
    clock = timing.get("clock", time.perf_counter)
    best = {"multiplying": f"{machine.gigaflops(clock):.0f} Gflop/s", COPY: f"{machine.gigabytes(clock):.0f} GB/s"}
    facts = machine.description() | best
    print(", ".join(f"{name} {value}" for name, value in facts.items()), end="\n\n")
    every: list[Row] = []
    tables = (("convolution", FORWARD, RIVALS), ("gradient, transposed or pooling", AROUND, RIVALS_AROUND))
    for title, table, takes_part in tables:
        chosen = [work for work in table if options.only in work.title]
        if chosen:
            every += print_table(title, chosen, () if options.ours else takes_part, timing, options)
    if every:
        worst = max(every, key=lambda row: row.difference)
        print(f"Largest difference between two results: {worst.difference:.1e} ({worst.workload.title}).")
    series = {} if options.quick or options.no_growth or options.only else growth()
    for name, points in series.items():
        print(f"{name}:", ", ".join(f"{at}: {value:.2f} ms" for at, value in points.items()))
    if options.json:
        print(json.dumps({"machine": facts, "rows": [as_json(row) for row in every], "growth": series}))


def print_table(
    title: str, workloads: list[Workload], shown: tuple[str, ...], timing: dict[str, Any], options: argparse.Namespace
) -> list[Row]:
    """Measure the rows, print each as soon as it is known, and the means of the ratios at the end."""
    names = [f"{name}, ms" for name in engines()]
    header = [f"{title}, float32", *names, "of the limit", *shown, *([] if options.quick else ["MB over"])]
    print(as_line(header), as_line(["---"] * len(header)).replace(" ", ""), sep="\n")
    rows = []
    for work in workloads:
        rows.append(measured(work, timing, options))
        print(table_row(rows[-1], shown), flush=True)
    counted = [row for row in rows if row.workload.flop >= COUNTED]
    ratios = [[row.ratio(name) for row in counted if name in row.rivals] for name in shown]
    means = [f"×{statistics.geometric_mean(found):.2f}" if found else "" for found in ratios]
    lowest = [f"×{min(found):.2f}" if found else "" for found in ratios]
    for what, values in (("geometric mean from 1 Mflop up", means), ("lowest from 1 Mflop up", lowest)):
        print(as_line([what, *([""] * (len(names) + 1)), *values, *([] if options.quick else [""])]))
    print(flush=True)
    return rows


def measured(work: Workload, timing: dict[str, Any], options: argparse.Namespace) -> Row:
    arrays = work.arrays()
    own, others = ours(work, arrays), {} if options.ours else rivals(work, *arrays)
    wanted = list(own.values())[-1]()
    differences = {name: largest_difference(call(), wanted) for name, call in (own | others).items()}
    wrong = {name: difference for name, difference in differences.items() if not difference <= AGREES}
    if wrong:
        raise AssertionError(f"{work.title}: results differ from ours by {wrong} of the largest value")
    multiplying = machine.multiplying()
    yardsticks = {COPY: machine.copying(work.bytes_moved)} | {name: call for name, (_, call) in multiplying.items()}
    taken = take_turns(own | others | yardsticks, **timing)
    rate = max(flop / taken[name].median for name, (flop, _) in multiplying.items())
    limit = max(work.flop / rate, taken[COPY].median)
    return Row(
        work,
        {name: taken[name] for name in own},
        {name: taken[name] for name in others},
        limit,
        max(differences.values()),
        {} if options.quick else {name: memory(work, name) for name in own},
    )


def memory(work: Workload, engine: str) -> float:
    """Measure a row's peak in a fresh process, in MB over input and output."""
    command = [sys.executable, "-m", "tests.benchmarks.engine", "--memory-of", str(WORKLOADS.index(work)), engine]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def memory_here(work: Workload, engine: str) -> float:
    return machine.peak_over(ours(work, work.arrays())[engine])


def growth() -> dict[str, dict[str, float]]:
    """Time our fastest engine against size."""
    found: dict[str, dict[str, float]] = {}
    for name, series in GROWTH.items():
        found[name] = {}
        for work in series:
            call = list(ours(work, work.arrays()).values())[-1]
            found[name][work.name] = take_turns({"": call}, turns=2, seconds=0.5)[""].median
    return found


def table_row(row: Row, shown: tuple[str, ...]) -> str:
    cells = [row.workload.title, *(written(taken) for taken in row.engines.values()), f"{row.limit / row.ms:.0%}"]
    for name in shown:
        cells.append(f"{written(row.rivals[name])} (×{row.ratio(name):.2f})" if name in row.rivals else "")
    memory_over = ", ".join(f"{value:.1f}" for value in row.megabytes.values())
    return as_line([*cells, *([memory_over] if memory_over else [])])


def as_line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def written(taken: Taken) -> str:
    """Write a time with three digits, and its spread with as many places."""
    places = 3 if taken.median < 1 else 2 if taken.median < 10 else 1 if taken.median < 100 else 0
    return f"{taken.median:.{places}f} ±{taken.spread:.{places}f}"


def as_json(row: Row) -> dict[str, Any]:
    return {
        "name": row.workload.title,
        "Mflop": 1e-6 * row.workload.flop,
        "MB moved": 1e-6 * row.workload.bytes_moved,
        "ms": {name: taken._asdict() for name, taken in (row.engines | row.rivals).items()},
        "limit, ms": row.limit,
        "largest difference": row.difference,
        "MB over input and output": row.megabytes,
    }


if __name__ == "__main__":
    main()
