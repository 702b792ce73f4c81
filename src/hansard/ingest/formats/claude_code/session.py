"""One session while its log is read: the file's own, or a sub-agent's."""

from collections.abc import Callable
from typing import Any

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.events.base import brief, text_of
from hansard.ingest.base import Emission, Emit, Opened
from hansard.ingest.formats.claude_code import call as calls
from hansard.ingest.formats.claude_code import question
from hansard.ingest.formats.claude_code.call import Call
from hansard.ingest.formats.claude_code.edit import edited
from hansard.ingest.formats.claude_code.recent import Recent
from hansard.ingest.formats.claude_code.record import (
    AGENT,
    PERSON,
    SYSTEM,
    TOOL,
    Origin,
    Record,
    blocks,
    count,
    identifier,
    mapping,
    text,
    text_block,
)
from hansard.ingest.formats.claude_code.speech import Speech, heard, is_human
from hansard.ingest.formats.claude_code.title import Rank, Title
from hansard.ingest.formats.claude_code.usage import Meter

_CALLS_KEPT = 4096
_HELD = 64
_SYNTHETIC = "<synthetic>"
_ASIDE = frozenset({"system.message", "session.status_rescheduled"})
"""Events that alone open no session: nobody asked the model for anything yet."""


class Session:
    """Turns records into the events of one session.

    Until something is asked or answered nothing is opened: notices that came before are held,
    title and place are told with the opening.

    Attributes:
        external_id: the format's id of the session.
        parent: the session it is a sub-agent of; then its prompts come from an agent.
        started_at: the time of the first record, milliseconds UTC.
        where: what is known of where it runs.
        calls: the calls by their foreign ids.
    """

    def __init__(
        self,
        external_id: str,
        out: list[Emission],
        *,
        parent: str | None = None,
        call_id: str | None = None,
        agent_name: str | None = None,
        where: Json | None = None,
        is_told: Callable[[str], bool] = lambda _agent: False,
    ) -> None:
        self.external_id = external_id
        self.parent = parent
        self.call_id = call_id
        self.agent_name = agent_name
        self.started_at: int | None = None
        self.is_open = False
        self.title = Title()
        self.where: Json = dict(where or {})
        self.calls: Recent[Call] = Recent(_CALLS_KEPT)
        self._out = out
        self._is_told = is_told
        self._links: list[tuple[str, str]] = []
        self._held: list[Draft] = []
        self._meter = Meter()
        self._turn: str | None = None
        self._message: str | None = None
        self._said: set[str] = set()
        self._compaction: tuple[Origin, Json] | None = None

    # What is said of the session itself

    def place(self, origin: Origin, facts: Json) -> None:
        """Facts about where it runs; only what changed is told."""
        changed = {k: v for k, v in facts.items() if v is not None and self.where.get(k) != v}
        if changed:
            self.where |= changed
            if self.is_open:
                self._tell("session.updated", {"where": changed}, origin, "where")

    def link(self, origin: Origin, relation: str, external_id: str) -> None:
        """It belongs with another session (`resume`, `fork`)."""
        found = (relation, external_id)
        if external_id == self.external_id or found in self._links:
            return
        self._links.append(found)
        if self.is_open:
            payload = {"relation": relation, "external_id": external_id}
            self._tell("session.linked", payload, origin, "link")

    def name(self, origin: Origin, rank: Rank, words: str) -> None:
        """A title is offered."""
        if self.title.offer(rank, words):
            self.named(origin)

    def named(self, origin: Origin) -> None:
        """The title changed: tell it."""
        if self.is_open:
            payload = {"title": self.title.text, "title_source": self.title.source}
            self._tell("session.updated", payload, origin, "title")

    def artifact(self, origin: Origin, name: str, url: str) -> None:
        """The session made something that lies elsewhere."""
        if self.is_open:
            self._tell("artifact.created", {"name": name, "url": url}, origin, "artifact")

    # What happened in it

    def user(self, record: Record) -> None:
        """A record on the user's side: a prompt, results of calls, or a summary."""
        content = record.message.get("content")
        if record.flag("isCompactSummary"):
            self._summarised(record, content)
            return
        self._end_compaction()
        answers = False
        for index, block in enumerate(blocks(content)):
            if block.get("type") == "tool_result":
                self._result(record.origin, index, block, record.fields.get("toolUseResult"))
                answers = True
        if not record.flag("isMeta"):
            speech = heard(content, human=is_human(record.fields))
            # Words beside a result are what the person said on accepting the call.
            self.hear(record.origin, speech, steers=answers, part="words" if answers else 0)

    def hear(self, origin: Origin, speech: Speech, *, steers: bool, part: int | str = 0) -> None:
        """Something was said to the agent; `steers` when it joins the turn in flight."""
        match speech.kind:
            case "prompt":
                self._prompt(origin, speech, steers, part)
            case "notice":
                self._emit("system.message", {"content": speech.content}, origin, SYSTEM, part)
                if speech.words.startswith("/"):
                    self.name(origin, Rank.COMMAND, speech.words)
            case "interrupt":
                self._emit("user.interrupt", {}, origin, PERSON, part)
            case "hidden":
                pass

    def assistant(self, record: Record) -> None:
        """A line of a model message: one or some of its blocks, and its usage so far."""
        self._end_compaction()
        message = record.message
        if record.flag("isApiErrorMessage") or message.get("model") == _SYNTHETIC:
            self._stand_in(record)
            return
        if self._turn is None:  # a slash command began it, which is no prompt
            self._turn = f"turn_{record.origin.event_id(0).partition('_')[2]}"
        message_id = identifier(message.get("id")) or record.origin.record
        cost = record.fields.get("costUSD")
        ended = self._meter.line(message_id, record.origin, self._turn, message, cost)
        self._put_all(ended)
        if message_id != self._message:
            self._message = message_id
            self._said.clear()
        for index, block in enumerate(blocks(message.get("content"))):
            self._block(record.origin, index, block, message_id, text(message.get("model")))

    def notice(self, origin: Origin, words: str) -> None:
        """A text that the program shows to the person."""
        self._end_compaction()
        self.hear(origin, heard(words, human=False), steers=False)

    def retry(self, record: Record) -> None:
        """A model request failed and is tried again."""
        error = mapping(record.fields.get("error"))
        why = text(error.get("formatted")) or text(error.get("message")) or "model request failed"
        reason = {"state_reason": f"external:{brief(why)}"}
        self._emit("session.status_rescheduled", reason, record.origin, SYSTEM, 0)

    def compacted(self, record: Record) -> None:
        """Older context was replaced; its summary is the next record."""
        self._end_compaction()
        facts = mapping(record.fields.get("compactMetadata"))
        payload = _sizes(facts.get("preTokens"), facts.get("postTokens"))
        payload["trigger"] = text(facts.get("trigger"))
        self._compaction = (record.origin, payload)

    def trimmed(self, record: Record) -> None:
        """Old tool results were dropped from the context."""
        self._end_compaction()
        facts = mapping(record.fields.get("microcompactMetadata"))
        before = count(facts.get("preTokens"))
        left = max(before - count(facts.get("tokensSaved")), 0)
        payload = {**_sizes(before, left), "trigger": "micro"}
        self._emit("agent.thread_context_compacted", payload, record.origin, AGENT, 0)

    def rest(self) -> None:
        """Nothing came for a while: tell what is still open."""
        self._end_compaction()
        self._put_all(self._meter.settle())

    # Parts of these

    def _prompt(self, origin: Origin, speech: Speech, steers: bool, part: int | str) -> None:
        beside = part != 0
        if not beside:
            self._turn = f"turn_{origin.event_id(part).partition('_')[2]}"
        payload: Json = {"content": speech.content}
        if steers:
            payload["delivery"] = "steer"
        if self.parent is not None:
            payload["sender"] = {"type": "agent"}
        actor = PERSON if self.parent is None else AGENT
        self._emit("user.message", payload, origin, actor, part)
        if not beside:
            self.name(origin, Rank.PROMPT, speech.words)

    def _summarised(self, record: Record, content: Any) -> None:
        origin, payload = self._compaction or (record.origin, {})
        self._compaction = (origin, {**payload, "summary": text_of(blocks(content))})
        self._end_compaction()

    def _end_compaction(self) -> None:
        if self._compaction is not None:
            origin, payload = self._compaction
            self._compaction = None
            self._emit("agent.thread_context_compacted", payload, origin, AGENT, 0)

    def _stand_in(self, record: Record) -> None:
        """The program wrote in the model's place: a failed request, or a filler."""
        content = record.message.get("content")
        words = text_of(blocks(content)).strip()
        if record.flag("isApiErrorMessage"):
            error: Json = {
                "type": "model_request_failed",
                "message": words or "The model request failed",
                "retry_status": {"type": "terminal"},
            }
            self._emit("session.error", {"error": error}, record.origin, SYSTEM, 0)
        elif words:
            payload: Json = {"content": [text_block(words)]}
            self._emit("system.message", payload, record.origin, SYSTEM, 0)

    def _block(
        self, origin: Origin, index: int, block: Json, message_id: str, model: str | None
    ) -> None:
        match block.get("type"):
            case "text" if self._is_new("text", block.get("text")):
                payload: Json = {"content": [block], "message_id": message_id, "model": model}
                self._emit("agent.message", payload, origin, AGENT, index)
            case "thinking" | "redacted_thinking":
                words = text(block.get("thinking"))
                if words is None or self._is_new("thinking", words):
                    shown = {"content": [text_block(words)]} if words else {}
                    payload = {**shown, "message_id": message_id}
                    self._emit("agent.thinking", payload, origin, AGENT, index)
            case "tool_use" | "server_tool_use":
                self._use(origin, index, block, message_id)
            case str() as kind if kind.endswith("_tool_result"):  # of a tool the provider runs
                self._result(origin, index, block)
            case _:
                pass

    def _is_new(self, kind: str, words: Any) -> bool:
        """Whether a block says something that its message did not say yet: a message that is
        written twice is said once."""
        if text(words) is None or f"{kind}:{words}" in self._said:
            return False
        self._said.add(f"{kind}:{words}")
        return True

    def _use(self, origin: Origin, index: int, block: Json, message_id: str) -> None:
        name = identifier(block.get("name"))
        foreign = identifier(block.get("id"))
        if name is None or (foreign is not None and foreign in self.calls):
            return
        if foreign is not None:
            call = calls.call_of(origin.event_id(index), name, block.get("input"))
            self.calls.put(foreign, call)
        kind, payload = calls.use(name, block, message_id)
        self._emit(kind, payload, origin, AGENT, index)
        asks = question.asked(origin.event_id(index), name, block.get("input"))
        if asks is not None and foreign is not None:
            self._emit("approval.requested", asks, origin, AGENT, f"{index}/asks")

    def _result(self, origin: Origin, index: int, block: Json, structured: Any = None) -> None:
        foreign = identifier(block.get("tool_use_id"))
        call = self.calls.get(foreign)
        result = calls.result(block, structured, call)
        if result.refusal:
            confirmation = "user.tool_confirmation"
            self._emit(confirmation, result.refusal, origin, PERSON, f"{index}/refusal")
        self._emit(result.type, result.payload, origin, TOOL, index)
        if call is None or foreign is None:
            return
        self.calls.put(foreign, call.answered())
        if call.asks is not None:
            refused = result.refusal is not None
            decided = question.decided(call.id, call.asks, refused, structured)
            self._emit("approval.decided", decided, origin, PERSON, f"{index}/decided")
        if not result.failed:
            self._outcome(origin, index, call, structured)

    def _outcome(self, origin: Origin, index: int, call: Call, structured: Any) -> None:
        """What a call that succeeded did: edited a file, started a sub-agent."""
        edit = edited(structured, call.edit)
        if edit is not None:
            payload: Json = {"tool_use_id": call.id, **edit}
            self._emit("file.edited", payload, origin, AGENT, f"{index}/edit")
        agent = identifier(mapping(structured).get("agentId"))
        if call.starts_agent and agent is not None:
            payload = {"agent_name": call.agent_name, "tool_use_id": call.id}
            if self._is_told(agent):
                payload["external_id"] = f"{self.parent or self.external_id}/agent-{agent}"
            self._emit("session.thread_created", payload, origin, AGENT, f"{index}/thread")

    # The way out

    def _emit(
        self, kind: str, payload: Json, origin: Origin, actor: Actor, part: int | str
    ) -> None:
        self._put(origin.draft(kind, payload, actor, part, turn=self._turn))

    def _tell(self, kind: str, payload: Json, origin: Origin, part: str) -> None:
        """An event about this session alone: a copy of its record elsewhere says nothing of it."""
        session = self.external_id
        draft = origin.draft(kind, payload, SYSTEM, part, turn=self._turn, session=session)
        self._put(draft)

    def _put_all(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            self._put(draft)

    def _put(self, draft: Draft) -> None:
        if self.is_open:
            self._out.append(Emit(self.external_id, draft))
        elif draft.type in _ASIDE and len(self._held) < _HELD:
            self._held.append(draft)
        else:
            self._open(draft)

    def _open(self, draft: Draft) -> None:
        """The first that counts: open the session, tell what was held, and then this."""
        self.is_open = True
        opened = Opened(
            self.external_id,
            draft.created_at if self.started_at is None else self.started_at,
            parent_external_id=self.parent,
            parent_tool_use_id=self.call_id,
            agent_name=self.agent_name,
            linked=tuple(self._links),
            where=dict(self.where),
        )
        held, self._held = self._held, []
        self._out.append(opened)
        self._put_all(held)
        prompted = draft.type == "user.message"  # its words are the title in a moment
        if self.title.text is not None and not (prompted and self.title.is_command):
            self.named(Origin(str(draft.payload["source"]["record"]), draft.created_at))
        self._put(draft)


def _sizes(before: Any, after: Any) -> Json:
    sizes = {"tokens_before": count(before), "tokens_after": count(after)}
    return {name: tokens for name, tokens in sizes.items() if tokens}
