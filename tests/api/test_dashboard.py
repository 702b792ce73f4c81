"""The literal routes of seed 003: one agent's sessions, the handlers of /v1 behind them."""

import re
from typing import Any

import pytest

from hansard.api.dashboard import HANDLERS
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.domain.operations import ENDPOINTS, SCOPES, covers

Json = dict[str, Any]
ABSENT = "0" * 32
HELLO = {"content": "hello"}
BODIES: dict[str, Json] = {"dashboard.create": {}, "dashboard.messages": HELLO}
ROUTES = sorted(HANDLERS)
named = pytest.mark.parametrize("name", ROUTES)


async def an_agent(desk: Any) -> str:
    return (await desk.post("/v1/agents", {"name": "of the dashboard"}))["id"]


def sessions_of(agent: str) -> str:
    return f"/dashboard/agents/{agent}/sessions"


async def hosted(desk: Any, agent: str) -> Json:
    return await desk.post(sessions_of(agent), {})


async def running(desk: Any, session: Json) -> None:
    """Let a turn be in flight, as a worker would say it."""
    draft = Draft("session.status_running", {}, Actor("system"), desk.clock())
    await desk.house.journal.append(desk.house.parts.workspace_id, session["id"], [draft])


async def ask(desk: Any, name: str, agent: str, session: str, **options: Any) -> Any:
    operation = ENDPOINTS[name]
    path = operation.path.format(agent=agent, session_id=session)
    desk.house.parts.stopping[0] = operation.streams
    try:
        return await desk.call(operation.method, path, BODIES.get(name), **options)
    finally:
        desk.house.parts.stopping[0] = False


async def test_a_session_is_created_for_the_agent_and_bound_to_the_member(desk: Any):
    """S3-5, S3-11: a fresh session of this agent, opened in the web page by who calls."""
    agent = await an_agent(desk)
    body = {"title": "First", "metadata": {"a": "1"}}
    made = await desk.post(sessions_of(agent), body)
    assert (made["agent"]["id"], made["title"], made["metadata"]) == (agent, "First", {"a": "1"})
    assert (made["origin"], made["channel"], made["status"]) == ("web", "web", "idle")
    assert made["owner"]["name"] == "Ana"
    assert made["recorded"] is False
    missing = await desk.call("POST", sessions_of("agent_" + ABSENT), {})
    assert missing.status_code == 404
    other = await desk.post(sessions_of(agent), {"agent": await desk.agent()})
    assert other["agent"]["id"] == agent, "the address names the agent"


async def test_the_list_holds_the_sessions_of_that_agent_alone(desk: Any):
    """S3-12, S2-26..28: with the filters of the whole list, and never another agent's."""
    mine, theirs = await an_agent(desk), await an_agent(desk)
    ids = [(await hosted(desk, mine))["id"] for _ in range(3)]
    await hosted(desk, theirs)
    path = sessions_of(mine)
    found = await desk.get(path)
    assert {row["id"] for row in found["data"]} == set(ids)
    for query in (f"agent_id={theirs}", f"agent_id[]={theirs}"):
        assert {row["id"] for row in (await desk.get(f"{path}?{query}"))["data"]} == set(ids)
    first = await desk.get(path, params={"limit": 2})
    rest = await desk.get(path, params={"limit": 2, "page": first["next_page"]})
    assert {row["id"] for row in first["data"] + rest["data"]} == set(ids)
    await desk.post(f"{path}/{ids[0]}/archive")
    assert len((await desk.get(path))["data"]) == 2
    everything = {"include_archived": "true"}
    assert len((await desk.get(path, params=everything))["data"]) == 3
    flows = await desk.get(path, params={"kind": "flow_run"})
    assert flows["data"] == []


async def test_a_row_is_read_under_its_own_agent_alone(desk: Any):
    """S3-13: 404 under another agent, on every route of a session."""
    mine, theirs = await an_agent(desk), await an_agent(desk)
    session = await hosted(desk, mine)
    found = await desk.get(f"{sessions_of(mine)}/{session['id']}")
    assert found == await desk.get(f"/v1/sessions/{session['id']}")
    for name in ROUTES:
        if "{session_id}" not in ENDPOINTS[name].path:
            continue
        for agent, wanted in (
            (theirs, session["id"]),
            (mine, "sesn_" + ABSENT),
            ("x", session["id"]),
        ):
            answer = await ask(desk, name, agent, wanted)
            assert answer.status_code == 404, (name, agent)
            assert answer.json()["error"]["type"] == "not_found_error"
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["seq"] == session["seq"]


async def test_events_are_paged_and_narrowed(desk: Any):
    """S3-14: the same pages as those of /v1."""
    agent = await an_agent(desk)
    session = await hosted(desk, agent)
    path = f"{sessions_of(agent)}/{session['id']}"
    for text in ("one", "two", "three"):
        await desk.post(f"{path}/messages", {"content": text})
    first = await desk.get(f"{path}/events", params={"limit": 2})
    rest = await desk.get(f"{path}/events", params={"limit": 2, "page": first["next_page"]})
    assert len(first["data"] + rest["data"]) == 3
    assert (
        first["data"] + rest["data"]
        == (await desk.get(f"/v1/sessions/{session['id']}/events"))["data"]
    )
    ours = await desk.get(f"{path}/events", params={"include": "hansard", "order": "desc"})
    assert ours["data"][-1]["type"] == "session.created"


async def test_messages_wait_in_their_order(desk: Any):
    """S3-3, S3-16: a text or content blocks; queued, in order, none lost."""
    agent = await an_agent(desk)
    session = await hosted(desk, agent)
    path = f"{sessions_of(agent)}/{session['id']}/messages"
    blocks = [{"type": "text", "text": "two"}]
    for content in ("one", blocks, "three"):
        (event,) = (await desk.post(path, {"content": content}))["data"]
        assert (event["type"], event["processed_at"]) == ("user.message", None)
    events = (await desk.get(f"/v1/sessions/{session['id']}/events"))["data"]
    assert [event["content"][0]["text"] for event in events] == ["one", "two", "three"]
    for wrong in ({}, {"content": 7}, {"content": None}):
        assert (await desk.call("POST", path, wrong)).status_code == 400


async def test_an_interrupt_needs_a_turn_in_flight(desk: Any):
    """S3-17: a clear 409 where none can be; an interrupt where one is."""
    agent = await an_agent(desk)
    session = await hosted(desk, agent)
    recorded = await desk.session(agent=agent)
    await desk.send(recorded["id"], {"type": "user.message", "content": "hello"})
    for wanted, why in (
        (session["id"], "no turn is in flight"),
        (recorded["id"], "runs elsewhere"),
    ):
        refused = await ask(desk, "dashboard.interrupt", agent, wanted)
        assert refused.status_code == 409
        assert why in refused.json()["error"]["message"]
        assert refused.json()["error"]["type"] == "conflict_error"
    await running(desk, session)
    answer = await ask(desk, "dashboard.interrupt", agent, session["id"])
    assert answer.json()["data"][0]["type"] == "user.interrupt"
    row = await desk.get(f"/v1/sessions/{session['id']}")
    assert (row["state"], row["state_reason"]) == ("idle", "interrupted")


async def test_an_archived_session_is_read_only_here_too(desk: Any):
    """S3-4, S3-18: the transcript stays, a message is refused."""
    agent = await an_agent(desk)
    session = await hosted(desk, agent)
    path = f"{sessions_of(agent)}/{session['id']}"
    await desk.post(f"{path}/messages", HELLO)
    assert (await desk.post(f"{path}/archive"))["archived_at"]
    for verb in ("messages", "archive", "interrupt"):
        assert (await desk.call("POST", f"{path}/{verb}", HELLO)).status_code == 409
    assert len((await desk.get(f"{path}/events"))["data"]) == 1


async def test_the_live_tail_resumes(desk: Any, served: Any, opened: Any):
    """S3-15: server-sent events with a cursor."""
    agent = await an_agent(desk)
    session = await hosted(desk, agent)
    path = f"{sessions_of(agent)}/{session['id']}"
    await desk.post(f"{path}/messages", HELLO)
    reader = await opened(f"{path}/stream?after=0&include=hansard")
    assert reader.status == 200
    frames = [await reader.frame(), await reader.frame()]
    assert [frame["event"] for frame in frames] == ["session.created", "user.message"]
    again = await opened(f"{path}/stream", Last_Event_ID="1")
    assert (await again.frame())["id"] == 2


@named
async def test_a_stranger_is_refused_and_a_scope_is_what_the_operation_s_is(desk: Any, name: str):
    """S3-19: every route times every kind of caller."""
    operation = ENDPOINTS[name]
    for token in (None, "hansard_sk_wrong", ""):
        agent = await an_agent(desk)
        session = await hosted(desk, agent)
        answer = await ask(desk, name, agent, session["id"], token=token)
        assert answer.status_code == 401
    for scope in SCOPES:
        agent = await an_agent(desk)
        session = await hosted(desk, agent)
        await running(desk, session)
        answer = await ask(desk, name, agent, session["id"], token=desk.key(scope)[1])
        assert answer.status_code == (200 if covers(scope, operation.scope) else 403), answer.text


@named
async def test_another_workspace_s_agent_looks_as_if_it_did_not_exist(desk: Any, name: str):
    agent = await an_agent(desk)
    session = await hosted(desk, agent)
    theirs = desk.workspace()[1]
    texts: set[str] = set()
    for one, other in ((agent, session["id"]), ("agent_" + ABSENT, "sesn_" + ABSENT)):
        answer = await ask(desk, name, one, other, token=theirs)
        assert answer.status_code == 404
        texts.add(re.sub(r"(req|agent|sesn)_[0-9a-f]{32}", "ID", answer.text))
    assert len(texts) == 1
