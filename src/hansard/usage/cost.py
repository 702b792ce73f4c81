"""Price a draft before it goes to the journal (requirements.md 6.6; why.md item 4)."""

from typing import cast

from hansard.domain import money
from hansard.domain.draft import Draft, Json
from hansard.domain.projections.ledger import token_classes
from hansard.usage import prices


def priced(draft: Draft) -> Draft:
    """Add cost and its source to a model request; other drafts pass through.

    A cost that the source reports stays. An unknown model has no cost: it is unpriced,
    never zero.
    """
    payload = draft.payload
    if draft.type != "span.model_request_end" or "cost_micros" in payload:
        return draft
    model = payload.get("model")
    usage = payload.get("model_usage")
    if not isinstance(model, str) or not isinstance(usage, dict):
        return draft.with_payload(price_source="unpriced")
    provider = payload.get("provider")
    named = provider if isinstance(provider, str) else None
    tokens = token_classes(cast(Json, usage))
    amount = prices.amount(model, named, draft.created_at, tokens)
    if amount is None:
        return draft.with_payload(price_source="unpriced")
    return draft.with_payload(
        cost_micros=money.micros(amount), currency="USD", price_source=prices.SOURCE
    )
