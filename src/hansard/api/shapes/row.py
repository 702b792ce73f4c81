"""What the row of a session is made of."""

from typing import Any, Literal

from hansard.api.shapes.base import SOMETIMES, Shape

Display = Literal[
    "queued",
    "provisioning",
    "idle",
    "running",
    "waiting_input",
    "waiting_approval",
    "paused",
    "blocked",
    "succeeded",
    "failed",
    "rejected",
    "cancelled",
    "archived",
]
Reason = Literal[
    "approval", "question", "checkpoint", "review", "budget", "stalled", "failed", "blocked"
]


class Tokens(Shape):
    """Four disjoint classes, cache writes split by their lifetime."""

    input_uncached: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int


class Attention(Shape):
    """Why a session needs a person, and since when; `question` is what was asked."""

    reason: Reason
    since: str
    approval_id: str | None
    question: str = SOMETIMES


class Progress(Shape):
    """How far a session is. Only a flow knows how many steps there are."""

    text: str
    done: int | None
    total: int | None


class SessionError(Shape):
    """The last failure that nothing made good."""

    type: str
    message: str
    at: str


class Owner(Shape):
    """Whose session it is; a recorded one may not say it whole."""

    id: str | None = None
    name: str | None = None


class SubAgents(Shape):
    """Sums over the sub-agents below a root; never part of the row's own sums."""

    count: int
    active: int
    errors: int
    cost_micros: int
    tokens: Tokens


class Where(Shape):
    """Where a session runs, as far as its source says; a source may say more, in texts."""

    cwd: str | None = None
    repo: str | None = None
    branch: str | None = None
    sandbox: str | None = None
    profile: str | None = None
    runtime: str | None = None
    surface: str | None = None
    version: str | None = None


class CacheCreation(Shape):
    """Tokens written to the provider's cache, by their lifetime."""

    ephemeral_5m_input_tokens: int
    ephemeral_1h_input_tokens: int


class ServerToolUse(Shape):
    """Uses of the provider's own tools; not counted yet."""

    web_search_requests: int
    web_fetch_requests: int


class ListCost(Shape):
    """What the usage costs by the list; the amount is a decimal number of cents."""

    amount: str
    currency: str


class SessionUsage(Shape):
    """The protocol's own object of the same figures."""

    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int
    cache_creation: CacheCreation
    server_tool_use: ServerToolUse
    active_seconds: int
    list_cost: ListCost


class SessionStats(Shape):
    """How long a session worked, and how long it was open."""

    active_seconds: int
    duration_seconds: int


Nothing = list[Any]
"""A list of the protocol that this server never fills."""
