"""PostgreSQL: any number of processes; wake-ups between them by LISTEN and NOTIFY."""

import logging
import os
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from hansard.domain.errors import InvalidRequest, Overloaded
from hansard.store.base import Tx
from hansard.store.engine import EngineStore
from hansard.store.notify import Wake

_LOG = logging.getLogger(__name__)
_CHANNEL = "hansard_commits"
_RETRY_S = 1.0
_MIGRATION_LOCK = 0x48616E73617264
_COLLISIONS = frozenset({"23505", "40001", "40P01"})
"""Unique violation, serialization failure, deadlock: the other process was a moment earlier."""


class PostgresStore(EngineStore):
    """A PostgreSQL database by psycopg 3.

    Args:
        url: a SQLAlchemy URL, ``postgresql+psycopg://…``.

    Raises:
        InvalidRequest: the driver is not installed, or the URL does not read.
        Overloaded: the database does not answer, or does not let us in.
    """

    exclusive = False

    def __init__(self, url: str) -> None:
        shared = {"hide_parameters": True}  # an error must not show what was being written
        if find_spec("psycopg") is None:
            raise InvalidRequest("PostgreSQL needs its driver: install hansard[postgres]")
        try:
            engine = create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, **shared)
            writer = create_engine(url, pool_size=1, max_overflow=0, **shared)
        except (ArgumentError, ValueError) as problem:
            raise InvalidRequest("the database URL does not read") from problem
        self._dsn = url.replace("postgresql+psycopg://", "postgresql://")
        self._stop = threading.Event()
        super().__init__("postgresql", engine, _reach(writer))
        self._origin = f"{os.getpid()}-{id(self):x}"
        self._listener = threading.Thread(target=self._listen, name="hansard-listen", daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Finish what is queued, stop listening, let go of the database."""
        self._stop.set()
        with suppress(Overloaded, DBAPIError):
            self.submit(lambda tx: self.announce(tx, "")).result()  # the listener looks up
        super().close()
        self._listener.join(5)

    @contextmanager
    def _begin(self) -> Generator[Tx]:
        connection = self._connection
        if connection.invalidated:
            connection.rollback()
        with connection.begin():
            yield Tx(connection)

    def announce(self, tx: Tx, workspace_id: str) -> None:
        """Tell other processes, with the commit, that something happened."""
        tx.read(
            text("SELECT pg_notify(:channel, :what)"),
            {"channel": _CHANNEL, "what": f"{self._origin} {workspace_id}"},
        )

    def alone(self, tx: Tx) -> None:
        """Keep other processes out of the schema until the commit."""
        tx.read(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})

    def analyze(self, tx: Tx, tables: Sequence[str]) -> None:
        """Else it sorts a million rows until it looks by itself."""
        tx.write(text(f"ANALYZE {', '.join(tables)}"))

    def _collided(self, problem: BaseException) -> bool:
        if not isinstance(problem, DBAPIError):
            return False
        return getattr(problem.orig, "sqlstate", None) in _COLLISIONS

    def _listen(self) -> None:
        import psycopg  # an extra: SQLite installations do not have it

        while not self._stop.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    self.notify.shake()
                    while not self._stop.is_set():
                        for notice in connection.notifies(timeout=0.5, stop_after=1):
                            self._heard(notice.payload)
            except psycopg.Error:
                _LOG.warning("lost the wake-up connection; trying again")
                self._stop.wait(_RETRY_S)

    def _heard(self, payload: str) -> None:
        origin, _, workspace_id = payload.partition(" ")
        if origin != self._origin:
            self.notify.publish(Wake(workspace_id, 0))


def _reach(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except DBAPIError as problem:
        told = str(problem.orig).partition("\n")[0]
        where = engine.url.render_as_string(hide_password=True).replace("+psycopg", "")
        raise Overloaded(f"the database {where} cannot be reached: {told}") from problem
