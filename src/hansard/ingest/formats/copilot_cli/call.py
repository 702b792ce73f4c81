"""Tool calls and permissions: what was asked for, what came back, which files changed."""

import re
from dataclasses import dataclass
from typing import Any

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.domain.events.base import brief
from hansard.ingest.document import objects
from hansard.ingest.patch import hunks, patched, replaced
from hansard.ingest.told import Origin, Told, nested, said

_EXIT = re.compile(r"exit(?:ed with)? code:? (-?\d{1,9})>?\s*\Z")
_REJECTED = "rejected"
_CREATES = frozenset({"create", "create_file", "write"})
_EDITS = frozenset({"edit", "str_replace", "str_replace_editor", "insert", "apply_patch"})
_BY_A_PERSON = "interactively-by-user"
_SCOPES = {"approved-for-session": "session", "approved-for-location": "location"}
_ASKS = ("fullCommandText", "command", "fileName", "path", "url", "toolName", "toolTitle")


@dataclass(slots=True)
class Call:
    """A call whose result has not come.

    Attributes:
        told: the session that it is in.
        origin, part: the record that asked for it first, and its part there.
        name, arguments: of the tool.
        message_id: the message that asked for it.
        server: the MCP server that has the tool, and the tool's name there.
        is_told: its event was told.
        started_at: when it began, milliseconds UTC.
        refused: a person said no.
    """

    told: Told
    origin: Origin
    part: str
    name: str
    arguments: Json
    message_id: str | None = None
    server: tuple[str, str] | None = None
    is_told: bool = False
    started_at: int | None = None
    refused: bool = False

    def use(self, call_id: str) -> Json:
        """The fields of the event that it is called."""
        server, name = self.server or (None, self.name)
        return {
            "name": name,
            "input": self.arguments,
            "mcp_server_name": server,
            "connector": server,
            "call_type": "direct",
            "message_id": self.message_id,
            "source_tool_use_id": call_id,
        }

    def result(self, data: Json, at: int) -> Json:
        """The fields of its result."""
        words = _output(data)
        exited = _EXIT.search(words[-120:])
        exit_code = int(exited[1]) if exited else None
        error = foreign.mapping(data.get("error"))
        refused = self.refused or error.get("code") == _REJECTED
        return {
            "content": [said(words)] if words else [],
            "is_error": not is_success(data) or bool(exit_code) or refused,
            "rejected": True if refused else None,
            "exit_code": exit_code,
            "duration_ms": None if self.started_at is None else max(0, at - self.started_at),
        }

    def edits(self, data: Json) -> list[Json]:
        """The files that it changed when it succeeded, as the fields of `file.edited`."""
        asked = self.arguments
        patch = foreign.text(asked.get("input")) or foreign.text(asked.get("patch"))
        if self.name == "apply_patch" and patch:
            return patched(patch)
        path = foreign.text(asked.get("path")) or foreign.text(asked.get("filePath"))
        command = foreign.text(asked.get("command"))
        if path is None or self.name not in _CREATES | _EDITS or command == "view":
            return []
        content = next((asked[n] for n in ("file_text", "content") if n in asked), None)
        if (self.name in _CREATES or command == "create") and isinstance(content, str):
            change = {"change": "create"} if self.name != "write" else {}
            return [{"path": path, **change, "after": content}]
        detailed = foreign.mapping(data.get("result")).get("detailedContent")
        found = hunks(detailed) if isinstance(detailed, str) else []
        old, new = asked.get("old_str"), asked.get("new_str")
        if not found and isinstance(new, str):
            found = replaced(old if isinstance(old, str) else "", new)
        return [{"path": path, "change": "update", "hunks": found}]


def asked(request: Json) -> tuple[str | None, str | None, Json]:
    """Id, name and arguments in a request for a tool: they come as JSON or as an object."""
    call_id = foreign.text(request.get("toolCallId"))
    name = foreign.text(request.get("name")) or foreign.text(request.get("toolName"))
    given = request.get("arguments")
    arguments = nested(given)
    if arguments is None:
        arguments = {"input": given} if isinstance(given, str) and given else {}
    return call_id, name, arguments


def server_of(data: Json) -> tuple[str, str] | None:
    """The MCP server that a call goes to, and the tool's name there."""
    server = foreign.text(data.get("mcpServerName"))
    name = foreign.text(data.get("mcpToolName")) or foreign.text(data.get("toolName"))
    return (server, name) if server and name else None


def is_success(data: Json) -> bool:
    """Whether a call succeeded."""
    success = data.get("success")
    if isinstance(success, bool):
        return success
    return foreign.mapping(data.get("result")).get("result_type") in (None, "success")


def question(request: Json) -> str:
    """What a person is asked when a call needs a permission."""
    kind = foreign.text(request.get("kind")) or "tool"
    names = ("intention", *_ASKS)
    what = next((found for n in names if (found := foreign.text(request.get(n)))), None)
    return brief(f"{kind}: {what}" if what else kind, 300)


@dataclass(frozen=True, slots=True)
class Decision:
    """How a permission was decided: by whom, and for how long."""

    approved: bool
    by_person: bool
    scope: str | None
    reason: str

    @classmethod
    def read(cls, result: Any) -> "Decision":
        """From the `result` of a `permission.completed`; a plain approval may be a rule's."""
        kind = foreign.text(foreign.mapping(result).get("kind")) or "unknown"
        approved = kind.startswith("approved")
        scope = _SCOPES.get(kind)
        return cls(approved, kind.endswith(_BY_A_PERSON) or scope is not None, scope, kind)


def _output(data: Json) -> str:
    """What a call gave back: to the model, else what went wrong."""
    result = data.get("result")
    if isinstance(result, str):
        return result
    fields = foreign.mapping(result)
    for name in ("content", "text_result_for_llm", "detailedContent"):
        words = foreign.text(fields.get(name))
        if words:
            return words
    blocks = [foreign.text(block.get("text")) or "" for block in objects(fields.get("contents"))]
    message = foreign.text(foreign.mapping(data.get("error")).get("message"))
    return "\n".join(block for block in blocks if block) or message or ""
