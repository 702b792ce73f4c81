"""Calls that ask the person at the keyboard: questions with options, and plans to agree to."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.foreign import items
from hansard.ingest.formats.claude_code.record import mapping, text

_QUESTION, _PLAN = "AskUserQuestion", "ExitPlanMode"
TOOLS = frozenset({_QUESTION, _PLAN})


def asked(call_id: str, name: str, arguments: Any) -> Json | None:
    """The payload of `approval.requested` for a call; None for another tool's."""
    given = mapping(arguments)
    if name == _PLAN:
        return {
            **_of(call_id),
            "approval_type": "review",
            "question": text(given.get("plan")) or "Is this plan right?",
        }
    if name != _QUESTION:
        return None
    questions = [mapping(one) for one in items(given.get("questions"))]
    words = [said for one in questions if (said := text(one.get("question")))]
    options = [
        label
        for one in questions[:1]
        for option in items(one.get("options"))
        if (label := text(mapping(option).get("label")))
    ]
    return {
        **_of(call_id),
        "approval_type": "question",
        "question": "\n".join(words) or None,
        "options": options or None,
    }


def decided(call_id: str, name: str, refused: bool, structured: Any) -> Json:
    """The payload of `approval.decided` for the result of such a call."""
    if refused:
        decision = "reject"
    else:
        decision = "approve" if name == _PLAN else "answer"
    answers = mapping(mapping(structured).get("answers")).values()
    said = [answer for value in answers if (answer := text(value))]
    return {
        "approval_id": _of(call_id)["approval_id"],
        "decision": decision,
        "message": "\n".join(said) or None,
    }


def _of(call_id: str) -> Json:
    return {"approval_id": f"appr_{call_id.partition('_')[2]}", "tool_use_id": call_id}
