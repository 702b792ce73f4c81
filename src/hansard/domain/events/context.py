"""What the model sees, and how that changes; the log keeps everything."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body


class AgentThreadContextCompacted(Body):
    """Older context was replaced by a summary (S1-7, S1-31)."""

    type = "agent.thread_context_compacted"
    named_by = "protocol"
    text_fields = ("summary",)

    summary: str | None = None
    covers_from: int | None = None
    covers_to: int | None = None
    tokens_before: int | None = None
    tokens_after: int | None = None
    trigger: str | None = None
    """auto, manual or micro (a lighter mark that drops old tool results)."""
    fallback_level: int | None = None
    """1 the whole summary, 2 without what was long, 3 counts alone."""
    instructions: str | None = None
    """What whoever asked for it wanted to be kept."""

    def headline(self) -> str:
        return "Context compacted"


class ContextAssembled(Body):
    """The context of one model request was put together: budget by part, time by layer."""

    type = "context.assembled"

    budget: Json | None = None
    estimated: bool | None = None
    layers: list[Any] | None = None
    cache_read: int | None = None
    cache_write: int | None = None


class SessionReset(Body):
    """The agent starts with a clean context in a new segment (product.md, decision 4)."""

    type = "session.reset"

    previous_message_count: int
    erased: bool | None = None
    """The payloads of all events before are gone; their envelopes and hashes stay."""
    kept: Json | None = None
    """What the erased events had come to: the fold goes on from here."""
    input_event_ids: list[str] | None = None
    """Inputs that waited and were dropped."""

    def headline(self) -> str:
        return "Reset"
