"""The session itself: made, changed, ended, put away, deleted."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body, brief


class SessionCreated(Body):
    """The session exists; its row is the fold of this and what follows."""

    type = "session.created"

    key: str
    title: str | None = None
    kind: str
    mode: str
    origin: str
    channel: str | None = None
    peer_type: str | None = None
    agent: Json
    owner: Json | None = None
    parent_id: str | None = None
    root_id: str | None = None
    external_ids: Json | None = None
    metadata: Json | None = None
    recorded: bool = False
    where: Json | None = None
    environment_id: str | None = None
    tags: list[str] | None = None
    initiative_id: str | None = None
    plan_id: str | None = None

    def headline(self) -> str:
        return "Created"


class SessionUpdated(Body):
    """Facts about the session changed; only what changed is present."""

    type = "session.updated"
    named_by = "protocol"

    title: str | None = None
    metadata: Json | None = None
    agent: Json | None = None
    budget: Any = None
    tags: list[str] | None = None
    owner: Json | None = None
    initiative_id: Any = None
    plan_id: Any = None
    acknowledged: bool | None = None
    where: Json | None = None
    title_source: str | None = None
    """person (wins), source or prompt."""

    def headline(self) -> str:
        return f"Renamed to {self.title}" if self.title else "Updated"


class SessionEnded(Body):
    """The session came to its end, in a terminal state."""

    type = "session.ended"
    text_fields = ("output_summary",)

    state: str
    state_reason: str | None = None
    output_summary: str | None = None

    def headline(self) -> str:
        return brief(self.output_summary or f"Ended, {self.state}")


class SessionArchived(Body):
    """The session became read-only (S3-4)."""

    type = "session.archived"

    def headline(self) -> str:
        return "Archived"


class SessionUnarchived(Body):
    """The session accepts input again."""

    type = "session.unarchived"

    def headline(self) -> str:
        return "Unarchived"


class SessionBackgrounded(Body):
    """The work went on as a background task."""

    type = "session.backgrounded"

    session_child_id: str | None = None

    def headline(self) -> str:
        return "Sent to the background"


class SessionForked(Body):
    """Another session was forked from this one."""

    type = "session.forked"

    at_seq: int | None = None
    session_child_id: str | None = None

    def headline(self) -> str:
        return "Forked"


class SessionLinked(Body):
    """The session belongs with another: parent, fork, resume or duplicate."""

    type = "session.linked"

    relation: str
    linked_session_id: str | None = None
    external_id: str | None = None

    def headline(self) -> str:
        return f"Linked, {self.relation}"


class SessionRedacted(Body):
    """A secret that was learned later was taken out of earlier events (S2-35)."""

    type = "session.redacted"

    event_ids: list[str]
    names: list[str] | None = None
    content_hashes: Json | None = None

    def headline(self) -> str:
        return f"Redacted {', '.join(self.names)}" if self.names else "Redacted"


class SessionDeleted(Body):
    """Everything but this and the tombstone is gone."""

    type = "session.deleted"
    named_by = "protocol"

    event_count: int | None = None

    def headline(self) -> str:
        return "Deleted"
