"""A session as folded from its log: everything the list row and `retrieve` show."""

from dataclasses import dataclass, field
from typing import Any

from hansard.domain.draft import Json
from hansard.domain.state import Kind, State

TOKEN_CLASSES = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output")
"""Four disjoint classes, the cache write split by its lifetime (requirements.md 6.6)."""


EXACT = (1 << 53) - 1
"""The largest number that every reader of JSON gets exactly."""


def within(number: int) -> int:
    """A sum as it is kept and shown: it stays at the largest exact number once it is there."""
    return max(-EXACT, min(number, EXACT))


def no_tokens() -> dict[str, int]:
    """Zero in every token class."""
    return dict.fromkeys(TOKEN_CLASSES, 0)


def no_children() -> dict[str, Any]:
    """What a root without sub-agents shows for them."""
    return {"count": 0, "active": 0, "errors": 0, "cost_micros": 0, "tokens": no_tokens()}


def shown_children(children: Json) -> Json:
    """The sums over sub-agents as the row shows them.

    Inside they are exact, or they would depend on the order in which sub-agents come and go.
    """
    tokens: dict[str, int] = children["tokens"]
    sums = {name: within(value) for name, value in children.items() if name != "tokens"}
    return {**sums, "tokens": {name: within(count) for name, count in tokens.items()}}


@dataclass(slots=True)
class Hidden:
    """What the fold must remember and nobody is shown; bounded."""

    title_rank: int = 0
    messages: list[str] = field(default_factory=list[str])
    open_calls: dict[str, str] = field(default_factory=dict[str, str])
    turns: list[str] = field(default_factory=list[str])
    awaiting_turn: bool = False
    end: str = "idle"
    in_flight: bool = False
    failed_request: bool = False
    waiting_inputs: list[str] = field(default_factory=list[str])
    approvals: dict[str, str] = field(default_factory=dict[str, str])
    steps: list[str] = field(default_factory=list[str])
    step: int = 0
    seen_at: int | None = None
    active_ms: int = 0
    acknowledged: bool = False
    question: str | None = None


@dataclass(slots=True)
class Session:
    """The fold of one session's events. Times in ms UTC, money in micro-units.

    `id`, `key` and the axes come from `session.created`; the rest moves with the log. Derived
    views (status, tone, active, …) are not here: `projections.summary` computes them.
    """

    id: str
    workspace_id: str
    key: str
    kind: Kind
    mode: str
    origin: str
    agent: Json
    created_at: int
    channel: str | None = None
    peer_type: str | None = None
    recorded: bool = False
    environment_id: str | None = None
    deployment_id: str | None = None
    owner: Json | None = None
    parent_id: str | None = None
    root_id: str | None = None
    external_ids: Json = field(default_factory=dict[str, Any])
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    tags: list[str] = field(default_factory=list[str])
    initiative_id: str | None = None
    plan_id: str | None = None
    title: str | None = None
    where: Json = field(default_factory=dict[str, Any])
    budget: Any = None
    state: State = "idle"
    state_reason: str | None = None
    resumable: bool = True
    attention_since: int | None = None
    approval_id: str | None = None
    activity: str | None = None
    error: Json | None = None
    output_summary: str | None = None
    segment: int = 1
    seq: int = 0
    pos: int = 0
    head: str = ""
    context_start_seq: int = 0
    reset_seq: int = 0
    message_count: int = 0
    turn_count: int = 0
    tool_call_count: int = 0
    error_count: int = 0
    compaction_count: int = 0
    reset_count: int = 0
    tokens: dict[str, int] = field(default_factory=no_tokens)
    cost_micros: int | None = None
    ao_milli: int = 0
    unpriced_models: list[str] = field(default_factory=list[str])
    usage_source: str = "reported"
    connectors: list[str] = field(default_factory=list[str])
    tools: list[str] = field(default_factory=list[str])
    models: list[str] = field(default_factory=list[str])
    last_message_at: int | None = None
    last_activity_at: int | None = None
    updated_at: int = 0
    lease_until: int | None = None
    ended_at: int | None = None
    archived_at: int | None = None
    deleted_at: int | None = None
    children: Json = field(default_factory=no_children)
    hidden: Hidden = field(default_factory=Hidden)


_NAMES = 200


def note(names: list[str], name: str) -> None:
    """Add a name to a list of distinct names; the list is bounded."""
    if name not in names and len(names) < _NAMES:
        names.append(name)
