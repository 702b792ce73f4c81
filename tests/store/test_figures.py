"""Lists by figure and narrowed by figure, against a plain reading of the rows (S1-13)."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.store.paging import pages
from tests.store.reading import stands

from hansard.domain import instant, listing
from hansard.domain.draft import Json
from hansard.domain.instant import SECOND
from hansard.journal.figures import UNKNOWN, Follower
from hansard.lens import facets
from hansard.store import candidates, figure_pages
from hansard.store import facets as counts
from hansard.store.filters import Filter
from hansard.testing import Bench

TAGS, REPOS = ("nightly", "Nightly", "späti", "a/b"), ("shop", "infra")
FIGURES: dict[str, Any] = {
    "title": lambda row: (row["title"] or "").casefold(),
    "agent": lambda row: row["agent"]["name"].casefold(),
    "messages": lambda row: row["message_count"],
    "tokens_in": lambda row: sum(row["tokens"].values()) - row["tokens"]["output"],
    "tokens_out": lambda row: row["tokens"]["output"],
    "cache_read": lambda row: row["tokens"]["cache_read"],
    "tool_calls": lambda row: row["tool_call_count"],
    "cost": lambda row: UNKNOWN if _cost(row) is None else _cost(row),
    "turns": lambda row: row["turn_count"],
    "errors": lambda row: row["error_count"],
    "duration": lambda row: row["stats"]["duration_seconds"],
}
HAS: dict[str, Any] = {
    "error": lambda row: row["error_count"] > 0 or row["error"],
    "approval": lambda row: row["approval_id"],
    "edits": lambda row: "Edit" in row["tools"],
}
PLAIN: dict[str, Any] = {
    "-updated_at": lambda row: (row["updated_at"], row["id"]),
    "created_at": lambda row: (row["created_at"], row["id"]),
    "active": lambda row: (row["active"], row["updated_at"], row["id"]),
}


@pytest.fixture(params=["few", "many", "scattered"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the ways to a page, whatever the number of sessions."""
    if request.param != "few":
        monkeypatch.setattr(candidates, "GATHERED", 0)
        monkeypatch.setattr(counts, "NARROW", 0)
    if request.param == "scattered":
        monkeypatch.setattr(figure_pages, "_STRETCH", 2)
        monkeypatch.setattr(figure_pages, "_SORTED", random.choice((0, 100)))
    return request.param


async def test_any_filter_by_any_figure_gives_what_a_plain_reading_gives(bench: Bench, ways: str):
    """S1-13: every column, up and down, with every filter, in pages of any size."""
    made = await fill(bench, 30)
    follow(bench)
    rows = [bench.row(session_id) for session_id in made]
    sids = {session_id: number for number, session_id in enumerate(made)}
    found = 0
    for sort in [*figure_pages.SORTS, *PLAIN] * 2:
        chosen, limit = any_filter(rows), random.choice((1, 4, 50))
        fitting = [row for row in rows if fits(chosen, row)]
        name, falls = sort.removeprefix("-"), sort.startswith("-") or sort == "active"
        by = FIGURES.get(name)
        key = PLAIN.get(sort) or (lambda row, of=by: (of(row), sids[row["id"]]))
        expected = [row["id"] for row in sorted(fitting, key=key, reverse=falls)]
        assert pages(bench, chosen, sort, limit) == expected, (ways, sort, limit, chosen)
        found += len(expected)
    assert found > 30, "most filters find something"


async def test_an_unnarrowed_list_by_figure_holds_every_session_once(bench: Bench):
    """S1-13: ties are kept apart, so that no page repeats a session or leaves one out."""
    made = [await bench.create(title="the same") for _ in range(9)]
    follow(bench)
    for sort in figure_pages.SORTS:
        seen = pages(bench, Filter(), sort, 2)
        assert seen == (made[::-1] if sort.startswith("-") else made), sort


async def test_an_order_by_words_looks_past_case_and_an_unknown_cost_is_the_least(bench: Bench):
    titles = ["beta", "Alpha", "GAMMA", "", "alpha 2"]
    made = {title: await bench.create(title=title) for title in titles}
    for title, cost in (("beta", 5_000), ("Alpha", 0)):
        await bench.append(made[title], request(bench, cost))
    follow(bench)
    words = [made[title] for title in ("", "Alpha", "alpha 2", "beta", "GAMMA")]
    assert pages(bench, Filter(), "title", 2) == words
    assert pages(bench, Filter(), "-cost", 50)[:2] == [made["beta"], made["Alpha"]]
    assert pages(bench, Filter(cost_min=0), "cost", 50) == [made["Alpha"], made["beta"]]
    assert pages(bench, Filter(cost_max=4_999), "cost", 50) == [made["Alpha"]]
    assert pages(bench, Filter(cost_min=5_000, cost_max=5_000), "cost", 50) == [made["beta"]]


async def test_a_list_by_figure_shows_no_session_that_has_left_its_shelf(bench: Bench):
    """A figure may be a moment behind its row: what is archived or deleted is gone at once."""
    from hansard.journal import erase
    from hansard.testing.bench import PERSON

    made = [await bench.create(tags=["x"]) for _ in range(4)]
    follow(bench)
    await bench.append(made[0], bench.draft("session.archived"), verb="archive")
    await erase.delete(bench.journal, bench.workspace_id, made[1], PERSON)
    for chosen in (Filter(), Filter(tags=["x"])):
        assert pages(bench, chosen, "messages", 50) == made[2:]
    follow(bench)
    assert pages(bench, Filter(archived=True), "messages", 50) == made[:1]
    assert pages(bench, Filter(archived=None), "messages", 50) == [made[0], *made[2:]]


async def test_counts_narrowed_by_figures_are_those_of_a_plain_reading(bench: Bench, ways: str):
    """ui.md B.3: facets with counts, the tags among them; tabs too."""
    made = await fill(bench, 24)
    follow(bench)
    rows = [bench.row(session_id) for session_id in made]
    seen = Counter[str]()
    for number in range(12):
        chosen = replace(any_filter(rows), active=None, parent_id=None)
        if number == 0:
            chosen = Filter(archived=None, include_children=True)
        found = facets.facets_of(bench.store, bench.workspace_id, chosen)
        assert not found["more_values"], ways
        open_ = replace(chosen, attention=None, archived=False)
        for one in found["tabs"]:
            wanted = replace(open_, **listing.TABS[one["value"]])
            assert one["count"] == sum(fits(wanted, row) for row in rows), (chosen, one)
        for facet, without, values in (
            ("tag", "tags", lambda row: set(row["tags"])),
            ("kind", "kinds", lambda row: [row["kind"]]),
            ("agent_id", "agents", lambda row: [row["agent"]["id"]]),
        ):
            wanted = replace(chosen, **{without: ()})
            plain = Counter(v for row in rows if fits(wanted, row) for v in values(row))
            told = {one["value"]: one["count"] for one in found["facets"][facet]}
            assert told == dict(plain), (ways, facet, chosen)
            seen.update(told)
    assert set(seen) >= set(TAGS)


async def fill(bench: Bench, count: int) -> list[str]:
    """Sessions of every kind with figures of every size, some archived, some sub-agents."""
    made: list[str] = []
    for number in range(count):
        bench.clock.move(2 * SECOND)
        parent = random.choice([None, None, None, *made[:2]])
        made.append(
            await bench.create(
                agent={"id": random.choice(["agent_a", "agent_b"]), "name": random.choice("xYz")},
                kind=random.choice(["chat", "flow_run"]),
                parent_id=parent,
                root_id=parent,
                title=random.choice([None, "Fix", "fix the build", "Ärger", "zoo"]),
                tags=_some_tags(number),
                where=random.choice([{}, {"repo": random.choice(REPOS)}]),
            )
        )
        for _ in range(random.randrange(3)):
            bench.clock.move(SECOND)
            await bench.append(made[-1], *happenings(bench))
        if number > 2 and random.random() < 0.15:
            await bench.append(made[-1], bench.draft("session.archived"), verb="archive")
    return made


def _cost(row: Json) -> int | None:
    """What a list shows: with sub-agents; None when nothing of it is priced."""
    own, below = row["cost_micros"], row["children"]["cost_micros"]
    return below or None if own is None else own + below


def _some_tags(number: int) -> list[str]:
    """None to three of them; the first sessions make sure that each occurs."""
    return sorted({*random.sample(TAGS, random.randrange(3)), *TAGS[number : number + 1]})


def happenings(bench: Bench) -> list[Any]:
    draft = bench.draft
    call = draft("agent.tool_use", name=random.choice(["Edit", "bash"]), input={})
    asked = draft("approval.requested", approval_id="a", approval_type="tool")
    failed = draft("session.error", error={"type": "api_error", "message": "no"})
    priced = request(bench, random.choice([None, 0, 5_000, 2_000_000]))
    return random.choice([[bench.said("hello")], [call, priced], [priced], [asked], [failed]])


def request(bench: Bench, cost: int | None) -> Any:
    usage = {"input_tokens": random.randrange(50), "cache_read_input_tokens": random.randrange(3)}
    used = {**usage, "output_tokens": random.randrange(9)}
    price = {} if cost is None else {"cost_micros": cost, "price_source": "table:1"}
    return bench.draft("span.model_request_end", model="m", model_usage=used, **price)


def follow(bench: Bench) -> None:
    follower = Follower(bench.store)
    while follower.step(bench.workspace_id):
        pass


def any_filter(rows: list[Json]) -> Filter:
    choices = {
        "tags": (*TAGS, "nobody's"),
        "has": listing.HAS,
        "repos": (*REPOS, "elsewhere"),
        "agents": ("agent_a", "agent_b"),
        "kinds": ("chat", "flow_run"),
    }
    wanted: dict[str, Any] = {
        name: tuple(random.sample(values, random.randrange(1, len(values) + 1)))
        for name, values in choices.items()
        if random.random() < 0.2
    }
    some = instant.from_wire(random.choice(rows)["created_at"])
    return Filter(
        **wanted,
        cost_min=random.choice((None, None, None, None, 0, 5_000)),
        cost_max=random.choice((None, None, None, None, 5_000)),
        times=random.choice(
            [(), (), (("created_at", "gte", some),), (("updated_at", "lt", some),)]
        ),
        archived=random.choice((False, False, True, None)),
        active=random.choice((None, None, True, False)),
        attention=random.choice((None, None, True, False)),
        include_children=random.random() < 0.5,
        parent_id=random.choice([None] * 19 + [rows[0]["id"]]),
    )


def fits(chosen: Filter, row: Json) -> bool:
    cost = _cost(row)
    asked = [
        (chosen.tags, row["tags"]),
        (chosen.repos, [row["where"].get("repo")]),
        (chosen.has, [name for name, of in HAS.items() if of(row)]),
        (chosen.agents, [row["agent"]["id"]]),
        (chosen.kinds, [row["kind"]]),
    ]
    if any(wanted and not set(wanted) & set(held) for wanted, held in asked):
        return False
    if chosen.cost_min is not None and (cost is None or cost < chosen.cost_min):
        return False
    if chosen.cost_max is not None and (cost is None or cost > chosen.cost_max):
        return False
    return stands(chosen, row)
