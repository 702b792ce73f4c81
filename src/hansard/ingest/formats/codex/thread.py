"""The thread a file belongs to: what its first line says, and what is true at the moment."""

from dataclasses import dataclass, field
from typing import Any

from hansard.domain import ids
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.ingest.base import Emit, Opened
from hansard.ingest.formats.codex.record import FORMAT_NAME, Record, born_ms, moment, part, text

AGENT_WORD = "codex"
SYSTEM = Actor("system")
PERSON = Actor("person")
PARENT = Actor("agent", None, AGENT_WORD)
"""Who prompts a sub-agent."""


@dataclass(slots=True)
class Thread:
    """What is known while reading one file; everything in it is small.

    Attributes:
        external_id: Codex's id of the thread.
        agent_name: the sub-agent's name, None for the main agent.
        parent: the thread that started this sub-agent, if the file says so.
        forked_from: the thread whose history this one began with.
        born: when it was created, milliseconds UTC.
        where: where it runs, as last told.
        turn_id: the turn of the prompt that was given last.
        message_id: the model response whose items are being read.
        answered_id: the response before it, until its tokens are counted.
        has_answered: the model said or called something here, in this thread itself.
    """

    external_id: str
    agent_name: str | None = None
    parent: str | None = None
    forked_from: str | None = None
    born: int = 0
    provider: str | None = None
    model: str | None = None
    where: Json = field(default_factory=dict[str, Any])
    title: str | None = None
    turn_id: str | None = None
    message_id: str | None = None
    answered_id: str | None = None
    has_answered: bool = False

    @property
    def agent(self) -> Actor:
        """Who speaks and calls tools here."""
        return Actor("agent", None, self.agent_name or AGENT_WORD)

    @property
    def prompter(self) -> Actor:
        """Who prompts: a person, or for a sub-agent its parent."""
        return PARENT if self.agent_name else PERSON

    def event_id(self, record: Record, index: int | str) -> str:
        """The id of the event that is one part of a record, always the same."""
        return ids.derived("sevt", record.at, FORMAT_NAME, record.id, str(index))

    def emit(
        self, record: Record, index: int, event_type: str, payload: Json, actor: Actor
    ) -> Emit:
        """The event that is one part of a record; fields that are None are left out."""
        source = {"format": FORMAT_NAME, "record": record.id, "part": index}
        told = {name: value for name, value in payload.items() if value is not None}
        draft = Draft(
            type=event_type,
            payload={**told, "source": source},
            actor=actor,
            created_at=record.at,
            id=self.event_id(record, index),
            turn_id=self.turn_id,
        )
        return Emit(self.external_id, draft)

    def begin_turn(self, record: Record, index: int) -> None:
        """A prompt is given: what follows belongs to it."""
        self.turn_id = f"turn_{self.event_id(record, index).partition('_')[2]}"
        self.end_response()
        self.answered_id = None

    def answer(self, record: Record) -> str:
        """The message id for an item of the model; its first item opens the response."""
        if self.message_id is None:
            self.message_id = f"msg_{self.event_id(record, 'message').partition('_')[2]}"
        self.has_answered = True
        return self.message_id

    def end_response(self) -> None:
        """The model ended its response: the next item opens another."""
        if self.message_id is not None:
            self.answered_id, self.message_id = self.message_id, None

    def moved(self, record: Record, facts: Json) -> list[Emit]:
        """Take new facts about where it runs; an event tells those that changed."""
        changed = {name: value for name, value in facts.items() if self.where.get(name) != value}
        self.where.update(changed)
        if not changed:
            return []
        return [self.emit(record, 0, "session.updated", {"where": changed}, SYSTEM)]


def thread_of(meta: Json, at: int) -> Thread | None:
    """The thread that a `session_meta` describes, None when it has no id.

    Args:
        meta: its payload.
        at: its time, milliseconds UTC.
    """
    external_id = text(meta, "id")
    if external_id is None:
        return None
    agent_name, parent = _sub_agent(meta)
    return Thread(
        external_id=external_id,
        agent_name=agent_name,
        parent=parent,
        forked_from=text(meta, "forked_from_id"),
        born=born_ms(external_id) or moment(meta.get("timestamp")) or at,
        provider=text(meta, "model_provider"),
        where=where_of(meta),
    )


def opened(thread: Thread, at: int) -> Opened:
    """Tell that a thread is met; `at` is the time of its first record."""
    return Opened(
        external_id=thread.external_id,
        created_at=at,
        parent_external_id=thread.parent,
        agent_name=thread.agent_name,
        linked=(("fork", thread.forked_from),) if thread.forked_from else (),
        where=dict(thread.where),
    )


def where_of(meta: Json) -> Json:
    """Where a thread runs, by its `session_meta`."""
    git = part(meta, "git")
    source = meta.get("source")
    facts = {
        "cwd": text(meta, "cwd"),
        "repo": text(git, "repository_url"),
        "branch": text(git, "branch"),
        "commit": text(git, "commit_hash"),
        "version": text(meta, "cli_version"),
        "surface": text(meta, "originator") or (source if isinstance(source, str) else None),
    }
    return {name: value for name, value in facts.items() if value}


def where_now(context: Json) -> Json:
    """Where a turn runs, by its `turn_context`."""
    sandbox = part(context, "sandbox_policy")
    facts = {
        "cwd": text(context, "cwd"),
        "sandbox": text(sandbox, "type", "mode"),
        "approval_policy": text(context, "approval_policy"),
    }
    return {name: value for name, value in facts.items() if value}


def _sub_agent(meta: Json) -> tuple[str | None, str | None]:
    """The name and the parent of a sub-agent; (None, None) for a thread of a person."""
    parent = text(meta, "parent_thread_id")
    kind = part(meta, "source").get("subagent")
    if isinstance(kind, str):
        return kind or "sub-agent", parent
    source = part(part(meta, "source"), "subagent")
    if not source and meta.get("thread_source") != "subagent":
        return None, None
    spawn = part(source, "thread_spawn")
    path = (text(spawn, "agent_path") or text(meta, "agent_path") or "").rpartition("/")[2]
    name = (
        text(spawn, "agent_role")
        or text(meta, "agent_role")
        or text(spawn, "agent_nickname")
        or path
        or text(source, "other")
        or "sub-agent"
    )
    return name, text(spawn, "parent_thread_id") or parent
