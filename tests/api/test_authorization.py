"""Who may call what: every route times every kind of caller, generated from the application."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from hansard.api import auth
from hansard.domain.operations import BY_NAME, OPERATIONS, SCOPES, Operation, covers
from hansard.store import members, tables

Json = dict[str, Any]
Made = tuple[str, Json | None]
Caller = dict[str, str]
TEXT = {"type": "user.message", "content": [{"type": "text", "text": "x" * 70_000}]}
FORM = {"file": ("notes.txt", b"some words", "text/plain")}
ABSENT = "0" * 32
guarded = pytest.mark.parametrize(
    "operation", [o for o in OPERATIONS if o.scope != "public"], ids=lambda o: o.name
)


def bearer(token: str) -> Caller:
    return {"authorization": f"Bearer {token}"}


async def request_of(desk: Any, operation: Operation) -> Made:
    """A request that does what the operation says, on things of its own."""
    path = operation.path
    if operation.name == "db.backup" and desk.house.store.name != "sqlite":
        pytest.skip("PostgreSQL is backed up with its own tools")
    if operation.name == "session.export_many":
        return path, {"session_ids": [(await desk.session())["id"]]}
    if "{session_id}" in path:
        session = await desk.session()
        if operation.name == "session.unarchive":
            await desk.post(f"/v1/sessions/{session['id']}/archive")
        if "{blob_id}" in path:
            stored = (await desk.send(session["id"], TEXT))[0]
            path = path.replace("{blob_id}", stored["content"][0]["text"]["blob_id"])
        path = path.replace("{session_id}", session["id"])
    if "{agent_id}" in path:
        made = await desk.post("/v1/agents", {"name": "an agent of its own"})
        path = path.replace("{agent_id}", made["id"])
    if "{key_id}" in path:
        path = path.replace("{key_id}", desk.key("read")[0])
    if "{rule_id}" in path:
        rule = {"id": f"own-{desk.id('usr')}", "regex": "zq[0-9]{9}"}
        made = await desk.post("/v1/redaction/rules", {"rule": rule})
        path = path.replace("{rule_id}", made["id"])
    if "{view_id}" in path:
        made = await desk.post("/v1/views", {"name": desk.id("view"), "shared": True})
        path = path.replace("{view_id}", made["id"])
    if "{operation_id}" in path:
        asked = {"action": "archive", "session_ids": [(await desk.session())["id"]]}
        made = await desk.post("/v1/bulk_operations", asked)
        path = path.replace("{operation_id}", made["id"])
    if "{file_id}" in path:
        kept = await desk.call("POST", "/v1/files", files=FORM)
        path = path.replace("{file_id}", kept.json()["id"])
    if operation.name == "bulk.create":
        session_id = (await desk.session())["id"]
        return path, {"action": "tag", "session_ids": [session_id], "arguments": {"tags": ["x"]}}
    if operation.name == "view.create":
        return path, {"name": desk.id("view")}
    if operation.name == "view.update":
        return path, {"density": "compact"}
    if operation.name == "session.resolve":
        path += f"?key={(await desk.session())['key']}"
    path += QUERIES.get(operation.name, "")
    await desk.agent()
    return path, BODIES.get(operation.name, lambda _: None)(desk)


QUERIES = {"search.query": "?q=hello", "session.find": "?query=hello"}
BODIES: dict[str, Callable[[Any], Json]] = {
    "redact.rule.create": lambda desk: {
        "rule": {"id": f"own-{desk.id('usr')}", "regex": "zq[0-9]{9}"}
    },
    "redact.rule.update": lambda _: {"enabled": False},
    "redact.test": lambda _: {"text": "nothing to see"},
    "session.create": lambda desk: {"agent": desk.agent_id},
    "session.update": lambda _: {"title": "another"},
    "session.send": lambda _: {"events": [{"type": "user.message", "content": "hello"}]},
    "agent.create": lambda _: {"name": "reviewer"},
    "agent.update": lambda _: {"name": "another"},
    "db.backup": lambda _: {},
    "import.start": lambda desk: {"paths": [str(desk.house.settings.data_dir)]},
    "key.create": lambda _: {"name": "ci", "scope": "read"},
}


async def ask(desk: Any, operation: Operation, made: Made, caller: Caller) -> httpx.Response:
    path, body = made
    options = {"files": FORM} if operation.uploads else {}
    desk.house.parts.stopping[0] = operation.streams  # a stream then ends by itself
    try:
        return await desk.call(operation.method, path, body, token=None, headers=caller, **options)
    finally:
        desk.house.parts.stopping[0] = False


def strangers(desk: Any) -> dict[str, Caller]:
    """Callers whom nobody knows, or not any more."""
    revoked, revoked_secret = desk.key("admin")
    where = desk.house.parts.workspace_id
    desk.house.store.submit(
        lambda tx: members.revoke_key(tx, where, revoked, desk.clock())
    ).result()
    _, expired_secret = desk.key("admin", expires_at=desk.clock() - 1)
    gone = desk.cookie("usr_" + ABSENT)
    return {
        "nobody": {},
        "a wrong token": bearer("hansard_sk_wrong"),
        "an empty token": {"authorization": "Bearer "},
        "another scheme": {"authorization": "Basic YTpi"},
        "a revoked key": bearer(revoked_secret),
        "an expired key": bearer(expired_secret),
        "the key's id": bearer(revoked),
        "an unknown cookie": {"cookie": f"{auth.COOKIE}=hansard_login_wrong"},
        "the cookie of somebody who is no member": {"cookie": gone},
        "a link's token as a cookie": {"cookie": f"{auth.COOKIE}={link(desk)}"},
    }


def link(desk: Any) -> str:
    parts = desk.house.parts
    owner = str(parts.owner["id"])
    return auth.login_token(
        parts.store, members.Login(parts.workspace_id, owner, None), "link", desk.clock()
    )


@guarded
async def test_a_stranger_is_refused(desk: Any, operation: Operation):
    """S3-19: an unauthenticated call is refused on every route, and has no effect."""
    made = await request_of(desk, operation)
    for name, caller in strangers(desk).items():
        answer = await ask(desk, operation, made, caller)
        assert answer.status_code == 401, f"{name}: {answer.status_code} {answer.text[:200]}"
        assert answer.json()["error"]["type"] == "authentication_error"
    if "{session_id}" in operation.path:
        await desk.get(re.sub(r"(/v1/sessions/\w+).*", r"\1", made[0]))


@guarded
async def test_a_key_does_what_its_scope_covers(desk: Any, operation: Operation):
    for scope in SCOPES:
        made = await request_of(desk, operation)
        answer = await ask(desk, operation, made, bearer(desk.key(scope)[1]))
        expected = 200 if covers(scope, operation.scope) else 403
        assert answer.status_code == expected, f"{scope}: {answer.text[:300]}"
        if expected == 403:
            assert answer.json()["error"]["type"] == "permission_error"


@guarded
async def test_both_headers_of_a_key_are_equal(desk: Any, operation: Operation):
    secret = desk.key("read")[1]
    statuses = set[int]()
    for caller in (
        bearer(secret), {"x-api-key": secret}, {"authorization": f"bearer  {secret}"},
    ):  # fmt: skip
        answer = await ask(desk, operation, await request_of(desk, operation), caller)
        statuses.add(answer.status_code)
    assert len(statuses) == 1


@guarded
async def test_a_key_in_the_address_is_not_read(desk: Any, operation: Operation):
    path, body = await request_of(desk, operation)
    secret = desk.key("admin")[1]
    for name in ("api_key", "key", "token", "access_token", "x-api-key", "authorization"):
        sign = "&" if "?" in path else "?"
        made = (f"{path}{sign}{name}={secret}", body)
        assert (await ask(desk, operation, made, {})).status_code == 401


@guarded
async def test_the_admin_secret_and_the_owner_s_browser_may_do_everything(
    desk: Any, operation: Operation
):
    browser = {"cookie": desk.cookie(), "origin": "http://127.0.0.1:4777"}
    for caller in (bearer("an admin secret that only tests know"), browser):
        made = await request_of(desk, operation)
        answer = await ask(desk, operation, made, caller)
        assert answer.status_code == 200, answer.text[:300]


def entries(desk: Any) -> list[Json]:
    """The audit entries of the installation, oldest first."""

    def query(connection: Any) -> list[Json]:
        rows = connection.execute(tables.audit.select().order_by(tables.audit.c.id)).mappings()
        return [dict(row) for row in rows]

    return desk.house.store.read(query)


@pytest.mark.parametrize(
    "operation", [o for o in OPERATIONS if o.audited], ids=lambda operation: operation.name
)
async def test_an_audited_act_leaves_one_entry_and_a_refused_one_none(
    desk: Any, operation: Operation
):
    """reliability.md 2, Audit: who, what, to which, by which request."""
    made = await request_of(desk, operation)
    before = {entry["id"] for entry in entries(desk)}
    await ask(desk, operation, made, bearer(desk.key("read")[1]))
    assert {entry["id"] for entry in entries(desk)} == before
    key_id, secret = desk.key("admin")
    answer = await ask(desk, operation, made, bearer(secret))
    assert answer.status_code == 200
    (entry,) = (entry for entry in entries(desk) if entry["id"] not in before)
    assert entry["action"] == operation.name
    assert entry["request_id"] == answer.headers["request-id"]
    assert key_id in entry["actor"]
    assert entry["target"] is None or entry["target"] in f"{made[0]} {answer.text}"


async def test_a_cookie_works_for_thirty_days(small: Any):
    caller = {"cookie": small.cookie()}
    small.clock.move(auth.COOKIE_MS - 1)
    assert (await small.call("GET", "/v1/me", token=None, headers=caller)).status_code == 200
    small.clock.move(1)
    assert (await small.call("GET", "/v1/me", token=None, headers=caller)).status_code == 401


async def test_a_member_s_role_bounds_what_the_browser_may_do(desk: Any):
    where = desk.house.parts.workspace_id
    for role, may_write in (("member", True), ("viewer", False)):
        person = members.Member(desk.id("usr"), role, role)
        desk.house.store.submit(
            lambda tx, p=person: members.add_member(tx, where, p, desk.clock())
        ).result()
        caller = {"cookie": desk.cookie(person.id), "origin": "http://127.0.0.1:4777"}
        operation = BY_NAME["session.update"]
        written = await ask(desk, operation, await request_of(desk, operation), caller)
        assert written.status_code == (200 if may_write else 403)
        operation = BY_NAME["session.delete"]
        deleted = await ask(desk, operation, await request_of(desk, operation), caller)
        assert deleted.status_code == 403


def masked(answer: httpx.Response, made: Made) -> tuple[int, str]:
    """Status and body without what names the request itself."""
    text = answer.text
    for word in re.findall(r"[a-z]+_[0-9a-f]{32,64}", f"{made[0]} {made[1]}"):
        text = text.replace(word, "ID")
    return answer.status_code, re.sub(r"req_[0-9a-f]{32}", "REQ", text)


def elsewhere(made: Made) -> Made:
    """The same request about something that does not exist."""
    path, body = made

    def absent(text: str) -> str:
        return re.sub(r"_[0-9a-f]{32}(?=[/?&]|\Z)", "_" + ABSENT, text)

    return absent(path), body


@pytest.mark.parametrize(
    "operation", [o for o in OPERATIONS if "{" in o.path], ids=lambda o: o.name
)
async def test_another_workspace_s_things_look_as_if_they_did_not_exist(
    desk: Any, operation: Operation
):
    """S3-19, reliability.md 2, Tenant isolation: same status, same body, no effect."""
    caller = bearer(desk.workspace()[1])
    made = await request_of(desk, operation)
    foreign = await ask(desk, operation, made, caller)
    absent = await ask(desk, operation, elsewhere(made), caller)
    assert masked(foreign, made) == masked(absent, elsewhere(made))
    assert foreign.status_code == 404
    own = await ask(desk, operation, made, bearer("an admin secret that only tests know"))
    assert own.status_code == 200, "the other workspace changed it"


REFERENCES: dict[str, Callable[[Any, Json], Awaitable[httpx.Response]]] = {}


def refers(
    run: Callable[[Any, Json], Awaitable[httpx.Response]],
) -> Callable[[Any, Json], Awaitable[httpx.Response]]:
    REFERENCES[run.__name__] = run
    return run


@refers
async def a_parent(desk: Any, of: Json) -> httpx.Response:
    agent = await desk.post("/v1/agents", {"name": "theirs"}, token=of["caller"])
    body = {"agent": agent["id"], "parent_id": of["session"]}
    return await desk.call("POST", "/v1/sessions", body, token=of["caller"])


@refers
async def an_agent(desk: Any, of: Json) -> httpx.Response:
    return await desk.call("POST", "/v1/sessions", {"agent": of["agent"]}, token=of["caller"])


@refers
async def a_topic(desk: Any, of: Json) -> httpx.Response:
    return await desk.call(
        "GET", f"/v1/stream?topics=sessions,session:{of['session']}", token=of["caller"]
    )


@refers
async def a_key(desk: Any, of: Json) -> httpx.Response:
    asked = {"key": of["key"]}
    return await desk.call("GET", "/v1/sessions/resolve", params=asked, token=of["caller"])


@pytest.mark.parametrize("name", sorted(REFERENCES))
async def test_a_reference_into_another_workspace_is_one_to_nothing(desk: Any, name: str):
    session = await desk.session()
    caller = desk.workspace()[1]
    ours = {"session": session["id"], "agent": desk.agent_id, "key": session["key"]}
    nothing = {
        "session": "sesn_" + ABSENT,
        "agent": "agent_" + ABSENT,
        "key": re.sub(r"[0-9a-f]{32}", ABSENT, session["key"]),
    }
    found: list[tuple[int, str]] = []
    for names in (ours, nothing):
        answer = await REFERENCES[name](desk, {**names, "caller": caller})
        text = re.sub(r"req_[0-9a-f]{32}", "REQ", answer.text)
        for word in names.values():
            text = text.replace(word, "NAME")
        found.append((answer.status_code, text))
    assert found[0] == found[1]
    assert found[0][0] == 404


async def test_lists_show_one_workspace(desk: Any):
    session = await desk.session()
    _, caller = desk.workspace()
    await desk.post("/v1/views", {"name": desk.id("view"), "shared": True})
    assert all(v["built_in"] for v in (await desk.get("/v1/views", token=caller))["data"])
    counted = await desk.get("/v1/sessions/facets", token=caller)
    assert not any(one["count"] for one in counted["tabs"])
    assert not any(counted["facets"].values())
    lists = ("/v1/sessions", "/v1/agents", "/v1/imports", "/v1/files", "/v1/bulk_operations")
    for path in lists:
        assert (await desk.get(path, token=caller))["data"] == []
    assert len((await desk.get("/v1/api_keys", token=caller))["data"]) == 1
    me = await desk.get("/v1/me", token=caller)
    assert desk.house.parts.workspace_id not in str(me)
    narrowed = {"parent_id": session["id"], "include_archived": "true"}
    assert (await desk.get("/v1/sessions", token=caller, params=narrowed))["data"] == []


async def test_a_cursor_of_another_workspace_is_refused(desk: Any):
    for _ in range(3):
        await desk.session()
        await desk.post("/v1/agents", {"name": "one more"})
    _, caller = desk.workspace()
    for path in ("/v1/sessions", "/v1/agents"):
        page = (await desk.get(path, params={"limit": 1}))["next_page"]
        answer = await desk.call("GET", path, params={"limit": 1, "page": page}, token=caller)
        assert answer.status_code == 400


async def test_an_event_id_of_another_workspace_is_free_here(desk: Any):
    """An id is an event's in its workspace; that it exists elsewhere shows in nothing."""
    session = await desk.session()
    event_id = desk.id("sevt")
    await desk.send(session["id"], {"type": "user.message", "content": "ours", "id": event_id})
    _, caller = desk.workspace()
    agent = await desk.post("/v1/agents", {"name": "theirs"}, token=caller)
    theirs = await desk.post("/v1/sessions", {"agent": agent["id"], "recorded": True}, token=caller)
    said = {"type": "user.message", "content": "theirs", "id": event_id}
    path = f"/v1/sessions/{theirs['id']}/events"
    answer = await desk.post(path, {"events": [said]}, token=caller)
    assert answer["data"][0]["content"][0]["text"] == "theirs"


async def test_an_import_into_another_workspace_is_refused(desk: Any):
    answer = await desk.call("POST", "/v1/imports", {"paths": ["/"]}, token=desk.workspace()[1])
    assert answer.status_code == 403


async def test_a_request_may_name_the_workspace_of_its_key_and_no_other(desk: Any):
    """wire.md section 1: the optional workspace header must match the credential."""
    where, caller = desk.workspace()
    for named, status in ((where, 200), (desk.house.parts.workspace_id, 403), ("x", 403)):
        headers = {"anthropic-workspace-id": named}
        answer = await desk.call("GET", "/v1/me", token=caller, headers=headers)
        assert answer.status_code == status
