"""What moved in the list: whole rows after a cursor, each changed row once."""

from dataclasses import dataclass

from hansard.store import session_rows, sessions
from hansard.store.base import Store

BATCH = 200


@dataclass(frozen=True, slots=True)
class Patch:
    """A row to put in, or an id to take out."""

    pos: int
    session_id: str
    row: bytes | None


def patches(store: Store, workspace_id: str, pos: int) -> list[Patch]:
    """Rows whose cursor is above `pos`, in order (S2-22); sub-agents' rows too.

    A row that changed often in between comes once, as it is now. A list of sessions without
    sub-agents passes over rows with a `parent_id`: their sums move on the root's own row.
    """
    rows = store.read(lambda c: session_rows.changed_after(c, workspace_id, pos, BATCH))
    return [
        Patch(at, session_id, None if shelf == sessions.DELETED else body)
        for at, session_id, shelf, _child, body in rows
    ]
