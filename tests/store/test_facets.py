"""Counts by facet against a plain reading of the rows, for random filters on every store."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

from tests.store.reading import stands

from hansard.domain import instant, listing
from hansard.domain.draft import Json
from hansard.domain.instant import SECOND
from hansard.domain.state import KINDS
from hansard.lens import facets
from hansard.store import filters
from hansard.store.filters import Filter, Lanes
from hansard.testing import Bench

VALUES: dict[str, Any] = {
    "agent_id": lambda row: [row["agent"]["id"]],
    "owner_id": lambda row: [row["owner"]["id"]] if row["owner"] else [],
    "connectors": lambda row: row["connectors"],
    "kind": lambda row: [row["kind"]],
    "mode": lambda row: [row["mode"]],
    "state": lambda row: [row["state"]],
    "statuses": lambda row: [row["status"]],
    "tone": lambda row: [row["tone"]],
    "channel": lambda row: [row["channel"]] if row["channel"] else [],
    "origin": lambda row: [row["origin"]],
}
FIELDS = {**facets.SUBJECT_OF, **facets.AXIS_OF}


async def test_counts_are_those_of_a_plain_reading(bench: Bench):
    rows = [bench.row(session_id) for session_id in await fill(bench, 40)]
    seen = Counter[str]()
    for _ in range(30):
        chosen, tab = any_filter(rows), random.choice([None, None, *listing.TABS])
        found = facets.facets_of(bench.store, bench.workspace_id, chosen, tab=tab)
        open_ = replace(chosen, attention=None, active=None, archived=False)
        for one in found["tabs"]:
            wanted = replace(open_, **listing.TABS[one["value"]])
            assert one["count"] == sum(fits(wanted, row) for row in rows), (chosen, one)
            seen[one["value"]] += one["count"]
        on = chosen if tab is None else replace(open_, **listing.TABS[tab])
        for facet, values in VALUES.items():
            wanted = replace(on, **{FIELDS[facet]: ()})
            counts = Counter(v for row in rows if fits(wanted, row) for v in values(row))
            told = {one["value"]: one["count"] for one in found["facets"][facet]}
            assert told == dict(counts), (facet, on)
            assert not any(one["more"] for one in found["facets"][facet])
            seen.update(told)
    assert len(seen) > 30, "the filters find something"


async def test_a_count_stops_where_it_is_enough(bench: Bench):
    """architecture.md section 10, Pages: counts are capped."""
    for number in range(12):
        await bench.create(channel="web" if number % 3 else "slack", origin="web")
    lanes_of = [Filter(), Filter(channels=["web"]), Filter(channels=["web", "slack"])]

    def counts(connection: Any) -> list[tuple[int, bool]]:
        lanes = Lanes(connection, bench.workspace_id)
        return [lanes.count(one, lanes.of(one) or [], most) for one in lanes_of for most in (5, 20)]

    assert bench.store.read(counts) == [
        (5, True), (12, False), (5, True), (8, False), (5, True), (12, False),
    ]  # fmt: skip


async def test_a_filter_of_very_many_lanes_still_counts_and_lists(bench: Bench, monkeypatch: Any):
    """The bound on lanes changes how a list is found, never what is found."""
    rows = [bench.row(session_id) for session_id in await fill(bench, 20)]
    chosen = Filter(kinds=KINDS, archived=None, include_children=True)
    whole = facets.facets_of(bench.store, bench.workspace_id, chosen)
    monkeypatch.setattr(filters, "MOST_LANES", 1)
    assert facets.facets_of(bench.store, bench.workspace_id, chosen) == whole
    total = next(one for one in whole["tabs"] if one["value"] == "all")
    assert total["count"] == sum(row["archived_at"] is None for row in rows)


async def fill(bench: Bench, count: int) -> list[str]:
    """Sessions of every kind, some archived, some sub-agents, some in need of a person."""
    made: list[str] = []
    for _ in range(count):
        bench.clock.move(2 * SECOND)  # type: ignore[attr-defined]
        parent = random.choice([None, None, None, *made[:2]])
        owner = random.choice([None, "usr_a", "usr_b"])
        made.append(
            await bench.create(
                agent={"id": random.choice(["agent_a", "agent_b"]), "name": "x"},
                channel=random.choice([None, "web", "a/b"]),
                kind=random.choice(KINDS),
                mode=random.choice(["work", "ask"]),
                origin=random.choice(["web", "import"]),
                owner=owner and {"id": owner, "name": owner},
                parent_id=parent,
                root_id=parent,
            )
        )
        await bench.append(made[-1], *happenings(bench))
        if random.random() < 0.15:
            await bench.append(made[-1], bench.draft("session.archived"), verb="archive")
    return made


def happenings(bench: Bench) -> list[Any]:
    draft = bench.draft
    used = random.choice([["github"], ["jira"], ["github", "jira"]])
    calls = [draft("agent.tool_use", name="x", input={}, connector=one) for one in used]
    asked = draft("approval.requested", approval_id="a", approval_type="tool")
    return random.choice(
        [
            [bench.said("hello")],
            [draft("session.status_running"), *calls],
            [bench.said("hello"), asked],
            [*calls, draft("session.ended", state=random.choice(["completed", "failed"]))],
        ]
    )


def any_filter(rows: list[Json]) -> Filter:
    choices = {facet: sorted({v for row in rows for v in of(row)}) for facet, of in VALUES.items()}
    wanted: dict[str, Any] = {
        FIELDS[facet]: random.sample(values, random.randrange(1, len(values) + 1))
        for facet, values in choices.items()
        if values and random.random() < 0.2
    }
    return Filter(
        **wanted,
        archived=random.choice((False, False, True, None)),
        active=random.choice((None, None, None, True, False)),
        attention=random.choice((None, None, None, True, False)),
        include_children=random.random() < 0.5,
        times=random.choice([(), (), (moment(rows, "updated_at"),), (moment(rows, "created_at"),)]),
    )


def moment(rows: list[Json], column: str) -> tuple[str, str, int]:
    return column, random.choice(["gte", "lt"]), instant.from_wire(random.choice(rows)[column])


def fits(chosen: Filter, row: Json) -> bool:
    for facet, of in VALUES.items():
        wanted = getattr(chosen, FIELDS[facet])
        if wanted and not set(wanted) & set(of(row)):
            return False
    return stands(chosen, row)
