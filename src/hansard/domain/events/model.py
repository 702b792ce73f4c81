"""Requests to a model provider, and evaluations of outcomes."""

from hansard.domain.draft import Json
from hansard.domain.events.base import Body


class SpanModelRequestStart(Body):
    """A request to a provider begins."""

    type = "span.model_request_start"
    named_by = "protocol"

    model: str | None = None
    input_event_ids: list[str] | None = None
    """Waiting inputs that this request takes up (a steered message)."""

    def headline(self) -> str:
        return f"Asking {self.model}" if self.model else "Asking the model"


class SpanModelRequestEnd(Body):
    """A request ended: its usage and price. One per request; a correction has `corrects`.

    A correcting event carries the difference to what it corrects, so that plain sums over
    these events are right; its ledger row is that difference.
    """

    type = "span.model_request_end"
    named_by = "protocol"

    model_request_start_id: str | None = None
    is_error: bool | None = None
    model_usage: Json | None = None
    """input_tokens (uncached), output_tokens, cache_read_input_tokens,
    cache_creation_input_tokens, cache_creation {ephemeral_5m_input_tokens,
    ephemeral_1h_input_tokens}."""
    model: str | None = None
    provider: str | None = None
    message_id: str | None = None
    reasoning_tokens: int | None = None
    cost_micros: int | None = None
    """Micro-units of `currency`; absent when the model has no known price."""
    currency: str | None = None
    price_source: str | None = None
    """reported, table:<version> or unpriced."""
    usage_source: str | None = None
    """reported, lower_bound or estimated."""
    time_to_first_token_ms: int | None = None
    corrects: str | None = None

    def headline(self) -> str:
        return f"Answer of {self.model}" if self.model else "Answer of the model"


class SpanOutcomeEvaluationStart(Body):
    """An evaluation of the outcome begins."""

    type = "span.outcome_evaluation_start"
    named_by = "protocol"

    outcome_id: str | None = None
    iteration: int | None = None


class SpanOutcomeEvaluationOngoing(Body):
    """An evaluation of the outcome goes on."""

    type = "span.outcome_evaluation_ongoing"
    named_by = "protocol"

    outcome_id: str | None = None
    iteration: int | None = None


class SpanOutcomeEvaluationEnd(Body):
    """An evaluation of the outcome ended."""

    type = "span.outcome_evaluation_end"
    named_by = "protocol"
    text_fields = ("explanation",)

    outcome_evaluation_start_id: str | None = None
    outcome_id: str | None = None
    iteration: int | None = None
    result: str | None = None
    explanation: str | None = None
    usage: Json | None = None
