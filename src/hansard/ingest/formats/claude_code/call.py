"""Tool calls and their results."""

import re
from dataclasses import dataclass
from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import text_of
from hansard.ingest.formats.claude_code import question
from hansard.ingest.formats.claude_code.edit import arguments_of_edit
from hansard.ingest.formats.claude_code.record import (
    blocks,
    duration_ms,
    identifier,
    mapping,
    text,
)

SUB_AGENT_TOOLS = frozenset({"Task", "Agent"})
_REFUSED = "The user doesn't want to proceed with this tool use"
_REFUSED_SHORT = "User rejected tool use"
_WHY = "the user said:\n"
_ADVICE = "\n\nNote: The user's next message"
_EXIT = re.compile(r"(?:Error: )?Exit code (\d{1,9})\b")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that waits for its result.

    Attributes:
        id: our event id of the call.
        mcp: it goes to an MCP server.
        edit: its arguments, when it edits a file.
        starts_agent: it starts a sub-agent: `agent_name` and `prompt` are that one's.
        asks: the tool by which it asks a person.
    """

    id: str
    mcp: bool = False
    edit: Json | None = None
    starts_agent: bool = False
    agent_name: str | None = None
    prompt: str | None = None
    asks: str | None = None

    def answered(self) -> "Call":
        """What is still worth knowing of it afterwards: that it was there."""
        return Call(self.id, self.mcp)


@dataclass(frozen=True, slots=True)
class Result:
    """A result: the event's type and fields, and what a person's refusal said, if it is one."""

    type: str
    payload: Json
    refusal: Json | None

    @property
    def failed(self) -> bool:
        """Whether the call did not do what it was to do."""
        return self.payload["is_error"] is True


def call_of(event_id: str, name: str, arguments: Any) -> Call:
    """What to remember of a call until its result comes."""
    given = mapping(arguments)
    if name in SUB_AGENT_TOOLS:
        return Call(
            event_id,
            starts_agent=True,
            agent_name=identifier(given.get("subagent_type")),
            prompt=text(given.get("prompt")),
        )
    mcp = _mcp_parts(name) is not None
    asks = name if name in question.TOOLS else None
    return Call(event_id, mcp, edit=arguments_of_edit(name, arguments), asks=asks)


def use(name: str, block: Json, message_id: str) -> tuple[str, Json]:
    """The event type and fields of a call."""
    payload: Json = {
        "name": name,
        "input": block.get("input"),
        "connector": None,
        "call_type": "direct",
        "message_id": message_id,
        "source_tool_use_id": identifier(block.get("id")),
    }
    parts = _mcp_parts(name)
    if parts is None:
        return "agent.tool_use", payload
    server, tool = parts
    named = {"name": tool, "mcp_server_name": server, "connector": server}
    return "agent.mcp_tool_use", {**payload, **named}


def _mcp_parts(name: str) -> tuple[str, str] | None:
    start, _, rest = name.partition("__")
    server, _, tool = rest.partition("__")
    return (server, tool) if start == "mcp" and server and tool else None


def result(block: Json, structured: Any, call: Call | None) -> Result:
    """The event of a result.

    Args:
        block: the `tool_result` block.
        structured: `toolUseResult` of the record, of any shape.
        call: the call it answers; None when its line is missing, then the foreign id stays.
    """
    content = blocks(block.get("content"))
    said = text_of(content)
    refused = said.startswith(_REFUSED) or structured == _REFUSED_SHORT
    failed = refused or block.get("is_error") is True
    answers = call.id if call else identifier(block.get("tool_use_id")) or ""
    mcp = call is not None and call.mcp
    payload: Json = {
        "mcp_tool_use_id" if mcp else "tool_use_id": answers,
        "content": content,
        "is_error": failed,
    }
    if refused:
        payload["rejected"] = True
    took = _took(mapping(structured))
    if took is not None:
        payload["duration_ms"] = took
    code = _EXIT.match(said) if failed else None
    if code:
        payload["exit_code"] = int(code[1])
    kind = "agent.mcp_tool_result" if mcp else "agent.tool_result"
    return Result(kind, payload, _refusal(answers, said) if refused else None)


def _took(structured: Json) -> int | None:
    for name, unit in (("durationMs", 1), ("totalDurationMs", 1), ("durationSeconds", 1000)):
        took = duration_ms(structured.get(name), unit)
        if took is not None:
            return took
    return None


def _refusal(call_id: str, said: str) -> Json:
    why = said.partition(_WHY)[2].partition(_ADVICE)[0].strip()
    return {"tool_use_id": call_id, "result": "deny", **({"deny_message": why} if why else {})}
