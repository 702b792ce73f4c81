"""A migration is there as a whole or not at all, whenever its process dies (P20)."""

import multiprocessing
import os
import random
import shutil
import signal
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import orjson
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import column, inspect, select, table, text, update

from hansard.domain.errors import Conflict
from hansard.journal import backup
from hansard.journal.rebuild import refresh
from hansard.lens import facets, rows
from hansard.store import schema
from hansard.store.base import Store, Tx
from hansard.store.filters import Filter
from hansard.store.open import connect, open_store
from hansard.testing import Bench, victim
from hansard.testing.bench import KEY

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
KILLS = 50
EVENTS = 3_000
OURS = schema.MIGRATIONS
LATER = '''"""A later schema: a column that every event fills, in several statements."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    """Add, fill, index."""
    op.add_column("events", sa.Column("length", sa.Integer))
    for part in range(20):
        op.execute(f"UPDATE events SET length = length(payload) WHERE seq % 20 = {{part}}")
    op.create_index("events_length", "events", ["length"])


def downgrade() -> None:
    """There is no way back."""
'''


@pytest.fixture(scope="module")
def nursery() -> ForkServerContext:
    """Processes that begin with everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hansard.testing.victim", "alembic.command", "alembic.config"])
    return context


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our migrations, and one more."""
    folder = tmp_path_factory.mktemp("later") / "migrations"
    shutil.copytree(OURS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = sorted(path.name for path in (folder / "versions").glob("[0-9]*.py"))[-1]
    source = LATER.format(before=newest.partition("_")[0])
    (folder / "versions" / "9999_length.py").write_text(source)
    return folder


def killed(nursery: ForkServerContext, url: str, folder: Path, after: float) -> bool:
    """Kill a process `after` seconds into its migration; whether it said that it was done."""
    ours, theirs = nursery.Pipe(duplex=False)
    process = nursery.Process(target=victim.migrate, args=(url, str(folder), theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "begin"
    time.sleep(after)
    process.kill()
    process.join(20)
    assert process.exitcode in (0, -signal.SIGKILL)
    try:
        done = ours.poll() and ours.recv() == "done"
    except EOFError:
        done = False
    ours.close()
    process.close()
    return done


def found(url: str) -> str:
    """``old`` or ``new``; anything in between fails."""
    store = connect(url)
    try:
        assert store.check() == []
        at = store.read(
            lambda c: c.execute(
                select(text("version_num")).select_from(text("alembic_version"))
            ).scalar()
        )
        columns = {c["name"] for c in store.read(lambda c: inspect(c).get_columns("events"))}
        indexes = {i["name"] for i in store.read(lambda c: inspect(c).get_indexes("events"))}
        if at != "9999":
            assert "length" not in columns and "events_length" not in indexes
            return "old"
        assert "length" in columns and "events_length" in indexes
        empty = text("SELECT count(*) FROM events WHERE length IS NULL")
        assert store.read(lambda c: c.execute(empty).scalar()) == 0
        return "new"
    finally:
        store.close()


async def test_a_migration_that_is_killed_leaves_the_old_schema_or_the_new(
    nursery: ForkServerContext, later: Path, tmp_path: Path
):
    """P20: 50 of 50, at any moment of it; HANSARD_TEST_LONG=n makes n times as many."""
    original = tmp_path / "original.db"
    store = open_store(f"sqlite:///{original}")
    bench = Bench(store)
    session_id = await bench.create()
    for _ in range(EVENTS // 500):
        await bench.append(session_id, *(bench.said(f"word {n} " * 60) for n in range(500)))
    schema.finish(store)
    rng = random.Random(20)
    seen: list[str] = []
    for number in range(KILLS * LONG):
        path = tmp_path / f"{number}.db"
        shutil.copy(original, path)
        done = killed(nursery, f"sqlite:///{path}", later, rng.uniform(0, 0.25))
        seen.append(found(f"sqlite:///{path}"))
        assert not done or seen[-1] == "new", "it said so"
        checked = backup.examine(path, KEY)
        assert (checked.ok, checked.events) == (True, EVENTS + 1)
    assert set(seen) == {"old", "new"}, "it was killed before the end and after it"


def test_the_first_schema_is_made_as_a_whole_too(nursery: ForkServerContext, tmp_path: Path):
    """Killed while an empty file becomes a database: the next start finishes or begins again."""
    rng = random.Random(19)
    for number in range(10 * LONG):
        path = tmp_path / str(number) / "hansard.db"
        url = f"sqlite:///{path}"
        killed(nursery, url, OURS, rng.uniform(0, 0.15))
        if path.exists():
            store = connect(url)
            tables = set(store.read(lambda c: inspect(c).get_table_names()))
            store.close()
            assert tables <= {"alembic_version"} or {"events", "sessions", "facts"} <= tables
        opened = open_store(url)
        assert schema.versions(opened)[0] == schema.versions(opened)[1]
        schema.finish(opened)


@pytest.fixture(params=["file", "postgres"])
def newer(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that a later version has written."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        request.getfixturevalue("postgres_store")
    else:
        url = f"sqlite:///{tmp_path}/hansard.db"
    store: Store = open_store(url)
    version = table("alembic_version", column("version_num"))
    before = schema.versions(store)[0]
    store.submit(lambda tx: tx.write(update(version).values(version_num="9999"))).result()
    store.close()

    def back() -> None:
        again = connect(url)
        again.submit(lambda tx: tx.write(update(version).values(version_num=before))).result()
        again.close()

    request.addfinalizer(back)
    return url


def test_a_newer_database_is_refused_and_left_as_it_is(newer: str):
    """P20: downgrade refused with a clear message."""
    for _ in range(2):
        with pytest.raises(Conflict, match="newer version: upgrade Hansard"):
            open_store(newer)
    store = connect(newer)
    assert schema.versions(store)[0] == "9999"
    store.close()


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    version = table("alembic_version", column("version_num"))
    store.submit(lambda tx: tx.write(update(version).values(version_num="9999"))).result()
    backup.back_up(store, tmp_path / "b.db", 0)
    store.close()
    place = tmp_path / "new" / "hansard.db"
    place.parent.mkdir()
    with pytest.raises(Conflict, match="newer version"):
        backup.put_back(tmp_path / "b.db", place, KEY, 0)
    assert not place.exists()


async def test_a_database_of_the_first_schema_lists_and_counts_like_one_of_today(tmp_path: Path):
    """P20: what a later schema finds by is filled from the log at the next start."""
    url = f"sqlite:///{tmp_path / 'first.db'}"
    store = open_store(url)
    bench = Bench(store)
    for number in range(6):
        session_id = await bench.create(kind=("chat", "flow_run")[number % 2])
        call = bench.draft("agent.mcp_tool_use", name="find", mcp_server_name="crm", input={})
        await bench.append(session_id, bench.said("words"), call)
    where = bench.workspace_id
    asked = (
        lambda s: facets.facets_of(s, where, Filter()),
        lambda s: rows.page(s, KEY, where, Filter(kinds=("chat",))).rows,
        lambda s: rows.page(s, KEY, where, Filter(connectors=("crm",))).rows,
    )
    today = [ask(store) for ask in asked]
    assert [len(page) for page in today[1:]] == [3, 6]

    def back(tx: Tx) -> None:
        tx.read(text("SELECT 1"))
        config = Config()
        config.set_main_option("script_location", "hansard:store/migrations")
        config.attributes["connection"] = tx.connection
        command.downgrade(config, "0001")

    store.submit(back).result()
    schema.set_fact(store, "projections", "of the first schema")
    schema.finish(store)
    store = open_store(url)
    refresh(Bench(store).journal)
    again = [ask(store) for ask in asked]
    schema.finish(store)
    for before, after in zip(today, again, strict=True):
        assert shown(after) == shown(before)


def shown(answer: Any) -> Any:
    """An answer without its cursors: a row that is folded again is pushed again."""
    if isinstance(answer, dict):
        return answer["facets"], answer["tabs"]
    return [{k: v for k, v in orjson.loads(row).items() if k != "pos"} for row in answer]
