"""What every store must do. Each case is a sentence; run all of them on a fresh `Bench`.

@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_the_store_conforms(case, bench):
    await case(bench)
"""

from hansard.testing.conformance import (
    appending,
    children,
    following,
    listing,
    repeating,
    settling,
    writing,
)

CASES = (
    *writing.CASES,
    *appending.CASES,
    *repeating.CASES,
    *children.CASES,
    *settling.CASES,
    *listing.CASES,
    *following.CASES,
)
