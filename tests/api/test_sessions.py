"""Sessions over HTTP: created, listed, changed, put away, erased."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hansard.store import tables

Json = dict[str, Any]
HELLO = {"type": "user.message", "content": "hello"}
MINUTE = 60_000


async def pages(desk: Any, limit: int, **filters: Any) -> list[str]:
    """The ids of a whole list, page by page, exactly as the pages gave them."""
    found: list[str] = []
    page = None
    for _ in range(100):
        asked = {**filters, "limit": limit} | ({"page": page} if page else {})
        answer = await desk.get("/v1/sessions", token=desk.own_key, params=asked)
        assert len(answer["data"]) <= limit
        found += [row["id"] for row in answer["data"]]
        page = answer["next_page"]
        if page is None:
            return found
    raise AssertionError("the list does not end")


async def shown(desk: Any, **filters: Any) -> set[str]:
    """The titles that a filtered list shows."""
    answer = await desk.get("/v1/sessions", token=desk.own_key, params={**filters, "limit": 1000})
    return {row["title"] for row in answer["data"]}


@pytest.fixture
async def town(desk: Any) -> AsyncIterator[Any]:
    """A workspace of its own with one session of every sort, titled by what it is."""
    where, desk.own_key = desk.workspace()
    agents = {
        name: (await desk.post("/v1/agents", {"name": name}, token=desk.own_key))["id"]
        for name in ("coder", "reviewer")
    }
    desk.agents = agents

    async def make(title: str, *events: Json, **fields: Any) -> Json:
        desk.clock.move(MINUTE)
        body = {"agent": agents["coder"], "title": title, "recorded": True, **fields}
        made = await desk.post("/v1/sessions", body, token=desk.own_key)
        if events:
            path = f"/v1/sessions/{made['id']}/events"
            await desk.post(path, {"events": list(events)}, token=desk.own_key)
        return made

    desk.make = make
    made = {
        "chat": await make("chat", HELLO),
        "flow": await make("flow", kind="flow_run", origin="schedule", channel=None),
        "task": await make("task", kind="background_task", channel="slack", origin="slack"),
        "asks": await make("asks", mode="ask", agent=agents["reviewer"]),
        "hosted": await make("hosted", recorded=False),
    }
    failed = {"type": "session.ended", "state": "failed"}
    made["failed"] = await make("failed", HELLO, failed, kind="background_task")
    approval = {
        "type": "approval.requested",
        "approval_id": "appr_" + "1" * 32,
        "approval_type": "tool",
    }
    made["waits"] = await make("waits", HELLO, approval)
    done = {"type": "session.ended", "state": "completed"}
    made["done"] = await make("done", done, kind="automation_run")
    used = {"type": "agent.mcp_tool_use", "name": "search", "mcp_server_name": "github"}
    used |= {"input": {}, "connector": "github"}
    made["github"] = await make("github", used)
    made["child"] = await make("child", kind="background_task", parent_id=made["chat"]["id"])
    made["put away"] = await make("put away", HELLO)
    path = f"/v1/sessions/{made['put away']['id']}"
    await desk.post(f"{path}/archive", token=desk.own_key)
    desk.made = made
    desk.where = where
    yield desk


async def test_a_created_session_is_what_was_asked_for(desk: Any):
    """S3-2, S3-11: idle, with its agent, its facts, and its first events in the log."""
    body = {
        "agent": {"type": "agent", "id": await desk.agent(), "version": 1},
        "title": "Fix the login test",
        "mode": "ask",
        "origin": "sdk",
        "channel": "cli",
        "metadata": {"team": "blue"},
        "tags": ["urgent"],
        "where": {"cwd": "/home/ana/shop", "branch": "main"},
        "external_ids": {"ticket": "SHOP-12"},
        "initial_events": [HELLO],
    }
    made = await desk.post("/v1/sessions", body)
    assert made == await desk.get(f"/v1/sessions/{made['id']}")
    for name in ("title", "mode", "origin", "channel", "metadata", "tags", "where", "external_ids"):
        assert made[name] == body[name], name
    assert made["kind"] == "chat"
    assert made["recorded"] is False
    assert made["agent"]["name"] == "coder"
    assert made["state"] == "queued", "its first message waits for a worker"
    assert made["message_count"] == 1
    path = f"/v1/sessions/{made['id']}/events?include=hansard"
    types = [e["type"] for e in (await desk.get(path))["data"]]
    assert types == ["session.created", "session.updated", "user.message"]
    bare = await desk.session(recorded=False)
    assert (bare["status"], bare["state"], bare["seq"]) == ("idle", "idle", 1)


async def test_an_agent_is_named_by_its_id_or_its_name(desk: Any):
    agent_id = (await desk.post("/v1/agents", {"name": "the only one of this name"}))["id"]
    for wanted in (agent_id, "the only one of this name", {"id": agent_id, "type": "agent"}):
        made = await desk.post("/v1/sessions", {"agent": wanted})
        assert made["agent"]["id"] == agent_id
    refused = await desk.call("POST", "/v1/sessions", {"agent": {"id": agent_id, "version": 2}})
    assert refused.status_code == 404


REFUSED = [
    {},
    {"agent": None},
    {"agent": {}},
    {"agent": 7},
    {"kind": "errand"},
    {"mode": "sleep"},
    {"mode": "ask", "kind": "flow_run"},
    {"origin": "nowhere"},
    {"title": "x" * 501},
    {"title": 7},
    {"key": ""},
    {"key": "x" * 513},
    {"key": "a\0b"},
    {"key": "sesn_" + "0" * 32},
    {"channel": "x" * 65},
    {"channel": "a\0b"},
    {"metadata": {str(n): "x" for n in range(17)}},
    {"metadata": {"k" * 65: "x"}},
    {"metadata": {"k": "x" * 513}},
    {"metadata": {"k": 7}},
    {"tags": ["x" * 101]},
    {"tags": ["x\0"]},
    {"tags": ["x"] * 51},
    {"tags": "urgent"},
    {"where": {"cwd": "x" * 9_000}},
    {"where": []},
    {"external_ids": {"ticket": "x" * 600}},
    {"external_ids": {"ticket": 7}},
    {"initial_events": [HELLO] * 51},
    {"initial_events": [{"type": "agent.message", "content": []}]},
    {"initial_events": [{}]},
    {"initial_events": "hello"},
]


@pytest.mark.parametrize("fields", REFUSED, ids=lambda f: str(f)[:40])
async def test_what_cannot_be_a_session_is_refused(desk: Any, fields: Json):
    body = {"agent": await desk.agent(), **fields} if fields else {}
    answer = await desk.call("POST", "/v1/sessions", body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_key_belongs_to_one_session(desk: Any):
    made = await desk.session(key="agent:coder:default:ana:web:thread:only")
    answer = await desk.call("POST", "/v1/sessions", {"agent": "coder", "key": made["key"]})
    assert answer.status_code == 409
    assert answer.json()["error"]["session_id"] == made["id"]


FILTERS: list[tuple[Json, set[str]]] = [
    ({"kind": "flow_run"}, {"flow"}),
    ({"kind": ["flow_run", "automation_run"]}, {"flow", "done"}),
    ({"kind[]": ["flow_run", "automation_run"]}, {"flow", "done"}),
    ({"mode": "ask"}, {"asks"}),
    ({"origin": "schedule"}, {"flow"}),
    ({"channel": "slack"}, {"task"}),
    ({"state": "failed"}, {"failed"}),
    ({"state": ["completed", "waiting"]}, {"done", "waits"}),
    ({"tone": "problem"}, {"failed"}),
    ({"tone": "success"}, {"done"}),
    ({"connectors": "github"}, {"github"}),
    ({"connectors": ["slack", "github"]}, {"github"}),
    ({"attention": "true"}, {"failed", "waits"}),
    ({"archived": "true"}, {"put away"}),
    ({"statuses[]": "terminated"}, set()),
    ({"statuses[]": "terminated", "include_archived": "true"}, {"put away"}),
    ({"statuses": "terminated", "archived": "true"}, {"put away"}),
    ({"owner_id": "usr_" + "0" * 32}, set()),
    ({"agent_version": "2"}, set()),
    ({"deployment_id": "depl_" + "0" * 32}, set()),
    ({"memory_store_id": "memstore_1"}, set()),
    ({"kind": "flow_run", "mode": "ask"}, set()),
    ({"kind": "flow_run", "attention": "true"}, set()),
]
LISTED = {"chat", "flow", "task", "asks", "hosted", "failed", "waits", "done", "github"}


async def test_each_filter_narrows_the_list_to_what_it_says(town: Any):
    """requirements.md 6.7, S0-20: filters work in the server, together and alone."""
    for filters, titles in FILTERS:
        assert await shown(town, **filters) == titles, filters
    assert await shown(town) == LISTED
    assert await shown(town, agent_version="1") == LISTED
    assert await shown(town, agent_id=town.agents["reviewer"]) == {"asks"}
    assert await shown(town, attention="false") == LISTED - {"failed", "waits"}
    assert await shown(town, include_archived="true") == LISTED | {"put away"}
    assert await shown(town, include_children="true") == LISTED | {"child"}
    assert await shown(town, parent_id=town.made["chat"]["id"]) == {"child"}
    active = await shown(town, active="true")
    assert active | await shown(town, active="false") == LISTED
    assert active >= {"chat", "waits"}
    assert not active & {"failed", "done"}


async def test_a_failure_that_can_be_resumed_is_idle_on_the_wire(town: Any):
    """requirements.md 6.2, last column: failed is terminated, or idle when resumable."""
    for status in ("idle", "running", "rescheduling", "terminated"):
        answer = await town.get(
            "/v1/sessions", token=town.own_key, params={"statuses[]": status, "limit": 100}
        )
        assert {row["status"] for row in answer["data"]} <= {status}
    everything = await town.get("/v1/sessions", token=town.own_key, params={"limit": 100})
    by_status = [await shown(town, **{"statuses[]": s["status"]}) for s in everything["data"]]
    assert set().union(*by_status) == LISTED


async def test_times_narrow_the_list(town: Any):
    middle = town.made["waits"]["created_at"]
    assert "waits" in await shown(town, **{"created_at[gte]": middle})
    assert "waits" not in await shown(town, **{"created_at[gt]": middle})
    assert "waits" in await shown(town, **{"created_at[lte]": middle})
    before = await shown(town, **{"created_at[lt]": middle})
    after = await shown(town, **{"created_at[gt]": middle})
    assert before | after | {"waits"} == LISTED
    assert not before & after
    assert await shown(town, since=town.made["github"]["updated_at"]) == {"github"}
    assert await shown(town, since="2000-01-01T00:00:00+02:00") == LISTED


SORTS: list[Json] = [
    {},
    {"order": "asc"},
    {"order": "desc"},
    {"sort": "active_first"},
    {"sort": "created_at"},
    {"sort": "-created_at"},
    {"sort": "updated_at"},
    {"sort": "-updated_at"},
    {"sort": "active_first", "include_archived": "true"},
    {"sort": "active_first", "archived": "true"},
    {"sort": "active_first", "attention": "true"},
    {"sort": "active_first", "attention": "false"},
    {"sort": "active_first", "include_children": "true"},
    {"sort": "-updated_at", "kind": ["chat", "background_task"]},
]


async def test_pages_hold_every_row_exactly_once_whatever_their_size(town: Any):
    """S0-7, S2-14: keyset paging, on every sort, across the parts of `active_first`."""
    for sort in SORTS:
        whole = await pages(town, 1000, **sort)
        assert len(set(whole)) == len(whole)
        for limit in (1, 2, 3, 7):
            assert await pages(town, limit, **sort) == whole, (sort, limit)


async def test_each_sort_has_its_order(town: Any):
    async def rows(**asked: Any) -> list[Json]:
        return (await town.get("/v1/sessions", token=town.own_key, params=asked))["data"]

    for name in ("created_at", "updated_at"):
        rising = [row[name] for row in await rows(sort=name)]
        falling = [row[name] for row in await rows(sort=f"-{name}")]
        assert rising == sorted(rising)
        assert falling == sorted(falling, reverse=True)
    assert [r["id"] for r in await rows()] == [r["id"] for r in await rows(sort="-created_at")]
    assert [r["id"] for r in await rows(order="asc")] == [
        r["id"] for r in await rows(sort="created_at")
    ]
    first = await rows(sort="active_first")
    parts = [0 if row["attention"] else 1 if row["active"] else 2 for row in first]
    assert parts == sorted(parts), "what needs a person, what is active, the rest"
    assert set(parts) == {0, 1, 2}
    since = [row["attention"]["since"] for row in first if row["attention"]]
    assert since == sorted(since), "who waits longest comes first"


async def test_the_first_page_gives_the_cursor_of_the_list_stream(town: Any):
    """requirements.md 6.7: the stream opened after it misses nothing; later pages keep it."""
    first = await town.get("/v1/sessions", token=town.own_key, params={"limit": 2})
    await town.make("later")
    asked = {"limit": 2, "page": first["next_page"]}
    second = await town.get("/v1/sessions", token=town.own_key, params=asked)
    assert second["cursor"] == first["cursor"]
    newest = await town.get("/v1/sessions", token=town.own_key)
    assert newest["cursor"] > first["cursor"]


async def test_a_row_that_moves_while_one_pages_is_seen_or_streamed(town: Any):
    first = await town.get("/v1/sessions", token=town.own_key, params={"limit": 3})
    seen = {row["id"] for row in first["data"]}
    fresh = await town.make("later")
    page = first["next_page"]
    while page:
        asked = {"limit": 3, "page": page}
        answer = await town.get("/v1/sessions", token=town.own_key, params=asked)
        seen |= {row["id"] for row in answer["data"]}
        page = answer["next_page"]
    assert seen == {town.made[title]["id"] for title in LISTED}
    assert fresh["pos"] > first["cursor"]


BAD_QUERIES: list[Json] = [
    {"sort": "head"},
    {"sort": "--title"},
    {"has": "luck"},
    {"cost_min": "-1"},
    {"cost_min": "1e9"},
    {"cost_max": "1,5"},
    {"cost_max": "5\n"},
    {"sort": "active_first; drop table sessions"},
    {"sort": "--created_at"},
    {"order": "up"},
    {"limit": "0"},
    {"limit": "-1"},
    {"limit": "1001"},
    {"limit": "many"},
    {"limit": "9" * 400},
    {"kind": "chat'--"},
    {"state": "sleeping"},
    {"statuses[]": "busy"},
    {"tone": "red"},
    {"mode": "x"},
    {"origin": "x"},
    {"attention": "perhaps"},
    {"created_at[gt]": "yesterday"},
    {"created_at[gt]": "99999-01-01"},
    {"updated_at[lt]": ""},
    {"since": "1"},
    {"page": ""},
    {"page": "x"},
    {"page": "ü" * 40},
    {"page": "e30" * 20},
    {"channel": "a\0b"},
    {"agent_id": ["x"] * 101},
]


@pytest.mark.parametrize("asked", BAD_QUERIES, ids=lambda q: str(q)[:40])
async def test_a_query_that_makes_no_sense_is_refused(desk: Any, asked: Json):
    """reliability.md 2, SQL/FTS: filter keys and sorts come from a list; never a 5xx."""
    answer = await desk.call("GET", "/v1/sessions", params=asked)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_odd_values_of_a_filter_find_nothing_and_break_nothing(desk: Any):
    await desk.session()
    for value in ("' OR 1=1 --", "%", "_", "\\", "\u202e", "😀", "x" * 2_000, "1;2", "null"):
        for name in ("agent_id", "channel", "owner_id", "connectors", "parent_id", "tag", "repo"):
            answer = await desk.call("GET", "/v1/sessions", params={name: value})
            assert answer.status_code == 200
            assert answer.json()["data"] == [], (name, value)


async def test_a_cursor_is_good_for_its_own_list_alone(town: Any):
    """architecture.md 10, Pages: other filters with it answer 400, and so does a changed one."""

    async def status(path: str = "/v1/sessions", **asked: Any) -> int:
        return (await town.call("GET", path, token=town.own_key, params=asked)).status_code

    first = await town.get("/v1/sessions", token=town.own_key, params={"limit": 2})
    page = first["next_page"]
    assert await status(limit=2, page=page) == 200
    assert await status(limit=5, page=page) == 200, "the size of a page may change"
    others = (
        {"sort": "updated_at"}, {"order": "asc"}, {"kind": "chat"}, {"include_archived": "true"},
        {"include_children": "true"}, {"since": "2020-01-01"}, {"attention": "true"},
    )  # fmt: skip
    for other in others:
        assert await status(limit=2, page=page, **other) == 400, other
    for place in range(0, len(page) - 1, 3):
        letter = "A" if page[place] != "A" else "B"
        assert await status(page=page[:place] + letter + page[place + 1 :]) == 400
    assert await status(page=page + "AAAA") == 400
    assert await status(page=page[:-4]) == 400
    assert await status("/v1/agents", page=page) == 400
    path = f"/v1/sessions/{town.made['chat']['id']}/events"
    assert await status(path, page=page) == 400
    events = await town.get(path, token=town.own_key, params={"limit": 1, "include": "hansard"})
    assert await status(page=events["next_page"]) == 400


async def test_an_update_changes_what_it_names_and_nothing_else(desk: Any):
    made = await desk.session(title="before", metadata={"a": "1", "b": "2"}, tags=["x"])
    path = f"/v1/sessions/{made['id']}"
    desk.clock.move(MINUTE)
    body = {"title": "after", "metadata": {"a": None, "c": "3"}, "plan_id": "plan-7"}
    changed = await desk.post(path, body)
    assert changed["title"] == "after"
    assert changed["metadata"] == {"b": "2", "c": "3"}
    assert changed["plan_id"] == "plan-7"
    assert changed["tags"] == ["x"]
    assert changed["seq"] == made["seq"] + 1
    assert changed["agent"] == made["agent"], "the whole agent, as the protocol has it"
    assert (await desk.post(path, {"tags": []}))["tags"] == []
    owner = desk.house.parts.owner
    assert (await desk.post(path, {"owner": owner["id"]}))["owner"] == owner
    assert (await desk.post(path, {"owner": None}))["owner"] is None
    assert (await desk.post(path, {"plan_id": None}))["plan_id"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"unknown": 1}, 400),
        ({"title": "x" * 501}, 400),
        ({"tags": [1]}, 400),
        ({"metadata": {"k": "x" * 513}}, 400),
        ({"plan_id": "x" * 129}, 400),
        ({"acknowledged": "sometimes"}, 400),
        ({"owner": "usr_" + "0" * 32}, 404),
    ],
    ids=str,
)
async def test_an_update_that_makes_no_sense_is_refused(desk: Any, body: Json, status: int):
    made = await desk.session()
    answer = await desk.call("POST", f"/v1/sessions/{made['id']}", body)
    assert answer.status_code == status
    assert (await desk.get(f"/v1/sessions/{made['id']}"))["seq"] == made["seq"]


async def test_an_acknowledged_failure_needs_nobody(desk: Any):
    made = await desk.session(kind="background_task")
    await desk.send(made["id"], {"type": "session.ended", "state": "failed"})
    path = f"/v1/sessions/{made['id']}"
    assert (await desk.get(path))["attention"]["reason"] == "failed"
    assert (await desk.post(path, {"acknowledged": True}))["attention"] is None


async def test_an_archived_session_is_read_only_and_keeps_its_transcript(desk: Any):
    """S3-4, S3-18: a message is refused with 409; unarchived it is accepted again."""
    made = await desk.session(recorded=False)
    await desk.send(made["id"], HELLO)
    path = f"/v1/sessions/{made['id']}"
    archived = await desk.post(f"{path}/archive")
    assert (archived["status"], archived["lifecycle"]) == ("terminated", "archived")
    assert archived["archived_at"] is not None
    for body in ({"events": [HELLO]}, {"events": [{"type": "user.interrupt"}]}):
        refused = await desk.call("POST", f"{path}/events", body)
        assert refused.status_code == 409
        assert refused.headers["x-should-retry"] == "false"
    again = await desk.call("POST", f"{path}/archive")
    assert again.status_code == 409
    kept = await desk.get(f"{path}/events")
    assert kept["data"][0]["content"] == [{"type": "text", "text": "hello"}]
    assert (await desk.get(path))["seq"] == archived["seq"]
    back = await desk.post(f"{path}/unarchive")
    assert (back["archived_at"], back["lifecycle"]) == (None, "idle")
    assert (await desk.call("POST", f"{path}/unarchive")).status_code == 409
    await desk.send(made["id"], HELLO)


async def test_a_deleted_session_is_gone_but_for_its_tombstone(desk: Any):
    """S1-25: 404 on every path, a `remove` on the list stream, its key stays taken."""
    made = await desk.session(title="secret plans", metadata={"k": "secret plans"})
    await desk.send(made["id"], HELLO)
    path = f"/v1/sessions/{made['id']}"
    gone = await desk.call("DELETE", path)
    assert gone.json() == {"id": made["id"], "type": "session_deleted", "sub_agents": 0}
    for method, rest, body in (
        ("GET", "", None),
        ("POST", "", {"title": "x"}),
        ("DELETE", "", None),
        ("GET", "/events", None),
        ("POST", "/events", {"events": [HELLO]}),
        ("GET", "/events/stream", None),
        ("POST", "/archive", None),
        ("POST", "/unarchive", None),
    ):
        answer = await desk.call(method, path + rest, body)
        assert answer.status_code == 404, (method, rest)
    found = await desk.call("GET", "/v1/sessions/resolve", params={"key": made["key"]})
    assert found.status_code == 404
    listed = {"include_archived": "true", "include_children": "true", "limit": 1000}
    rows = (await desk.get("/v1/sessions", params=listed))["data"]
    assert made["id"] not in {row["id"] for row in rows}


async def test_a_delete_takes_the_sub_agents_along(small: Any):
    """S1-25, over three levels: no text of theirs stays, and the audit says it once."""
    top = await small.session(title="top")
    family = [top]
    for parent in (0, 0, 1, 3, 3):
        family.append(await small.session(parent_id=family[parent]["id"], title="canary below"))
    other = await small.session(title="not of the family")
    for row in family:
        await small.send(row["id"], {"type": "user.message", "content": "canary words"})
    gone = (await small.call("DELETE", f"/v1/sessions/{top['id']}")).json()
    assert gone == {"id": top["id"], "type": "session_deleted", "sub_agents": 5}
    for row in family:
        assert (await small.call("GET", f"/v1/sessions/{row['id']}")).status_code == 404
    listed = {"include_archived": "true", "include_children": "true", "limit": 1000}
    rows = (await small.get("/v1/sessions", params=listed))["data"]
    assert [row["id"] for row in rows] == [other["id"]]
    query = select(tables.audit.c.target, tables.audit.c.detail).where(
        tables.audit.c.action == "session.delete"
    )
    entries = small.house.store.read(lambda c: [tuple(row) for row in c.execute(query)])
    assert entries == [(top["id"], '{"sub_agents": 5}')]


async def test_no_byte_of_a_deleted_session_stays_in_the_file(desk_of: Any, tmp_path: Path):
    """P11: canaries in every field; after it, none is in any file."""
    counter = itertools.count()

    def canary() -> str:
        return f"canary{next(counter):03d}zebra"

    async with desk_of(tmp_path / "data") as desk:
        made = await desk.session(
            key="the tombstone keeps this",
            title=canary(),
            metadata={"k": canary()},
            tags=[canary()],
            where={"cwd": canary()},
            channel=canary(),
            environment_id=canary(),
            external_ids={"source": canary()},
        )
        text = canary() * 8_000
        await desk.send(
            made["id"],
            {"type": "user.message", "content": canary()},
            {"type": "agent.message", "content": [{"type": "text", "text": text}]},
            {"type": "agent.tool_use", "name": "bash", "input": {"command": canary()}},
            {"type": "session.ended", "state": "completed", "output_summary": canary()},
        )
        changes = {"title": canary(), "initiative_id": canary(), "plan_id": canary()}
        headers = {"idempotency-key": canary()}
        await desk.post(f"/v1/sessions/{made['id']}", changes, headers=headers)
        await desk.send(made["id"], {"type": "session.status_idle", "state_reason": canary()})
        assert canaries(tmp_path)
        assert (await desk.call("DELETE", f"/v1/sessions/{made['id']}")).status_code == 200
        for _ in range(100):  # a reader may hold the write-ahead log for a moment
            if not canaries(tmp_path):
                break
            await asyncio.sleep(0.05)
        assert canaries(tmp_path) == set(), "while the server runs"
    assert canaries(tmp_path) == set()
    assert made["id"].encode() in (tmp_path / "data" / "hansard.db").read_bytes(), "the tombstone"


def canaries(folder: Path) -> set[bytes]:
    """Every canary in any file below a folder."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {word for file in files for word in re.findall(rb"canary\d+zebra", file.read_bytes())}
