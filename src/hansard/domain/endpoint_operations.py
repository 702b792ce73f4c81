"""Routes beside the table: aliases of its operations, and doors that lead to all of them."""

from dataclasses import replace

from hansard.domain.agent_operations import AGENT_OPERATIONS
from hansard.domain.operation import Operation, Param
from hansard.domain.session_operations import SESSION_OPERATIONS

_TABLE = {operation.name: operation for operation in (*AGENT_OPERATIONS, *SESSION_OPERATIONS)}
_SESSIONS = "/dashboard/agents/{agent}/sessions"
_AGENT = Param("agent", "string", "Agent id", "path", required=True)
_MESSAGE = Param(
    "content", "string", "What to say: a text, or content blocks", "body", required=True
)


def _alias(name: str, of: str, method: str, path: str, summary: str = "") -> Operation:
    """An operation at another address; it needs what the operation needs."""
    known = _TABLE[of]
    own = tuple(p for p in known.params if p.name != "agent")
    params = (_AGENT, *own)
    said = summary or known.summary
    return replace(
        known, name=name, summary=said, method=method, path=path, params=params, cli=None
    )


DASHBOARD_OPERATIONS: tuple[Operation, ...] = (
    _alias("dashboard.create", "session.create", "POST", _SESSIONS),
    _alias("dashboard.list", "session.list", "GET", _SESSIONS, "List the sessions of an agent"),
    _alias("dashboard.retrieve", "session.retrieve", "GET", f"{_SESSIONS}/{{session_id}}"),
    _alias("dashboard.events", "session.events", "GET", f"{_SESSIONS}/{{session_id}}/events"),
    _alias("dashboard.stream", "session.stream", "GET", f"{_SESSIONS}/{{session_id}}/stream"),
    replace(
        _alias(
            "dashboard.messages", "session.send", "POST", f"{_SESSIONS}/{{session_id}}/messages"
        ),
        summary="Say something to a session",
        params=(_AGENT, Param("session_id", "string", "Session id", "path", True), _MESSAGE),
    ),
    replace(
        _alias(
            "dashboard.interrupt", "session.send", "POST", f"{_SESSIONS}/{{session_id}}/interrupt"
        ),
        summary="Cancel the turn in flight",
        params=(_AGENT, Param("session_id", "string", "Session id", "path", True)),
    ),
    _alias("dashboard.archive", "session.archive", "POST", f"{_SESSIONS}/{{session_id}}/archive"),
)
"""The literal routes of S3-11..18: thin aliases onto the same handlers."""

RPC = Operation(
    "rpc.call",
    "JSON-RPC 2.0: every operation by its name, parameters by name",
    "POST",
    "/rpc",
    "read",
    absent={"cli": "the commands speak REST"},
)
