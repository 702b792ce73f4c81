"""Opening and closing a store: what survives, who is refused, what is checked."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from hansard.domain.errors import Conflict, Corrupt, InvalidRequest, Overloaded
from hansard.journal.verify import verify
from hansard.store import schema
from hansard.store.base import Store, Tx
from hansard.store.open import connect, open_store
from hansard.testing import Bench


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/hansard.db"


@pytest.fixture(params=["file", "postgres"])
def any_url(request: pytest.FixtureRequest, url: str) -> str:
    return url if request.param == "file" else request.getfixturevalue("postgres_url")


async def test_what_was_written_is_there_after_the_store_opens_again(any_url: str):
    """P1: and the log goes on where it was."""
    store = open_store(any_url)
    bench = Bench(store)
    session_id = await bench.create()
    await bench.append(session_id, bench.said("before"))
    row, events = bench.row(session_id), bench.events(session_id)
    schema.finish(store)
    store = open_store(any_url)
    again = Bench(store, bench.clock, workspace_id=bench.workspace_id)
    assert (again.row(session_id), again.events(session_id)) == (row, events)
    done = await again.append(session_id, again.said("after"))
    assert done.events[0].seq == 3 and done.events[0].pos > row["pos"]
    assert verify(again.journal, again.workspace_id, session_id) == []
    schema.finish(store)


async def test_closing_finishes_what_is_queued(any_url: str):
    """P19: an accepted write is done before the store lets go."""
    store = open_store(any_url)
    bench = Bench(store)
    session_id = await bench.create()
    gate = threading.Event()
    store.submit(lambda _: gate.wait(30))
    waiting = [asyncio.ensure_future(bench.append(session_id, bench.said("x"))) for _ in range(9)]
    await asyncio.sleep(0)
    closing = asyncio.get_running_loop().run_in_executor(None, store.close)
    await asyncio.sleep(0.02)
    gate.set()
    await closing
    assert [done.events[0].seq for done in await asyncio.gather(*waiting)] == list(range(2, 11))
    with pytest.raises(Overloaded, match="closing"):
        store.submit(lambda _: None)
    store = open_store(any_url)
    again = Bench(store, workspace_id=bench.workspace_id)
    assert again.row(session_id)["seq"] == 10
    schema.finish(store)


def test_a_second_process_on_the_same_file_is_refused(url: str):
    """reliability.md 0.1: one process owns a SQLite file, and the refusal says what to do."""
    store = open_store(url)
    found = subprocess.run(
        [sys.executable, "-c", _SECOND, url], capture_output=True, text=True, check=False
    )
    schema.finish(store)
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("another process has ")
    assert "hansard.db open" in found.stdout
    assert "use PostgreSQL for several processes" in found.stdout
    schema.finish(open_store(url))


_SECOND = """
import sys
from hansard.domain.errors import Conflict
from hansard.store.open import open_store
try:
    open_store(sys.argv[1])
except Conflict as refusal:
    print(refusal.message)
"""


def test_a_link_to_an_open_file_is_the_same_file(url: str, tmp_path: Path):
    store = open_store(url)
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "data" / "hansard.db")
    with pytest.raises(Conflict, match="another process has"):
        open_store(f"sqlite:///{link}")
    schema.finish(store)


def test_a_file_that_is_no_database_is_refused_and_let_go(url: str, tmp_path: Path):
    path = tmp_path / "data" / "hansard.db"
    path.parent.mkdir()
    path.write_bytes(b"these are the minutes of the meeting " * 300)
    for _ in range(2):
        with pytest.raises(Corrupt, match="restore a backup"):
            open_store(url)
    path.unlink()
    schema.finish(open_store(url))


def test_a_store_file_is_for_its_owner_alone(url: str, tmp_path: Path):
    schema.finish(open_store(url))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


async def test_damage_after_an_unclean_stop_is_found_before_anything_is_served(
    url: str, tmp_path: Path
):
    """reliability.md 0.1: a file that was not closed is checked, whatever page is hurt."""
    path = await _filled(url, tmp_path)
    whole = path.read_bytes()
    page = int.from_bytes(whole[16:18], "big")
    for at in (0, 100, 3 * page, 7 * page, len(whole) - page):
        path.write_bytes(
            whole[:at] + bytes(b ^ 0xFF for b in whole[at : at + 64]) + whole[at + 64 :]
        )
        with pytest.raises(Corrupt, match="damaged"):
            open_store(url)
        with pytest.raises(Corrupt, match="damaged"):
            open_store(url)
    path.write_bytes(whole)
    store = open_store(url)
    assert schema.fact(store, "open") == "yes"
    schema.finish(store)


async def test_a_file_that_was_closed_is_not_checked_again(url: str, tmp_path: Path):
    """A clean stop is remembered; only an unclean one costs a check."""
    path = await _filled(url, tmp_path, clean=True)
    store = open_store(url)
    assert schema.fact(store, "open") == "yes"
    schema.finish(store)
    store = connect(url)
    assert schema.fact(store, "open") == "no"
    assert store.check() == []
    store.close()
    assert path.with_name("hansard.db.lock").exists()
    assert not path.with_name("hansard.db-wal").exists(), "closed: everything is in the file"


def test_the_database_keeps_its_word_to_the_disk(url: str):
    """P1: WAL, `synchronous=FULL` and overwritten deletions on the connection that writes."""
    store = open_store(url)

    def pragmas(tx):
        names = ("journal_mode", "synchronous", "secure_delete", "wal_autocheckpoint")
        return [tx.read(text(f"PRAGMA {name}")).scalar() for name in names]

    assert store.submit(pragmas).result() == ["wal", 2, 1, 4000]
    only = store.read(lambda c: c.execute(text("PRAGMA query_only")).scalar())
    checkpoints = store.read(lambda c: c.execute(text("PRAGMA wal_autocheckpoint")).scalar())
    assert (only, checkpoints) == (1, 0), "readers neither write nor checkpoint"
    schema.finish(store)


@pytest.mark.parametrize("wrong", ["mysql://localhost/x", "hansard.db", ""])
def test_a_url_of_another_database_is_refused(wrong: str):
    with pytest.raises(InvalidRequest, match="sqlite:// or postgresql://"):
        open_store(wrong)


def test_a_relative_path_lies_under_the_working_directory(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    schema.finish(open_store("sqlite:///here.db"))
    assert sorted(os.listdir(tmp_path)) == ["here.db", "here.db.lock"]


async def test_stores_in_memory_share_nothing():
    one, two = Bench.in_memory(), Bench.in_memory()
    session_id = await one.create()
    other = Bench(two.store, workspace_id=one.workspace_id)
    with pytest.raises(AssertionError, match="no row"):
        other.row(session_id)
    for bench in (one, two):
        bench.store.close()


async def _filled(url: str, tmp_path: Path, clean: bool = False) -> Path:
    store: Store = open_store(url)
    bench = Bench(store)
    for _ in range(20):
        session_id = await bench.create()
        await bench.append(session_id, *(bench.said("word " * 99) for _ in range(9)))
    if clean:
        schema.finish(store)
    else:
        store.close()
    return tmp_path / "data" / "hansard.db"


def test_a_database_that_does_not_answer_is_told_in_a_sentence():
    with pytest.raises(Overloaded, match="cannot be reached") as told:
        open_store("postgresql://ana:hunter2@127.0.0.1:1/nowhere?connect_timeout=2")
    assert "hunter2" not in told.value.message
    with pytest.raises(InvalidRequest):
        open_store("postgresql://ana@host:port/nowhere")


def test_what_a_killed_process_erased_leaves_the_write_ahead_log_at_the_next_start(
    url: str, tmp_path: Path
):
    """P11: the kill came between the commit of the erasure and the emptying of the log."""
    store = connect(url)
    file = Path(url.removeprefix("sqlite:///"))
    for statement in (
        "CREATE TABLE t (words TEXT)",
        "INSERT INTO t VALUES ('canary')",
        "DELETE FROM t",
    ):
        store.submit(lambda tx, s=statement: tx.write(text(s))).result()
    place = tmp_path / "killed"
    place.mkdir()
    for name in (file.name, f"{file.name}-wal"):
        (place / name).write_bytes(file.with_name(name).read_bytes())
    store.close()
    log = place / f"{file.name}-wal"
    assert b"canary" in log.read_bytes()
    again = connect(f"sqlite:///{place / file.name}")
    until = time.monotonic() + 10
    while log.stat().st_size and time.monotonic() < until:
        time.sleep(0.01)
    assert b"canary" not in log.read_bytes()
    assert b"canary" not in (place / file.name).read_bytes()
    again.close()


def test_erased_content_leaves_the_write_ahead_log(url: str):
    """P11: at once, or as soon as a reader that holds the log lets go."""
    store = connect(url)
    log = Path(url.removeprefix("sqlite:///") + "-wal")
    store.submit(lambda tx: tx.write(text("CREATE TABLE t (words TEXT)"))).result()
    store.submit(lambda tx: tx.write(text("INSERT INTO t VALUES ('canary')"))).result()
    held, go = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("BEGIN")
        driver.execute("SELECT * FROM t").fetchall()
        held.set()
        go.wait(30)
        driver.execute("COMMIT")

    def erase(tx: Tx) -> None:
        tx.write(text("DELETE FROM t"))
        tx.erased()

    reader = threading.Thread(target=store.read, args=[hold])
    reader.start()
    held.wait(30)
    store.submit(erase).result()
    assert b"canary" in log.read_bytes(), "a reader still holds it"
    go.set()
    reader.join(30)
    for _ in range(200):
        if b"canary" not in log.read_bytes():
            break
        threading.Event().wait(0.05)
    assert b"canary" not in log.read_bytes() + log.with_name("hansard.db").read_bytes()
    store.close()
