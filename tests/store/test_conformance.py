"""Every store does what a store must do; the cases ship with the package."""

from collections.abc import Awaitable, Callable

import pytest

from hansard.testing import Bench
from hansard.testing.conformance import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_store_keeps_its_promise_that(
    case: Callable[[Bench], Awaitable[None]], bench: Bench
):
    """P1 to P3, P12, P23, S2-17, S2-18: each case names its own."""
    await case(bench)
