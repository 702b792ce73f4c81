"""One ledger row per model request and per tool call (S0-4, S0-5, requirements.md 6.6)."""

from dataclasses import dataclass

from hansard.domain import foreign, money
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.events.tool import CALLS
from hansard.domain.session import TOKEN_CLASSES, Session, within


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What one request or call consumed; token classes are disjoint, money is micro-units.

    `cost_micros` None means that no price is known: shown as unpriced, never as zero.
    """

    event_id: str
    session_id: str
    segment: int
    turn_id: str | None
    source: str
    wallet: str
    model: str | None
    connector: str | None
    tool: str | None
    input_uncached: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int
    units: int
    cost_micros: int | None
    currency: str
    price_source: str
    usage_source: str
    ao_milli: int
    rate_card_version: str
    at: int

    @property
    def tokens(self) -> dict[str, int]:
        """The token classes by name."""
        return {name: getattr(self, name) for name in TOKEN_CLASSES}

    @property
    def unpriced_model(self) -> str | None:
        """The model that has no known price; a request that used nothing needs none."""
        return self.model if self.cost_micros is None and any(self.tokens.values()) else None


_SOURCES = {
    "chat": "chat",
    "flow_run": "flow",
    "background_task": "task",
    "automation_run": "automation",
}


def ledger_row(session: Session, event: Event) -> LedgerRow | None:
    """The ledger row of an event, or None when it consumed nothing."""
    if event.type == "span.model_request_end":
        return _request(session, event)
    if event.type in CALLS:
        return _call(session, event)
    return None


def usage_source(session: Session) -> str:
    """The source word of the usage panel (S0-22, requirements.md 6.1)."""
    if session.kind == "chat" and session.mode == "builder":
        return "automation_builder_chat"
    return _SOURCES[session.kind]


def token_classes(usage: Json) -> dict[str, int]:
    """The disjoint classes of a protocol `model_usage`.

    Cache writes without a lifetime count as five-minute ones, the provider's default; a
    split that says more than their sum is believed. A correction's figures may be negative.
    """
    split = foreign.mapping(usage.get("cache_creation"))
    hour = _tokens(split, "ephemeral_1h_input_tokens")
    minutes = _tokens(split, "ephemeral_5m_input_tokens")
    written = _tokens(usage, "cache_creation_input_tokens")
    return {
        "input_uncached": _tokens(usage, "input_tokens"),
        "cache_read": _tokens(usage, "cache_read_input_tokens"),
        "cache_write_5m": minutes if 0 <= written < minutes + hour else within(written - hour),
        "cache_write_1h": hour,
        "output": _tokens(usage, "output_tokens"),
    }


def _request(session: Session, event: Event) -> LedgerRow:
    payload = event.payload
    tokens = token_classes(foreign.mapping(payload.get("model_usage")))
    inputs = sum(tokens.values()) - tokens["output"]
    return LedgerRow(
        event_id=event.id,
        session_id=session.id,
        segment=event.segment,
        turn_id=event.turn_id,
        source=usage_source(session),
        wallet="ai",
        model=foreign.text(payload.get("model")),
        connector=None,
        tool=None,
        **tokens,
        units=0 if payload.get("corrects") else 1,
        cost_micros=foreign.whole(payload.get("cost_micros")),
        currency=foreign.text(payload.get("currency")) or "USD",
        price_source=foreign.text(payload.get("price_source")) or "unpriced",
        usage_source=foreign.text(payload.get("usage_source")) or "reported",
        ao_milli=within(money.ao_milli_of_request(inputs, tokens["output"])),
        rate_card_version=money.RATE_CARD_VERSION,
        at=event.created_at,
    )


def _call(session: Session, event: Event) -> LedgerRow:
    payload = event.payload
    return LedgerRow(
        event_id=event.id,
        session_id=session.id,
        segment=event.segment,
        turn_id=event.turn_id,
        source=usage_source(session),
        wallet="data",
        model=None,
        connector=connector_of(payload),
        tool=tool_name(event.type, payload),
        input_uncached=0,
        cache_read=0,
        cache_write_5m=0,
        cache_write_1h=0,
        output=0,
        units=1,
        cost_micros=0,
        currency="USD",
        price_source=f"table:{money.RATE_CARD_VERSION}",
        usage_source="reported",
        ao_milli=money.AO_MILLI_PER_TOOL_CALL,
        rate_card_version=money.RATE_CARD_VERSION,
        at=event.created_at,
    )


def connector_of(payload: Json) -> str | None:
    """The MCP server or connection that a call targets; None for a built-in tool (S0-3)."""
    return foreign.text(payload.get("connector")) or foreign.text(payload.get("mcp_server_name"))


def tool_name(event_type: str, payload: Json) -> str:
    """The name of a called tool as lists show it: ``bash``, ``mcp__github__search``."""
    name = foreign.text(payload.get("name")) or "tool"
    server = foreign.text(payload.get("mcp_server_name"))
    return f"mcp__{server}__{name}" if event_type == "agent.mcp_tool_use" and server else name


def _tokens(usage: Json, name: str) -> int:
    return foreign.whole(usage.get(name)) or 0
