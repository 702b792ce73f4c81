"""What a model request costs: list prices at the time of the request, in micro-USD."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.usage import prices
from hansard.usage.cost import REQUEST, micros, priced

AT = instant.from_wire("2026-03-01T12:00:00Z")
CLASSES = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output")


def request(model: Any = "claude-opus-4-5-20251101", at: int = AT, **fields: Any) -> Draft:
    payload = {"model": model, "model_usage": {"input_tokens": 1_000, "output_tokens": 100}}
    return Draft(REQUEST, {**payload, **fields}, Actor("agent"), at)


def tokens(**counts: int) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in CLASSES}


def test_a_request_costs_its_list_price_and_says_where_that_comes_from():
    """requirements.md 6.6: $5 and $25 for a million."""
    payload = priced(request()).payload
    assert payload["cost_micros"] == 1_000 * 5 + 100 * 25
    assert payload["currency"] == "USD"
    assert payload["price_source"] == prices.SOURCE
    assert prices.SOURCE.startswith("table:genai-prices-")


@pytest.mark.parametrize(
    ("kind", "price"),
    [("input_uncached", 5), ("cache_read", 0.5), ("cache_write_5m", 6.25), ("cache_write_1h", 10)],
)
def test_every_class_of_input_has_its_own_price(kind, price):
    assert micros(request(), tokens(**{kind: 1_000})) == 1_000 * price


def test_a_request_beyond_200_000_tokens_is_dearer_as_a_whole():
    model = request("claude-sonnet-4-5-20250929")
    small, large = (micros(model, tokens(input_uncached=n)) for n in (200_000, 200_001))
    assert (small, large) == (600_000, 1_200_006)


def test_a_price_is_that_of_the_hour():
    """This provider was cheaper at night."""
    night, noon = (instant.from_wire(f"2025-05-01T{hour}:00:00Z") for hour in ("00", "12"))
    use = tokens(input_uncached=1_000_000)
    assert micros(request("deepseek-chat", night), use) == 135_000
    assert micros(request("deepseek-chat", noon), use) == 270_000


@pytest.mark.parametrize("model", ["no-such-model-9", None, 7, "", ["x"]])
def test_an_unknown_model_is_unpriced_and_not_free(model):
    payload = priced(request(model)).payload
    assert payload["price_source"] == "unpriced"
    assert "cost_micros" not in payload


@pytest.mark.parametrize("usage", [None, 7, [], "much"])
def test_a_request_without_figures_is_unpriced(usage):
    assert priced(request(model_usage=usage)).payload["price_source"] == "unpriced"


def test_a_cost_that_the_source_reports_stays():
    told = request(cost_micros=1, price_source="reported")
    assert priced(told) is told


def test_other_events_pass():
    other = Draft("agent.message", {"model": "claude-opus-4-5"}, Actor("agent"), AT)
    assert priced(other) is other


def test_a_gateway_that_nobody_knows_does_not_hide_the_model():
    assert priced(request(provider="my-gateway")).payload["cost_micros"] == 7_500


def test_a_difference_below_zero_gives_money_back():
    more, less = tokens(input_uncached=1_000, output=100), tokens(input_uncached=-1_000, output=100)
    assert micros(request(), more) == 7_500
    assert micros(request(), less) == 2_500 - 5_000


@given(counts=st.lists(st.integers(-(2**60), 2**60), min_size=5, max_size=5), at=st.integers())
def test_no_figures_and_no_time_break_the_price(counts, at):
    micros(request(at=at), dict(zip(CLASSES, counts, strict=True)))
