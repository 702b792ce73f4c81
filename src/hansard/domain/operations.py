"""Every operation as data: REST, CLI, and later RPC and MCP are prints of this table."""

from hansard.domain.operation import SCOPES, Operation, Param, Scope, covers
from hansard.domain.session_operations import SESSION_OPERATIONS

__all__ = ["BY_NAME", "OPERATIONS", "SCOPES", "Operation", "Param", "Scope", "covers"]

_AGENT = Param("agent_id", "string", "Agent id", "path", required=True)
_LIMIT = Param("limit", "integer", "How many to return, 1 to 1000")
_PAGE = Param("page", "string", "Cursor of the next page")

OPERATIONS: tuple[Operation, ...] = (
    *SESSION_OPERATIONS,
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
