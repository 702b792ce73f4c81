"""A POST takes effect once (P4): by its Idempotency-Key, or as a stock client's retry."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansard.api.idempotency import KEPT_MS, Once
from hansard.api.rooms import Caller
from hansard.app import open_house
from hansard.domain.actor import Actor
from hansard.domain.errors import Conflict
from hansard.domain.operations import OPERATIONS
from hansard.store import event_log, tables

Json = dict[str, Any]
HELLO = {"type": "user.message", "content": [{"type": "text", "text": "hello"}]}
KEY = "idempotency-key"
RETRY = "x-stainless-retry-count"
MINUTE = 60_000

RULE = {"id": "house-word", "regex": "housesecret-[a-z0-9]{16}", "keywords": ["housesecret"]}
BODIES: dict[str, Json | None] = {
    "session.create": {"title": "once", "initial_events": [HELLO]},
    "session.update": {"title": "another", "metadata": {"k": "v"}},
    "session.archive": None,
    "session.unarchive": None,
    "session.send": {"events": [HELLO, HELLO]},
    "session.reset": {},
    "session.compact": {},
    "agent.create": {"name": "once"},
    "agent.update": {"name": "once more"},
    "agent.archive": None,
    "import.start": {},
    "key.revoke": None,
    "db.backup": {},
    "bulk.create": {"action": "tag", "arguments": {"tags": ["night"]}},
    "bulk.cancel": None,
    "view.create": {"name": "Mine"},
    "view.update": {"name": "Ours"},
    "redact.rule.create": {"rule": RULE},
    "redact.rule.update": {"enabled": False},
}
SECRET = {
    "key.create": {"name": "ci", "scope": "read"},
    "login.link": None,
    "login.enter": {"token": "x"},
}
NATURAL = {
    "login.leave": "a second one finds nobody to sign out",
    "session.export_many": "it only reads",
    "redact.test": "it only reads",
    "file.upload": "a form, not JSON; tests/api/test_files.py",
}


async def made_for(desk: Any, name: str, path: str) -> tuple[str, Json | None]:
    """Path and body of a request, on things of its own."""
    body = BODIES[name]
    if name == "db.backup" and desk.house.store.name != "sqlite":
        pytest.skip("PostgreSQL is backed up with its own tools")
    if "{session_id}" in path:
        session = await desk.session()
        path = path.replace("{session_id}", session["id"])
        if name == "session.unarchive":
            await desk.post(f"/v1/sessions/{session['id']}/archive")
    if name == "session.create":
        body = {**(body or {}), "agent": await desk.agent()}
    if name == "import.start":
        empty = desk.house.settings.data_dir / "empty"
        empty.mkdir(exist_ok=True)
        body = {"paths": [str(empty)]}
    if name.startswith("bulk."):
        bulk: Json = {
            **(BODIES["bulk.create"] or {}),
            "session_ids": [(await desk.session())["id"]],
        }
        if name == "bulk.create":
            body = bulk
        else:
            started = await desk.post("/v1/bulk_operations", bulk)
            path = path.replace("{operation_id}", started["id"])
    if "{view_id}" in path:
        view = await desk.post("/v1/views", {"name": "a view of its own"})
        path = path.replace("{view_id}", view["id"])
    if "{rule_id}" in path:
        await desk.post("/v1/redaction/rules", {"rule": {**RULE, "id": "own-word"}})
        path = path.replace("{rule_id}", "own-word")
    if "{agent_id}" in path:
        made = await desk.post("/v1/agents", {"name": "an agent of its own"})
        path = path.replace("{agent_id}", made["id"])
    return path.replace("{key_id}", desk.key("read")[0]), body


def top(desk: Any) -> tuple[int, int]:
    """How much was written: the newest cursor, and the number of audit entries."""

    def count(connection: Any) -> tuple[int, int]:
        entries = connection.execute(tables.audit.select()).all()
        return event_log.highest_pos(connection), len(entries)

    return desk.house.store.read(count)


def test_every_post_says_how_it_takes_effect_once():
    posts = {o.name for o in OPERATIONS if o.method == "POST"}
    assert posts == {*BODIES, *SECRET, *NATURAL}


@pytest.mark.parametrize("name", sorted(BODIES))
async def test_the_same_key_again_gives_the_same_bytes_and_no_effect(desk: Any, name: str):
    """product.md 1, P4: replay byte-equal, marked, also after the session moved on."""
    operation = next(o for o in OPERATIONS if o.name == name)
    path, body = await made_for(desk, name, operation.path)
    headers = {KEY: f"{name} {desk.id('sevt')}"}
    first = await desk.call("POST", path, body, headers=headers)
    assert first.status_code == 200, first.text
    assert "idempotent-replayed" not in first.headers
    if "/v1/sessions/" in path:
        parent = "/".join(path.split("/")[:4])
        await desk.post(parent, {"title": "it moved on"})
    before = top(desk)
    for _ in range(3):
        desk.clock.move(MINUTE)
        again = await desk.call("POST", path, body, headers=headers)
        assert again.status_code == 200
        assert again.content == first.content
        assert again.headers["idempotent-replayed"] == "true"
        assert again.headers["content-type"] == first.headers["content-type"]
    assert top(desk) == before


@pytest.mark.parametrize("name", sorted(SECRET))
async def test_an_answer_with_a_secret_is_never_kept(desk: Any, name: str):
    """A kept answer would hold the secret of which only a hash may lie in the database."""
    operation = next(o for o in OPERATIONS if o.name == name)
    answer = await desk.call("POST", operation.path, SECRET[name], headers={KEY: "k"})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("key", "status"), [("", 400), ("k" * 256, 400), ("k" * 255, 200)])
async def test_a_key_has_1_to_255_characters(desk: Any, key: str, status: int):
    body = {"agent": await desk.agent()}
    answer = await desk.call("POST", "/v1/sessions", body, headers={KEY: key})
    assert answer.status_code == status


async def test_a_kept_answer_goes_with_the_session_it_tells_of(desk: Any):
    """P11: a deleted session leaves no byte of content, not even in a kept answer."""
    made = await desk.session()
    path = f"/v1/sessions/{made['id']}"
    headers = {KEY: f"archive {made['id']}"}
    first = await desk.call("POST", f"{path}/archive", headers=headers)
    again = await desk.call("POST", f"{path}/archive", headers=headers)
    assert again.content == first.content
    await desk.call("DELETE", path)
    gone = await desk.call("POST", f"{path}/archive", headers=headers)
    assert gone.status_code == 404


async def test_a_key_with_another_body_or_path_is_refused(desk: Any):
    one, two = await desk.session(), await desk.session()
    headers = {KEY: f"both {one['id']}"}
    path = f"/v1/sessions/{one['id']}"
    await desk.post(path, {"title": "a"}, headers=headers)
    for other, body in ((path, {"title": "b"}), (f"/v1/sessions/{two['id']}", {"title": "a"})):
        answer = await desk.call("POST", other, body, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_key_belongs_to_its_principal(desk: Any):
    """P4: no hit across principals, nor across workspaces."""
    _, abroad = desk.workspace()
    agent = await desk.post("/v1/agents", {"name": "theirs"}, token=abroad)
    callers = [(None, await desk.agent()), (desk.key("write")[1], desk.agent_id)]
    callers += [(desk.key("write")[1], desk.agent_id), (abroad, agent["id"])]
    ids = set[str]()
    for token, agent_id in callers:
        options = {"token": token} if token else {}
        body = {"agent": agent_id}
        made = await desk.post("/v1/sessions", body, headers={KEY: "shared"}, **options)
        ids.add(made["id"])
    assert len(ids) == len(callers)


async def test_a_refused_request_frees_its_key(desk: Any):
    made = await desk.session(key=f"taken {desk.id('sevt')}")
    headers = {KEY: f"free {made['id']}"}
    body = {"agent": await desk.agent(), "key": made["key"]}
    for _ in range(2):
        taken = await desk.call("POST", "/v1/sessions", body, headers=headers)
        assert taken.status_code == 409, "refused each time, never replayed"
    missing = await desk.call("POST", "/v1/sessions", {"agent": "nobody"}, headers=headers)
    assert missing.status_code == 404, "another body is no conflict after a refusal"
    await desk.post("/v1/sessions", {"agent": await desk.agent()}, headers=headers)


async def test_of_five_copies_at_once_one_takes_effect(desk: Any):
    """P4: while one runs the others hear 409, and may repeat; then they get its answer."""
    made = await desk.session()
    path = f"/v1/sessions/{made['id']}/events"
    for number in range(10):
        headers = {KEY: f"five {made['id']} {number}"}
        calls = [desk.call("POST", path, {"events": [HELLO]}, headers=headers) for _ in range(5)]
        answers = await asyncio.gather(*calls)
        assert {a.status_code for a in answers} <= {200, 409}
        assert len({a.content for a in answers if a.status_code == 200}) == 1
        for refused in (a for a in answers if a.status_code == 409):
            assert refused.headers["x-should-retry"] == "true"
    assert (await desk.get(f"/v1/sessions/{made['id']}"))["seq"] == 11


def one(desk: Any, key: str, attempt: int = 0) -> Once:
    """A request of the installation's owner, as a handler sees it."""
    parts = desk.house.parts
    owner = str(parts.owner["id"])
    actor = Actor("person", owner, "Ana")
    who = Caller(parts.workspace_id, f"admin:{owner}", "admin", actor, owner, False, "req_1")
    return Once(parts, who, key, attempt, b"hash")


async def test_a_request_whose_process_died_is_made_again(desk: Any):
    """P4, kill mid-request: nothing was committed, so after a minute a copy takes its place."""
    key = f"key:{desk.id('sevt')}"
    assert await one(desk, key).replay() is None
    with pytest.raises(Conflict, match="in flight"):
        await one(desk, key).replay()
    desk.clock.move(MINUTE + 1)
    assert await one(desk, key).replay() is None


@pytest.mark.parametrize("kind", ["key", "retry"])
async def test_who_was_taken_for_dead_cannot_finish(desk: Any, kind: str):
    """Exactly one of both takes effect, whichever comes first to the writer."""
    key = f"{kind}:{desk.id('sevt')}"
    slow, fast = one(desk, key), one(desk, key, attempt=1 if kind == "retry" else 0)
    assert await slow.replay() is None
    desk.clock.move(MINUTE + 1)
    assert await fast.replay() is None
    store = desk.house.store
    await store.write(lambda tx: fast.keep_in(tx, b"fast"))
    with pytest.raises(Conflict, match="repeated meanwhile"):
        await store.write(lambda tx: slow.keep_in(tx, b"slow"))
    slow.give_up().result()
    copy = await one(desk, key, attempt=2 if kind == "retry" else 0).replay()
    assert copy.body == b"fast", "who gave up late did not take the other's answer away"


async def test_the_answer_is_kept_in_the_transaction_of_the_change(desk: Any):
    """If the change is taken back the answer is, too: never one without the other."""
    key = f"key:{desk.id('sevt')}"
    mine = one(desk, key)
    assert await mine.replay() is None

    def job(tx: Any) -> None:
        mine.keep_in(tx, b"kept")
        raise Conflict("after all not")

    with pytest.raises(Conflict):
        await desk.house.store.write(job)
    with pytest.raises(Conflict, match="in flight"):
        await one(desk, key).replay()
    mine.give_up().result()
    assert await one(desk, key).replay() is None


async def test_a_key_is_kept_for_72_hours(small: Any):
    body = {"agent": await small.agent()}
    headers = {KEY: "three days"}
    first = await small.post("/v1/sessions", body, headers=headers)
    small.clock.move(KEPT_MS)
    assert await small.post("/v1/sessions", body, headers=headers) == first
    small.clock.move(1)
    assert (await small.post("/v1/sessions", body, headers=headers))["id"] != first["id"]


async def test_a_new_start_forgets_what_was_in_flight_and_keeps_the_rest(
    desk_of: Any, tmp_path: Path
):
    """On SQLite the process that owned a request in flight is gone for sure."""
    async with desk_of(tmp_path) as desk:
        body = {"agent": await desk.agent()}
        await desk.post("/v1/sessions", body, headers={KEY: "kept"})
        assert await one(desk, "key:lost").replay() is None

    def states(connection: Any) -> set[tuple[str, str]]:
        rows = connection.execute(tables.idempotency.select()).mappings()
        return {(row["key"], row["state"]) for row in rows}

    again = open_house(desk.house.settings, desk.clock)
    try:
        kept = sha256(b"kept").hexdigest()  # of what a caller calls a request only the hash
        assert again.store.read(states) == {(f"key:{kept}", "done")}
    finally:
        again.close()


async def test_a_stock_client_s_retry_takes_the_first_answer(desk: Any):
    """wire.md intro: a count above 0 takes the result of a lower one; 0 never dedupes."""
    made = await desk.session()
    path = f"/v1/sessions/{made['id']}/events"
    body = {"events": [HELLO]}

    async def attempt(count: str, **options: Any) -> Any:
        return await desk.call("POST", path, body, headers={RETRY: count}, **options)

    first = await attempt("0")
    for count in ("1", "2", "1"):
        again = await attempt(count)
        assert again.content == first.content
        assert again.headers["idempotent-replayed"] == "true"
    second = await attempt("0")
    assert second.json()["data"][0]["seq"] == 3, "the same words said again on purpose"
    assert (await attempt("1")).content == second.content, "the latest one"
    assert (await attempt("1", token=desk.key("write")[1])).json()["data"][0]["seq"] == 4
    desk.clock.move(15 * MINUTE + 1)
    late = await attempt("1")
    assert late.json()["data"][0]["seq"] == 5, "after a quarter of an hour it is another request"


@pytest.mark.parametrize("count", [b"", b"x", b"-1", b"1.5", b"\xb2", b"9" * 5_000, b" 1 "])
async def test_an_odd_retry_count_is_no_error(desk: Any, count: bytes):
    """Headers are bytes, and `str.isdigit` holds for more of them than `int` reads."""
    made = await desk.session()
    secret = b"Bearer an admin secret that only tests know"
    headers = [(RETRY.encode(), count), (b"authorization", secret)]
    path = f"/v1/sessions/{made['id']}/events"
    answer = await desk.http.post(path, json={"events": [HELLO]}, headers=headers)
    assert answer.status_code == 200


async def test_a_retry_waits_for_the_first_attempt(desk: Any):
    """The first attempt still runs when its client gave up waiting: all get its answer."""
    made = await desk.session()
    path = f"/v1/sessions/{made['id']}/events"
    content = orjson.dumps({"events": [HELLO]})
    digest = sha256(path.encode() + b"\n" + content).digest()
    first = one(desk, f"retry:{digest.hex()}")
    first.request_hash = digest
    assert await first.replay() is None

    async def retry(count: int) -> Any:
        headers = {RETRY: str(count), "content-type": "application/json"}
        return await desk.call("POST", path, content=content, headers=headers)

    waiting = [asyncio.create_task(retry(count)) for count in (1, 2, 3)]
    done, _ = await asyncio.wait(waiting, timeout=0.3)
    assert not done
    await desk.house.store.write(lambda tx: first.keep_in(tx, b'{"first":true}'))
    for answer in await asyncio.gather(*waiting):
        assert answer.json() == {"first": True}
    assert (await desk.get(f"/v1/sessions/{made['id']}"))["seq"] == 1


async def test_the_second_of_two_like_requests_is_no_retry_of_the_first(desk: Any):
    """Both carry count 0: two people may say the same at the same moment."""
    made = await desk.session()
    path = f"/v1/sessions/{made['id']}/events"
    body = {"events": [HELLO]}
    calls = [desk.call("POST", path, body, headers={RETRY: "0"}) for _ in range(4)]
    answers = await asyncio.gather(*calls)
    assert sorted(a.json()["data"][0]["seq"] for a in answers) == [2, 3, 4, 5]
