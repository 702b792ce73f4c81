"""Queries that grow with the log if the planner goes wrong."""

from typing import Any

from sqlalchemy import event

from hansard.store import event_log
from hansard.testing import Bench


async def test_following_a_workspace_starts_at_the_cursor_and_sorts_nothing(bench: Bench):
    """A follower asks after every commit: it must not read what lies before its cursor."""
    session_id = await bench.create()
    await bench.append(session_id, bench.said("words"))
    plans: list[str] = []

    def follow(connection: Any) -> None:
        if connection.dialect.name != "sqlite":
            return

        def explain(_: Any, cursor: Any, statement: str, values: Any, *__: Any) -> None:
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.extend(str(row[3]) for row in rows.fetchall())

        event.listen(connection, "before_cursor_execute", explain)
        found = event_log.after_pos(connection, bench.workspace_id, 1, 100)
        event.remove(connection, "before_cursor_execute", explain)
        assert [stored.seq for stored in found]

    bench.store.read(follow)
    assert not any("TEMP B-TREE" in plan or "events_id" in plan for plan in plans), plans
