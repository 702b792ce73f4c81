"""Every operation as data: REST, CLI, and later RPC and MCP are prints of this table."""

from hansard.domain.agent_operations import AGENT_OPERATIONS
from hansard.domain.detail_operations import DETAIL_OPERATIONS
from hansard.domain.endpoint_operations import DASHBOARD_OPERATIONS, RPC
from hansard.domain.file_operations import FILE_OPERATIONS
from hansard.domain.list_operations import LIST_OPERATIONS
from hansard.domain.operation import SCOPES, Operation, Param, Scope, covers
from hansard.domain.record_operations import RECORD_OPERATIONS
from hansard.domain.redaction_operations import REDACTION_OPERATIONS
from hansard.domain.search_operations import SEARCH_OPERATIONS
from hansard.domain.session_operations import SESSION_OPERATIONS

__all__ = ["BY_NAME", "ENDPOINTS", "OPERATIONS", "SCOPES", "Operation", "Param", "Scope", "covers"]


OPERATIONS: tuple[Operation, ...] = (
    *RECORD_OPERATIONS,  # first: /v1/sessions/export is no session
    *LIST_OPERATIONS,  # before /v1/sessions/{session_id}: facets is no session either
    *SESSION_OPERATIONS,
    *DETAIL_OPERATIONS,
    *FILE_OPERATIONS,
    *SEARCH_OPERATIONS,
    *AGENT_OPERATIONS,
    *REDACTION_OPERATIONS,
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
            Param(
                "trust",
                "strings",
                "Public key whose exports may continue a session that is here",
                "body",
            ),
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

ENDPOINTS = {operation.name: operation for operation in (*DASHBOARD_OPERATIONS, RPC)}
"""Routes that are no operation of their own: other addresses of some, and a door to all."""
