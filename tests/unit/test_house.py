"""The house holds: its arrows, its silence on the network, its docstrings, and the Qt it stands on."""

import ast
import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QTableView

ROOT = Path(__file__).parents[2]
TOP_LEVEL = ("pyproject.toml", "README.md", "LICENSE", "convstudio", "tests", "resources", "packaging", ".ci")
WITHOUT_QT = [room for room in ("ops", "model", "files", "cli") if importlib.util.find_spec(f"convstudio.{room}")]
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


@pytest.mark.parametrize("path", sorted((ROOT / "convstudio/session").rglob("*.py")), ids=lambda path: path.name)
def test_the_session_knows_no_widgets(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert not [name for name in imported if "QtWidgets" in name or name.startswith("pyqtgraph")]


GUESSING = {
    "QTextDocument", "QTextBrowser", "QTextEdit", "QErrorMessage", "QStaticText", "QWhatsThis", "RichText", "AutoText",
    "MarkdownText", "setHtml", "insertHtml", "appendHtml", "setMarkdown", "TextItem", "LabelItem", "addLegend",
    "createUndoAction", "createRedoAction",
}  # fmt: skip
"""Names of Qt and pyqtgraph for what takes a text for mark-up, or an & in it for a mnemonic."""


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "convstudio/views").rglob("*.py")), ROOT / "convstudio/app.py"],
    ids=lambda path: path.name,
)
def test_no_view_shows_text_as_mark_up(path):
    if path.name == "plain_text.py":
        return
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    used |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert used & GUESSING == set(), "what these show may be a name from a file: see views/plain_text.py"


@pytest.mark.parametrize("path", sorted((ROOT / "convstudio").rglob("*.py")), ids=lambda path: path.name)
def test_nothing_runs_as_a_qrunnable(path):
    assert "QRunnable" not in path.read_text(encoding="utf-8").replace("QRunnables", ""), (
        "PySide leaks some of them: give QThreadPool.start a function"
    )


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
