"""The schema's version: migrate at start, and remember whether the last stop was clean."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, update

from hansard.domain.errors import Conflict, Corrupt
from hansard.store.base import Store, Tx
from hansard.store.tables import facts

_MIGRATIONS = Path(__file__).parent / "migrations"


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
        config = _config(tx.connection)
        at = _version(tx.connection)
        script = ScriptDirectory.from_config(config)
        newest = script.get_current_head()
        if at == newest:
            return
        if at is not None and at not in {s.revision for s in script.walk_revisions()}:
            raise Conflict("the database was written by a newer version: upgrade Hansard")
        tx.wrote()
        command.upgrade(config, "head")

    store.submit(job).result()


def versions(store: Store) -> tuple[str | None, str | None]:
    """(the database's revision, the newest one)."""

    def query(connection: Connection) -> tuple[str | None, str | None]:
        script = ScriptDirectory.from_config(_config(connection))
        return _version(connection), script.get_current_head()

    return store.read(query)


def fact(store: Store, name: str) -> str | None:
    """A fact about the database."""
    query = select(facts.c.value).where(facts.c.name == name)
    return store.read(lambda connection: connection.execute(query).scalar())


def set_fact(store: Store, name: str, value: str) -> None:
    """Remember a fact about the database."""

    def job(tx: Tx) -> None:
        found = tx.write(
            update(facts).where(facts.c.name == name).values(value=value).returning(facts.c.name)
        )
        if found.first() is None:
            tx.write(insert(facts).values(name=name, value=value))

    store.submit(job).result()


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
