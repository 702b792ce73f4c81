"""The schema's version: migrate at start, and remember whether the last stop was clean."""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from hansard.domain.errors import Conflict, Corrupt
from hansard.store import facts
from hansard.store.base import Readable, Store, Tx
from hansard.store.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
_APPLIED = table("alembic_version", column("version_num"))


def prepare(store: Store) -> None:
    """Check a file that was not closed cleanly, then migrate to the newest schema.

    Raises:
        Corrupt: the check found damage; restore a backup.
        Conflict: the database was written by a newer version.
    """
    if store.exclusive and store.read(_version) is not None and fact(store, "open") == "yes":
        found = store.check()
        if found:
            raise Corrupt("the database is damaged: " + "; ".join(found[:3]))
    upgrade(store)
    if store.exclusive:
        set_fact(store, "open", "yes")


def finish(store: Store) -> None:
    """Mark the stop as clean, then close."""
    if store.exclusive:
        set_fact(store, "open", "no")
    store.close()


def upgrade(store: Store) -> None:
    """Bring the schema up to date, all or nothing (P20).

    Raises:
        Conflict: the database was written by a newer version of Hansard.
    """

    def job(tx: Tx) -> None:
        store.alone(tx)
        migrate(tx)

    store.submit(job).result()


def migrate(tx: Tx) -> None:
    """Run what is missing inside an open transaction.

    Raises:
        Conflict: the database was written by a newer version of Hansard.
    """
    # Alembic takes ten megabytes and a quarter of a second: only a migration pays for it.
    # This first read begins SQLAlchemy's own transaction: without it Alembic would commit.
    at = _version(tx.connection)
    if at == _newest():
        return
    if at is not None and at not in _revisions():
        raise Conflict("the database was written by a newer version: upgrade Hansard")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = tx.connection
    tx.wrote()
    command.upgrade(config, "head")


def versions(store: Store) -> tuple[str | None, str | None]:
    """(the database's revision, the newest one)."""

    return store.read(_version), _newest()


def strangers(store: Readable) -> list[str]:
    """What a SQLite file holds that no migration makes: it would run, or hide, in our name.

    Of a newer version's file there is nothing to say: it is refused for that.
    """
    at = store.read(_version)
    if at is not None and at not in _revisions():
        return []
    query = text("SELECT type, name, rootpage, sql FROM sqlite_master")
    found = store.read(lambda connection: connection.execute(query).all())
    return [f"{kind} {name}" for kind, name, page, sql in found if not _ours(kind, name, page, sql)]


def _ours(kind: str, name: str, page: int | None, sql: str | None) -> bool:
    if kind not in ("table", "index") or not page:  # a virtual table has no page of its own
        return False
    known = {_APPLIED.name, *metadata.tables} if kind == "table" else _INDEXES
    return name in known or (name in _STATISTICS) or (kind == "index" and sql is None)


_INDEXES = frozenset(str(one.name) for table in metadata.tables.values() for one in table.indexes)
_STATISTICS = frozenset({"sqlite_stat1", "sqlite_stat4", "sqlite_sequence"})


def fact(store: Store, name: str) -> str | None:
    """A fact about the database."""
    return store.read(lambda connection: facts.get(connection, name))


def set_fact(store: Store, name: str, value: str) -> None:
    """Remember a fact about the database."""
    store.submit(lambda tx: facts.put(tx, name, value)).result()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_APPLIED.name):
        return None
    return connection.execute(select(_APPLIED.c.version_num)).scalar()


def _revisions() -> list[str]:
    """Revisions in their order: a migration's file name begins with its revision."""
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return [name.partition("_")[0] for name in names]


def _newest() -> str:
    return _revisions()[-1]
