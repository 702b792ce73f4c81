"""Send events to a session: protocol input to any, events of every type to recorded ones."""

import re
from collections.abc import Sequence
from typing import Any, cast

from hansard.control.create import check_where
from hansard.domain import codec, ids, instant
from hansard.domain.actor import ACTOR_TYPES, Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import InvalidRequest, TooLarge
from hansard.domain.events.base import ENVELOPE
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended
from hansard.journal.prepare import encode
from hansard.usage.cost import priced

SENDABLE = frozenset(
    {
        "user.message",
        "user.interrupt",
        "user.tool_confirmation",
        "user.tool_result",
        "user.custom_tool_result",
        "user.define_outcome",
        "system.message",
    }
)
"""What the protocol lets a client send to a session that runs here."""
_OWN = frozenset(
    {
        "session.archived",
        "session.created",
        "session.deleted",
        "session.redacted",
        "session.unarchived",
    }
)
_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")
_MAX_TYPE = 80
_MAX_EVENTS = 1_000
_MAX_EVENT = 256 * 1024


async def send(
    journal: Journal,
    workspace_id: str,
    session_id: str,
    events: Sequence[Json],
    actor: Actor,
    *,
    recorded: bool,
    expected_seq: int | None = None,
    also: Sequence[Also] = (),
) -> Appended:
    """Append what a caller sent.

    Input to a session that runs here waits to be taken up (`processed_at` null); a recorded
    session takes events of any type, as facts.

    Raises:
        InvalidRequest: an event has no known shape, or a type that cannot be sent here.
        TooLarge: an event is over 256 KiB.
        Conflict: archived (S3-4), another `expected_seq`, or an id with other content.
    """
    found = drafts(events, actor, journal.clock(), recorded=recorded)
    return await journal.append(
        workspace_id,
        session_id,
        found,
        expected_seq=expected_seq,
        verb="send",
        also=also,
    )


def drafts(events: Sequence[Json], actor: Actor, now: int, *, recorded: bool) -> list[Draft]:
    """Read events as they came over the wire.

    Raises:
        InvalidRequest: with the place of the event that does not read.
        TooLarge: with the place of the event that is over 256 KiB (reliability.md 2, Bodies).
    """
    if not events:
        raise InvalidRequest("events: at least one")
    if len(events) > _MAX_EVENTS:
        raise InvalidRequest(f"events: at most {_MAX_EVENTS} at once")
    return [
        _draft(event, f"events.{place}", actor, now, recorded) for place, event in enumerate(events)
    ]


def _draft(event: Json, where: str, actor: Actor, now: int, recorded: bool) -> Draft:
    kind = _type(event.get("type"), where, recorded)
    payload = {k: v for k, v in event.items() if k not in ENVELOPE}
    if kind == "session.reset" and payload.keys() & {"erased", "kept"}:
        raise InvalidRequest(f"{where}: what is erased is said by the operation session.reset")
    if len(encode(payload)[1]) > _MAX_EVENT:
        raise TooLarge(f"{where}: an event is at most {_MAX_EVENT} bytes")
    if isinstance(payload.get("content"), str):
        payload["content"] = [{"type": "text", "text": payload["content"]}]
    try:
        codec.decode(kind, payload)
        if kind == "session.updated" and payload.get("where") is not None:
            check_where(payload["where"])
    except InvalidRequest as problem:
        raise InvalidRequest(f"{where}: {problem.message}") from problem
    draft = Draft(
        type=kind,
        payload=payload,
        actor=_actor(event.get("actor"), actor, where) if recorded else actor,
        created_at=_instant(event.get("created_at"), now, where) if recorded else now,
        id=_id(event.get("id"), "sevt", f"{where}.id"),
        turn_id=_id(event.get("turn_id"), "turn", f"{where}.turn_id"),
        session_thread_id=_id(event.get("session_thread_id"), "sthr", f"{where}.session_thread_id"),
        waits=not recorded and kind.startswith(("user.", "system.")),
    )
    return priced(draft)


def _type(value: Any, where: str, recorded: bool) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TYPE or not _TYPE.match(value):
        raise InvalidRequest(f"{where}.type: an event type such as user.message")
    if value in _OWN:
        raise InvalidRequest(f"{where}.type: {value} is written by its own operation")
    if not recorded and value not in SENDABLE:
        raise InvalidRequest(f"{where}.type: {value} cannot be sent to a session that runs here")
    return value


def _id(value: Any, prefix: str, where: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not ids.is_id(prefix, value):
        raise InvalidRequest(f"{where}: {prefix}_ and 32 hex digits")
    return value


def _instant(value: Any, now: int, where: str) -> int:
    if value is None:
        return now
    try:
        at = instant.from_wire(str(value))
    except (ValueError, OverflowError) as problem:
        raise InvalidRequest(f"{where}.created_at: an RFC 3339 instant") from problem
    if not 0 <= at <= instant.LAST:
        raise InvalidRequest(f"{where}.created_at: out of range")
    return at


def _actor(value: Any, default: Actor, where: str) -> Actor:
    """A recorder says who acted; to be a key, or another member, is not taken: the name stays."""
    if value is None:
        return default
    if not isinstance(value, dict):
        raise InvalidRequest(f"{where}.actor: an object with type, id and name")
    said = cast(Json, value)
    kind = said.get("type")
    if kind not in ACTOR_TYPES or kind == "key":
        raise InvalidRequest(f"{where}.actor.type: person, agent, system, trigger or source")
    identifier, name = said.get("id"), said.get("name")
    if isinstance(identifier, str) and ids.is_id("usr", identifier) and identifier != default.id:
        identifier = None
    return Actor(
        kind,
        identifier[:200] if isinstance(identifier, str) else None,
        name[:200] if isinstance(name, str) else None,
    )
