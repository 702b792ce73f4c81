"""Counts that stop where they are enough, each as one number of a statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, bindparam, case, func, select

SCANNED = 2_000
"""Rows read at most for one count whose conditions no index knows."""
ENTRIES = 20_000
"""Entries of an index read at most for one count of sessions that have several of them."""
_CUT = 1 << 40
"""Added to a count that was cut short."""


def told(number: int, most: int) -> tuple[int, bool]:
    """(count, whether there may be more) of what a statement gave."""
    hits = int(number) % _CUT
    return min(hits, most), hits > most or number >= _CUT


def cut(when: ColumnElement[bool]) -> ColumnElement[Any]:
    """What a count adds to say that it was cut short."""
    return case((when, _CUT), else_=0)


def bounds(most: int, connectors: Sequence[str] = ()) -> dict[str, int]:
    """The parameters of counts that stop above `most` sessions.

    Args:
        connectors: those asked for. A session has an entry for each that it used, so that more
            entries must be read to be sure of as many sessions.
    """
    used = len(set(connectors))
    read = most + 1 if used <= 1 else min(most * used + 1, ENTRIES)
    return {"most": read, "enough": most + 1, "entries": ENTRIES, "scanned": SCANNED}


def once(found: Subquery, times: int) -> Select[Any]:
    """How many different values of `hit` are among the entries found.

    Args:
        times: how many entries have the same value at most. Where so many of each would be
            `ENTRIES`, there may be more than were read.
    """
    enough, entries = (bindparam(name, type_=BigInteger()) for name in ("enough", "entries"))
    hits = select(found.c.hit).distinct().limit(enough).subquery()
    count = func.count(hits.c.hit)
    return select(count + cut(count * times >= entries))
