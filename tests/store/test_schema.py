"""The schema: migrations end in `tables.py`, go back and forth, all or nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text

from hansard.domain.errors import Conflict
from hansard.store import schema
from hansard.store.base import Tx
from hansard.store.engine import EngineStore
from hansard.store.open import connect, open_store
from hansard.store.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hansard.db"
    return request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> str:
    """The module's database without a table in it."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgres_url


@pytest.fixture
def bare(url: str) -> Iterator[EngineStore]:
    """A store whose database is empty."""
    store = connect(url)
    yield store
    store.close()


def test_migrations_end_exactly_in_the_tables_page(bare: EngineStore):
    """P20: columns, types, keys, unique constraints and indexes, on both databases."""
    schema.upgrade(bare)
    migrated = bare.submit(shape).result()
    empty(bare)
    declared = bare.submit(declare).result()
    assert migrated.pop("alembic_version")
    assert migrated == declared
    assert set(declared) == set(metadata.tables)


def test_a_downgrade_leaves_nothing_and_an_upgrade_builds_it_again(bare: EngineStore):
    schema.upgrade(bare)
    before = bare.submit(shape).result()
    migrate(bare, "downgrade", "base")
    assert set(bare.submit(shape).result()) == {"alembic_version"}
    schema.upgrade(bare)
    assert bare.submit(shape).result() == before
    at, newest = schema.versions(bare)
    assert at == newest is not None


def test_a_migration_that_breaks_leaves_the_database_as_it_was(bare: EngineStore):
    """P20: all or nothing."""

    def half(tx: Tx) -> None:
        schema.migrate(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bare.submit(half).result()
    assert bare.submit(shape).result() == {}
    schema.upgrade(bare)
    assert "events" in bare.submit(shape).result()


def test_a_database_of_a_newer_version_is_refused(url: str):
    """P20: downgrade refused with a clear message."""
    schema.finish(open_store(url))
    store = connect(url)
    store.submit(lambda tx: tx.write(text("UPDATE alembic_version SET version_num='9'"))).result()
    store.close()
    with pytest.raises(Conflict, match="newer version: upgrade Hansard"):
        open_store(url)


def test_servers_that_start_together_migrate_once(empty_postgres_url: str):
    """Several processes on one PostgreSQL database."""
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [empty_postgres_url] * 4))
    assert {at == newest for at, newest in map(schema.versions, stores)} == {True}
    for store in stores:
        store.close()


def test_facts_about_the_database_are_kept(bare: EngineStore):
    schema.upgrade(bare)
    assert schema.fact(bare, "colour") is None
    schema.set_fact(bare, "colour", "blue")
    schema.set_fact(bare, "colour", "green")
    assert schema.fact(bare, "colour") == "green"


def config(tx: Tx) -> Config:
    found = Config()
    found.set_main_option("script_location", "hansard:store/migrations")
    found.attributes["connection"] = tx.connection
    return found


def migrate(store: EngineStore, way: str, to: str) -> None:
    def job(tx: Tx) -> None:
        tx.read(text("SELECT 1"))
        getattr(command, way)(config(tx), to)

    store.submit(job).result()


def empty(store: EngineStore) -> None:
    migrate(store, "downgrade", "base")
    store.submit(lambda tx: tx.write(text("DROP TABLE alembic_version"))).result()


def declare(tx: Tx) -> dict[str, Any]:
    tx.wrote()
    metadata.create_all(tx.connection)
    return shape(tx)


def shape(tx: Tx) -> dict[str, Any]:
    """Everything the database itself says about its tables."""
    look = inspect(tx.connection)
    return {
        table: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c["default"])
                for c in look.get_columns(table)
            },
            "key": look.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(
                (c["name"], c["column_names"]) for c in look.get_unique_constraints(table)
            ),
            "indexes": sorted(
                (i["name"], i["column_names"], bool(i["unique"]), where(i))
                for i in look.get_indexes(table)
            ),
            "links": look.get_foreign_keys(table),
        }
        for table in sorted(look.get_table_names())
    }


def where(index: Any) -> str:
    """The condition of a partial index."""
    return str([str(value) for value in index.get("dialect_options", {}).values()])


def test_the_comparison_sees_what_it_compares(tmp_path: Path):
    """The control: one column, one index more is another shape."""
    engine = create_engine(f"sqlite:///{tmp_path}/control.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER NOT NULL, b TEXT, UNIQUE (a))"))
        first = shape(Tx(connection))
        connection.execute(text("CREATE INDEX i ON t (b) WHERE b IS NOT NULL"))
        second = shape(Tx(connection))
        connection.execute(text("ALTER TABLE t ADD COLUMN c BLOB"))
        third = shape(Tx(connection))
    engine.dispose()
    assert len({str(s) for s in (first, second, third)}) == 3
