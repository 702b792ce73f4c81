"""The bundled price table (genai-prices, MIT): list prices by model, provider and time."""

from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version

SOURCE = f"table:genai-prices-{version('genai-prices')}"
"""What a price from here says about where it came from."""
_MS = 1_000


def amount(model: str, provider: str | None, at: int, tokens: dict[str, int]) -> Decimal | None:
    """What a request costs in USD at list price, or None when no price is known.

    Args:
        model: the model's name as the provider writes it.
        provider: the provider's id, when it is known.
        at: when the request happened, ms UTC: prices change, some of them with the hour.
        tokens: the disjoint token classes. A difference (a correction) may be below zero; it
            is priced as if it were a request, though prices may rise with a request's size.
    """
    if any(count < 0 for count in tokens.values()):
        more = amount(model, provider, at, {n: max(0, c) for n, c in tokens.items()})
        less = amount(model, provider, at, {n: max(0, -c) for n, c in tokens.items()})
        return None if more is None or less is None else more - less
    # Reading the table takes longer than any other import of the server's start.
    from genai_prices import Usage, calc_price

    written = tokens["cache_write_5m"] + tokens["cache_write_1h"]
    usage = Usage(
        input_tokens=tokens["input_uncached"] + tokens["cache_read"] + written,
        cache_read_tokens=tokens["cache_read"],
        cache_write_tokens=written,
        cache_write_1h_tokens=tokens["cache_write_1h"],
        output_tokens=tokens["output"],
    )
    for known in (provider, None):
        try:
            when = datetime.fromtimestamp(at / _MS, UTC)
            found = calc_price(usage, model, provider_id=known, genai_request_timestamp=when)
        except (LookupError, ValueError, OverflowError, OSError):
            continue
        return found.total_price
    return None
