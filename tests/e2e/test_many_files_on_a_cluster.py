"""The stories of many files on a real cluster: a scheduler and workers that are processes of this machine."""

import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.batch.manifest import MANIFEST_NAME
from tests.e2e.clusters import OWN, PATIENT, Cluster
from tests.e2e.held_work import let_go, wait_for_lines
from tests.e2e.interrupts import hear_ctrl_c

pytest.importorskip("distributed", reason="the extra “cluster” is not installed")

ROOT = Path(__file__).parents[2]
INPUTS = 40
MANIFEST = Path("out", MANIFEST_NAME)
HELD = "tests.e2e.held_work"


@pytest.fixture
def cluster(tmp_path_factory):
    with ExitStack() as stack:
        yield Cluster(tmp_path_factory.mktemp("cluster"), stack)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    drawn = np.random.default_rng(1)
    for number in range(INPUTS):
        np.save(f"in/{number}.npy", drawn.random((420, 420), np.float32))
    np.save("drawn.npy", drawn.random((3, 3), np.float32))


def start(address, *options):
    command = [sys.executable, "-m", "convstudio", "apply", "in", "--kernel", "drawn.npy", "-o", "out", *options]
    return subprocess.Popen(
        [*command, "--cluster", address], env=OWN, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    )


def told_by(running):
    return running.communicate()[1], running.returncode


def maps(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.name != MANIFEST_NAME}


def applied_here(folder):
    assert main(["apply", "in", "--kernel", "drawn.npy", "-o", folder]) == 0
    return maps(folder)


def test_of_two_workers_one_is_killed_and_the_bytes_are_those_of_one_process(cluster):
    cluster.add_workers(2, HELD)
    running = start(cluster.address, *PATIENT)
    wait_for_lines(running, MANIFEST)
    cluster.workers[0].kill()
    let_go()
    assert told_by(running) == (f"convstudio: {INPUTS} inputs: {INPUTS} written\n", 0)
    assert maps("out") == applied_here("whole")


def test_a_scheduler_that_is_killed_is_one_sentence_and_the_run_goes_on_without_it(cluster):
    cluster.add_workers(1, HELD)
    running = start(cluster.address, *PATIENT)
    wait_for_lines(running, MANIFEST)
    cluster.scheduler.kill()
    told, status = told_by(running)
    assert (told.count("\n"), status) == (1, 2)
    assert "is gone: start its scheduler, and give the command again" in told
    assert applied_here("out") == applied_here("whole")


def test_bad_files_are_sentences_as_in_one_process(cluster):
    cluster.add_workers(1)
    for number in range(2, INPUTS):
        Path(f"in/{number}.npy").unlink()
    Path("in/1.npy").write_bytes(b"text")
    told, status = told_by(start(cluster.address, *PATIENT))
    assert (told.splitlines()[-1], status) == ("convstudio: 2 inputs: 1 written, 1 failed", 2)
    assert told.startswith("convstudio: error: “in/1.npy”")


def test_a_cluster_without_workers_is_one_sentence(cluster):
    told, status = told_by(start(cluster.address, "--wait", "3"))
    assert (told.count("\n"), status) == (1, 2)
    assert "has no workers: start some" in told


def test_an_address_where_nobody_answers_is_one_sentence_and_nothing_is_written():
    told, status = told_by(start("127.0.0.1:9", "--wait", "1"))
    assert (told.count("\n"), status) == (1, 2)
    assert "“tcp://127.0.0.1:9” does not answer: start its scheduler, or check the address" in told
    assert not any(Path("out").iterdir())


@pytest.mark.parametrize("address", ["127.0.0.1:x", "§", "", "nowhere.invalid:8786", "foo://x:1"])
def test_what_cannot_be_an_address_is_one_sentence_and_nothing_is_begun(capsys, address):
    assert main(["apply", "in", "--kernel", "drawn.npy", "-o", "out", "--cluster", address]) == 2
    assert "is not the address of a scheduler: give one such as tcp://host:8786" in capsys.readouterr().err
    assert not Path("out").exists()


def test_an_input_that_ends_its_workers_is_a_sentence_and_those_sent_with_it_have_results(cluster):
    cluster.add_workers(5)
    program = (
        "from pathlib import Path; from convstudio.files.batch.cluster import on_cluster\n"
        "from convstudio.files.batch.tasks import InputTask; from tests.e2e.deadly_work import DeadlyWork\n"
        "tasks = [InputTask(name, Path(name)) for name in ('a', 'deadly', 'b')]\n"
        f"print([one.problem[:48] for one in on_cluster({cluster.address!r}, 60)(DeadlyWork(), tasks)])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "['', '“deadly” ended the workers that worked on it, pr', '']\n"


def test_workers_of_another_version_are_one_sentence(cluster):
    cluster.add_workers(1)
    program = (
        "import convstudio.files.batch.cluster as cluster; cluster.__version__ = '9.9'\n"
        "import sys; from convstudio.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "apply", "in", "--kernel", "drawn.npy", "-o", "out"]
    done = subprocess.run([*command, "--cluster", cluster.address, *PATIENT], env=OWN, capture_output=True, text=True)
    assert (done.stderr.count("\n"), done.returncode) == (1, 2)
    assert "a worker of the cluster has ConvStudio" in done.stderr


def test_ctrl_c_says_how_to_go_on(cluster):
    cluster.add_workers(1, HELD)
    running = start(cluster.address, *PATIENT)
    wait_for_lines(running, MANIFEST)
    running.send_signal(signal.SIGINT)
    told, status = told_by(running)
    assert (told.count("\n"), status) == (1, 130)
    assert told.endswith(" written: give the same command again to go on\n")


def test_without_dask_a_sentence_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr("convstudio.files.batch.cluster.find_spec", lambda name: None)
    assert main(["apply", "in", "--kernel", "drawn.npy", "-o", "out", "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert '“pip install "convstudio[cluster]"”' in capsys.readouterr().err


def test_a_single_result_needs_no_cluster(capsys):
    assert main(["apply", "in/1.npy", "--kernel", "drawn.npy", "-o", "out.npy", "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert "--cluster is for results in a folder" in capsys.readouterr().err


def test_kernels_are_converted_by_workers_too(cluster):
    cluster.add_workers(1)
    assert main(["convert", "sobel-x", "drawn.npy", "far", "--cluster", cluster.address, *PATIENT]) == 0
    assert main(["convert", "sobel-x", "drawn.npy", "near"]) == 0
    for name in ("sobel-x.json", "drawn.json"):
        assert Path("far", name).read_bytes() == Path("near", name).read_bytes()


def test_how_long_to_wait_without_a_cluster_is_one_sentence_and_nothing_is_begun(capsys):
    assert main(["apply", "in", "--kernel", "drawn.npy", "-o", "out", "--wait", "5"]) == 2
    assert "--wait is for a cluster: name its scheduler with --cluster, or leave --wait out" in capsys.readouterr().err
    assert not Path("out").exists()
