"""The thirteen stored states and every view that is a function of them (requirements.md 6.2).

`state` is the one stored vocabulary. Lifecycle, wire status, tone, display status, run word,
UPG phase, active and attention are computed here and nowhere else.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from hansard.domain import instant

State = Literal[
    "pending",
    "queued",
    "provisioning",
    "idle",
    "running",
    "waiting",
    "paused",
    "blocked",
    "completed",
    "failed",
    "rejected",
    "cancelled",
    "timed_out",
]
Kind = Literal["chat", "flow_run", "background_task", "automation_run"]
Mode = Literal["work", "ask", "builder"]
Tone = Literal["active", "success", "problem", "attention", "neutral"]
Verb = Literal[
    "send", "append", "update", "archive", "unarchive", "delete", "end", "reset", "compact"
]

STATES: tuple[State, ...] = get_args(State)
KINDS: tuple[Kind, ...] = get_args(Kind)
MODES: tuple[Mode, ...] = get_args(Mode)
ORIGINS = (
    "web",
    "slack",
    "telegram",
    "otlp",
    "schedule",
    "webhook",
    "manual",
    "flow_step",
    "vscode",
    "api",
    "sdk",
    "mcp",
    "cli",
    "agent",
    "import",
)
CHANNELS = ("web", "slack", "telegram", "discord", "api", "cli", "mcp", "email", "vscode")
PEER_TYPES = ("dm", "group", "sub-agent")
ATTENTION_REASONS = (
    "approval",
    "question",
    "checkpoint",
    "review",
    "budget",
    "stalled",
    "failed",
    "blocked",
)

CHAT_QUIET_MS = 30 * instant.MINUTE
LEASE_MS = 5 * instant.MINUTE
ATTENTION_AGE_MS = instant.DAY

TERMINAL: frozenset[State] = frozenset(
    {"completed", "failed", "rejected", "cancelled", "timed_out"}
)


@dataclass(frozen=True, slots=True)
class View:
    """One line of the table: what a state means in the other vocabularies."""

    tone: Tone
    lifecycle: Literal["idle", "running"]
    wire: Literal["idle", "running", "rescheduling", "terminated"]
    run: str
    phase: str
    display: str


VIEWS: dict[State, View] = {
    "pending": View("active", "idle", "idle", "running", "active", "queued"),
    "queued": View("active", "idle", "running", "running", "active", "queued"),
    "provisioning": View("active", "idle", "running", "running", "active", "provisioning"),
    "idle": View("neutral", "idle", "idle", "active", "active", "idle"),
    "running": View("active", "running", "running", "running", "active", "running"),
    "waiting": View("attention", "running", "idle", "running", "active", "waiting_input"),
    "paused": View("attention", "idle", "idle", "running", "active", "paused"),
    "blocked": View("attention", "idle", "rescheduling", "running", "active", "blocked"),
    "completed": View("success", "idle", "idle", "succeeded", "completed", "succeeded"),
    "failed": View("problem", "idle", "terminated", "failed", "errored", "failed"),
    "rejected": View("problem", "idle", "idle", "failed", "completed", "rejected"),
    "cancelled": View("neutral", "idle", "idle", "cancelled", "completed", "cancelled"),
    "timed_out": View("problem", "idle", "idle", "failed", "timed_out", "failed"),
}

_ACTIVE_BY_KIND: dict[Kind, frozenset[State]] = {
    "flow_run": frozenset({"running", "waiting", "pending"}),
    "automation_run": frozenset({"running", "waiting", "pending", "queued", "provisioning"}),
    "background_task": frozenset({"running", "queued", "provisioning", "waiting"}),
    "chat": frozenset({"running", "waiting"}),
}

_CAN: dict[Verb, str] = {
    "send": "live",
    "append": "live",
    "update": "kept",
    "archive": "live",
    "unarchive": "archived",
    "delete": "kept",
    "end": "live",
    "reset": "live",
    "compact": "live",
}
VERBS: tuple[Verb, ...] = get_args(Verb)


def can(verb: Verb, *, archived: bool, deleted: bool) -> bool:
    """Whether a session accepts a verb; every (verb, condition) pair has an answer (S3-2..4).

    Archived is read-only (S3-4), deleted accepts nothing, any other session accepts
    everything but unarchive.
    """
    if deleted:
        return False
    need = _CAN[verb]
    return need == "kept" or (need == "archived") == archived


def tone(state: State, *, archived: bool = False) -> Tone:
    """The colour class of a row (S2-8)."""
    return "neutral" if archived else VIEWS[state].tone


def lifecycle(state: State, *, archived: bool) -> str:
    """The S3 view: idle, running, or archived, which wins (S3-2..4)."""
    return "archived" if archived else VIEWS[state].lifecycle


def wire_status(state: State, *, archived: bool, resumable: bool = False) -> str:
    """The protocol's `status`; `terminated` is an unrecoverable failure or archived."""
    if archived:
        return "terminated"
    if state == "failed" and resumable:
        return "idle"
    return VIEWS[state].wire


def display_status(state: State, reason: str | None, *, archived: bool) -> str:
    """The word that people see, one vocabulary for web, CLI, Slack and webhooks (ui.md B.1)."""
    if archived:
        return "archived"
    if state == "waiting" and reason == "approval":
        return "waiting_approval"
    return VIEWS[state].display


def upg_phase(state: State) -> str:
    """The agent_session phase of the Unified Product Graph (S4-9)."""
    return VIEWS[state].phase


def upg_status(state: State) -> str:
    """The `status` word that goes with the phase: a failed run is `crashed` (S4-7)."""
    return "crashed" if state == "failed" else VIEWS[state].phase


def is_active(
    kind: Kind,
    state: State,
    reason: str | None,
    *,
    last_message_at: int | None,
    ended_at: int | None,
    now: int,
) -> bool:
    """The active rule by kind (S2-15..17): a state that is live, or a chat not yet quiet."""
    return (
        active_until(kind, state, reason, last_message_at=last_message_at, ended_at=ended_at) > now
    )


FOREVER = 1 << 62


def active_until(
    kind: Kind,
    state: State,
    reason: str | None,
    *,
    last_message_at: int | None,
    ended_at: int | None,
) -> int:
    """Until when a session is active, in ms; `FOREVER` while its state holds it, 0 if it is not.

    A chat stays active for thirty minutes after its last message unless it was ended; the
    sweeper clears the stored flag when this instant passes, with no new event (S2-17, S2-18).
    """
    if state in _ACTIVE_BY_KIND[kind]:
        return FOREVER
    if state == "paused" and reason == "checkpoint" and kind in ("flow_run", "automation_run"):
        return FOREVER
    open_chat = kind == "chat" and state not in TERMINAL and ended_at is None
    if open_chat and last_message_at is not None:
        return last_message_at + CHAT_QUIET_MS
    return 0


FRESH_MS, STALE_MS = 5 * instant.MINUTE, instant.HOUR


def freshness(last_activity_at: int, now: int) -> Literal["active", "idle", "expired"]:
    """The badge by last activity (S1-N13); `expired` is a label, nothing is deleted (S0-34)."""
    quiet = now - last_activity_at
    return "active" if quiet < FRESH_MS else "idle" if quiet < STALE_MS else "expired"


def resumed(kind: Kind) -> State:
    """The state of work that may go on and waits for a worker.

    A flow run is `pending` then, which is active for it (S2-15); `queued` is not.
    """
    return "pending" if kind == "flow_run" else "queued"


_WAITING_REASONS = {"approval": "approval", "question": "question", "review": "review"}


def attention_reason(
    state: State, reason: str | None, *, acknowledged: bool, archived: bool
) -> str | None:
    """Why a session needs a person, or None (S2-37, architecture.md section 10).

    A failure stays until somebody acknowledges it or archives the session.
    """
    if archived:
        return None
    if reason == "budget" and state in ("waiting", "paused", "blocked"):
        return "budget"
    if state == "waiting":
        return _WAITING_REASONS.get(reason or "", "question")
    if state == "paused":
        return "checkpoint" if reason == "checkpoint" else None
    if state == "blocked":
        return "blocked"
    if state in ("failed", "timed_out") and not acknowledged:
        return "failed"
    return None
