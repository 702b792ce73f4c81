"""Create a session: one `session.created`, and its first events, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from hansard.control import keys
from hansard.domain import ids, state
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import InvalidRequest
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended
from hansard.journal.prepare import encode

_MAX_INITIAL = 50
_MAX_WHERE = 8 * 1024
_MAX_EXTERNAL = 512


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a caller says about a session to create (S3-11, wire.md section 1)."""

    agent: Json
    owner: Json | None
    kind: state.Kind = "chat"
    mode: str = "work"
    origin: str = "api"
    channel: str | None = "api"
    peer_type: str | None = None
    title: str | None = None
    key: str | None = None
    parent_id: str | None = None
    root_id: str | None = None
    recorded: bool = False
    environment_id: str | None = None
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    tags: Sequence[str] = ()
    external_ids: Json = field(default_factory=dict[str, Any])
    where: Json = field(default_factory=dict[str, Any])


async def create(
    journal: Journal,
    workspace_id: str,
    new: NewSession,
    actor: Actor,
    *,
    first: Sequence[Draft] = (),
    also: Sequence[Also] = (),
    session_id: str | None = None,
) -> Appended:
    """Append `session.created` and the first events as one change.

    Raises:
        InvalidRequest: an axis has a word outside its list, the key cannot be one, a fact is
            over its limit, or too many first events came.
        Conflict: the key is taken.
    """
    check_axes(new)
    check_facts(new)
    if len(first) > _MAX_INITIAL:
        raise InvalidRequest(f"initial_events: at most {_MAX_INITIAL}")
    now = journal.clock()
    chosen = session_id or new_id(journal)
    drafts = [creation(chosen, new, actor, now), *titled(new, actor, now), *first]
    return await journal.append(workspace_id, chosen, drafts, create=True, also=also)


def new_id(journal: Journal) -> str:
    """A fresh session id."""
    return ids.make("sesn", journal.clock(), journal.keeper.random74())


def creation(session_id: str, new: NewSession, actor: Actor, at: int) -> Draft:
    """The `session.created` draft of a session."""
    payload: Json = {
        "key": new.key or key_of(session_id, new),
        "kind": new.kind,
        "mode": new.mode,
        "origin": new.origin,
        "channel": new.channel,
        "peer_type": new.peer_type,
        "agent": new.agent,
        "owner": new.owner,
        "parent_id": new.parent_id,
        "root_id": new.root_id or session_id,
        "external_ids": new.external_ids,
        "metadata": new.metadata,
        "tags": list(new.tags),
        "recorded": new.recorded,
        "environment_id": new.environment_id,
        "where": new.where,
    }
    return Draft("session.created", payload, actor, at)


def key_of(session_id: str, new: NewSession) -> str:
    """The key of a session that came without one."""
    owner = (new.owner or {}).get("name") or "local"
    return keys.make(
        agent=str(new.agent.get("name") or "agent"),
        user=str(owner).lower(),
        channel=new.channel or new.origin,
        thread=session_id.removeprefix("sesn_"),
    )


def titled(new: NewSession, actor: Actor, at: int) -> list[Draft]:
    """The title a caller gave counts as a person's."""
    if not new.title:
        return []
    return [Draft("session.updated", {"title": new.title}, actor, at)]


def check_facts(new: NewSession) -> None:
    """Refuse keys that cannot be found again, and facts that do not belong into a list row."""
    if new.key is not None and ("\0" in new.key or new.key.startswith("sesn_")):
        raise InvalidRequest("key: a text without NUL that does not look like an id")
    if new.channel is not None and "\0" in new.channel:
        raise InvalidRequest("channel: a text without NUL")
    check_where(new.where)
    if any(len(name) + len(str(v)) > _MAX_EXTERNAL for name, v in new.external_ids.items()):
        raise InvalidRequest(f"external_ids: texts of at most {_MAX_EXTERNAL} characters")


def check_where(where: Any) -> None:
    """An object of texts, 8 KiB in all."""
    found = cast(Json, where) if isinstance(where, dict) else {"": None}
    if any(not isinstance(value, str) for value in found.values()):
        raise InvalidRequest("where: an object of texts")
    if len(encode(found)[1]) > _MAX_WHERE:
        raise InvalidRequest(f"where: at most {_MAX_WHERE} bytes")


def check_axes(new: NewSession) -> None:
    """Refuse words outside the lists of requirements.md 6.1."""
    for name, value, allowed in (
        ("kind", new.kind, state.KINDS),
        ("mode", new.mode, state.MODES),
        ("origin", new.origin, state.ORIGINS),
    ):
        if value not in allowed:
            raise InvalidRequest(f"{name}: one of {', '.join(allowed)}")
    if new.mode != "work" and new.kind != "chat":
        raise InvalidRequest("mode: only a chat can be ask or builder")
