"""The data folder: keys that are lost or no keys, files that are none, permissions (P22)."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from hansard.app import House, heads_key, open_house
from hansard.config import Settings
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.domain.errors import Conflict, Corrupt
from hansard.ingest import demo
from hansard.ingest.book import Owner
from hansard.journal import backup
from hansard.journal.verify import verify
from hansard.store import schema, sessions
from hansard.store.open import open_store
from hansard.store.tables import events
from hansard.store.tables import sessions as rows

NAMES = ("secret_key", "admin_secret")


def settings(tmp_path: Path, database_url: str = "") -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url, user_name="Ana")


def filled(given: Settings) -> list[str]:
    """Open an installation, put sessions into it, close it; their ids."""
    house = open_house(given)
    where = house.parts.workspace_id
    demo.load(house.journal, where, Owner(str(house.parts.owner["id"]), "Ana"))
    found = [name for _, name in house.store.read(lambda c: sessions.everything(c, where))]
    rows = {name: house.store.read(lambda c, n=name: sessions.one(c, where, n)) for name in found}
    house.close()
    return [name for name, row in rows.items() if row and row[1] != sessions.DELETED]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_database_is_not_opened_under_another_key(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
):
    """Attack 13: a lost secret_key was replaced by a new one without a word."""
    url = request.getfixturevalue("postgres_url") if database == "postgres" else ""
    given = settings(tmp_path, url)
    ids = filled(given)
    key = given.data_dir / "secret_key"
    old = key.read_bytes()
    key.unlink()
    for _ in range(2):
        with pytest.raises(Conflict, match=r"put the old secret_key back.*db rekey"):
            open_house(given)
    lost = key.read_bytes()
    key.write_bytes(old)
    open_house(given).close()

    key.write_bytes(lost)
    store = open_store(given.database)
    try:
        done = backup.under_key(store, heads_key(given.data_dir), new_key=True)
    finally:
        schema.finish(store)
    every = len(demo.stories())
    assert (done.sessions, done.foreign, done.ok) == (every, every, True)
    house = open_house(given)
    assert [verify(house.journal, house.parts.workspace_id, name) for name in ids] == [
        [] for _ in ids
    ]
    house.close()
    key.write_bytes(old)
    with pytest.raises(Conflict, match="another key"):
        open_house(given)


async def test_a_damaged_chain_is_not_put_under_a_new_key(tmp_path: Path):
    """What a new key vouches for was checked before."""
    given = settings(tmp_path)
    ids = filled(given)
    (given.data_dir / "secret_key").unlink()
    store = open_store(given.database)
    try:
        with pytest.raises(Corrupt):
            await store.write(lambda tx: _cut(tx, ids[0]))
            backup.under_key(store, heads_key(given.data_dir), new_key=True)
    finally:
        schema.finish(store)
    with pytest.raises(Conflict, match="another key"):
        open_house(given)


def _cut(tx: Any, session_id: str) -> None:
    """Take the last event of a session away."""
    sid = select(rows.c.sid).where(rows.c.id == session_id).scalar_subquery()
    last = select(func.max(events.c.seq)).where(events.c.sid == sid).scalar_subquery()
    tx.write(delete(events).where(events.c.sid == sid, events.c.seq == last))


def _is_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


BAD: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "binary": lambda path: path.write_bytes(bytes(range(128, 192))),
    "a folder": _is_folder,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", BAD)
def test_a_secret_that_does_not_read_is_refused_in_a_sentence(tmp_path: Path, name: str, how: str):
    given = settings(tmp_path)
    filled(given)
    BAD[how](given.data_dir / name)
    with pytest.raises(Corrupt, match=name):
        open_house(given)


@pytest.mark.parametrize("name", ["hansard.db", "search.db"])
def test_a_folder_in_the_place_of_the_database_is_refused_in_a_sentence(tmp_path: Path, name: str):
    given = settings(tmp_path)
    given.data_dir.mkdir()
    (given.data_dir / name).mkdir()
    with pytest.raises(Corrupt, match=f"{name} is a folder"):
        open_house(given)


def open_to_others(folder: Path) -> set[str]:
    """The files that somebody else could read or write."""
    return {
        path.name
        for path in folder.iterdir()
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    }


async def test_nobody_else_reads_the_files_of_an_open_folder(tmp_path: Path):
    """Attack 10: in a folder that existed before, the database was everybody's to read."""
    given = settings(tmp_path)
    given.data_dir.mkdir(mode=0o755)
    given.data_dir.chmod(0o755)
    house = open_house(given)
    await written(house)
    assert open_to_others(given.data_dir) == set()
    house.close()
    for path in given.data_dir.iterdir():
        path.chmod(0o644)
    house = open_house(given)
    await written(house)
    loose = open_to_others(given.data_dir)
    house.close()
    assert {name for name in loose if name.endswith((".db", "-wal", "-shm"))} == set()


async def written(house: House) -> None:
    """Something is in the write-ahead logs."""
    owner = Owner(str(house.parts.owner["id"]), "Ana")
    demo.load(house.journal, house.parts.workspace_id, owner)
    ids = house.store.read(lambda c: sessions.everything(c, house.parts.workspace_id))
    draft = Draft(
        "session.updated", {"title": "x"}, Actor("person", None, "Ana"), house.parts.clock()
    )
    await house.journal.append(house.parts.workspace_id, ids[0][1], [draft])
