from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import money


@pytest.mark.parametrize(
    ("amount", "micros"),
    [
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.0000025", 2),
        ("0.0000035", 4),
        ("0.00000250001", 3),
        ("-0.0000015", -2),
        ("12.345678", 12_345_678),
    ],
)
def test_an_amount_is_rounded_half_to_even_once(amount: str, micros: int):
    assert money.micros(Decimal(amount)) == micros


@pytest.mark.parametrize(
    ("micros", "cents"),
    [
        *((0, "0"), (4_999, "0"), (5_000, "0"), (5_001, "1"), (15_000, "2"), (25_000, "2")),
        *((-15_000, "-2"), (-4_000, "0"), (1_234_567_890, "123457")),
    ],
)
def test_cents_are_rounded_half_to_even_from_the_sum(micros: int, cents: str):
    assert money.cents(micros) == cents


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**6))
def test_integer_division_rounds_like_the_exact_fraction(numerator: int, denominator: int):
    assert money.halves_even(numerator, denominator) == round(Fraction(numerator, denominator))


@pytest.mark.parametrize(
    ("input_tokens", "output_tokens", "ao_milli"),
    [
        *((0, 0, 0), (1_000, 0, 100), (0, 1_000, 500), (5, 0, 0), (15, 0, 2), (25, 0, 2)),
        *((10, 1, 2), (839, 371, 269), (-10, -2, -2)),
    ],
)
def test_the_default_rate_card_counts_thousands(
    input_tokens: int, output_tokens: int, ao_milli: int
):
    """S0-5: 0.1 AO for 1,000 input tokens, 0.5 for 1,000 output tokens, 1 for a tool call."""
    assert money.ao_milli_of_request(input_tokens, output_tokens) == ao_milli
    assert money.AO_MILLI_PER_TOOL_CALL == 1_000
