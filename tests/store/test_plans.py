"""Queries that grow with the log if the planner goes wrong."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event

from hansard.journal.figures import Follower
from hansard.store import audit, event_log, facets, figure_pages, sessions
from hansard.store.filters import Filter, Lanes
from hansard.testing import Bench

T = TypeVar("T")


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


async def test_a_page_by_a_column_walks_the_columns_index_and_sorts_nothing(bench: Bench):
    """S1-13 at a million sessions: by its index, from where the last page ended."""
    for _ in range(3):
        await bench.create()
    followed(bench)
    for sort in figure_pages.SORTS:
        for after in (None, ("", 1) if sort.strip("-") in ("title", "agent") else (1, 1)):
            plans = planned(bench, Filter(), sort, after)
            assert not any("TEMP B-TREE" in plan or "SCAN" in plan for plan in plans), plans
            if plans:
                assert f"session_figures_{sort.strip('-')} " in " ".join(plans)


async def test_few_candidates_are_read_by_their_keys(bench: Bench):
    """What one index knows to be few is never looked for in the whole list."""
    for _ in range(3):
        await bench.create(tags=["x"])
    followed(bench)
    asked = [
        Filter(tags=["x"]), Filter(tags=["x", "y"]), Filter(repos=["r"], has=["error"]),
        Filter(cost_min=1, agents=["a"]), Filter(kinds=["chat"], states=["idle"]),
        Filter(attention=True), Filter(active=True), Filter(times=(("created_at", "gte", 1),)),
    ]  # fmt: skip
    for chosen in asked:
        for sort in ("-cost", "title", "active", "-updated_at"):
            if not chosen.by_figures and sort not in figure_pages.SORTS:
                continue
            plans = planned(bench, chosen, sort, None)
            assert not any(plan.startswith("SCAN session") for plan in plans), (chosen, plans)
            looked = [plan for plan in plans if "sessions USING INTEGER PRIMARY KEY" in plan]
            assert looked or not plans, (chosen, sort, plans)


async def test_what_was_done_to_one_session_is_read_by_its_own_index(bench: Bench):
    """S2-36: the page of a session asks; the audit of a workspace grows with all of them."""
    for number in range(6):
        values = {"id": f"audit_{number}", "workspace_id": bench.workspace_id, "at": number // 2}
        about = {"target": f"sesn_{number % 2}", "actor": "{}", "action": "x"}
        bench.store.submit(lambda tx, v={**values, **about}: audit.add(tx, v)).result()
    for after, ids in ((None, ["audit_4", "audit_2"]), ((2, "audit_4"), ["audit_2", "audit_0"])):

        def read(connection: Any, place: Any = after) -> list[dict[str, Any]]:
            return audit.of_target(connection, bench.workspace_id, "sesn_0", place, 2)

        found, plans = explained(bench, read)
        assert [row["id"] for row in found] == ids
        if plans:
            assert len(plans) == 1 and "SEARCH audit USING INDEX audit_target " in plans[0], plans
            assert ("target=? AND (at,id)<" in plans[0]) == (after is not None), plans


async def test_several_connectors_are_counted_in_their_own_index(bench: Bench):
    """A count of sessions that used any of several reads no session and no entry of others."""
    for names in (["github", "jira"], ["github"], []):
        session_id = await bench.create()
        calls = [bench.draft("agent.tool_use", name="x", input={}, connector=n) for n in names]
        await bench.append(session_id, bench.said("words"), *calls)
    chosen = Filter(connectors=["github", "jira"])

    def read(connection: Any) -> tuple[Any, Any]:
        lanes = Lanes(connection, bench.workspace_id)
        counted = lanes.count(chosen, lanes.of(chosen) or [], 10)
        return counted, facets.mixes(lanes, chosen, 10)

    (counted, by_mix), plans = explained(bench, read)
    assert counted == (2, False) and [count.count for _, _, count in by_mix] == [2]
    assert not any("sessions" in plan for plan in plans), plans
    held = [plan for plan in plans if "session_connectors" in plan]
    covered = "SEARCH session_connectors USING COVERING INDEX session_connectors_list "
    assert all(covered in plan and "connector=?" in plan for plan in held), plans
    assert held or not plans


def followed(bench: Bench) -> None:
    Follower(bench.store).step(bench.workspace_id)


def planned(bench: Bench, chosen: Filter, sort: str, after: Any) -> list[str]:
    """The plans of the statements of a page, where the database is SQLite."""

    def page(connection: Any) -> Any:
        return sessions.page(
            connection, bench.workspace_id, chosen, sort=sort, after=after, limit=2
        )

    return explained(bench, page)[1]


def explained(bench: Bench, query: Callable[[Any], T]) -> tuple[T, list[str]]:
    """What a query finds, and the plans of its statements where the database is SQLite."""
    asked: list[str] = []

    def read(connection: Any) -> tuple[T, list[str]]:
        sqlite = connection.dialect.name == "sqlite"
        driver = connection.connection.driver_connection
        if sqlite:
            driver.set_trace_callback(asked.append)
        found = query(connection)
        if sqlite:
            driver.set_trace_callback(None)
        own = [one for one in asked if one.startswith(("SELECT", "WITH"))]
        return found, [
            str(row[3])
            for one in own
            for row in driver.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()
        ]

    return bench.store.read(read)
