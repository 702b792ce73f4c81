"""The views of one session. `seq` is the event up to which an answer is true."""

from typing import Any, Literal

from hansard.api.shapes.base import SOMETIMES, Acting, Object, Shape
from hansard.api.shapes.event import SnippetPart
from hansard.api.shapes.row import Tokens

Change = Literal["create", "update", "delete", "rename"]


class ContextEntry(Shape):
    """Something in the context; its tokens are estimated."""

    seq: int
    id: str
    type: str
    role: str
    title: str
    tokens: int


class Budget(Shape):
    """Tokens by what they are for; null is what nobody said."""

    window: int | None
    system: int | None
    tools: int | None
    context: int | None
    messages: int | None
    reserve: int | None
    free: int | None


class Execution(Shape):
    """One assembly of the context; `budget` and `layers` are what its runtime told of it."""

    seq: int
    turn_id: str | None
    at: str
    budget: Object
    estimated: bool
    layers: list[Any]
    cache_read: int | None
    cache_write: int | None


class SessionContext(Shape):
    """What the model sees next. Null is what nobody said; `estimated` unless it was counted."""

    seq: int
    segment: int
    context_start_seq: int
    budget: Budget
    estimated: bool
    measured_tokens: int | None
    trimmed_tokens: int
    entries: list[ContextEntry]
    executions: list[Execution]


class ToolFigures(Shape):
    """What one tool came to."""

    name: str
    connector: str | None
    calls: int
    errors: int
    duration_ms: int


class TurnFigures(Shape):
    """What one turn came to."""

    turn_id: str
    first_seq: int
    last_seq: int
    started_at: str
    ended_at: str
    duration_ms: int
    requests: int
    calls: int
    errors: int
    tokens: Tokens
    cost_micros: int | None
    unpriced_models: list[str]


class SessionMetrics(Shape):
    """Sums of a session, by tool and by turn."""

    seq: int
    input_tokens: int
    output_tokens: int
    tokens: Tokens
    tokens_used: int
    reasoning_tokens: int
    requests: int
    turns: int
    messages: int
    tool_calls: int
    errors: int
    compactions: int
    resets: int
    cost_micros: int | None
    currency: str
    unpriced_models: list[str]
    usage_source: str
    ao_milli: int
    by_tool: list[ToolFigures]
    by_turn: list[TurnFigures]


class Attempt(Shape):
    """One time that a step was tried."""

    started_at: str
    ended_at: str | None
    state: str


class Span(Shape):
    """A stretch of work; an open one has no end, a step that has not begun no beginning.

    A turn has `last_at`, its last sign of life; a step its `index` in the flow and its `attempts`;
    a checkpoint or a wait the `decision`.
    """

    span: Literal["turn", "step", "checkpoint", "wait", "agent"]
    id: str | None
    name: str | None
    state: str
    first_seq: int | None
    last_seq: int | None
    started_at: str | None
    ended_at: str | None
    last_at: str = SOMETIMES
    index: int = SOMETIMES
    attempts: list[Attempt] = SOMETIMES
    decision: str | None = None


class SessionTimeline(Shape):
    """The spans of a session in the order of their appearance."""

    seq: int
    data: list[Span]


class Hunk(Shape):
    """A stretch of a difference; its lines begin with a space, `-` or `+`."""

    old_start: int | None
    old_lines: int | None
    new_start: int | None
    new_lines: int | None
    lines: list[str]


class FileEdit(Shape):
    """One edit of a file. Null counts are what nobody can say."""

    event_id: str
    seq: int
    turn_id: str | None
    at: str
    tool_use_id: str | None
    change: Change
    additions: int | None
    deletions: int | None
    hunks: list[Hunk]
    truncated: bool


class NetChange(Shape):
    """The change from before the first edit to after the last, or why it is not known."""

    additions: int | None
    deletions: int | None
    hunks: list[Hunk] | None
    truncated: bool
    reason: str | None


class EditedFile(Shape):
    """A file that the session changed; `generated` is true of lock files and the like."""

    path: str
    moved_from: str | None
    change: Change
    additions: int | None
    deletions: int | None
    generated: bool
    edits: list[FileEdit]
    net: NetChange


class SessionEdits(Shape):
    """The files that a session changed, in the order of their first edit."""

    seq: int
    data: list[EditedFile]


class Bucket(Shape):
    """A stretch of time: when it begins, its events, the first event from there on."""

    seq: int
    at: str
    events: int


class Mark(Shape):
    """A place worth a jump."""

    seq: int
    event_id: str
    at: str
    mark: Literal["turn", "error", "approval", "compaction", "reset", "interrupt"]
    label: str


class SessionOutline(Shape):
    """Where things happen; all buckets are equally long."""

    first_seq: int | None
    last_seq: int | None
    first_at: str | None
    last_at: str | None
    buckets: list[Bucket]
    marks: list[Mark]


class FoundEvent(Shape):
    """An event whose text matches, with the text around the match."""

    seq: int
    event_id: str
    type: str
    role: str
    tool: str | None
    at: str
    snippet: str
    parts: list[SnippetPart]


class FoundEvents(Shape):
    """What matches, the oldest first. `total` stops at 1,000; there may be more when the answer
    is not complete."""

    data: list[FoundEvent]
    total: int
    complete: bool


class AuditEntry(Shape):
    """One thing that somebody did."""

    id: str
    at: str
    actor: Acting
    action: str
    detail: Object
    request_id: str | None


class AuditPage(Shape):
    """What was done to a session, newest first."""

    data: list[AuditEntry]
    next_page: str | None
