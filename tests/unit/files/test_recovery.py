import os
import subprocess
import sys
from contextlib import closing

import pytest

from convstudio.files.problems import WriteProblem
from convstudio.files.recovery import RecoveryFolder

WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from convstudio.files.recovery import RecoveryFolder
RecoveryFolder(Path(sys.argv[1])).write(b"work")
os._exit(3)
"""


@pytest.fixture
def after_crash(tmp_path):
    """Return the folder in which a program that ended at once left its work."""
    subprocess.run([sys.executable, "-c", WRITE_AND_DIE, tmp_path / "recovery"], check=False, timeout=60)
    return RecoveryFolder(tmp_path / "recovery")


@pytest.fixture
def running(tmp_path):
    with closing(RecoveryFolder(tmp_path)) as folder:
        yield folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_work_of_a_program_that_crashed_is_found(after_crash):
    assert [path.read_bytes() for path in after_crash.left_over()] == [b"work"]


def test_the_work_of_a_running_program_is_not_offered(running, tmp_path):
    running.write(b"work")
    assert RecoveryFolder(tmp_path).left_over() == ()


def test_the_newest_work_replaces_the_one_before(running, tmp_path):
    running.write(b"old")
    running.write(b"new")
    assert [path.read_bytes() for path in tmp_path.glob("*.convstudio")] == [b"new"]


def test_work_that_was_not_discarded_is_offered_after_the_end(running, tmp_path):
    running.write(b"work")
    running.close()
    assert [path.read_bytes() for path in RecoveryFolder(tmp_path).left_over()] == [b"work"]


def test_saved_work_leaves_nothing_behind(running, tmp_path):
    running.write(b"work")
    running.discard_own()
    running.close()
    assert names(tmp_path) == []


def test_work_written_after_a_save_is_still_held(running, tmp_path):
    running.write(b"work")
    running.discard_own()
    running.write(b"more")
    assert RecoveryFolder(tmp_path).left_over() == ()


def test_two_programs_keep_apart(running, tmp_path):
    with closing(RecoveryFolder(tmp_path)) as other:
        running.write(b"one")
        other.write(b"other")
    assert len(list(tmp_path.glob("*.convstudio"))) == 2


def test_the_name_tells_the_process(running, tmp_path):
    running.write(b"work")
    assert all(name.startswith(f"{os.getpid()}-") for name in names(tmp_path))


def test_the_newest_work_comes_first(tmp_path):
    for number in (1, 3, 2):
        path = tmp_path / f"{number}.convstudio"
        path.write_bytes(b"")
        os.utime(path, (number, number))
    assert [path.name[0] for path in RecoveryFolder(tmp_path).left_over()] == ["3", "2", "1"]


def test_work_put_aside_is_kept_but_never_offered_again(after_crash):
    aside = after_crash.put_aside(after_crash.left_over()[0])
    assert (after_crash.left_over(), aside.read_bytes()) == ((), b"work")


def test_work_put_aside_can_be_discarded_with_its_lock(after_crash):
    after_crash.discard(after_crash.put_aside(after_crash.left_over()[0]))
    assert names(after_crash.folder) == []


def test_what_cannot_be_put_aside_is_said_in_a_sentence(running, tmp_path):
    with pytest.raises(WriteProblem, match="was not put aside"):
        running.put_aside(tmp_path / "gone.convstudio")


def test_without_a_folder_there_is_nothing_to_offer(tmp_path):
    assert RecoveryFolder(tmp_path / "none").left_over() == ()


def test_a_folder_that_takes_no_files_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteProblem, match="takes no recovery files"):
        RecoveryFolder(tmp_path / "file").write(b"work")
