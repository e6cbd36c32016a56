"""Whole stories of a command on many files: through `main`, and with real processes where these are killed."""

import codecs
import json
import os
import re
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convstudio.cli import main
from convstudio.commands.apply_work import ApplyWork
from convstudio.files.batch.manifest import MANIFEST_NAME
from convstudio.files.disk.temporary import TEMPORARY_SUFFIX
from tests.e2e.held_work import let_go, wait_for_lines
from tests.e2e.interrupts import hear_ctrl_c

ROOT = Path(__file__).parents[2]
OWN = {**os.environ, "PYTHONPATH": str(ROOT)}
HELD_WORK = Path(__file__).with_name("held_work.py")
MANY = ("--kernel", "kernel.npy", "--format", "npy", "-o", "out")
MANIFEST = Path("out", MANIFEST_NAME)
linux = pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes as Linux lists them")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in/deep").mkdir(parents=True)


def pictures(count, *, side=12):
    drawn = np.random.default_rng(1)
    for number in range(count):
        levels = drawn.integers(0, 256, (side, side), np.uint8)
        Image.fromarray(levels).save(f"in/{'deep/' if number % 3 == 2 else ''}p{number}.png")


def apply(*arguments, status=0):
    assert main(["apply", *arguments]) == status


def contents(folder):
    """Return every file below a folder, hidden ones too, with its bytes; of the manifest its name alone."""
    files = (path for path in Path(folder).rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): b"" if path.name == MANIFEST_NAME else path.read_bytes() for path in files
    }


def lines(folder="out"):
    return [json.loads(line) for line in (Path(folder) / MANIFEST_NAME).read_text().splitlines()[1:]]


@pytest.fixture
def computed(monkeypatch):
    """Return the inputs that are computed from now on."""
    names = []
    compute = ApplyWork.__call__

    def counted(work, task):
        names.append(task.spec)
        return compute(work, task)

    monkeypatch.setattr(ApplyWork, "__call__", counted)
    return names


# --- kernels of many files -----------------------------------------------------------------------------------------


def kernels():
    Path("mine/deep").mkdir(parents=True)
    Path("mine/edge.csv").write_text("1,0,-1\n2,0,-2\n1,0,-1\n")
    Path("mine/deep/box.txt").write_text("1 1\n1 1\n")
    np.save("mine/line.npy", np.float32([[1, 2, 1]]))


def convert(*arguments, status=0):
    assert main(["convert", *arguments]) == status


def test_a_folder_of_kernels_becomes_a_folder_of_another_format_with_the_same_folders_and_a_manifest():
    kernels()
    convert("mine", "sobel-x", "out", "--format", "svg")
    assert sorted(contents("out")) == [MANIFEST_NAME, "deep/box.svg", "edge.svg", "line.svg", "sobel-x.svg"]


@pytest.mark.parametrize("ending", [".json", ".npy", ".magick", ".opencv.json"])
def test_kernels_that_were_converted_and_back_are_the_same(ending):
    kernels()
    convert("mine/*.csv", "mine/deep", "there", "--format", ending)
    convert("there", "back", "--format", ".npy")
    np.testing.assert_array_equal(np.load("back/edge.npy"), [[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    np.testing.assert_array_equal(np.load("back/box.npy"), [[1, 1], [1, 1]])


def test_kernels_have_the_same_bytes_in_two_processes():
    kernels()
    convert("mine", "gaussian-3", "one")
    convert("mine", "gaussian-3", "two", "--jobs", "2")
    assert contents("one") == contents("two")


def test_a_bad_kernel_is_one_sentence_and_the_others_are_converted(capsys):
    kernels()
    Path("mine/notes.txt").write_text("not a kernel")
    convert("mine", "sobl-x", "out", status=2)
    assert sorted(contents("out")) == [MANIFEST_NAME, "deep/box.json", "edge.json", "line.json"]
    told = capsys.readouterr()
    assert [line.split(":")[1].split()[0] for line in told.err.splitlines()] == ["error", "error", "5"]
    assert "did you mean sobel-x" in told.err
    assert "“mine/notes.txt”" in told.err
    assert told.out.count("Wrote “out/") == 3


def test_a_conversion_that_is_given_again_makes_only_what_is_missing(capsys, monkeypatch):
    kernels()
    convert("mine", "out")
    Path("out/edge.json").unlink()
    capsys.readouterr()
    convert("mine", "out")
    told = capsys.readouterr()
    assert "3 inputs: 1 written, 2 there already" in told.err
    assert told.out.count("Wrote") == 1


def test_kernels_that_nobody_may_replace_are_refused_before_anything_is_written(capsys):
    kernels()
    Path("out").mkdir()
    Path("out/edge.json").write_text("mine")
    convert("mine", "out", status=2)
    assert sorted(contents("out")) == ["edge.json"]
    assert "“out/edge.json” would be replaced: add --force" in capsys.readouterr().err


def test_a_format_beside_one_kernel_is_refused(capsys):
    kernels()
    convert("mine/edge.csv", "edge.svg", "--format", "svg", status=2)
    assert "--format is for results in a folder, and “edge.svg” is a file" in capsys.readouterr().err


# --- what is written ----------------------------------------------------------------------------------------------


def test_a_folder_of_pictures_becomes_a_folder_with_the_same_folders_and_a_manifest():
    pictures(3)
    apply("in", "--kernel", "sobel-x", "-o", "out")
    assert sorted(contents("out")) == [MANIFEST_NAME, "deep/p2.png", "p0.png", "p1.png"]


def test_a_quoted_pattern_means_its_files():
    pictures(3)
    apply("in/*.png", "--kernel", "sobel-x", "-o", "out")
    assert sorted(contents("out")) == [MANIFEST_NAME, "p0.png", "p1.png"]


def test_a_folder_with_one_picture_makes_a_folder_too():
    pictures(1)
    apply("in", "--kernel", "sobel-x", "-o", "out")
    assert sorted(contents("out")) == [MANIFEST_NAME, "p0.png"]


def test_the_results_of_a_folder_are_not_its_inputs_the_next_time(computed):
    pictures(2)
    for _ in range(2):
        apply("in", "--kernel", "sobel-x", "-o", "in/out")
    assert computed == ["in/p0.png", "in/p1.png"]


def test_the_manifest_tells_of_each_input_what_was_made_of_it_and_how():
    pictures(1)
    apply("in", "--kernel", "sobel-x", "--stride", "2", "-o", "out")
    (line,) = lines()
    assert (line["input"], line["result"], line["shape"], line["error"]) == ("in/p0.png", "p0.png", [5, 5, 1], "")
    assert (line["settings"]["kernel"], line["settings"]["stride"]) == (["sobel-x"], 2)
    assert line["file"]["size"] == Path("in/p0.png").stat().st_size
    assert [(one["name"], one["size"]) for one in line["outputs"]] == [("p0.png", Path("out/p0.png").stat().st_size)]


FORMATS = [
    ("--format", "npy"),
    ("--format", ".csv"),
    ("--format", "tsv"),
    ("--format", "json"),
    ("--format", "npz"),
    ("--format", "tif"),
    ("--format", "xlsx"),
    ("--format", "png"),
    ("--format", "png", "--bits", "16"),
    ("--format", "png", "--sheet", "--colours"),
    ("--format", "png", "--colours", "viridis", "--scale-bar"),
]


@pytest.mark.parametrize("options", FORMATS, ids=" ".join)
def test_every_kind_of_result_has_the_same_bytes_in_two_processes(options):
    pictures(5)
    for jobs in ("1", "2"):
        kernels = ("--kernel", "sobel-x", "--kernel", "sobel-y", "--jobs", jobs)
        apply("in", "sample:letter-a", *kernels, *options, "-o", f"out-{jobs}", "--padding", "same")
    assert contents("out-1") == contents("out-2")
    assert len(contents("out-1")) >= 7


def test_a_project_has_the_same_bytes_in_two_processes():
    for name in ("digit-7-2", "digit-0-1"):
        main(["apply", f"sample:{name}", "--kernel", "identity", "--padding", "same", "-o", f"in/{name}.npy"])
    for jobs in ("1", "2"):
        apply("in", "--project", "example:digits", "--jobs", jobs, "-o", f"out-{jobs}")
    assert contents("out-1") == contents("out-2")


# --- what goes wrong with one -------------------------------------------------------------------------------------


def test_a_result_with_the_name_of_the_folder_of_another_is_one_sentence_and_the_others_are_written(capsys):
    pictures(2)
    Path("in/p0.jpg").mkdir()
    Path("in/p0.png").rename("in/p0.jpg/inner.png")
    Path("in/p0.jpg").rename("in/p1.csv")
    Path("in/p2.png").write_bytes(Path("in/p1.png").read_bytes())
    apply("in", "--kernel", "sobel-x", "--format", "csv", "-o", "out", status=2)
    assert sorted(contents("out")) == [MANIFEST_NAME, "p1.csv", "p2.csv"]
    assert "“out/p1.csv” is a file, and a result needs a folder there" in capsys.readouterr().err


def test_a_folder_with_the_name_of_a_result_is_one_sentence_and_the_others_are_written(capsys):
    pictures(2)
    Path("out/p0.png").mkdir(parents=True)
    apply("in", "--kernel", "sobel-x", "-o", "out", status=2)
    assert Path("out/p1.png").is_file()
    assert "“out/p0.png” is a folder, and a result would have its name" in capsys.readouterr().err


def test_a_file_with_the_name_of_a_folder_of_results_is_one_sentence_and_the_others_are_written(capsys):
    pictures(3)
    Path("out").mkdir()
    Path("out/deep").write_text("a note")
    apply("in", "--kernel", "sobel-x", "-o", "out", status=2)
    assert sorted(contents("out")) == [MANIFEST_NAME, "deep", "p0.png", "p1.png"]
    assert "“out/deep” is a file, and a result needs a folder there" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_bad_file_is_one_sentence_and_the_others_are_written(capsys, jobs):
    pictures(4)
    Path("in/p1.png").write_bytes(b"This is a text.")
    apply("in", "gone.png", "--kernel", "sobel-x", "-o", "out", "--jobs", jobs, status=2)
    told = capsys.readouterr().err.splitlines()
    assert [line.split("”")[0] for line in told[:2]] == [
        "convstudio: error: “in/p1.png",
        "convstudio: error: “gone.png",
    ]
    assert told[2:] == ["convstudio: 5 inputs: 3 written, 2 failed"]
    assert sorted(contents("out")) == [MANIFEST_NAME, "deep/p2.png", "p0.png", "p3.png"]
    assert {line["input"]: bool(line["error"]) for line in lines()}["in/p1.png"]


def test_a_bad_file_that_was_replaced_by_a_good_one_is_made_the_next_time(computed):
    pictures(2)
    good = Path("in/p1.png").read_bytes()
    Path("in/p1.png").write_bytes(good[:60])
    apply("in", "--kernel", "sobel-x", "-o", "out", status=2)
    Path("in/p1.png").write_bytes(good)
    apply("in", "--kernel", "sobel-x", "-o", "out")
    assert computed == ["in/p0.png", "in/p1.png", "in/p1.png"]


def test_a_kernel_that_cannot_be_read_is_told_once_and_nothing_is_begun(capsys):
    pictures(3)
    apply("in", "--kernel", "gone.npy", "-o", "out", status=2)
    assert capsys.readouterr().err.count("\n") == 1
    assert not Path("out").exists()


def test_two_inputs_of_one_name_are_refused_with_both_names(capsys):
    pictures(1)
    Image.new("L", (12, 12)).save("in/p0.bmp")
    apply("in", "--kernel", "sobel-x", "-o", "out", status=2)
    assert "two inputs would both become “out/p0.png”, “in/p0.bmp” and “in/p0.png”" in capsys.readouterr().err
    assert not Path("out").exists()


def test_results_that_nobody_may_replace_are_refused_before_anything_is_computed(capsys, computed):
    pictures(2)
    Path("out").mkdir()
    Path("out/p1.png").write_bytes(b"mine")
    apply("in", "--kernel", "sobel-x", "-o", "out", status=2)
    assert "“out/p1.png” would be replaced: add --force" in capsys.readouterr().err
    assert (contents("out"), computed) == ({"p1.png": b"mine"}, [])


# --- going on -----------------------------------------------------------------------------------------------------


def test_what_is_there_is_not_computed_again(computed, capsys):
    pictures(3)
    apply("in", "--kernel", "sobel-x", "-o", "out")
    Path("out/p1.png").unlink()
    capsys.readouterr()
    apply("in", "--kernel", "sobel-x", "-o", "out", "--jobs", "1")
    assert computed[3:] == ["in/p1.png"]
    assert capsys.readouterr().err == "convstudio: 3 inputs: 1 written, 2 there already\n"


def test_an_input_that_was_touched_and_not_changed_is_not_computed_again(computed):
    pictures(2)
    apply("in", "--kernel", "sobel-x", "-o", "out")
    os.utime("in/p0.png", (1, 1))
    apply("in", "--kernel", "sobel-x", "-o", "out")
    assert len(computed) == 2


@pytest.mark.parametrize("changed", ["in/p0.png", "out/p0.png"])
def test_what_was_made_of_another_input_or_changed_since_is_only_replaced_by_force(capsys, computed, changed):
    pictures(2)
    apply("in", "--kernel", "sobel-x", "-o", "out")
    Image.new("L", (14, 14)).save(changed)
    apply("in", "--kernel", "sobel-x", "-o", "out", status=2)
    assert "“out/p0.png” would be replaced: add --force" in capsys.readouterr().err
    apply("in", "--kernel", "sobel-x", "-o", "out", "--force")
    assert computed[2:] == ["in/p0.png"]


def test_other_settings_or_another_content_of_a_kernel_file_are_another_result(computed):
    pictures(1)
    for numbers in ("1,2\n", "1,3\n"):
        Path("k.csv").write_text(numbers)
        apply("in", "--kernel", "k.csv", "-o", "out", "--force")
    apply("in", "--kernel", "k.csv", "-o", "out", "--force", "--stride", "2")
    assert len(computed) == 3


def test_a_full_disk_is_one_sentence_and_the_same_command_goes_on(capsys, monkeypatch):
    pictures(4)
    apply("in", "--kernel", "sobel-x", "-o", "whole")
    write, room = os.write, [2500]

    def fill(file, data):
        if room[0] < len(data):
            raise OSError(28, "No space left on device")
        room[0] -= len(data)
        return write(file, data)

    monkeypatch.setattr("convstudio.files.batch.running._PATIENCE", -1)  # every result is written at once
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill)
        capsys.readouterr()
        apply("in", "--kernel", "sobel-x", "-o", "out", status=1)
    told = capsys.readouterr().err.splitlines()
    assert told[0].endswith("written: give the same command again to go on")
    assert "the disk is full" in told[1]
    assert 0 < len(lines()) < 4
    apply("in", "--kernel", "sobel-x", "-o", "out")
    assert contents("out") == contents("whole")


def test_what_was_written_without_its_line_is_recognised_by_its_bytes():
    pictures(3)
    apply("in", "--kernel", "sobel-x", "-o", "out")
    manifest = Path("out") / MANIFEST_NAME
    manifest.write_text("".join(manifest.read_text().splitlines(keepends=True)[:2]) + '{"input":"in/p')
    before = contents("out")
    apply("in", "--kernel", "sobel-x", "-o", "out")
    assert (contents("out"), len(lines())) == (before, 3)


# --- real processes -----------------------------------------------------------------------------------------------


def many_inputs(count=60):
    pictures(count, side=60)
    np.save("kernel.npy", np.random.default_rng(2).random((31, 31), np.float32))


def start(*options):
    command = [sys.executable, str(HELD_WORK), "apply", "in", *MANY, *options]
    return subprocess.Popen(
        command, env=OWN, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=hear_ctrl_c
    )


def children(process):
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(one) for one in listed if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]


def are_gone(processes):
    for _ in range(500):
        if not any(Path(f"/proc/{one}").exists() for one in processes):
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def whole():
    many_inputs()
    apply("in", *MANY[:-1], "whole")
    return contents("whole")


def half_written():
    return [name for name in contents("out") if name.endswith(TEMPORARY_SUFFIX)]


@linux
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_bytes(whole, computed, jobs):
    running = start("--jobs", jobs)
    wait_for_lines(running, MANIFEST)
    workers = children(running.pid)
    running.kill()
    let_go()  # else its processes, which hold the pipe, too, would rest on
    running.communicate()
    assert {name: data for name, data in contents("out").items() if name in whole}.items() <= whole.items()
    assert are_gone(workers)
    apply("in", *MANY)
    assert contents("out") == whole
    assert 0 < len(computed) < 120 - len(whole) + 1


@linux
def test_ctrl_c_ends_all_processes_at_once_says_how_to_go_on_and_leaves_nothing_half_written(whole):
    running = start("--jobs", "2")
    wait_for_lines(running, MANIFEST)
    workers = children(running.pid)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does
    told = running.communicate()[1]
    assert (running.returncode, told.count("\n")) == (130, 1)
    assert told.endswith(" written: give the same command again to go on\n")
    assert (half_written(), are_gone(workers)) == ([], True)
    apply("in", *MANY)
    assert contents("out") == whole


@linux
def test_a_process_that_is_killed_costs_nothing(whole):
    running = start("--jobs", "2")
    wait_for_lines(running, MANIFEST)
    os.kill(children(running.pid)[0], signal.SIGKILL)
    let_go()
    told = running.communicate()[1]
    assert (running.returncode, told) == (0, "convstudio: 60 inputs: 60 written\n")
    assert contents("out") == whole


@linux
def test_on_a_terminal_a_bar_shows_how_far_it_is_and_a_bad_file_does_not_break_it(tmp_path):
    many_inputs(12)
    Path("in/p1.png").write_bytes(b"text")
    import fcntl  # here, and not above: other systems have none of them
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
    running = subprocess.Popen(
        [sys.executable, "-m", "convstudio", "apply", "in", *MANY], env=OWN, stderr=theirs, stdin=subprocess.DEVNULL
    )
    os.close(theirs)
    shown = "".join(shown_on(ours))
    os.close(ours)
    assert running.wait() == 2
    assert "| 0/12 [" in shown
    assert re.search(r"[\r\n]convstudio: error: “in/p1.png” is not a picture[^\r\n]*\r\n", shown)
    assert shown.endswith("convstudio: 12 inputs: 11 written, 1 failed\r\n")


def shown_on(terminal):
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        while data := os.read(terminal, 4096):
            yield decode(data)
    except OSError:  # so Linux tells that nobody writes any more
        return
