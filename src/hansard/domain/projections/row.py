"""A session as the API shows it, and back: the list row of architecture.md section 10."""

from dataclasses import fields
from hashlib import sha256
from typing import Any, get_type_hints

from hansard.domain import foreign, instant, money, state
from hansard.domain.draft import Json
from hansard.domain.progress import progress
from hansard.domain.session import TOKEN_CLASSES, Hidden, Session, shown_children

_TIMES = (
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "last_message_at",
    "last_activity_at",
    "lease_until",
    "ended_at",
    "attention_since",
)
_HIDDEN = [f.name for f in fields(Hidden)]
_KEPT = [f.name for f in fields(Session) if f.name not in ("hidden", *_TIMES)]
_SHAPES = get_type_hints(Session)
_HIDDEN_SHAPES = get_type_hints(Hidden)
_MAYBE = frozenset(name for name in _TIMES if _SHAPES[name] != int)  # noqa: E721 - a hint, no type
_NEEDED = frozenset({"key", "kind", "mode", "origin", "created_at", "tokens"})
_PLACE = ("id", "workspace_id", "segment", "seq", "pos", "head", "children")
_RULES = 4
"""Raise it when the same events give another row although no field is new."""

VERSION = f"{_RULES}-{sha256(' '.join([*_KEPT, *_TIMES, *_HIDDEN]).encode()).hexdigest()[:12]}"
"""Names how rows are folded: rows of another version are folded again at the start."""


def active_until(session: Session) -> int:
    """Until when the session is active (S2-15..17); 0 when it is not, or is put away."""
    if session.archived_at is not None or session.deleted_at is not None:
        return 0
    return state.active_until(
        session.kind,
        session.state,
        session.state_reason,
        last_message_at=session.last_message_at,
        ended_at=session.ended_at,
    )


def settle_at(session: Session, now: int) -> int | None:
    """When the row changes by time alone: a chat goes quiet or a lease runs out; else None."""
    due: list[int] = []
    until = active_until(session)
    if now < until < state.FOREVER:
        due.append(until)
    if session.recorded and session.state == "running" and session.lease_until is not None:
        due.append(session.lease_until)
    return min(due, default=None)


def attention(session: Session) -> Json | None:
    """Why the session needs a person and since when, or None (S2-37)."""
    reason = state.attention_reason(
        session.state,
        session.state_reason,
        acknowledged=session.hidden.acknowledged,
        archived=session.archived_at is not None,
    )
    if reason is None or session.attention_since is None:
        return None
    since = instant.to_wire(session.attention_since)
    found: Json = {"reason": reason, "since": since, "approval_id": session.approval_id}
    if session.hidden.question is not None:
        found["question"] = session.hidden.question
    return found


def views(session: Session, now: int) -> Json:
    """Every derived word of the row, computed and never taken back (requirements.md 6.2)."""
    archived = session.archived_at is not None
    until = active_until(session)
    reason = session.state_reason
    return {
        "status": state.wire_status(session.state, archived=archived, resumable=session.resumable),
        "display_status": state.display_status(session.state, reason, archived=archived),
        "lifecycle": state.lifecycle(session.state, archived=archived),
        "tone": state.tone(session.state, archived=archived),
        "active": until > now,
        "active_until": instant.to_wire(until) if now < until < state.FOREVER else None,
        "attention": attention(session),
        "progress": progress(session),
    }


def row(session: Session, now: int) -> Json:
    """The list row: protocol fields with their names and values, ours flat beside them."""
    end = session.ended_at or session.last_activity_at or session.created_at
    tokens = session.tokens
    return {
        "id": session.id,
        "type": "session",
        "title": session.title,
        **views(session, now),
        "agent": _agent(session),
        "environment_id": session.environment_id,
        "deployment_id": session.deployment_id,
        "metadata": session.metadata,
        "resources": [],
        "vault_ids": [],
        "budget": session.budget,
        "usage": usage(session),
        "stats": {
            "active_seconds": session.hidden.active_ms // 1000,
            "duration_seconds": max(0, end - session.created_at) // 1000,
        },
        "outcome_evaluations": [],
        **{name: instant.maybe(getattr(session, name)) for name in _TIMES},
        "key": session.key,
        "workspace_id": session.workspace_id,
        "kind": session.kind,
        "mode": session.mode,
        "origin": session.origin,
        "channel": session.channel,
        "peer_type": session.peer_type,
        "recorded": session.recorded,
        "state": session.state,
        "state_reason": session.state_reason,
        "resumable": session.resumable,
        "activity": session.activity,
        "error": session.error,
        "owner": session.owner,
        "tags": session.tags,
        "initiative_id": session.initiative_id,
        "plan_id": session.plan_id,
        "parent_id": session.parent_id,
        "root_id": session.root_id,
        "children": shown_children(session.children),
        "external_ids": session.external_ids,
        "approval_id": session.approval_id,
        "segment": session.segment,
        "segments": session.segment,
        "seq": session.seq,
        "pos": session.pos,
        "head": session.head,
        "context_start_seq": session.context_start_seq,
        "reset_seq": session.reset_seq,
        "message_count": session.message_count,
        "turn_count": session.turn_count,
        "tool_call_count": session.tool_call_count,
        "error_count": session.error_count,
        "compaction_count": session.compaction_count,
        "reset_count": session.reset_count,
        "tokens": tokens,
        "cost_micros": session.cost_micros,
        "currency": "USD",
        "unpriced_models": session.unpriced_models,
        "usage_source": session.usage_source,
        "ao_milli": session.ao_milli,
        "connectors": session.connectors,
        "tools": session.tools,
        "models": session.models,
        "where": session.where,
        "output_summary": session.output_summary,
    }


def usage(session: Session) -> Json:
    """The protocol's usage object (S3-N15); list cost in cents, rounded from the sum."""
    tokens = session.tokens
    return {
        "input_tokens": tokens["input_uncached"],
        "output_tokens": tokens["output"],
        "cache_read_input_tokens": tokens["cache_read"],
        "cache_creation": {
            "ephemeral_5m_input_tokens": tokens["cache_write_5m"],
            "ephemeral_1h_input_tokens": tokens["cache_write_1h"],
        },
        "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
        "active_seconds": session.hidden.active_ms // 1000,
        "list_cost": {"amount": money.cents(session.cost_micros or 0), "currency": "USD"},
    }


def from_row(shown: Json, hidden: Json) -> Session:
    """The session that a stored row shows; `hidden` is what `hidden_of` gave.

    A row of an older version may lack a field: the field's default stands until the row is
    folded again (a tombstone never is, its events are gone).
    """
    memory = {name: hidden[name] for name in _HIDDEN if name in hidden}
    known: Json = {name: shown[name] for name in _KEPT if name in shown}
    known["agent"] = hidden.get("agent", shown["agent"])
    if "children" in hidden:
        known["children"] = _numbers(hidden["children"], int)
    for name in _TIMES:
        value = shown.get(name)
        known[name] = None if value is None else instant.from_wire(value)
    return Session(**known, hidden=Hidden(**memory))


def hidden_of(session: Session) -> Json:
    """What the fold remembers beside the row, as JSON; rows show only a part of the agent."""
    hidden = session.hidden
    found = {**{name: getattr(hidden, name) for name in _HIDDEN}, "agent": session.agent}
    if session.children != shown_children(session.children):
        found["children"] = _numbers(session.children, str)  # more than JSON holds, so as texts
    return found


def kept(session: Session) -> Json:
    """What a session has come to, as a reset keeps it that erases the events before it.

    Its own ids, its place in the log and its sub-agents' sums are not in it.
    """
    held = {name: getattr(session, name) for name in _KEPT if name not in _PLACE}
    times = {name: instant.maybe(getattr(session, name)) for name in _TIMES}
    hidden = {name: value for name, value in hidden_of(session).items() if name not in _PLACE}
    return {"row": {**held, **times}, "hidden": hidden}


def _numbers(sums: Json, spelled: type[int] | type[str]) -> Json:
    """The sums over sub-agents with every number spelled in another way."""
    tokens = {name: spelled(count) for name, count in sums["tokens"].items()}
    return {**{n: spelled(v) for n, v in sums.items() if n != "tokens"}, "tokens": tokens}


def held(payload: Json) -> Json | None:
    """What `kept` gave, from the payload of a reset; None when it is not there or does not read.

    That of an older version may lack a field, as a row may.
    """
    found = foreign.mapping(payload.get("kept"))
    said, hidden = foreign.mapping(found.get("row")), foreign.mapping(found.get("hidden"))
    fit = (
        _NEEDED <= said.keys()
        and isinstance(hidden.get("agent"), dict)
        and all(n in _PLACE or foreign.fits(said[n], _SHAPES[n]) for n in _KEPT if n in said)
        and all(foreign.fits(hidden[n], _HIDDEN_SHAPES[n]) for n in _HIDDEN if n in hidden)
        and all(_is_time(said.get(n), maybe=n in _MAYBE) for n in _TIMES)
        and set(TOKEN_CLASSES) == set(said["tokens"])
    )
    return found if fit else None


def _is_time(value: Any, *, maybe: bool) -> bool:
    if value is None:
        return maybe
    try:
        instant.from_wire(value)
    except (ValueError, OverflowError, TypeError, AttributeError):
        return False
    return True


def restore(session: Session, kept_: Json) -> None:
    """Put what `held` gave in the place of what the erased events would have folded to."""
    place = {name: getattr(session, name) for name in _PLACE}
    again = from_row({**kept_["row"], **place}, kept_["hidden"])
    for field_ in fields(Session):
        setattr(session, field_.name, getattr(again, field_.name))


def revived(session_id: str, workspace_id: str, kept_: Json) -> Session:
    """The session whose first events were erased, as it was before the reset."""
    ours = {"id": session_id, "workspace_id": workspace_id}
    return from_row({**kept_["row"], **ours}, kept_["hidden"])


def node_fields(session: Session) -> Json:
    """The fields and types of an `agent_session` node (S4-7)."""
    tokens: dict[str, int] = session.tokens
    return {
        "session_start": instant.to_wire(session.created_at),
        "session_end": instant.maybe(session.ended_at),
        "turns": session.turn_count,
        "tokens_used": sum(tokens.values()),
        "cost": None if session.cost_micros is None else session.cost_micros / money.MICROS,
        "tools_invoked": list(session.tools),
        "error_count": session.error_count,
        "session_status": state.upg_phase(session.state),
        "output_summary": session.output_summary or "",
    }


def _agent(session: Session) -> Json:
    agent: dict[str, Any] = session.agent
    model: Any = agent.get("model")
    if not model:
        model = {"id": session.models[-1]} if session.models else {"id": "unknown"}
    return {
        "id": agent.get("id"),
        "type": "agent",
        "name": agent.get("name"),
        "version": agent.get("version", 1),
        "model": model,
    }
