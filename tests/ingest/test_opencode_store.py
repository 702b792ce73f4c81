"""OpenCode's stores: the database beside its writer, and the tree of files before it."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard.domain import instant
from hansard.ingest import discover
from hansard.ingest.base import Emit, Source
from hansard.ingest.formats.opencode import FORMAT

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "opencode"
REAL = FIXTURES / "opencode.db"
PARENT = "ses_0765dfc33ffeEVfMHvZx36NGAP"
INTERRUPTED = "ses_06fc54bb6ffeLhJACjcoxgKYgH"
SCHEMA = (
    "CREATE TABLE session (id text PRIMARY KEY, project_id text, parent_id text, directory text,"
    " title text, version text, time_created integer, time_updated integer)",
    "CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer,"
    " time_updated integer, data text)",
    "CREATE TABLE part (id text PRIMARY KEY, message_id text, session_id text,"
    " time_created integer, time_updated integer, data text)",
)


def sessions(*cases: str) -> list[dict[str, Any]]:
    found = [json.loads(p.read_bytes()) for c in cases for p in (FIXTURES / c).glob("*.json")]
    return sorted(found, key=lambda session: session["info"]["time"]["created"])


def rows_of(found: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The statements that OpenCode would have written for a session, in its order."""
    info = found["info"]
    times = (info["time"]["created"], info["time"]["updated"])
    names = ("id", "projectID", "parentID", "directory", "title", "version")
    values = tuple(info.get(name) for name in names)
    yield "INSERT OR REPLACE INTO session VALUES (?,?,?,?,?,?,?,?)", (*values, *times)
    for message in found["messages"]:
        own = dict(message["info"])
        name, at = own.pop("id"), own["time"]["created"]
        del own["sessionID"]
        put = "INSERT OR REPLACE INTO message VALUES (?,?,?,?,?)"
        if own["role"] == "assistant":
            begun = {k: v for k, v in own.items() if k not in ("finish", "error")}
            begun |= {"time": {"created": at}, "tokens": {"input": 0, "output": 0}}
            yield put, (name, info["id"], at, at, json.dumps(begun))
        for part in message["parts"]:
            data = {k: v for k, v in part.items() if k not in ("id", "messageID", "sessionID")}
            yield (
                "INSERT OR REPLACE INTO part VALUES (?,?,?,?,?,?)",
                (part["id"], name, info["id"], at, at, json.dumps(data)),
            )
        yield put, (name, info["id"], at, own["time"].get("completed", at), json.dumps(own))


def database(path: Path, *found: dict[str, Any], wal: bool = True) -> sqlite3.Connection:
    """A database that its writer still has open."""
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute(f"PRAGMA journal_mode = {'wal' if wal else 'delete'}")
    for statement in SCHEMA:
        writer.execute(statement)
    for session in found:
        for statement, values in rows_of(session):
            writer.execute(statement, values)
    return writer


def tree(storage: Path, *found: dict[str, Any]) -> list[Path]:
    """The files of sessions in the older store."""
    written: list[Path] = []

    def put(path: Path, value: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
        written.append(path)

    for session in found:
        info = session["info"]
        put(storage / "session" / info["projectID"] / f"{info['id']}.json", info)
        for message in session["messages"]:
            own = message["info"]
            put(storage / "message" / info["id"] / f"{own['id']}.json", own)
            for part in message["parts"]:
                put(storage / "part" / own["id"] / f"{part['id']}.json", part)
    return written


def until(ready: Callable[[], object]) -> None:
    late = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < late, "it was not noticed"
        time.sleep(0.02)


def told(house) -> dict[str, dict[str, Any]]:
    """Every session's events by id, without the names of raw records."""
    found: dict[str, dict[str, Any]] = {}
    for name, events in house.log().items():
        for event in events:
            event.pop("seq")
            source = event.get("source") or {}
            source.pop("n", None)
            found[f"{name} {event['id']}"] = event
    return found


@pytest.fixture
def exported(houses) -> Any:
    """A house that read the sessions from what OpenCode exports."""
    house = houses(memory=True)
    for case in ("sub_agents", "interrupted"):
        house.read(FIXTURES / case)
    return house


def test_a_real_database_is_read_and_left_as_it_is(house, folder: Path):
    path = folder / "opencode.db"
    shutil.copy(REAL, path)
    [progress] = house.read(folder)
    [row] = house.rows().values()
    assert (row["title"], row["tool_call_count"], row["kind"]) == (
        "Test Session",
        1,
        "background_task",
    )
    assert row["tokens"]["output"] == 20
    assert (progress.records_skipped, progress.error) == (0, None)
    assert path.read_bytes() == REAL.read_bytes()
    assert os.listdir(folder) == ["opencode.db"]
    [again] = house.read(folder)
    assert again.events == 0
    house.check()


@pytest.mark.parametrize("wal", [True, False])
def test_a_database_gives_what_the_exports_of_its_sessions_give(
    wal, houses, folder: Path, exported
):
    """Three ways to keep a session are one session: same ids, same drafts."""
    house = houses()
    path = folder / "opencode.db"
    database(path, *sessions("sub_agents", "interrupted"), wal=wal).close()
    before = path.read_bytes()
    house.read(folder)
    assert told(house) == told(exported)
    assert (path.read_bytes(), os.listdir(folder)) == (before, ["opencode.db"])
    house.check()
    house.restart()
    for source in (FIXTURES / "interrupted", folder):
        [progress] = house.read(source)
        assert progress.events == 0


def test_a_tree_gives_what_the_exports_of_its_sessions_give(houses, folder: Path, exported):
    house = houses(memory=True)
    tree(folder / "storage", *sessions("sub_agents", "interrupted"))
    [progress] = house.read(folder)
    assert progress.files_total == 4
    assert told(house) == told(exported)
    house.check()
    [again] = house.read(folder)
    assert again.events == 0


def test_a_database_is_read_while_it_is_written_and_holds_its_writer_up_never(
    houses, folder: Path, tails, exported
):
    """`mode=ro`: every write goes through at once, whatever is being read."""
    house = houses(memory=True)
    path = folder / "opencode.db"
    writer = database(path)
    writer.execute("PRAGMA busy_timeout = 0")
    tail = tails(house, folder, "opencode")
    for found in sessions("interrupted", "sub_agents"):
        for number, (statement, values) in enumerate(rows_of(found)):
            writer.execute("BEGIN IMMEDIATE")
            writer.execute(statement, values)
            if number % 7 == 0:
                tail.follow(path)
            writer.execute("COMMIT")
    tail.follow(path, rest=True)
    writer.close()
    ours, theirs = told(house), told(exported)
    prompt_title = {name for name in ours if ours[name].get("title_source") == "prompt"}
    assert {n: e for n, e in ours.items() if n not in prompt_title} == {
        n: e for n, e in theirs.items() if n not in prompt_title
    }
    house.check()


def test_a_log_without_an_index_is_read_from_a_copy(house, folder: Path, tmp_path: Path):
    """A database that was copied while it was in use."""
    writer = database(tmp_path / "opencode.db", *sessions("interrupted"))
    for suffix in ("", "-wal"):
        shutil.copy(f"{tmp_path}/opencode.db{suffix}", folder)
    writer.close()
    house.read(folder)
    assert house.rows()[INTERRUPTED]["tool_call_count"] == 5
    assert sorted(os.listdir(folder)) == ["opencode.db", "opencode.db-wal"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[:30_000],
        lambda body: body[:100] + b"\xff" * 4_000 + body[4_100:],
        lambda body: b"SQLite format 3\0" + b"x" * 5_000,
        lambda body: body[: len(body) // 2] + b"\xaa" * 20_000 + body[len(body) // 2 + 20_000 :],
    ],
)
def test_a_damaged_database_is_flagged_and_the_rest_is_read(damage, house, folder: Path):
    path = folder / "broken" / "opencode.db"
    path.parent.mkdir()
    database(path, *sessions("sub_agents", "interrupted")).close()
    path.write_bytes(damage(path.read_bytes()))
    body = path.read_bytes()
    shutil.copy(REAL, folder / "opencode.db")
    [progress] = house.read(folder)
    assert progress.state == "done"
    assert "test-session-123" in house.rows()
    flagged = [reason for place, reason in progress.skipped if place.startswith(str(path))]
    assert flagged
    assert set(flagged) <= {
        "the database is damaged",
        "a database without OpenCode's tables",
        "no session in it: nothing was said",
    }
    assert path.read_bytes() == body
    house.check()


def test_a_database_of_something_else_is_flagged(house, folder: Path):
    other = sqlite3.connect(folder / "opencode.db")
    other.execute("CREATE TABLE recipes (name text)")
    other.close()
    [progress] = house.read(folder)
    [reason] = [reason for _, reason in progress.skipped]
    assert reason == "a database without OpenCode's tables"


def test_rows_that_are_broken_leave_the_others_readable(house, folder: Path):
    writer = database(folder / "opencode.db", *sessions("interrupted"))
    writer.execute("UPDATE part SET data = '{' WHERE rowid = 3")
    writer.execute("UPDATE part SET data = NULL WHERE rowid = 4")
    writer.execute("UPDATE message SET data = x'ff00' WHERE rowid = 2")
    writer.execute("INSERT INTO session (id, time_created) VALUES ('empty', 'soon')")
    writer.close()
    [progress] = house.read(folder)
    assert progress.error is None
    assert house.rows()[INTERRUPTED]["tool_call_count"] >= 3
    house.check()


def test_a_broken_file_of_a_tree_is_flagged_and_the_others_are_read(house, folder: Path):
    files = tree(folder / "storage", *sessions("interrupted"))
    parts = [path for path in files if "part" in path.parts]
    parts[5].write_bytes(b"{")
    [progress] = house.read(folder)
    [reason] = [reason for _, reason in progress.skipped]
    assert reason == f"1 files of it cannot be read, first {parts[5].name}"
    assert house.rows()[INTERRUPTED]["tool_call_count"] >= 4
    parts[5].unlink()
    [progress] = house.read(folder)
    assert not progress.skipped


def test_what_is_written_to_the_stores_shows_while_they_are_watched(house, tmp_path: Path):
    """S0-28: within seconds, in the default folders."""
    data = tmp_path / ".local" / "share" / "opencode"
    data.mkdir(parents=True)
    now = house.clock()
    [found] = sessions("interrupted")
    fresh = found["messages"][:4]
    writer = database(data / "opencode.db", {**found, "messages": fresh[:1]})
    (data / "storage" / "session").mkdir(parents=True)
    roots = discover.default_roots({}, tmp_path, present=True)
    assert [root.path.name for root in roots] == ["opencode.db", "storage"]
    for done in house.importer.add(roots, watching=True):
        assert done.wait(10)
    for statement, values in rows_of({**found, "messages": fresh}):
        writer.execute(statement, values)
    writer.execute("UPDATE session SET time_updated = ?", (now,))
    until(lambda: house.rows().get(INTERRUPTED, {}).get("message_count", 0) >= 3)
    other = json.loads(json.dumps(found).replace(INTERRUPTED, "ses_other"))
    other = json.loads(json.dumps(other).replace("msg_", "msg_x").replace("prt_", "prt_x"))
    files = tree(data / "storage", {**other, "messages": fresh_of(other)[:2]})
    until(lambda: "ses_other" in house.rows())
    more = tree(data / "storage", {**other, "messages": fresh_of(other)})
    assert len(more) > len(files)
    until(lambda: house.rows()["ses_other"]["message_count"] >= 3)
    writer.close()
    assert instant.to_wire(now)


def fresh_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    return found["messages"][:4]


def test_files_of_a_store_are_found_from_whatever_changed(folder: Path):
    [found] = sessions("interrupted")
    tree(folder / "storage", found)
    shutil.copy(REAL, folder / "opencode-dev.db")
    project = found["info"]["projectID"]
    session = folder / "storage" / "session" / project / f"{INTERRUPTED}.json"
    message = folder / "storage" / "message" / INTERRUPTED
    part = folder / "storage" / "part" / found["messages"][1]["info"]["id"]
    for place in (session, session.parent, message, next(message.iterdir()), part):
        assert [source.path for source in FORMAT.find(place)] == [session], place
    for suffix in ("-wal", "-shm", ""):
        changed = folder / f"opencode-dev.db{suffix}"
        changed.touch()
        assert [s.path.name for s in FORMAT.find(changed)] == ["opencode-dev.db"], suffix
    assert {s.path.name for s in FORMAT.find(folder)} == {session.name, "opencode-dev.db"}


def test_the_data_folder_and_the_database_can_be_elsewhere(tmp_path: Path):
    environ = {"XDG_DATA_HOME": f"{tmp_path}/data", "OPENCODE_DB": f"{tmp_path}/own.db"}
    roots = [root.path for root in discover.default_roots(environ, tmp_path)]
    assert tmp_path / "own.db" in roots
    assert tmp_path / "data" / "opencode" / "storage" in roots


def test_a_source_of_many_sessions_names_each():
    source = Source(Path("/a/opencode.db"), Path("/a"), "ses_1")
    assert source.name == "/a/opencode.db#ses_1"
    parser = FORMAT.open(source)
    line = b'{"session":{"id":"ses_1","title":"T","time":{"created":5}}}'
    assert [e.draft.type for e in parser.feed(line) if isinstance(e, Emit)] == ["session.updated"]
