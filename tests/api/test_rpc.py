"""JSON-RPC 2.0 at /rpc: the methods of seed 001, a print of the table, standard errors."""

import itertools
import json
from typing import Any

import httpx
import pytest

from hansard.api.rpc import endpoint, forward
from hansard.api.rpc.endpoint import ABSENT, METHODS
from hansard.domain.operations import BY_NAME, OPERATIONS, SCOPES, covers
from hansard.store import tables

Json = dict[str, Any]
ADMIN = "an admin secret that only tests know"
NUMBERS = itertools.count(1)
SEED = {  # S1-N11; `rpc` there is read here, and write for what changes
    "session.list": "admin",
    "session.delete": "admin",
    "session.reset": "admin",
    "session.export": "admin",
    "session.compact": "admin",
    "session.status": "read",
    "session.history": "read",
    "session.search": "read",
    "session.archive": "write",
}
on_sqlite = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def said(text: str) -> Json:
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def answered(text: str) -> Json:
    return {"type": "agent.message", "content": [{"type": "text", "text": text}]}


async def post(desk: Any, body: Any, **options: Any) -> httpx.Response:
    return await desk.call("POST", "/rpc", body, **options)


async def whole(desk: Any, method: str, params: Any = None, **options: Any) -> Json:
    body: Json = {"jsonrpc": "2.0", "id": next(NUMBERS), "method": method}
    if params is not None:
        body["params"] = params
    answer = await post(desk, body, **options)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["jsonrpc"], found["id"]) == ("2.0", body["id"])
    assert ("result" in found) != ("error" in found)
    return found


async def call(desk: Any, method: str, params: Any = None, **options: Any) -> Any:
    found = await whole(desk, method, params, **options)
    assert "error" not in found, found
    return found["result"]


async def refused(desk: Any, method: str, params: Any = None, **options: Any) -> Json:
    return (await whole(desk, method, params, **options))["error"]


async def talked(desk: Any, **fields: Any) -> Json:
    session = await desk.session(**fields)
    use = desk.id("sevt")
    await desk.send(
        session["id"],
        said("find the yacht"),
        {"type": "agent.tool_use", "id": use, "name": "bash", "input": {"command": "ls"}},
        {"type": "agent.tool_result", "tool_use_id": use, "content": "it is there"},
        answered("in Marseille"),
        {
            "type": "span.model_request_end",
            "model": "claude-sonnet-4-5",
            "model_usage": {
                "input_tokens": 100,
                "cache_read_input_tokens": 300,
                "cache_creation_input_tokens": 50,
                "output_tokens": 20,
            },
        },
    )  # fmt: skip
    return await desk.get(f"/v1/sessions/{session['id']}")


async def test_list_filters_by_tenant_agent_and_channel_on_the_server(desk: Any):
    """S1-3, S1-N4; not X1-8, X1-9: a channel is a platform, and filters are not ignored."""
    other = await desk.post("/v1/agents", {"name": desk.id("agent")})
    slack = await talked(desk, agent=other["id"], channel="slack")
    web = await talked(desk, agent=other["id"], channel="web")
    await talked(desk, channel="slack")
    for agent in (other["id"], other["name"]):
        found = await call(desk, "session.list", {"agent": agent})
        assert {row["sessionId"] for row in found["sessions"]} == {slack["id"], web["id"]}
        assert found["total"] == 2
    narrowed = await call(desk, "session.list", {"agent": other["id"], "channel": "slack"})
    (row,) = narrowed["sessions"]
    assert row["sessionKey"] == slack["key"]
    assert (row["channelId"], row["kind"], row["agentId"]) == ("slack", "dm", other["id"])
    assert row["messageCount"] == slack["message_count"] == 2
    assert row["totalTokens"] == 470, "reported, not a guess from the number of messages (X1-6)"
    assert isinstance(row["updatedAt"], int)
    where = desk.house.parts.workspace_id
    for tenant, count in ((where, 2), ("default", 2), ("Local", 2), ("elsewhere", 0)):
        found = await call(desk, "session.list", {"tenant": tenant, "agent": other["id"]})
        assert (len(found["sessions"]), found["total"]) == (count, count)
    assert (await call(desk, "session.list", {"agent": "nobody of this name"}))["total"] == 0


async def test_list_pages_and_counts(desk: Any):
    agent = (await desk.post("/v1/agents", {"name": desk.id("agent")}))["id"]
    for _ in range(5):
        desk.clock.move(1_000)
        await desk.session(agent=agent)
    seen: list[str] = []
    page = None
    while True:
        asked = {"agent": agent, "limit": 2, **({"page": page} if page else {})}
        found = await call(desk, "session.list", asked)
        seen += [row["sessionId"] for row in found["sessions"]]
        if page is None:
            assert found["total"] == 5
        page = found["nextPage"]
        if page is None:
            break
    assert len(seen) == len(set(seen)) == 5
    desk.clock.move(600_000)
    assert (await call(desk, "session.list", {"agent": agent, "since_minutes": 5}))["total"] == 0
    assert (await call(desk, "session.list", {"agent": agent, "since_minutes": 60}))["total"] == 5


async def test_list_narrows_by_the_kind_of_peer(desk: Any):
    """S1-N4: `kind` is dm, group or sub-agent; all by default."""
    agent = (await desk.post("/v1/agents", {"name": desk.id("agent")}))["id"]
    parent = await desk.session(agent=agent)
    child = await desk.session(agent=agent, parent_id=parent["id"])
    for kind, expected in (
        ("all", {parent["id"], child["id"]}),
        ("dm", {parent["id"]}),
        ("sub-agent", {child["id"]}),
        ("group", set()),
    ):
        found = await call(desk, "session.list", {"agent": agent, "kind": kind})
        assert {row["sessionId"] for row in found["sessions"]} == expected, kind
    assert (await refused(desk, "session.list", {"kind": "slack"}))["code"] == -32602


async def test_status_takes_a_key_and_tells_about_that_session(desk: Any):
    """S1-4, S1-N5; not X1-1, X1-5, X1-6: figures of the log, for the session that was named."""
    session = await talked(desk, title="The yacht")
    await talked(desk)
    for name in (session["key"], session["id"], session["key"].replace(":", "%3A")):
        found = await call(desk, "session.status", {"session_key": name})
        assert found["key"] == session["key"]
    expected = {
        "agentId": desk.agent_id,
        "channelType": "api",
        "messageCount": 2,
        "inputTokens": 450,
        "outputTokens": 20,
        "totalTokens": 470,
        "cacheReadTokens": 300,
        "cacheWriteTokens": 50,
        "cacheHitRate": 0.6667,
        "toolCalls": 1,
        "compactions": 0,
        "resetCount": 0,
        "label": "The yacht",
        "status": "active",
    }
    assert {name: found[name] for name in expected} == expected
    await call(desk, "session.reset", {"session_key": session["key"]})
    again = await call(desk, "session.status", {"session_key": session["key"]})
    assert (again["resetCount"], again["messageCount"]) == (1, 0)


async def test_a_key_with_colons_and_slashes_names_its_session(desk: Any):
    """S1-2: as it is, and percent-encoded."""
    key = f"agent:a:default:u:slack:thread:x/y%2Fz:{desk.id('sesn')}"
    session = await desk.session(key=key)
    found = await call(desk, "session.status", {"session_key": key})
    assert found["sessionId"] == session["id"]


async def test_reset_clears_and_says_how_much_there_was(desk: Any):
    """S1-6, S1-N8."""
    session = await talked(desk, metadata={"ticket": "7"})
    found = await call(desk, "session.reset", {"session_key": session["key"]})
    assert found == {"sessionKey": session["key"], "reset": True, "previousMessageCount": 2}
    row = await desk.get(f"/v1/sessions/{session['id']}")
    assert (row["message_count"], row["metadata"]) == (0, {"ticket": "7"})
    erased = await call(desk, "session.reset", {"session_key": session["id"], "erase": True})
    assert erased["previousMessageCount"] == 0


async def test_compact_compacts_or_says_that_it_did_not(desk: Any):
    """S1-7, S1-N9; not X1-4: `compactionTriggered` is true when something was summarised."""
    session = await talked(desk)
    nothing = await call(desk, "session.compact", {"session_key": session["key"]})
    assert (nothing["compactionTriggered"], nothing["estimatedTokens"]) == (False, None)
    for turn in range(5):
        await desk.send(session["id"], said(f"turn {turn} {'x' * 900}"), answered("y" * 900))
    asked = {"session_key": session["key"], "instructions": "keep the yacht"}
    found = await call(desk, "session.compact", asked)
    assert found["compactionTriggered"] is True
    assert found["instructions"] == "keep the yacht"
    assert 0 < found["estimatedTokens"] < found["tokensBefore"]
    status = await call(desk, "session.status", {"session_key": session["key"]})
    assert status["compactions"] == 1
    assert found["messageCount"] == status["messageCount"]


async def test_delete_is_for_good_and_gives_a_last_copy_when_asked(desk: Any):
    """S1-5, S1-25, S1-N8; a transcript only when it is asked for (requirements.md 6.5)."""
    plain = await talked(desk)
    found = await call(desk, "session.delete", {"session_key": plain["key"]})
    assert found == {"sessionKey": plain["key"], "deleted": True}
    assert (await refused(desk, "session.status", {"session_key": plain["key"]}))["code"] == -32004
    session = await talked(desk)
    await call(desk, "session.reset", {"session_key": session["key"]})
    asked = {"session_key": session["key"], "return_transcript": True}
    copy = (await call(desk, "session.delete", asked))["transcript"]
    assert [m["role"] for m in copy] == ["user", "assistant", "tool", "assistant", "system"]
    assert copy[0]["content"] == "find the yacht"
    assert (await desk.call("GET", f"/v1/sessions/{session['id']}")).status_code == 404


async def test_history_has_tool_cards_and_marks(desk: Any):
    """S1-N6; not X1-7: tool and system messages are there, marks come from events."""
    session = await talked(desk)
    asked = {"session_key": session["key"], "offset": 1, "limit": 2}
    found = await call(desk, "session.history", asked)
    assert (found["total"], found["offset"], found["limit"], found["hasMore"]) == (4, 1, 2, True)
    assert found["session"]["sessionKey"] == session["key"]
    use, result = found["messages"]
    assert (use["role"], use["toolName"], use["content"]) == (
        "assistant",
        "bash",
        '{"command":"ls"}',
    )
    assert (result["role"], result["toolName"], result["content"]) == (
        "tool",
        "bash",
        "it is there",
    )
    assert result["toolCallId"] == use["toolCallId"]
    alone = await call(desk, "session.history", {**asked, "offset": 2, "limit": 1})
    assert alone["messages"][0]["toolName"] == "bash", "though its call is on another page"
    await call(desk, "session.reset", {"session_key": session["key"]})
    after = await call(desk, "session.history", {"session_key": session["key"]})
    assert [(m["role"], m["content"]) for m in after["messages"]] == [("system", "Reset")]
    everything = {"session_key": session["key"], "segments": "all"}
    assert (await call(desk, "session.history", everything))["total"] == 5
    empty = await desk.session()
    none = await call(desk, "session.history", {"session_key": empty["key"]})
    assert (none["messages"], none["total"], none["hasMore"]) == ([], 0, False)


async def test_search_finds_what_was_said_and_without_a_query_what_moved_last(desk: Any):
    """S1-N7; not X1-11: an index, a snippet around the match, a score that means something."""
    word = desk.id("sevt").removeprefix("sevt_")
    desk.clock.move(60_000)
    session = await desk.session(channel="telegram")
    await desk.send(session["id"], said(f"{'a ' * 200}{word}{' b' * 200}"), answered("noted"))
    found = await call(desk, "session.search", {"query": word, "scope": "user", "limit": 50})
    (hit,) = found["results"]
    assert (hit["sessionKey"], hit["channelType"]) == (session["key"], "telegram")
    assert word in hit["snippet"]
    assert len(hit["snippet"]) < 300
    assert 0 < hit["score"] <= 1
    assert isinstance(hit["timestamp"], int)
    none = await call(desk, "session.search", {"query": word, "scope": "assistant"})
    assert none["results"] == []
    summary = await call(desk, "session.search", {"query": word, "summarize": True})
    assert summary["results"][0]["summary"] == "noted"
    recent = await call(desk, "session.search", {"limit": 30})
    assert (recent["mode"], recent["results"][0]["sessionKey"]) == ("recent", session["key"])
    for params in ({"query": word, "limit": 51}, {"limit": 31}, {"query": word, "scope": "me"}):
        assert (await refused(desk, "session.search", params))["code"] == -32602


async def test_export_gives_the_lines_of_the_file(desk: Any):
    """S1-8, S1-N9; not X1-3: what is called .jsonl is JSON lines."""
    session = await talked(desk)
    found = await call(desk, "session.export", {"session_key": session["key"]})
    assert found["sessionKey"] == session["key"]
    assert found["fileName"].startswith("session-") and found["fileName"].endswith(".jsonl")
    lines = [json.loads(line) for line in found["content"].splitlines()]
    events = [line for line in lines if line.get("session_id") == session["id"] and "seq" in line]
    assert [event["seq"] for event in events] == list(range(1, session["seq"] + 1))
    assert found["lines"] == len(lines)
    assert found["messageCount"] == 2


async def test_an_answer_that_is_too_large_for_a_call_says_where_to_get_it(
    desk: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(forward, "_MOST", 1_000)
    session = await talked(desk)
    for name in ("session.export", "session.retrieve"):
        error = await refused(desk, name, {"session_key": session["key"]})
        assert (error["code"], error["data"]["status"]) == (-32013, 413)
        assert f"GET /v1/sessions/{session['id']}" in error["message"]


async def test_archive_makes_a_session_read_only(desk: Any):
    session = await talked(desk)
    found = await call(desk, "session.archive", {"session_key": session["key"]})
    assert (found["sessionKey"], found["archived"]) == (session["key"], True)
    again = await refused(desk, "session.archive", {"session_key": session["key"]})
    assert (again["code"], again["data"]["type"]) == (-32009, "conflict_error")


async def test_every_operation_can_be_called_by_its_name(desk: Any):
    """product.md, decision 13: one table; what is not here says why."""
    missing = {o.name for o in OPERATIONS} - set(METHODS)
    assert missing == {o.name for o in OPERATIONS if o.streams} | set(ABSENT)
    assert all(ABSENT.values())
    document = await call(desk, "rpc.discover")
    assert {method["name"] for method in document["methods"]} == set(METHODS)
    made = await call(desk, "agent.create", {"name": "by rpc", "metadata": {"a": "1"}})
    assert made == await desk.get(f"/v1/agents/{made['id']}")
    session = await call(desk, "session.create", {"agent": made["id"], "recorded": True})
    events = {"session_id": session["key"], "events": [said("x" * 70_000)]}
    (stored,) = (await call(desk, "session.send", events))["data"]
    blob = stored["content"][0]["text"]["blob_id"]
    large = await call(desk, "session.blob", {"session_key": session["key"], "blob_id": blob})
    assert large == {"media_type": "text/plain", "text": "x" * 70_000}
    named = await call(desk, "session.update", {"session_id": session["id"], "title": "new"})
    assert named["title"] == "new"
    asked = {"session_id": session["id"], "types": ["user.message"], "limit": 1}
    page = await call(desk, "session.events", asked)
    assert [event["id"] for event in page["data"]] == [stored["id"]]


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_a_method_needs_its_scope_and_a_caller(desk: Any, name: str):
    """S1-N11, S3-19: every method times every scope; a stranger is refused before any is read."""
    needed = METHODS[name].scope
    assert needed == SEED.get(name, needed)
    if name in BY_NAME and name not in SEED:
        assert needed == BY_NAME[name].scope
    for scope in SCOPES:
        token = desk.key(scope)[1]
        found = await whole(desk, name, {"no such parameter": 1}, token=token)
        expected = -32602 if covers(scope, needed) else -32003
        assert found["error"]["code"] == expected, (scope, found)
    body = {"jsonrpc": "2.0", "id": 1, "method": name, "params": {}}
    for token in (None, "hansard_sk_wrong"):
        answer = await post(desk, body, token=token)
        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "authentication_error"


async def test_another_workspace_s_sessions_look_as_if_they_did_not_exist(desk: Any):
    """S3-19, reliability.md 2, Tenant isolation."""
    session = await talked(desk)
    _, theirs = desk.workspace()
    for name in sorted(SEED):
        if name not in METHODS or "session_key" not in {p.name for p in METHODS[name].params}:
            continue
        for key in (session["key"], session["id"]):
            error = await refused(desk, name, {"session_key": key}, token=theirs)
            assert (error["code"], error["data"]["type"]) == (-32004, "not_found_error"), name
    assert (await call(desk, "session.list", {}, token=theirs))["sessions"] == []
    assert (await call(desk, "session.search", {}, token=theirs))["results"] == []
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["message_count"] == 2


WRONG: list[tuple[Any, int]] = [
    ({}, -32600),
    ([], -32600),
    ("session.list", -32600),
    (7, -32600),
    ({"method": "session.list", "id": 1}, -32600),
    ({"jsonrpc": "1.0", "method": "session.list", "id": 1}, -32600),
    ({"jsonrpc": "2.0", "method": 7, "id": 1}, -32600),
    ({"jsonrpc": "2.0", "id": 1}, -32600),
    ({"jsonrpc": "2.0", "method": "session.list", "id": {}}, -32600),
    ({"jsonrpc": "2.0", "method": "session.list", "id": True}, -32600),
    ({"jsonrpc": "2.0", "method": "session.nothing", "id": 1}, -32601),
    ({"jsonrpc": "2.0", "method": "session.list", "params": [1], "id": 1}, -32602),
    ({"jsonrpc": "2.0", "method": "session.list", "params": "x", "id": 1}, -32602),
    ({"jsonrpc": "2.0", "method": "session.list", "params": {"keys": []}, "id": 1}, -32602),
    ({"jsonrpc": "2.0", "method": "session.status", "params": {}, "id": 1}, -32602),
    ({"jsonrpc": "2.0", "method": "session.status", "params": {"session_key": 7}, "id": 1}, -32602),
    (
        {"jsonrpc": "2.0", "method": "agent.retrieve", "params": {"agent_id": "a/b"}, "id": 1},
        -32602,
    ),
    ({"jsonrpc": "2.0", "method": "agent.retrieve", "params": {"agent_id": "no"}, "id": 1}, -32004),
    ({"jsonrpc": "2.0", "method": "agent.create", "params": {}, "id": 1}, -32602),
    ([{"jsonrpc": "2.0", "method": "caller.me", "id": 1}] * 101, -32600),
]


@on_sqlite
@pytest.mark.parametrize(("body", "code"), WRONG, ids=[str(body)[:60] for body, _ in WRONG])
async def test_what_is_no_call_gets_the_standard_s_code(desk: Any, body: Any, code: int):
    answer = await post(desk, body)
    assert answer.status_code == 200
    found = answer.json()
    assert found["error"]["code"] == code
    assert found["error"]["message"]
    good = isinstance(body, dict) and isinstance(body.get("id"), int) and body["id"] is not True
    assert found["id"] == (1 if good else None)


@on_sqlite
async def test_a_body_that_does_not_parse_is_a_parse_error(desk: Any):
    for content in (b"{", b"nothing", b"\xff", b'{"a":1,"a":2}'):
        headers = {"content-type": "application/json"}
        answer = await desk.call("POST", "/rpc", content=content, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == -32700
        assert answer.json()["id"] is None
    large = await desk.call("POST", "/rpc", {"x": "y" * (1 << 20)})
    assert (large.status_code, large.json()["error"]["code"]) == (413, -32600)
    assert (await desk.call("GET", "/rpc")).status_code == 405


async def test_a_batch_is_answered_in_order_and_one_failure_is_one(desk: Any):
    session = await talked(desk)
    key = {"session_key": session["key"]}
    calls: list[Any] = [
        {"jsonrpc": "2.0", "id": "a", "method": "session.status", "params": key},
        {"jsonrpc": "2.0", "id": "b", "method": "session.nothing"},
        7,
        {"jsonrpc": "2.0", "method": "session.reset", "params": key},
        {"jsonrpc": "2.0", "id": None, "method": "caller.me"},
        {"jsonrpc": "2.0", "id": "c", "method": "session.status", "params": key},
    ]
    answers = (await post(desk, calls)).json()
    assert [answer["id"] for answer in answers] == ["a", "b", None, None, "c"]
    assert answers[0]["result"]["messageCount"] == 2
    assert answers[1]["error"]["code"] == -32601
    assert answers[2]["error"]["code"] == -32600
    assert answers[4]["result"]["messageCount"] == 0, "the notification between took effect"


@on_sqlite
async def test_a_batch_answers_no_more_than_one_call_may(
    desk: Any, monkeypatch: pytest.MonkeyPatch
):
    """P18: what would pass the limit is not run; each is told so."""
    monkeypatch.setattr(endpoint, "_MOST_BYTES", 2_000)
    session = await talked(desk)
    key = {"session_key": session["key"]}
    calls: list[Any] = [
        {"jsonrpc": "2.0", "id": number, "method": "session.history", "params": key}
        for number in range(20)
    ]
    calls += [{"jsonrpc": "2.0", "method": "session.reset", "params": key}, 7]
    answers = (await post(desk, calls)).json()
    assert [answer["id"] for answer in answers] == list(range(20))
    codes = [answer["error"]["code"] for answer in answers if "error" in answer]
    assert 0 < len(codes) < 20
    assert set(codes) == {-32013}
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["reset_count"] == 0


async def test_a_notification_is_done_and_not_answered(desk: Any):
    session = await talked(desk)
    params = {"session_key": session["key"]}
    for body in (
        {"jsonrpc": "2.0", "method": "session.reset", "params": params},
        [{"jsonrpc": "2.0", "method": "session.status", "params": params}],
        {"jsonrpc": "2.0", "method": "session.nothing"},
    ):
        answer = await post(desk, body)
        assert (answer.status_code, answer.content) == (204, b"")
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["reset_count"] == 1


async def test_a_call_takes_effect_once_by_its_key(desk: Any):
    """P4: an Idempotency-Key holds for each call of a batch by its place."""
    session = await talked(desk)
    params = {"session_key": session["key"]}
    one = {"jsonrpc": "2.0", "id": 1, "method": "session.reset", "params": params}
    two = {"jsonrpc": "2.0", "id": 2, "method": "session.compact", "params": params}
    key = {"idempotency-key": desk.id("key")}
    first = await post(desk, [one, two], headers=key)
    again = await post(desk, [one, two], headers=key)
    assert first.json() == again.json()
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["reset_count"] == 1


async def test_a_call_from_another_site_s_page_is_refused(desk: Any):
    body = {"jsonrpc": "2.0", "id": 1, "method": "caller.me"}
    browser = {"cookie": desk.cookie(), "origin": "http://127.0.0.1:4777"}
    assert (await post(desk, body, token=None, headers=browser)).json()["result"]["type"] == "me"
    foreign = {**browser, "origin": "https://evil.example"}
    assert (await post(desk, body, token=None, headers=foreign)).status_code == 403


async def test_an_act_by_rpc_leaves_the_audit_entry_of_its_operation(desk: Any):
    session = await talked(desk)
    answer = await post(
        desk,
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "session.reset",
            "params": {"session_key": session["key"]},
        },
    )
    entries = desk.house.store.read(
        lambda c: [dict(r) for r in c.execute(tables.audit.select()).mappings()]
    )
    mine = [entry for entry in entries if entry["target"] == session["id"]]
    assert mine[-1]["action"] == "session.reset"
    assert mine[-1]["request_id"] == answer.headers["request-id"]
