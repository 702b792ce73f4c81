"""Tool calls: what the model called, what came back, which files it changed.

A call stands in the model's log (`function_call` … and its output); the display log adds how
it ended. In code mode the model calls one tool, `exec`, whose script calls the others: those
stand in the display log alone and are calls of their own.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hansard.domain.draft import Json
from hansard.ingest.base import Emit
from hansard.ingest.formats.codex import content, edits
from hansard.ingest.formats.codex.record import (
    Record,
    duration_ms,
    nested,
    objects,
    part,
    rows,
    text,
    whole,
)
from hansard.ingest.formats.codex.thread import Thread
from hansard.ingest.patch import patched

_MOST_OPEN = 1_024
_MOST_CLOSED = 4_096
_CODE_MODE = "exec"
_MCP = "mcp__"
_SPAWN = "spawn_agent"
_EXIT = re.compile(r"^(?:Process exited with code|Exit code:) (-?\d{1,9})$", re.MULTILINE)
_WALL = re.compile(r"^Wall time:? (\d{1,9}(?:\.\d{1,9})?) seconds?$", re.MULTILINE)
_FAILED = re.compile(
    r"(?:exec_command failed|apply_patch verification failed|collab \w+ failed"
    r"|failed to parse function arguments|unsupported call|aborted by user|Script failed)"
)
_REFUSED = re.compile(r"rejected by user|user rejected|user cancelled", re.IGNORECASE)
_HEADING = 2_000
"""How far into an output its heading is looked for."""


@dataclass(slots=True)
class Call:
    """A call whose output has not come yet.

    Attributes:
        event_id: our event of the call.
        name: the tool.
        mcp: it was told as a call of an MCP tool.
        patch: the patch it carries, for files that report no changes.
        edited: its changes were reported.
        exit_code, duration_ms, failed: how it ended, by the display log.
    """

    event_id: str
    name: str
    mcp: bool = False
    patch: str | None = None
    edited: bool = False
    exit_code: int | None = None
    duration_ms: int | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """How something ended, out of the display log: the parts of a result."""

    content: list[Json]
    failed: bool
    exit_code: int | None = None
    duration_ms: int | None = None
    refused: bool = False

    def to_payload(self) -> Json:
        """The own fields of a result event."""
        return {
            "content": self.content,
            "is_error": self.failed or self.refused,
            "rejected": True if self.refused else None,
            "exit_code": self.exit_code,
            "duration_ms": self.duration_ms,
        }


class Calls:
    """The calls of one file. Open ones are kept, of closed ones only the latest ids."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Call] = OrderedDict()
        self._closed: OrderedDict[str, None] = OrderedDict()

    def called(self, thread: Thread, record: Record) -> Iterator[Emit]:
        """A call in the model's log; its output comes under the same `call_id`."""
        payload = record.payload
        name, arguments = _named(payload), _arguments(payload)
        server, tool = _mcp_names(payload)
        call = Call(thread.event_id(record, 0), name, server is not None)
        call.patch = edits.patch_text(name, arguments)
        yield self._use(thread, record, call, tool if server else name, arguments, server)
        call_id = text(payload, "call_id", "id")
        if call_id:
            self._remember(call_id, call)

    def hosted(self, thread: Thread, record: Record) -> Iterator[Emit]:
        """A call that the provider ran itself: its end is known at once."""
        payload = record.payload
        name = (text(payload, "type") or "").removesuffix("_call")
        picture = text(payload, "result")
        asked = part(payload, "action") or {"prompt": text(payload, "revised_prompt")}
        arguments = {key: value for key, value in asked.items() if value is not None}
        call = Call(thread.event_id(record, 0), name)
        yield self._use(thread, record, call, name, arguments, None)
        shown = [content.image(f"data:image/png;base64,{picture}")] if picture else []
        end = End(shown, failed=payload.get("status") == "failed")
        yield self._result(thread, record, 1, call, end)

    def answered(self, thread: Thread, record: Record) -> Iterator[Emit]:
        """The output of a call; one whose call is not here (a fork's copy) gives nothing."""
        call_id = text(record.payload, "call_id", "id")
        call = self._open.pop(call_id, None) if call_id else None
        if call is None or call_id is None:
            return
        self._close(call_id)
        thread.end_response()
        end = _end_of(call, record.payload)
        yield self._result(thread, record, 0, call, end)
        started = _started(call, record.payload)
        if started:
            yield thread.emit(record, 1, "session.thread_created", started, thread.agent)
        if call.patch and not call.edited and not end.failed and not end.refused:
            yield from _edited(thread, record, 1, call.event_id, patched(call.patch))

    def ran(self, thread: Thread, record: Record, call_id: str | None, end: Json) -> Iterator[Emit]:
        """A command ended; `end` has `exit_code`, `aggregated_output`, `command`, `cwd`."""
        exit_code = whole(end, "exit_code", "exitCode")
        failed = bool(exit_code) or end.get("status") in ("failed", "declined")
        call = self._open.get(call_id or "")
        if call is not None:
            call.exit_code, call.duration_ms = exit_code, duration_ms(end)
            call.failed = failed
        elif self._is_inner(call_id) and end.get("source") not in ("user_shell", "userShell"):
            shown = text(end, "aggregated_output", "aggregatedOutput", "formatted_output")
            done = End(
                content.said(shown or ""),
                failed,
                exit_code,
                duration_ms(end),
                end.get("status") == "declined",
            )
            asked = {"command": _command(end), "cwd": text(end, "cwd")}
            yield from self._inner(thread, record, call_id, "shell", asked, done)

    def patch_applied(
        self, thread: Thread, record: Record, call_id: str | None, end: Json
    ) -> Iterator[Emit]:
        """A patch was applied or refused; `end` has `changes` and `success` or `status`."""
        changes = part(end, "changes")
        succeeded = end.get("success")
        if not isinstance(succeeded, bool):
            succeeded = end.get("status") == "completed"
        call = self._open.get(call_id or "")
        event_id, first = thread.event_id(record, 0), 2
        if call is not None:
            if call.edited:
                return
            event_id, first = call.event_id, 0
            call.edited, call.failed = True, not succeeded
        elif self._is_inner(call_id):
            asked = {"changes": {path: text(part(changes, path), "type") for path in changes}}
            shown = text(end, "stdout", "stderr")
            done = End(content.said(shown) if shown else [], failed=not succeeded)
            yield from self._inner(thread, record, call_id, "apply_patch", asked, done)
        else:
            return
        if succeeded:
            yield from _edited(thread, record, first, event_id, edits.reported(changes))

    def mcp_ended(
        self, thread: Thread, record: Record, call_id: str | None, end: Json
    ) -> Iterator[Emit]:
        """A call of an MCP tool ended; `end` has `server`, `tool`, `arguments` and a result."""
        done = _mcp_end(end)
        call = self._open.get(call_id or "")
        if call is not None:
            call.failed, call.duration_ms = done.failed, done.duration_ms
        elif self._is_inner(call_id):
            server = text(end, "server") or "unknown"
            arguments = part(end, "arguments")
            tool = text(end, "tool") or "unknown"
            yield from self._inner(thread, record, call_id, tool, arguments, done, server)

    def searched(
        self, thread: Thread, record: Record, call_id: str | None, end: Json
    ) -> Iterator[Emit]:
        """A web search ended. Outside code mode the model's log tells it itself."""
        if self._is_inner(call_id) and any(c.name == _CODE_MODE for c in self._open.values()):
            asked = part(end, "action") or {"query": text(end, "query")}
            done = End([], failed=False)
            yield from self._inner(thread, record, call_id, "web_search", asked, done)

    def _is_inner(self, call_id: str | None) -> bool:
        return call_id is not None and call_id not in self._open and call_id not in self._closed

    def _inner(
        self,
        thread: Thread,
        record: Record,
        call_id: str | None,
        name: str,
        arguments: Json,
        end: End,
        server: str | None = None,
    ) -> Iterator[Emit]:
        """A call that only the display log knows, with its result."""
        self._close(call_id or "")
        call = Call(thread.event_id(record, 0), name, server is not None)
        told = {key: value for key, value in arguments.items() if value is not None}
        yield self._use(thread, record, call, name, told, server, call_id)
        yield self._result(thread, record, 1, call, end)

    def _use(
        self,
        thread: Thread,
        record: Record,
        call: Call,
        name: str,
        arguments: Json,
        server: str | None,
        inner_id: str | None = None,
    ) -> Emit:
        payload: Json = {
            "name": name,
            "input": arguments,
            "mcp_server_name": server,
            "connector": server,
            "call_type": "direct",
            "evaluated_permission": "ask" if _asks(arguments) else None,
            "message_id": None if inner_id else thread.answer(record),
            "source_tool_use_id": inner_id or text(record.payload, "call_id", "id"),
        }
        event_type = "agent.mcp_tool_use" if call.mcp else "agent.tool_use"
        return thread.emit(record, 0, event_type, payload, thread.agent)

    def _result(self, thread: Thread, record: Record, index: int, call: Call, end: End) -> Emit:
        event_type, named = "agent.tool_result", "tool_use_id"
        if call.mcp:
            event_type, named = "agent.mcp_tool_result", "mcp_tool_use_id"
        payload = {named: call.event_id, **end.to_payload()}
        return thread.emit(record, index, event_type, payload, thread.agent)

    def _remember(self, call_id: str, call: Call) -> None:
        self._open[call_id] = call
        if len(self._open) > _MOST_OPEN:
            self._close(self._open.popitem(last=False)[0])

    def _close(self, call_id: str) -> None:
        self._closed[call_id] = None
        if len(self._closed) > _MOST_CLOSED:
            self._closed.popitem(last=False)


def _edited(
    thread: Thread, record: Record, first: int, event_id: str, changes: Iterable[Json]
) -> Iterator[Emit]:
    for index, change in enumerate(changes, first):
        payload = {"tool_use_id": event_id, **change}
        yield thread.emit(record, index, "file.edited", payload, thread.agent)


def _started(call: Call, payload: Json) -> Json | None:
    """The sub-agent that a call started, as the output names it."""
    if not call.name.endswith(_SPAWN):
        return None
    answer = nested(content.first_text(content.output(payload))) or {}
    agent = text(answer, "agent_id")
    name = text(answer, "nickname")
    told = {"external_id": agent, "agent_name": name, "tool_use_id": call.event_id}
    return told if agent else None


def _named(payload: Json) -> str:
    kind = text(payload, "type")
    if kind == "local_shell_call":
        return "local_shell"
    name = text(payload, "name") or (kind or "").removesuffix("_call")
    space = text(payload, "namespace")
    return f"{space}.{name}" if space else name


def _mcp_names(payload: Json) -> tuple[str | None, str]:
    """Server and tool of an MCP call: ``mcp__server__tool``, or the server as namespace."""
    name, space = text(payload, "name") or "", text(payload, "namespace") or ""
    if space.startswith(_MCP):
        return space.removeprefix(_MCP).rstrip("_") or None, name
    server, found, tool = name.removeprefix(_MCP).partition("__")
    if name.startswith(_MCP) and found and server and tool:
        return server, tool
    return None, name


def _arguments(payload: Json) -> Json:
    """The input as an object: JSON arguments, an action, or free text under `input`."""
    written = text(payload, "arguments")
    if written is None:
        free = text(payload, "input")
        asked = part(payload, "action") or part(payload, "arguments")
        return {"input": free} if free is not None else asked
    found = nested(written)
    return {"arguments": written} if found is None else found


def _asks(arguments: Json) -> bool:
    """Whether the call asks a person to leave the sandbox."""
    return (
        arguments.get("sandbox_permissions") == "require_escalated"
        or arguments.get("with_escalated_permissions") is True
    )


def _command(end: Json) -> str | None:
    words = [word for word in rows(end, "command") if isinstance(word, str)]
    return words[2] if len(words) == 3 and words[1] in ("-lc", "-c") else " ".join(words) or None


def _end_of(call: Call, payload: Json) -> End:
    """How a call ended: the display log's word first, then the heading of its output."""
    found, exit_code = _unwrapped(content.output(payload))
    heading = content.first_text(found)[:_HEADING].partition("\nOutput:")[0]
    exited, wall = _EXIT.search(heading), _WALL.search(heading)
    if exit_code is None:
        exit_code = int(exited[1]) if exited else None
    if call.exit_code is not None:
        exit_code = call.exit_code
    spent = call.duration_ms
    if spent is None and wall:
        spent = round(float(wall[1]) * 1000)
    said_no = part(payload, "output").get("success") is False
    failed = call.failed or bool(exit_code) or said_no or bool(_FAILED.match(heading))
    return End(found, failed, exit_code, spent, failed and bool(_REFUSED.search(heading)))


def _unwrapped(found: list[Json]) -> tuple[list[Json], int | None]:
    """Older files wrap an output as JSON: ``{"output": …, "metadata": {"exit_code": 0}}``."""
    words = content.first_text(found)
    if len(found) != 1 or not words.startswith('{"output":'):
        return found, None
    wrapped = nested(words)
    if wrapped is None or not isinstance(wrapped.get("output"), str):
        return found, None
    return content.said(wrapped["output"]), whole(part(wrapped, "metadata"), "exit_code")


def _mcp_end(end: Json) -> End:
    """The end of an MCP call: `{Ok: result}` or `{Err: text}`, or result and error apart."""
    result = part(end, "result")
    inner = part(result, "Ok") or (result if objects(result, "content") else {})
    wrong = text(result, "Err") or text(part(end, "error"), "message")
    failed = wrong is not None or inner.get("isError", inner.get("is_error")) is True
    shown = content.said(wrong) if wrong else content.mcp_blocks(inner)
    refused = wrong is not None and bool(_REFUSED.search(wrong))
    return End(shown, failed or end.get("status") == "failed", None, duration_ms(end), refused)
