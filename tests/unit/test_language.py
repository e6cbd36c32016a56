"""The house speaks plain English: no private idiom in a text, a docstring, a comment or a name."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "convstudio").rglob("*.py"))
DOCUMENTS = [ROOT / name for name in ("README.md", ".github/CONTRIBUTING.md", "packaging/CHANGELOG.md")]

WEEDS = {
    r", for (it|its|they|their|there|this|that|these|those|no|nothing|at most|only|we|you|otherwise)\b": "because",
    r"\banew\b": "again",
    r"(?<!there )(?<!There )\b(is|are|was|were) no (?!longer\b|more\b|\w+er\b)": "is not a",
    r"\b[Ll]ook(s|ed|ing)? at\b": "select; selected, current; inspect",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bbehind\b": "after",
    r"\bh(ang|angs|ung) together\b": "belong together, depend on each other",
    r"\b(lie|lies|lying|lay)\b(?! out\b)": "is, stands; is wrong",
    r"\b(names?|shapes?|sizes?|extensions?|endings?|suffix) (say|says|said)\b": "is, means, shows",
    r"\bso held\b|\bgo(es)? wild\b|\bgoing wild\b|\bis called for\b": "plain words",
    r"\bno more(?=[.,;:]| are\b| is\b|$)": "no longer, not any more",
    r"\b(neurons?|templates?)\b": "cell, unit; kernel",
    r"\b[Dd]ialects?\b": "data format",
    r"\b[Ww]ho(so)?ever\b": "the caller",
    r"\b(made|read) shape\b": "output shape, input shape",
}
"""What the house does not say, and what it says instead."""

STORED = {("settings.py", "dialect")}
"""Texts that stay as they are because the user's files hold them."""


def texts_in(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every string (docstrings too), name and comment of a module, with its line."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)):
                yield node.lineno, " ".join(text.split())
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, spelled(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield node.lineno, spelled(name)
    for number, line in enumerate(source.splitlines(), start=1):
        if "#" in line:  # or a colour in a string: its text is read twice
            yield number, line[line.index("#") :]


def spelled(name: str) -> str:
    """Write a name in words: `lookAt`, `look_at` and `LookAt` are "look at"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).strip().lower()


@cache
def weeds_in(text: str) -> list[str]:
    """Return what is not said so; most names come up again and again."""
    return [found[0].strip() for pattern in WEEDS for found in re.finditer(pattern, text)]


def strings_of(content: object) -> Iterator[str]:
    """Yield all strings of a JSON document."""
    match content:
        case str(text):
            yield text
        case dict():
            for value in content.values():
                yield from strings_of(value)
        case list():
            for value in content:
                yield from strings_of(value)


def test_every_module_is_written_in_plain_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}, line {line}: {weed!r} in {text[:90]!r}"
        for path in MODULES
        for line, text in texts_in(path)
        if (path.name, text) not in STORED
        for weed in weeds_in(text)
    ]
    assert found == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_written_in_plain_words(path: Path) -> None:
    text = re.sub(r"Not used: [^.]*\.", "", path.read_text(encoding="utf-8"))  # the words to avoid, listed
    assert weeds_in(text) == []


@pytest.mark.parametrize("path", sorted((ROOT / "resources").rglob("*.json")), ids=lambda path: path.name)
def test_the_bundled_texts_are_in_plain_words(path: Path) -> None:
    texts = strings_of(json.loads(path.read_text(encoding="utf-8")))
    assert [text for text in texts if weeds_in(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "The project was not saved, for its folder is full", "type it anew", "“x” is no input", "mend that one first",
        "the layer that is looked at", "add a layer behind it", "how do they hang together?", "where the file lies",
        "the shape says 3", "look" + "_at_layer",
    ],
)  # fmt: skip
def test_a_private_idiom_is_found(text: str) -> None:
    assert weeds_in(spelled(text) if "_" in text else text)


@pytest.mark.parametrize("text", ["a sentence, for screen readers", "there is no layer", "it is no longer there"])
def test_plain_english_is_let_through(text: str) -> None:
    assert weeds_in(text) == []


PARTICIPLE = re.compile(r"_?[A-Z][a-z]*(ed|aid|old|een|awn|itten|ught|unk)$")
"""A class name of one word that is a bare participle."""

NOUNS_THAT_END_LIKE_ONE = {"Screen"}


@cache
def classes() -> list[tuple[str, Path]]:
    return [
        (node.name, path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]


def test_a_class_is_named_by_a_noun() -> None:
    assert [name for name, _ in classes() if PARTICIPLE.match(name) and name not in NOUNS_THAT_END_LIKE_ONE] == []


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for name, path in classes():
        if not (name.startswith("_") and path.is_relative_to(ROOT / "convstudio/files/projects")):  # a kind's record
            places.setdefault(name.lstrip("_"), []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}
