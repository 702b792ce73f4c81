"""What a session's detail is made of: the views folded from its log, now or at any event."""

from hansard.domain.operation import Operation, Param

_SESSION = Param("session_id", "string", "Session id or key", "path", required=True)
AT = Param("at", "integer", "As it was after the event of this seq")
"""Turns an answer back to an earlier event."""


def _view(verb: str, summary: str, *params: Param) -> Operation:
    """A view of one session at an address of its own."""
    path = f"/v1/sessions/{{session_id}}/{verb}"
    return Operation(
        f"session.{verb}", summary, "GET", path, "read", (_SESSION, *params), cli=f"session {verb}"
    )


DETAIL_OPERATIONS: tuple[Operation, ...] = (
    _view("context", "What the model sees next, and how full its context is", AT),
    _view("metrics", "Tokens, cost and time of a session, by tool and by turn", AT),
    _view("timeline", "Turns, steps, waits and sub-agents of a session as spans", AT),
    _view("edits", "The files that a session changed: each edit, and what came of all", AT),
    _view(
        "outline",
        "Where a session's turns, errors and marks are, and how dense its events",
        Param("buckets", "integer", "Into how many stretches of time, 1 to 1000"),
    ),
    _view(
        "find",
        "Find every event of a session whose text matches, in order",
        Param("query", "string", 'Words, "phrases", -without', required=True),
        Param("limit", "integer", "How many to return, 1 to 1000; the newest when there are more"),
    ),
    _view(
        "audit",
        "Who did what to a session, newest first",
        Param("limit", "integer", "How many to return, 1 to 1000"),
        Param("page", "string", "Cursor of the next page"),
    ),
)
