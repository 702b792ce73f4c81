"""Open a database by its URL: the only file that names one."""

from pathlib import Path

from hansard.domain.errors import InvalidRequest
from hansard.store import schema
from hansard.store.base import Store
from hansard.store.postgres import PostgresStore
from hansard.store.search import SearchIndex
from hansard.store.search_postgres import PostgresSearch
from hansard.store.search_sqlite import open_index
from hansard.store.sqlite import SqliteStore

_SQLITE = "sqlite://"
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")


def open_store(url: str) -> Store:
    """Open a store and bring its schema up to date.

    Args:
        url: ``sqlite:///path/to/file``, ``sqlite://`` (in memory) or ``postgresql://…``.

    Raises:
        InvalidRequest: the URL names no database that Hansard knows.
        Conflict: another process owns the SQLite file.
        Corrupt: the file was not closed cleanly and is damaged.
    """
    store = connect(url)
    try:
        schema.prepare(store)
    except BaseException:
        store.close()
        raise
    return store


def open_search(store: Store) -> SearchIndex:
    """The search index of an open store: a file beside it, or tables in the same database."""
    if isinstance(store, SqliteStore):
        return open_index(store.path and store.path.with_name("search.db"))
    if isinstance(store, PostgresStore):
        return PostgresSearch(store.readers)
    raise TypeError("no search index for this store")


def connect(url: str) -> SqliteStore | PostgresStore:
    """Open a store as it is, without touching its schema."""
    if url.startswith(_SQLITE):
        rest = url.removeprefix(_SQLITE)
        return SqliteStore(
            Path(rest[1:] if rest.startswith("//") else rest.removeprefix("/")) if rest else None
        )
    for prefix in _POSTGRES:
        if url.startswith(prefix):
            return PostgresStore("postgresql+psycopg://" + url.removeprefix(prefix))
    raise InvalidRequest("the database URL must begin with sqlite:// or postgresql://")
