"""Transcript steps for tool cards: a call, and everything that came of it (S1-30, S0-31)."""

from hansard.domain import foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.events.tool import CALLS, RESULT_CALL, call_title
from hansard.domain.projections.ledger import connector_of
from hansard.domain.projections.transcript_item import (
    Transcript,
    blocks,
    picked,
    place,
    push,
    push_generic,
)


def _call(state: Transcript, event: Event) -> None:
    payload = event.payload
    name = foreign.text(payload.get("name")) or "tool"
    state.calls[event.id] = push(
        state,
        event,
        "tool",
        name=name,
        connector=connector_of(payload),
        call_type=foreign.text(payload.get("call_type")),
        title=call_title(name, payload.get("input")),
        input=payload.get("input"),
        message_id=foreign.text(payload.get("message_id")),
        permission=foreign.text(payload.get("evaluated_permission")),
        confirmation=None,
        status="open",
        result=None,
        duration_ms=None,
        edits=[],
        child=None,
    )


def _result(state: Transcript, event: Event) -> None:
    payload = event.payload
    call = state.calls.get(str(payload.get(RESULT_CALL[event.type])))
    if call is None:
        push_generic(state, event)
        return
    call["status"] = _status(payload)
    call["result"] = {
        **place(event),
        "content": blocks(event),
        "is_error": bool(payload.get("is_error")),
        "exit_code": foreign.whole(payload.get("exit_code")),
    }
    took = event.created_at - instant.from_wire(call["at"])
    given = foreign.whole(payload.get("duration_ms"))
    call["duration_ms"] = given if given is not None else took if took > 0 else None


def _status(payload: Json) -> str:
    if payload.get("outcome_unknown"):
        return "unknown"
    if payload.get("rejected"):
        return "rejected"
    return "failed" if payload.get("is_error") else "ok"


def _confirmation(state: Transcript, event: Event) -> None:
    """A person allowed or denied a call; its card says so (S3-20)."""
    call = state.calls.get(str(event.payload.get("tool_use_id")))
    if call is not None:
        call["confirmation"] = picked(event, "result", "deny_message", "decided_by")


def _edit(state: Transcript, event: Event) -> None:
    """A file edit with before and after, on the card of its call when that is known (S2-31)."""
    fields = picked(event, "path", "change", "moved_to", "before", "after", "hunks")
    call = state.calls.get(str(event.payload.get("tool_use_id")))
    if call is None:
        push(state, event, "edit", **fields)
    else:
        call["edits"].append({**place(event), **fields})


def _child(state: Transcript, event: Event) -> None:
    """A sub-agent began; the card of the call that started it leads there."""
    call = state.calls.get(str(event.payload.get("tool_use_id")))
    if call is not None:
        thread = event.session_thread_id
        found = picked(event, "agent_name", "session_child_id", "external_id")
        call["child"] = {**found, "session_thread_id": thread}


STEPS = {
    **dict.fromkeys(CALLS, _call),
    **dict.fromkeys(RESULT_CALL, _result),
    "user.tool_confirmation": _confirmation,
    "file.edited": _edit,
    "session.thread_created": _child,
}
