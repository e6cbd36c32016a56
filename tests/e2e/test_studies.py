"""Whole stories of `convstudio study`: in one process, in several, interrupted, and on a real cluster."""

import csv
import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from convstudio.cli import main
from tests.e2e.clusters import OWN, PATIENT, Cluster
from tests.e2e.held_work import let_go, wait_for_lines
from tests.e2e.interrupts import hear_ctrl_c

SMALL = ("--filters", "1,2", "--kernel", "3", "--classes", "2", "--seeds", "2", "--epochs", "1")
HELD_WORK = Path(__file__).with_name("held_work.py")
TABLE = Path("table.csv")
LONG = ("--filters", "1,2,4,8", "--kernel", "3", "--classes", "2", "--seeds", "4", "--epochs", "1")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def study(*arguments, status=0):
    assert main(["study", *arguments]) == status


def rows(name="table.csv"):
    """Return the rows of a table without what differs from run to run: the time."""
    with Path(name).open(newline="") as file:
        return [{name: text for name, text in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def running(*options):
    command = [sys.executable, str(HELD_WORK), "study", *LONG, "-o", "table.csv", *options]
    return subprocess.Popen(command, env=OWN, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c)


def test_a_study_writes_a_table_and_prints_what_each_size_reached(capsys):
    study(*SMALL, "-o", "table.csv")
    assert [(row["filters"], row["seed"]) for row in rows()] == [("1", "1"), ("2", "1"), ("1", "2"), ("2", "2")]
    printed = capsys.readouterr()
    assert [line.split()[:3] for line in printed.out.splitlines()[1:]] == [["1", "3×3", "2"], ["2", "3×3", "2"]]
    assert printed.err == "convstudio: 4 networks: 4 trained\n"


def test_two_jobs_write_the_lines_of_one():
    study(*SMALL, "-o", "table.csv")
    study(*SMALL, "-o", "other.csv", "--jobs", "2")
    assert in_order(rows("other.csv")) == in_order(rows())


def in_order(lines):
    """Bring lines, which come when their networks are trained, into one order."""
    return sorted(lines, key=lambda row: (int(row["seed"]), int(row["filters"]), row["kernel"], row["classes"]))


def test_a_second_run_trains_only_what_is_missing(capsys):
    study(*SMALL, "-o", "table.csv")
    before = Path("table.csv").read_bytes()
    capsys.readouterr()
    study(*SMALL[:-4], "--seeds", "3", "--epochs", "1", "-o", "table.csv")
    assert Path("table.csv").read_bytes().startswith(before)
    assert capsys.readouterr().err == "convstudio: 6 networks: 2 trained, 4 there already\n"


def test_a_study_of_digits_with_other_settings_joins_the_same_table():
    study(*SMALL, "-o", "table.csv")
    study("--filters", "2", "--kernel", "3", "--classes", "10", "--seeds", "1", "--epochs", "1", "--data", "digits",
          "--pool", "2x2", "--optimizer", "sgd", "--rate", "1/10", "-o", "table.csv")  # fmt: skip
    assert [row["data"] for row in rows()] == ["patterns"] * 4 + ["digits"]
    assert rows()[-1]["rate"] == "0.1"


def test_a_study_of_ones_own_table_takes_its_classes_and_goes_on_with_the_same_samples_only(tmp_path, capsys):
    def write(shade):
        lines = [",".join(map(str, [row % 3, *[shade * (row % 3)] * 81])) for row in range(12)]
        Path("mine.csv").write_text("\n".join(["label," + ",".join(f"p{at}" for at in range(81)), *lines]))

    options = ("--data", "mine.csv", "--filters", "2", "--kernel", "3,8", "--seeds", "1", "--epochs", "1")
    write(100)
    study(*options, "-o", "table.csv", "--jobs", "2")
    told = capsys.readouterr().err
    assert "“mine”: 3 classes, 9 samples to learn from, 3 samples held out." in told
    assert [(row["classes"], row["kernel"], row["data"][:5]) for row in in_order(rows())] == [
        ("3", "3", "mine "), ("3", "8", "mine "),
    ]  # fmt: skip
    study(*options, "-o", "table.csv")
    assert capsys.readouterr().err.endswith("2 networks: 2 there already\n")
    write(50)
    study(*options, "-o", "table.csv")
    assert capsys.readouterr().err.endswith("2 networks: 2 there already\n")  # divided by the largest, it is the same
    Path("mine.csv").write_text(Path("mine.csv").read_text().replace(",50", ",51", 1))
    study(*options, "-o", "table.csv")
    assert capsys.readouterr().err.endswith("2 networks: 2 trained\n")


def test_one_class_is_refused_before_a_table_is_begun(capsys):
    Path("one.csv").write_text("label,a,b\n1,2,3\n1,4,5\n")
    study("--data", "one.csv", "-o", "table.csv", status=2)
    assert "has one class only" in capsys.readouterr().err
    assert not Path("table.csv").exists()


def test_a_study_that_is_killed_keeps_whole_lines_and_goes_on_to_the_table_of_one_run():
    process = running("--jobs", "2")
    wait_for_lines(process, TABLE)
    process.kill()
    let_go()
    process.communicate()
    kept = Path("table.csv").read_bytes()
    study(*LONG, "-o", "table.csv", "--jobs", "2")
    assert Path("table.csv").read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    assert [(row["filters"], row["seed"]) for row in in_order(rows())] == [
        (filters, str(seed)) for seed in range(1, 5) for filters in ("1", "2", "4", "8")
    ]


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C of a terminal")
def test_ctrl_c_says_how_to_go_on():
    process = running()
    wait_for_lines(process, TABLE)
    process.send_signal(signal.SIGINT)
    told = process.communicate()[1]
    assert process.returncode == 130
    assert re.fullmatch(r"convstudio: \d+ networks? trained: give the same command again to go on\n", told)


def test_a_network_that_diverges_is_named_and_the_table_has_the_others(capsys):
    study(*SMALL, "--optimizer", "sgd", "--rate", "1e30", "-o", "table.csv", status=2)
    told = capsys.readouterr().err
    assert told.count("convstudio: error: 2 filters 3×3, 2 classes, seed 1: The training diverged at step ") == 1
    assert told.endswith("convstudio: 4 networks: 1 trained, 3 failed\n")
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--classes", "3"), "patterns have 2, 4 or 8 classes, not 3"),
        (("--filters", "1,x"), "“x” is not a valid number for --filters"),
        (("--kernel", "9"), "the kernel size must be from 1 to 7, not 9"),
        (("--rate", "fast"), "“fast” is not a number"),
        (("--rate", "0"), "the learning rate must be above 0, not 0"),
        (("--jobs", "0"), "“0” is not a valid number of jobs"),
        (("--wait", "5"), "--wait is for a cluster"),
        (("--data", "faces"), "“faces” does not exist. Check its name, or choose digits or patterns"),
        (("--data", "pair"), "one pair is the input and the target of a project"),
        (("-o", "table.txt"), "“table.txt” is to be a table: give it a name that ends in .csv"),
    ],
)
def test_what_cannot_be_studied_is_one_line_and_leaves_no_file(arguments, told, capsys):
    study("-o", "table.csv", *arguments, status=2)
    printed = capsys.readouterr()
    assert told in printed.err
    assert (printed.err.count("\n"), printed.out, list(Path().iterdir())) == (1, "", [])


def test_a_cluster_of_two_workers_writes_the_table_of_one_process():
    pytest.importorskip("distributed", reason="the extra “cluster” is not installed")
    with ExitStack() as stack:
        Path("work").mkdir()
        cluster = Cluster(Path("work").absolute(), stack)
        cluster.add_workers(2)
        study(*SMALL, "-o", "table.csv", "--cluster", cluster.address, *PATIENT)
    study(*SMALL, "-o", "other.csv")
    assert in_order(rows()) == in_order(rows("other.csv"))
