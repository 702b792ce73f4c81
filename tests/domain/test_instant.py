from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import instant

FIRST = -62_135_596_800_000  # 0001-01-01
LAST = 253_402_300_799_999  # 9999-12-31


@given(st.integers(FIRST, LAST))
def test_an_instant_reads_back_as_what_it_was(ms: int):
    shown = instant.to_wire(ms)
    assert instant.from_wire(shown) == ms
    assert len(shown) == len("2026-11-20T16:43:18.123Z")
    assert shown.endswith("Z")


@given(st.integers(FIRST, LAST - 1))
def test_the_text_of_instants_sorts_as_they_do(ms: int):
    assert instant.to_wire(ms) < instant.to_wire(ms + 1)


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_finer_than_a_millisecond_is_cut_off(stamp: datetime):
    ms = instant.from_wire(stamp.isoformat())
    assert instant.to_wire(ms) == stamp.isoformat(timespec="milliseconds")[:23] + "Z"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-20T16:43:18.123Z", "2026-11-20T16:43:18.123Z"),
        ("2026-11-20T16:43:18Z", "2026-11-20T16:43:18.000Z"),
        ("2026-11-20T16:43:18.1239Z", "2026-11-20T16:43:18.123Z"),
        ("2026-11-20T18:43:18.5+02:00", "2026-11-20T16:43:18.500Z"),
        ("2026-11-20T16:43:18", "2026-11-20T16:43:18.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ],
)
def test_any_offset_is_read_and_utc_is_shown(text: str, shown: str):
    assert instant.to_wire(instant.from_wire(text)) == shown


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "1763600000"])
def test_what_is_no_instant_is_refused(text: str):
    with pytest.raises(ValueError, match=r".+"):
        instant.from_wire(text)


def test_a_missing_instant_stays_missing():
    assert instant.maybe(None) is None
    assert instant.maybe(0) == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize("ms", [-(1 << 62), 1 << 48, 1 << 62])
def test_what_lies_beyond_all_dates_is_shown_as_the_first_or_the_last(ms: int):
    """A fold adds windows to instants that others told: no sum of them may raise."""
    shown = instant.to_wire(ms)
    assert shown in ("0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z")
    assert instant.to_wire(instant.LAST) < shown or ms < 0
