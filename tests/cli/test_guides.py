"""The guides are typed into a shell line by line, against a real server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = [DOCS / "quickstart.md", *sorted((DOCS / "guide").glob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    """The code of one language in a page, in its order."""
    text = (DOCS / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def typed(served: Any, url: str, tmp_path: Path) -> Any:
    """Runs lines in a checkout whose `.venv` has our command, as the guides say it is."""
    folder = tmp_path / "checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name, words in (("hansard", "-m hansard"), ("python", "")):
        script = folder / ".venv" / "bin" / name
        script.write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
        script.chmod(0o755)

    def run(program: str, lines: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        words = ["bash", "-euo", "pipefail"] if program == "bash" else [sys.executable]
        return subprocess.run(
            [*words, "-c", lines],
            cwd=folder,
            env={**os.environ, "HANSARD_URL": url, **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide uses curl")
def test_the_guide_to_recording_runs_from_top_to_bottom(typed: Any, served: Any) -> None:
    first, follow = blocks("guide/record.md", "sh")
    assert "curl -N" in follow
    done = typed("bash", first)
    assert done.returncode == 0, done.stderr
    for text in ("Nightly triage", "Sort the new issues", "2 open issues", "labelled"):
        assert text in done.stdout
    row = next(
        row
        for row in served("session", "list", "--include-archived", "-o", "json").json["data"]
        if row["title"] == "Nightly triage"
    )
    assert (row["state"], row["tool_call_count"], row["recorded"]) == ("completed", 1, True)
    assert row["cost_micros"] > 0


def test_the_stock_client_records_as_the_guide_says(typed: Any, served: Any) -> None:
    key = served("key", "create", "--name", "recorder", "--scope", "write").out.strip()
    [lines] = blocks("guide/record.md", "python")
    done = typed("python", lines, KEY=key)
    assert (done.returncode, done.stdout) == (0, "session.updated\nuser.message\n"), done.stderr
    archived = served("session", "list", "--archived", "-o", "json").json["data"]
    assert [row["recorded"] for row in archived if row["title"] == "Nightly triage"] == [True]


def test_the_recorder_of_the_quickstart_is_five_lines_and_records(typed: Any, served: Any) -> None:
    [lines] = blocks("quickstart.md", "python")
    assert len([line for line in lines.splitlines() if line and "import" not in line]) == 5
    path, run = blocks("quickstart.md", "sh")[-2:]
    prepared = f"cat > recorder.py <<'END'\n{lines}END\n" + path.splitlines()[0] + "\n" + run
    agents: list[int] = []
    for _ in range(2):
        done = typed("bash", prepared)
        assert done.returncode == 0, done.stderr
        agents.append(len(served("agent", "list", "-o", "json").json["data"]))
    assert agents[0] == agents[1], "a second run defines no second agent"
    rows = served("session", "list", "--agent", "triage", "-o", "json").json["data"]
    assert "Sort the new issues" in [row["title"] for row in rows]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_says_how_to_find_the_command_before_it_uses_it(guide: Path) -> None:
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", guide.read_text(), re.DOTALL))
    bare = re.search(r"^(?!#).*(?<![/\w])hansard ", shell, re.MULTILINE)
    if bare:
        assert 'export PATH="$PWD/.venv/bin:$PATH"' in shell[: bare.start()]
