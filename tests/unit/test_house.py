"""The house holds: its arrows, its silence on the network, its docstrings, and the Qt it stands on."""

import ast
import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QTableView

from convstudio import __version__
from convstudio.files.kernels.document import KERNEL_FORMAT
from convstudio.files.projects.documents import PROJECT_FORMAT
from convstudio.files.projects.recovery import RECOVERY_FORMAT

ROOT = Path(__file__).parents[2]
TOP_LEVEL = (
    "pyproject.toml", "README.md", "LICENSE", "convstudio", "tests", "resources", "packaging", ".ci", ".github",
    ".pre-commit-config.yaml",
)  # fmt: skip
MOST_FILES_IN_A_FOLDER = 18
IS_ELSEWHERE = re.compile(r"NAME|^\.venv/")
DOCUMENTS_FOR_PEOPLE = ("README.md", ".github/CONTRIBUTING.md", "packaging/CHANGELOG.md", "tests/benchmarks/RESULTS.md")
WITHOUT_QT = [
    room for room in ("ops", "model", "files", "cli", "commands") if importlib.util.find_spec(f"convstudio.{room}")
]
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
    )
]


def modules_of(room):
    package = importlib.import_module(f"convstudio.{room}")
    inside = getattr(package, "__path__", [])
    return [
        package,
        *(importlib.import_module(found.name) for found in pkgutil.walk_packages(inside, f"{package.__name__}.")),
    ]


DOCUMENTED = [module for room in ("ops", "model") for module in modules_of(room)]


def public_functions(module):
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(thing):
            yield name, thing
        elif inspect.isclass(thing):
            yield name, thing
            yield from ((f"{name}.{of}", one) for of, one in vars(thing).items() if is_public_member(of, one))


def is_public_member(name, member):
    return not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property | classmethod))


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_arrows_between_the_rooms_go_one_way():
    ran = run_python("from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("room", WITHOUT_QT)
def test_a_room_behind_the_wall_loads_no_qt(room):
    names = [module.__name__ for module in modules_of(room)]
    ran = run_python(
        f"import sys, {', '.join(names)}\n"
        "print(sorted(name for name in sys.modules if name.startswith(('PySide6', 'shiboken6', 'pyqtgraph'))))"
    )
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr


class Source:
    """A module of the program: its path, its text and all nodes of its tree."""

    def __init__(self, path):
        self.path = path
        self.name = path.relative_to(ROOT).as_posix()
        self.text = path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text)
        self.nodes = list(ast.walk(self.tree))

    def of_kind(self, kind):
        return [node for node in self.nodes if isinstance(node, kind)]


@cache
def offences():
    """Return what breaks each rule below, by the rule's name; a module is read once for all of them."""
    found = {rule.__name__: [] for rule in RULES}
    for path in sorted((ROOT / "convstudio").rglob("*.py")):
        source = Source(path)
        for rule in RULES:
            found[rule.__name__] += [f"{source.name}: {offence}" for offence in rule(source)]
    return found


def widgets_in_the_session(source):
    if source.name.startswith("convstudio/session/"):
        imported = [alias.name for node in source.of_kind(ast.Import) for alias in node.names]
        imported += [f"{node.module}.{alias.name}" for node in source.of_kind(ast.ImportFrom) for alias in node.names]
        yield from (name for name in imported if "QtWidgets" in name or name.startswith("pyqtgraph"))


def test_the_session_knows_no_widgets():
    assert offences()["widgets_in_the_session"] == []


GUESSING = {
    "QTextDocument", "QTextBrowser", "QTextEdit", "QErrorMessage", "QStaticText", "QWhatsThis", "RichText", "AutoText",
    "MarkdownText", "setHtml", "insertHtml", "appendHtml", "setMarkdown", "TextItem", "LabelItem", "addLegend",
    "createUndoAction", "createRedoAction",
}  # fmt: skip
"""Names of Qt and pyqtgraph for what takes a text for mark-up, or an & in it for a mnemonic."""


def mark_up(source):
    is_view = source.name.startswith(("convstudio/views/", "convstudio/wiring/")) or source.name == "convstudio/app.py"
    if is_view and source.path.name != "plain_text.py":
        used = {node.attr for node in source.of_kind(ast.Attribute)}
        used |= {alias.name for node in source.of_kind(ast.ImportFrom) for alias in node.names}
        yield from used & GUESSING


def test_no_view_shows_text_as_mark_up():
    assert offences()["mark_up"] == [], "what these show may be a name from a file: see views/parts/plain_text.py"


def qrunnables(source):
    if "QRunnable" in source.text.replace("QRunnables", ""):
        yield "QRunnable"


def test_nothing_runs_as_a_qrunnable():
    assert offences()["qrunnables"] == [], "PySide leaks some of them: give QThreadPool.start a function"


def test_no_folder_has_more_files_than_a_newcomer_can_read():
    folders = [folder for folder in [ROOT / "convstudio", *(ROOT / "convstudio").rglob("*")] if folder.is_dir()]
    counts = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.py"))) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES_IN_A_FOLDER} == {}


MOST_LINES = {"file": 450, "class": 300, "function": 50}
MOST_METHODS = 30
LARGER = {
    "convstudio/model/kinds/convolution.py: Conv": "the kind with most settings answers every question of a kind",
    "convstudio/model/values/layer.py: Layer": "the questions that every kind of layer is asked, one method each",
}
"""What is larger than the house allows, and why."""


def code_lines(node):
    """Count the lines of a function without its docstring, which may be as long as what it has to tell."""
    first = node.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(node) is not None else 0
    return node.end_lineno - node.lineno + 1 - docstring


def too_large(source):
    """Yield what is too large in a module, by the names that exceptions are listed by."""
    if source.text.count("\n") > MOST_LINES["file"]:
        yield "the file"
    for node in source.of_kind(ast.ClassDef):
        methods = sum(isinstance(part, ast.FunctionDef) for part in node.body)
        if node.end_lineno - node.lineno >= MOST_LINES["class"] or methods > MOST_METHODS:
            yield node.name
    yield from (node.name for node in source.of_kind(ast.FunctionDef) if code_lines(node) > MOST_LINES["function"])


def test_files_classes_and_functions_are_small_or_say_why_not():
    assert set(offences()["too_large"]) == set(LARGER), "split what is too large, and list nothing that is not any more"


LIMIT_TABLES = ("convstudio/model/values/limits.py", "convstudio/ops/limits.py")
LIMIT_NAME = re.compile(r"_?(MOST|LONGEST|LARGEST|MAX|FURTHEST)_|_?(MOST|LONGEST|LARGEST|MAX|FURTHEST|.*_LIMITS?)$")
REFUSING = ("Raise", "Meta", "WholeField", "NumberSetting", "CountField")
"""What refuses: an error, and the fields of a schema or of a form, with the bounds that they are given."""


def constants_of(tree):
    targets = [node.targets for node in tree.body if isinstance(node, ast.Assign)]
    return {name.id for found in targets for target in found for name in ast.walk(target) if isinstance(name, ast.Name)}


def is_refusing(node):
    if isinstance(node, ast.If):
        return any(isinstance(inner, ast.Raise) for inner in node.body)
    return isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSING)


def limits_of_its_own(source):
    """What a sentence names or a picture shows at most is no limit; what an error or a field's bound is, is one."""
    if source.name in LIMIT_TABLES:
        return
    limits = {name for name in constants_of(source.tree) if LIMIT_NAME.match(name)}
    parts = [part for node in source.nodes if is_refusing(node) for part in (getattr(node, "test", None) or node,)]
    yield from limits & {name.id for part in parts for name in ast.walk(part) if isinstance(name, ast.Name)}
    if not source.name.startswith("convstudio/views/"):  # whose sizes are those of the screen
        yield from (f"{name} is read by others" for name in limits if not name.startswith("_"))


def test_what_refuses_has_its_limit_from_the_table():
    assert offences()["limits_of_its_own"] == [], "write it into model/values/limits.py"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "convstudio/ops/strategies").glob("[a-z]*.py")), ids=lambda path: path.name
)
def test_a_strategy_says_which_lines_of_the_reference_it_equals(path):
    lines = set(re.findall(r"  # (\[\w+\])$", (ROOT / "convstudio/ops/reference.py").read_text("utf-8"), re.MULTILINE))
    claim = re.search(
        r"^Equals (.+?) of `ops\.reference`", ast.get_docstring(ast.parse(path.read_text("utf-8"))), re.MULTILINE
    )
    assert claim is not None
    assert set(re.findall(r"\[\w+\]", claim[1])) & lines
    assert set(re.findall(r"\[\w+\]", claim[1])) - lines == set()


def test_the_page_of_the_operations_names_every_file():
    folder = ROOT / "convstudio/ops"
    page = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    files = [*folder.glob("[a-z]*.py"), *folder.glob("strategies/[a-z]*.py"), *folder.glob("learning/[a-z]*.py")]
    folders = [found.parent for found in folder.glob("*/__init__.py")]
    assert [path.stem for path in [*files, *folders] if f"`{path.stem}`" not in page] == []


def test_the_installed_program_holds_every_package():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {file.parent.relative_to(ROOT) for file in (ROOT / "convstudio").rglob("__init__.py")}
    assert sorted(listed) == sorted({".".join(folder.parts) for folder in folders} | {"convstudio.resources"})


def test_the_changelog_names_the_versions_of_the_program_and_of_its_files():
    text = (ROOT / "packaging/CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\d\S*?),? ", text, re.MULTILINE)[0] == __version__
    named = dict(re.findall(r"^\| `(convstudio-[a-z]+)`.*\| (\d+) \|$", text, re.MULTILINE))
    formats = (PROJECT_FORMAT, KERNEL_FORMAT, RECOVERY_FORMAT)
    assert named == {one.name: str(one.version) for one in formats}


@pytest.mark.parametrize("name", DOCUMENTS_FOR_PEOPLE)
def test_every_link_in_a_document_leads_to_a_file(name):
    document = ROOT / name
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS_FOR_PEOPLE)
def test_every_path_in_a_document_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = [path for path in re.findall(r"`([a-z.][\w.-]*/[\w./-]*)`", text) if not IS_ELSEWHERE.search(path)]
    places = (ROOT, ROOT / "convstudio", ROOT / "tests")
    assert [path for path in paths if not any((place / path).exists() for place in places)] == []


HAVE_TESTS_OF_THEIR_NAME = [
    *(path for path in sorted((ROOT / "convstudio/model").rglob("*.py")) if path.name != "__init__.py"),
    *sorted((ROOT / "convstudio/views").rglob("*pane.py")),
    *sorted((ROOT / "convstudio/views").rglob("grid.py")),
]


@pytest.mark.parametrize("path", HAVE_TESTS_OF_THEIR_NAME, ids=lambda path: str(path.relative_to(ROOT / "convstudio")))
def test_a_module_has_a_test_file_of_its_name_in_the_mirrored_folder(path):
    room = path.relative_to(ROOT / "convstudio").parent
    mirrored = ROOT / "tests" / ("" if room.parts[0] == "views" else "unit") / room / f"test_{path.name}"
    assert "\ndef test_" in mirrored.read_text(encoding="utf-8")


def texts_of(branch):
    """Return what a branch of a choice says, a place for each value; None where it is no text."""
    match branch:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
    return None


def is_plural_by_hand(choice):
    """Return whether a choice takes one text for one thing and another text, that differs in a plural, for several."""
    match choice:
        case ast.IfExp(test=ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Gt()], comparators=[ast.Constant(value=1)])):
            pass
        case _:
            return False
    if {getattr(branch, "id", "") for branch in (choice.body, choice.orelse)} == {"one", "many"}:
        return True
    one, other = (texts_of(branch) for branch in (choice.body, choice.orelse))
    if one is None or other is None:
        return False
    pairs = [(a, b) for a in words_of(one) for b in words_of(other)]
    return {one, other} in ({"", "s"}, {"", "es"}) or any(is_plural_of(a, b) or is_plural_of(b, a) for a, b in pairs)


def words_of(text):
    return re.findall(r"\w+", text)


def is_plural_of(one, other):
    return other in (f"{one}s", f"{one}es") or (one, other) in {("is", "are"), ("was", "were"), ("axis", "axes")}


def plurals_by_hand(source):
    if source.path.name != "counted.py":
        choices = [node for node in source.of_kind(ast.IfExp) if is_plural_by_hand(node)]
        yield from (f"line {node.lineno}: {ast.unparse(node)}" for node in choices)


def test_counted_alone_makes_plurals():
    assert offences()["plurals_by_hand"] == [], "see model/values/answers/counted.py"


@pytest.mark.parametrize(
    "code",
    [
        "f\"{n} map{'' if n == 1 else 's'}\"", "'map' if n == 1 else 'maps'", "f'{n} maps' if n != 1 else f'{n} map'",
        "one if n == 1 else many", "'1 is left' if n == 1 else f'{n} are left'",
    ],
)  # fmt: skip
def test_plurals_by_hand_are_found(code):
    assert any(map(is_plural_by_hand, ast.walk(ast.parse(code))))


def test_no_file_names_the_host_of_a_package_registry():
    files = [file for top in TOP_LEVEL for file in [ROOT / top, *(ROOT / top).rglob("*")] if file.is_file()]
    named = [
        (str(file.relative_to(ROOT)), host)
        for file in files
        if "__pycache__" not in file.parts
        for host in REGISTRIES
        if host.encode() in file.read_bytes()
    ]
    assert named == []


@pytest.mark.parametrize("module", DOCUMENTED, ids=lambda module: module.__name__)
def test_everything_public_has_a_docstring(module):
    assert (module.__doc__ or "").strip()
    assert [name for name, thing in public_functions(module) if not (inspect.getdoc(thing) or "").strip()] == []


@pytest.mark.parametrize("module", DOCUMENTED, ids=lambda module: module.__name__)
def test_every_example_in_a_docstring_runs(module):
    finder, runner = doctest.DocTestFinder(exclude_empty=True), doctest.DocTestRunner(verbose=False)
    told = []
    for example in finder.find(module, module.__name__):
        runner.run(example, out=told.append)
    assert runner.failures == 0, "".join(told)


def test_the_rooms_have_examples_to_run():
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [example for module in DOCUMENTED for test in finder.find(module) for example in test.examples]
    assert len(examples) > 40


class _Table(QAbstractTableModel):
    """A table that answers what Qt asks with None and True, the two objects whose references got lost."""

    def rowCount(self, parent=QModelIndex()):  # noqa: B008  # Qt's own signature
        return 20

    def columnCount(self, parent=QModelIndex()):  # noqa: B008  # Qt's own signature
        return 20

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return True if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(self, section, orientation, role=Qt.ItemDataRole.DisplayRole):  # Qt's own name
        return None

    def setData(self, index, value, role=Qt.ItemDataRole.EditRole):  # Qt's own name
        return True


class _Sender(QObject):
    told = Signal(object, bool)


def call_qt_often(table, view, sender):
    for step in range(100):
        sender.told.emit(None, True)
        view.setEnabled(True)
        view.setAccessibleName(str(step))
        table.setData(table.index(0, 0), None)
        table.dataChanged.emit(table.index(0, 0), table.index(19, 19))
        view.viewport().grab()


@pytest.mark.parametrize("constant", [None, True], ids=str)
def test_qt_gives_back_every_reference_to_none_and_true(qtbot, constant):
    """PySide6 6.12.0 drops references to None and True on Python 3.11, and the interpreter aborts within seconds.

    The design's section on dependencies names the fault, and pyproject.toml keeps that version out. This test keeps
    watch over the version that is installed; delete it when Python 3.11, whose constants are counted, is no longer
    supported.
    """
    table, view, sender = _Table(), QTableView(), _Sender()
    qtbot.addWidget(view)
    view.setModel(table)
    view.show()
    sender.told.connect(lambda nothing, truth: None)
    call_qt_often(table, view, sender)
    before = sys.getrefcount(constant)
    call_qt_often(table, view, sender)
    assert sys.getrefcount(constant) - before > -50, "references are lost: this PySide6 will abort"


IN_PIXELS = re.compile(
    r"setPixelSize|\.set(Fixed|Minimum|Maximum)(Width|Height|Size)\((_?[A-Z][A-Z_]+|[2-9]|1\d|QSize\()"
    r"|\.set(Spacing|HorizontalSpacing|VerticalSpacing|HandleWidth)\(([1-9]|[A-Z_]+)"
    r"|setContentsMargins\([^)]*[1-9A-Z][^)]*\)|setIconSize\(QSize|return QSize\([\dA-Z_ +*,]*[2-9A-Z][\dA-Z_ +*,]*\)$",
    re.MULTILINE,
)
FOLLOWS_THE_ZOOM = re.compile(r"px\(|[fF]ontMetrics")


def sizes_in_pixels(source):
    if source.name.startswith("convstudio/views/"):
        lines = [line.strip() for line in source.text.splitlines()]
        yield from (line for line in lines if IN_PIXELS.search(line) and not FOLLOWS_THE_ZOOM.search(line))


def test_sizes_of_the_views_follow_the_zoom():
    """A size in pixels stays what it is when the interface is zoomed: `sized`, `in_font`, `px` and `scaled` follow."""
    assert offences()["sizes_in_pixels"] == [], "give sizes by the functions of views/parts/sizes.py"


def menus_by_policy(source):
    yield from (line.strip() for line in source.text.splitlines() if "CustomContextMenu" in line)


def test_every_part_asks_for_its_menu_in_one_way():
    assert offences()["menus_by_policy"] == [], "override contextMenuEvent, and emit the place of the screen"


RULES = (
    *(widgets_in_the_session, mark_up, qrunnables, too_large),
    *(limits_of_its_own, plurals_by_hand, sizes_in_pixels, menus_by_policy),
)
