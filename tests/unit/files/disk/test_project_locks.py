"""A project that a window has open is known to the others, for as long as the window runs."""

import subprocess
import sys

import pytest

from convstudio.files.disk.project_locks import is_open_elsewhere, lock_project, tidy_locks

LOCK_AND_DIE = """
import os, sys
from pathlib import Path
from convstudio.files.disk.project_locks import lock_project
lock_project(Path(sys.argv[1]), sys.argv[2])
os._exit(3)
"""


@pytest.fixture
def locks(tmp_path):
    return tmp_path / "home" / "locks"


@pytest.fixture
def project(tmp_path):
    return tmp_path / "a.convstudio"


def test_a_second_window_gets_no_lock(locks, project):
    held = lock_project(locks, project)
    assert lock_project(locks, project) is None
    assert is_open_elsewhere(locks, project)
    held.let_go()


def test_after_letting_go_another_window_gets_it_and_nothing_is_left(locks, project):
    lock_project(locks, project).let_go()
    assert not is_open_elsewhere(locks, project)
    lock_project(locks, project).let_go()
    assert list(locks.iterdir()) == []


def test_another_project_is_free(locks, project):
    held = lock_project(locks, project)
    assert not is_open_elsewhere(locks, project.with_name("b.convstudio"))
    held.let_go()


def test_the_project_is_known_by_every_name_that_leads_to_it(locks, project, monkeypatch):
    held = lock_project(locks, project)
    link = project.with_name("link.convstudio")
    link.symlink_to(project)
    monkeypatch.chdir(project.parent)
    assert is_open_elsewhere(locks, link)
    assert is_open_elsewhere(locks, "a.convstudio")
    held.let_go()


def test_a_killed_window_holds_nothing_and_its_lock_is_tidied_away(locks, project):
    subprocess.run([sys.executable, "-c", LOCK_AND_DIE, locks, project], check=False)
    assert not is_open_elsewhere(locks, project)
    tidy_locks(locks)
    assert list(locks.iterdir()) == []


def test_a_held_lock_is_not_tidied_away(locks, project):
    held = lock_project(locks, project)
    tidy_locks(locks)
    assert is_open_elsewhere(locks, project)
    held.let_go()


def test_a_folder_that_takes_no_locks_keeps_nobody_from_working(tmp_path, project):
    (tmp_path / "file").write_bytes(b"")
    lock_project(tmp_path / "file", project).let_go()
    assert not is_open_elsewhere(tmp_path / "file", project)
