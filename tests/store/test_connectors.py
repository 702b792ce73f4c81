"""A session that used several of the connectors asked for is one session (S0-20, ui.md B.3)."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from tests.store.paging import pages
from tests.store.reading import stands

from hansard.domain import instant, listing
from hansard.domain.draft import Json
from hansard.domain.instant import SECOND
from hansard.journal.figures import Follower
from hansard.lens import facets
from hansard.lens import rows as lists
from hansard.store import candidates, caps, filters, sessions
from hansard.store import facets as counts
from hansard.store.filters import Filter, Lanes
from hansard.testing import Bench
from hansard.testing.bench import KEY

BOTH = ["github", "jira"]
USED = [BOTH, BOTH, BOTH, ["github"], ["jira"], ["linear"], [], [*BOTH, "linear"]]
VALUES: dict[str, Any] = {
    "agent_id": lambda row: [row["agent"]["id"]],
    "owner_id": lambda row: [row["owner"]["id"]] if row["owner"] else [],
    "connectors": lambda row: row["connectors"],
    "kind": lambda row: [row["kind"]],
    "state": lambda row: [row["state"]],
    "tone": lambda row: [row["tone"]],
    "tag": lambda row: row["tags"],
}
OWN = {**facets.SUBJECT_OF, **facets.AXIS_OF, "tag": "tags"}
ORDERS = ["attention", "active", "-updated_at", "created_at", "-cost", "title"]


@pytest.fixture(params=["few", "by index", "many lanes"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the ways to a count or a page, whatever the number of sessions."""
    if request.param != "few":
        monkeypatch.setattr(candidates, "GATHERED", 0)
        monkeypatch.setattr(counts, "NARROW", 0)
        monkeypatch.setattr(sessions, "_GATHERED", 0)
    if request.param == "many lanes":
        monkeypatch.setattr(filters, "MOST_LANES", 1)
    return request.param


async def test_facets_and_tabs_count_a_session_once(bench: Bench, ways: str):
    """Both counts, whether an index alone knows the answer or each session is looked at."""
    rows = await fill(bench)
    narrowed = [chosen for chosen in asked(rows) if sum(fits(chosen, row) for row in rows)]
    assert len(narrowed) > 8, "most filters find something"
    for chosen in narrowed:
        found = facets.facets_of(bench.store, bench.workspace_id, chosen)
        open_ = replace(chosen, attention=None, active=None, archived=False)
        for one in found["tabs"]:
            wanted = replace(open_, **listing.TABS[one["value"]])
            expected = sum(fits(wanted, row) for row in rows)
            assert (one["count"], one["more"]) == (expected, False), (ways, one, chosen)
        for facet, values in VALUES.items():
            wanted = replace(chosen, **{OWN[facet]: ()})
            plain: dict[str, int] = {}
            for value in [v for row in rows if fits(wanted, row) for v in values(row)]:
                plain[value] = plain.get(value, 0) + 1
            told = {one["value"]: one["count"] for one in found["facets"][facet]}
            assert told == plain, (ways, facet, chosen)


async def test_pages_of_any_size_hold_each_session_once_in_every_order(bench: Bench, ways: str):
    """S1-13: no page repeats a session, and none is left out where a page ends."""
    rows = await fill(bench)
    for chosen in asked(rows):
        fitting = {row["id"] for row in rows if fits(chosen, row)}
        for sort in ORDERS:
            shown = {row["id"] for row in rows if row["attention"]} if sort == "attention" else None
            expected = fitting if shown is None else fitting & shown
            orders = [pages(bench, chosen, sort, limit) for limit in (2, 3, 50)]
            assert all(one == orders[-1] for one in orders), (ways, sort, chosen)
            assert sorted(orders[0]) == sorted(expected), (ways, sort, chosen)


async def test_a_list_ends_with_its_last_session(bench: Bench):
    """ui.md B.2: what needs a person, what is active, the rest; a cursor only where more follows"""
    rows = await fill(bench)
    chosen = Filter(connectors=BOTH)
    expected = {row["id"] for row in rows if fits(chosen, row)}
    for limit in (1, 2, 3, len(expected), 50):
        seen: list[str] = []
        token, read = None, 0
        while read == 0 or token is not None:
            page = lists.page(
                *(bench.store, KEY, bench.workspace_id, chosen),
                sort="active_first", limit=limit, token=token,
            )  # fmt: skip
            seen += [orjson.loads(body)["id"] for body in page.rows]
            token, read = page.next_page, read + 1
            assert read <= len(rows), "the pages never end"
        assert sorted(seen) == sorted(expected), limit
        assert read == -(-len(expected) // limit), "no page is empty"


async def test_a_count_of_several_connectors_stops_where_it_is_enough(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    """architecture.md section 10, Pages: counts are capped, and say so when they were cut."""
    for _ in range(6):
        await used(bench, BOTH)
    await used(bench, ["github"])

    def read(most: int) -> list[tuple[int, bool]]:
        def both(connection: Any) -> list[tuple[int, bool]]:
            lanes, chosen = Lanes(connection, bench.workspace_id), Filter(connectors=BOTH)
            (mixed,) = counts.mixes(lanes, chosen, most)
            by_mix = mixed[2]
            by_lane = lanes.count(chosen, lanes.of(chosen) or [], most)
            return [by_lane, (by_mix.count, by_mix.more)]

        return bench.store.read(both)

    assert read(20) == [(7, False)] * 2
    assert read(7) == [(7, False)] * 2
    assert read(6) == [(6, True)] * 2
    monkeypatch.setattr(caps, "ENTRIES", 5)
    for count, more in read(20):
        assert 3 <= count <= 5 and more


async def test_one_connector_named_twice_is_one(bench: Bench):
    made = [await used(bench, BOTH), await used(bench, ["github"])]
    chosen = Filter(connectors=["github", "github"])
    found = facets.facets_of(bench.store, bench.workspace_id, chosen)
    assert {one["value"]: one["count"] for one in found["tabs"]}["all"] == 2
    assert found["facets"]["kind"] == [{"value": "chat", "count": 2, "more": False}]
    assert sorted(pages(bench, chosen, "-updated_at", 1)) == sorted(made)


async def fill(bench: Bench) -> list[Json]:
    """Rows of sessions that used both connectors, one, another, none; of several kinds."""
    made: list[str] = []
    for number in range(24):
        bench.clock.move(2 * SECOND)
        owner = random.choice([None, "usr_a", "usr_b"])
        parent = made[0] if number % 6 == 5 else None
        made.append(
            await used(
                bench,
                USED[number % len(USED)],
                agent={"id": random.choice(["agent_a", "agent_b"]), "name": "x"},
                kind=("chat", "flow_run", "background_task")[number % 3],
                owner=owner and {"id": owner, "name": owner},
                parent_id=parent,
                root_id=parent,
                tags=random.sample(["x", "y"], random.randrange(3)),
            )
        )
        if number % 5 == 4:
            await bench.append(made[-1], bench.draft("session.archived"), verb="archive")
        elif number % 7 == 0:
            asked_ = bench.draft("approval.requested", approval_id="a", approval_type="tool")
            await bench.append(made[-1], asked_)
        elif number % 3 == 1:
            await bench.append(made[-1], bench.draft("session.status_running"))
    follower = Follower(bench.store)
    while follower.step(bench.workspace_id):
        pass
    return [bench.row(session_id) for session_id in made]


async def used(bench: Bench, connectors: Sequence[str], **fields: Any) -> str:
    """A session that used these connectors."""
    session_id = await bench.create(**fields)
    for name in connectors:
        call = bench.draft("agent.tool_use", name="x", input={}, connector=name)
        await bench.append(session_id, call)
    return session_id


def asked(rows: list[Json]) -> list[Filter]:
    """Filters over both connectors, alone and with each kind of further condition."""
    middle = rows[len(rows) // 2]
    spans = [("updated_at", "gte", instant.from_wire(middle["updated_at"]))]
    both = Filter(connectors=BOTH)
    return [
        both,
        Filter(connectors=[*BOTH, "linear", "nowhere"]),
        replace(both, archived=None, include_children=True),
        replace(both, kinds=["chat"]),
        replace(both, kinds=["chat", "flow_run"], tones=["active", "neutral", "attention"]),
        replace(both, agents=["agent_a"], owners=["usr_a", "usr_b"]),
        replace(both, active=True),
        replace(both, active=False, kinds=["chat", "flow_run"]),
        replace(both, attention=False),
        replace(both, attention=True),
        replace(both, times=spans),
        replace(both, times=[("created_at", "lt", instant.from_wire(middle["created_at"]))]),
        replace(both, tags=["x", "y"]),
        replace(both, tags=["x"], archived=None),
    ]


def fits(chosen: Filter, row: Json) -> bool:
    """A plain reading of a filter."""
    for facet, values in VALUES.items():
        wanted = getattr(chosen, OWN[facet])
        if wanted and set(wanted).isdisjoint(values(row)):
            return False
    return stands(chosen, row)
