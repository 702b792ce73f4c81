"""Reads one Claude Code file, line by line."""

from collections.abc import Callable, Iterable

from hansard.domain.draft import Json
from hansard.domain.events.base import text_of
from hansard.ingest.base import Emission, Skip
from hansard.ingest.formats.claude_code import kin
from hansard.ingest.formats.claude_code import record as records
from hansard.ingest.formats.claude_code.call import Call
from hansard.ingest.formats.claude_code.place import Place
from hansard.ingest.formats.claude_code.prompt_queue import PromptQueue
from hansard.ingest.formats.claude_code.recent import Recent
from hansard.ingest.formats.claude_code.record import (
    Origin,
    Record,
    blocks,
    count,
    identifier,
    mapping,
    moment,
    text,
)
from hansard.ingest.formats.claude_code.session import Session
from hansard.ingest.formats.claude_code.speech import heard, is_human
from hansard.ingest.formats.claude_code.title import Rank

_SUB_AGENTS_KEPT = 512
_SIDECHAIN_RECORDS_KEPT = 4096
_NAMELESS_KEPT = 4096
_URLS_KEPT = 256
_PLACES = {"cwd": "cwd", "gitBranch": "branch", "version": "version", "entrypoint": "surface"}
_NO_BRANCH = "HEAD"
_WEB = ("https://", "http://")
_BROKEN = Skip("no readable JSON object")


class ClaudeCodeParser:
    """The parser of a session's file or of a sub-agent's file.

    A session's file may hold sub-agents too: inline (1.0), or mirrored in progress records
    (2.1); the mirror is passed over when the sub-agent has a file of its own.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._session_id = place.session or place.path.stem
        self._is_named = place.session is not None
        self._out: list[Emission] = []
        self._main = Session(
            self._external_id(), self._out, parent=self._parent(), is_told=self._is_told
        )
        self._children: Recent[Session | None] = Recent(_SUB_AGENTS_KEPT)
        self._chains: Recent[str] = Recent(_SIDECHAIN_RECORDS_KEPT)
        self._nameless: Recent[int] = Recent(_NAMELESS_KEPT)
        self._urls: Recent[None] = Recent(_URLS_KEPT)
        self._queue = PromptQueue()
        self._times: dict[str, int] = {}
        self._last_at = 0
        self._record: str | None = None
        self._handlers: dict[str, Callable[[Record], None]] = {
            "user": self._user,
            "assistant": self._assistant,
            "system": self._system,
            "attachment": self._attachment,
            "progress": self._progress,
            "queue-operation": self._queue_operation,
            "summary": self._summary,
            "ai-title": self._ai_title,
            "custom-title": self._custom_title,
            "pr-link": self._pr_link,
        }

    @property
    def external_id(self) -> str | None:
        """The session of this file; None while neither path nor records told it."""
        return self._main.external_id if self._is_named else None

    @property
    def record(self) -> str | None:
        """The id of the record that was fed last; see `hansard.ingest.base.Parser`."""
        return self._record

    def feed(self, line: bytes) -> Iterable[Emission]:
        """Read the next line; see `hansard.ingest.base.Parser`."""
        self._record = None
        body = line.strip().removeprefix(b"\xef\xbb\xbf")
        if not body:
            return []
        fields = records.parse(body)
        if fields is None:
            return [_BROKEN]
        kind = fields.get("type")
        handler = self._handlers.get(kind) if isinstance(kind, str) else None
        if handler is not None and isinstance(kind, str):
            record = self._meet(kind, fields, body)
            if record is not None:
                handler(record)
        return self._drain()

    def quiet(self) -> Iterable[Emission]:
        """Tell what is open; see `hansard.ingest.base.Parser`."""
        for session in (self._main, *self._children.values()):
            if session is not None:
                session.rest()
        return self._drain()

    def _drain(self) -> list[Emission]:
        emissions = self._out[:]
        self._out.clear()
        return emissions

    # Whose record it is, and when it is from

    def _meet(self, kind: str, fields: Json, body: bytes) -> Record | None:
        """A line as a record; None when the file has it a second time."""
        uuid = identifier(fields.get("uuid"))
        if uuid is not None and self._main.title.knows(uuid):
            return None
        named = identifier(fields.get("sessionId"))
        self._learn(named)
        at = self._times.get(uuid or "") or moment(fields.get("timestamp"))
        if at is not None:
            self._last_at = at
            if self._main.started_at is None:
                self._main.started_at = at
        origin = Origin(self._name(uuid, body), self._last_at)
        self._record = origin.record
        if self._place.agent is None:
            self._link(origin, named, fields)
        if uuid is not None and self._main.title.record(uuid):
            self._main.named(origin)
        return Record(kind, fields, origin)

    def _learn(self, named: str | None) -> None:
        """The session that a record names: this one, or one whose history was copied here."""
        if named is None:
            return
        if not self._is_named:
            self._session_id = named
            self._is_named = True
            self._main.external_id = self._external_id()
            self._main.parent = self._parent()
        if self._place.agent is not None:
            self._find_start()
        elif named != self._session_id and not self._main.is_open and not self._times:
            self._times = kin.times(self._place.session_file(named))

    def _find_start(self) -> None:
        """Look once, when the session is known, for the call that started this sub-agent."""
        if self._main.started_at is None and self._place.agent is not None:
            file = self._place.session_file(self._session_id)
            start = kin.start(file, self._session_id, self._place.agent, self._place.path)
            self._main.call_id, self._main.agent_name = start.call_id, start.agent_name

    def _link(self, origin: Origin, named: str | None, fields: Json) -> None:
        if named is not None and named != self._session_id:
            self._main.link(origin, "resume", named)
        forked = identifier(mapping(fields.get("forkedFrom")).get("sessionId"))
        if forked is not None:
            self._main.link(origin, "fork", forked)

    def _name(self, uuid: str | None, body: bytes) -> str:
        if uuid is not None:
            return records.key(uuid, self._session_id)
        digest = records.digest(body)
        number = (self._nameless.get(digest) or 0) + 1
        self._nameless.put(digest, number)
        return f"{digest}#{number}"

    def _external_id(self) -> str:
        agent = self._place.agent
        return self._session_id if agent is None else f"{self._session_id}/agent-{agent}"

    def _parent(self) -> str | None:
        return None if self._place.agent is None else self._session_id

    # What was said and done

    def _user(self, record: Record) -> None:
        session = self._session_of(record)
        if session is None:
            return
        if session is self._main:
            self._queue.taken(text_of(blocks(record.message.get("content"))))
        session.user(record)

    def _assistant(self, record: Record) -> None:
        session = self._session_of(record)
        if session is not None:
            session.assistant(record)

    def _system(self, record: Record) -> None:
        session = self._session_of(record)
        if session is None:
            return
        match record.fields.get("subtype"):
            case "compact_boundary":
                session.compacted(record)
            case "microcompact_boundary":
                session.trimmed(record)
            case "api_error":
                session.retry(record)
            case "local_command" | "away_summary":
                session.notice(record.origin, text(record.fields.get("content")) or "")
            case _:
                pass

    def _attachment(self, record: Record) -> None:
        session = self._session_of(record)
        attached = mapping(record.fields.get("attachment"))
        if session is None or attached.get("type") != "queued_command":
            return
        prompt = attached.get("prompt")
        if not self._queue.is_told(text_of(blocks(prompt))):
            by_person = attached.get("commandMode") in (None, "prompt") and is_human(attached)
            session.hear(record.origin, heard(prompt, human=by_person), steers=True)

    def _progress(self, record: Record) -> None:
        self._session_of(record)
        data = mapping(record.fields.get("data"))
        agent = identifier(data.get("agentId"))
        inner = mapping(data.get("message"))
        uuid = identifier(inner.get("uuid"))
        if data.get("type") != "agent_progress" or agent is None or uuid is None:
            return
        call = self._main.calls.get(identifier(record.fields.get("parentToolUseID")))
        child = self._child(agent, call)
        kind = inner.get("type")
        if child is None or kind not in ("user", "assistant"):
            return
        at = moment(inner.get("timestamp"))
        origin = Origin(records.key(uuid, self._session_id), record.origin.at if at is None else at)
        if child.started_at is None:
            child.started_at = origin.at
        mirrored = Record(str(kind), inner, origin)
        if kind == "user":
            child.user(mirrored)
        else:
            child.assistant(mirrored)

    # Records about the session

    def _queue_operation(self, record: Record) -> None:
        words = text(record.fields.get("content"))
        match record.fields.get("operation"):
            case "enqueue" if words is not None:
                self._queue.enqueue(words)
            case "dequeue":
                self._queue.dequeue()
            case "popAll":
                self._queue.clear()
            case "remove":
                prompt = self._queue.remove()
                if prompt is not None:
                    self._main.hear(record.origin, heard(prompt), steers=True)
            case _:
                pass

    def _summary(self, record: Record) -> None:
        leaf = identifier(record.fields.get("leafUuid"))
        words = text(record.fields.get("summary"))
        if leaf is not None and words is not None and self._main.title.summary(leaf, words):
            self._main.named(record.origin)

    def _ai_title(self, record: Record) -> None:
        self._main.name(record.origin, Rank.AI, text(record.fields.get("aiTitle")) or "")

    def _custom_title(self, record: Record) -> None:
        self._main.name(record.origin, Rank.CUSTOM, text(record.fields.get("customTitle")) or "")

    def _pr_link(self, record: Record) -> None:
        repository = identifier(record.fields.get("prRepository"))
        self._main.place(record.origin, {"repo": repository})
        url = identifier(record.fields.get("prUrl")) or ""
        if url.startswith(_WEB) and url not in self._urls:
            self._urls.put(url, None)
            number = count(record.fields.get("prNumber"))
            self._main.artifact(record.origin, f"{repository or 'pull request'}#{number}", url)

    # Sub-agents in this file

    def _session_of(self, record: Record) -> Session | None:
        """The session that a record belongs to, told where it runs; None when it is told
        elsewhere."""
        session: Session | None = self._main
        if self._place.agent is None and record.flag("isSidechain"):
            session = self._sidechain(record)
        if session is not None:
            session.place(record.origin, _place_of(record.fields))
            if session.started_at is None:
                session.started_at = record.origin.at
        return session

    def _sidechain(self, record: Record) -> Session | None:
        agent = identifier(record.fields.get("agentId")) or self._chain(record)
        if agent is None or agent in self._children:
            return self._children.get(agent)
        return self._child(agent, self._call_with_prompt_of(record))

    def _chain(self, record: Record) -> str | None:
        """The sub-agent of an inline record: the uuid of the first record of its chain."""
        uuid = identifier(record.fields.get("uuid"))
        root = self._chains.get(identifier(record.fields.get("parentUuid")))
        if root is None and record.type in ("user", "assistant"):
            root = uuid
        if root is not None and uuid is not None:
            self._chains.put(uuid, root)
        return root

    def _call_with_prompt_of(self, record: Record) -> Call | None:
        prompt = text_of(blocks(record.message.get("content")))
        calls = self._main.calls.values()
        return next((call for call in calls if call.prompt and call.prompt == prompt), None)

    def _is_told(self, agent: str) -> bool:
        """Whether what a sub-agent did is told, here or in a file of its own."""
        return agent in self._children or self._place.has_file_of(agent)

    def _child(self, agent: str, call: Call | None) -> Session | None:
        if agent not in self._children:
            child = None
            if not self._place.has_file_of(agent):
                child = Session(
                    f"{self._session_id}/agent-{agent}",
                    self._out,
                    parent=self._main.external_id,
                    call_id=call.id if call else None,
                    agent_name=call.agent_name if call else None,
                    where=self._main.where,
                    is_told=self._is_told,
                )
            self._children.put(agent, child)
        return self._children.get(agent)


def _place_of(fields: Json) -> Json:
    facts = {ours: text(fields.get(theirs)) for theirs, ours in _PLACES.items()}
    if facts["branch"] == _NO_BRANCH:
        facts["branch"] = None
    return facts
