"""Reads one session of OpenCode, record by record; a record that changed comes again."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from hansard.domain import foreign
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.ingest.base import Emission, Opened, Skip
from hansard.ingest.document import objects
from hansard.ingest.formats.opencode import call as calls
from hansard.ingest.line_parser import LineParser
from hansard.ingest.told import (
    PERSON,
    SYSTEM,
    Origin,
    Recent,
    Told,
    count,
    digest,
    moment,
    said,
)

NAME = "opencode"
AGENT_WORD = "opencode"
_MESSAGES = 4_096
_TOLD = 65_536
_UNTITLED = re.compile(r"(?:New|Child) session - ")
_SUB_AGENT = re.compile(r"\(@([\w.-]{1,100}) subagent\)\s*\Z")
_ABORTED = "MessageAbortedError"


@dataclass(slots=True)
class _Message:
    """What is known of a message while its parts are read.

    Attributes:
        origin: its record.
        turn_id: the turn that it belongs to.
        model, provider: what answers in it.
        summarises: it is the summary of a compaction; `trigger` says what made it.
        info: its tokens and cost, once it is complete.
        steps: the steps in it that told what they used.
    """

    origin: Origin
    turn_id: str | None
    model: str | None = None
    provider: str | None = None
    summarises: bool = False
    trigger: str | None = None
    info: Json | None = None
    steps: list[str] = field(default_factory=list[str])


class OpenCodeParser(LineParser):
    """The parser of one session (`hansard.ingest.base.Parser`)."""

    def __init__(self) -> None:
        """Begin at the first record."""
        super().__init__()
        self._messages: Recent[_Message] = Recent(_MESSAGES)
        self._once: Recent[bool] = Recent(_TOLD)
        self._latest: _Message | None = None

    def quiet(self) -> Iterable[Emission]:
        """Say what the last message used, if its steps did not."""
        return list(self._closed())

    def _read(self, _line: bytes, fields: Json) -> Iterator[Emission]:
        session, message = foreign.mapping(fields.get("session")), fields.get("message")
        if session:
            yield from self._session(session)
        elif self._told is None:
            yield Skip("no session before it")
        elif message is not None:
            info = foreign.mapping(message)
            yield from self._message(self._told, info, list(objects(fields.get("parts"))))
        else:
            yield from self._part(self._told, foreign.mapping(fields.get("part")))

    # The session

    def _session(self, info: Json) -> Iterator[Emission]:
        external_id = foreign.text(info.get("id"))
        if external_id is None:
            yield Skip("a session without an id")
            return
        origin = Origin(external_id, moment(foreign.mapping(info.get("time")).get("created")) or 0)
        self._record = external_id
        facts = {
            "cwd": foreign.text(info.get("directory")),
            "version": foreign.text(info.get("version")),
        }
        title = foreign.text(info.get("title")) or ""
        if self._told is None:
            yield self._opened(origin, info, title, facts)
        told = self._told
        if told is not None and told.external_id == external_id:
            told.turn_id = None
            yield from told.moved(origin, facts)
            if not _UNTITLED.match(title):
                yield from told.named(origin, title)

    def _opened(self, origin: Origin, info: Json, title: str, facts: Json) -> Opened:
        parent = foreign.text(info.get("parentID"))
        named = _SUB_AGENT.search(title)
        name = None
        if parent is not None:
            name = foreign.text(info.get("agent")) or (named[1] if named else "sub-agent")
        where = {name: value for name, value in facts.items() if value is not None}
        self._told = Told(
            format=NAME,
            external_id=origin.record,
            agent=Actor("agent", None, name or AGENT_WORD),
            prompter=Actor("agent", None, AGENT_WORD) if parent else PERSON,
            where=where,
        )
        return Opened(
            origin.record,
            origin.at,
            parent_external_id=parent,
            agent_name=name,
            where=dict(where),
        )

    # Messages

    def _message(self, told: Told, info: Json, parts: list[Json]) -> Iterator[Emission]:
        message_id = foreign.text(info.get("id"))
        if message_id is None:
            return
        self._record = message_id
        message = self._messages.get(message_id)
        is_new = message is None
        if message is None:
            at = moment(foreign.mapping(info.get("time")).get("created"))
            origin = Origin(message_id, at or (self._latest.origin.at if self._latest else 0))
            parent = self._messages.get(foreign.text(info.get("parentID")))
            turn_id = told.turn_id if parent is None else parent.turn_id
            message = _Message(origin, turn_id, trigger=parent.trigger if parent else None)
            self._messages.put(message_id, message)
        if message is not self._latest:
            yield from self._closed()
            self._latest = message
        told.turn_id = message.turn_id
        if info.get("role") == "user":
            yield from self._prompted(told, message, parts) if is_new else ()
        else:
            yield from self._answering(told, message, info)

    def _prompted(self, told: Told, message: _Message, parts: list[Json]) -> Iterator[Emission]:
        """A prompt, or what the program says in the person's place."""
        origin = message.origin
        compaction = next((part for part in parts if part.get("type") == "compaction"), None)
        if compaction is not None:
            message.trigger = "auto" if compaction.get("auto") is True else "manual"
        words = [part for part in parts if part.get("type") == "text" and _words(part)]
        spoken = [part for part in words if part.get("synthetic") is not True]
        tasks = [part for part in parts if part.get("type") == "subtask"]
        content = [said(_words(part)) for part in spoken]
        content += [said(text) for part in tasks if (text := foreign.text(part.get("prompt")))]
        files = [part for part in parts if part.get("type") == "file"]
        content += [block for part in files if (block := _file(part, content))]
        if content:
            yield from told.prompted(origin, content)
            message.turn_id = told.turn_id
        elif words:
            payload = {"content": [said(_words(part)) for part in words]}
            yield told.emit(origin, 0, "system.message", payload, SYSTEM)

    def _answering(self, told: Told, message: _Message, info: Json) -> Iterator[Emission]:
        message.model = foreign.text(info.get("modelID"))
        message.provider = foreign.text(info.get("providerID"))
        message.summarises = info.get("summary") is True or info.get("mode") == "compaction"
        cwd = foreign.text(foreign.mapping(info.get("path")).get("cwd"))
        yield from told.moved(message.origin, {"cwd": cwd})
        error = foreign.mapping(info.get("error"))
        if error or foreign.mapping(info.get("time")).get("completed") is not None:
            message.info = {"tokens": info.get("tokens"), "cost": info.get("cost")}
        if error and self._is_new(message.origin, "error"):
            yield self._failed(told, message, error)

    def _failed(self, told: Told, message: _Message, error: Json) -> Emission:
        name = foreign.text(error.get("name"))
        if name == _ABORTED:
            return told.emit(message.origin, "error", "user.interrupt", {}, told.prompter)
        words = foreign.text(foreign.mapping(error.get("data")).get("message"))
        return told.failed(message.origin, "error", words or name)

    def _closed(self) -> Iterator[Emission]:
        """What the message used that was read last, where no step told it."""
        told, message = self._told, self._latest
        if told is None or message is None or message.info is None or message.steps:
            return
        told.turn_id, before = message.turn_id, told.turn_id
        yield from self._used(told, message, "usage", message.info)
        told.turn_id = before

    def _used(self, told: Told, message: _Message, part: str, holder: Json) -> Iterator[Emission]:
        found = calls.used(holder)
        if found is None or not self._is_new(message.origin, part):
            return
        usage, cost = found
        payload = usage.to_payload(
            model=message.model,
            provider=message.provider,
            message_id=told.message_id(message.origin),
            cost_micros=cost,
        )
        yield told.emit(message.origin, part, "span.model_request_end", payload, told.agent)

    # Parts

    def _part(self, told: Told, part: Json) -> Iterator[Emission]:
        part_id = foreign.text(part.get("id"))
        message = self._messages.get(foreign.text(part.get("messageID"))) or self._latest
        handler = self._PARTS.get(foreign.text(part.get("type")) or "")
        self._record = part_id
        if part_id is None or message is None or handler is None:
            return
        told.turn_id = message.turn_id
        yield from handler(self, told, message, Origin(part_id, message.origin.at), part)

    def _text(
        self, told: Told, message: _Message, origin: Origin, part: Json
    ) -> Iterator[Emission]:
        words = _words(part)
        name = f"text:{digest(words)}"
        if not words.strip() or not self._is_new(origin, name):
            return
        at = _start(part.get("time"), origin.at)
        if message.summarises:
            payload: Json = {"summary": words, "trigger": message.trigger}
            kind = "agent.thread_context_compacted"
        else:
            message_id = told.message_id(message.origin)
            payload = {"content": [said(words)], "message_id": message_id, "model": message.model}
            kind = "agent.message"
        yield told.emit(origin, name, kind, payload, told.agent, at=at)

    def _reasoning(
        self, told: Told, message: _Message, origin: Origin, part: Json
    ) -> Iterator[Emission]:
        words = _words(part)
        name = f"text:{digest(words)}"
        if not words.strip() or not self._is_new(origin, name):
            return
        time = foreign.mapping(part.get("time"))
        start, end = count(time.get("start")), count(time.get("end"))
        payload = {
            "content": [said(words)],
            "message_id": told.message_id(message.origin),
            "duration_ms": max(0, end - start) if start and end else None,
        }
        at = _start(time, origin.at)
        yield told.emit(origin, name, "agent.thinking", payload, told.agent, at=at)

    def _tool(
        self, told: Told, message: _Message, origin: Origin, part: Json
    ) -> Iterator[Emission]:
        tool, state = foreign.text(part.get("tool")), foreign.mapping(part.get("state"))
        if tool is None:
            return
        at = _start(state.get("time"), origin.at)
        if self._is_new(origin, "call"):
            payload: Json = {
                "name": tool,
                "input": foreign.mapping(state.get("input")),
                "call_type": "direct",
                "message_id": told.message_id(message.origin),
                "source_tool_use_id": foreign.text(part.get("callID")),
            }
            yield told.emit(origin, "call", "agent.tool_use", payload, told.agent, at=at)
        yield from self._started(told, origin, tool, state, at)
        if state.get("status") in ("completed", "error") and self._is_new(origin, "result"):
            use_id = told.event_id(origin, "call")
            end = moment(foreign.mapping(state.get("time")).get("end")) or at
            payload = {"tool_use_id": use_id, **calls.result(tool, state)}
            yield told.emit(origin, "result", "agent.tool_result", payload, told.agent, at=end)
            for index, change in enumerate(calls.edits(tool, state)):
                payload = {"tool_use_id": use_id, **change}
                part_name = f"edit/{index}"
                yield told.emit(origin, part_name, "file.edited", payload, told.agent, at=end)

    def _started(
        self, told: Told, origin: Origin, tool: str, state: Json, at: int
    ) -> Iterator[Emission]:
        """The sub-agent that a call started."""
        child = foreign.text(foreign.mapping(state.get("metadata")).get("sessionId"))
        if tool != "task" or child is None or not self._is_new(origin, "thread"):
            return
        payload = {
            "external_id": child,
            "agent_name": foreign.text(foreign.mapping(state.get("input")).get("subagent_type")),
            "tool_use_id": told.event_id(origin, "call"),
        }
        yield told.emit(origin, "thread", "session.thread_created", payload, told.agent, at=at)

    def _step(
        self, told: Told, message: _Message, origin: Origin, part: Json
    ) -> Iterator[Emission]:
        """A step is one request; a message of older versions has several. What the message
        says of itself is what its first step says, so that the two are one event."""
        if foreign.mapping(part.get("tokens")) and origin.record not in message.steps:
            message.steps.append(origin.record)
            place = len(message.steps) - 1
            yield from self._used(told, message, f"usage/{place}" if place else "usage", part)

    def _retried(
        self, told: Told, message: _Message, origin: Origin, part: Json
    ) -> Iterator[Emission]:
        if self._is_new(origin, "retry"):
            data = foreign.mapping(foreign.mapping(part.get("error")).get("data"))
            payload = {"state_reason": foreign.text(data.get("message"))}
            at = moment(foreign.mapping(part.get("time")).get("created")) or origin.at
            kind = "session.status_rescheduled"
            yield told.emit(origin, "retry", kind, payload, SYSTEM, at=at)

    def _is_new(self, origin: Origin, part: str) -> bool:
        """Whether something was not told of a record yet; it is from now on."""
        name = f"{origin.record} {part}"
        if name in self._once:
            return False
        self._once.put(name, True)
        return True

    _PARTS: ClassVar[Mapping[str, Callable[..., Iterable[Emission]]]] = {
        "text": _text,
        "reasoning": _reasoning,
        "tool": _tool,
        "step-finish": _step,
        "retry": _retried,
    }
    """What reads which kind of part. Any other gives no event and is kept raw."""


def _words(part: Json) -> str:
    return foreign.text(part.get("text")) or ""


def _start(time: object, otherwise: int) -> int:
    return moment(foreign.mapping(time).get("start")) or otherwise


def _file(part: Json, content: list[Json]) -> Json | None:
    """A file that came with a prompt, unless the prompt names it."""
    found = calls.image(part)
    if found is not None:
        return found
    named = foreign.mapping(foreign.mapping(part.get("source")).get("text")).get("value")
    if isinstance(named, str) and any(named in str(block.get("text")) for block in content):
        return None
    name = foreign.text(part.get("filename"))
    return said(f"[file {name}]") if name else None
