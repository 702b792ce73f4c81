"""Every operation as data: REST, CLI, and later RPC and MCP are prints of this table."""

from dataclasses import dataclass, field
from typing import Literal

Scope = Literal["public", "read", "write", "admin"]
Where = Literal["path", "query", "body"]
ParamType = Literal["string", "integer", "boolean", "strings", "object", "objects"]

SCOPES: tuple[Scope, ...] = ("read", "write", "admin")
"""What a key may be given; each includes those before it."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an operation, the same on every surface."""

    name: str
    type: ParamType
    help: str
    where: Where = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a caller can do.

    Attributes:
        name: ``noun.verb``.
        scope: the least scope a credential needs; public needs none.
        cli: the words of the command, None where `absent` says why there is none.
        absent: surface → the reason why the operation is not there.
        streams: the answer is a stream of server-sent events.
        audited: a change or sensitive read leaves an audit entry.
    """

    name: str
    summary: str
    method: str
    path: str
    scope: Scope
    params: tuple[Param, ...] = ()
    cli: str | None = None
    absent: dict[str, str] = field(default_factory=dict[str, str])
    streams: bool = False
    audited: bool = False


_SESSION = Param("session_id", "string", "Session id or key", "path", required=True)
_AGENT = Param("agent_id", "string", "Agent id", "path", required=True)
_LIMIT = Param("limit", "integer", "How many to return, 1 to 1000")
_PAGE = Param("page", "string", "Cursor of the next page")

_LIST = (
    Param("sort", "string", "active_first, updated_at or created_at; - in front turns it round"),
    Param("order", "string", "asc or desc by creation (the protocol's order)"),
    _LIMIT,
    _PAGE,
    Param("agent_id", "strings", "Only these agents"),
    Param("agent_version", "integer", "Only this version of the agent"),
    Param("channel", "strings", "Only these channels"),
    Param("kind", "strings", "chat, flow_run, background_task or automation_run"),
    Param("mode", "strings", "work, ask or builder"),
    Param("origin", "strings", "What started it"),
    Param("state", "strings", "Stored states"),
    Param("statuses", "strings", "The protocol's statuses"),
    Param("tone", "strings", "Status class: active, success, problem, attention, neutral"),
    Param("owner_id", "strings", "Only these owners"),
    Param("connectors", "strings", "Sessions that used any of these"),
    Param("attention", "boolean", "Only what needs a person (or only what does not)"),
    Param("active", "boolean", "Only active (or only quiet) sessions"),
    Param("archived", "boolean", "Only archived sessions"),
    Param("include_archived", "boolean", "Archived ones too"),
    Param("include_children", "boolean", "Sub-agents too"),
    Param("parent_id", "string", "Only the sub-agents of this session"),
    Param("since", "string", "Updated at or after this instant"),
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "session.list",
        "List sessions, what needs you and what is active first",
        "GET",
        "/v1/sessions",
        "read",
        _LIST,
        cli="session list",
    ),
    Operation(
        "session.create",
        "Create a session; recorded ones are run by somebody else",
        "POST",
        "/v1/sessions",
        "write",
        (
            Param("agent", "string", "Agent id or name", "body", required=True),
            Param("title", "string", "Title", "body"),
            Param("recorded", "boolean", "Run by somebody else; appended events only", "body"),
            Param("kind", "string", "chat, flow_run, background_task, automation_run", "body"),
            Param("mode", "string", "work, ask or builder", "body"),
            Param("origin", "string", "What started it", "body"),
            Param("channel", "string", "Where people talk to it", "body"),
            Param("key", "string", "Human key, unique in the workspace", "body"),
            Param("parent_id", "string", "The session it is a sub-agent of", "body"),
            Param("metadata", "object", "Up to 16 short texts", "body"),
            Param("tags", "strings", "Tags", "body"),
            Param("where", "object", "Where it runs: cwd, repo, branch, …", "body"),
            Param("initial_events", "objects", "First events", "body"),
        ),
        cli="session create",
    ),
    Operation(
        "session.resolve",
        "Find a session by its key",
        "GET",
        "/v1/sessions/resolve",
        "read",
        (Param("key", "string", "Session key", required=True),),
        cli="session resolve",
    ),
    Operation(
        "session.retrieve",
        "Read one session",
        "GET",
        "/v1/sessions/{session_id}",
        "read",
        (_SESSION,),
        cli="session get",
    ),
    Operation(
        "session.update",
        "Rename, tag, hand over or acknowledge a session",
        "POST",
        "/v1/sessions/{session_id}",
        "write",
        (
            _SESSION,
            Param("title", "string", "New title", "body"),
            Param("metadata", "object", "Patch; null removes a key", "body"),
            Param("tags", "strings", "All tags", "body"),
            Param("owner", "string", "Member id of the new owner", "body"),
            Param("initiative_id", "string", "Initiative it belongs to", "body"),
            Param("plan_id", "string", "Plan it belongs to", "body"),
            Param("acknowledged", "boolean", "The failure was seen", "body"),
        ),
        cli="session update",
        audited=True,
    ),
    Operation(
        "session.archive",
        "Make a session read-only",
        "POST",
        "/v1/sessions/{session_id}/archive",
        "write",
        (_SESSION,),
        cli="session archive",
        audited=True,
    ),
    Operation(
        "session.unarchive",
        "Take a session out of the archive",
        "POST",
        "/v1/sessions/{session_id}/unarchive",
        "write",
        (_SESSION,),
        cli="session unarchive",
        audited=True,
    ),
    Operation(
        "session.delete",
        "Delete a session for good; a tombstone stays",
        "DELETE",
        "/v1/sessions/{session_id}",
        "admin",
        (_SESSION,),
        cli="session delete",
        audited=True,
    ),
    Operation(
        "session.events",
        "Read a session's events",
        "GET",
        "/v1/sessions/{session_id}/events",
        "read",
        (
            _SESSION,
            Param("order", "string", "asc or desc"),
            _LIMIT,
            _PAGE,
            Param("types", "strings", "Only these event types"),
            Param("include", "strings", "hansard (our own types too), raw (source records)"),
            Param("after", "integer", "Only events after this seq"),
            Param("before", "integer", "Only events before this seq"),
        ),
        cli="session show",
    ),
    Operation(
        "session.send",
        "Send events to a session; a recorded one accepts any type",
        "POST",
        "/v1/sessions/{session_id}/events",
        "write",
        (
            _SESSION,
            Param("events", "objects", "Events with type and fields", "body", required=True),
            Param("expected_seq", "integer", "Refuse unless the session is here", "body"),
        ),
        cli="session send",
    ),
    Operation(
        "session.stream",
        "Follow a session's events",
        "GET",
        "/v1/sessions/{session_id}/events/stream",
        "read",
        (
            _SESSION,
            Param("after", "integer", "Start after this seq; 0 gives everything"),
            Param("include", "strings", "hansard: our own types too"),
            Param("types", "strings", "Only these event types"),
        ),
        cli="session tail",
        streams=True,
    ),
    Operation(
        "session.blob",
        "Read large content of an event",
        "GET",
        "/v1/sessions/{session_id}/blobs/{blob_id}",
        "read",
        (_SESSION, Param("blob_id", "string", "Content id", "path", required=True)),
        cli="session blob",
    ),
    Operation(
        "workspace.stream",
        "Follow the list and chosen sessions by one cursor",
        "GET",
        "/v1/stream",
        "read",
        (
            Param("topics", "string", "sessions, session:<id>; comma-separated"),
            Param("after", "integer", "Start after this cursor"),
        ),
        cli="session watch",
        streams=True,
    ),
    Operation(
        "agent.list",
        "List agents",
        "GET",
        "/v1/agents",
        "read",
        (_LIMIT, _PAGE),
        cli="agent list",
    ),
    Operation(
        "agent.create",
        "Define an agent",
        "POST",
        "/v1/agents",
        "write",
        (
            Param("name", "string", "Name", "body", required=True),
            Param("model", "string", "Model id", "body"),
            Param("description", "string", "What it is for", "body"),
            Param("system", "string", "Instructions", "body"),
            Param("metadata", "object", "Up to 16 short texts", "body"),
        ),
        cli="agent create",
        audited=True,
    ),
    Operation(
        "agent.retrieve",
        "Read one agent",
        "GET",
        "/v1/agents/{agent_id}",
        "read",
        (_AGENT,),
        cli="agent show",
    ),
    Operation(
        "import.list",
        "Sources of imported sessions and their progress",
        "GET",
        "/v1/imports",
        "read",
        (),
        cli="import-status",
    ),
    Operation(
        "import.start",
        "Import transcripts from paths on the server's machine",
        "POST",
        "/v1/imports",
        "admin",
        (
            Param("paths", "strings", "Files or folders; none means the default ones", "body"),
            Param("format", "string", "Format name; found out when absent", "body"),
            Param("watch", "boolean", "Follow them as they grow", "body"),
        ),
        cli="import",
        audited=True,
    ),
    Operation(
        "key.list",
        "List API keys",
        "GET",
        "/v1/api_keys",
        "admin",
        (),
        cli="key list",
    ),
    Operation(
        "key.create",
        "Create an API key; its secret is shown once",
        "POST",
        "/v1/api_keys",
        "admin",
        (
            Param("name", "string", "What it is for", "body", required=True),
            Param("scope", "string", "read, write or admin", "body", required=True),
            Param("expires_at", "string", "When it stops working", "body"),
        ),
        cli="key create",
        audited=True,
    ),
    Operation(
        "key.revoke",
        "Revoke an API key",
        "POST",
        "/v1/api_keys/{key_id}/revoke",
        "admin",
        (Param("key_id", "string", "Key id", "path", required=True),),
        cli="key revoke",
        audited=True,
    ),
    Operation(
        "login.link",
        "Make a one-time login link for the web page",
        "POST",
        "/v1/login_links",
        "admin",
        (),
        cli="login",
    ),
    Operation(
        "login.enter",
        "Exchange a one-time login token for a browser cookie",
        "POST",
        "/v1/login",
        "public",
        (Param("token", "string", "Token of a login link", "body", required=True),),
        absent={"cli": "a cookie is for browsers; programs use keys"},
    ),
    Operation(
        "login.leave",
        "Sign this browser out",
        "POST",
        "/v1/logout",
        "read",
        (),
        absent={"cli": "a cookie is for browsers; programs use keys"},
    ),
    Operation(
        "caller.me",
        "Who is calling, in which workspace",
        "GET",
        "/v1/me",
        "read",
        (),
        cli="whoami",
    ),
)

BY_NAME = {operation.name: operation for operation in OPERATIONS}


def covers(granted: Scope, needed: Scope) -> bool:
    """Whether a credential's scope is enough."""
    if needed == "public":
        return True
    return granted in SCOPES and SCOPES.index(granted) >= SCOPES.index(needed)
