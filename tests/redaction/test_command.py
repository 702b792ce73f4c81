"""`hansard redact`, against a real server."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hansard import app
from hansard.app import House
from hansard.cli.main import main
from hansard.config import Settings

ADMIN = "an-admin-secret-that-only-tests-know"
PAT = "ghp" + "_" + "q7W9eR2tY5u8Io0pLk3jHg6fDs1aZx4cVb5n"
Run = Callable[..., tuple[str, str]]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    given = Settings(data_dir=tmp_path / "data", admin_token=ADMIN, user_name="Ana")
    opened = app.open_house(given)
    yield opened
    opened.close()


@pytest.fixture
def run(
    house: House,
    serve: Callable[[House], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    monkeypatch.setenv("HANSARD_URL", serve(house))
    monkeypatch.setenv("HANSARD_API_KEY", ADMIN)

    def start(*words: str) -> tuple[str, str]:
        capsys.readouterr()
        with suppress(SystemExit):
            main(list(words))
        printed = capsys.readouterr()
        return printed.out, printed.err

    return start


def test_a_file_is_shown_as_it_would_be_kept(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(f"first\nuse {PAT}\nlast\n")
    out, err = run("redact", "test", str(path))
    lines = out.splitlines()
    assert (lines[0], lines[2]) == ("first", "last")
    assert lines[1].startswith("use [secret:github-pat#")
    assert "Taken out: github-pat 1." in err


def test_standard_input_and_json_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(f"use {PAT} and {ADMIN}".encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    out, _ = run("redact", "test", "-", "-o", "json")
    found = json.loads(out)
    assert sorted(r["rule"] for r in found["redactions"]) == ["github-pat", "known"]
    assert PAT not in out
    assert ADMIN not in out


def test_a_file_larger_than_a_request_is_sent_in_pieces(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    line = "nothing to see here, move along\n"
    path.write_text(line * 40_000 + f"use {PAT}\n" + line * 10)
    out, err = run("redact", "test", str(path))
    assert out.count("\n") == 40_011
    assert PAT not in out
    assert "github-pat 1" in err


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    assert "no.txt: No such file" in run("redact", "test", str(tmp_path / "no.txt"))[1]


def test_rules_are_listed_added_and_switched(run: Run) -> None:
    rule = json.dumps({"id": "acme-key", "regex": "acme-[0-9a-z]{16}", "description": "Acme"})
    run("redact", "create", "--rule", rule)
    run("redact", "update", "github-pat", "--no-enabled")
    out, _ = run("redact", "rules", "-o", "json")
    rules = {one["id"]: one for one in json.loads(out)["data"]}
    assert (rules["acme-key"]["source"], rules["acme-key"]["enabled"]) == ("workspace", True)
    assert not rules["github-pat"]["enabled"]
    assert "acme-key" in run("redact", "rules")[0]
    run("redact", "delete", "acme-key")
    assert "acme-key" not in run("redact", "rules")[0]


def test_a_bad_rule_is_refused_with_its_reason(run: Run) -> None:
    _, err = run("redact", "create", "--rule", '{"id": "acme-key", "regex": "("}')
    assert "rule acme-key: regex: RE2 does not take" in err
