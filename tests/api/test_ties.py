"""The list narrowed to what sessions belong to: owner, kind, initiative, plan (S2-26 to S2-29)."""

from typing import Any

import pytest

Json = dict[str, Any]


async def listed(desk: Any, **params: Any) -> set[str]:
    asked = {"limit": 1000, **params}
    return {row["id"] for row in (await desk.get("/v1/sessions", params=asked))["data"]}


async def tied(desk: Any, agent: str, **fields: Any) -> str:
    desk.clock.move(1_000)
    session = await desk.session(agent=agent)
    if fields:
        await desk.post(f"/v1/sessions/{session['id']}", fields)
    return session["id"]


async def test_sessions_are_found_by_the_initiative_or_plan_they_are_tied_to(desk: Any):
    """S2-29: alone, together with other filters, and after they were tied to something else."""
    agent = (await desk.post("/v1/agents", {"name": desk.id("agent")}))["id"]
    growth, plan = desk.id("init"), desk.id("plan")
    one = await tied(desk, agent, initiative_id=growth)
    two = await tied(desk, agent, initiative_id=growth, plan_id=plan)
    three = await tied(desk, agent, plan_id=plan)
    free = await tied(desk, agent)
    assert await listed(desk, initiative_id=growth) == {one, two}
    assert await listed(desk, plan_id=plan) == {two, three}
    assert await listed(desk, initiative_id=growth, plan_id=plan) == {two}
    assert await listed(desk, agent_id=agent, initiative_id=[growth, "another"]) == {one, two}
    assert await listed(desk, agent_id=agent) == {one, two, three, free}
    assert await listed(desk, initiative_id="nobody knows it") == set()
    await desk.post(f"/v1/sessions/{one}", {"initiative_id": None})
    assert await listed(desk, initiative_id=growth) == {two}


@pytest.mark.parametrize("sort", ["active_first", "-updated_at", "created_at"])
async def test_pages_of_an_initiative_hold_each_of_its_sessions_once(desk: Any, sort: str):
    agent = (await desk.post("/v1/agents", {"name": desk.id("agent")}))["id"]
    growth = desk.id("init")
    wanted = {await tied(desk, agent, initiative_id=growth) for _ in range(5)}
    seen: list[str] = []
    page: dict[str, str] = {}
    while True:
        asked = {"initiative_id": growth, "sort": sort, "limit": 2, **page}
        found = await desk.get("/v1/sessions", params=asked)
        seen += [row["id"] for row in found["data"]]
        if found["next_page"] is None:
            break
        page = {"page": found["next_page"]}
    assert sorted(seen) == sorted(wanted)


async def test_the_list_is_the_workspace_s_and_narrows_by_owner_and_kind(desk: Any):
    """S2-26, S2-27, S2-28: everybody's sessions, one owner's, flows or chats."""
    agent = (await desk.post("/v1/agents", {"name": desk.id("agent")}))["id"]
    mine = await tied(desk, agent)
    token = desk.key("write")[1]
    body = {"agent": agent, "recorded": True, "kind": "flow_run"}
    by_key = (await desk.post("/v1/sessions", body, token=token))["id"]
    assert await listed(desk, agent_id=agent) == {mine, by_key}
    owner = str(desk.house.parts.owner["id"])
    assert await listed(desk, agent_id=agent, owner_id=owner) == {mine}
    assert await listed(desk, agent_id=agent, kind="flow_run") == {by_key}
    assert await listed(desk, agent_id=agent, kind=["chat", "flow_run"]) == {mine, by_key}


@pytest.mark.parametrize("version", [0, -1, 1 << 40, "7", None, 1.5, {"a": 1}])
async def test_an_agent_s_version_may_be_anything_in_a_recorder_s_words(desk: Any, version: Any):
    """What no column holds is not found by, and takes nothing down."""
    session = await desk.session()
    agent = {"id": desk.agent_id, "name": "theirs", "version": version}
    await desk.send(session["id"], {"type": "session.updated", "agent": agent})
    assert session["id"] in await listed(desk, agent_id=desk.agent_id)
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["agent"]["name"] == "theirs"


async def test_a_tie_with_a_nul_is_kept_and_harms_nothing(desk: Any):
    session = await desk.session()
    await desk.post(f"/v1/sessions/{session['id']}", {"initiative_id": "a\0b"})
    row = await desk.get(f"/v1/sessions/{session['id']}")
    assert row["initiative_id"] == "a\0b"
