"""Summary steps for facts about the session: names, marks, links, steps of a flow."""

from typing import Any

from hansard.domain import foreign
from hansard.domain.events.base import Event
from hansard.domain.projections.summary_messages import entitle
from hansard.domain.projections.summary_status import rest
from hansard.domain.session import Session

_STEPS = 1_000
_REPLACED: dict[str, type | tuple[type, ...]] = {
    "owner": (dict, type(None)),
    "initiative_id": (str, type(None)),
    "plan_id": (str, type(None)),
    "budget": object,
    "agent": dict,
}


def _updated(session: Session, event: Event) -> None:
    payload = event.payload
    title = foreign.text(payload.get("title"))
    if payload.get("title") == "" and "title_source" not in payload:  # a person takes it back
        session.title, session.hidden.title_rank = None, 0
    elif title is not None:
        entitle(session, foreign.text(payload.get("title_source")) or "person", title)
    for name, kinds in _REPLACED.items():
        if name in payload and isinstance(payload[name], kinds) and _is_told(name, payload[name]):
            setattr(session, name, payload[name])
    if isinstance(payload.get("tags"), list):
        session.tags = foreign.texts(payload["tags"])
    merged = {**session.metadata, **foreign.mapping(payload.get("metadata"))}
    session.metadata = {k: v for k, v in merged.items() if isinstance(v, str)}
    session.where = {**session.where, **foreign.mapping(payload.get("where"))}
    if payload.get("acknowledged"):
        session.hidden.acknowledged = True


def _is_told(name: str, value: Any) -> bool:
    """Whether an owner or agent says who it is in texts, or not at all."""
    if name not in ("owner", "agent") or value is None:
        return True
    model = value.get("model")
    texts = [value.get("id"), value.get("name"), foreign.mapping(model).get("id")]
    return isinstance(model, str | dict | None) and all(isinstance(t, str | None) for t in texts)


def _reset(session: Session, event: Event) -> None:
    """Nothing said before counts or waits any more; what was asked of a person is withdrawn."""
    session.reset_count += 1
    session.message_count = 0
    session.context_start_seq = session.reset_seq = event.seq
    hidden = session.hidden
    hidden.messages, hidden.open_calls = [], {}
    hidden.waiting_inputs, hidden.awaiting_turn = [], False
    hidden.approvals, hidden.question, session.approval_id = {}, None, None
    hidden.failed_request, hidden.end = False, "idle"
    session.error = session.output_summary = session.ended_at = None
    if session.state != "running":
        rest(session, "idle", None)


def _compacted(session: Session, event: Event) -> None:
    session.compaction_count += 1
    if event.payload.get("trigger") != "micro":
        session.context_start_seq = event.seq


def _archived(session: Session, event: Event) -> None:
    session.archived_at = event.created_at


def _unarchived(session: Session, event: Event) -> None:
    session.archived_at = None


def _linked(session: Session, event: Event) -> None:
    payload = event.payload
    parent = foreign.text(payload.get("linked_session_id"))
    if payload.get("relation") == "parent" and parent is not None:
        session.parent_id = parent
        session.root_id = foreign.text(payload.get("root_id")) or parent


def _deleted(session: Session, event: Event) -> None:
    session.deleted_at = event.created_at


def _run_created(session: Session, event: Event) -> None:
    phases = foreign.items(event.payload.get("phases"))[:_STEPS]
    session.hidden.steps = [_phase_name(phase) for phase in phases]


def _phase_name(phase: Any) -> str:
    fields = foreign.mapping(phase)
    return foreign.text(fields.get("id")) or foreign.text(fields.get("name")) or str(phase)


def _phase_started(session: Session, event: Event) -> None:
    hidden = session.hidden
    index = foreign.whole(event.payload.get("index"))
    phase = event.payload.get("phase_id")
    if index is not None:
        hidden.step = index + 1
    elif isinstance(phase, str) and phase in hidden.steps:
        hidden.step = hidden.steps.index(phase) + 1
    else:
        hidden.step += 1


STEPS = {
    "session.updated": _updated,
    "session.reset": _reset,
    "agent.thread_context_compacted": _compacted,
    "session.archived": _archived,
    "session.unarchived": _unarchived,
    "session.linked": _linked,
    "session.deleted": _deleted,
    "workflow_run.created": _run_created,
    "workflow_run.phase_started": _phase_started,
}
