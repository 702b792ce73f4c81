"""Turns the records of a thread into events.

Two logs are interleaved in a rollout: `response_item`, what the model said and was told, and
`event_msg`, what the person saw. Most things stand in both; each is taken from one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar

from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.ingest.base import Emission, Emit
from hansard.ingest.formats.codex import content
from hansard.ingest.formats.codex.calls import Calls
from hansard.ingest.formats.codex.record import Record, objects, part, text
from hansard.ingest.formats.codex.replay import Replay
from hansard.ingest.formats.codex.thread import SYSTEM, Thread, where_now, where_of
from hansard.ingest.formats.codex.usage import Meter, Tokens

_MOST_THOUGHTS = 64
_NOT_BY_A_PERSON = {"review_ended": "end_turn", "budget_limited": "budget_reached"}
"""Reasons of an aborted turn that are no interrupt, and the stop reason that they are."""


class Translation:
    """What is open while the records of one file are told as events."""

    def __init__(self, replay: Replay) -> None:
        """Begin; `replay` knows which records are the parent's."""
        self._replay = replay
        self._meter = Meter()
        self._calls = Calls()
        self._reviewing = False
        self._prompt: tuple[str, list[Json]] | None = None
        self._thoughts: list[str] = []

    def read(self, thread: Thread, record: Record) -> Iterable[Emission]:
        """The events of one record, none when its kind is unknown or it is the parent's."""
        if self._replay.inherits(record):
            return self._inherited(thread, record)
        handler = self._HANDLERS.get(record.kind)
        return handler(self, thread, record) if handler else ()

    def _inherited(self, thread: Thread, record: Record) -> Iterable[Emission]:
        """A record of the parent: only what it says of lineage and tokens matters here."""
        if record.kind == "event_msg/token_count":
            self._meter.inherit(part(record.payload, "info"))
        elif record.kind == "session_meta":
            return self._forked(thread, record)
        return ()

    def _forked(self, thread: Thread, record: Record) -> Iterator[Emission]:
        found = text(record.payload, "id")
        if found not in (None, thread.external_id) and thread.forked_from is None:
            thread.forked_from = found
            linked = {"relation": "fork", "external_id": found}
            yield thread.emit(record, 0, "session.linked", linked, SYSTEM)

    # What the thread is and where it runs

    def _meta(self, thread: Thread, record: Record) -> Iterable[Emission]:
        found = text(record.payload, "id")
        if found is None:
            return ()
        if found != thread.external_id:
            self._replay.meets_other_thread(record)
            return self._forked(thread, record)
        facts = where_of(record.payload)
        if "cwd" in thread.where:
            # A resumed thread repeats where it began; its turns tell where it is now.
            facts.pop("cwd", None)
        thread.provider = text(record.payload, "model_provider") or thread.provider
        return thread.moved(record, facts)

    def _turn_context(self, thread: Thread, record: Record) -> Iterable[Emission]:
        thread.model = text(record.payload, "model") or thread.model
        return thread.moved(record, where_now(record.payload))

    def _settings(self, thread: Thread, record: Record) -> Iterable[Emission]:
        settings = part(record.payload, "thread_settings")
        thread.provider = text(settings, "model_provider_id") or thread.provider
        return ()

    def _renamed(self, thread: Thread, record: Record) -> Iterator[Emission]:
        title = text(record.payload, "thread_name")
        ours = record.payload.get("thread_id") in (None, thread.external_id)
        if ours and title and title != thread.title:
            thread.title = title
            update = {"title": title, "title_source": "source"}
            yield thread.emit(record, 0, "session.updated", update, SYSTEM)

    # Turns

    def _running(self, thread: Thread, record: Record) -> Iterator[Emission]:
        """A turn starts; its prompt comes later, so this belongs to no turn yet."""
        thread.turn_id, self._prompt = None, None
        yield thread.emit(record, 0, "session.status_running", {"state": "running"}, SYSTEM)

    def _complete(self, thread: Thread, record: Record) -> Iterable[Emission]:
        return self._idle(thread, record, "end_turn")

    def _aborted(self, thread: Thread, record: Record) -> Iterable[Emission]:
        reason = _NOT_BY_A_PERSON.get(text(record.payload, "reason") or "")
        if reason:
            return self._idle(thread, record, reason)
        self._prompt = None
        thread.end_response()
        return (thread.emit(record, 0, "user.interrupt", {}, thread.prompter),)

    def _idle(self, thread: Thread, record: Record, reason: str) -> Iterable[Emission]:
        self._prompt = None
        self._thoughts.clear()
        thread.end_response()
        payload = {"stop_reason": {"type": reason}, "state": "idle"}
        return (thread.emit(record, 0, "session.status_idle", payload, SYSTEM),)

    def _failed(self, thread: Thread, record: Record) -> Iterator[Emission]:
        message = text(record.payload, "message") or "The request failed"
        error = {
            "type": "model_request_failed",
            "message": message,
            "retry_status": {"type": "terminal"},
        }
        yield thread.emit(record, 0, "session.error", {"error": error}, SYSTEM)

    def _retried(self, thread: Thread, record: Record) -> Iterator[Emission]:
        reason = {"state_reason": text(record.payload, "message")}
        yield thread.emit(record, 0, "session.status_rescheduled", reason, SYSTEM)

    def _review(self, thread: Thread, record: Record) -> Iterable[Emission]:
        self._reviewing = record.kind.endswith("entered_review_mode")
        return ()

    def _compacted(self, thread: Thread, record: Record) -> Iterator[Emission]:
        payload = {"summary": text(record.payload, "message")}
        yield thread.emit(record, 0, "agent.thread_context_compacted", payload, SYSTEM)

    # Messages

    def _user_message(self, thread: Thread, record: Record) -> Iterator[Emission]:
        # Old files log injected instructions here too, and say so.
        if text(record.payload, "kind") in (None, "plain"):
            yield from self._prompted(thread, record, content.prompt_blocks(record.payload))

    def _prompted(self, thread: Thread, record: Record, said: list[Json]) -> Iterator[Emission]:
        """A prompt; the same one told twice, in two ways or by a review, is one prompt."""
        before, self._prompt = self._prompt, (record.kind, said)
        if not said:
            return
        if before and content.same(said, before[1]):
            if self._reviewing or before[0] != record.kind:
                return
        thread.begin_turn(record, 0)
        title = content.prompt_title(said)
        if thread.title is None and title:
            thread.title = title
            update = {"title": title, "title_source": "prompt"}
            yield thread.emit(record, 1, "session.updated", update, SYSTEM)
        yield thread.emit(record, 0, "user.message", {"content": said}, thread.prompter)

    def _agent_wrote(self, thread: Thread, record: Record) -> Iterator[Emission]:
        """A message of another agent; the first of a sub-agent's turn is its prompt."""
        payload = record.payload
        words = text(payload, "content")
        said = content.said(words) if words else content.blocks(objects(payload, "content"))
        if thread.agent_name and thread.turn_id is None:
            yield from self._prompted(thread, record, said)
        elif said:
            author = text(payload, "author")
            received = {"content": said, "from_agent_name": author}
            actor = Actor("agent", None, author)
            yield thread.emit(record, 0, "agent.thread_message_received", received, actor)

    def _message(self, thread: Thread, record: Record) -> Iterator[Emission]:
        said = content.blocks(objects(record.payload, "content"))
        if record.payload.get("role") != "assistant" or not said:
            return
        self._prompt = None
        message_id = thread.answer(record)
        payload = {"content": said, "message_id": message_id, "model": thread.model}
        yield thread.emit(record, 0, "agent.message", payload, thread.agent)

    def _thought(self, thread: Thread, record: Record) -> Iterable[Emission]:
        words = text(record.payload, "text")
        if words and len(self._thoughts) < _MOST_THOUGHTS:
            self._thoughts.append(words)
        return ()

    def _reasoning(self, thread: Thread, record: Record) -> Iterator[Emission]:
        self._prompt = None
        words = content.reasoning(record.payload) or "\n\n".join(self._thoughts)
        self._thoughts.clear()
        shown = content.said(words) if words else None
        payload = {"content": shown, "message_id": thread.answer(record)}
        yield thread.emit(record, 0, "agent.thinking", payload, thread.agent)

    # Calls

    def _called(self, thread: Thread, record: Record) -> Iterable[Emission]:
        self._prompt = None
        return self._calls.called(thread, record)

    def _hosted(self, thread: Thread, record: Record) -> Iterable[Emission]:
        self._prompt = None
        return self._calls.hosted(thread, record)

    def _answered(self, thread: Thread, record: Record) -> Iterable[Emission]:
        return self._calls.answered(thread, record)

    def _ran(self, thread: Thread, record: Record) -> Iterable[Emission]:
        call_id = text(record.payload, "call_id")
        return self._calls.ran(thread, record, call_id, record.payload)

    def _patch_applied(self, thread: Thread, record: Record) -> Iterable[Emission]:
        call_id = text(record.payload, "call_id")
        return self._calls.patch_applied(thread, record, call_id, record.payload)

    def _mcp_ended(self, thread: Thread, record: Record) -> Iterable[Emission]:
        call_id = text(record.payload, "call_id")
        end = {**part(record.payload, "invocation"), **record.payload}
        return self._calls.mcp_ended(thread, record, call_id, end)

    def _searched(self, thread: Thread, record: Record) -> Iterable[Emission]:
        call_id = text(record.payload, "call_id")
        return self._calls.searched(thread, record, call_id, record.payload)

    def _item(self, thread: Thread, record: Record) -> Iterable[Emission]:
        """Newer files tell prompts and ends as completed items, with the same fields."""
        item = part(record.payload, "item")
        if item.get("type") == "UserMessage":
            return self._prompted(thread, record, content.blocks(objects(item, "content")))
        ends = {
            "CommandExecution": self._calls.ran,
            "FileChange": self._calls.patch_applied,
            "McpToolCall": self._calls.mcp_ended,
            "WebSearch": self._calls.searched,
        }
        end = ends.get(text(item, "type") or "")
        return end(thread, record, text(item, "id"), item) if end else ()

    # Tokens

    def _token_count(self, thread: Thread, record: Record) -> Iterator[Emission]:
        info = part(record.payload, "info")
        forked = thread.forked_from is not None or thread.parent is not None
        if forked and not thread.has_answered:
            self._meter.inherit(info)
            return
        used = self._meter.counted(info, forked=forked)
        if used:
            yield self._request(thread, record, used)

    def _usage_record(self, thread: Thread, record: Record) -> Iterator[Emission]:
        if record.payload.get("thread_id") not in (None, thread.external_id):
            return
        used = self._meter.recorded(part(record.payload, "usage"))
        if used:
            yield self._request(thread, record, used)

    def _request(self, thread: Thread, record: Record, used: Tokens) -> Emit:
        message_id = thread.message_id or thread.answered_id
        thread.end_response()
        thread.answered_id = None
        payload: Json = {
            "model": thread.model,
            "provider": thread.provider,
            "message_id": message_id,
            "model_usage": used.to_wire(),
            "reasoning_tokens": used.reasoning or None,
            "usage_source": "reported",
        }
        return thread.emit(record, 0, "span.model_request_end", payload, thread.agent)

    _HANDLERS: ClassVar[Mapping[str, Callable[..., Iterable[Emission]]]] = {
        "session_meta": _meta,
        "turn_context": _turn_context,
        "compacted": _compacted,
        "token_usage_record": _usage_record,
        "inter_agent_communication": _agent_wrote,
        "event_msg/thread_settings_applied": _settings,
        "event_msg/thread_name_updated": _renamed,
        "event_msg/task_started": _running,
        "event_msg/turn_started": _running,
        "event_msg/task_complete": _complete,
        "event_msg/turn_complete": _complete,
        "event_msg/turn_aborted": _aborted,
        "event_msg/error": _failed,
        "event_msg/stream_error": _retried,
        "event_msg/entered_review_mode": _review,
        "event_msg/exited_review_mode": _review,
        "event_msg/user_message": _user_message,
        "event_msg/agent_reasoning": _thought,
        "event_msg/item_completed": _item,
        "event_msg/exec_command_end": _ran,
        "event_msg/patch_apply_end": _patch_applied,
        "event_msg/mcp_tool_call_end": _mcp_ended,
        "event_msg/web_search_end": _searched,
        "event_msg/token_count": _token_count,
        "response_item/message": _message,
        "response_item/agent_message": _agent_wrote,
        "response_item/reasoning": _reasoning,
        "response_item/function_call": _called,
        "response_item/custom_tool_call": _called,
        "response_item/local_shell_call": _called,
        "response_item/tool_search_call": _called,
        "response_item/web_search_call": _hosted,
        "response_item/image_generation_call": _hosted,
        "response_item/function_call_output": _answered,
        "response_item/custom_tool_call_output": _answered,
        "response_item/local_shell_call_output": _answered,
        "response_item/tool_search_output": _answered,
    }
    """What reads which kind of record. Any other kind gives no event and is kept raw."""
