"""The unmodified `anthropic` client works with another address and key (product.md, decision 1)."""

import threading
from collections.abc import Iterator
from itertools import islice
from typing import Any

import anthropic
import pytest
from anthropic.types import beta
from pydantic import BaseModel

Json = dict[str, Any]
HELLO = {"type": "user.message", "content": [{"type": "text", "text": "hello"}]}
ADMIN = "an admin secret that only tests know"


@pytest.fixture
def client(served: Any) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=served.url, api_key=ADMIN, timeout=20) as made:
        yield made


@pytest.fixture
def agent(client: anthropic.Anthropic, house: Any) -> Any:
    house[1].move(1)  # one later than that of the test before
    return client.beta.agents.create(name="coder", model="claude-opus-4-5", system="Be brief.")


def test_an_agent_has_every_field_that_the_client_knows(client: Any, agent: Any):
    check(agent)
    assert (agent.name, agent.version, agent.system) == ("coder", 1, "Be brief.")
    assert agent.model.id == "claude-opus-4-5"
    assert agent.execution_identity.type == "service_account"
    again = client.beta.agents.retrieve(agent.id)
    assert again == agent
    listed = [item.id for item in client.beta.agents.list(limit=2)]
    assert listed[0] == agent.id
    assert len(set(listed)) == len(listed), "the client pages by itself"


def test_an_agent_s_tools_are_kept_as_they_were_given(client: Any, agent: Any):
    tools = [
        {"type": "agent_toolset_20260401"},
        {"type": "custom", "name": "page", "description": "d", "input_schema": {"type": "object"}},
    ]
    servers = [{"type": "url", "name": "github", "url": "https://mcp.example"}]
    skills = [{"type": "custom", "skill_id": "skill_1", "version": "1"}]
    made = client.beta.agents.create(
        name="armed", model="claude-opus-4-5", tools=tools, mcp_servers=servers, skills=skills
    )
    for found in (made, client.beta.agents.retrieve(made.id)):
        shown = found.model_dump(mode="json", exclude_unset=True)
        assert (shown["tools"], shown["mcp_servers"], shown["skills"]) == (tools, servers, skills)
    session = client.beta.sessions.create(agent=made.id, environment_id="env_1")
    assert session.agent.tools == made.tools


def check(model: BaseModel) -> None:
    """Nothing that the client's types require is missing or of another type."""
    type(model).model_validate(model.model_dump(mode="json", by_alias=True))
    missing = [n for n, f in type(model).model_fields.items() if f.is_required()]
    for name in missing:
        assert getattr(model, name, None) is not None or name in model.model_fields_set, name


def test_a_session_has_every_field_that_the_client_knows(client: Any, agent: Any):
    sessions = client.beta.sessions
    made = sessions.create(agent=agent.id, environment_id="env_1", title="one", metadata={"a": "1"})
    check(made)
    assert isinstance(made, beta.BetaManagedAgentsSession)
    assert (made.status, made.title, made.metadata) == ("idle", "one", {"a": "1"})
    assert made.environment_id == "env_1"
    assert (made.agent.id, made.agent.version, made.agent.system) == (agent.id, 1, "Be brief.")
    assert made.usage.input_tokens == 0
    assert made.usage.list_cost.amount == "0"
    for found in (
        sessions.retrieve(made.id),
        sessions.update(made.id, title="two", metadata={"a": None, "b": "2"}),
    ):
        check(found)
        assert found.agent == made.agent
    changed = sessions.retrieve(made.id)
    assert (changed.title, changed.metadata) == ("two", {"b": "2"})
    archived = sessions.archive(made.id)
    check(archived)
    assert archived.status == "terminated"
    assert archived.archived_at is not None
    gone = sessions.delete(made.id)
    assert (gone.id, gone.type) == (made.id, "session_deleted")


def test_agents_are_named_in_each_way_of_the_protocol(client: Any, agent: Any):
    sessions = client.beta.sessions
    for wanted in (agent.id, {"type": "agent", "id": agent.id, "version": 1}):
        assert sessions.create(agent=wanted, environment_id="env_1").agent.id == agent.id
    with pytest.raises(anthropic.NotFoundError):
        sessions.create(agent={"type": "agent", "id": agent.id, "version": 7}, environment_id="e")
    tools = [{"type": "agent_toolset_20260401"}]
    overrides = {"type": "agent_with_overrides", "id": agent.id, "model": "another", "tools": tools}
    made = sessions.create(agent=overrides, environment_id="env_1")
    for found in (made, sessions.retrieve(made.id)):
        assert (found.agent.id, found.agent.model.id) == (agent.id, "another")
        assert [tool.type for tool in found.agent.tools] == ["agent_toolset_20260401"]
        assert found.agent.system == "Be brief.", "what is not overridden is the agent's"
    assert client.beta.agents.retrieve(agent.id) == agent, "the agent itself is as it was"


def test_a_limit_that_nothing_enforces_is_not_taken(client: Any, agent: Any):
    budget = {"type": "limit", "max_list_cost": {"amount": "100", "currency": "USD"}}
    with pytest.raises(anthropic.BadRequestError, match="budget"):
        client.beta.sessions.create(agent=agent.id, environment_id="env_1", budget=budget)


def test_lists_are_paged_and_narrowed(client: Any, agent: Any, house: Any):
    sessions = client.beta.sessions
    other = client.beta.agents.create(name="other", model="claude-opus-4-5")
    made: list[str] = []
    for _ in range(5):
        house[1].move(1)
        made.append(sessions.create(agent=other.id, environment_id="env_1").id)
    sessions.archive(made[0])
    found = list(sessions.list(agent_id=other.id, limit=2))
    assert [item.id for item in found] == made[:0:-1], "newest first, without the archived one"
    rising = [s.id for s in sessions.list(agent_id=other.id, order="asc", include_archived=True)]
    assert rising == made
    idle = sessions.list(agent_id=other.id, statuses=["idle", "running"])
    assert {item.id for item in idle} == set(made[1:])
    assert list(sessions.list(agent_id=other.id, statuses=["terminated"])) == []
    assert list(sessions.list(agent_id=agent.id, agent_version=2)) == []
    early = sessions.list(agent_id=other.id, created_at_lt=found[-1].created_at)
    assert list(early) == []


def test_events_are_sent_and_listed(client: Any, agent: Any):
    session = client.beta.sessions.create(
        agent=agent.id, environment_id="env_1", initial_events=[HELLO]
    )
    assert session.status == "running", "its first message waits for a worker"
    sent = client.beta.sessions.events.send(
        session.id, events=[HELLO, {"type": "user.interrupt"}, {**HELLO, "type": "system.message"}]
    )
    assert [e.type for e in sent.data] == ["user.message", "user.interrupt", "system.message"]
    assert all(e.processed_at is None for e in sent.data)
    events = client.beta.sessions.events
    listed = list(events.list(session.id, limit=2))
    assert [e.id for e in listed[1:]] == [e.id for e in sent.data], "paged by the client"
    for event in listed:
        check(event)
    assert listed[0].content[0].text == "hello"
    assert [e.type for e in events.list(session.id, types=["user.interrupt"])] == ["user.interrupt"]
    newest = next(iter(events.list(session.id, order="desc")))
    assert newest.id == sent.data[-1].id
    assert newest.seq == 5, "our fields travel beside the protocol's"


def test_a_stream_is_live_and_resumes_for_who_asks(client: Any, agent: Any, served: Any):
    """wire.md, measured: the client drops frames without `event:` and ignores heartbeats."""
    session = client.beta.sessions.create(agent=agent.id, environment_id="env_1")
    events = client.beta.sessions.events
    got: list[Any] = []
    with events.stream(session.id) as stream:
        sender = threading.Timer(0.1, lambda: events.send(session.id, events=[HELLO, HELLO]))
        sender.start()
        for event in stream:
            got.append(event)
            if len(got) == 2:
                break
        sender.join()
    assert [e.type for e in got] == ["user.message"] * 2
    check(got[0])
    with events.stream(session.id, extra_query={"after": 0}) as stream:
        again = list(islice(stream, 2))
    assert again == got
    with events.stream(session.id, extra_headers={"Last-Event-ID": "2"}) as stream:
        assert next(iter(stream)) == got[1]
    with events.stream(session.id) as stream:
        client.beta.sessions.delete(session.id)
        assert [event.type for event in stream] == ["session.deleted"], "and the stream ends"


def test_a_recorded_session_speaks_the_whole_protocol(client: Any, agent: Any):
    """What another program records is read by the stock client as if it ran here."""
    session = client.beta.sessions.create(
        agent=agent.id, environment_id="env_1", extra_body={"recorded": True}
    )
    recorded: list[Json] = [
        HELLO,
        {"type": "session.status_running"},
        {"type": "span.model_request_start"},
        {"type": "agent.thinking"},
        {"type": "agent.message", "content": [{"type": "text", "text": "hi"}]},
        {"type": "agent.tool_use", "name": "bash", "input": {"command": "ls"}},
        {"type": "session.status_idle", "stop_reason": {"type": "end_turn"}},
    ]
    client.beta.sessions.events.send(session.id, events=recorded)
    listed = list(client.beta.sessions.events.list(session.id))
    assert [e.type for e in listed] == [e["type"] for e in recorded]
    for event in listed:
        assert not isinstance(event, dict)
        check(event)


ERRORS = [
    (lambda c: c.beta.sessions.retrieve("sesn_" + "0" * 32), anthropic.NotFoundError),
    (lambda c: c.beta.sessions.create(agent="x", environment_id=7), anthropic.BadRequestError),
    (lambda c: c.beta.sessions.list(limit=0), anthropic.BadRequestError),
    (lambda c: c.beta.agents.retrieve("agent_x"), anthropic.NotFoundError),
    (lambda c: c.with_options(api_key="wrong").beta.sessions.list(), anthropic.AuthenticationError),
]


@pytest.mark.parametrize(("act", "kind"), ERRORS, ids=[kind.__name__ for _, kind in ERRORS])
def test_a_refusal_is_the_client_s_own_error(client: Any, act: Any, kind: type[Exception]):
    with pytest.raises(kind) as caught:
        act(client)
    problem: Any = caught.value
    assert problem.body["type"] == "error"
    assert problem.body["request_id"] == problem.request_id
    assert problem.body["error"]["type"] == problem.type


def test_a_scope_that_is_too_small_is_a_permission_error(client: Any, served: Any, agent: Any):
    made = client.post("/v1/api_keys", cast_to=object, body={"name": "ci", "scope": "read"})
    with anthropic.Anthropic(base_url=served.url, api_key=made["secret"], timeout=20) as reader:
        assert reader.beta.agents.retrieve(agent.id) == agent
        with pytest.raises(anthropic.PermissionDeniedError):
            reader.beta.agents.create(name="x", model="y")


def test_a_conflict_is_not_tried_again(served: Any, client: Any, agent: Any):
    """The client repeats a 409 unless it is told not to: an archived session stays archived."""
    session = client.beta.sessions.create(agent=agent.id, environment_id="env_1")
    client.beta.sessions.archive(session.id)
    with pytest.raises(anthropic.ConflictError) as caught:
        client.beta.sessions.events.send(session.id, events=[HELLO])
    request = caught.value.response.request
    assert request.headers["x-stainless-retry-count"] == "0"


def test_a_request_that_is_too_large_is_said_so(client: Any, agent: Any):
    session = client.beta.sessions.create(agent=agent.id, environment_id="env_1")
    large = {"type": "user.message", "content": [{"type": "text", "text": "x" * 300_000}]}
    with pytest.raises(anthropic.RequestTooLargeError):
        client.beta.sessions.events.send(session.id, events=[large])


def test_a_lost_answer_is_asked_for_again_and_nothing_is_doubled(
    served: Any, agent: Any, lossy: Any
):
    """wire.md: the client retries POSTs without a key; the server tells them apart by count."""
    with anthropic.Anthropic(
        base_url=lossy.url, api_key=ADMIN, max_retries=2, timeout=20
    ) as client:
        lossy.lose = 1
        session = client.beta.sessions.create(agent=agent.id, environment_id="env_1")
        lossy.lose = 2
        sent = client.beta.sessions.events.send(session.id, events=[HELLO])
        listed = list(client.beta.sessions.events.list(session.id))
        assert [e.id for e in listed] == [sent.data[0].id]
        mine = [s.id for s in client.beta.sessions.list(agent_id=agent.id)]
        assert mine == [session.id]
    assert lossy.lost == 3
