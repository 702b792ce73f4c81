"""Reads one chat of Gemini CLI.

A message is written again under its id when its calls end or its tokens are known: what is new
in it is told then.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from hansard.domain import foreign
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.ingest.base import Emission, Emit, Opened, Source
from hansard.ingest.document import objects
from hansard.ingest.formats.gemini.content import edited, output, prompt, usage, words_of
from hansard.ingest.line_parser import LineParser
from hansard.ingest.lines import plain
from hansard.ingest.told import (
    PERSON,
    SYSTEM,
    Occurrences,
    Origin,
    Recent,
    Told,
    Usage,
    digest,
    moment,
    said,
)

NAME = "gemini"
AGENT_WORD = "gemini-cli"
CHATS = "chats"
TYPES = frozenset({"user", "gemini", "info", "error", "warning"})
_MESSAGES = 1_024
_LONGEST_PATH = 4_096
_MCP = re.compile(r"(.+) \((.+) MCP Server\)\Z", re.DOTALL)
_STATE = "<state_snapshot>"
_INTERRUPTED = frozenset({"Request cancelled.", "User cancelled the request."})
_INJECTED = "System: Please continue."
_ENDED = {"success": False, "error": True, "cancelled": True}


@dataclass(slots=True)
class _Message:
    """What was told of a message.

    Attributes:
        origin: its first record.
        turn_id: the turn that it belongs to.
        parts: the events that were told of it.
        sent: the tokens that were told, by class.
    """

    origin: Origin
    turn_id: str | None
    parts: set[str] = field(default_factory=set[str])
    sent: tuple[int, ...] | None = None


class GeminiParser(LineParser):
    """The parser of one chat (`hansard.ingest.base.Parser`)."""

    def __init__(self, source: Source) -> None:
        """Begin at the first line."""
        super().__init__()
        self._path = source.path
        self._occurrences = Occurrences()
        self._messages: Recent[_Message] = Recent(_MESSAGES)
        self._at = 0

    def _read(self, line: bytes, fields: Json) -> Iterator[Emission]:
        update = foreign.mapping(fields.get("$set"))
        at = moment(fields.get("timestamp")) or moment(fields.get("startTime"))
        at = at or moment(update.get("lastUpdated"))
        self._at = at or self._at
        record = self._record = foreign.text(fields.get("id")) or self._occurrences.name(line)
        origin = Origin(record, self._at)
        if self._told is None:
            yield from self._open(fields, origin)
        told = self._told
        if told is None:
            return
        if "$set" in fields:
            yield from self._updated(told, origin, update)
        elif "$rewindTo" in fields:
            yield from self._rewound(told, origin)
        elif "id" in fields and fields.get("type") in TYPES:
            yield from self._message(told, origin, fields)
        else:
            yield from self._updated(told, origin, fields)

    def _open(self, fields: Json, origin: Origin) -> Iterator[Emission]:
        """Meet the session in its first record; older lines name none, then the file does."""
        folder = self._path.parent
        is_child = fields.get("kind") == "subagent"
        parent = folder.name if is_child and folder.parent.name == CHATS else None
        external_id = foreign.text(fields.get("sessionId")) or self._path.name.split(".json")[0]
        name = external_id.rpartition("-")[0] or external_id if is_child else None
        where = _where(self._path, fields)
        self._told = Told(
            format=NAME,
            external_id=external_id,
            agent=Actor("agent", None, name or AGENT_WORD),
            prompter=Actor("agent", None, AGENT_WORD) if is_child else PERSON,
            where=where,
        )
        yield Opened(
            external_id,
            origin.at,
            parent_external_id=parent,
            agent_name=name,
            where=dict(where),
        )

    def _updated(self, told: Told, origin: Origin, facts: Json) -> Iterator[Emission]:
        """Facts about the chat changed."""
        yield from told.named(origin, foreign.text(facts.get("summary")))
        for message in objects(facts.get("messages")):
            # The history as the model sees it: all of it is known but a summary.
            words = words_of(message.get("content"))
            if _STATE in words:
                own = foreign.text(message.get("id")) or digest(words)
                yield from self._compacted(told, Origin(own, origin.at), words)

    def _rewound(self, told: Told, origin: Origin) -> Iterator[Emission]:
        payload = {"content": [said("The conversation was rewound.")]}
        yield told.emit(origin, 0, "system.message", payload, SYSTEM)

    def _compacted(self, told: Told, origin: Origin, words: str) -> Iterator[Emission]:
        if origin.record not in self._messages:
            self._messages.put(origin.record, _Message(origin, told.turn_id))
            payload = {"summary": words}
            yield told.emit(origin, 0, "agent.thread_context_compacted", payload, told.agent)

    # Messages

    def _message(self, told: Told, origin: Origin, fields: Json) -> Iterator[Emission]:
        message = self._messages.get(origin.record)
        known = message is not None
        if message is None:
            message = _Message(origin, told.turn_id)
        elif fields.get("type") != "gemini":
            return
        turn_id, told.turn_id = told.turn_id, message.turn_id
        yield from self._HANDLERS[str(fields["type"])](self, told, message, fields)
        if known:
            told.turn_id = turn_id
        self._messages.put(origin.record, message)

    def _user(self, told: Told, message: _Message, fields: Json) -> Iterator[Emission]:
        shown = fields.get("displayContent")
        content = prompt(fields.get("content") if shown is None else shown)
        words = words_of(fields.get("content"))
        if _STATE in words:
            yield from self._compacted(told, message.origin, words)
        elif words.strip() == _INJECTED:
            payload = {"content": content}
            yield told.emit(message.origin, 0, "system.message", payload, SYSTEM)
        elif content:
            yield from told.prompted(message.origin, content)
            message.turn_id = told.turn_id

    def _gemini(self, told: Told, message: _Message, fields: Json) -> Iterator[Emission]:
        origin = message.origin
        message_id = told.message_id(origin)
        for index, thought in enumerate(objects(fields.get("thoughts"))):
            lines = [foreign.text(thought.get(name)) for name in ("subject", "description")]
            words = "\n\n".join(line for line in lines if line)
            payload: Json = {"content": [said(words)], "message_id": message_id}
            if words and self._is_new(message, f"thought/{index}"):
                kind = "agent.thinking"
                yield told.emit(origin, f"thought/{index}", kind, payload, told.agent)
        words = words_of(fields.get("content"))
        if words and self._is_new(message, "text"):
            model = foreign.text(fields.get("model"))
            payload = {"content": [said(words)], "message_id": message_id, "model": model}
            yield told.emit(origin, "text", "agent.message", payload, told.agent)
        for index, call in enumerate(objects(fields.get("toolCalls"))):
            yield from self._called(told, message, index, call, message_id)
        yield from self._used(told, message, fields, message_id)

    def _called(
        self, told: Told, message: _Message, index: int, call: Json, message_id: str
    ) -> Iterator[Emission]:
        name = foreign.text(call.get("name"))
        if name is None:
            return
        origin = message.origin
        part = foreign.text(call.get("id")) or str(index)
        mcp = _MCP.match(foreign.text(call.get("displayName")) or "")
        use = f"call/{part}"
        if self._is_new(message, use):
            payload = {
                "name": mcp[1] if mcp else name,
                "input": foreign.mapping(call.get("args")),
                "mcp_server_name": mcp[2] if mcp else None,
                "connector": mcp[2] if mcp else None,
                "call_type": "direct",
                "message_id": message_id,
                "source_tool_use_id": foreign.text(call.get("id")),
            }
            kind = "agent.mcp_tool_use" if mcp else "agent.tool_use"
            yield told.emit(origin, use, kind, payload, told.agent)
        status = foreign.text(call.get("status")) or ""
        if status in _ENDED and self._is_new(message, f"result/{part}"):
            use_id = told.event_id(origin, use)
            yield self._result(told, message, call, f"result/{part}", use_id, mcp is not None)
            yield from self._outcome(told, message, call, part, use_id, status == "success")

    def _result(
        self, told: Told, message: _Message, call: Json, part: str, use_id: str, is_mcp: bool
    ) -> Emit:
        status = str(call["status"])
        payload = {
            "mcp_tool_use_id" if is_mcp else "tool_use_id": use_id,
            "content": output(call),
            "is_error": _ENDED[status],
            "rejected": True if status == "cancelled" else None,
        }
        at = max(moment(call.get("timestamp")) or 0, message.origin.at)
        kind = "agent.mcp_tool_result" if is_mcp else "agent.tool_result"
        return told.emit(message.origin, part, kind, payload, told.agent, at=at)

    def _outcome(
        self, told: Told, message: _Message, call: Json, part: str, use_id: str, succeeded: bool
    ) -> Iterator[Emission]:
        """What a call did: started a sub-agent, edited a file."""
        origin = message.origin
        agent = foreign.text(call.get("agentId"))
        if agent is not None:
            name = agent.rpartition("-")[0] or agent
            started = {"external_id": agent, "agent_name": name, "tool_use_id": use_id}
            yield told.emit(origin, f"agent/{part}", "session.thread_created", started, told.agent)
        change = edited(call) if succeeded else None
        if change is not None:
            payload = {"tool_use_id": use_id, **change}
            yield told.emit(origin, f"edit/{part}", "file.edited", payload, told.agent)

    def _used(
        self, told: Told, message: _Message, fields: Json, message_id: str
    ) -> Iterator[Emission]:
        """The tokens of a message; more of them later is a correction."""
        used = usage(foreign.mapping(fields.get("tokens")))
        if used is None:
            return
        now = (used.input or 0, used.output or 0, used.cache_read or 0)
        before, message.sent = message.sent, now
        if now == before:
            return
        part, more = "usage", {}
        if before is not None:
            part = "usage:" + ":".join(map(str, now))
            more = {"corrects": told.event_id(message.origin, "usage")}
            used = Usage(*(max(0, new - old) for new, old in zip(now, before, strict=True)))
        payload = used.to_payload(
            model=foreign.text(fields.get("model")), provider="google", message_id=message_id
        )
        kind = "span.model_request_end"
        yield told.emit(message.origin, part, kind, {**payload, **more}, told.agent)

    def _notice(self, told: Told, message: _Message, fields: Json) -> Iterator[Emission]:
        words = words_of(fields.get("content")).strip()
        if words in _INTERRUPTED:
            yield told.emit(message.origin, 0, "user.interrupt", {}, told.prompter)
        elif words:
            payload = {"content": [said(words)]}
            yield told.emit(message.origin, 0, "system.message", payload, SYSTEM)

    def _error(self, told: Told, message: _Message, fields: Json) -> Iterator[Emission]:
        yield told.failed(message.origin, 0, words_of(fields.get("content")).strip())

    @staticmethod
    def _is_new(message: _Message, part: str) -> bool:
        """Whether an event was not told of a message yet; it is from now on."""
        if part in message.parts:
            return False
        message.parts.add(part)
        return True

    _HANDLERS: ClassVar[Mapping[str, Callable[..., Iterable[Emission]]]] = {
        "user": _user,
        "gemini": _gemini,
        "info": _notice,
        "warning": _notice,
        "error": _error,
    }


def _where(path: Path, fields: Json) -> Json:
    """Where a chat runs: newer versions keep the project's folder in a file beside the chats."""
    folders = foreign.texts(fields.get("directories"))
    project = next((p.parent for p in path.parents if p.name == CHATS), None)
    cwd = folders[0] if folders else None
    if project is not None and cwd is None:
        try:
            with plain(project / ".project_root") as (file, _):
                cwd = file.read(_LONGEST_PATH).decode("utf-8", "replace").strip()
        except OSError:
            cwd = None
    known = {"cwd": cwd, "project_hash": foreign.text(fields.get("projectHash"))}
    return {name: value for name, value in known.items() if value}
