"""Write an audit entry in the transaction of the change (S2-36, reliability.md 2)."""

import json
import os
from dataclasses import dataclass, field
from typing import Any

from hansard.domain import ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.store import audit
from hansard.store.base import Tx


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did.

    Attributes:
        action: the operation's name.
        target: the id of what it was done to.
        detail: what changed, redacted by its maker; never secrets.
    """

    workspace_id: str
    actor: Actor
    action: str
    target: str | None
    at: int
    request_id: str | None = None
    detail: Json = field(default_factory=dict[str, Any])


def write(tx: Tx, entry: Entry) -> None:
    """Insert the entry."""
    random = int.from_bytes(os.urandom(10), "big") >> 6
    audit.add(
        tx,
        {
            "workspace_id": entry.workspace_id,
            "id": ids.make("audit", entry.at, random),
            "at": entry.at,
            "actor": json.dumps(entry.actor.to_wire()),
            "action": entry.action,
            "target": entry.target,
            "request_id": entry.request_id,
            "detail": json.dumps(entry.detail),
        },
    )
