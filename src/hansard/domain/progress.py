"""The progress text of a row: "Step 2 of 5", "12 turns", "8 messages"."""

from hansard.domain.draft import Json
from hansard.domain.session import Session


def progress(session: Session) -> Json:
    """How far a session is, by its kind (S2-9, S2-10, S2-11; an automation counts its calls)."""
    if session.kind == "flow_run" and session.hidden.steps:
        total = len(session.hidden.steps)
        step = min(max(session.hidden.step, 1), total)
        return {"text": f"Step {step} of {total}", "done": step, "total": total}
    if session.kind == "background_task":
        return _plain(session.turn_count, "turn")
    if session.kind == "chat":
        return _plain(session.message_count, "message")
    return _plain(session.tool_call_count, "tool call")


def _plain(count: int, noun: str) -> Json:
    text = f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
    return {"text": text, "done": None, "total": None}
