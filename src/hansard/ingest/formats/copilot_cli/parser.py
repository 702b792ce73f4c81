"""Reads the events of one session of Copilot CLI, and those of the sub-agents in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from hansard.domain import foreign, ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.ingest.base import Emission, Opened, Source
from hansard.ingest.document import objects
from hansard.ingest.formats.copilot_cli import call as calls
from hansard.ingest.formats.copilot_cli.call import Call, Decision
from hansard.ingest.formats.copilot_cli.usage import Meter, Tokens
from hansard.ingest.line_parser import LineParser
from hansard.ingest.told import (
    SOURCE,
    SYSTEM,
    Occurrences,
    Origin,
    Recent,
    Told,
    Usage,
    count,
    moment,
    said,
)

NAME = "copilot_cli"
AGENT_WORD = "copilot-cli"
EVENTS = "events.jsonl"
_OPEN_CALLS = 1_024
_OPEN_REQUESTS = 256
_CHILDREN = 1_024
_DELIVERIES = {"steering": "steer", "queued": "queue"}
_HUMAN = (None, "user")


class CopilotCliParser(LineParser):
    """The parser of one file (`hansard.ingest.base.Parser`)."""

    def __init__(self, source: Source) -> None:
        """Begin at the first line."""
        super().__init__()
        self._named = session_of(source.path)
        self._children: Recent[Told] = Recent(_CHILDREN)
        self._calls: Recent[Call] = Recent(_OPEN_CALLS)
        self._requests: Recent[str | None] = Recent(_OPEN_REQUESTS)
        self._meter = Meter()
        self._occurrences = Occurrences()
        self._model: str | None = None
        self._born = 0
        self._at = 0

    def quiet(self) -> Iterable[Emission]:
        """Tell the calls that were asked for and did not begin."""
        return [] if self._told is None else list(self._asked_for())

    def _read(self, line: bytes, fields: Json) -> Iterator[Emission]:
        self._at = moment(fields.get("timestamp")) or self._at
        record = foreign.text(fields.get("id")) or self._occurrences.name(line.strip())
        origin = Origin(record, self._at)
        data = foreign.mapping(fields.get("data"))
        kind = foreign.text(fields.get("type")) or ""
        self._record = record
        if self._told is None:
            yield from self._open(data if kind == "session.start" else {}, origin)
        if self._told is None:
            return
        told = self._told_of(fields, data) or self._told
        handler = self._HANDLERS.get(kind)
        if handler is not None:
            yield from handler(self, told, origin, data)

    def _open(self, start: Json, origin: Origin) -> Iterator[Emission]:
        external_id = foreign.text(start.get("sessionId")) or self._named
        where = _where(start)
        self._model = foreign.text(start.get("selectedModel"))
        self._born = origin.at
        self._told = Told(
            format=NAME,
            external_id=external_id,
            agent=Actor("agent", None, AGENT_WORD),
            where=where,
        )
        yield Opened(external_id, origin.at, where=dict(where))

    def _told_of(self, fields: Json, data: Json) -> Told | None:
        """The sub-agent that an event belongs to."""
        names = (fields.get("agentId"), data.get("agentId"), data.get("parentToolCallId"))
        found = (self._children.get(foreign.text(name)) for name in names)
        return next((told for told in found if told is not None), None)

    # The session

    def _moved(self, told: Told, origin: Origin, data: Json) -> Iterable[Emission]:
        return told.moved(origin, _where(data))

    def _model_changed(self, told: Told, origin: Origin, data: Json) -> Iterable[Emission]:
        self._model = foreign.text(data.get("newModel")) or self._model
        return ()

    def _retitled(self, told: Told, origin: Origin, data: Json) -> Iterable[Emission]:
        return told.named(origin, foreign.text(data.get("title")))

    def _failed(self, told: Told, origin: Origin, data: Json) -> Iterable[Emission]:
        return (told.failed(origin, 0, foreign.text(data.get("message"))),)

    def _retried(self, told: Told, origin: Origin, data: Json) -> Iterable[Emission]:
        reason = foreign.text(data.get("reason")) or foreign.text(data.get("message"))
        payload = {"state_reason": reason}
        return (told.emit(origin, 0, "session.status_rescheduled", payload, SYSTEM),)

    def _aborted(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        yield from self._asked_for()
        yield told.emit(origin, "interrupt", "user.interrupt", {}, told.prompter)

    def _task_complete(self, told: Told, origin: Origin, data: Json) -> Iterable[Emission]:
        payload = {"stop_reason": {"type": "end_turn"}, "state": "idle"}
        return (told.emit(origin, 0, "session.status_idle", payload, SYSTEM),)

    def _compacted(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        if data.get("success") is False:
            return
        payload = {
            "summary": foreign.text(data.get("summaryContent")),
            "tokens_before": count(data.get("preCompactionTokens")),
            "tokens_after": count(data.get("postCompactionTokens")),
        }
        yield told.emit(origin, 0, "agent.thread_context_compacted", payload, told.agent)
        usage = foreign.mapping(data.get("compactionTokensUsed"))
        used = Tokens.read(usage)
        if not used.to_usage().is_nothing:
            model = foreign.text(usage.get("model")) or self._model
            self._meter.told(model, used)
            yield from self._request(told, origin, "usage", used.to_usage(), model, None)

    def _truncated(self, told: Told, origin: Origin, data: Json) -> Iterable[Emission]:
        """Old messages were dropped without a summary."""
        payload = {
            "tokens_before": count(data.get("preTruncationTokensInMessages")),
            "tokens_after": count(data.get("postTruncationTokensInMessages")),
            "trigger": "micro",
        }
        return (told.emit(origin, 0, "agent.thread_context_compacted", payload, told.agent),)

    def _stopped(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        """The program ended: what it used, and nobody is asked any more."""
        yield from self._asked_for()
        for request, _ in self._requests.items():
            yield self._decided(told, origin, request, "skip", SYSTEM, {})
        self._requests = Recent(_OPEN_REQUESTS)
        for model, rest, usage in self._meter.stopped(foreign.mapping(data.get("modelMetrics"))):
            used = rest.to_usage()
            thought = count(usage.get("reasoningTokens"))
            used = Usage(used.input, used.output, used.cache_read, used.cache_write, thought)
            yield from self._request(told, origin, f"usage/{model}", used, model, None)
        if data.get("shutdownType") == "error":
            yield told.failed(origin, "error", foreign.text(data.get("errorReason")))

    # Messages

    def _prompted(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        words = foreign.text(data.get("content")) or ""
        content = [said(words)] if words.strip() else []
        if data.get("source") not in _HUMAN:
            if content:
                yield told.emit(origin, 0, "system.message", {"content": content}, SYSTEM)
            return
        content += [
            said(f"[file {name}]")
            for attachment in objects(data.get("attachments"))
            if (name := _name_of(attachment)) and name not in words
        ]
        if content:
            delivery = _DELIVERIES.get(foreign.text(data.get("delivery")) or "")
            more = {"delivery": delivery} if delivery else None
            yield from told.prompted(origin, content, more)

    def _answered(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        message_id = told.message_id(origin)
        model = self._model = foreign.text(data.get("model")) or self._model
        thought = foreign.text(data.get("reasoningText"))
        words = foreign.text(data.get("content"))
        if thought:
            payload: Json = {"content": [said(thought)], "message_id": message_id}
            yield told.emit(origin, "thinking", "agent.thinking", payload, told.agent)
        if words:
            payload = {"content": [said(words)], "message_id": message_id, "model": model}
            yield told.emit(origin, 0, "agent.message", payload, told.agent)
        for request in objects(data.get("toolRequests")):
            call_id, name, arguments = calls.asked(request)
            if call_id and name and call_id not in self._calls:
                found = Call(told, origin, f"call/{call_id}", name, arguments, message_id)
                found.server = calls.server_of({"toolName": name, **request})
                self._calls.put(call_id, found)
        written = count(data.get("outputTokens"))
        if written:
            self._meter.told(model, Tokens(output=written))
            usage = Usage(output=written)
            yield from self._request(told, origin, "usage", usage, model, message_id, "lower_bound")

    def _request(
        self,
        told: Told,
        origin: Origin,
        part: str,
        usage: Usage,
        model: str | None,
        message_id: str | None,
        source: str = "reported",
    ) -> Iterator[Emission]:
        payload = usage.to_payload(model=model, message_id=message_id, source=source)
        yield told.emit(origin, part, "span.model_request_end", payload, told.agent)

    # Calls

    def _asked_for(self) -> Iterator[Emission]:
        """Calls that a message asked for and that were not told, as they are nearly all."""
        for call_id, call in self._calls.items():
            yield from self._use(call_id, call)

    def _use(self, call_id: str, call: Call) -> Iterator[Emission]:
        if call.is_told:
            return
        call.is_told = True
        told, kind = call.told, "agent.mcp_tool_use" if call.server else "agent.tool_use"
        yield told.emit(call.origin, call.part, kind, call.use(call_id), told.agent)

    def _started(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        call_id, name, arguments = calls.asked(data)
        if call_id is None or name is None:
            return
        call = self._calls.get(call_id)
        if call is None:
            call = Call(told, origin, f"call/{call_id}", name, arguments)
            self._calls.put(call_id, call)
        call.started_at = origin.at
        if not call.is_told:
            call.server = calls.server_of(data) or call.server
        yield from self._use(call_id, call)

    def _ended(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        call_id = foreign.text(data.get("toolCallId"))
        call = self._calls.pop(call_id)
        if call is None or call_id is None:
            return
        yield from self._use(call_id, call)
        told = call.told
        use_id = told.event_id(call.origin, call.part)
        kind, named = "agent.tool_result", "tool_use_id"
        if call.server:
            kind, named = "agent.mcp_tool_result", "mcp_tool_use_id"
        payload = {named: use_id, **call.result(data, origin.at)}
        yield told.emit(origin, 0, kind, payload, told.agent)
        if not payload["is_error"]:
            for index, change in enumerate(call.edits(data), 1):
                told_edit = {"tool_use_id": use_id, **change}
                yield told.emit(origin, index, "file.edited", told_edit, told.agent)

    # People in the loop

    def _permission_asked(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        request = foreign.mapping(data.get("permissionRequest"))
        call_id = foreign.text(request.get("toolCallId"))
        call = self._calls.get(call_id)
        if call is not None and call_id is not None:
            yield from self._use(call_id, call)
            told = call.told
        payload = {
            "approval_type": "tool",
            "tool_use_id": told.event_id(call.origin, call.part) if call else None,
            "question": calls.question(request),
        }
        yield from self._ask(told, origin, data, payload, call_id)

    def _input_asked(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        options = foreign.texts(data.get("choices"))
        payload = {
            "approval_type": "question",
            "question": foreign.text(data.get("question")),
            "options": options or None,
        }
        yield from self._ask(told, origin, data, payload, None)

    def _ask(
        self, told: Told, origin: Origin, data: Json, payload: Json, call_id: str | None
    ) -> Iterator[Emission]:
        request = foreign.text(data.get("requestId"))
        if request is None:
            return
        self._requests.put(request, call_id)
        payload = {"approval_id": self._approval(told, request), **payload}
        yield told.emit(origin, 0, "approval.requested", payload, told.agent)

    def _permission_given(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        request = foreign.text(data.get("requestId"))
        if request is None or request not in self._requests:
            return
        call = self._calls.get(self._requests.pop(request))
        told = call.told if call else told
        decision = Decision.read(data.get("result"))
        actor = told.prompter if decision.by_person else SOURCE
        more = {"scope": decision.scope, "message": decision.reason}
        word = "approve" if decision.approved else "reject"
        yield self._decided(told, origin, request, word, actor, more)
        if call is not None:
            call.refused = not decision.approved and decision.by_person
            payload = {
                "tool_use_id": told.event_id(call.origin, call.part),
                "result": "allow" if decision.approved else "deny",
                "deny_message": None if decision.approved else decision.reason,
                "scope": decision.scope,
            }
            yield told.emit(origin, "confirmation", "user.tool_confirmation", payload, actor)

    def _input_given(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        request = foreign.text(data.get("requestId"))
        if request is not None and request in self._requests:
            self._requests.pop(request)
            more = {"message": foreign.text(data.get("answer"))}
            yield self._decided(told, origin, request, "answer", told.prompter, more)

    def _decided(
        self, told: Told, origin: Origin, request: str, word: str, actor: Actor, more: Json
    ) -> Emission:
        payload = {"approval_id": self._approval(told, request), "decision": word, **more}
        return told.emit(origin, f"decided/{request}", "approval.decided", payload, actor)

    def _approval(self, told: Told, request: str) -> str:
        """Our id of a request for permission; the source's are unique in a session."""
        return ids.derived("appr", self._born, NAME, told.external_id, request)

    # Sub-agents

    def _agent_began(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        call_id = foreign.text(data.get("toolCallId"))
        name = foreign.text(data.get("agentName")) or "sub-agent"
        if call_id is None or self._told is None or call_id in self._children:
            return
        call = self._calls.get(call_id)
        parent = call.told if call else self._told
        if call is not None:
            yield from self._use(call_id, call)
        use_id = parent.event_id(call.origin, call.part) if call else None
        child = Told(
            format=NAME,
            external_id=f"{self._told.external_id}/{call_id}",
            agent=Actor("agent", None, name),
            prompter=parent.agent,
            where=dict(self._told.where),
        )
        for key in (call_id, foreign.text(data.get("agentId"))):
            if key:
                self._children.put(key, child)
        yield Opened(
            child.external_id,
            origin.at,
            parent_external_id=parent.external_id,
            agent_name=name,
            where=dict(child.where),
        )
        started = {"external_id": child.external_id, "agent_name": name, "tool_use_id": use_id}
        yield parent.emit(origin, "thread", "session.thread_created", started, parent.agent)
        prompt = foreign.text(call.arguments.get("prompt")) if call else None
        shown = prompt or foreign.text(data.get("agentDescription")) or name
        yield from child.prompted(origin, [said(shown)], part="prompt")

    def _agent_ended(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        child = self._children.get(foreign.text(data.get("toolCallId")))
        if child is not None:
            payload = {"stop_reason": {"type": "end_turn"}, "state": "idle"}
            yield child.emit(origin, "idle", "session.status_idle", payload, SYSTEM)

    def _agent_failed(self, told: Told, origin: Origin, data: Json) -> Iterator[Emission]:
        child = self._children.get(foreign.text(data.get("toolCallId")))
        if child is not None:
            yield child.failed(origin, "failed", foreign.text(data.get("error")))

    _HANDLERS: ClassVar[Mapping[str, Callable[..., Iterable[Emission]]]] = {
        "session.resume": _moved,
        "session.context_changed": _moved,
        "session.model_change": _model_changed,
        "session.title_changed": _retitled,
        "session.error": _failed,
        "session.compaction_complete": _compacted,
        "session.truncation": _truncated,
        "session.task_complete": _task_complete,
        "session.shutdown": _stopped,
        "assistant.turn_retry": _retried,
        "abort": _aborted,
        "user.message": _prompted,
        "assistant.message": _answered,
        "tool.execution_start": _started,
        "tool.execution_complete": _ended,
        "permission.requested": _permission_asked,
        "permission.completed": _permission_given,
        "user_input.requested": _input_asked,
        "user_input.completed": _input_given,
        "subagent.started": _agent_began,
        "subagent.completed": _agent_ended,
        "subagent.failed": _agent_failed,
    }
    """What reads which kind of event. Any other gives no event and is kept raw."""


def session_of(path: Path) -> str:
    """The session that a file is named after: by its folder, or in older versions itself."""
    return path.parent.name if path.name == EVENTS else path.stem


def _where(data: Json) -> Json:
    context = foreign.mapping(data.get("context")) or data
    facts = {
        "cwd": foreign.text(context.get("cwd")),
        "repo": foreign.text(context.get("repository")),
        "branch": foreign.text(context.get("branch")),
        "commit": foreign.text(context.get("headCommit")),
        "version": foreign.text(data.get("copilotVersion")),
        "surface": "vscode" if data.get("vscodeVersion") else foreign.text(data.get("producer")),
    }
    return {name: value for name, value in facts.items() if value}


def _name_of(attachment: Json) -> str | None:
    return next(
        (
            found
            for name in ("displayName", "path", "filePath")
            if (found := foreign.text(attachment.get(name)))
        ),
        None,
    )
