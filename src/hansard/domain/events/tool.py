"""Tools: the intent to call one, and what came back."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body, brief, text_of

_TELLING = ("command", "file_path", "path", "pattern", "query", "url", "description", "prompt")


def call_title(name: str, arguments: Any) -> str:
    """One line for a call: the name and the argument that says most, `bash: pytest -q`."""
    if isinstance(arguments, dict):
        fields: Json = arguments  # pyright: ignore[reportUnknownVariableType]
        for key in (*_TELLING, *fields):
            value = fields.get(key)
            if isinstance(value, str) and value.strip():
                return brief(f"{name}: {value}")
    return name


class AgentToolUse(Body):
    """The model calls a built-in tool; durable before it is dispatched."""

    type = "agent.tool_use"
    named_by = "protocol"
    text_fields = ("name", "input")

    name: str
    input: Any
    evaluated_permission: str | None = None
    evaluation: Json | None = None
    connector: str | None = None
    """The MCP server or connection it goes through; null for a built-in tool (S0-3)."""
    call_type: str | None = None
    """`search` (answered from a store) or `direct` (S0-31)."""
    message_id: str | None = None
    source_tool_use_id: str | None = None

    def headline(self) -> str:
        return call_title(self.name, self.input)


class AgentMcpToolUse(Body):
    """The model calls a tool of an MCP server."""

    type = "agent.mcp_tool_use"
    named_by = "protocol"
    text_fields = ("name", "input")

    name: str
    input: Any
    mcp_server_name: str
    evaluated_permission: str | None = None
    evaluation: Json | None = None
    connector: str | None = None
    call_type: str | None = None
    message_id: str | None = None
    source_tool_use_id: str | None = None

    def headline(self) -> str:
        return call_title(f"{self.mcp_server_name}.{self.name}", self.input)


class AgentCustomToolUse(Body):
    """The model calls a tool that the client runs."""

    type = "agent.custom_tool_use"
    named_by = "protocol"
    text_fields = ("name", "input")

    name: str
    input: Any
    connector: str | None = None
    call_type: str | None = None
    message_id: str | None = None
    source_tool_use_id: str | None = None

    def headline(self) -> str:
        return call_title(self.name, self.input)


class _Result(Body):
    content: Any = None
    is_error: bool | None = None
    outcome_unknown: bool | None = None
    """A crash fell between dispatch and result: nobody knows (P5)."""
    rejected: bool | None = None
    """A person refused the call."""
    duration_ms: int | None = None
    exit_code: int | None = None

    def headline(self) -> str:
        return brief(text_of(self.content)) or ("Failed" if self.is_error else "Done")


class AgentToolResult(_Result):
    """What a built-in tool gave back."""

    type = "agent.tool_result"
    named_by = "protocol"
    text_fields = ("content",)

    tool_use_id: str


class AgentMcpToolResult(_Result):
    """What a tool of an MCP server gave back."""

    type = "agent.mcp_tool_result"
    named_by = "protocol"
    text_fields = ("content",)

    mcp_tool_use_id: str


class UserCustomToolResult(_Result):
    """What the client's own tool gave back."""

    type = "user.custom_tool_result"
    named_by = "protocol"
    text_fields = ("content",)

    custom_tool_use_id: str


class UserToolResult(_Result):
    """What a tool gave back that ran in a self-hosted sandbox."""

    type = "user.tool_result"
    named_by = "protocol"
    text_fields = ("content",)

    tool_use_id: str


CALLS = ("agent.tool_use", "agent.mcp_tool_use", "agent.custom_tool_use")
RESULT_CALL = {
    "agent.tool_result": "tool_use_id",
    "agent.mcp_tool_result": "mcp_tool_use_id",
    "user.custom_tool_result": "custom_tool_use_id",
    "user.tool_result": "tool_use_id",
}
"""Result types, and the field that names the call they answer."""
