"""Temporary files of killed programs are cleared away, and nobody else's."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from convstudio.files.disk import temporary as module
from convstudio.files.disk.save import save_bytes
from convstudio.files.disk.temporary import TEMPORARY_SUFFIX, clear_stale, create, temporary

SAVE_AND_HANG = """
import os, sys
from convstudio.files.disk.save import save_bytes

def hang(*_):
    print("writing", flush=True)
    sys.stdin.read()

setattr(os, sys.argv[2], hang)
save_bytes(sys.argv[1], b"new", backup=True)
"""


def saver(path: Path, call: str) -> subprocess.Popen:
    """Start a program that saves, and hangs at a system call with its temporary file made."""
    code = [sys.executable, "-c", SAVE_AND_HANG, str(path), call]
    process = subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"writing\n"
    return process


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()


def temporaries(folder: Path) -> list[Path]:
    return sorted(folder.glob(f".*{TEMPORARY_SUFFIX}"))


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "a.convstudio"
    path.write_bytes(b"old")
    return path


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_the_next_save_clears_away_what_a_killed_one_left(project, call):
    kill(saver(project, call))
    assert temporaries(project.parent)
    save_bytes(project, b"newer")
    assert (project.read_bytes(), temporaries(project.parent)) == (b"newer", [])


def test_the_temporary_file_of_a_running_save_stays(project):
    process = saver(project, "write")
    try:
        save_bytes(project.with_name("other"), b"other")
        assert len(temporaries(project.parent)) == 1
    finally:
        kill(process)


def test_the_second_name_of_a_file_that_is_just_backed_up_stays(project):
    process = saver(project, "replace")  # its first renaming is that of the backup
    try:
        assert clear_stale(project.parent) == ()
        assert len(temporaries(project.parent)) == 2
    finally:
        kill(process)


@pytest.mark.parametrize(
    "name",
    [
        "convstudio-tmp",
        ".a.convstudio.0123abcd.tmp",
        ".a.convstudio.ffffffff-0123abcd.convstudio-tmp",
        ".~lock.a#",
        "a.convstudio-tmp",
    ],
    ids=["no dot", "another program's", "another machine's", "an office's", "a user's"],
)
def test_files_of_others_stay(tmp_path, name):
    (tmp_path / name).write_bytes(b"kept")
    clear_stale(tmp_path)
    assert (tmp_path / name).read_bytes() == b"kept"


def test_files_of_another_user_stay(tmp_path, monkeypatch):
    with temporary(tmp_path / "a") as path:
        os.close(create(path))
        monkeypatch.setattr(module.os, "getuid", lambda: 12345)
        assert clear_stale(tmp_path) == ()


def test_a_folder_or_a_link_of_that_name_stays(tmp_path):
    with temporary(tmp_path / "a") as path, temporary(tmp_path / "b") as link:
        path.mkdir()
        link.symlink_to(tmp_path / "b")
        assert clear_stale(tmp_path) == ()


def test_where_the_disk_knows_no_locks_nothing_is_cleared(tmp_path, monkeypatch):
    def no_locks(*_args, **_more):
        raise OSError(95, "not supported")

    monkeypatch.setattr("convstudio.files.disk.locks._lock", no_locks)
    with temporary(tmp_path / "a") as path:
        os.close(create(path))
        assert clear_stale(tmp_path) == ()


def test_a_folder_that_cannot_be_read_is_left(tmp_path):
    assert clear_stale(tmp_path / "gone") == ()


def test_a_long_name_in_any_script_can_be_saved(tmp_path):
    path = tmp_path / ("語" * 80)
    save_bytes(path, b"x")
    assert path.read_bytes() == b"x"
