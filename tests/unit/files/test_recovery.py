import os
import subprocess
import sys

import pytest

from convstudio.files.problems import WriteProblem
from convstudio.files.recovery import list_recoveries, put_aside, start_recovery

WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from convstudio.files.recovery import start_recovery
recovery = start_recovery(Path(sys.argv[1]))
recovery.write(b"work")
os._exit(3)
"""


@pytest.fixture
def left(tmp_path):
    """Return the folder in which a program that was killed left its work."""
    folder = tmp_path / "recovery"
    subprocess.run([sys.executable, "-c", WRITE_AND_DIE, folder], check=False, timeout=60)
    return folder


def test_the_work_of_a_program_that_crashed_is_found(left):
    assert [path.read_bytes() for path in list_recoveries(left)] == [b"work"]


def test_the_work_of_a_running_program_is_not_offered(tmp_path):
    with start_recovery(tmp_path) as recovery:
        recovery.write(b"work")
        assert list_recoveries(tmp_path) == ()


def test_work_that_was_not_discarded_is_offered_after_the_end(tmp_path):
    with start_recovery(tmp_path) as recovery:
        recovery.write(b"work")
    assert list_recoveries(tmp_path) == (recovery.path,)


def test_saved_work_is_not_offered(tmp_path):
    with start_recovery(tmp_path) as recovery:
        recovery.write(b"work")
        recovery.discard()
    assert list(tmp_path.iterdir()) == []


def test_work_written_after_a_save_is_still_held(tmp_path):
    with start_recovery(tmp_path) as recovery:
        recovery.discard()
        recovery.write(b"more")
        assert list_recoveries(tmp_path) == ()


def test_two_programs_keep_apart(tmp_path):
    with start_recovery(tmp_path) as one, start_recovery(tmp_path) as other:
        assert one.path != other.path


def test_the_name_tells_the_process(tmp_path):
    with start_recovery(tmp_path) as recovery:
        assert recovery.path.name.startswith(f"{os.getpid()}-")


def test_the_newest_work_comes_first(tmp_path):
    for number in (1, 3, 2):
        path = tmp_path / f"{number}.convstudio"
        path.write_bytes(b"")
        os.utime(path, (number, number))
    assert [path.name[0] for path in list_recoveries(tmp_path)] == ["3", "2", "1"]


def test_a_recovery_put_aside_is_kept_but_never_offered_again(left):
    aside = put_aside(list_recoveries(left)[0])
    assert (list_recoveries(left), aside.read_bytes()) == ((), b"work")


def test_a_recovery_put_aside_leaves_no_lock_behind(left):
    aside = put_aside(list_recoveries(left)[0])
    assert list(left.iterdir()) == [aside]


def test_what_cannot_be_put_aside_is_said_in_a_sentence(tmp_path):
    with pytest.raises(WriteProblem, match="was not put aside"):
        put_aside(tmp_path / "gone.convstudio")


def test_without_a_folder_there_is_nothing_to_offer(tmp_path):
    assert list_recoveries(tmp_path / "none") == ()


def test_a_folder_that_takes_no_files_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteProblem, match="takes no recovery files"):
        start_recovery(tmp_path / "file")
