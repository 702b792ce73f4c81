"""The commands against the real server, end to end."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hansard.ingest import demo, discover

FORMATS = Path(__file__).parent.parent / "fixtures" / "formats"
CODEX = FORMATS / "codex"


@pytest.fixture
def session(served: Any) -> str:
    """A recorded session with two messages."""
    served("agent", "create", "--name", "coder", "--model", "large")
    words = ["session", "create", "--agent", "coder", "--recorded", "--title", "Fix \x1b[1mit"]
    made: str = served(*words, "-o", "json").json["id"]
    events = [
        {"type": kind, "content": [{"type": "text", "text": text}]}
        for kind, text in (("user.message", "please"), ("agent.message", "done \x9b31m\u202e"))
    ]
    assert served("session", "send", made, "--events", json.dumps(events)).code == 0
    return made


def test_the_caller_of_this_machine_is_its_admin(served: Any):
    """Decision 12."""
    assert served("whoami", "-o", "json").json["scope"] == "admin"


def test_a_key_works_until_it_is_revoked(served: Any, monkeypatch: pytest.MonkeyPatch):
    made = served("key", "create", "--name", "ci", "--scope", "read")
    monkeypatch.setenv("HANSARD_API_KEY", made.out.strip())
    assert served("whoami", "-o", "json").json["scope"] == "read"
    assert served("key", "list").code == 4
    monkeypatch.delenv("HANSARD_API_KEY")
    listed = served("key", "list")
    assert re.search(r"^ci +read +hansard_sk_\S+…", listed.out, re.MULTILINE)
    key = next(k for k in served("key", "list", "-o", "json").json["data"] if not k["revoked_at"])
    assert served("key", "revoke", key["id"]).code == 0
    assert served("key", "revoke", key["id"]).code == 0
    monkeypatch.setenv("HANSARD_API_KEY", made.out.strip())
    refused = served("whoami")
    assert refused.code == 4
    assert re.search(r"\(req_\w+\)", refused.err)


def test_a_login_link_names_this_server(served: Any, folder: Path):
    url = json.loads((folder / "server.json").read_text())["url"]
    assert re.match(rf"{url}/login#\S*hansard_link_\S+\n\Z", served("login").out)


def test_a_session_is_listed_shown_and_found_by_every_name(served: Any, session: str):
    rows = served("session", "list", "-o", "json").json["data"]
    key = next(row["key"] for row in rows if row["id"] == session)
    assert "Fix it" in served("session", "list").out
    for name in (session, key, session[:-4]):
        shown = served("session", "show", name)
        assert shown.code == 0
        assert "  please" in shown.out
        assert "  done <U+202E>" in shown.out
    assert "\x1b" not in shown.out
    events = served("session", "show", session, "-o", "jsonl").lines
    assert [json.loads(line)["type"] for line in events] == [
        event["type"] for event in served("session", "show", session, "-o", "json").json["data"]
    ]
    assert len(events) >= 2
    assert served("session", "get", session, "-o", "json").json["id"] == session
    assert served("session", "resolve", key, "-o", "json").json["id"] == session
    for named in (["--agent", "coder"], ["--agent-id", "coder"]):
        rows = served("session", "list", *named, "--since", "2h", "-o", "json").json["data"]
        assert session in [row["id"] for row in rows]
    assert served("session", "list", "--agent", "no/body").code == 3


def test_a_session_is_renamed_tagged_archived_and_deleted(served: Any, session: str):
    assert "New name" in served("session", "rename", session, "New name").out
    served("session", "tag", session, "+a", "b", "-old")
    assert served("session", "get", session, "-o", "json").json["tags"] == ["a", "b"]
    assert "Archived" in served("session", "archive", session).out
    again = served("session", "archive", session)
    assert (again.code, again.err) == (0, "It is archived already.\n")
    assert served("session", "send", session, "-m", "x").code == 5
    assert "Archived" not in served("session", "unarchive", session).out
    assert served("session", "unarchive", session).code == 0
    assert served("session", "delete", session).code == 2
    assert served("session", "delete", session, "--yes").code == 0
    assert served("session", "show", session).code == 3


def test_a_tail_follows_until_the_session_is_deleted(served: Any, session: str, folder: Path):
    words = ["session", "tail", session, "--after", "0", "--include", "hansard", "-o", "jsonl"]
    with subprocess.Popen(
        [sys.executable, "-m", "hansard", *words],
        env={**os.environ, "HANSARD_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    ) as tail:
        assert tail.stdout
        assert json.loads(tail.stdout.readline())["seq"] == 1
        served("session", "send", session, "-m", "one more")
        served("session", "delete", session, "--yes")
        seen = [json.loads(line) for line in tail.stdout]
    assert tail.returncode == 0
    assert [event["seq"] for event in seen] == list(range(2, len(seen) + 2))
    assert seen[-1]["type"] == "session.deleted"


def test_a_tail_goes_on_when_the_server_was_restarted(run: Any, server: Any, tmp_path: Path):
    folder = tmp_path / "data"
    process = server.start(folder)
    try:
        run("agent", "create", "--name", "coder")
        words = ["session", "create", "--agent", "coder", "--recorded", "-o", "json"]
        session = run(*words).json["id"]
        words = ["session", "tail", session, "--after", "0", "--include", "hansard", "-o", "jsonl"]
        with subprocess.Popen(
            [sys.executable, "-m", "hansard", *words], stdout=subprocess.PIPE, text=True
        ) as tail:
            assert tail.stdout
            assert json.loads(tail.stdout.readline())["seq"] == 1
            server.stop(process)
            process = server.start(folder)
            run("session", "send", session, "-m", "after the restart")
            seen = [json.loads(tail.stdout.readline())]
            run("session", "delete", session, "--yes")
            seen += [json.loads(line) for line in tail.stdout]
    finally:
        server.stop(process)
    assert tail.returncode == 0
    assert [event["seq"] for event in seen] == list(range(2, len(seen) + 2))
    assert "after the restart" in json.dumps(seen[0])


def test_an_import_goes_through_the_server_and_says_what_it_skipped(
    served: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "logs").mkdir()
    for source in sorted(CODEX.glob("*/*.jsonl"))[:2]:
        (tmp_path / "logs" / source.name).write_bytes(source.read_bytes())
    broken = next((tmp_path / "logs").iterdir())
    broken.write_bytes(broken.read_bytes() + b"{broken\n")
    monkeypatch.chdir(tmp_path)
    done = served("import", "logs", "--format", "codex")
    assert (done.code, done.err) == (0, "")
    assert re.search(r"^done +Codex +2/2 +\d+ +\d+ +1 ", done.out, re.MULTILINE)
    assert re.search(r"^Skipped 1: .+, as in .*jsonl", done.out, re.MULTILINE)
    again = served("import", "logs", "--format", "codex", "-o", "json").json["data"]
    assert [(source["events"], source["records_skipped"]) for source in again] == [(0, 1)]
    assert str(tmp_path / "logs") in served("import-status").out
    row = served("session", "list", "--origin", "import", "-o", "json").json["data"][0]
    raw = served("session", "show", row["id"], "--include", "raw").out
    assert '    {"timestamp":' in raw
    assert served("session", "list", "--origin", "import", "-o", "json").json["data"]


def test_an_import_of_nothing_is_a_usage_error(served: Any):
    assert served("import", "/no/such/folder").code == 2
    assert served("import", "/tmp", "--format", "nosuch").code == 2


def test_a_file_that_no_format_knows_is_a_failure(run: Any, tmp_path: Path):
    unknown = tmp_path / "notes.json"
    unknown.write_text('{"a": 1}')
    done = run("import", str(unknown))
    assert done.code == 1
    assert f"no session that Hansard knows is in {unknown}" in done.err


def test_what_an_import_passed_over_is_counted_apart_and_told_again(run: Any, tmp_path: Path):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "empty.jsonl").touch()
    for number in range(3):
        (logs / f"{number}.jsonl").write_text('{"a": 1}\n')
    quiet = logs / f"{'1' * 8}-2222-3333-4444-{'5' * 12}.jsonl"
    quiet.write_text('{"type":"summary","summary":"x","leafUuid":"1"}\n')
    for _ in range(2):
        done = run("import", str(logs))
        assert done.code == 0
        assert re.search(r"^done +logs +1/1 +0 +0 +0 ", done.out, re.MULTILINE)
        assert "Passed over 3 files: no format knows it, as in " in done.out
        assert "Passed over 1 file: an empty file" in done.out
        assert "Passed over 1 file: no session in it" in done.out
        assert "Skipped" not in done.out


def test_rules_come_from_a_file_in_the_format_of_the_setting(served: Any, tmp_path: Path):
    rule = "[[rules]]\nid = \"{}\"\nregex = '{}'\n"
    file = tmp_path / "rules.toml"
    file.write_text(rule.format("one", "one-[a-z]{9}") + rule.format("two", "two-[a-z]{9}"))
    assert served("redact", "create", str(file)).code == 0
    (tmp_path / "text").write_text("one-abcdefghi two-abcdefghi three-abcdefghi")
    shown = served("redact", "test", str(tmp_path / "text"))
    assert re.fullmatch(r"\[secret:one#.{4}\] \[secret:two#.{4}\] three-abcdefghi\n", shown.out)
    file.write_text(rule.format("three", "three-[a-z]{9}"))
    assert served("redact", "create", "--rule", f"@{file}").code == 0
    file.write_text(rule.format("four", "four-[a-z]{9}") + rule.format("five", "("))
    refused = served("redact", "create", str(file))
    assert (refused.code, "rule five" in refused.err) == (2, True)
    file.write_text(rule.format("six", "six-[a-z]{9}") + "[allowlist]\nstopwords = ['x']\n")
    refused = served("redact", "create", str(file))
    assert (refused.code, "the setting redaction_rules" in refused.err) == (2, True)
    kept = {found["id"] for found in served("redact", "rules", "-o", "json").json["data"]}
    assert kept >= {"one", "two", "three"} and not kept & {"four", "five", "six"}


def test_what_was_reset_or_erased_is_said_to_be(served: Any, session: str):
    plain = served("session", "show", session)
    assert "--segments all" not in plain.err
    assert served("session", "reset", session, "--erase", "--yes").code == 0
    assert "--segments all shows what is before it" in served("session", "show", session).err
    whole = served("session", "show", session, "--segments", "all")
    assert "user.message: erased" in whole.out
    assert "--segments" not in whole.err
    assert "erased" in served("session", "history", session, "--segments", "all").out


def test_a_key_that_would_be_over_is_not_made(served: Any):
    words = ["key", "create", "--name", "late", "--scope", "read", "--expires-at"]
    refused = served(*words, "2020-01-01T00:00:00Z")
    assert (refused.code, "over already" in refused.err) == (2, True)


def test_a_filter_that_nobody_knows_is_told_those_there_are(served: Any):
    refused = served("bulk", "start", "archive", "--filter", '{"agent": "x"}')
    assert (refused.code, "agent_id, channel, kind" in refused.err) == (2, True)
    refused = served("bulk", "start", "tag", "sesn_" + "0" * 32)
    assert (refused.code, "tag needs tags" in refused.err) == (2, True)


def test_a_start_on_an_empty_home_names_every_agent_it_looked_for(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-m", "hansard", "up", "--port", "0", "--no-open"],
        env={**os.environ, "HANSARD_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        said = next(line for line in process.stdout if "looked for" in line)
        process.send_signal(signal.SIGTERM)
    for form in discover.all_formats().values():
        assert form.title in said


def test_an_import_works_without_a_server(run: Any, tmp_path: Path):
    source = next(CODEX.glob("*/*.jsonl"))
    done = run("import", str(source.parent), "--format", "codex", "-o", "json")
    assert done.code == 0
    assert done.json["data"][0]["sessions"] >= 1
    again = run("import", str(source.parent), "--format", "codex", "-o", "json")
    assert again.json["data"][0]["events"] == 0
    assert run("import", "/no/such/folder").code == 2
    assert run("db", "check").out.startswith("No damage found")


def test_an_import_that_watches_without_a_server_follows_until_it_is_interrupted(
    run: Any, tmp_path: Path
):
    lines = next((CODEX / "old_rollout").glob("*.jsonl")).read_bytes().splitlines(keepends=True)
    log = tmp_path / "logs" / next((CODEX / "old_rollout").glob("*.jsonl")).name
    log.parent.mkdir()
    log.write_bytes(b"".join(lines[:10]))
    words = ["import", "logs", "--format", "codex", "--watch", "-o", "jsonl"]
    with subprocess.Popen(
        [sys.executable, "-m", "hansard", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["state"] == "watching"
        with log.open("ab") as file:
            file.write(b"".join(lines[10:]))
        assert "1 of 1 files" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
    assert process.returncode == 130
    assert run("db", "check").code == 0


def test_an_import_without_a_server_finds_the_default_folders(run: Any):
    assert "no session folders were found" in run("import").out


def test_a_second_server_on_the_same_folder_is_refused(served: Any):
    refused = served("up", "--port", "0", "--no-open", "--no-import")
    assert refused.code == 5
    assert "hansard login --open" in refused.err


def test_a_port_that_is_taken_is_said_before_anything_is_made(run: Any, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("up", "--port", str(port), "--no-open")
    assert refused.code == 5
    assert f"port {port} on 127.0.0.1 is taken: choose another with --port" in refused.err
    assert not (tmp_path / "data").exists()
    refused = run("up", "--host", "192.0.2.1", "--no-open")
    assert refused.code == 2
    assert "cannot answer on 192.0.2.1:4777" in refused.err
    assert not (tmp_path / "data").exists()


def test_the_port_of_our_own_server_leads_to_it(served: Any, url: str):
    refused = served("up", "--port", url.rpartition(":")[2], "--no-open")
    assert refused.code == 5
    assert f"Hansard runs already, at {url}" in refused.err


def test_the_samples_are_added_once_and_the_second_time_it_says_so(server: Any, tmp_path: Path):
    for told in (f"Added {len(demo.stories())} sample sessions", "are there already"):
        process = server.start(tmp_path, "--demo")
        assert told in "".join(server.said)
        assert server.stop(process) == 0


def test_the_database_of_a_running_server_is_left_alone(served: Any, url: str):
    for verb in ("check", "upgrade"):
        refused = served("db", verb)
        assert refused.code == 5
        assert f"the server is running at {url}; stop it first" in refused.err


def test_a_database_is_made_upgraded_and_checked(run: Any, tmp_path: Path):
    assert run("db", "check").code == 3
    assert "Upgraded an empty database to" in run("db", "upgrade").out
    assert "up to date" in run("db", "upgrade").out
    assert run("db", "check", "-o", "json").json["damage"] == []
    other = f"sqlite:///{tmp_path}/other.db"
    assert run("db", "upgrade", "--database-url", other).code == 0
    assert (tmp_path / "other.db").exists()
    assert run("db", "check", "--database-url", "mysql://x").code == 2


def test_a_database_of_postgresql_is_upgraded_and_checked(run: Any, postgres_url: str):
    words = ["--database-url", postgres_url, "-o", "json"]
    upgraded = run("db", "upgrade", *words).json
    assert upgraded["from"] is None
    assert run("db", "check", *words).json["schema"] == upgraded["to"]


def test_a_damaged_database_is_found(run: Any, tmp_path: Path):
    run("db", "upgrade")
    file = tmp_path / "data" / "hansard.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        pages = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    raw = bytearray(file.read_bytes())
    for page in range(3, len(raw) // pages):
        raw[page * pages : page * pages + 100] = b"\xff" * 100
    file.write_bytes(raw)
    assert run("db", "check").code == 1
    examined = run("doctor")
    assert examined.code == 1
    assert re.search(r"^wrong +integrity .*(damaged|malformed)", examined.out, re.MULTILINE)


def test_a_doctor_finds_nothing_wrong_before_the_first_start(run: Any):
    examined = run("doctor", "-o", "json")
    assert (examined.code, examined.json["ok"]) == (0, True)
    names = {finding["name"] for finding in examined.json["findings"]}
    assert {"hansard", "python", "sqlite", "data folder", "server", "database"} <= names


def test_a_doctor_asks_the_running_server(served: Any, folder: Path):
    examined = served("doctor")
    assert re.search(r"^\S+ +server +http://127.0.0.1:\d+ answers", examined.out, re.MULTILINE)
    secret = folder / "admin_secret"
    secret.chmod(0o644)
    try:
        examined = served("doctor")
    finally:
        secret.chmod(0o600)
    assert examined.code == 1
    assert re.search(r"^wrong +admin_secret", examined.out, re.MULTILINE)


def test_a_doctor_hides_the_password_of_the_database(run: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HANSARD_DATABASE_URL", "postgresql://ana:hunter2@127.0.0.1:9/x")
    examined = run("doctor")
    assert examined.code == 1
    assert "hunter2" not in examined.out + examined.err
    assert "ana:…@" in examined.out


def test_a_server_that_is_told_to_stop_leaves_no_address(server: Any, tmp_path: Path):
    process = server.start(tmp_path)
    assert (tmp_path / "server.json").exists()
    assert server.stop(process) == 0
    assert not (tmp_path / "server.json").exists()
