"""What the search index still has to forget: kept with the erase that asks for it (P11)."""

from sqlalchemy import Connection, delete, insert, select

from hansard.store.base import Tx
from hansard.store.tables import facts

_PREFIX = "search_forgets:"


def add(tx: Tx, name: str) -> None:
    """Remember that the index holds content which the log does not hold any more."""
    tx.write(insert(facts).values(name=_PREFIX + name, value="yes"))


def done(tx: Tx, name: str) -> None:
    """The index has forgotten it."""
    tx.write(delete(facts).where(facts.c.name == _PREFIX + name))


def names(connection: Connection) -> list[str]:
    """What is not forgotten yet."""
    query = select(facts.c.name).where(facts.c.name.startswith(_PREFIX, autoescape=True))
    return [name.removeprefix(_PREFIX) for name in connection.execute(query).scalars()]
