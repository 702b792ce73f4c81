"""Random filters, orders and page sizes against a plain reading of the rows (requirements 6.7)."""

import random
from collections.abc import Sequence
from typing import Any

from tests.store.paging import pages
from tests.store.reading import stands

from hansard.domain import instant
from hansard.domain.draft import Json
from hansard.domain.instant import MINUTE, SECOND
from hansard.domain.state import KINDS, STATES
from hansard.store.sessions import Filter
from hansard.testing import Bench

FACETS: dict[str, tuple[Sequence[str], Any]] = {
    "agents": (("agent_a", "agent_b", "agent_c"), lambda r: [r["agent"]["id"]]),
    "channels": (("web", "slack", "cli"), lambda r: [r["channel"]]),
    "kinds": (KINDS, lambda r: [r["kind"]]),
    "modes": (("work", "ask"), lambda r: [r["mode"]]),
    "origins": (("web", "schedule", "import"), lambda r: [r["origin"]]),
    "states": (STATES, lambda r: [r["state"]]),
    "statuses": (("idle", "running", "rescheduling", "terminated"), lambda r: [r["status"]]),
    "tones": (("active", "success", "problem", "attention", "neutral"), lambda r: [r["tone"]]),
    "owners": (("usr_a", "usr_b"), lambda r: [r["owner"] and r["owner"]["id"]]),
    "connectors": (("github", "jira", "nowhere"), lambda r: r["connectors"]),
}
ORDERS = {
    "-created_at": (lambda r: (r["created_at"], r["id"]), True),
    "created_at": (lambda r: (r["created_at"], r["id"]), False),
    "-updated_at": (lambda r: (r["updated_at"], r["id"]), True),
    "updated_at": (lambda r: (r["updated_at"], r["id"]), False),
    "active": (lambda r: (r["active"], r["updated_at"], r["id"]), True),
    "attention": (lambda r: (r["attention"]["since"], r["id"]), False),
}


async def test_any_filter_in_any_order_gives_what_a_plain_reading_gives(bench: Bench):
    rows = [bench.row(session_id) for session_id in await fill(bench, 36)]
    found = 0
    for _ in range(80):
        chosen, sort, limit = any_filter(rows), random.choice([*ORDERS]), random.choice((1, 4, 50))
        key, falls = ORDERS[sort]
        fitting = [r for r in rows if fits(chosen, r) and (sort != "attention" or r["attention"])]
        if sort == "attention" and chosen.attention is False:
            continue
        expected = [r["id"] for r in sorted(fitting, key=key, reverse=falls)]
        assert pages(bench, chosen, sort, limit) == expected, (chosen, sort, limit)
        found += len(expected)
    assert found > 80, "most filters find something"


async def fill(bench: Bench, count: int) -> list[str]:
    """Sessions with random facets, each updated at an instant of its own."""
    made: list[str] = []
    for number in range(count):
        bench.clock.move(2 * MINUTE if number == count // 2 else 2 * SECOND)  # type: ignore[attr-defined]
        parent = random.choice([None, None, None, *made[:2]])
        owner = random.choice([None, "usr_a", "usr_b"])
        made.append(
            await bench.create(
                agent={"id": random.choice(FACETS["agents"][0]), "name": "x"},
                channel=random.choice([None, *FACETS["channels"][0]]),
                kind=random.choice(KINDS),
                mode=random.choice(FACETS["modes"][0]),
                origin=random.choice(FACETS["origins"][0]),
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
    ended = draft("session.ended", state=random.choice(["completed", "failed", "cancelled"]))
    return random.choice(
        [
            [bench.said("hello")],
            [draft("session.status_running"), *calls],
            [draft("session.status_rescheduled")],
            [draft("session.status_terminated")],
            [bench.said("hello"), asked],
            [*calls, ended],
            [ended],
        ]
    )


def any_filter(rows: list[Json]) -> Filter:
    wanted: dict[str, Any] = {
        name: random.sample(values, random.randrange(1, len(values) + 1))
        for name, (values, _) in FACETS.items()
        if random.random() < 0.18
    }
    times = [
        (
            random.choice(["created_at", "updated_at"]),
            random.choice(["gt", "gte", "lt", "lte"]),
            instant.from_wire(random.choice(rows)["created_at"]),
        )
        for _ in range(random.choice((0, 0, 0, 1, 2)))
    ]
    return Filter(
        **wanted,
        times=times,
        archived=random.choice((False, False, True, None)),
        active=random.choice((None, None, None, True, False)),
        attention=random.choice((None, None, None, True, False)),
        include_children=random.random() < 0.5,
        parent_id=random.choice([None] * 9 + [rows[0]["id"]]),
    )


def fits(chosen: Filter, row: Json) -> bool:
    for name, (_, values) in FACETS.items():
        wanted = getattr(chosen, name)
        if wanted and not set(wanted) & set(values(row)):
            return False
    return stands(chosen, row)
