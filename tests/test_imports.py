"""The import contracts of pyproject.toml: kept by our code, and able to bite.

Each contract is broken on purpose in a small copy of the package's shape. The lawful copy is the
control: it holds the same modules and the imports that the contracts allow.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAWFUL = {
    "__init__": "",
    "__main__": "from hansard.cli import main",
    "app": "from hansard.runtime import turn\nfrom hansard.store import open",
    "api": "",
    "api.sse": "from hansard.journal import tail",
    "cli": "",
    "cli.main": "def up():\n    from hansard import app",
    "config": "",
    "control": "",
    "control.messages": "from hansard.journal import append",
    "domain": "",
    "domain.state": "import dataclasses",
    "engines": "",
    "engines.base": "",
    "engines.guide": "from hansard.engines import base",
    "engines.scripted": "from hansard.engines import base",
    "ingest": "",
    "ingest.formats": "",
    "ingest.formats.claude_code": "from hansard.domain import state",
    "ingest.formats.codex": "",
    "journal": "",
    "journal.append": "from hansard.store import event_log",
    "journal.tail": "",
    "lens": "",
    "lens.facets": "",
    "lens.rows": "from hansard.lens import facets",
    "runtime": "",
    "runtime.turn": "from hansard.engines import base\nfrom hansard.runtime import context",
    "runtime.context": "",
    "store": "",
    "store.event_log": "",
    "store.open": "from hansard.store import event_log, postgres, sqlite",
    "store.postgres": "",
    "store.sqlite": "",
    "testing": "from hansard.runtime import turn",
    "triggers": "",
    "triggers.kinds": "",
    "triggers.kinds.slack": "from hansard.control import messages",
    "triggers.kinds.webhook": "",
}

# contract, module, what it gains, what the report must say
VIOLATIONS = [
    ("1", "runtime.context", "from hansard.control import messages", "hansard.control.messages"),
    ("1", "lens.facets", "from hansard.ingest import formats", "hansard.ingest.formats"),
    ("1", "store.sqlite", "def f():\n    from hansard.journal import tail", "hansard.journal.tail"),
    ("1", "engines.guide", "from hansard import config", "hansard.config"),
    ("1", "toolbox", "", "- hansard.toolbox"),
    ("2", "lens.facets", "from hansard.lens import rows", "in hansard.lens"),
    ("2", "runtime.context", "from hansard.runtime import turn", "in hansard.runtime"),
    ("3", "lens.rows", "from hansard.store import event_log", "hansard.store.event_log"),
    ("3", "store.sqlite", "from hansard.store import event_log", "hansard.store.event_log"),
    ("4", "api.sse", "from hansard.store import sqlite", "hansard.store.sqlite"),
    ("4", "journal.tail", "from hansard.store import postgres", "hansard.store.postgres"),
    ("5", "domain.state", "import time", "hansard.domain.state -> time"),
    ("5", "domain.state", "from os import path", "hansard.domain.state -> os"),
    ("6", "ingest.formats.codex", "from hansard.ingest.formats import claude_code", "claude_code"),
    ("6", "engines.guide", "from hansard.engines import scripted", "hansard.engines.scripted"),
    ("6", "triggers.kinds.slack", "from hansard.triggers.kinds import webhook", "kinds.webhook"),
    ("7", "api.sse", "from hansard.runtime import turn", "hansard.runtime.turn"),
    ("7", "triggers.kinds.slack", "from hansard import runtime", "hansard.runtime"),
]


def lint(source: Path) -> str:
    """What lint-imports reports, under our contracts, on the package `hansard` in `source`."""
    linter, config = Path(sys.executable).with_name("lint-imports"), ROOT / "pyproject.toml"
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache", "--config", config],
        cwd=source,
        env={**os.environ, "COLUMNS": "400", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    report = done.stdout + done.stderr
    assert (done.returncode == 0) == ("Contracts: 7 kept, 0 broken." in report), report
    return report


def build(source: Path, modules: dict[str, str]) -> Path:
    """Write `modules` (dotted name below hansard -> text) as a package into `source`."""
    packages = {name.rpartition(".")[0] for name in modules}
    for name, text in modules.items():
        path = source.joinpath("hansard", *name.split("."))
        file = path / "__init__.py" if name in packages else path.with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return source


def test_our_code_keeps_every_contract():
    assert "7 kept, 0 broken" in lint(ROOT / "src")


def test_the_lawful_copy_keeps_every_contract(tmp_path: Path):
    assert "7 kept, 0 broken" in lint(build(tmp_path, LAWFUL))


def test_contracts_hold_before_their_modules_exist(tmp_path: Path):
    assert "7 kept, 0 broken" in lint(build(tmp_path, {"__init__": "", "domain": ""}))


@pytest.mark.parametrize(("contract", "module", "text", "named"), VIOLATIONS)
def test_a_violation_is_reported(tmp_path: Path, contract: str, module: str, text: str, named: str):
    modules = {**LAWFUL, module: f"{LAWFUL.get(module, '')}\n{text}\n"}
    report = lint(build(tmp_path, modules))
    assert re.search(rf"^{contract} .* BROKEN\b", report, re.MULTILINE), report
    assert named in report.partition("Broken contracts")[2]


def test_every_contract_says_where_the_code_belongs():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = config["tool"]["importlinter"]["contracts"]
    assert [contract["name"][0] for contract in contracts] == list("1234567")
    assert all(contract["broken_contract_guidance"] for contract in contracts)
    assert {contract for contract, *_ in VIOLATIONS} == set("1234567")
