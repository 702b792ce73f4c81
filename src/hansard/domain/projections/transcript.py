"""The transcript: the log as a person reads it, oldest first (S1-26..32, S2-31).

An item is a JSON object: `item` says what it is, then come `id`, `seq`, `segment`, `turn_id` and
`at` of the event that opened it, then its own fields. Later events join the item they belong to.

- turn: a line above what follows; its `id` is the turn's
- message: role (user, assistant, system), blocks, model, sender, waits, event_ids
- tool: name, connector, call_type, title, input, status (open, ok, failed, rejected, unknown),
  result, duration_ms, edits, confirmation, child, permission, message_id
- edit: an edit that no call here made: path, change, before, after, hunks
- approval: approval_id, approval_type, tool_use_id, question, options, decision
- compaction, reset, interrupt, link: what their event says
- generic: type, text; anything else, an unknown type too
"""

from collections.abc import Callable, Iterable
from typing import Any

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.projections import transcript_call
from hansard.domain.projections.transcript_item import (
    Transcript,
    blocks,
    picked,
    place,
    push,
    push_generic,
)


def fold(state: Transcript, event: Event) -> Transcript:
    """Fold one event, in place. Payload fields of a foreign shape are passed over."""
    step = _STEPS.get(event.type)
    if step is not None:
        step(state, event)
    elif not event.type.startswith(_SILENT):
        push_generic(state, event)
    return state


def fold_all(events: Iterable[Event]) -> list[Json]:
    """The items of a log, or of the part of it that is given."""
    state = Transcript()
    for event in events:
        fold(state, event)
    return shown(state)


def shown(state: Transcript) -> list[Json]:
    """The items themselves, not a copy: folding on may change them."""
    return state.items


_SILENT = (
    "span.",
    "context.",
    "session.created",
    "session.usage",
    "session.status_",
    "session.thread_status_",
)
"""Facts that the header, the turn's sums or another item already show."""
_NEWS = frozenset({"refusal", "budget_reached", "retries_exhausted", "max_tokens"})
"""Stop reasons that a reader has to know; the ordinary end of a turn is none."""


def _said(state: Transcript, event: Event, role: str, said: list[Any]) -> Json:
    """Blocks of one model message are one item."""
    message_id = foreign.text(event.payload.get("message_id"))
    item = state.messages.get(message_id or "")
    if item is not None:
        item["blocks"] += said
        item["event_ids"].append(event.id)
        return item
    item = push(
        state,
        event,
        "message",
        role=role,
        message_id=message_id,
        blocks=list(said),
        model=None,
        sender=None,
        waits=False,
        event_ids=[event.id],
    )
    if message_id is not None:
        state.messages[message_id] = item
    return item


def _user_message(state: Transcript, event: Event) -> None:
    item = _said(state, event, "user", blocks(event))
    item["sender"] = event.payload.get("sender")
    if event.processed_at is None:
        item["waits"] = True
        state.waiting[event.id] = item


def _running(state: Transcript, event: Event) -> None:
    state.running = event.turn_id
    _taken_up(state, event)


def _taken_up(state: Transcript, event: Event) -> None:
    for taken in foreign.texts(event.payload.get("input_event_ids")):
        item = state.waiting.pop(taken, None)
        if item is not None:
            item["waits"] = False


def _system_message(state: Transcript, event: Event) -> None:
    _said(state, event, "system", blocks(event))


def _agent_message(state: Transcript, event: Event) -> None:
    item = _said(state, event, "assistant", blocks(event))
    item["model"] = foreign.text(event.payload.get("model")) or item["model"]


def _thinking(state: Transcript, event: Event) -> None:
    """Thinking whose text the source did not keep shows nothing."""
    content = blocks(event)
    if content:
        _said(state, event, "assistant", [{"type": "thinking", "content": content}])


def _asked(state: Transcript, event: Event) -> None:
    fields = picked(event, "approval_id", "approval_type", "tool_use_id", "question", "options")
    item = push(state, event, "approval", **fields, decision=None)
    state.approvals[str(fields["approval_id"])] = item


def _decided(state: Transcript, event: Event) -> None:
    item = state.approvals.pop(str(event.payload.get("approval_id")), None)
    if item is None:
        push_generic(state, event)
        return
    fields = picked(event, "decision", "scope", "message", "edited_input", "decided_by")
    item["decision"] = {**place(event), **fields}


def _compaction(state: Transcript, event: Event) -> None:
    """The marker comes from the event, never from words in a message (S1-31)."""
    names = ("summary", "tokens_before", "tokens_after", "trigger", "covers_from", "covers_to")
    push(state, event, "compaction", **picked(event, *names))


def _reset(state: Transcript, event: Event) -> None:
    for item in state.waiting.values():
        item["waits"] = False
    state.waiting.clear()
    push(state, event, "reset", **picked(event, "previous_message_count", "erased"))


def _interrupt(state: Transcript, event: Event) -> None:
    push(state, event, "interrupt")


def _link(state: Transcript, event: Event) -> None:
    payload = event.payload
    relation = payload.get("relation") or event.type.removeprefix("session.")
    other = payload.get("linked_session_id") or payload.get("session_child_id")
    external_id = payload.get("external_id")
    push(state, event, "link", relation=relation, session_id=other, external_id=external_id)


def _updated(state: Transcript, event: Event) -> None:
    """Of all changed facts only a person's renaming is part of the story."""
    if event.actor.type == "person" and foreign.text(event.payload.get("title")):
        push_generic(state, event)


def _idle(state: Transcript, event: Event) -> None:
    state.running = None
    if foreign.text(foreign.mapping(event.payload.get("stop_reason")).get("type")) in _NEWS:
        push_generic(state, event)


_STEPS: dict[str, Callable[[Transcript, Event], None]] = {
    **transcript_call.STEPS,
    "user.message": _user_message,
    "system.message": _system_message,
    "agent.message": _agent_message,
    "agent.thinking": _thinking,
    "user.interrupt": _interrupt,
    "approval.requested": _asked,
    "approval.decided": _decided,
    "agent.thread_context_compacted": _compaction,
    "session.reset": _reset,
    "session.linked": _link,
    "session.forked": _link,
    "session.backgrounded": _link,
    "session.updated": _updated,
    "session.status_running": _running,
    "span.model_request_start": _taken_up,
    "session.status_idle": _idle,
}
