"""What is kept beside the events: every raw record, redacted, and nothing that was deleted."""

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from hansard.domain.actor import Actor
from hansard.ingest import discover
from hansard.journal import erase

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
SESSION = "5aaaaaaa-0000-4000-8000-000000000001"
PERSON = Actor("person", None, "Ana")


def lines_of(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().split(b"\n") if line.strip()]


def external_id(path: Path) -> str | None:
    """The session whose file it is, by the parser alone."""
    for kind, source in discover.files(discover.Root(path, None)):
        parser = kind.open(source)
        for line in lines_of(path):
            list(parser.feed(line))
        return parser.external_id
    return None


def test_every_line_of_every_file_is_kept_and_its_events_name_it(house):
    """Every raw record is kept and reachable: also those that gave no event."""
    of_lines = [FIXTURES / form for form in ("claude_code", "codex", "copilot_cli", "pi")]
    house.read(*of_lines)
    rows = house.rows()
    raw = {row["id"]: house.raw(row["id"]) for row in rows.values()}
    kept = 0
    for path in [path for folder in of_lines for path in folder.rglob("*.jsonl")]:
        row = rows.get(external_id(path) or "")
        if row is None:
            assert "nothing_said" in path.parts
            continue
        lines = [house.clean(line).decode() for line in lines_of(path)]
        assert raw[row["id"]] == lines, path
        kept += len(lines)
    assert kept == sum(len(found) for found in raw.values())
    events = [event for session_id in raw for event in house.events(session_id)]
    told = [event for event in events if event.get("source")]
    assert len(told) > 500
    for event in told:
        source = event["source"]
        record = json.loads(raw[source.get("in", event["session_id"])][source["n"]])
        if "uuid" in record and "#" not in source["record"]:
            inner = ((record.get("data") or {}).get("message") or {}).get("uuid")
            assert source["record"].split("/")[-1] in (record["uuid"], inner), event
        assert event["type"] != "agent.message" or "assistant" in json.dumps(record)


def test_a_file_that_grew_over_a_restart_keeps_each_line_once(house, folder, talk):
    path = folder / f"{SESSION}.jsonl"
    lines = talk(SESSION, turns=6)
    path.write_bytes(b"".join(lines[:5]))
    house.read(folder)
    house.restart()
    path.write_bytes(b"".join(lines))
    house.read(folder)
    session_id = house.rows()[SESSION]["id"]
    assert house.raw(session_id) == [house.clean(line).decode() for line in lines]
    places = [e["source"]["n"] for e in house.events(session_id) if e.get("source")]
    assert max(places) == len(lines) - 1


def test_lines_before_the_session_is_known_are_kept_though_the_server_restarts(house, folder, talk):
    path = folder / f"{SESSION}.jsonl"
    early = [json.dumps({"type": "file-history-snapshot", "messageId": f"m{n}"}) for n in range(3)]
    start = "".join(f"{line}\n" for line in early).encode()
    path.write_bytes(start)
    house.read(folder, form="claude_code")
    assert house.rows() == {}
    house.restart()
    path.write_bytes(start + b"".join(talk(SESSION)))
    house.read(folder, form="claude_code")
    session_id = house.rows()[SESSION]["id"]
    assert len(house.raw(session_id)) == 5
    assert [e["source"]["n"] for e in house.events(session_id) if e["type"] == "user.message"] == [
        3
    ]


@pytest.mark.parametrize("registered", [True, False])
def test_a_secret_in_a_tool_result_reaches_no_byte_of_the_database(
    registered, house, folder, tmp_path
):
    """S2-34, S2-35."""
    canary = "ghp" + "_" + "".join(chr(97 + (n * 7) % 26) for n in range(20)) + "0123456789ABCDEF"
    if registered:
        house.secrets.register("DEPLOY_TOKEN", canary)
    source = FIXTURES / "claude_code" / "refused"
    for path in source.iterdir():
        lines = lines_of(path)
        spoiled = [n for n, line in enumerate(lines) if b'"tool_result"' in line]
        assert spoiled
        for n in spoiled[:3]:
            record = json.loads(lines[n])
            record["message"]["content"][0]["content"] = f"remote: https://ana:{canary}@host/x"
            record["toolUseResult"] = {"stdout": f"export DEPLOY_TOKEN={canary}", canary: 1}
            lines[n] = json.dumps(record).encode()
        (folder / path.name).write_bytes(b"\n".join(lines))
    house.read(folder)
    [row] = house.rows().values()
    name = "[secret:DEPLOY_TOKEN]" if registered else "[secret:"
    shown = json.dumps(house.events(row["id"]))
    assert name in shown
    assert any(event.get("redactions") for event in house.events(row["id"]))
    assert any(name in line for line in house.raw(row["id"]))
    assert canary not in shown + "".join(house.raw(row["id"]))
    house.close()
    files = [path for path in tmp_path.rglob("hansard.db*") if path.is_file()]
    assert files
    for path in files:
        assert canary.encode() not in path.read_bytes(), path
    house.open()


def test_a_session_that_was_deleted_does_not_come_back(house, folder, talk, copied):
    """P11: not by growth, not by a copy, not after a restart; nor does its sub-agent."""
    case = copied("claude_code/sub_agent_beside")
    [path] = case.glob("2c96*.jsonl")
    aside = folder.parent / "aside"
    aside.mkdir()
    for agent in case.glob("agent-*"):
        shutil.move(agent, aside)
    house.read(folder)
    [session_id] = house.session_ids()
    asyncio.run(erase.delete(house.journal, house.workspace_id, session_id, PERSON))
    for agent in aside.iterdir():
        shutil.move(agent, case)
    with path.open("ab") as file:
        file.write(b"\n" + talk(path.stem)[0])
    house.read(folder)
    house.restart()
    (folder / "copy").mkdir()
    shutil.copy(path, folder / "copy" / path.name)
    for reason in ("its session was deleted here", None):
        [progress] = house.read(folder)
        assert house.session_ids() == [session_id]
        assert (progress.events, progress.sessions) == (0, set())
        assert {why for _, why in progress.skipped} == ({reason} if reason else set())
    with sqlite3.connect(house.store.path) as database:
        [(events,)] = database.execute("SELECT count(*) FROM events")
        [(records,)] = database.execute("SELECT count(*) FROM raw_records")
    assert (events, records) == (1, 0)


def test_a_fork_of_a_deleted_session_is_read_from_where_it_is_its_own(house, folder, talk):
    """P11, why.md 4: what was deleted stays so, and what it cost is not charged again."""
    fork = "5aaaaaaa-0000-4000-8000-000000000002"
    lines = talk(SESSION, turns=2)
    (folder / f"{SESSION}.jsonl").write_bytes(b"".join(lines))
    house.read(folder)
    [session_id] = house.session_ids()
    asyncio.run(erase.delete(house.journal, house.workspace_id, session_id, PERSON))
    copies = [line.replace(SESSION.encode(), fork.encode()) for line in lines]
    (folder / f"{fork}.jsonl").write_bytes(b"".join((*copies, *talk(fork, words="on we go"))))
    [progress] = house.read(folder)
    assert progress.records_skipped == 0
    [row] = [house.row(i) for i in house.session_ids() if i != session_id]
    assert (row["message_count"], row["tokens"]["output"]) == (2, 5)
    said = json.dumps(house.events(row["id"]))
    assert "on we go 0" in said
    assert "hello" not in said
    assert house.sums(session_id)["output"] == 10
    assert house.sums(row["id"])["output"] == 5


def test_only_a_new_word_of_a_person_takes_a_session_out_of_the_archive(house, folder, talk):
    """S3-4, S3-18."""
    path = folder / f"{SESSION}.jsonl"
    lines = talk(SESSION, turns=3)
    path.write_bytes(b"".join(lines[:3]))
    house.read(folder)
    session_id = house.rows()[SESSION]["id"]
    house.append(session_id, "session.archived", "archive")
    archived_at = house.row(session_id)["archived_at"]
    assert archived_at is not None

    path.write_bytes(b"".join(lines[:4]))
    shutil.copy(path, folder / f"copy-{SESSION}.jsonl")
    house.read(folder)
    assert house.row(session_id)["archived_at"] == archived_at
    assert [e["type"] for e in house.events(session_id)].count("agent.message") == 2

    path.write_bytes(b"".join(lines))
    house.read(folder)
    assert house.row(session_id)["archived_at"] is None
    assert house.row(session_id)["message_count"] == 6
    kinds = [event["type"] for event in house.events(session_id)]
    assert kinds.count("session.unarchived") == 1
    house.check()
