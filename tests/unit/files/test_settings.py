import os
from pathlib import Path

import pytest

from convstudio.files.problems import FileProblem, WriteProblem
from convstudio.files.settings import (
    Settings,
    load_settings,
    recovery_folder,
    save_settings,
    settings_path,
)
from convstudio.model.values.limits import LIMITS


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "settings.json"


def test_settings_read_back_as_they_were_saved(path):
    settings = Settings(
        geometry="Z2Vv", splitters={"equation": "AAAA"}, theme="dark", zoom=125, recent_files=("/a b.png",), speed=8,
        data_format="pytorch", keys={"File › Save": ("Ctrl+K",)},
    )  # fmt: skip
    save_settings(path, settings)
    assert load_settings(path) == settings


def test_without_a_file_the_defaults_hold(path):
    assert load_settings(path) == Settings()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"theme": "pink"}', b'{"speed": 0}', b"\xff", b"[" * 100_000, b'{"recent_files": 3}']
)
def test_a_broken_file_is_put_aside_and_the_defaults_hold(path, data):
    path.parent.mkdir()
    path.write_bytes(data)
    assert load_settings(path) == Settings()
    assert (path.exists(), path.with_name("settings.json.broken").read_bytes()) == (False, data)


def test_a_file_far_too_large_for_settings_is_put_aside_unread(path):
    path.parent.mkdir()
    path.write_bytes(b" " * (LIMITS.settings_bytes + 1))
    assert load_settings(path) == Settings()
    assert path.with_name("settings.json.broken").exists()


def test_settings_of_another_version_keep_what_both_know(path):
    path.parent.mkdir()
    path.write_text('{"theme": "light", "new": 1}')
    assert load_settings(path).theme == "light"


def test_a_folder_that_takes_no_settings_is_said_in_a_sentence(path):
    path.parent.write_text("a file")
    with pytest.raises(WriteProblem, match="was not saved"):
        save_settings(path, Settings())


def test_a_recent_file_comes_first_and_once():
    settings = Settings().with_recent("a").with_recent("b").with_recent("a")
    assert settings.recent_files == ("a", "b")


def test_the_list_of_recent_files_stays_short():
    settings = Settings()
    for number in range(20):
        settings = settings.with_recent(str(number))
    assert (len(settings.recent_files), settings.recent_files[0]) == (LIMITS.recent_files, "19")


def test_a_file_that_is_gone_leaves_the_list():
    assert Settings(recent_files=("a", "b")).without_recent("a").recent_files == ("b",)


def test_a_recent_file_keeps_its_picture_as_long_as_it_is_listed():
    settings = Settings().with_recent("a", "PA").with_recent("b").with_recent("c", "PC")
    assert settings.recent_pictures == {"a": "PA", "c": "PC"}
    assert settings.with_recent("a", "PB").recent_pictures == {"a": "PB", "c": "PC"}
    assert settings.without_recent("a").recent_pictures == {"c": "PC"}


def test_one_variable_moves_everything(tmp_path):
    environment = {"CONVSTUDIO_HOME": str(tmp_path)}
    assert (settings_path(environment), recovery_folder(environment)) == (
        tmp_path / "settings.json",
        tmp_path / "recovery",
    )


def test_without_it_the_system_says_where():
    assert all(place.is_absolute() for place in (settings_path({}), recovery_folder({})))
    assert "convstudio" in os.fspath(settings_path({}))


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_settings_that_cannot_be_read_are_said_in_a_sentence(path, monkeypatch, error):
    def refuse(*_args, **_more):
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileProblem, match=r"cannot be read \(.*\), so the usual ones are in use\."):
        load_settings(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everywhere")
def test_an_unreadable_settings_folder_is_said_in_a_sentence(path):
    save_settings(path, Settings())
    path.parent.chmod(0)
    try:
        with pytest.raises(FileProblem, match="cannot be read"):
            load_settings(path)
    finally:
        path.parent.chmod(0o700)


def test_a_folder_in_the_place_of_the_settings_is_put_aside(path):
    path.mkdir(parents=True)
    assert load_settings(path) == Settings()
    assert path.with_name("settings.json.broken").is_dir()
