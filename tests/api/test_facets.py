"""Facets over HTTP: the list's filters, counts per value, tabs (ui.md B.3)."""

from typing import Any

import pytest

Json = dict[str, Any]


def told(found: Json, facet: str) -> dict[str, int]:
    return {one["value"]: one["count"] for one in found["facets"][facet]}


def tabs(found: Json) -> dict[str, int]:
    return {one["value"]: one["count"] for one in found["tabs"]}


async def test_counts_follow_the_list_and_each_facet_leaves_its_own_filter_out(desk: Any):
    agent = await desk.post("/v1/agents", {"name": "counted"})
    made = [
        await desk.session(agent=agent["id"], channel=channel, kind=kind)
        for channel, kind in (("slack", "chat"), ("web", "chat"), ("web", "flow_run"))
    ]
    await desk.post(f"/v1/sessions/{made[0]['id']}/archive")
    asked = {"agent_id": agent["id"]}
    found = await desk.get("/v1/sessions/facets", params=asked)
    listed = await desk.get("/v1/sessions", params=asked)
    assert tabs(found)["all"] == len(listed["data"]) == 2
    assert (tabs(found)["archived"], tabs(found)["flows"], tabs(found)["chats"]) == (1, 1, 1)
    assert told(found, "channel") == {"web": 2}
    assert told(found, "kind") == {"chat": 1, "flow_run": 1}
    narrowed = await desk.get("/v1/sessions/facets", params={**asked, "kind": "flow_run"})
    assert told(narrowed, "kind") == {"chat": 1, "flow_run": 1}
    assert told(narrowed, "state") == {"idle": 1}
    assert told(narrowed, "agent_id") == {agent["id"]: 1}
    (named,) = (one for one in found["facets"]["agent_id"] if one["value"] == agent["id"])
    assert named == {"value": agent["id"], "count": 2, "more": False, "name": "counted"}
    assert found["cursor"] == listed["cursor"]
    assert found["cap"] == 1_000


async def test_a_tab_narrows_the_facets_and_not_the_tabs(desk: Any):
    agent = await desk.post("/v1/agents", {"name": "tabbed"})
    for kind in ("chat", "background_task"):
        await desk.session(agent=agent["id"], kind=kind)
    asked = {"agent_id": agent["id"], "tab": "tasks", "facet": ["kind", "state"]}
    found = await desk.get("/v1/sessions/facets", params=asked)
    assert set(found["facets"]) == {"kind", "state"}
    assert told(found, "state") == {"idle": 1}
    assert told(found, "kind") == {"chat": 1, "background_task": 1}
    assert (tabs(found)["all"], tabs(found)["chats"], tabs(found)["tasks"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tab", "none"),
        ("facet", "title"),
        ("kind", "x' OR 1=1 --"),
        ("state", "on"),
        ("created_at[gte]", "soon"),
        ("attention", "maybe"),
    ],
)
async def test_a_word_outside_its_list_is_refused(desk: Any, name: str, value: str):
    answer = await desk.call("GET", "/v1/sessions/facets", params={name: value})
    assert answer.status_code == 400
    assert name.partition("[")[0] in answer.json()["error"]["message"]


async def test_the_mode_of_a_chat_is_a_filter_of_the_list(desk: Any):
    agent = await desk.post("/v1/agents", {"name": "asked"})
    wanted = await desk.session(agent=agent["id"], mode="ask")
    await desk.session(agent=agent["id"])
    asked = {"agent_id": agent["id"], "mode": "ask", "sort": "active_first"}
    rows = (await desk.get("/v1/sessions", params=asked))["data"]
    assert [row["id"] for row in rows] == [wanted["id"]]
    assert told(await desk.get("/v1/sessions/facets", params=asked), "mode") == {
        "ask": 1,
        "work": 1,
    }


async def test_a_version_beyond_all_versions_finds_nothing(desk: Any):
    """Also where no database holds such a number."""
    session = await desk.session()
    asked = {"agent_version": 1 << 90, "created_at[gte]": session["created_at"]}
    counted = await desk.get("/v1/sessions/facets", params=asked)
    assert not any(tab["count"] for tab in counted["tabs"])
    assert (await desk.get("/v1/sessions", params=asked))["data"] == []
