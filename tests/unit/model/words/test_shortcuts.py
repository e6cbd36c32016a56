"""Every key does one thing, and what is typed or moves is no key of a command."""

import pytest

from convstudio.model.words.shortcuts import changed_with, resolved_keys, why_no_key

USUAL = {"File › Save": ("Ctrl+S",), "Edit › Undo": ("Ctrl+Z",), "Edit › Redo": ("Ctrl+Y", "Ctrl+Shift+Z")}


def test_without_changes_all_keys_are_usual():
    assert resolved_keys(USUAL, {}) == (USUAL, ())


def test_a_changed_key_goes_before_a_usual_one():
    keys, told = resolved_keys(USUAL, {"Edit › Undo": ("Ctrl+S",)})
    assert (keys["File › Save"], keys["Edit › Undo"], len(told)) == ((), ("Ctrl+S",), 1)


def test_of_two_changed_commands_the_first_keeps_the_key():
    keys, told = resolved_keys(USUAL, {"Edit › Undo": ("Ctrl+K",), "File › Save": ("Ctrl+K",)})
    assert (keys["File › Save"], keys["Edit › Undo"]) == (("Ctrl+K",), ())
    assert told == ("Ctrl+K was the key of two commands. It is the key of “File › Save” now.",)


def test_keys_of_unknown_commands_change_nothing():
    assert resolved_keys(USUAL, {"File › Gone": ("Ctrl+S",)}) == (USUAL, ())


def test_two_usual_commands_with_one_key_are_left_alone():
    usual = {"Pane › Copy": ("Ctrl+C",), "Edit › Copy": ("Ctrl+C",)}
    assert resolved_keys(usual, {}) == (usual, ())


def test_a_key_that_is_taken_is_lost_by_the_other_command_alone():
    made = changed_with({}, USUAL, "Edit › Undo", ["Ctrl+Y"])
    assert made == {"Edit › Undo": ("Ctrl+Y",), "Edit › Redo": ("Ctrl+Shift+Z",)}


def test_the_usual_keys_again_are_no_change():
    assert changed_with({"Edit › Undo": ()}, USUAL, "Edit › Undo", ["Ctrl+Z"]) == {}


@pytest.mark.parametrize("key", ["A", "5", "+", "Shift+A", "Space", "Left", "Shift+Tab", "Return"])
def test_what_types_or_moves_needs_a_modifier(key):
    assert why_no_key(key).startswith(f"{key} is for typing and moving.")


@pytest.mark.parametrize("key", ["F5", "Ctrl++", "Ctrl+A", "Alt+Left", "Esc", "PgDown", "Ctrl+Shift+Tab"])
def test_keys_with_a_modifier_and_function_keys_are_taken(key):
    assert why_no_key(key) == ""
