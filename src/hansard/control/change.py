"""Change facts about a session: title, tags, owner, metadata, acknowledgement."""

from collections.abc import Sequence
from typing import Any, cast

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import Conflict, InvalidRequest
from hansard.domain.session import Session
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended
from hansard.store.base import Tx

_PAIRS, _KEY, _VALUE = 16, 64, 512
_TITLE = 500
_TAGS, _TAG = 50, 100


async def update(
    journal: Journal,
    workspace_id: str,
    session_id: str,
    changes: Json,
    actor: Actor,
    *,
    also: Sequence[Also] = (),
) -> Appended:
    """Append one `session.updated` with what changed.

    Raises:
        InvalidRequest: a field is over its limit, or nothing changes.
        Conflict: the agent's tools are to change while a turn is in flight.
    """
    if not changes:
        raise InvalidRequest("nothing to change")
    check(changes)

    def decide(_: Tx, session: Session) -> list[Draft]:
        if "agent" in changes and session.hidden.in_flight:
            raise Conflict("a turn is in flight: the agent's tools cannot change now")
        return [Draft("session.updated", changes, actor, journal.clock())]

    return await journal.decide(workspace_id, session_id, decide, verb="update", also=also)


def check(changes: Json) -> None:
    """Refuse fields over their limits (wire.md section 1, Session object)."""
    title = changes.get("title")
    if title is not None and (not isinstance(title, str) or len(title) > _TITLE):
        raise InvalidRequest(f"title: at most {_TITLE} characters")
    tags = changes.get("tags")
    if tags is not None:
        check_tags(tags)
    if changes.get("metadata") is not None:
        check_metadata(changes["metadata"])


def check_tags(tags: Any) -> None:
    """At most 50 tags of at most 100 characters, each something one can look for."""
    found = cast("list[Any]", tags) if isinstance(tags, list) else [None]
    if len(found) > _TAGS or any(not isinstance(t, str) or len(t) > _TAG for t in found):
        raise InvalidRequest(f"tags: at most {_TAGS} texts of at most {_TAG} characters")
    if any("\0" in str(tag) for tag in found):
        raise InvalidRequest("tags: without NUL")


def check_metadata(metadata: Any) -> None:
    """At most 16 pairs, keys of 64 and values of 512 characters; null removes a key."""
    if not isinstance(metadata, dict) or len(cast(Json, metadata)) > _PAIRS:
        raise InvalidRequest(f"metadata: at most {_PAIRS} pairs")
    for key, value in cast(Json, metadata).items():
        if len(key) > _KEY:
            raise InvalidRequest(f"metadata: keys of at most {_KEY} characters")
        if value is not None and (not isinstance(value, str) or len(value) > _VALUE):
            raise InvalidRequest(f"metadata: texts of at most {_VALUE} characters")
