"""The benchmarks run and give every figure; how good the figures are is no test's business."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
FILTERS = (
    "agent", "attention", "channel", "connectors", "kind", "mode", "origin", "owner", "state",
    "tone",
)  # fmt: skip
COUNTS = ("tabs", "all", "agent", "pair", "attention", "connector")
COLUMNS = (
    "title", "agent", "messages", "tokens_in", "tokens_out", "cache_read", "tool_calls", "cost",
    "turns", "errors", "duration", "only.agent", "only.kind", "only.pair", "only.connector",
    "only.edits", "only.approval", "only.cheap", "only.dear", "only.dear.kind",
)  # fmt: skip
SHARES = ("p50", "p95")
FIGURES = {
    "append": {
        *(f"append.{shape}" for shape in ("one", "eight", "batch", "errors")),
        *(f"append.{shape}.thread" for shape in ("one", "eight", "batch", "many")),
        *(f"append.{shape}.{share}" for shape in ("one", "eight") for share in ("p50", "p99")),
    },
    "http": {"http.append", "http.append.p50", "http.append.p99"},
    "list": {
        "list.growth",
        "list.http.rate",
        "list.http.rate.bytes",
        *(f"list.{place}.{share}" for place in ("small", "large", "http") for share in SHARES),
        *(f"list.{name}" for name in FILTERS),
        *(
            f"list.{who}.{name}"
            for who in ("agent", "owner")
            for name in ("kind", "mode", "channel", "state", "origin")
        ),
        "list.agent.owner",
        *(f"facets.{name}" for name in COUNTS),
        *(f"columns.{name}" for name in COLUMNS),
    },
    "search": {
        "search.http.small",
        "search.http.large",
        "search.growth",
        "search.http.growth",
        *(f"search.{name}" for name in ("rare", "two", "common", "phrase", "typing")),
        *(f"search.append.{shape}" for shape in ("one", "eight", "batch")),
    },
    "long": {"long.newest", "long.event", "long.export", "long.export.memory"},
    "disk": {"disk.log", "disk.all", "disk.short"},
    "tail": {
        *(
            f"tail.{followers}.{share}.{side}"
            for followers in (1, 3)
            for share in SHARES
            for side in ("durable", "plain")
        ),
        "tail.growth.ours",
        "tail.growth.durable",
    },
    "redaction": {f"redaction.{name}" for name in ("rate", "events", "event", "pack")},
    "import": {"import.rate", "import.events", "import.memory"},
    "start": {f"start.{name}" for name in ("first", "empty", "imported", "many", "help")},
    "memory": {"memory.empty", "memory.imported"},
    "postgres": {
        *(f"postgres.{shape}" for shape in ("one", "eight", "batch", "many")),
        "postgres.workspace",
        "postgres.spaces",
    },
    "web": {
        "web.pixel",
        *(f"web.{page}.{name}" for page in ("list", "session") for name in ("paint", "ready")),
        "web.list.dropped",
        *(f"web.session.{name}" for name in ("nodes", "heap", "longest", "strayed", "moved")),
    },
}
ALONE = {
    *("append.errors", "import.events", "long.export.memory", "postgres.workspace"),
    *FIGURES["web"],
}
"""Figures without a raw limit next to them."""


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.run", "--tiny", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )


def figures(file: Path, done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    assert done.returncode in (0, 1), done.stderr
    return {figure["id"]: figure for figure in json.loads(file.read_bytes())["figures"]}


@pytest.mark.parametrize("name", sorted(FIGURES.keys() - {"append", "postgres"}))
def test_a_benchmark_gives_every_figure(name: str, tmp_path: Path):
    if name == "web" and not (shutil.which("chromium") or shutil.which("chromium-browser")):
        pytest.skip("needs Chromium: install the package chromium")
    done = run("--only", name, "--json", str(tmp_path / "out.json"))
    complete(figures(tmp_path / "out.json", done), FIGURES[name])


def test_the_benchmark_of_postgresql_gives_every_figure(tmp_path: Path, postgres_server: str):
    done = run(
        "--only", "postgres", "--json", str(tmp_path / "out.json"),
        HANSARD_TEST_POSTGRES_URL=postgres_server,
    )  # fmt: skip
    complete(figures(tmp_path / "out.json", done), FIGURES["postgres"])


def test_the_figures_go_between_the_marks_of_the_page_and_the_rest_stays(tmp_path: Path):
    page = tmp_path / "benchmarks.md"
    page.write_text(PAGE.read_text())
    done = run("--only", "append", "--json", str(tmp_path / "out.json"), "--out", str(page))
    found = figures(tmp_path / "out.json", done)
    complete(found, FIGURES["append"])
    assert found["append.errors"]["value"] == 0
    before, after = (around(path.read_text()) for path in (PAGE, page))
    assert before == after
    for figure in found.values():
        assert f"| {figure['what']} |" in page.read_text()


def test_a_benchmark_that_is_not_there_is_refused():
    done = run("--only", "append,lists")
    assert done.returncode == 2
    assert "some of append, http, list" in done.stderr


def complete(found: dict[str, dict[str, Any]], wanted: set[str]) -> None:
    assert set(found) == wanted
    for name, figure in found.items():
        assert len(figure["values"]) == 1, "one round"
        assert figure["value"] >= 0 if name in ALONE else figure["value"] > 0, name
        assert (figure["ratio"] is None) == (name in ALONE), name


def around(text: str) -> tuple[str, str]:
    """What stands before and behind the figures."""
    head, mark, rest = text.partition("<!-- figures:")
    assert mark
    return head, rest.partition("<!-- end of figures -->")[2]
