"""The shape of the house: sizes, names, and imports that a linter cannot see.

A file at its cap is a sign that two things live in it: split it by noun, do not raise the cap.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "hansard"

# folder, files, most lines
CAPS = [
    ("src/hansard", "*.py", 500),
    ("src/hansard/domain", "*.py", 300),
    ("tests", "*.py", 700),
    ("web/src", "*.ts", 400),
    ("web/src", "*.tsx", 400),
    ("web/src", "*.css", 400),
    ("web/e2e", "*.ts", 400),
    ("web/src/routes", "*.tsx", 60),
    (".", "AGENTS.md", 80),
]
MOST_FUNCTION_LINES = 120
MOST_DOOR_SIGN_LINES = 10
GENERATED = {"web/src/api/schema.gen.ts"}
BANNED_NAMES = {
    "base_impl", "common", "core", "helper", "helpers", "manager", "misc", "service", "services",
    "util", "utils",
}  # fmt: skip

# Folder or file -> why its functions may import our own package.
LOCAL_IMPORTS = {
    "src/hansard/cli/": "most commands are HTTP calls: only those that start a server load it",
}
SQL_LIBRARIES = {"alembic", "psycopg", "sqlalchemy"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every absolute import below `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize(("folder", "files", "cap"), CAPS)
def test_no_file_is_longer_than_its_cap(folder: str, files: str, cap: int):
    paths = (ROOT / folder).glob(files) if folder == "." else (ROOT / folder).rglob(files)
    lines = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in paths}
    assert {n: count for n, count in lines.items() if count > cap and n not in GENERATED} == {}


def test_no_function_is_longer_than_a_page():
    lengths = {
        f"{name_of(path)}:{function.lineno} {function.name}": function.end_lineno - function.lineno
        for path in [*sources(), *(ROOT / "tests").rglob("*.py")]
        for function in functions(tree_of(path))
        if function.end_lineno
    }
    assert {n: length for n, length in lengths.items() if length >= MOST_FUNCTION_LINES} == {}


def test_every_code_file_and_folder_is_named_after_what_it_holds():
    paths = [p for top in ("src", "tests", "web/src", "scripts") for p in (ROOT / top).rglob("*")]
    code = [p for p in paths if p.suffix in {"", ".css", ".mjs", ".py", ".ts", ".tsx"}]
    assert [name_of(p) for p in code if p.name.partition(".")[0].lower() in BANNED_NAMES] == []


def test_sql_stays_in_the_store():
    strays = [
        f"{name_of(path)}:{line} {module}"
        for path in sources()
        if not path.is_relative_to(PACKAGE / "store")
        for line, module in imported(tree_of(path))
        if module.partition(".")[0] in SQL_LIBRARIES
    ]
    assert strays == []


def test_the_domain_needs_only_the_standard_library():
    strays = [
        f"{name_of(path)}:{line} {module}"
        for path in (PACKAGE / "domain").rglob("*.py")
        for line, module in imported(tree_of(path))
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not module.startswith("hansard.domain")
    ]
    assert strays == []


def test_our_own_package_is_imported_at_the_top_of_a_file():
    strays = [
        f"{name_of(path)}:{line} {module}"
        for path in sources()
        if not name_of(path).startswith(tuple(LOCAL_IMPORTS))
        for function in functions(tree_of(path))
        for line, module in imported(function)
        if module.partition(".")[0] == "hansard"
    ]
    assert strays == []


def test_every_room_has_a_door_sign_and_no_second_door():
    rooms = [path for path in PACKAGE.glob("*/__init__.py") if path.parent.name != "testing"]
    assert rooms
    for path in rooms:
        sign = ast.get_docstring(tree_of(path))
        assert sign, f"{name_of(path)} says nothing about its room"
        assert sign.count("\n") < MOST_DOOR_SIGN_LINES, f"{name_of(path)} says too much"
        assert len(tree_of(path).body) == 1, f"{name_of(path)} holds more than its docstring"
