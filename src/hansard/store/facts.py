"""Facts about the database: one short text by name."""

from sqlalchemy import Connection, insert, select, update

from hansard.store.base import Tx
from hansard.store.tables import facts


def get(connection: Connection, name: str) -> str | None:
    """A fact; None where it was never noted."""
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def put(tx: Tx, name: str, value: str) -> None:
    """Note a fact, in place of what was noted before."""
    wrote = update(facts).where(facts.c.name == name).values(value=value).returning(facts.c.name)
    if tx.write(wrote).first() is None:
        tx.write(insert(facts).values(name=name, value=value))
