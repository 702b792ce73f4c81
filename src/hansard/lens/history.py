"""A session for programs of few words: its figures, and its messages by number (S1-4, S1-N6)."""

from collections.abc import Sequence

import orjson

from hansard.domain import foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import text_of
from hansard.domain.events.tool import CALLS, RESULT_CALL
from hansard.domain.projections.ledger import tool_name
from hansard.domain.state import freshness
from hansard.journal import read
from hansard.journal.read import Place
from hansard.store.base import Store

_ROLES = {
    "user.message": "user",
    "system.message": "system",
    "agent.message": "assistant",
    **dict.fromkeys(CALLS, "assistant"),
    **dict.fromkeys(RESULT_CALL, "tool"),
    "agent.thread_context_compacted": "system",
    "session.reset": "system",
}
"""What counts as a message: what was said, called and answered, and the marks between."""
TYPES = tuple(_ROLES)


def status(row: Json, now: int) -> Json:
    """The figures of a session: messages, token usage, cache (S1-4, S1-N5).

    Tokens are what was reported, never a guess from counts; `cache.hit_ratio` is the part of
    what the model read that came out of its cache, null before the first request.
    """
    tokens: dict[str, int] = row["tokens"]
    inputs = sum(tokens.values()) - tokens["output"]
    seen = row["last_activity_at"] or row["created_at"]
    names = ("id", "key", "title", "kind", "channel", "peer_type", "origin", "state")
    views = ("state_reason", "status", "display_status", "active", "attention", "error")
    counts = ("message_count", "turn_count", "tool_call_count", "error_count")
    marks = ("compaction_count", "reset_count", "segment", "context_start_seq", "seq")
    money = ("cost_micros", "currency", "unpriced_models", "usage_source")
    return {
        "type": "session_status",
        **{name: row[name] for name in (*names, *views, *counts, *marks)},
        "agent": row["agent"],
        "tokens": tokens,
        "input_tokens": inputs,
        "output_tokens": tokens["output"],
        "total_tokens": inputs + tokens["output"],
        "cache": {
            "read_tokens": tokens["cache_read"],
            "write_tokens": tokens["cache_write_5m"] + tokens["cache_write_1h"],
            "hit_ratio": round(tokens["cache_read"] / inputs, 4) if inputs else None,
        },
        **{name: row[name] for name in money},
        "freshness": freshness(instant.from_wire(seen), now),
        "created_at": row["created_at"],
        "last_active_at": seen,
    }


def messages(
    store: Store, workspace_id: str, at: Place, *, offset: int, limit: int, whole: bool
) -> Json:
    """A page of a session's messages by number, the oldest first.

    Args:
        whole: from the very beginning instead of the last reset.
    """
    row: Json = orjson.loads(at.body)
    after = 0 if whole else max(0, int(row["reset_seq"]) - 1)
    total = read.count(store, workspace_id, at, TYPES, after)
    found = read.page(store, workspace_id, at, after=after, types=TYPES, offset=offset, limit=limit)
    events: list[Json] = [orjson.loads(line.body) for line in found]
    names = _tools(store, workspace_id, events)
    return {
        "session": row,
        "messages": [_message(event, names) for event in events],
        "total": total,
        "offset": offset,
        "limit": limit,
        "has_more": offset + len(events) < total,
    }


def _message(event: Json, names: dict[str, str]) -> Json:
    kind = str(event["type"])
    made: Json = {
        "id": event["id"],
        "seq": event["seq"],
        "type": kind,
        "role": _ROLES[kind],
        "content": _content(kind, event),
        "timestamp": event["created_at"],
    }
    if kind in CALLS:
        made |= {"tool_name": names[event["id"]], "tool_call_id": event["id"]}
    elif kind in RESULT_CALL:
        call = str(event.get(RESULT_CALL[kind]))
        made |= {"tool_name": names.get(call), "tool_call_id": call}
        made["is_error"] = bool(event.get("is_error"))
    if event.get("erased") is True and kind != "session.reset":
        made["erased"] = True
    return made


def _content(kind: str, event: Json) -> str:
    if kind in CALLS:
        return orjson.dumps(event.get("input")).decode()
    if kind == "agent.thread_context_compacted":
        return foreign.text(event.get("summary")) or "Context compacted"
    if kind == "session.reset":
        return "Reset"
    return text_of(event.get("content"))


def _tools(store: Store, workspace_id: str, events: Sequence[Json]) -> dict[str, str]:
    """The names of the tools behind calls and results, by the call's id."""
    found = {str(e["id"]): tool_name(e["type"], e) for e in events if e["type"] in CALLS}
    asked = (e.get(RESULT_CALL.get(e["type"], "")) for e in events)
    missing = {call for call in asked if isinstance(call, str)} - found.keys()
    for event in read.some(store, workspace_id, sorted(missing)):
        if event.type in CALLS:
            found[event.id] = tool_name(event.type, event.payload)
    return found
