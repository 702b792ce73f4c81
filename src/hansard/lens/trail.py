"""Who did what to a session: its entries of the audit (S2-36)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.store import audit
from hansard.store.base import Store


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did; `created_at` in ms UTC."""

    id: str
    created_at: int
    actor: Json
    action: str
    request_id: str | None
    detail: Json

    def to_wire(self) -> Json:
        """As the API shows it."""
        return {
            "id": self.id,
            "at": instant.to_wire(self.created_at),
            "actor": self.actor,
            "action": self.action,
            "detail": self.detail,
            "request_id": self.request_id,
        }


def of_session(
    store: Store, workspace_id: str, session_id: str, after: tuple[int, str] | None, limit: int
) -> Sequence[AuditEntry]:
    """What was done to a session, newest first, behind a place (at, id)."""
    rows = store.read(lambda c: audit.of_target(c, workspace_id, session_id, after, limit))
    return [
        AuditEntry(
            row["id"],
            row["at"],
            json.loads(row["actor"]),
            row["action"],
            row["request_id"],
            json.loads(row["detail"] or "{}"),
        )
        for row in rows
    ]
