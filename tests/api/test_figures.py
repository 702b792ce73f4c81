"""Lists sorted and narrowed by what a session came to, on every surface (S1-13, ui.md B.3)."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic, sleep
from typing import Any

import pytest

from hansard.domain import listing
from hansard.domain.instant import MINUTE
from hansard.store import figures, session_rows

Json = dict[str, Any]
HELLO = {"type": "user.message", "content": [{"type": "text", "text": "hello"}]}
CALL = {"type": "agent.tool_use", "name": "Edit", "input": {}}
_WAIT_S = 20.0
_SHOWN = {
    "title": lambda row: (row["title"] or "").casefold(),
    "agent": lambda row: row["agent"]["name"].casefold(),
    "messages": lambda row: row["message_count"],
    "tokens_in": lambda row: sum(row["tokens"].values()) - row["tokens"]["output"],
    "tokens_out": lambda row: row["tokens"]["output"],
    "cache_read": lambda row: row["tokens"]["cache_read"],
    "tool_calls": lambda row: row["tool_call_count"],
    "cost": lambda row: -1 if row["cost_micros"] is None else row["cost_micros"],
    "turns": lambda row: row["turn_count"],
    "errors": lambda row: row["error_count"],
    "duration": lambda row: row["stats"]["duration_seconds"],
}


@pytest.fixture
async def shop(desk: Any) -> AsyncIterator[Any]:
    """A workspace of its own with sessions whose figures differ, all of them followed."""
    where, key = desk.workspace()
    agents = [
        (await desk.post("/v1/agents", {"name": name}, token=key))["id"] for name in ("zed", "amy")
    ]
    made: dict[str, str] = {}
    for number, title in enumerate(("Small", "large", "failed", "plain", "waits", "put away")):
        desk.clock.move(MINUTE)
        body = {"agent": agents[number % 2], "title": title, "recorded": True}
        body |= {"tags": ["shelf", title], "where": {"repo": "shop" if number < 2 else "infra"}}
        made[title] = (await desk.post("/v1/sessions", body, token=key))["id"]
    ends = {"type": "session.error", "error": {"type": "api_error", "message": "no"}}
    asks = {"type": "approval.requested", "approval_id": "a", "approval_type": "tool"}
    sent = {
        "Small": [HELLO, spent(10, 250_000)],
        "large": [HELLO, CALL, HELLO, spent(900, 7_500_000)],
        "failed": [HELLO, ends],
        "waits": [HELLO, asks],
    }
    for title, events in sent.items():
        desk.clock.move(MINUTE)
        path = f"/v1/sessions/{made[title]}/events"
        await desk.post(path, {"events": events}, token=key)
    await desk.post(f"/v1/sessions/{made['put away']}/archive", token=key)
    desk.own_key, desk.made = key, made
    await asyncio.to_thread(followed, desk.house.store, where)
    yield desk


def spent(tokens: int, micros: int) -> Json:
    usage = {"input_tokens": tokens, "output_tokens": tokens // 2, "cache_read_input_tokens": 3}
    priced = {"cost_micros": micros, "price_source": "table:1"}
    return {"type": "span.model_request_end", "model": "m", "model_usage": usage, **priced}


def followed(store: Any, where: str) -> None:
    began = monotonic()
    while store.read(lambda c: figures.read_to(c, where)) < top(store, where):
        assert monotonic() - began < _WAIT_S
        sleep(0.05)


def top(store: Any, where: str) -> int:
    return max(row[0] for row in store.read(lambda c: session_rows.moved_after(c, where, 0, 100)))


async def shown(desk: Any, **asked: Any) -> list[str]:
    answer = await desk.get("/v1/sessions", token=desk.own_key, params=asked)
    return [row["title"] for row in answer["data"]]


LISTED = {"Small", "large", "failed", "plain", "waits"}
FILTERS: list[tuple[Json, set[str]]] = [
    ({"tag": "large"}, {"large"}),
    ({"tag": ["large", "plain", "nobody's"]}, {"large", "plain"}),
    ({"tag[]": ["large", "plain"]}, {"large", "plain"}),
    ({"tag": "Large"}, set()),
    ({"tag": "put away"}, set()),
    ({"tag": "put away", "archived": "true"}, {"put away"}),
    ({"tag": "shelf"}, LISTED),
    ({"has": "error"}, {"failed"}),
    ({"has": "approval"}, {"waits"}),
    ({"has": "edits"}, {"large"}),
    ({"has": ["edits", "error"]}, {"large", "failed"}),
    ({"repo": "shop"}, {"Small", "large"}),
    ({"repo": "shop", "has": "edits", "tag": "shelf"}, {"large"}),
    ({"cost_min": "0.25"}, {"Small", "large"}),
    ({"cost_min": "0.250001"}, {"large"}),
    ({"cost_max": "7.499999"}, {"Small"}),
    ({"cost_min": "1", "cost_max": "5"}, set()),
    ({"cost_min": "0", "attention": "true"}, set()),
    ({"repo": "infra", "attention": "true"}, {"waits"}),
]


async def test_each_filter_narrows_the_list_to_what_it_says(shop: Any):
    """ui.md B.3: tag, has, repository and cost, alone and together, in any order of the list."""
    for filters, titles in FILTERS:
        for sort in ("active_first", "-created_at", "-updated_at", "-cost", "title"):
            found = await shown(shop, sort=sort, **filters)
            assert (set(found), len(found)) == (titles, len(titles)), (filters, sort)


async def test_every_column_sorts_the_list_up_and_down(shop: Any):
    """S1-13: and pages of any size hold every row once."""
    assert set(_SHOWN) == set(listing.FIGURES)
    for name, value in _SHOWN.items():
        for sort in (name, f"-{name}"):
            asked: Json = {"sort": sort, "limit": 100, "include_archived": "true"}
            whole = (await shop.get("/v1/sessions", token=shop.own_key, params=asked))["data"]
            values = [value(row) for row in whole]
            assert values == sorted(values, reverse=sort != name), sort
            assert {row["title"] for row in whole} == LISTED | {"put away"}
            for limit in (1, 2, 5):
                assert await walked(shop, sort, limit) == [row["id"] for row in whole]


async def walked(desk: Any, sort: str, limit: int) -> list[str]:
    found: list[str] = []
    asked: Json = {"sort": sort, "limit": limit, "include_archived": "true"}
    while True:
        answer = await desk.get("/v1/sessions", token=desk.own_key, params=asked)
        found += [row["id"] for row in answer["data"]]
        if answer["next_page"] is None:
            return found
        asked["page"] = answer["next_page"]


async def test_a_cursor_of_one_column_is_none_of_another(shop: Any):
    """architecture.md 10, Pages: a cursor names its list."""
    first = await shop.get(
        "/v1/sessions", token=shop.own_key, params={"sort": "-cost", "limit": 2, "tag": "shelf"}
    )
    page = first["next_page"]
    for other in ({"sort": "cost"}, {"sort": "-cost"}, {"sort": "-cost", "tag": "large"}):
        asked = {**other, "limit": 2, "page": page}
        answer = await shop.call("GET", "/v1/sessions", token=shop.own_key, params=asked)
        assert answer.status_code == 400, other


async def test_facets_count_tags_and_follow_the_new_filters(shop: Any):
    """ui.md B.3: facets with counts, tag among them; a facet leaves its own filter out."""

    async def facets(**asked: Any) -> Json:
        return await shop.get("/v1/sessions/facets", token=shop.own_key, params=asked)

    def told(found: Json, facet: str) -> dict[str, int]:
        return {one["value"]: one["count"] for one in found["facets"][facet]}

    each = dict.fromkeys(sorted(LISTED), 1)
    assert told(await facets(), "tag") == {"shelf": 5, **each}
    assert told(await facets(tag="large"), "tag") == {"shelf": 5, **each}
    assert told(await facets(repo="shop"), "tag") == {"shelf": 2, "Small": 1, "large": 1}
    assert told(await facets(facet="tag", archived="true"), "tag") == {"shelf": 1, "put away": 1}
    narrowed = await facets(cost_min="5", tab="all")
    assert told(narrowed, "state") == {"running": 1}
    tabs = {one["value"]: one["count"] for one in narrowed["tabs"]}
    assert (tabs["all"], tabs["needs-you"], tabs["archived"]) == (1, 0, 0)


async def test_bulk_operations_and_views_take_the_same_filters(shop: Any):
    """S1-14: all that match is what the list shows; a view keeps a column's order."""
    said = {"tag": ["large", "plain"], "has": ["edits"], "cost_min": "0.5", "repo": "shop"}
    body = {"name": shop.id("view"), "filters": said, "sort": "-tokens_in"}
    view = await shop.post("/v1/views", body, token=shop.own_key)
    assert (view["filters"], view["sort"]) == (said, "-tokens_in")
    asked = {"action": "tag", "filter": said, "arguments": {"tags": ["seen"]}, "expected_total": 1}
    await shop.post("/v1/bulk_operations", asked, token=shop.own_key)
    await shop.house.parts.bulk.drain()
    row = await shop.get(f"/v1/sessions/{shop.made['large']}", token=shop.own_key)
    assert row["tags"] == ["shelf", "large", "seen"]


@pytest.mark.parametrize(
    "said",
    [{"has": "luck"}, {"cost_min": 5}, {"cost_max": "much"}, {"tag": [None]}, {"tags": "x"}],
    ids=str,
)
async def test_a_filter_in_a_body_that_makes_no_sense_is_refused(desk: Any, said: Json):
    for path, body in (
        ("/v1/bulk_operations", {"action": "archive", "filter": said}),
        ("/v1/views", {"name": desk.id("view"), "filters": said}),
    ):
        answer = await desk.call("POST", path, body)
        assert answer.status_code == 400, answer.text
        assert next(iter(said)) in answer.json()["error"]["message"]
