import pytest

from convstudio.files.code import TARGETS, code_for
from convstudio.files.projects.examples import load_example
from convstudio.model.words.code_marks import code_marks


def parts(program):
    lines = program.splitlines()
    return [(mark.part, lines[mark.line][mark.column : mark.column + mark.length]) for mark in code_marks(program)]


def test_keywords_comments_numbers_and_texts_are_told_apart():
    program = 'for name in range(3):  # three\n    print("a for", name)\n'
    assert parts(program) == [
        ("keyword", "for"),
        ("keyword", "in"),
        ("number", "3"),
        ("comment", "# three"),
        ("text", '"a for"'),
    ]


def test_a_text_over_several_lines_has_a_mark_on_each():
    assert parts('x = """one\ntwo\n"""\n') == [("text", '"""one'), ("text", "two"), ("text", '"""')]


@pytest.mark.parametrize("program", ["x = (1,\n", '"""open', "  x\n y\n"])
def test_what_is_no_whole_program_is_marked_as_far_as_it_can_be_read(program):
    assert all(mark.length > 0 for mark in code_marks(program))


@pytest.mark.parametrize("target", TARGETS)
def test_every_mark_of_a_program_of_ours_lies_in_its_line(target):
    program = code_for(load_example("plus")[0], target)
    assert all(text for _, text in parts(program))
    assert ("keyword", "import") in parts(program)
