"""Instants: integer milliseconds since 1970 UTC inside, RFC 3339 with milliseconds outside."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LAST = (1 << 47) - 1
"""The latest instant that somebody may tell, in the year 6429: whatever is added stays a date."""
_ENDS = (-62_135_596_800_000, 253_402_300_799_999)
"""The first and the last millisecond that have a spelling: years 1 to 9999."""


def to_wire(ms: int) -> str:
    """Format an instant as the API gives it: ``2026-11-20T16:43:18.123Z``.

    What lies beyond all dates is shown as the first or the last of them.
    """
    ms = max(_ENDS[0], min(ms, _ENDS[1]))
    return f"{_second(ms // SECOND)}.{ms % SECOND:03d}Z"


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    """An instant without its milliseconds: one append asks for the same few seconds often."""
    return (_EPOCH + timedelta(seconds=seconds)).isoformat().removesuffix("+00:00")


def from_wire(text: str) -> int:
    """Read an RFC 3339 instant (any offset; none means UTC) as milliseconds.

    Raises:
        ValueError: the text is not an instant.
    """
    stamp = datetime.fromisoformat(text)
    if stamp.tzinfo is None:
        stamp = stamp.replace(tzinfo=UTC)
    return (stamp - _EPOCH) // _MILLISECOND


def maybe(ms: int | None) -> str | None:
    """``to_wire`` for an instant that may be missing."""
    return None if ms is None else to_wire(ms)
