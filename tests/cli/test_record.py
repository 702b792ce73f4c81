"""Exports, imports of them, checks, backups and restores against the real server, end to end."""

import gzip
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

KEY = "agent:coder:default:ana:slack:../../etc/hosts:thread:7"
NAME = "session-agent-coder-default-ana-slack-etc-hosts-thread-7.jsonl"


def start(folder: Path) -> "subprocess.Popen[str]":
    """`hansard up` in a process of its own, once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hansard", "up", "--port", "0", "--no-open", "--no-import"],
        env={**os.environ, "HANSARD_DATA_DIR": str(folder), "HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        if "Ctrl-C" in line:
            return process
    raise AssertionError("".join(seen))


def stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a running server."""
    made = tmp_path_factory.mktemp("server")
    process = start(made)
    yield made
    stop(process)


@pytest.fixture
def served(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`run`, against the running server."""
    monkeypatch.setenv("HANSARD_DATA_DIR", str(folder))
    return run


@pytest.fixture
def session(served: Any) -> str:
    """A recorded session with two messages, under a key of its own."""
    served("agent", "create", "--name", "coder", "--model", "large")
    words = ["session", "create", "--agent", "coder", "--recorded", "-o", "json"]
    made: str = served(*words).json["id"]
    events = [{"type": "user.message", "content": "please"}, {"type": "x.done", "at": 1}]
    assert served("session", "send", made, "--events", json.dumps(events)).code == 0
    return made


def gone(served: Any) -> str:
    """A session to delete."""
    words = ["session", "create", "--agent", "coder", "--recorded", "-o", "json"]
    return str(served(*words).json["id"])


def test_an_export_goes_round_through_files(
    served: Any, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """S1-8: download, check offline, import elsewhere without a server, import again."""
    exported = served("session", "export", session, "-o", "one.jsonl")
    assert exported.code == 0 and "one.jsonl" in exported.err
    lines = Path("one.jsonl").read_text().splitlines()
    assert [json.loads(line)["type"] for line in lines] == [
        "hansard.export", "session.created", "user.message", "x.done", "hansard.end"
    ]  # fmt: skip
    checked = served("verify", "one.jsonl", "-o", "json").json
    assert (checked["ok"], checked["sessions"], checked["events"]) == (True, 1, 3)
    assert checked["own_key"] is True
    monkeypatch.setenv("HANSARD_DATA_DIR", str(tmp_path / "other"))
    assert served("verify", "one.jsonl", "-o", "json").json["own_key"] is False
    brought = served("import", "one.jsonl", "-o", "json")
    assert brought.code == 0, brought.err
    (source,) = brought.json["data"]
    assert (source["format"], source["events"], source["sessions"]) == ("hansard", 3, 1)
    assert served("import", "one.jsonl", "-o", "json").json["data"][0]["events"] == 0
    assert served("verify").out.startswith("Holds  1 session, 3 events")
    with closing(sqlite3.connect(tmp_path / "other" / "hansard.db")) as connection:
        assert connection.execute("SELECT id FROM sessions").fetchall() == [(session,)]


def test_an_export_that_gzip_packed_is_verified_and_one_that_was_cut_is_not(
    served: Any, session: str
):
    served("session", "export", session, "-o", "one.jsonl")
    packed = gzip.compress(Path("one.jsonl").read_bytes())
    Path("one.jsonl.gz").write_bytes(packed)
    assert served("verify", "one.jsonl.gz").out.startswith("Holds  1 session, 3 events")
    Path("cut.gz").write_bytes(packed[:-40])
    assert "it is damaged" in served("verify", "cut.gz").err
    Path("noise").write_bytes(bytes(range(128, 256)))
    assert "not an export of Hansard" in served("verify", "noise").err
    brought = served("import", "one.jsonl.gz")
    assert (brought.code, "packed with gzip: gunzip it first" in brought.out) == (1, True)


def test_an_export_replaces_a_file_only_when_told_to(served: Any, session: str):
    Path("kept.jsonl").write_text("mine")
    refused = served("session", "export", session, "-o", "kept.jsonl")
    assert (refused.code, Path("kept.jsonl").read_text()) == (5, "mine")
    assert "--force" in refused.err
    assert served("session", "export", session, "-o", "kept.jsonl", "--force").code == 0
    assert served("verify", "kept.jsonl").code == 0


def test_an_export_onto_standard_output_is_the_file(served: Any, session: str, folder: Path):
    done = subprocess.run(
        [sys.executable, "-m", "hansard", "session", "export", session],
        env={**os.environ, "HANSARD_DATA_DIR": str(folder)},
        capture_output=True,
        check=True,
    )
    Path("out.jsonl").write_bytes(done.stdout)
    assert served("verify", "out.jsonl").code == 0


def test_a_file_is_named_after_the_key_and_never_leaves_the_folder(
    served: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """S1-N15, reliability.md Session keys."""
    served("agent", "create", "--name", "coder", "--model", "large")
    words = ["session", "create", "--agent", "coder", "--recorded", "--key", KEY, "-o", "json"]
    made = served(*words).json["id"]
    monkeypatch.setattr("hansard.cli.terminal.Screen.is_terminal", True)
    assert served("session", "export", KEY).code == 0
    assert Path(NAME).is_file()
    again = served("session", "export", made)
    assert again.code == 5 and "exists" in again.err
    assert [p.name for p in tmp_path.iterdir() if "jsonl" in p.name] == [NAME]


def test_many_sessions_go_into_one_file(served: Any, session: str):
    """S1-16."""
    words = ["session", "create", "--agent", "coder", "--recorded", "-o", "json"]
    other = served(*words).json["id"]
    assert served("session", "export", session, other, "-o", "many.jsonl").code == 0
    assert served("verify", "many.jsonl", "-o", "json").json["sessions"] == 2
    chosen = json.dumps({"kind": ["chat"], "include_archived": True})
    assert served("session", "export", "--filter", chosen, "-o", "all.jsonl").code == 0
    assert served("verify", "all.jsonl", "-o", "json").json["sessions"] >= 2
    assert served("session", "export", "sesn_" + "0" * 32, "-o", "none.jsonl").code == 3
    assert served("session", "export", "-o", "none.jsonl").code == 2
    assert not Path("none.jsonl").exists()


@pytest.mark.parametrize(("form", "first"), [("markdown", "# "), ("html", "<!doctype html>")])
def test_a_transcript_to_be_read_is_a_file_too(
    served: Any, session: str, form: str, first: str, monkeypatch: pytest.MonkeyPatch
):
    """S1-21: for one session and for several; its name says what it is."""
    done = served("session", "export", session, "--format", form, "-o", "one")
    assert done.code == 0 and "hansard verify" not in done.err
    assert Path("one").read_text().startswith(first) and "please" in Path("one").read_text()
    words = ["session", "create", "--agent", "coder", "--recorded", "-o", "json"]
    other = served(*words).json["id"]
    assert served("session", "export", session, other, "--format", form, "-o", "two").code == 0
    assert other in Path("two").read_text()
    monkeypatch.setattr("hansard.cli.terminal.Screen.is_terminal", True)
    assert served("session", "export", session, "--format", form).code == 0
    ending = {"markdown": ".md", "html": ".html"}[form]
    assert len(list(Path().glob(f"session-*{ending}"))) == 1
    assert served("session", "export", session, "--format", "pdf", "-o", "no").code == 2
    assert not Path("no").exists()


def test_a_changed_export_is_told_with_its_session_and_seq_and_not_imported(
    served: Any, session: str
):
    """P22: exit code 1."""
    served("session", "export", session, "-o", "bad.jsonl")
    path = Path("bad.jsonl")
    path.write_bytes(path.read_bytes().replace(b"please", b"plaese"))
    told = served("verify", "bad.jsonl")
    assert told.code == 1
    assert f"session {session}, seq 2: the content is not what was recorded" in told.out
    refused = served("import", "bad.jsonl")
    assert refused.code == 1 and "damaged" in refused.out
    assert served("verify", "no-such-file.jsonl").code == 2


def test_an_export_with_another_history_is_a_conflict(
    served: Any, session: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """architecture.md Export: a 409 at the door, exit code 5."""
    more = ["session", "send", session, "--events"]
    served("session", "export", session, "-o", "one.jsonl")
    monkeypatch.setenv("HANSARD_DATA_DIR", str(tmp_path / "other"))
    assert served("import", "one.jsonl").code == 0
    process = start(tmp_path / "other")
    try:
        assert served(*more, json.dumps({"type": "x.said", "where": "there"})).code == 0
        assert served("session", "export", session, "-o", "theirs.jsonl").code == 0
    finally:
        stop(process)
    monkeypatch.setenv("HANSARD_DATA_DIR", str(folder))
    assert served(*more, json.dumps({"type": "x.said", "where": "here"})).code == 0
    refused = served("import", "theirs.jsonl")
    assert refused.code == 5 and "another history" in refused.err


def test_the_key_that_signed_can_be_asked_for(served: Any, session: str):
    served("session", "export", session, "-o", "one.jsonl")
    key = served("session", "verify", session, "-o", "json").json["public_key"]
    assert served("verify", "one.jsonl", "--key", key).code == 0
    other = served("verify", "one.jsonl", "--key", "ed25519:" + "0" * 64)
    assert other.code == 1 and "another installation signed it" in other.out
    assert "not of ed25519:0000" in other.out and "under another key" in other.err
    assert served("verify", "--key", key).code == 2


def test_the_running_database_is_checked_by_its_server(served: Any, session: str):
    found = served("verify", "-o", "json").json
    assert found["ok"] and found["sessions"] >= 1 and found["events_per_second"] > 0
    assert served("session", "delete", gone(served), "--yes").code == 0
    after = served("verify", "-o", "json").json
    assert (after["sessions"], after["deleted"]) == (found["sessions"] + 1, found["deleted"] + 1)
    told = f"{found['sessions'] - found['deleted']} session"
    assert re.search(rf"Holds  {told}s? and {after['deleted']} deleted, ", served("verify").out)
    assert served("session", "verify", session).out.startswith("Holds  3 events")
    report = served("db", "report", "--full", "-o", "json").json
    assert report["ok"] and report["full"] and report["sessions_checked"] == after["sessions"]
    assert report["deleted_checked"] == after["deleted"]


def test_a_backup_is_written_beside_the_server_and_restored_without_it(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """P21, from the command line: the server owns the file, so it writes the backup."""
    monkeypatch.setenv("HANSARD_DATA_DIR", str(tmp_path / "live"))
    process = start(tmp_path / "live")
    try:
        run("agent", "create", "--name", "coder", "--model", "large")
        words = ["session", "create", "--agent", "coder", "--recorded", "-o", "json"]
        kept = run(*words).json["id"]
        made = run("db", "backup", "kept.db", "-o", "json")
        assert made.code == 0, made.err
        assert made.json["path"] == str(tmp_path / "kept.db")
        assert run("db", "backup", "kept.db").code == 5, "nothing is overwritten"
        lost = run(*words).json["id"]
        refused = run("db", "restore", "kept.db")
        assert refused.code == 5 and "stop it first" in refused.err
        assert run("db", "rebuild").code == 5
        assert "kept.db" in run("doctor").out
    finally:
        stop(process)
    assert run("verify", "kept.db", "-o", "json").json["ok"]
    done = run("db", "restore", "kept.db", "-o", "json")
    assert done.code == 0, done.err
    assert Path(done.json["set_aside"]).is_file()
    process = start(tmp_path / "live")
    try:
        assert run("session", "get", kept).code == 0
        assert run("session", "get", lost).code == 3
    finally:
        stop(process)
    assert (tmp_path / "live" / "export_key").stat().st_mode & 0o777 == 0o600


def test_a_rebuild_says_what_it_put_right(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HANSARD_DATA_DIR", str(tmp_path / "live"))
    process = start(tmp_path / "live")
    try:
        run("agent", "create", "--name", "coder", "--model", "large")
        made = run("session", "create", "--agent", "coder", "--recorded", "-o", "json").json["id"]
        call = json.dumps({"type": "agent.tool_use", "name": "bash", "input": {}})
        run("session", "send", made, "--events", call)
    finally:
        stop(process)
    with closing(sqlite3.connect(tmp_path / "live" / "hansard.db")) as connection:
        connection.execute("DELETE FROM ledger")
        (body,) = connection.execute("SELECT body FROM sessions").fetchone()
        wrong = json.dumps({**json.loads(body), "tool_call_count": 9}).encode()
        connection.execute("UPDATE sessions SET body = ?", (wrong,))
        connection.commit()
    told = run("doctor", "--full")
    assert told.code == 1 and "repair with db rebuild" in told.out
    looked = run("db", "rebuild", "--dry-run", "-o", "json").json
    done = run("db", "rebuild", "-o", "json").json
    for answer in (looked, done):
        assert answer["rows_that_differed"] == answer["ledgers_that_differed"] == [made]
    again = run("db", "rebuild", "-o", "json").json
    assert again["rows_that_differed"] == again["ledgers_that_differed"] == []
    assert run("doctor", "--full").code == 0
