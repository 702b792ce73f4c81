"""Sessions as they are answered."""

from typing import Any, Literal

from hansard.api.shapes.agent import ListedAgent, RunningAgent
from hansard.api.shapes.base import Shape
from hansard.api.shapes.row import (
    Attention,
    Display,
    Nothing,
    Owner,
    Progress,
    SessionError,
    SessionStats,
    SessionUsage,
    SubAgents,
    Tokens,
    Where,
)
from hansard.domain.state import Kind, Mode, State, Tone


class SessionFacts(Shape):
    """What a row and a whole session have in common. Times are RFC 3339, money is micro-units."""

    id: str
    type: Literal["session"]
    key: str
    workspace_id: str
    title: str | None
    status: Literal["idle", "running", "rescheduling", "terminated"]
    display_status: Display
    lifecycle: Literal["idle", "running", "archived"]
    tone: Tone
    state: State
    state_reason: str | None
    active: bool
    active_until: str | None
    attention: Attention | None
    attention_since: str | None
    approval_id: str | None
    progress: Progress
    activity: str | None
    error: SessionError | None
    kind: Kind
    mode: Mode
    origin: str
    channel: str | None
    peer_type: str | None
    recorded: bool
    resumable: bool
    environment_id: str | None
    deployment_id: str | None
    owner: Owner | None
    tags: list[str]
    metadata: dict[str, str]
    initiative_id: str | None
    plan_id: str | None
    external_ids: dict[str, str]
    parent_id: str | None
    root_id: str | None
    children: SubAgents
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
    usage: SessionUsage
    stats: SessionStats
    cost_micros: int | None
    currency: str
    unpriced_models: list[str]
    usage_source: str
    ao_milli: int
    budget: Any
    connectors: list[str]
    tools: list[str]
    models: list[str]
    where: Where
    resources: Nothing
    vault_ids: Nothing
    outcome_evaluations: Nothing
    created_at: str
    updated_at: str
    archived_at: str | None
    deleted_at: str | None
    ended_at: str | None
    lease_until: str | None
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


class RowUpsert(Shape):
    """A row of the list as it is now: a frame of the workspace stream."""

    type: Literal["session.row"]
    op: Literal["upsert"]
    pos: int
    row: ListedSession


class RowRemove(Shape):
    """A session that is gone from the list: a frame of the workspace stream."""

    type: Literal["session.row"]
    op: Literal["remove"]
    pos: int
    id: str


class Resync(Shape):
    """The stream goes on from `cursor`; what was read before has to be read again."""

    type: Literal["resync"]
    reason: str
    cursor: int


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
