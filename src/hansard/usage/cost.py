"""Price a draft before it goes to the journal (requirements.md 6.6; why.md item 4)."""

from typing import cast

from hansard.domain import foreign, money
from hansard.domain.draft import Draft, Json
from hansard.domain.projections.ledger import token_classes
from hansard.domain.session import within
from hansard.usage import prices

REQUEST = "span.model_request_end"
"""The event that says what one model request used."""


def priced(draft: Draft) -> Draft:
    """Add cost and its source to a model request; other drafts pass through.

    A cost that the source reports stays. An unknown model has no cost: it is unpriced,
    never zero.
    """
    if draft.type != REQUEST or "cost_micros" in draft.payload:
        return draft
    usage = draft.payload.get("model_usage")
    tokens = token_classes(cast(Json, usage)) if isinstance(usage, dict) else None
    cost = None if tokens is None else micros(draft, tokens)
    if cost is None:
        return draft.with_payload(price_source="unpriced")
    return draft.with_payload(cost_micros=cost, currency="USD", price_source=prices.SOURCE)


def micros(draft: Draft, tokens: dict[str, int]) -> int | None:
    """What the request of a draft costs at list price had it used these tokens, in micro-USD;
    None when no price is known."""
    model = foreign.text(draft.payload.get("model"))
    if model is None:
        return None
    provider = foreign.text(draft.payload.get("provider"))
    amount = prices.amount(model, provider, draft.created_at, tokens)
    return None if amount is None else within(money.micros(amount))
