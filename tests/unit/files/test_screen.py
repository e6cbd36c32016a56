import socket

import pytest

from convstudio.files.screen import ScreenProblem, can_load, check_screen, has_wayland, import_problem


def check(environment, platform="linux", missing=(), answers=True, wayland=False):
    check_screen(
        environment, platform, lambda library: library not in missing, lambda display: answers, lambda _: wayland
    )


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({"DISPLAY": ":0"}, "linux"),
        ({"WAYLAND_DISPLAY": "wayland-9", "DISPLAY": ":0"}, "linux"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux"),
        ({}, "win32"),
        ({}, "darwin"),
    ],
)
def test_a_screen_that_can_be_used_passes(environment, platform):
    check(environment, platform)


def test_without_a_display_the_sentence_names_the_way_without_one():
    with pytest.raises(ScreenProblem, match=r"no display to open a window on: .*“convstudio apply”, which needs none"):
        check({})


def test_a_wayland_desktop_that_answers_needs_no_other_display():
    check({"WAYLAND_DISPLAY": "wayland-0"}, wayland=True)


@pytest.mark.parametrize("others", [{}, {"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":0"}])
def test_a_wayland_desktop_that_does_not_answer_is_named(others):
    with pytest.raises(ScreenProblem, match=r"the display “wayland-9” does not answer: .* WAYLAND_DISPLAY"):
        check({"WAYLAND_DISPLAY": "wayland-9", **others})


def test_a_wayland_desktop_in_its_usual_place_is_left_to_qt():
    check({"QT_QPA_PLATFORM": "wayland"})


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_a_wayland_desktop_is_asked_at_its_socket(tmp_path):
    environment = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
    before = has_wayland(environment)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as desktop:
        desktop.bind(str(tmp_path / "wayland-9"))
        desktop.listen()
        assert (before, has_wayland(environment)) == (False, True)


def test_a_missing_library_is_named_with_its_package():
    with pytest.raises(ScreenProblem, match=r"needs libxcb-cursor\.so\.0, missing .*apt-get install libxcb-cursor0”"):
        check({"DISPLAY": ":0"}, missing=("libxcb-cursor.so.0",))


def test_a_display_that_does_not_answer_is_named():
    with pytest.raises(ScreenProblem, match="the display “:7” does not answer"):
        check({"DISPLAY": ":7"}, answers=False)


def test_a_display_of_no_one_does_not_answer():
    if not can_load("libxcb.so.1"):
        pytest.skip("no X library here")
    with pytest.raises(ScreenProblem, match="does not answer"):
        check_screen({"DISPLAY": "127.0.0.1:999"}, "linux", lambda library: True)


def test_a_library_that_no_system_has_cannot_be_loaded():
    assert not can_load("libconvstudio-none.so.9")


def test_an_import_that_lacks_a_library_says_what_to_install():
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert "sudo apt-get install libegl1”" in str(import_problem(error))


def test_an_import_that_lacks_an_unknown_library_says_all_packages():
    assert "libegl1 libfontconfig1" in str(import_problem(ImportError("libQux.so.3: cannot open shared object file")))


def test_a_missing_package_says_so():
    assert "PySide6 is not installed" in str(import_problem(ModuleNotFoundError("No module", name="PySide6")))


def test_any_other_import_error_is_not_explained_away():
    assert import_problem(ImportError("cannot import name 'x'", name="convstudio.app")) is None
