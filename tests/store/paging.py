"""A list read to its end."""

from collections.abc import Sequence
from typing import Any

import orjson

from hansard.store import sessions
from hansard.store.filters import Filter
from hansard.testing import Bench


def pages(bench: Bench, chosen: Filter, sort: str, limit: int) -> list[str]:
    """The ids of all pages, one after the other."""
    found: list[str] = []
    after: Sequence[Any] | None = None
    while True:
        page = bench.store.read(
            lambda c, keys=after: sessions.page(
                c, bench.workspace_id, chosen, sort=sort, after=keys, limit=limit
            )
        )
        found += [orjson.loads(body)["id"] for _, body in page]
        assert len(found) < 1_000, "the pages never end"
        if len(page) < limit:
            return found
        after = page[-1][0]
