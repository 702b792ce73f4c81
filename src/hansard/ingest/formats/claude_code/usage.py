"""The tokens of model messages: the largest figures seen, counted once (why.md, item 4)."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from hansard.domain.draft import Draft, Json
from hansard.ingest.formats.claude_code.recent import Recent
from hansard.ingest.formats.claude_code.record import AGENT, Origin, count, mapping

_CLOSED_KEPT = 256
_DEAREST_USD = 1e6


class Totals(NamedTuple):
    """Tokens by class, and the cost in micro-USD that logs before 1.0 carry."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    write_5m: int = 0
    write_1h: int = 0
    cost_micros: int = 0

    @classmethod
    def read(cls, usage: Json, cost_usd: Any) -> Self:
        """The figures of one line. Cache writes of no stated lifetime are five-minute ones."""
        lifetimes = mapping(usage.get("cache_creation"))
        hour = count(lifetimes.get("ephemeral_1h_input_tokens"))
        minutes = count(lifetimes.get("ephemeral_5m_input_tokens"))
        written = count(usage.get("cache_creation_input_tokens"))
        return cls(
            count(usage.get("input_tokens")),
            count(usage.get("output_tokens")),
            count(usage.get("cache_read_input_tokens")),
            max(minutes, written - hour),
            hour,
            _micros(cost_usd),
        )

    def largest(self, other: Self) -> "Totals":
        """The field-wise maximum: lines of one message repeat or raise its figures."""
        return Totals(*map(max, self, other))

    def beyond(self, other: "Totals") -> "Totals":
        """The difference to smaller figures."""
        return Totals(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))

    def to_usage(self) -> Json:
        """The protocol's `model_usage`."""
        return {
            "input_tokens": self.input,
            "output_tokens": self.output,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation_input_tokens": self.write_5m + self.write_1h,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.write_5m,
                "ephemeral_1h_input_tokens": self.write_1h,
            },
        }


def _micros(cost_usd: Any) -> int:
    if isinstance(cost_usd, bool) or not isinstance(cost_usd, int | float):
        return 0
    return round(cost_usd * 1_000_000) if 0 < cost_usd < _DEAREST_USD else 0


_NOTHING = Totals()


@dataclass(slots=True)
class _Message:
    """A model message while its lines arrive. Its events are stamped with its first line:
    when it closes depends on when somebody looks."""

    id: str
    origin: Origin
    model: str | None
    turn: str | None
    totals: Totals = _NOTHING
    stopped: bool = False
    sent: Totals | None = None


class Meter:
    """Follows the messages of one session and says what each used."""

    def __init__(self) -> None:
        self._open: _Message | None = None
        self._closed: Recent[_Message] = Recent(_CLOSED_KEPT)

    def line(
        self, message_id: str, origin: Origin, turn: str | None, message: Json, cost_usd: Any
    ) -> list[Draft]:
        """Take in a line of a message; gives the usage of the one that ends by it."""
        drafts: list[Draft] = []
        if self._open is None or self._open.id != message_id:
            drafts = self.close()
            self._open = self._closed.pop(message_id) or _Message(
                message_id, origin, _model(message), turn
            )
        now = self._open
        now.totals = now.totals.largest(Totals.read(mapping(message.get("usage")), cost_usd))
        now.stopped = now.stopped or isinstance(message.get("stop_reason"), str)
        return drafts

    def close(self) -> list[Draft]:
        """The open message is over: say what it used."""
        drafts = self.settle()
        if self._open is not None:
            self._closed.put(self._open.id, self._open)
            self._open = None
        return drafts

    def settle(self) -> list[Draft]:
        """Say what the open message used so far; what comes later is a correction."""
        message = self._open
        if message is None or message.sent == message.totals:
            return []
        before, message.sent = message.sent, message.totals
        if before is None:
            return [_end(message, message.totals, "usage", {})]
        part = "usage:" + ":".join(map(str, message.totals))
        corrects = {"corrects": message.origin.event_id("usage")}
        return [_end(message, message.totals.beyond(before), part, corrects)]


def _model(message: Json) -> str | None:
    model = message.get("model")
    return model if isinstance(model, str) else None


def _end(message: _Message, used: Totals, part: str, more: Json) -> Draft:
    payload: Json = {
        "model": message.model,
        "message_id": message.id,
        "model_usage": used.to_usage(),
        "usage_source": "reported" if message.stopped else "lower_bound",
        **more,
    }
    if message.model and "claude" in message.model:  # other models come through a gateway
        payload["provider"] = "anthropic"
    if message.totals.cost_micros:
        payload |= {
            "cost_micros": used.cost_micros,
            "currency": "USD",
            "price_source": "reported",
        }
    return message.origin.draft("span.model_request_end", payload, AGENT, part, turn=message.turn)
