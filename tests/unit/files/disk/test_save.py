import errno
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from convstudio.files.disk.save import UnconfirmedWrite, backup_of, save_all, save_bytes
from convstudio.files.problems import WriteProblem

BEFORE, AFTER = b"the old file", b"the new file, which is longer"
CALLS = ["open", "write", "fsync", "fchmod", "link", "replace", "rename"]
CODES = [errno.ENOSPC, errno.EIO, errno.EACCES]


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "a.convstudio"
    path.write_bytes(BEFORE)
    return path


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def failing(call, occurrence, code):
    """Return the system call with its n-th use failing."""
    real, uses = getattr(os, call), iter(range(1, 100))

    def fail(*args, **kwargs):
        if next(uses) == occurrence:
            raise OSError(code, os.strerror(code))
        return real(*args, **kwargs)

    return fail


def test_a_new_file_holds_the_data(tmp_path):
    save_bytes(tmp_path / "new", AFTER)
    assert (tmp_path / "new").read_bytes() == AFTER


def test_an_old_file_is_replaced_and_nothing_else_is_left(saved):
    save_bytes(saved, AFTER)
    assert (saved.read_bytes(), names(saved.parent)) == (AFTER, ["a.convstudio"])


def test_a_backup_keeps_what_was_there(saved):
    save_bytes(saved, AFTER, backup=True)
    assert (saved.read_bytes(), backup_of(saved).read_bytes()) == (AFTER, BEFORE)


def test_there_is_one_backup_only(saved):
    save_bytes(saved, AFTER, backup=True)
    save_bytes(saved, b"third", backup=True)
    assert (backup_of(saved).read_bytes(), len(names(saved.parent))) == (AFTER, 2)


def test_a_backup_is_copied_where_the_disk_knows_no_links(saved, monkeypatch):
    monkeypatch.setattr(os, "link", failing("link", 1, errno.EPERM))
    save_bytes(saved, AFTER, backup=True)
    assert backup_of(saved).read_bytes() == BEFORE


def test_a_first_save_makes_no_backup(tmp_path):
    save_bytes(tmp_path / "new", AFTER, backup=True)
    assert names(tmp_path) == ["new"]


def test_data_that_fails_its_check_never_reaches_the_disk(saved):
    def refuse(data):
        raise WriteProblem("No.")

    with pytest.raises(WriteProblem, match="No"):
        save_bytes(saved, AFTER, verify=refuse)
    assert (saved.read_bytes(), names(saved.parent)) == (BEFORE, ["a.convstudio"])


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("occurrence", [1, 2])
@pytest.mark.parametrize("call", CALLS)
def test_a_system_call_that_fails_leaves_a_whole_file_and_no_other(saved, monkeypatch, call, occurrence, code):
    monkeypatch.setattr(os, call, failing(call, occurrence, code))
    problem = None
    try:
        save_bytes(saved, AFTER, backup=True)
    except WriteProblem as caught:
        problem = caught
    monkeypatch.undo()
    # only what follows the rename may fail with the new file in place: it is whole then, though perhaps not durable
    whole = [BEFORE, AFTER] if problem is None or (call in ("fsync", "open") and occurrence == 2) else [BEFORE]
    assert saved.read_bytes() in whole
    assert set(names(saved.parent)) <= {"a.convstudio", "a.convstudio.bak"}


def test_short_writes_are_continued(saved, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:3]))
    save_bytes(saved, AFTER)
    assert saved.read_bytes() == AFTER


def test_a_disk_that_takes_nothing_is_no_endless_loop(saved, monkeypatch):
    monkeypatch.setattr(os, "write", lambda file, data: 0)
    with pytest.raises(WriteProblem):
        save_bytes(saved, AFTER)
    assert saved.read_bytes() == BEFORE


def test_a_full_disk_is_said_in_one_sentence(saved, monkeypatch):
    monkeypatch.setattr(os, "write", failing("write", 1, errno.ENOSPC))
    with pytest.raises(WriteProblem, match=r"a\.convstudio” was not saved: the disk is full. Free some space, or"):
        save_bytes(saved, AFTER)


def test_a_folder_that_vanished_is_said_in_one_sentence(tmp_path):
    with pytest.raises(WriteProblem, match="its folder does not exist"):
        save_bytes(tmp_path / "gone" / "a.convstudio", AFTER)


def test_a_read_only_folder_is_said_in_one_sentence(saved, monkeypatch):
    monkeypatch.setattr(os, "open", failing("open", 1, errno.EACCES))
    with pytest.raises(WriteProblem, match=r"you do not have permission to write there\. Save to a folder of your own"):
        save_bytes(saved, AFTER)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_keeps_its_file(saved):
    saved.parent.chmod(0o500)
    try:
        with pytest.raises(WriteProblem, match="do not have permission"):
            save_bytes(saved, AFTER)
        assert saved.read_bytes() == BEFORE
    finally:
        saved.parent.chmod(0o700)


def test_a_write_protected_file_is_refused(saved, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(WriteProblem, match="is write-protected: save under another name"):
        save_bytes(saved, AFTER)


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    with pytest.raises(WriteProblem, match="is a folder or a device"):
        save_bytes(tmp_path, AFTER)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_device_is_not_replaced_by_a_file():
    with pytest.raises(WriteProblem, match="is a folder or a device"):
        save_bytes("/dev/null", AFTER)


def test_a_name_with_a_nul_character_is_refused(tmp_path):
    with pytest.raises(WriteProblem, match="is not a valid file name"):
        save_bytes(f"{tmp_path}/a\0b", AFTER)


def test_a_link_stays_and_its_file_is_replaced(saved):
    link = saved.with_name("link")
    link.symlink_to(saved)
    save_bytes(link, AFTER)
    assert (link.is_symlink(), saved.read_bytes()) == (True, AFTER)


def test_a_link_that_leads_to_itself_is_refused(tmp_path):
    link = tmp_path / "circle"
    link.symlink_to(link)
    with pytest.raises(WriteProblem, match="is a link that leads to itself: choose another name"):
        save_bytes(link, AFTER)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_permissions_of_the_file_stay(saved):
    saved.chmod(0o640)
    save_bytes(saved, AFTER)
    assert saved.stat().st_mode & 0o777 == 0o640


def test_an_interruption_leaves_no_temporary_file(saved, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_bytes(saved, AFTER)
    assert (saved.read_bytes(), names(saved.parent)) == (BEFORE, ["a.convstudio"])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_real_limit_of_the_system_leaves_the_original(saved):
    code = textwrap.dedent("""
        import resource, signal, sys
        from convstudio.files.problems import WriteProblem
        from convstudio.files.disk.save import save_bytes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        try:
            save_bytes(sys.argv[1], bytes(20000), backup=True)
        except WriteProblem as problem:
            print(problem)
    """)
    done = subprocess.run([sys.executable, "-c", code, saved], capture_output=True, text=True, check=True)
    assert "was not saved" in done.stdout
    assert saved.read_bytes() == BEFORE
    assert "tmp" not in " ".join(names(saved.parent))


@pytest.fixture
def tiny_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full_keeps_the_original(tiny_disk):
    path = tiny_disk / "a.convstudio"
    save_bytes(path, BEFORE)
    with pytest.raises(WriteProblem, match="the disk is full"):
        save_bytes(path, bytes(100_000), backup=True)
    assert (path.read_bytes(), names(tiny_disk)) == (BEFORE, ["a.convstudio"])


# --- the folder's own confirmation -------------------------------------------------------------------------------


def test_a_save_that_the_disk_did_not_confirm_says_that_it_was_saved(saved, monkeypatch):
    monkeypatch.setattr(os, "fsync", failing("fsync", 2, errno.EIO))
    with pytest.raises(UnconfirmedWrite, match=r"a\.convstudio” was saved, but the disk did not confirm it"):
        save_bytes(saved, AFTER)
    assert saved.read_bytes() == AFTER


# --- sets of files -----------------------------------------------------------------------------------------------


@pytest.fixture
def set_of_three(tmp_path):
    paths = [tmp_path / f"map-{number}.csv" for number in range(3)]
    paths[1].write_bytes(BEFORE)
    return paths


def test_a_set_is_written_whole(set_of_three):
    assert save_all((path, AFTER) for path in set_of_three) == tuple(set_of_three)
    assert [path.read_bytes() for path in set_of_three] == [AFTER] * 3


def test_a_set_that_the_disk_has_no_room_for_leaves_no_file_of_it(set_of_three, monkeypatch):
    monkeypatch.setattr(os, "write", failing("write", 3, errno.ENOSPC))
    with pytest.raises(WriteProblem, match=r"map-2\.csv” was not saved: the disk is full"):
        save_all((path, AFTER) for path in set_of_three)
    assert names(set_of_three[0].parent) == ["map-1.csv"]
    assert set_of_three[1].read_bytes() == BEFORE


def test_a_set_whose_encoding_fails_leaves_no_file_of_it(set_of_three):
    def encoded():
        yield set_of_three[0], AFTER
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        save_all(encoded())
    assert names(set_of_three[0].parent) == ["map-1.csv"]


def test_a_set_that_breaks_off_between_renames_names_the_files_that_are_new(set_of_three, monkeypatch):
    monkeypatch.setattr(os, "replace", failing("replace", 2, errno.EIO))
    with pytest.raises(WriteProblem, match=r"map-1\.csv” was not saved.*Only “\S*map-0\.csv” of this set is new\."):
        save_all((path, AFTER) for path in set_of_three)
    assert names(set_of_three[0].parent) == ["map-0.csv", "map-1.csv"]


def test_a_large_set_does_not_need_as_many_open_files(tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
    try:
        save_all((tmp_path / f"{number}.csv", AFTER) for number in range(300))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert len(names(tmp_path)) == 300
