"""What a recovery keeps, and what it costs."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.disk.temporary import create, temporary
from convstudio.files.problems import FileProblem, WriteProblem
from convstudio.files.projects import leftovers
from convstudio.files.projects import recovery as module
from convstudio.files.projects.documents import encode_document
from convstudio.files.projects.leftovers import (
    Leftover,
    delete,
    glance_at,
    list_aside,
    list_leftovers,
    mark_offered,
    put_aside,
    read_leftover,
    tidy,
)
from convstudio.files.projects.recovery import WORK_FILE, Recovery, read_recovery
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

VIEW = ViewState()
WRITE_AND_DIE = """
import os, sys
from pathlib import Path
import numpy as np
from convstudio.files.projects.recovery import Recovery
from convstudio.files.disk.temporary import create, temporary
from convstudio.model.values.document import Document
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
document = Document(Sample.of("work", np.full((40, 40, 1), 7.0)), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
Recovery(Path(sys.argv[1])).write(document, ViewState())
os._exit(3)
"""


def document(values=None, weights=None, title="work") -> Document:
    sample = Sample.of("photo", np.zeros((8, 8, 1)) if values is None else values)
    layer = Conv.of(np.ones((3, 3, sample.channels, 1)) if weights is None else weights)
    return Document(sample, Network((layer,)), title)


def rescaled(channels: int) -> Document:
    """Return a document with numbers that are no array, and as long as any."""
    filters = Conv.of(np.ones((1, 1, 1, channels)))
    scale, offset = np.random.default_rng(0).random((2, channels)).tolist()
    return Document(Sample.of("dot", [[[1]]]), Network((filters, Rescaling(scale=tuple(scale), offset=tuple(offset)))))


def painted(held: Document, row: int, column: int, value: float) -> Document:
    box = (slice(row, row + 1), slice(column, column + 1))
    return held.with_sample(held.sample.with_values(held.sample.values.with_box(box, value)))


@pytest.fixture
def photograph():
    return document(np.random.default_rng(0).random((1000, 1500, 3), np.float32))


@pytest.fixture
def recovery(tmp_path):
    with Recovery(tmp_path / "recovery") as held:
        yield held
        held.discard()


def written_bytes(monkeypatch):
    """Return a list that takes the length of everything that is written from now on."""
    lengths, write = [], os.write
    monkeypatch.setattr(os, "write", lambda file, data: lengths.append(write(file, data)) or lengths[-1])
    return lengths


# --- what it keeps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "held",
    [
        document(),
        document([[1.5], [2.5]], np.ones((1, 1, 1))),
        document(np.full((20, 20, 1), np.nan)),
        document(np.full((4, 4, 1), np.inf)),
        document(weights=np.random.default_rng(0).random((5, 5, 1, 64))),
        painted(document(np.zeros((300, 300, 2))), 299, 299, 5),
        document(weights=np.random.default_rng(0).normal(0, 0.01, (16, 16, 1, 1))),
        rescaled(LIMITS.filters),
    ],
    ids=["small", "sequence", "NaN", "infinite", "many weights", "edited", "few weights in many signs", "many scales"],
)
def test_the_work_reads_back_as_it_was(recovery, held):
    recovery.write(held, VIEW)
    assert read_recovery(recovery.path)[0] == held


def test_the_view_reads_back_as_it_was(recovery):
    view = ViewState(layer=0, channel=0, filter=0, position=(2, 3))
    recovery.write(document(), view)
    assert read_recovery(recovery.path)[1] == view


def test_many_edits_in_many_writes_read_back(recovery, photograph):
    held = photograph
    for step in range(100):
        held = painted(held, 9 * step, 14 * step, step)
        recovery.write(held, VIEW)
    assert read_recovery(recovery.path)[0] == held


def test_undone_edits_read_back(recovery, photograph):
    edited = painted(photograph, 1, 1, 9)
    for held in (photograph, edited, photograph, edited):
        recovery.write(held, VIEW)
    assert read_recovery(recovery.path)[0] == edited


def test_a_tiled_sample_shares_its_base_with_its_edits_after_reading(recovery, photograph):
    recovery.write(painted(photograph, 1, 1, 9), VIEW)
    assert len(read_recovery(recovery.path)[0].sample.values.tiles) == 1


# --- what it costs -----------------------------------------------------------------------------------------------


def test_an_edit_of_a_photograph_writes_the_tile_and_not_the_photograph(recovery, photograph, monkeypatch):
    recovery.write(photograph, VIEW)
    lengths = written_bytes(monkeypatch)
    recovery.write(painted(photograph, 500, 500, 1), VIEW)
    assert sum(lengths) < 128 * 128 * 3 * 4 + 100_000


def test_an_edit_of_a_filter_does_not_write_the_photograph(recovery, photograph, monkeypatch):
    recovery.write(photograph, VIEW)
    lengths = written_bytes(monkeypatch)
    recovery.write(photograph.with_layer(0, Conv.of(np.zeros((3, 3, 3, 1)))), VIEW)
    assert sum(lengths) < 100_000


def test_a_project_that_was_prepared_for_costs_its_first_edit_only(recovery, photograph, monkeypatch):
    recovery.prepare(photograph)
    lengths = written_bytes(monkeypatch)
    recovery.write(painted(photograph, 500, 500, 1), VIEW)
    assert sum(lengths) < 128 * 128 * 3 * 4 + 100_000


def test_what_is_out_of_use_goes(recovery, photograph):
    for step in range(300):
        recovery.write(painted(photograph, step, step, step), VIEW)
    sizes = [path.stat().st_size for path in recovery.path.iterdir()]
    assert sum(sizes) < 3 * photograph.sample.values.base.nbytes


def test_many_strokes_leave_few_files(recovery, photograph):
    held = photograph
    for step in range(200):
        held = painted(held, 5 * step, 7 * step, step)
        recovery.write(held, VIEW)
    assert len(list(recovery.path.iterdir())) < 80


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_a_folder_that_was_removed_is_made_again(recovery, photograph):
    recovery.write(photograph, VIEW)
    shutil.rmtree(recovery.path.parent)
    recovery.write(painted(photograph, 1, 1, 1), VIEW)
    assert read_recovery(recovery.path)[0] == painted(photograph, 1, 1, 1)


def test_a_file_that_was_removed_is_written_again(recovery, photograph):
    recovery.write(photograph, VIEW)
    next(recovery.path.glob("*.arrays")).unlink()
    recovery.write(photograph, VIEW)
    assert read_recovery(recovery.path)[0] == photograph


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open"])
def test_a_write_that_fails_keeps_the_work_before(recovery, photograph, monkeypatch, call):
    def fail(*_args, **_more):
        raise OSError(28, "No space left on device")

    recovery.write(photograph, VIEW)
    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(WriteProblem, match="Unsaved work is not kept safe"):
            recovery.write(painted(photograph, 1, 1, 1), VIEW)
    assert read_recovery(recovery.path)[0] == photograph
    recovery.write(painted(photograph, 1, 1, 1), VIEW)
    assert read_recovery(recovery.path)[0] == painted(photograph, 1, 1, 1)


def test_a_folder_that_takes_no_files_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteProblem, match="takes no recovery files"):
        Recovery(tmp_path / "file").write(document(), VIEW)


@pytest.mark.parametrize("number", range(60))
def test_a_damaged_recovery_is_read_or_refused_in_a_sentence(tmp_path, number):
    with Recovery(tmp_path) as recovery:
        recovery.write(painted(document(np.zeros((300, 300, 1))), 3, 3, 3), VIEW)
    work, random = recovery.path / WORK_FILE, np.random.default_rng(number)
    data = bytearray(work.read_bytes())
    for _ in range(int(random.integers(1, 6))):
        data[int(random.integers(len(data)))] = int(random.integers(32, 127))
    work.write_bytes(data)
    with suppress(FileProblem):  # any other exception is a fault of the program
        read_recovery(recovery.path)


def test_a_file_of_arrays_that_breaks_off_is_a_sentence(tmp_path):
    with Recovery(tmp_path) as recovery:
        recovery.write(document(np.zeros((300, 300, 1))), VIEW)
    arrays = next(recovery.path.glob("*.arrays"))
    arrays.write_bytes(arrays.read_bytes()[:-1])
    with pytest.raises(FileProblem, match="is damaged"):
        read_recovery(recovery.path)


def test_a_recovery_of_a_newer_program_is_refused_by_name(tmp_path, monkeypatch):
    with Recovery(tmp_path) as recovery:
        monkeypatch.setattr(module, "RECOVERY_FORMAT", replace(module.RECOVERY_FORMAT, version=9))
        recovery.write(document(), VIEW)
    monkeypatch.undo()
    with pytest.raises(FileProblem, match="newer ConvStudio"):
        read_recovery(recovery.path)


# --- what is left over -------------------------------------------------------------------------------------------


@pytest.fixture
def left(tmp_path):
    """Return the folder in which a program that was killed left its work."""
    folder = tmp_path / "recovery"
    subprocess.run([sys.executable, "-c", WRITE_AND_DIE, folder], check=False)
    return folder


def only(folder) -> Leftover:
    (leftover,) = list_leftovers(folder)
    return leftover


def leave(folder, title="work") -> Leftover:
    with Recovery(folder) as recovery:
        recovery.write(document(title=title), VIEW)
    return next(one for one in list_leftovers(folder) if one.path == recovery.path)


def test_the_work_of_a_program_that_crashed_is_found(left):
    assert read_leftover(only(left).path)[0].sample.values.to_array().min() == 7


def test_the_work_of_a_running_program_is_not_offered(tmp_path):
    with Recovery(tmp_path) as recovery:
        recovery.write(document(), VIEW)
        assert list_leftovers(tmp_path) == ()


def test_work_that_was_not_discarded_is_offered_after_the_end(tmp_path):
    assert leave(tmp_path).path.is_dir()


def test_saved_work_is_not_offered_and_leaves_nothing(tmp_path):
    with Recovery(tmp_path) as recovery:
        recovery.write(document(), VIEW)
        recovery.discard()
    assert list(tmp_path.iterdir()) == []


def test_two_programs_keep_apart(tmp_path):
    with Recovery(tmp_path) as one, Recovery(tmp_path) as other:
        assert one.path != other.path


def test_the_newest_work_comes_first(tmp_path):
    for number in (1, 3, 2):
        leftover = leave(tmp_path, str(number))
        os.utime(leftover.path / WORK_FILE, (number, number))
    assert [one.when for one in list_leftovers(tmp_path)] == [3, 2, 1]


def test_work_is_offered_twice_and_then_listed(left):
    mark_offered(only(left))
    mark_offered(only(left))
    assert (list_leftovers(left), len(list_aside(left))) == ((), 1)


def test_work_that_was_put_aside_reads_as_before(left):
    before = read_leftover(only(left).path)
    assert read_leftover(put_aside(only(left).path)) == before


def test_what_cannot_be_put_aside_is_said_in_a_sentence(tmp_path):
    with pytest.raises(WriteProblem, match="was not put aside"):
        put_aside(tmp_path / "gone")


def test_a_list_line_has_a_name_and_a_small_picture(left):
    name, picture = glance_at(only(left))
    assert (name, picture.shape) == ("work", (40, 40, 3))


def test_a_recovery_file_of_an_older_version_is_offered_as_well(tmp_path):
    path = tmp_path / "77-0123abcd.convstudio"
    path.write_bytes(encode_document(document(title="old")))
    path.with_name("77-0123abcd.lock").write_bytes(b"")
    assert read_leftover(only(tmp_path).path)[0].title == "old"
    assert glance_at(only(tmp_path))[0] == "old"
    mark_offered(only(tmp_path))
    mark_offered(only(tmp_path))
    assert [one.path.name for one in list_aside(tmp_path)] == ["77-0123abcd.convstudio.aside"]


def test_deleted_work_is_gone(left):
    delete(only(left).path)
    assert list(left.iterdir()) == []


def test_only_the_newest_that_were_put_aside_are_kept(tmp_path):
    for number in range(LIMITS.put_aside + 2):
        leftover = leave(tmp_path, str(number))
        os.utime(leftover.path / WORK_FILE, (number, number))
        put_aside(leftover.path)
    tidy(tmp_path)
    assert [one.when for one in list_aside(tmp_path)] == list(range(LIMITS.put_aside + 1, 1, -1))


def test_what_was_put_aside_takes_a_bounded_room(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers, "LIMITS", replace(LIMITS, put_aside_bytes=10))
    for number in (1, 2):
        leftover = leave(tmp_path)
        os.utime(leftover.path / WORK_FILE, (number, number))
        put_aside(leftover.path)
    tidy(tmp_path)
    assert [one.when for one in list_aside(tmp_path)] == [2]


def test_a_folder_of_a_killed_program_without_unsaved_work_is_removed(left):
    (only(left).path / WORK_FILE).unlink()
    (left / "empty").mkdir()
    (left / "5-0123abcd.lock").write_bytes(b"")
    tidy(left)
    assert list(left.iterdir()) == []


def test_the_folder_of_a_running_program_is_not_removed(tmp_path, photograph):
    with Recovery(tmp_path) as recovery:
        recovery.prepare(photograph)
        tidy(tmp_path)
        assert len(list(recovery.path.iterdir())) == 2


def test_without_a_folder_there_is_nothing_to_offer(tmp_path):
    tidy(tmp_path / "none")
    assert list_leftovers(tmp_path / "none") == ()


def test_temporary_files_of_killed_programs_are_cleared_from_their_recoveries(left):
    with temporary(only(left).path / WORK_FILE) as path:
        os.close(create(path))
        tidy(left)
        assert not path.exists()


@pytest.mark.parametrize("times", [1, 3])
def test_a_folder_that_is_tidied_away_before_it_is_locked_is_made_again(recovery, monkeypatch, times):
    tried = []
    lock = module.try_lock

    def tidied_away_first(file):
        tried.append(file)
        if len(tried) <= times:
            shutil.rmtree(recovery.path)
        return lock(file)

    monkeypatch.setattr(module, "try_lock", tidied_away_first)
    recovery.write(document(), ViewState())
    assert (recovery.path / WORK_FILE).exists()


def test_a_folder_that_is_held_by_a_start_that_tidies_up_is_made_as_soon_as_it_lets_go(recovery, monkeypatch):
    answers = iter([False, False])
    monkeypatch.setattr(module, "try_lock", lambda _file: next(answers, True))
    recovery.write(document(), ViewState())
    assert (recovery.path / WORK_FILE).exists()
