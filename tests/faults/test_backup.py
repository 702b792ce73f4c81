"""Backups under load, and restores that prove themselves (P21)."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from hansard.domain.draft import Json
from hansard.domain.errors import Conflict, Corrupt, InvalidRequest, NotFound
from hansard.journal import backup
from hansard.journal.verify import verify
from hansard.store import lock, members, schema
from hansard.store import sessions as session_store
from hansard.store.backup import copy, opened
from hansard.store.base import Store
from hansard.store.open import open_store
from hansard.store.tables import events
from hansard.testing import Bench
from hansard.testing.bench import KEY

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
ROUNDS = 20
WRITERS = 4
NOW = 1_800_000_000_000
OTHER_KEY = b"the key of another installation."


@pytest.fixture
def database(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "hansard.db"


@pytest.fixture
def bench(database: Path) -> Iterator[Bench]:
    store = open_store(f"sqlite:///{database}")
    yield Bench(store)
    if not closed(store):
        schema.finish(store)


def closed(store: Store) -> bool:
    return store.writer._closed  # type: ignore[attr-defined]


def heads(store: Store) -> dict[tuple[str, int], bytes]:
    """(session, seq) → hash of every event."""
    query = select(events.c.sid, events.c.seq, events.c.hash)
    return {(str(r[0]), r[1]): r[2] for r in store.read(lambda c: list(c.execute(query)))}


async def test_a_backup_under_write_load_restores_to_the_log_of_one_moment(
    bench: Bench, database: Path, tmp_path: Path
):
    """P21: 20 of 20 restores verify, every hash as in the log; writers never wait for a backup."""
    ids = [await bench.create() for _ in range(WRITERS)]
    stop = asyncio.Event()

    async def write(session_id: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            await bench.append(session_id, bench.said(f"word {number} " * 40))

    writers = [asyncio.ensure_future(write(session_id)) for session_id in ids]
    made: list[tuple[Path, int, int]] = []
    for number in range(ROUNDS * LONG):
        before = len(heads(bench.store))
        target = tmp_path / f"{number}.db"
        await asyncio.to_thread(backup.back_up, bench.store, target, NOW)
        made.append((target, before, len(heads(bench.store))))
    stop.set()
    await asyncio.gather(*writers)
    whole = heads(bench.store)
    schema.finish(bench.store)
    assert made[-1][2] > made[0][1] + ROUNDS, "there was load"
    for target, before, after in made:
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        place = tmp_path / f"restored-{target.stem}" / "hansard.db"
        place.parent.mkdir()
        found = backup.put_back(target, place, KEY, NOW)
        assert (found.checked.ok, found.aside) == (True, None)
        restored = open_store(f"sqlite:///{place}")
        try:
            inside = heads(restored)
            assert before <= len(inside) <= after
            assert inside.items() <= whole.items()
            again = Bench(restored, bench.clock, workspace_id=bench.workspace_id)
            assert all(verify(again.journal, bench.workspace_id, one) == [] for one in ids)
        finally:
            schema.finish(restored)


async def test_nothing_is_overwritten_and_nothing_is_left_behind(bench: Bench, tmp_path: Path):
    target = tmp_path / "taken.db"
    target.write_bytes(b"somebody's")
    with pytest.raises(Conflict, match="nothing is overwritten"):
        backup.back_up(bench.store, target, NOW)
    assert target.read_bytes() == b"somebody's"
    with pytest.raises(NotFound):
        backup.back_up(bench.store, tmp_path / "nowhere" / "x.db", NOW)
    assert backup.last(bench.store) is None
    made = backup.back_up(bench.store, tmp_path / "new.db", NOW)
    assert backup.last(bench.store) == {"at": made["created_at"], "path": made["path"]}
    assert names(tmp_path) == {"data", "new.db", "taken.db"}


async def test_a_restore_keeps_what_was_there_aside(bench: Bench, database: Path, tmp_path: Path):
    session_id = await bench.create()
    backup.back_up(bench.store, tmp_path / "b.db", NOW)
    await bench.append(session_id, bench.said("after the backup"))
    schema.finish(bench.store)
    (database.parent / "search.db").write_bytes(b"an index of a log that is not this one")
    done = backup.put_back(tmp_path / "b.db", database, KEY, NOW)
    assert done.aside is not None and done.aside.parent == database.parent
    assert not (database.parent / "search.db").exists(), "it is derived, and built again"
    assert seqs(database) == [1]
    assert seqs(done.aside) == [1, 2], "what was in its write-ahead log, too"
    assert names(database.parent) == {"hansard.db", "hansard.db.lock", done.aside.name}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def seqs(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT seq FROM events ORDER BY seq")]


async def test_a_damaged_backup_replaces_nothing(bench: Bench, database: Path, tmp_path: Path):
    """A flipped byte in a page, an event changed by hand, a file of another kind, half a file."""
    session_id = await bench.create()
    await bench.append(session_id, *(bench.said(f"word {n}" * 50) for n in range(200)))
    good = tmp_path / "good.db"
    backup.back_up(bench.store, good, NOW)
    schema.finish(bench.store)
    before = content_of(database)
    content = good.read_bytes()
    cases = {
        "half": content[: len(content) // 2],
        "page": content[:8200] + bytes(3000) + content[11200:],
        "other": b"no database at all" * 1000,
        "empty": b"",
    }
    for name, twisted in cases.items():
        bad = tmp_path / f"{name}.db"
        bad.write_bytes(twisted)
        with pytest.raises((Corrupt, InvalidRequest)):
            backup.put_back(bad, database, KEY, NOW)
    forged = tmp_path / "forged.db"
    forged.write_bytes(content)
    with closing(sqlite3.connect(forged)) as connection:
        connection.execute("UPDATE events SET created_at = created_at + 1 WHERE seq = 100")
        connection.commit()
    with pytest.raises(Corrupt, match="seq 100"):
        backup.put_back(forged, database, KEY, NOW)
    with pytest.raises(NotFound):
        backup.put_back(tmp_path / "none.db", database, KEY, NOW)
    assert content_of(database) == before
    assert names(database.parent) == {"hansard.db", "hansard.db.lock"}


HOSTILE = {
    "trigger": "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END",
    "view": "CREATE VIEW v AS SELECT * FROM events",
    "table": "CREATE TABLE plans (a)",
    "index": "CREATE INDEX known ON events (type)",
    "virtual": "CREATE VIRTUAL TABLE facts2 USING fts5 (a)",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_backup_with_something_that_we_do_not_make_is_refused(
    bench: Bench, database: Path, tmp_path: Path, name: str
):
    """A trigger would run in our name with every write from then on."""
    await bench.create()
    backup.back_up(bench.store, tmp_path / "b.db", NOW)
    schema.finish(bench.store)
    before = content_of(database)
    with closing(sqlite3.connect(tmp_path / "b.db")) as connection:
        connection.execute(HOSTILE[name])
        connection.commit()
    with pytest.raises(Corrupt, match="does not make"):
        backup.put_back(tmp_path / "b.db", database, KEY, NOW)
    assert content_of(database) == before
    assert names(database.parent) == {"hansard.db", "hansard.db.lock"}


async def test_statistics_and_older_schemas_are_no_strangers(database: Path, tmp_path: Path):
    """What SQLite keeps for itself, and a backup of before a migration."""
    store = open_store(f"sqlite:///{database}")
    schema.finish(store)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ANALYZE")
        connection.execute("DROP TABLE rescans")
        connection.commit()
    with opened(database) as frozen:
        assert schema.strangers(frozen) == []
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(Conflict, match="newer version"):
        backup.put_back(database, tmp_path / "hansard.db", KEY, NOW)


def key_named(number: int, scope: str = "read") -> members.Key:
    return members.Key(f"key_{number}", "n", "h", scope, "wrkspc_1", None, 1, None, None, None)


def add_keys(store: Store, *keys: members.Key) -> None:
    for key in keys:
        digest = key.id.encode()
        store.submit(lambda tx, k=key, d=digest: members.add_key(tx, k, d)).result()


def working(path: Path) -> set[str]:
    with opened(path) as frozen:
        return {str(row[1]) for row in frozen.read(members.kept_keys)}


async def test_a_restore_brings_no_key_back_to_life(bench: Bench, database: Path, tmp_path: Path):
    """A key that was revoked after the backup, and one whose scope the backup has higher."""
    await bench.create()
    add_keys(bench.store, key_named(1), key_named(2), key_named(3))
    login = {"workspace_id": "wrkspc_1", "hash": b"h", "kind": "login", "member_id": "usr_1"}
    login |= {"created_at": 1, "expires_at": 1 << 60}
    bench.store.submit(lambda tx: members.add_login(tx, login)).result()
    target = tmp_path / "b.db"
    backup.back_up(bench.store, target, NOW)
    bench.store.submit(lambda tx: members.revoke_key(tx, "wrkspc_1", "key_2", NOW)).result()
    add_keys(bench.store, key_named(4))
    schema.finish(bench.store)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("UPDATE api_keys SET scopes = 'admin' WHERE id = 'key_3'")
        connection.commit()
    assert backup.put_back(target, database, KEY, NOW).revoked == 2
    assert working(database) == {"key_1"}
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM logins").fetchone() == (0,)
    kept = backup.put_back(target, database, KEY, NOW + 1_000, keep_keys=True)
    assert (kept.revoked, working(database)) == (0, {"key_1", "key_2", "key_3"})


async def test_onto_an_empty_data_folder_no_key_works_until_somebody_says_so(
    bench: Bench, tmp_path: Path
):
    await bench.create()
    add_keys(bench.store, key_named(1))
    backup.back_up(bench.store, tmp_path / "b.db", NOW)
    for keep in (False, True):
        place = tmp_path / str(keep) / "hansard.db"
        place.parent.mkdir()
        done = backup.put_back(tmp_path / "b.db", place, KEY, NOW, keep_keys=keep)
        assert (done.revoked, bool(working(place))) == (not keep, keep)
    broken = tmp_path / "broken" / "hansard.db"
    broken.parent.mkdir()
    broken.write_bytes(b"SQLite format 3\0 and no more")
    assert backup.put_back(tmp_path / "b.db", broken, KEY, NOW).revoked == 1


async def test_a_secret_in_the_path_of_a_backup_is_not_kept(bench: Bench, tmp_path: Path):
    target = tmp_path / "hunter2.db"

    def scan(payload: Json) -> tuple[Json, list[Json]]:
        return {"path": payload["path"].replace("hunter2", "[secret:K]")}, []

    made = backup.back_up(bench.store, target, NOW, scan)
    assert target.exists()
    assert made["path"] == str(tmp_path / "[secret:K].db")
    assert backup.last(bench.store) == {"at": made["created_at"], "path": made["path"]}


async def test_a_database_in_use_is_not_replaced(bench: Bench, database: Path, tmp_path: Path):
    await bench.create()
    backup.back_up(bench.store, tmp_path / "b.db", NOW)
    with pytest.raises(Conflict, match="another process"):
        backup.put_back(tmp_path / "b.db", database, KEY, NOW)
    schema.finish(bench.store)
    handle = lock.claim(database)
    with pytest.raises(Conflict, match="another process"):
        backup.put_back(tmp_path / "b.db", database, KEY, NOW)
    lock.release(handle)


async def test_heads_under_another_key_are_refused_until_somebody_says_so(
    bench: Bench, database: Path, tmp_path: Path
):
    """A backup holds no key; without the old one only the chains can be checked."""
    session_id = await bench.create()
    await bench.append(session_id, bench.said("kept"))
    backup.back_up(bench.store, tmp_path / "b.db", NOW)
    schema.finish(bench.store)
    elsewhere = tmp_path / "elsewhere" / "hansard.db"
    elsewhere.parent.mkdir()
    with pytest.raises(Conflict, match="secret_key"):
        backup.put_back(tmp_path / "b.db", elsewhere, OTHER_KEY, NOW)
    assert not elsewhere.exists()
    done = backup.put_back(tmp_path / "b.db", elsewhere, OTHER_KEY, NOW, new_key=True)
    assert done.checked.foreign == 1
    store = open_store(f"sqlite:///{elsewhere}")
    again = Bench(store, bench.clock, OTHER_KEY, bench.workspace_id)
    assert verify(again.journal, bench.workspace_id, session_id) == []
    await again.append(session_id, again.said("goes on"))
    assert verify(again.journal, bench.workspace_id, session_id) == []
    schema.finish(store)


async def test_a_head_that_somebody_moved_is_not_put_under_a_new_key(
    bench: Bench, database: Path, tmp_path: Path
):
    """--new-key trusts chains, not rows: an event cut off at the end still shows."""
    session_id = await bench.create()
    await bench.append(session_id, bench.said("one"), bench.said("two"))
    backup.back_up(bench.store, tmp_path / "b.db", NOW)
    schema.finish(bench.store)
    with closing(sqlite3.connect(tmp_path / "b.db")) as connection:
        connection.execute("DELETE FROM events WHERE seq = 3")
        connection.commit()
    with pytest.raises(Corrupt, match="the row stands at seq 3"):
        backup.put_back(tmp_path / "b.db", database, OTHER_KEY, NOW, new_key=True)


async def test_a_backup_is_checked_where_it_lies(bench: Bench, tmp_path: Path):
    session_id = await bench.create()
    target = tmp_path / "b.db"
    backup.back_up(bench.store, target, NOW)
    before = content_of(target)
    found = backup.examine(target, KEY)
    assert (found.ok, found.sessions, found.events) == (True, 1, 1)
    assert backup.examine(target, OTHER_KEY).foreign == 1
    assert backup.examine(target, None).ok
    assert content_of(target) == before
    assert names(tmp_path) == {"data", "b.db"}
    listed = bench.store.read(lambda c: session_store.everything(c, bench.workspace_id))
    assert [one for _, one in listed] == [session_id]


async def test_a_database_in_memory_can_be_kept_too(tmp_path: Path):
    bench = Bench.in_memory()
    await bench.create()
    copy(bench.store, tmp_path / "b.db")
    assert backup.examine(tmp_path / "b.db", KEY).ok
    bench.store.close()


def test_postgresql_is_backed_up_with_its_own_tools(postgres_store: Store, tmp_path: Path):
    with pytest.raises(InvalidRequest, match="pg_dump"):
        backup.back_up(postgres_store, tmp_path / "b.db", NOW)
    assert list(tmp_path.iterdir()) == []


async def test_an_event_changed_in_a_running_database_shows_in_its_check(bench: Bench):
    session_id = await bench.create()
    await bench.append(session_id, bench.said("one"))
    change = update(events).where(events.c.seq == 2).values(created_at=1)
    bench.store.submit(lambda tx: tx.write(change)).result()
    found = backup.check(bench.store, KEY)
    assert (found.ok, found.broken) == (False, 1)
    assert found.problems == {session_id: ["seq 2: the hash does not follow"]}
