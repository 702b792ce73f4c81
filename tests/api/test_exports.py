"""Exports, checks and backups over the wire (S1-8, S1-16, S1-21, S1-N15)."""

import asyncio
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansard.journal import proof
from hansard.journal.seal import signed_head
from hansard.store import schema, tables

Json = dict[str, Any]
ABSENT = "sesn_" + "0" * 32
SAID = {"type": "user.message", "content": "hello"}


def checked(answer: httpx.Response) -> proof.Proof:
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.headers["cache-control"] == "no-store"
    found = proof.examine(BytesIO(answer.content))
    assert found.problems == []
    return found


def audited(desk: Any, action: str) -> list[Json]:
    query = tables.audit.select().where(tables.audit.c.action == action)
    rows = desk.house.store.read(lambda c: c.execute(query).mappings().all())
    return [dict(row) for row in rows]


async def test_a_session_is_downloaded_as_a_file_named_after_its_key(desk: Any):
    """S1-8, S1-21: one file, whole and signed, with an audit entry that says who took it."""
    session = await desk.session(key=f"agent:coder:default:ana:web:thread:{desk.id('sesn')}/../x")
    await desk.send(session["id"], SAID)
    answer = await desk.call("GET", f"/v1/sessions/{session['id']}/export")
    found = checked(answer)
    assert [section.entry.id for section in found.sections] == [session["id"]]
    assert found.events == 2
    name = answer.headers["content-disposition"].removeprefix("attachment; filename=")
    assert name.startswith('"session-agent-coder-default-ana-web-thread-sesn_')
    assert name.endswith('-x.jsonl"') and "/" not in name and ".." not in name
    entries = audited(desk, "session.export")
    assert [e["target"] for e in entries if e["target"] == session["id"]] == [session["id"]]
    assert found.header.public_key == desk.house.parts.seal.public_key


async def test_several_sessions_are_one_file_named_after_the_time(desk: Any):
    """S1-16: by id, by key, each once, in the order asked for."""
    one, two = await desk.session(), await desk.session()
    body = {"session_ids": [two["id"], one["key"], two["id"]]}
    answer = await desk.call("POST", "/v1/sessions/export", body)
    assert [s.entry.id for s in checked(answer).sections] == [two["id"], one["id"]]
    name = f'"sessions-export-{desk.clock()}.jsonl"'
    assert answer.headers["content-disposition"] == f"attachment; filename={name}"
    entry = audited(desk, "session.export_many")[-1]
    kept = {"count": 2, "sessions": [two["id"], one["id"]], "format": "jsonl"}
    assert json.loads(entry["detail"]) == kept


async def test_a_filter_takes_the_parameters_of_the_list(small: Any):
    flow = await small.session(kind="flow_run")
    archived = await small.session()
    await small.post(f"/v1/sessions/{archived['id']}/archive")
    plain = await small.session(parent_id=flow["id"])

    async def chosen(**said: Any) -> set[str]:
        answer = await small.call("POST", "/v1/sessions/export", {"filter": said})
        return {section.entry.id for section in checked(answer).sections}

    assert await chosen(kind="flow_run") == {flow["id"]}
    assert await chosen(archived=True) == {archived["id"]}
    every = {flow["id"], archived["id"], plain["id"]}
    assert await chosen(include_archived=True, include_children=True) == every
    assert await chosen(parent_id=flow["id"]) == {plain["id"]}
    assert await chosen(since="2000-01-01T00:00:00Z", agent_id=[small.agent_id]) == {flow["id"]}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "session_ids or filter"),
        ({"session_ids": ["x"], "filter": {}}, "session_ids or filter"),
        ({"session_ids": []}, "session_ids"),
        ({"filter": {"color": "red"}}, "filter.color"),
        ({"filter": {"kind": 7}}, "filter.kind"),
        ({"filter": {"kind": ["yacht"]}}, "kind: one of"),
        ({"filter": {"archived": "yes"}}, "filter.archived"),
        ({"filter": {"since": "soon"}}, "filter.since"),
        ({"filter": {"parent_id": 1}}, "filter.parent_id"),
        ({"filter": {"agent_id": ["agent_" + "0" * 32]}}, "nothing to export"),
        ({"filter": [1]}, "filter"),
    ],
)
async def test_what_cannot_be_chosen_is_told(desk: Any, body: Json, told: str):
    answer = await desk.call("POST", "/v1/sessions/export", body)
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]


async def test_one_absent_session_refuses_the_whole_and_leaves_no_entry(desk: Any):
    """reliability.md 2, Write vs read: a bulk with one foreign id is refused as a whole."""
    session, before = await desk.session(), len(audited(desk, "session.export_many"))
    for other in (ABSENT, "no:such:key"):
        body = {"session_ids": [session["id"], other]}
        answer = await desk.call("POST", "/v1/sessions/export", body)
        assert answer.status_code == 404
    _, abroad = desk.workspace()
    body = {"session_ids": [session["id"]]}
    answer = await desk.call("POST", "/v1/sessions/export", body, token=abroad)
    assert answer.status_code == 404
    assert len(audited(desk, "session.export_many")) == before


async def test_a_session_deleted_while_it_is_exported_gives_no_whole_file(served: Any):
    """A file without its last line is not whole, and says so."""
    desk_url, house = served.url, served.house
    async with httpx.AsyncClient(base_url=desk_url, timeout=30) as http:
        admin = {"authorization": "Bearer an admin secret that only tests know"}
        agent = (await http.post("/v1/agents", json={"name": "long"}, headers=admin)).json()
        body = {"agent": agent["id"], "recorded": True}
        made = (await http.post("/v1/sessions", json=body, headers=admin)).json()["id"]
        path = f"/v1/sessions/{made}"
        events = [{"type": "x.long", "text": "word " * 2_000} for _ in range(90)]
        for _ in range(24):
            sent = await http.post(f"{path}/events", json={"events": events}, headers=admin)
            assert sent.status_code == 200, sent.text
        got = b""
        try:
            async with http.stream("GET", f"{path}/export", headers=admin) as answer:
                async for piece in answer.aiter_raw(65_536):
                    got += piece
                    if len(got) < 300_000:
                        continue
                    if house is not None:
                        gone = await http.delete(path, headers=admin)
                        assert gone.status_code == 200
                        house = None
        except httpx.RemoteProtocolError:
            pass
        found = proof.examine(BytesIO(got))
        assert found.broken > 0
        assert any("cut off" in str(problem) for problem in found.problems)


async def test_the_state_of_a_chain_and_its_signed_head(desk: Any):
    """P22: a head that somebody kept shows later whether anything before it was changed."""
    session = await desk.session()
    await desk.send(session["id"], SAID)
    found = await desk.get(f"/v1/sessions/{session['id']}/verify")
    row = await desk.get(f"/v1/sessions/{session['id']}")
    assert (found["ok"], found["events"], found["problems"]) == (True, 2, [])
    head = found["head"]
    assert (head["seq"], head["hash"]) == (2, row["head"])
    signed = (found["public_key"], session["id"], 2, head["hash"], head["signature"])
    assert signed_head(*signed)
    assert not signed_head(*signed[:2], 3, *signed[3:])
    of_head = tables.events.c.hash == bytes.fromhex(head["hash"])
    change = tables.events.update().where(of_head).values(created_at=1)
    desk.house.store.submit(lambda tx: tx.write(change)).result()
    broken = await desk.get(f"/v1/sessions/{session['id']}/verify")
    assert (broken["ok"], broken["head"]) == (False, None)
    assert broken["problems"] == ["seq 2: the hash does not follow"]


async def test_every_chain_of_the_database_is_checked_line_by_line(small: Any):
    session, other = await small.session(), await small.session()
    await small.send(session["id"], SAID)
    answer = await small.call("GET", "/v1/database/verify")
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert told[-1].items() >= {"type": "verified", "ok": True, "sessions": 2, "events": 3}.items()
    change = tables.events.update().where(tables.events.c.type == "user.message").values(v=2)
    small.house.store.submit(lambda tx: tx.write(change)).result()
    answer = await small.call("GET", "/v1/database/verify")
    problem, *_, last = [json.loads(line) for line in answer.text.splitlines()]
    assert problem["session_id"] == session["id"] != other["id"]
    assert (last["ok"], last["broken"]) == (False, 1)
    report = await small.get("/v1/database", params={"full": "true"})
    assert (report["ok"], list(report["chains"])) == (False, [session["id"]])


async def test_a_backup_is_a_new_file_and_is_reported(small: Any, tmp_path: Path):
    """P21; a path of the server's machine, absolute, never overwritten."""
    await small.session()
    made = await small.post("/v1/database/backups", {})
    assert Path(made["path"]).parent == small.house.settings.data_dir / "backups"
    named = str(tmp_path / "named.db")
    assert (await small.post("/v1/database/backups", {"path": named}))["path"] == named
    for path, status in ((named, 409), ("relative.db", 400), ("/no/such/folder/x.db", 404)):
        answer = await small.call("POST", "/v1/database/backups", {"path": path})
        assert answer.status_code == status, answer.text
    report = await small.get("/v1/database")
    assert report["last_backup"]["path"] == named
    assert report["bytes"]["database"] > 0 and report["stray_contents"] == 0


async def test_the_database_belongs_to_the_installation_s_own_workspace(desk: Any):
    _, abroad = desk.workspace()
    for method, path in (
        ("GET", "/v1/database"), ("GET", "/v1/database/verify"), ("POST", "/v1/database/backups"),
    ):  # fmt: skip
        body = {} if method == "POST" else None
        answer = await desk.call(method, path, body, token=abroad)
        assert answer.status_code == 403


async def test_an_export_comes_back_through_the_import_door(
    small: Any, desk_of: Any, tmp_path: Path
):
    """Same head: nothing. Another history: 409 at once, and nothing is changed."""
    session = await small.session(title="Kept")
    await small.send(session["id"], SAID)
    answer = await small.call("GET", f"/v1/sessions/{session['id']}/export")
    path = tmp_path / "export.jsonl"
    write(path, answer.content)
    async with desk_of(tmp_path / "elsewhere") as other:
        source = await imported(other, path)
        seq = (await small.get(f"/v1/sessions/{session['id']}"))["seq"]
        assert (source["state"], source["events"], source["format"]) == ("done", seq, "hansard")
        assert (await other.get(f"/v1/sessions/{session['id']}"))["title"] == "Kept"
        assert (await imported(other, path))["events"] == 0
        await other.send(session["id"], SAID)
        assert (await imported(other, path))["events"] == 0, "all of it is there"
        await small.send(session["id"], {**SAID, "content": "there"})
        theirs = await small.call("GET", f"/v1/sessions/{session['id']}/export")
        write(path, theirs.content)
        refused = await other.call("POST", "/v1/imports", {"paths": [str(path)]})
        assert refused.status_code == 409
        assert refused.json()["error"]["type"] == "conflict_error"
    async with desk_of(tmp_path / "third") as third:
        write(path, theirs.content[:-200])
        source = await imported(third, path)
        assert (source["state"], source["sessions"]) == ("failed", 0)
        assert "cut off" in source["error"]
        assert (await third.get("/v1/sessions"))["data"] == []


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def imported(desk: Any, path: Path) -> Json:
    """What became of an import."""
    await desk.post("/v1/imports", {"paths": [str(path)]})
    for _ in range(400):
        (source,) = (await desk.get("/v1/imports"))["data"]
        if source["state"] in ("done", "failed"):
            return source
        await asyncio.sleep(0.02)
    raise AssertionError(f"the import does not end: {source}")


async def test_a_secret_in_the_path_of_a_backup_is_kept_nowhere(small: Any, tmp_path: Path):
    """S2-34: not in the answer that is kept, the audit log, the report or the database."""
    token = "ghp_" + "0123456789abcdefABCDEF0123456789abcd"
    named = tmp_path / f"before-{token}.db"
    made = await small.post("/v1/database/backups", {"path": str(named)})
    assert named.exists()
    assert token not in made["path"] and "[secret:" in made["path"]
    report = await small.get("/v1/database")
    assert report["last_backup"]["path"] == made["path"]
    house = small.house
    told = house.store.read(lambda c: [str(row) for row in c.execute(tables.audit.select())])
    assert any("db.backup" in row for row in told) and token not in str(told)
    old = json.dumps({"at": made["created_at"], "path": str(named)})
    schema.set_fact(house.store, "last_backup", old)
    report = await small.get("/v1/database")
    assert token not in str(report), "what an older version kept of it is not shown"


async def test_an_export_of_a_stranger_continues_a_session_when_the_caller_trusts_its_key(
    small: Any, tmp_path: Path, desk_of: Any
):
    """P22: refused at the door, with words that say what to do."""
    path = tmp_path / "kept.jsonl"
    (tmp_path / "other").mkdir()
    async with desk_of(tmp_path / "other") as other:
        made = await other.session()
        answer = await other.call("GET", f"/v1/sessions/{made['id']}/export")
        path.write_bytes(answer.content)
        key = other.house.parts.seal.public_key
        await small.post("/v1/imports", {"paths": [str(path)]})
        await taken(small)
        await other.send(made["id"], {"type": "user.message", "content": "and one more"})
        answer = await other.call("GET", f"/v1/sessions/{made['id']}/export")
        path.write_bytes(answer.content)
    refused = await small.call("POST", "/v1/imports", {"paths": [str(path)]})
    assert refused.status_code == 409 and "trust its key" in refused.text
    body = {"paths": [str(path)], "trust": ["no key"]}
    assert (await small.call("POST", "/v1/imports", body)).status_code == 400
    before = (await small.get(f"/v1/sessions/{made['id']}"))["seq"]
    await small.post("/v1/imports", {"paths": [str(path)], "trust": [key]})
    (source,) = await taken(small)
    assert source["state"] == "done" and source["events"] >= 1
    assert (await small.get(f"/v1/sessions/{made['id']}"))["seq"] > before
    told = small.house.store.read(lambda c: [str(row) for row in c.execute(tables.audit.select())])
    assert sum(key in row for row in told) == 1


async def taken(desk: Any) -> list[Any]:
    """The sources, once each was read."""
    while True:
        sources = (await desk.get("/v1/imports"))["data"]
        if all(source["state"] in ("done", "failed") for source in sources):
            return sources
        await asyncio.sleep(0.05)
