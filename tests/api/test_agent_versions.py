"""Agents are versions that stay: the stock client and our own calls agree on them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

Json = dict[str, Any]
ADMIN = "an admin secret that only tests know"
TOOLS = [{"type": "agent_toolset_20260401"}]


@pytest.fixture
def client(served: Any) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=served.url, api_key=ADMIN, timeout=20) as made:
        yield made


@pytest.fixture
def agent(client: Any, house: Any) -> Any:
    house[1].move(1)
    return client.beta.agents.create(
        name="coder", model="claude-opus-4-5", system="Be brief.", metadata={"a": "1", "b": "2"}
    )


def test_the_stock_client_updates_lists_and_archives_an_agent(client: Any, agent: Any, house: Any):
    """wire.md section 1: create, retrieve, update, list, versions, archive."""
    agents = client.beta.agents
    house[1].move(1_000)
    new = agents.update(agent.id, version=1, name="reviewer", metadata={"a": None, "c": "3"})
    assert (new.id, new.version, new.name) == (agent.id, 2, "reviewer")
    assert (new.system, new.metadata) == ("Be brief.", {"b": "2", "c": "3"})
    assert new.created_at == agent.created_at
    assert new.updated_at > agent.updated_at
    assert agents.retrieve(agent.id) == new
    assert agents.retrieve(agent.id, version=1) == agent
    third = agents.update(agent.id, system=None, tools=TOOLS)
    assert (third.version, third.system, third.tools[0].type) == (3, None, TOOLS[0]["type"])
    assert [v.version for v in agents.versions.list(agent.id, limit=2)] == [3, 2, 1]
    assert list(agents.versions.list(agent.id))[1:] == [new, agent]
    gone = agents.archive(agent.id)
    assert gone.archived_at is not None
    assert gone.version == 3
    assert agents.archive(agent.id) == gone, "archiving again changes nothing"
    assert agents.retrieve(agent.id, version=1).archived_at == gone.archived_at
    assert agent.id not in [found.id for found in agents.list()]
    assert agent.id in [found.id for found in agents.list(include_archived=True)]


def test_an_update_that_came_late_is_refused(client: Any, agent: Any):
    """The version a caller knows guards against overwriting what somebody else wrote."""
    agents = client.beta.agents
    agents.update(agent.id, version=1, name="first")
    with pytest.raises(anthropic.ConflictError) as caught:
        agents.update(agent.id, version=1, name="second")
    assert caught.value.body["error"]["current_version"] == 2
    assert agents.retrieve(agent.id).name == "first"


def test_an_update_that_changes_nothing_makes_no_version(client: Any, agent: Any):
    same = client.beta.agents.update(agent.id, name="coder", metadata={"a": "1"})
    assert same == agent
    assert len(list(client.beta.agents.versions.list(agent.id))) == 1


def test_an_archived_agent_is_final(client: Any, agent: Any):
    session = client.beta.sessions.create(agent=agent.id, environment_id="env_1")
    client.beta.agents.archive(agent.id)
    with pytest.raises(anthropic.ConflictError):
        client.beta.agents.update(agent.id, name="other")
    with pytest.raises(anthropic.ConflictError):
        client.beta.sessions.create(agent=agent.id, environment_id="env_1")
    sent = client.beta.sessions.events.send(
        session.id, events=[{"type": "user.message", "content": [{"type": "text", "text": "hi"}]}]
    )
    assert sent.data, "the sessions that it has go on"


def test_a_session_keeps_the_version_it_was_created_with(client: Any, agent: Any):
    """wire.md section 1, Session object: a resolved snapshot of the agent."""
    sessions = client.beta.sessions
    old = sessions.create(agent=agent.id, environment_id="env_1")
    client.beta.agents.update(agent.id, system="Be long.", model="another")
    new = sessions.create(agent=agent.id, environment_id="env_1")
    pinned = sessions.create(
        agent={"type": "agent", "id": agent.id, "version": 1}, environment_id="env_1"
    )
    for session, version, system, model in (
        (old, 1, "Be brief.", "claude-opus-4-5"),
        (new, 2, "Be long.", "another"),
        (pinned, 1, "Be brief.", "claude-opus-4-5"),
    ):
        found = sessions.retrieve(session.id).agent
        assert (found.version, found.system, found.model.id) == (version, system, model)
    assert {s.id for s in sessions.list(agent_id=agent.id, agent_version=1)} == {old.id, pinned.id}
    assert [s.id for s in sessions.list(agent_id=agent.id, agent_version=2)] == [new.id]
    assert list(sessions.list(agent_id=agent.id, agent_version=3)) == []


def test_a_session_s_own_tools_are_replaced_whole(client: Any, agent: Any):
    sessions = client.beta.sessions
    session = sessions.create(agent=agent.id, environment_id="env_1")
    changed = sessions.update(session.id, agent={"tools": TOOLS})
    assert [tool.type for tool in changed.agent.tools] == ["agent_toolset_20260401"]
    again = sessions.retrieve(session.id)
    assert again.agent == changed.agent
    assert (again.agent.system, again.agent.version) == ("Be brief.", 1)
    assert client.beta.agents.retrieve(agent.id).tools == []
    with pytest.raises(anthropic.BadRequestError):
        sessions.update(session.id, agent={"system": "no"})


def test_agents_are_paged_and_narrowed_by_time(client: Any, house: Any):
    agents = client.beta.agents
    made: list[Any] = []
    for number in range(5):
        house[1].move(1_000)
        made.append(agents.create(name=f"of many {number}", model="m"))
    since = made[1].created_at
    newest = [found.id for found in agents.list(created_at_gte=since, limit=2)]
    assert newest == [found.id for found in made[:0:-1]]
    until = agents.list(created_at_gte=since, created_at_lte=made[2].created_at)
    assert [found.id for found in until] == [made[2].id, made[1].id]


WRONG: list[Json] = [
    {"name": ""},
    {"name": None},
    {"name": "x" * 129},
    {"model": None},
    {"model": {"speed": "fast"}},
    {"version": 0},
    {"metadata": {"a": "x" * 513}},
    {"metadata": {str(n): "x" for n in range(17)}},
    {"tools": ["bash"]},
]


@pytest.mark.parametrize("body", WRONG, ids=[str(body)[:40] for body in WRONG])
async def test_what_cannot_be_a_version_is_refused(desk: Any, body: Json):
    made = await desk.post("/v1/agents", {"name": "steady"})
    refused = await desk.call("POST", f"/v1/agents/{made['id']}", body)
    assert refused.status_code == 400, refused.text
    assert (await desk.get(f"/v1/agents/{made['id']}")) == made


@pytest.mark.parametrize("version", ["0", "2", "-1", "99999999999999999999"])
async def test_a_version_that_is_not_there_is_not_found(desk: Any, version: str):
    made = await desk.post("/v1/agents", {"name": "steady"})
    path = f"/v1/agents/{made['id']}"
    assert (await desk.call("GET", path, params={"version": version})).status_code == 404
    assert (await desk.call("GET", path, params={"version": "x"})).status_code == 400


async def test_a_secret_in_an_agent_s_instructions_is_not_kept(desk: Any):
    """S2-34: every version is redacted as everything that is kept."""
    made = await desk.post("/v1/agents", {"name": "careless"})
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    new = await desk.post(f"/v1/agents/{made['id']}", {"system": f"use {secret}"})
    assert secret not in str(new)
    assert "[secret:" in new["system"]


async def test_two_updates_at_once_make_two_versions(desk: Any):
    made = await desk.post("/v1/agents", {"name": "busy"})
    path = f"/v1/agents/{made['id']}"
    bodies = [{"description": f"number {n}"} for n in range(8)]
    answers = await asyncio.gather(*(desk.post(path, body) for body in bodies))
    assert sorted(answer["version"] for answer in answers) == list(range(2, 10))
    kept = (await desk.get(f"{path}/versions"))["data"]
    assert [agent["version"] for agent in kept] == list(range(9, 0, -1))


async def test_a_number_that_json_cannot_hold_is_kept_as_a_text(desk: Any):
    """As in events: replaced, never a failure, in agents and in what a session has instead."""
    tools = [{"type": "custom", "limit": 1 << 70}]
    text = [{"type": "custom", "limit": str(1 << 70)}]
    made = await desk.post("/v1/agents", {"name": "counter", "tools": tools})
    assert made["tools"] == text
    path = f"/v1/agents/{made['id']}"
    changed = await desk.post(path, {"mcp_servers": tools})
    assert changed["mcp_servers"] == text
    assert await desk.get(path) == changed
    over = {"id": made["id"], "type": "agent_with_overrides", "skills": tools}
    session = await desk.post("/v1/sessions", {"agent": over})
    assert session["agent"]["skills"] == text
    told = await desk.post(f"/v1/sessions/{session['id']}", {"agent": {"tools": tools}})
    assert told["agent"]["tools"] == text
