"""Money in integer micro-units; never floats, never rounded twice (requirements.md 6.6)."""

from decimal import ROUND_HALF_EVEN, Decimal

MICROS = 1_000_000
_MICROS_PER_CENT = 10_000


def micros(amount: Decimal) -> int:
    """Round an amount in whole units (dollars) to micro-units, half to even, once."""
    return int((amount * MICROS).to_integral_value(ROUND_HALF_EVEN))


def cents(amount_micros: int) -> str:
    """The protocol's minor units as a string, rounded half to even from the sum."""
    return str(halves_even(amount_micros, _MICROS_PER_CENT))


def halves_even(numerator: int, denominator: int) -> int:
    """Integer division rounded half to even."""
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient % 2):
        return quotient + 1
    return quotient


def ao_milli_of_request(input_tokens: int, output_tokens: int) -> int:
    """Agent operations of one model request in milli-AO, by the default rate card.

    0.1 AO for 1,000 input tokens and 0.5 AO for 1,000 output tokens (S0-5, requirements.md 6.6).
    """
    return halves_even(input_tokens + 5 * output_tokens, 10)


AO_MILLI_PER_TOOL_CALL = 1_000
RATE_CARD_VERSION = "default-1"
