"""Bulk operations: all or nothing, each session once, through failures and restarts (S1-14..17)."""

import asyncio
from typing import Any

import httpx
import pytest

from hansard.domain.errors import StorageFull
from hansard.store import bulk as stored
from hansard.store import tables

Json = dict[str, Any]
PATH = "/v1/bulk_operations"
ADMIN = "an admin secret that only tests know"
ABSENT = "sesn_" + "0" * 32


async def made(desk: Any, count: int, **fields: Any) -> list[str]:
    return [(await desk.session(**fields))["id"] for _ in range(count)]


async def run(desk: Any, action: str, ids: list[str], **body: Any) -> Json:
    """Start an operation, let it run to its end, and read it."""
    started = await desk.post(PATH, {"action": action, "session_ids": ids, **body})
    assert (started["state"], started["total"]) == ("queued", len(ids))
    await desk.house.parts.bulk.drain()
    return await desk.get(f"{PATH}/{started['id']}")


async def rows(desk: Any, ids: list[str]) -> list[Json]:
    return [await desk.get(f"/v1/sessions/{session_id}") for session_id in ids]


def audited(desk: Any, bulk_id: str) -> list[Json]:
    def query(connection: Any) -> list[Json]:
        found = connection.execute(tables.audit.select()).mappings()
        return [dict(row) for row in found if bulk_id in row["detail"]]

    return desk.house.store.read(query)


async def test_archive_and_unarchive_leave_an_event_and_an_audit_entry_each(desk: Any):
    ids = await made(desk, 20)
    done = await run(desk, "archive", ids)
    assert (done["state"], done["done"], done["failed"], done["errors"]) == ("completed", 20, 0, [])
    assert all(row["archived_at"] and row["seq"] == 2 for row in await rows(desk, ids))
    entries = audited(desk, done["id"])
    assert sorted(entry["target"] for entry in entries) == sorted(ids)
    assert {entry["action"] for entry in entries} == {"session.archive"}
    again = await run(desk, "archive", ids[:3])
    assert (again["done"], again["failed"]) == (3, 0), "what is archived is as it should be"
    assert all(row["seq"] == 2 for row in await rows(desk, ids[:3]))
    await run(desk, "unarchive", ids)
    assert not any(row["archived_at"] for row in await rows(desk, ids))


async def test_tags_are_added_to_what_is_there_and_taken_off(desk: Any):
    ids = await made(desk, 3)
    await desk.post(f"/v1/sessions/{ids[0]}", {"tags": ["old", "x"]})
    await run(desk, "tag", ids, arguments={"tags": ["x", "new"]})
    assert [row["tags"] for row in await rows(desk, ids)] == [
        ["old", "x", "new"],
        *[["x", "new"]] * 2,
    ]
    await run(desk, "untag", ids, arguments={"tags": ["x"]})
    assert [row["tags"] for row in await rows(desk, ids)] == [["old", "new"], ["new"], ["new"]]
    quiet = await run(desk, "untag", ids, arguments={"tags": ["x"]})
    assert (quiet["done"], quiet["failed"]) == (3, 0)
    assert [row["seq"] for row in await rows(desk, ids)] == [4, 3, 3]


async def test_delete_erases_each_and_reset_begins_each_anew(desk: Any):
    """S1-15, S1-17."""
    ids = await made(desk, 4)
    for session_id in ids:
        await desk.send(session_id, {"type": "user.message", "content": "hello"})
    await run(desk, "reset", ids)
    assert [(r["reset_count"], r["message_count"]) for r in await rows(desk, ids)] == [(1, 0)] * 4
    done = await run(desk, "delete", ids)
    assert (done["done"], done["failed"]) == (4, 0)
    for session_id in ids:
        assert (await desk.call("GET", f"/v1/sessions/{session_id}")).status_code == 404


async def test_what_cannot_be_done_to_a_session_is_told_of_that_session(desk: Any):
    ids = await made(desk, 5)
    await desk.post(f"/v1/sessions/{ids[2]}/archive")
    await desk.post(f"/v1/sessions/{ids[4]}", {"tags": [f"t{n}" for n in range(50)]})
    done = await run(desk, "reset", ids[:3])
    assert (done["done"], done["failed"]) == (2, 1)
    assert done["errors"] == [
        {"session_id": ids[2], "type": "conflict_error", "message": "the session is archived"}
    ]
    done = await run(desk, "tag", ids[3:], arguments={"tags": ["one more"]})
    assert [one["session_id"] for one in done["errors"]] == [ids[4]]
    assert "50 texts" in done["errors"][0]["message"]
    assert (await rows(desk, [ids[3]]))[0]["tags"] == ["one more"]


async def test_one_session_of_another_workspace_and_nothing_happens_to_any(desk: Any):
    """reliability.md 2, Write vs read: bulk with 1 foreign id in 100."""
    caller = desk.workspace()[1]
    agent = await desk.post("/v1/agents", {"name": "theirs"}, token=caller)
    foreign = await desk.post(
        "/v1/sessions", {"agent": agent["id"], "recorded": True}, token=caller
    )
    gone = (await made(desk, 1))[0]
    await desk.call("DELETE", f"/v1/sessions/{gone}")
    ids = await made(desk, 30)
    before = [one["id"] for one in (await desk.get(PATH))["data"]]
    answers = set[str]()
    for stranger in (foreign["id"], gone, ABSENT, "sesn_", "key:of/one"):
        body = {"action": "archive", "session_ids": [*ids[:20], stranger, *ids[20:]]}
        answer = await desk.call("POST", PATH, body)
        assert answer.status_code == 404
        answers.add(answer.json()["error"]["message"].replace(stranger, "X"))
    assert len(answers) == 1
    await desk.house.parts.bulk.drain()
    assert [one["id"] for one in (await desk.get(PATH))["data"]] == before
    assert all(row["seq"] == 1 for row in await rows(desk, ids))
    assert (await desk.get(f"/v1/sessions/{foreign['id']}", token=caller))["seq"] == 1


async def test_a_filter_takes_all_that_match_when_it_is_asked(desk: Any):
    """ui.md B.3: "Select all 312 matching"; hidden rows are never included silently."""
    agent = await desk.post("/v1/agents", {"name": "filtered"})
    ids = await made(desk, 7, agent=agent["id"])
    await made(desk, 2)
    await desk.post(f"/v1/sessions/{ids[0]}/archive")
    asked = {"action": "tag", "arguments": {"tags": ["mine"]}, "filter": {"agent_id": agent["id"]}}
    answer = await desk.call("POST", PATH, {**asked, "expected_total": 7})
    assert answer.status_code == 409
    assert "6 sessions" in answer.json()["error"]["message"]
    started = await desk.post(PATH, {**asked, "expected_total": 6})
    later = (await made(desk, 1, agent=agent["id"]))[0]
    await desk.house.parts.bulk.drain()
    assert started["filter"] == {"agent_id": agent["id"]}
    tagged = [row["tags"] for row in await rows(desk, [*ids, later])]
    assert tagged == [[], *[["mine"]] * 6, []]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"action": "paint", "session_ids": [ABSENT]}, "action"),
        ({"action": "archive"}, "session_ids or filter"),
        ({"action": "archive", "session_ids": [ABSENT], "filter": {}}, "session_ids or filter"),
        ({"action": "archive", "session_ids": []}, "session_ids"),
        ({"action": "archive", "session_ids": [ABSENT], "arguments": {"tags": ["x"]}}, "arguments"),
        ({"action": "tag", "session_ids": [ABSENT]}, "tags"),
        ({"action": "tag", "session_ids": [ABSENT], "arguments": {"tags": []}}, "tags"),
        ({"action": "tag", "session_ids": [ABSENT], "arguments": {"tags": [""]}}, "tags"),
        ({"action": "reset", "session_ids": [ABSENT], "arguments": {"erase": 1}}, "erase"),
        ({"action": "archive", "filter": {"title": "x"}}, "filter"),
        ({"action": "archive", "filter": {"kind": "x"}}, "kind"),
        ({"action": "archive", "filter": {"kind": [1]}}, "kind"),
        ({"action": "archive", "filter": {"active": "yes"}}, "active"),
        ({"action": "archive", "filter": {"since": "soon"}}, "since"),
        ({"action": "archive", "filter": {"agent_id": ["x"] * 101}}, "agent_id"),
        ({"action": "archive", "filter": {"channel": "a\0b"}}, "channel"),
    ],
)
async def test_what_makes_no_operation_is_refused(desk: Any, body: Json, told: str):
    answer = await desk.call("POST", PATH, body)
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]


async def test_each_action_needs_the_scope_of_its_operation_on_one_session(desk: Any):
    ids = await made(desk, 1)
    for action, arguments, needs in (
        ("archive", {}, "write"),
        ("delete", {}, "admin"),
        ("reset", {"erase": True}, "admin"),
    ):
        for scope in ("read", "write"):
            body = {"action": action, "session_ids": ids, "arguments": arguments}
            answer = await desk.call("POST", PATH, body, token=desk.key(scope)[1])
            assert (answer.status_code == 200) == (scope == needs), (action, scope)
    await desk.house.parts.bulk.drain()
    assert (await rows(desk, ids))[0]["archived_at"]


async def test_a_repeated_start_is_one_operation(desk: Any):
    ids = await made(desk, 2)
    body = {"action": "archive", "session_ids": [*ids, *ids]}
    headers = {"idempotency-key": desk.id("imp")}
    first, second = [await desk.post(PATH, body, headers=headers) for _ in range(2)]
    assert first == second
    assert first["total"] == 2


async def test_a_cancelled_operation_does_nothing_more(desk: Any):
    ids = await made(desk, 3)
    started = await desk.post(PATH, {"action": "archive", "session_ids": ids})
    gone = await desk.post(f"{PATH}/{started['id']}/cancel")
    assert (gone["state"], gone["done"]) == ("cancelled", 0)
    await desk.house.parts.bulk.drain()
    assert all(row["seq"] == 1 for row in await rows(desk, ids))
    assert (await desk.call("POST", f"{PATH}/{started['id']}/cancel")).status_code == 409


async def test_cancelling_in_the_middle_keeps_what_was_done_and_undoes_nothing(desk: Any):
    ids = await made(desk, 60)
    started = await desk.post(PATH, {"action": "archive", "session_ids": ids})
    work = asyncio.create_task(desk.house.parts.bulk.drain())
    for _ in range(10_000):
        if (await desk.get(f"{PATH}/{started['id']}"))["done"]:
            break
    answer = await desk.call("POST", f"{PATH}/{started['id']}/cancel")
    await work
    found = await desk.get(f"{PATH}/{started['id']}")
    archived = sum(bool(row["archived_at"]) for row in await rows(desk, ids))
    assert found["done"] == archived == len(audited(desk, started["id"]))
    assert found["state"] == ("cancelled" if answer.status_code == 200 else "completed")
    assert (archived < 60) == (answer.status_code == 200)


async def test_after_a_restart_the_rest_is_done_and_nothing_twice(small: Any, monkeypatch: Any):
    """The disk fills in the middle; a new process goes on where the old one was."""
    ids = await made(small, 50)
    started = await small.post(PATH, {"action": "archive", "session_ids": ids})
    count, done = 0, stored.done

    def fills(*args: Any) -> bool:
        nonlocal count
        count += 1
        if count > 20:
            raise StorageFull("the disk is full")
        return done(*args)

    monkeypatch.setattr(stored, "done", fills)
    with pytest.raises(StorageFull):
        await small.house.parts.bulk.drain()
    monkeypatch.undo()
    part = await small.get(f"{PATH}/{started['id']}")
    assert (part["state"], part["failed"], part["errors"]) == ("running", 0, [])
    assert 0 < part["done"] < 50
    small.clock.move(60_000)  # the claim of the dead process has run out
    other = type(small.house.parts.bulk)(small.house.journal, "another process")
    await other.drain()
    whole = await small.get(f"{PATH}/{started['id']}")
    assert (whole["state"], whole["done"], whole["failed"]) == ("completed", 50, 0)
    assert all(row["seq"] == 2 for row in await rows(small, ids)), "each archived once"
    assert len(audited(small, started["id"])) == 50


async def test_two_processes_share_the_work_and_do_nothing_twice(desk: Any, second: Any):
    """Several servers on one PostgreSQL database; the claim keeps them apart."""
    ids = await made(desk, 30)
    started = await desk.post(
        PATH, {"action": "tag", "session_ids": ids, "arguments": {"tags": ["x"]}}
    )
    runners = [desk.house.parts.bulk, *([second.parts.bulk] if second else [])]
    await asyncio.gather(*(runner.drain() for runner in runners))
    found = await desk.get(f"{PATH}/{started['id']}")
    assert (found["done"], found["failed"]) == (30, 0)
    assert all(row["seq"] == 2 for row in await rows(desk, ids))
    assert len(audited(desk, started["id"])) == 30


async def test_operations_are_listed_page_by_page_with_their_progress(small: Any):
    ids = await made(small, 1)
    started: list[str] = []
    for _ in range(5):
        small.clock.move(1)
        started.append((await small.post(PATH, {"action": "archive", "session_ids": ids}))["id"])
    found: list[str] = []
    page: str | None = None
    while True:
        asked = {"limit": 2, **({"page": page} if page else {})}
        got = await small.get(PATH, params=asked)
        found += [one["id"] for one in got["data"]]
        page = got["next_page"]
        if page is None:
            break
    assert found == started[::-1]
    first = (await small.get(PATH, params={"limit": 2}))["next_page"]
    assert (await small.call("GET", "/v1/files", params={"page": first})).status_code == 400


async def test_a_running_server_works_off_what_is_started(lone: Any):
    """No step by hand: the answer is read until it is done, as the page does."""
    ids = await made(lone, 40)
    url = f"http://127.0.0.1:{lone.served.port}"
    headers = {"authorization": f"Bearer {ADMIN}"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as http:
        started = (await http.post(PATH, json={"action": "archive", "session_ids": ids})).json()
        for _ in range(200):
            found = (await http.get(f"{PATH}/{started['id']}")).json()
            if found["ended_at"]:
                break
            await asyncio.sleep(0.05)
    assert (found["state"], found["done"]) == ("completed", 40)
