"""How far the log was searched for secrets that became known after it was written."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from hansard.store.base import Tx
from hansard.store.tables import rescans

_c = rescans.c
_COLUMNS = (
    "mark",
    "name",
    "state",
    "after_sid",
    "sessions_done",
    "sessions_total",
    "events",
    "started_at",
    "finished_at",
)


@dataclass(frozen=True, slots=True)
class Rescan:
    """The search for one value.

    Attributes:
        mark: tells the value apart by a keyed hash, and does not tell it.
        state: `pending`, `running` or `done`.
        after_sid: the last session that was searched.
        events: how many were rewritten.
    """

    mark: bytes
    name: str
    state: str
    after_sid: int
    sessions_done: int
    sessions_total: int
    events: int
    started_at: int
    finished_at: int | None


def everything(connection: Connection, workspace_id: str) -> list[Rescan]:
    """The searches of a workspace, the newest first."""
    query = (
        select(*(_c[name] for name in _COLUMNS))
        .where(_c.workspace_id == workspace_id)
        .order_by(_c.started_at.desc(), _c.name)
    )
    return [Rescan(*row) for row in connection.execute(query)]


def add(tx: Tx, workspace_id: str, found: Rescan) -> None:
    """Remember that a value is to be searched for."""
    values = {name: getattr(found, name) for name in _COLUMNS}
    tx.write(insert(rescans).values(workspace_id=workspace_id, **values))


def moved(
    tx: Tx, workspace_id: str, marks: list[bytes], *, after_sid: int, sessions: int, events: int
) -> None:
    """Some sessions more were searched."""
    tx.write(
        update(rescans)
        .where(_c.workspace_id == workspace_id, _c.mark.in_(marks))
        .values(
            state="running",
            after_sid=after_sid,
            sessions_done=_c.sessions_done + sessions,
            events=_c.events + events,
        )
    )


def finished(tx: Tx, workspace_id: str, marks: list[bytes], now: int) -> None:
    """Everything was searched."""
    tx.write(
        update(rescans)
        .where(_c.workspace_id == workspace_id, _c.mark.in_(marks))
        .values(state="done", finished_at=now)
    )
