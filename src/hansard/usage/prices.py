"""The bundled price table (genai-prices, MIT): list prices by model, provider and date."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.metadata import version

from genai_prices import Usage, calc_price

SOURCE = f"table:genai-prices-{version('genai-prices')}"
"""What a price from here says about where it came from."""
_CACHED = 4_096
_MS = 1_000
_DAY_MS = 86_400_000


def amount(model: str, provider: str | None, at: int, tokens: dict[str, int]) -> Decimal | None:
    """What a request costs in USD at list price, or None when no price is known.

    Args:
        model: the model's name as the provider writes it.
        provider: the provider's id, when it is known.
        at: when the request happened, ms UTC; prices change.
        tokens: the disjoint token classes; a negative difference (a correction) is priced
            by class like any other.
    """
    low = any(count < 0 for count in tokens.values())
    if low:
        plus = {name: max(0, count) for name, count in tokens.items()}
        minus = {name: max(0, -count) for name, count in tokens.items()}
        more, less = amount(model, provider, at, plus), amount(model, provider, at, minus)
        return None if more is None or less is None else more - less
    return _amount(model, provider, at // _DAY_MS, tuple(tokens[name] for name in _ORDER))


_ORDER = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output")


@lru_cache(_CACHED)
def _amount(model: str, provider: str | None, day: int, counts: tuple[int, ...]) -> Decimal | None:
    uncached, read, written_5m, written_1h, output = counts
    usage = Usage(
        input_tokens=uncached + read + written_5m + written_1h,
        cache_read_tokens=read,
        cache_write_tokens=written_5m + written_1h,
        cache_write_1h_tokens=written_1h,
        output_tokens=output,
    )
    when = datetime.fromtimestamp(day * _DAY_MS / _MS, UTC)
    for known in (provider, None):
        try:
            found = calc_price(usage, model, provider_id=known, genai_request_timestamp=when)
        except (LookupError, ValueError):
            continue
        return found.total_price
    return None
