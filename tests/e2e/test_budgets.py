"""The budgets of ui.md A.2 that are counts: they hold on any machine. Times are in benchmarks/."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks import web
from benchmarks.server import Served, hansard

_EVENTS = 2_000
_SECONDS = 2.0


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Served]:
    """A server with a long session and nothing else."""
    with hansard(tmp_path / "data") as server:
        yield server


def test_a_long_transcript_holds_few_elements_and_stays_where_it_is_read(
    many: Served, browser: Any
) -> None:
    """At most 500 elements, 30 MB, 64 px from the end while it streams, no move when read."""
    session = web.long_session(many, _EVENTS)
    with web.entered(many, browser) as page:
        web.loaded(page, many, f"/sessions/{session}")
        held = web.read_whole(page, _EVENTS)
        assert held["nodes"] <= 500
        assert held["heap"] <= 30
        moves = web.streamed(page, many, session, _SECONDS)
        assert moves["strayed"] <= 64
        assert moves["moved"] == 0
