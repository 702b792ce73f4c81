"""Pages of the list: every filter, every order, and rows that change between two pages."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.domain.instant import SECOND
from hansard.store import session_rows, sessions
from hansard.store.sessions import Filter
from hansard.testing.bench import Bench
from hansard.testing.clock import FrozenClock

_FILTERS: list[tuple[Filter, Callable[[Json], Any]]] = [
    (Filter(), lambda _: True),
    (Filter(agents=["agent_b"]), lambda row: row["agent"]["id"] == "agent_b"),
    (Filter(channels=["slack", "cli"]), lambda row: row["channel"] in ("slack", "cli")),
    (Filter(kinds=["flow_run"]), lambda row: row["kind"] == "flow_run"),
    (Filter(modes=["ask"]), lambda row: row["mode"] == "ask"),
    (Filter(origins=["schedule"]), lambda row: row["origin"] == "schedule"),
    (Filter(states=["failed", "running"]), lambda row: row["state"] in ("failed", "running")),
    (Filter(statuses=["terminated"]), lambda row: row["status"] == "terminated"),
    (
        Filter(statuses=["idle", "rescheduling"]),
        lambda row: row["status"] in ("idle", "rescheduling"),
    ),
    (Filter(tones=["attention"]), lambda row: row["tone"] == "attention"),
    (Filter(owners=["usr_bo"]), lambda row: row["owner"] and row["owner"]["id"] == "usr_bo"),
    (Filter(connectors=["github"]), lambda row: "github" in row["connectors"]),
    (Filter(connectors=["github", "jira"]), lambda row: row["connectors"]),
    (Filter(attention=True), lambda row: row["attention"]),
    (Filter(attention=False), lambda row: not row["attention"]),
    (Filter(active=True), lambda row: row["active"]),
    (Filter(active=False), lambda row: not row["active"]),
    (Filter(active=True, kinds=["chat"]), lambda row: row["active"] and row["kind"] == "chat"),
]


async def every_filter_gives_exactly_the_rows_it_names(bench: Bench) -> None:
    """requirements.md 6.7: filters by every axis, alone and together with the shelves."""
    rows = await _fill(bench)
    for chosen, fits in _FILTERS:
        listed = [r for r in rows if not r["archived_at"] and not r["parent_id"]]
        expected = {row["id"] for row in listed if fits(row)}
        assert set(_all(bench, chosen, "-created_at")) == expected, chosen
    assert set(_all(bench, Filter(archived=True), "active")) == {
        row["id"] for row in rows if row["archived_at"]
    }
    assert set(_all(bench, Filter(archived=None, statuses=["terminated"]), "active")) == {
        row["id"] for row in rows if row["status"] == "terminated" and not row["parent_id"]
    }
    everything = _all(bench, Filter(archived=None, include_children=True), "-updated_at")
    assert sorted(everything) == sorted(row["id"] for row in rows)


async def children_are_listed_when_asked_for(bench: Bench) -> None:
    """Lists leave children out unless `parent_id` asks (architecture.md, section 10)."""
    rows = await _fill(bench)
    parent = next(row["parent_id"] for row in rows if row["parent_id"])
    children = {row["id"] for row in rows if row["parent_id"] == parent}
    assert set(_all(bench, Filter(parent_id=parent), "-created_at")) == children
    assert not children & set(_all(bench, Filter(), "-created_at"))


async def every_order_is_kept_over_all_pages(bench: Bench) -> None:
    """`attention` then `active` is the list's own order: who needs a person comes first."""
    filled = [r for r in await _fill(bench) if not r["archived_at"] and not r["parent_id"]]
    for old in filled[1:4]:
        _frozen(bench).move(2 * SECOND)
        await bench.append(old["id"], bench.draft("session.updated", tags=["moved"]))
    rows = [bench.row(r["id"]) for r in filled]
    orders: dict[str, tuple[Callable[[Json], Any], bool]] = {
        "-created_at": (lambda r: (r["created_at"], r["id"]), True),
        "created_at": (lambda r: (r["created_at"], r["id"]), False),
        "-updated_at": (lambda r: (r["updated_at"], r["id"]), True),
        "updated_at": (lambda r: (r["updated_at"], r["id"]), False),
        "active": (lambda r: (r["active"], r["updated_at"], r["id"]), True),
    }
    for sort, (key, falls) in orders.items():
        expected = [r["id"] for r in sorted(rows, key=key, reverse=falls)]
        for limit in (1, 3, 100):
            assert _all(bench, Filter(), sort, limit) == expected, (sort, limit)
    needing = sorted(
        (r for r in rows if r["attention"]), key=lambda r: (r["attention"]["since"], r["id"])
    )
    first = [r["id"] for r in needing]
    assert len(first) > 1
    assert _all(bench, Filter(), "attention", 2) == first
    rest = [i for i in _all(bench, Filter(), "active") if i not in first]
    assert _all(bench, Filter(attention=False), "active", 2) == rest


async def a_span_of_time_takes_its_ends_as_asked(bench: Bench) -> None:
    """`created_at[gt]`, `[gte]`, `[lte]` of the protocol."""
    rows = [r for r in await _fill(bench) if not r["archived_at"] and not r["parent_id"]]
    times = sorted(instant.from_wire(r["created_at"]) for r in rows)
    low, high = times[2], times[-3]
    for op, first in (("gt", low + 1), ("gte", low)):
        chosen = Filter(times=[("created_at", op, low), ("created_at", "lte", high)])
        within = [r["id"] for r in rows if first <= instant.from_wire(r["created_at"]) <= high]
        assert _all(bench, chosen, "created_at") == within


async def rows_that_change_between_pages_are_listed_once(bench: Bench) -> None:
    """By creation nothing moves; by change the list's cursor brings what moved ahead."""
    clock = _frozen(bench)
    for falls, sort in ((True, "-created_at"), (False, "created_at")):
        made = [r["id"] for r in await _fill(bench)]
        seen: list[str] = []
        after: Sequence[Any] | None = None
        while page := _page(bench, Filter(archived=None, include_children=True), sort, after, 3):
            seen += [found for found, _ in page]
            after = page[-1][1]
            clock.move(2 * SECOND)
            for session_id in (seen[0], seen[-1], made[0], made[-1]):
                if not bench.row(session_id)["archived_at"]:
                    await bench.append(session_id, bench.said("news"))
            if falls:
                await bench.create()
        assert len(seen) == len(set(seen))
        assert set(made) <= set(seen)


async def list_and_feed_together_miss_no_row(bench: Bench) -> None:
    """A reader pages by change and then follows from the cursor it took first."""
    clock = _frozen(bench)
    rows = await _fill(bench)
    cursor = max(row["pos"] for row in rows)
    made = [row["id"] for row in rows if not row["archived_at"]]
    seen: dict[str, int] = {}
    after: Sequence[Any] | None = None
    while page := _page(bench, Filter(include_children=True), "active", after, 3):
        for found, _ in page:
            seen[found] = bench.row(found)["seq"]
        after = page[-1][1]
        clock.move(2 * SECOND)
        for session_id in made[:: len(page)]:
            await bench.append(session_id, bench.said("news"))
    for row in _changed(bench, cursor):
        seen[row["id"]] = row["seq"]
    assert seen == {session_id: bench.row(session_id)["seq"] for session_id in made}


async def the_feed_gives_each_changed_row_once_in_order(bench: Bench) -> None:
    """`sessions WHERE pos > cursor ORDER BY pos`: from any cursor, in pages of any size."""
    sids = [await bench.create() for _ in range(7)]
    cursor = max(bench.row(s)["pos"] for s in sids)
    for session_id in (*sids[:5], *sids[2:4]):
        await bench.append(session_id, bench.said("news"))
    changed = _changed(bench, cursor, 2)
    assert [row["id"] for row in changed] == [*sids[:2], sids[4], *sids[2:4]]
    positions = [row["pos"] for row in changed]
    assert positions == sorted(set(positions))
    assert _changed(bench, positions[-1]) == []
    assert {row["id"] for row in _changed(bench, 0)} == set(sids)


async def another_workspace_is_never_listed(bench: Bench) -> None:
    """Every query carries the workspace (reliability.md, section 2, tenant isolation)."""
    other = Bench(bench.store, bench.clock)
    mine, theirs = await bench.create(), await other.create()
    assert _all(bench, Filter(), "active") == [mine]
    assert _all(other, Filter(), "active") == [theirs]
    assert [row["id"] for row in _changed(bench, 0)] == [mine]
    assert bench.store.read(lambda c: sessions.one(c, bench.workspace_id, theirs)) is None


async def _fill(bench: Bench) -> list[Json]:
    """Sessions that differ in everything a filter asks for; their rows, oldest first."""
    clock = _frozen(bench)
    made: list[str] = []

    async def make(*events: Any, **fields: Any) -> str:
        clock.move(2 * SECOND)
        made.append(await bench.create(**fields))
        for event in events:
            clock.move(SECOND // 2)
            await bench.append(made[-1], event)
        return made[-1]

    ana, bo = {"id": "usr_ana", "name": "Ana"}, {"id": "usr_bo", "name": "Bo"}
    draft = bench.draft
    asks = {"approval_id": "appr_1", "approval_type": "tool"}
    call = draft("agent.mcp_tool_use", name="search", input={}, mcp_server_name="github")
    await make(owner=ana)
    await make(bench.said("hi"), owner=bo, channel="slack", origin="slack", mode="ask")
    await make(draft("session.status_running"), call, owner=bo)
    await make(draft("approval.requested", **asks), kind="flow_run", owner=ana)
    await make(draft("session.ended", state="failed"), kind="flow_run")
    await make(draft("session.status_terminated"), kind="background_task", channel="cli")
    await make(draft("session.status_rescheduled"), agent={"id": "agent_b", "name": "b"})
    await make(
        draft("agent.tool_use", name="issue", input={}, connector="jira"),
        draft("session.ended", state="completed"),
        kind="automation_run",
        channel=None,
        origin="schedule",
    )
    parent = await make(draft("approval.requested", **asks), call, agent={"id": "agent_b"})
    for _ in range(2):
        await make(bench.said("child"), kind="background_task", parent_id=parent, root_id=parent)
    archived = await make(bench.said("old"), owner=bo)
    await bench.append(archived, draft("session.archived"), verb="archive")
    return [bench.row(session_id) for session_id in made]


def _frozen(bench: Bench) -> FrozenClock:
    assert isinstance(bench.clock, FrozenClock)
    return bench.clock


def _page(
    bench: Bench, chosen: Filter, sort: str, after: Sequence[Any] | None, limit: int
) -> list[tuple[str, tuple[Any, ...]]]:
    found = bench.store.read(
        lambda c: sessions.page(c, bench.workspace_id, chosen, sort=sort, after=after, limit=limit)
    )
    for keys, body in found:
        assert orjson.loads(body)["id"] == keys[-1]
    return [(str(keys[-1]), keys) for keys, _ in found]


def _all(bench: Bench, chosen: Filter, sort: str, limit: int = 4) -> list[str]:
    found: list[str] = []
    after: Sequence[Any] | None = None
    while page := _page(bench, chosen, sort, after, limit):
        found += [session_id for session_id, _ in page]
        after = page[-1][1]
        assert len(found) < 1_000, "the pages never end"
    return found


def _changed(bench: Bench, cursor: int, limit: int = 3) -> list[Json]:
    found: list[Json] = []
    while rows := bench.store.read(
        lambda c, pos=cursor: session_rows.changed_after(c, bench.workspace_id, pos, limit)
    ):
        found += [orjson.loads(row[4]) for row in rows]
        cursor = rows[-1][0]
    return found


CASES = (
    every_filter_gives_exactly_the_rows_it_names,
    children_are_listed_when_asked_for,
    every_order_is_kept_over_all_pages,
    a_span_of_time_takes_its_ends_as_asked,
    rows_that_change_between_pages_are_listed_once,
    list_and_feed_together_miss_no_row,
    the_feed_gives_each_changed_row_once_in_order,
    another_workspace_is_never_listed,
)
