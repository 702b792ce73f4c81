"""Sessions as they are answered."""

from typing import Literal

from hansard.api.shapes.agent import ListedAgent, RunningAgent
from hansard.api.shapes.base import Object, Shape


class Tokens(Shape):
    """Four disjoint classes, cache writes split by their lifetime."""

    input_uncached: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int


class SessionFacts(Shape):
    """What a row and a whole session have in common."""

    id: str
    type: Literal["session"]
    key: str
    title: str | None
    status: Literal["idle", "running", "rescheduling", "terminated"]
    display_status: str
    lifecycle: str
    tone: Literal["active", "success", "problem", "attention", "neutral"]
    state: str
    state_reason: str | None
    active: bool
    attention: Object | None
    progress: Object
    activity: str | None
    error: Object | None
    kind: Literal["chat", "flow_run", "background_task", "automation_run"]
    mode: str
    origin: str
    channel: str | None
    recorded: bool
    owner: Object | None
    tags: list[str]
    metadata: dict[str, str]
    external_ids: Object
    parent_id: str | None
    root_id: str | None
    children: Object
    segment: int
    segments: int
    seq: int
    pos: int
    head: str
    context_start_seq: int
    reset_seq: int
    message_count: int
    turn_count: int
    tool_call_count: int
    error_count: int
    compaction_count: int
    reset_count: int
    tokens: Tokens
    usage: Object
    stats: Object
    cost_micros: int | None
    currency: str
    unpriced_models: list[str]
    usage_source: str
    ao_milli: int
    connectors: list[str]
    tools: list[str]
    models: list[str]
    where: Object
    created_at: str
    updated_at: str
    archived_at: str | None
    ended_at: str | None
    last_message_at: str | None
    last_activity_at: str | None
    output_summary: str | None


class ListedSession(SessionFacts):
    """A row of the list."""

    agent: ListedAgent


class Session(SessionFacts):
    """One session with its whole agent."""

    agent: RunningAgent


class SessionPage(Shape):
    """A page of the list; a list stream opened at `cursor` misses nothing."""

    data: list[ListedSession]
    next_page: str | None
    cursor: int


class DoneReset(Shape):
    """What a reset did."""

    event_id: str
    previous_message_count: int
    erased: bool


class SessionAfterReset(Session):
    """A session that began anew."""

    reset: DoneReset


class DoneCompaction(Shape):
    """What stands in the place of what. `fallback_level`: 1 whole, 2 short, 3 counts alone."""

    event_id: str
    summary: str
    covers_from: int
    covers_to: int
    tokens_before: int
    tokens_after: int
    fallback_level: int


class CompactedSession(Session):
    """A session after a compaction; null when nothing was older than what is kept."""

    compaction: DoneCompaction | None


class DeletedSession(Shape):
    """A session that is gone."""

    id: str
    type: Literal["session_deleted"]
    sub_agents: int


class CacheFigures(Shape):
    """How much came out of the provider's cache."""

    read_tokens: int
    write_tokens: int
    hit_ratio: float | None


class SessionStatus(Shape):
    """The figures of a session."""

    type: Literal["session_status"]
    id: str
    key: str
    title: str | None
    state: str
    freshness: Literal["active", "idle", "expired"]
    message_count: int
    turn_count: int
    tool_call_count: int
    compaction_count: int
    reset_count: int
    input_tokens: int
    output_tokens: int
    total_tokens: int
    tokens: Tokens
    cache: CacheFigures
    cost_micros: int | None
    created_at: str
    last_active_at: str


class Message(Shape):
    """A message, a call, a result, or a mark between."""

    id: str
    seq: int
    type: str
    role: Literal["user", "assistant", "system", "tool"]
    content: str
    timestamp: str


class SessionHistory(Shape):
    """A page of messages by number."""

    session: ListedSession
    messages: list[Message]
    total: int
    offset: int
    limit: int
    has_more: bool
