"""Events over HTTP: sent, listed, refused, their large content and their source records."""

import asyncio
from hashlib import sha256
from typing import Any

import orjson
import pytest

from hansard.domain.events.base import ENVELOPE
from hansard.journal import read
from hansard.store import blobs

Json = dict[str, Any]
HELLO = {"type": "user.message", "content": [{"type": "text", "text": "hello"}]}
SECOND = 1_000


def said(text: str, **fields: Any) -> Json:
    return {"type": "agent.message", "content": [{"type": "text", "text": text}], **fields}


async def events(desk: Any, session_id: str, **asked: Any) -> list[Json]:
    """One page of a session's log."""
    return (await desk.get(f"/v1/sessions/{session_id}/events", params=asked))["data"]


async def seqs(desk: Any, session_id: str, **asked: Any) -> list[int]:
    return [e["seq"] for e in await events(desk, session_id, include="hansard", **asked)]


async def test_a_recorded_session_takes_events_as_facts(desk: Any):
    """wire.md section 1, Send: each stored event has its id, its type and its instant."""
    made = await desk.session()
    stored = await desk.send(
        made["id"],
        {**HELLO, "created_at": "2027-01-01T10:00:00+02:00", "actor": {"type": "person"}},
        said("hi", message_id="msg_1", actor={"type": "agent", "name": "coder"}),
        {"type": "vendor.special_thing", "anything": {"at": ["all"]}},
    )
    assert [e["seq"] for e in stored] == [2, 3, 4]
    assert stored[0]["processed_at"] == "2027-01-01T08:00:00.000Z"
    assert stored[1]["actor"] == {"type": "agent", "id": None, "name": "coder"}
    assert stored[2]["anything"] == {"at": ["all"]}
    listed = await events(desk, made["id"], include="hansard", after=1)
    assert listed == stored, "what was answered is what is read"
    assert list(listed[0])[: len(ENVELOPE)] == list(ENVELOPE), "the envelope comes first"
    for event in listed:
        assert event["id"].startswith("sevt_")
        assert event["session_id"] == made["id"]


async def test_input_to_a_session_that_runs_here_waits(desk: Any):
    """S3-3, requirements.md 6.7: `processed_at` null, in order, and the row says queued."""
    made = await desk.session(recorded=False)
    first = (await desk.send(made["id"], HELLO))[0]
    second = (await desk.send(made["id"], {"type": "user.message", "content": "and this"}))[0]
    assert first["processed_at"] is second["processed_at"] is None
    assert second["content"] == [{"type": "text", "text": "and this"}]
    row = await desk.get(f"/v1/sessions/{made['id']}")
    assert (row["state"], row["status"], row["message_count"]) == ("queued", "running", 2)
    listed = await events(desk, made["id"])
    assert [e["id"] for e in listed] == [first["id"], second["id"]]


async def test_only_input_can_be_sent_to_a_session_that_runs_here(desk: Any):
    made = await desk.session(recorded=False)
    path = f"/v1/sessions/{made['id']}/events"
    for kind in ("agent.message", "session.status_running", "span.model_request_end", "a.b"):
        answer = await desk.call("POST", path, {"events": [HELLO, {"type": kind}]})
        assert answer.status_code == 400
        assert answer.json()["error"]["message"].startswith("events.1")
    claimed = {**HELLO, "actor": {"type": "system"}, "created_at": "2020-01-01T00:00:00Z"}
    stored = (await desk.send(made["id"], claimed))[0]
    assert stored["actor"]["type"] == "person", "the caller, whatever it claims"
    assert not stored["created_at"].startswith("2020")
    assert stored["seq"] == 2, "nothing of a refused request was written"


BAD_EVENTS: list[Any] = [
    [],
    [{}],
    ["hello"],
    [None],
    [{"type": None}],
    [{"type": 7}],
    [{"type": "message"}],
    [{"type": "User.Message"}],
    [{"type": "user.message\n"}],
    [{"type": "a." + "b" * 80}],
    [{"type": "user.message"}],
    [{"type": "user.message", "content": 7}],
    [{"type": "user.message", "content": None}],
    [{"type": "agent.tool_use", "input": {}}],
    [{"type": "agent.tool_use", "name": ["bash"], "input": {}}],
    [{"type": "session.created", "key": "x"}],
    [{"type": "session.deleted"}],
    [{"type": "session.archived"}],
    [{"type": "session.unarchived"}],
    [{**HELLO, "id": "x"}],
    [{**HELLO, "id": 7}],
    [{**HELLO, "id": "sesn_" + "0" * 32}],
    [{**HELLO, "turn_id": "sevt_" + "0" * 32}],
    [{**HELLO, "session_thread_id": "x"}],
    [{**HELLO, "created_at": "yesterday"}],
    [{**HELLO, "created_at": 12}],
    [{**HELLO, "created_at": "1969-12-31T23:59:59Z"}],
    [{**HELLO, "actor": "me"}],
    [{**HELLO, "actor": {"type": "key"}}],
    [{**HELLO, "actor": {"type": ["person"]}}],
    [HELLO] * 1_001,
    "hello",
    {"type": "user.message"},
    None,
]


@pytest.mark.parametrize("sent", BAD_EVENTS, ids=lambda sent: str(sent)[:45])
async def test_an_event_of_no_known_shape_is_refused_with_its_place(desk: Any, sent: Any):
    made = await desk.session()
    answer = await desk.call("POST", f"/v1/sessions/{made['id']}/events", {"events": sent})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"].startswith("events")
    assert await seqs(desk, made["id"]) == [1]


async def test_a_log_is_paged_both_ways(desk: Any):
    """S3-14: every event once, in order, whatever the size of a page."""
    made = await desk.session()
    await desk.send(made["id"], *(said(f"n{n}") for n in range(23)))
    path = f"/v1/sessions/{made['id']}/events"
    for order in ("asc", "desc"):
        for limit in (1, 5, 24, 1000):
            found: list[int] = []
            page = None
            while True:
                asked = {"order": order, "limit": limit, "include": "hansard"}
                answer = await desk.get(path, params=asked | ({"page": page} if page else {}))
                found += [e["seq"] for e in answer["data"]]
                page = answer["next_page"]
                if page is None:
                    break
            expected = list(range(1, 25))
            assert found == (expected if order == "asc" else expected[::-1]), (order, limit)


async def test_a_page_of_large_events_ends_early_and_the_next_goes_on(desk: Any):
    """P18: an answer takes about 8 MiB, whatever the limit; nothing is left out."""
    made = await desk.session()
    for _ in range(12):
        await desk.send(made["id"], *(said("x" * 60_000, n=n) for n in range(15)))
    path = f"/v1/sessions/{made['id']}/events"
    for order in ("asc", "desc"):
        found: list[int] = []
        sizes: list[int] = []
        page: Json = {}
        while True:
            asked = {"order": order, "limit": 1000, "include": "hansard", **page}
            answer = await desk.get(path, params=asked)
            found += [e["seq"] for e in answer["data"]]
            sizes.append(sum(len(orjson.dumps(e)) for e in answer["data"]))
            if answer["next_page"] is None:
                break
            page = {"page": answer["next_page"]}
        assert found == sorted(range(1, 182), reverse=order == "desc")
        assert len(sizes) > 1 and max(sizes) < 9 << 20


async def test_what_only_the_record_says_of_itself_cannot_be_sent(desk: Any):
    """P22: a redaction that nobody did would explain a change that somebody made."""
    made = await desk.session()
    event = {"type": "session.redacted", "names": ["x"], "content_hashes": {"1": "0" * 64}}
    path = f"/v1/sessions/{made['id']}/events"
    answer = await desk.call("POST", path, {"events": [event]})
    assert answer.status_code == 400
    assert "written by its own operation" in answer.json()["error"]["message"]


async def test_a_recorder_cannot_speak_as_another_member(desk: Any):
    made = await desk.session()
    other = {"type": "person", "id": "usr_" + "7" * 32, "name": "Bo"}
    guest = {"type": "person", "id": "U123", "name": "Cy"}
    stored = await desk.send(made["id"], {**HELLO, "actor": other}, {**HELLO, "actor": guest})
    assert stored[0]["actor"] == {"type": "person", "id": None, "name": "Bo"}
    assert stored[1]["actor"]["id"] == "U123"


async def test_pages_stay_inside_the_bounds_that_were_asked_for(desk: Any):
    made = await desk.session()
    await desk.send(made["id"], *(said(f"n{n}") for n in range(10)))
    assert await seqs(desk, made["id"], after=3, before=7) == [4, 5, 6]
    assert await seqs(desk, made["id"], after=3, before=7, order="desc") == [6, 5, 4]
    assert await seqs(desk, made["id"], after=11) == []
    assert await seqs(desk, made["id"], before=1) == []
    path = f"/v1/sessions/{made['id']}/events"
    asked: Json = {"after": 2, "before": 9, "order": "desc", "limit": 4, "include": "hansard"}
    first = await desk.get(path, params=asked)
    rest = await desk.get(path, params={**asked, "page": first["next_page"]})
    assert [e["seq"] for e in first["data"] + rest["data"]] == [8, 7, 6, 5, 4, 3]
    assert rest["next_page"] is None


async def test_a_log_is_narrowed_by_type_and_shows_ours_on_request(desk: Any):
    """wire.md intro: only protocol types unless the client asks for ours."""
    made = await desk.session()
    ours = {"type": "file.edited", "tool_use_id": "sevt_" + "1" * 32, "path": "a.py"}
    await desk.send(made["id"], HELLO, said("hi"), ours, {"type": "vendor.own"})
    types = [e["type"] for e in await events(desk, made["id"])]
    assert types == ["user.message", "agent.message"]
    everything = [e["type"] for e in await events(desk, made["id"], include="hansard")]
    assert everything == ["session.created", *types, "file.edited", "vendor.own"]
    for name in ("types", "types[]"):
        found = await events(desk, made["id"], **{name: ["file.edited", "user.message"]})
        assert [e["type"] for e in found] == ["user.message", "file.edited"]
    assert await events(desk, made["id"], types="never.sent") == []


async def test_a_log_is_narrowed_by_when_its_events_were_processed(desk: Any):
    made = await desk.session()
    stamps = [f"2027-03-01T00:00:0{n}.000Z" for n in range(4)]
    await desk.send(made["id"], *(said(f"n{n}", created_at=t) for n, t in enumerate(stamps)))
    for op, expected in (("gt", [4, 5]), ("gte", [3, 4, 5]), ("lt", [2]), ("lte", [2, 3])):
        asked = {f"created_at[{op}]": stamps[1], "types": "agent.message"}
        assert [e["seq"] for e in await events(desk, made["id"], **asked)] == expected


BAD_QUERIES: list[Json] = [
    {"order": "up"},
    {"limit": 0},
    {"limit": 1001},
    {"after": -1},
    {"after": "x"},
    {"after": "1e3"},
    {"after": "9" * 30},
    {"before": -1},
    {"before": 1 << 63},
    {"page": "x"},
    {"created_at[gt]": "x"},
    {"types": ["a.b"] * 101},
]


@pytest.mark.parametrize("asked", BAD_QUERIES, ids=lambda q: str(q)[:30])
async def test_a_query_of_a_log_that_makes_no_sense_is_refused(desk: Any, asked: Json):
    made = await desk.session()
    answer = await desk.call("GET", f"/v1/sessions/{made['id']}/events", params=asked)
    assert answer.status_code == 400, answer.text


async def test_a_cursor_of_a_log_is_good_for_that_log_and_its_filters(desk: Any):
    made, other = await desk.session(), await desk.session()
    for session in (made, other):
        await desk.send(session["id"], *(said(f"n{n}") for n in range(4)))
    path = f"/v1/sessions/{made['id']}/events"
    page = (await desk.get(path, params={"limit": 2}))["next_page"]

    async def status(where: str, **asked: Any) -> int:
        return (await desk.call("GET", where, params={"page": page, **asked})).status_code

    assert await status(path) == 200
    assert await status(f"/v1/sessions/{other['id']}/events") == 400
    for asked in (
        {"order": "desc"}, {"include": "hansard"}, {"types": "agent.message"}, {"after": 1},
        {"before": 9}, {"created_at[gt]": "2020-01-01"},
    ):  # fmt: skip
        assert await status(path, **asked) == 400, asked


async def test_an_append_that_expects_another_seq_is_refused_with_the_present_one(desk: Any):
    """P3: exactly one of two writers wins; the other learns where the session is."""
    made = await desk.session()
    path = f"/v1/sessions/{made['id']}/events"
    assert (await desk.send(made["id"], HELLO, expected_seq=1))[0]["seq"] == 2
    answer = await desk.call("POST", path, {"events": [HELLO], "expected_seq": 1})
    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "type": "conflict_error",
        "message": "the session is at seq 2, not 1",
        "current_seq": 2,
    }
    assert answer.headers["x-should-retry"] == "false"
    for odd in (0, -1, 1 << 70):
        answer = await desk.call("POST", path, {"events": [HELLO], "expected_seq": odd})
        assert answer.status_code == 409
    assert await seqs(desk, made["id"]) == [1, 2]


async def test_of_writers_that_expect_the_same_seq_one_wins(desk: Any):
    """P3: exactly one winner a round, and no gap behind the losers."""
    made = await desk.session()
    path = f"/v1/sessions/{made['id']}/events"
    for seq in range(1, 6):
        body = {"events": [HELLO], "expected_seq": seq}
        answers = await asyncio.gather(*(desk.call("POST", path, body) for _ in range(8)))
        assert sorted(a.status_code for a in answers) == [200] + [409] * 7
    assert await seqs(desk, made["id"]) == [1, 2, 3, 4, 5, 6]


async def test_the_same_event_id_again_is_the_same_event(desk: Any):
    """P3: same content gives the same answer and no new event, other content a 409."""
    made = await desk.session()
    event_id = desk.id("sevt")
    path = f"/v1/sessions/{made['id']}/events"
    body = {"events": [{**HELLO, "id": event_id}], "expected_seq": 1}
    first = await desk.post(path, body)
    desk.clock.move(SECOND)
    for _ in range(3):
        assert await desk.post(path, body) == first, "also with the seq that it expected then"
    mixed = await desk.send(made["id"], {**HELLO, "id": event_id}, said("new"))
    assert [e["seq"] for e in mixed] == [2, 3]
    other = await desk.call("POST", path, {"events": [{**said("other"), "id": event_id}]})
    assert other.status_code == 409
    elsewhere = await desk.session()
    moved = await desk.call(
        "POST", f"/v1/sessions/{elsewhere['id']}/events", {"events": body["events"]}
    )
    assert moved.status_code == 409, "an event is in one session"
    assert await seqs(desk, made["id"]) == [1, 2, 3]


async def test_large_text_is_kept_aside_and_read_as_it_was(desk: Any):
    """architecture.md 10: a string over 64 KiB becomes a reference with a preview."""
    made = await desk.session()
    text = "große Ausgabe\n" * 6_000
    result = {"type": "agent.tool_result", "tool_use_id": "sevt_" + "1" * 32}
    result["content"] = [{"type": "text", "text": text}]
    stored = (await desk.send(made["id"], result))[0]
    reference = stored["content"][0]["text"]
    assert reference["type"] == "blob"
    assert reference["blob_id"] == "blob_" + sha256(text.encode()).hexdigest()
    assert reference["bytes"] == len(text.encode())
    assert reference["preview"] == text[:2_000]
    path = f"/v1/sessions/{made['id']}/blobs/{reference['blob_id']}"
    answer = await desk.call("GET", path)
    assert answer.status_code == 200
    assert answer.text == text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    other = await desk.session()
    gone = await desk.call("GET", path.replace(made["id"], other["id"]))
    assert gone.status_code == 404, "content belongs to its session"
    await desk.call("DELETE", f"/v1/sessions/{made['id']}")
    assert (await desk.call("GET", path)).status_code == 404


MEDIA = [
    ("image/png", "image/png"),
    ("image/webp", "image/webp"),
    ("text/html", "application/octet-stream"),
    ("image/svg+xml", "application/octet-stream"),
    ("text/plain", "text/plain; charset=utf-8"),
    ("text/plain\r\nset-cookie: a=b", "application/octet-stream"),
    ("image/png\r\n\r\n<script>", "application/octet-stream"),
    ("image/png, text/html", "application/octet-stream"),
    ("日本", "application/octet-stream"),
]


@pytest.mark.parametrize(("claimed", "answered"), MEDIA, ids=[c for c, _ in MEDIA])
async def test_an_image_is_answered_as_what_is_known_to_be_harmless(
    desk: Any, claimed: str, answered: str
):
    """A media type is the sender's word: nothing of it reaches a header but a known one."""
    made = await desk.session()
    source = {"type": "base64", "media_type": claimed, "data": "iVBORw0KGgo="}
    image = {"type": "user.message", "content": [{"type": "image", "source": source}]}
    stored = (await desk.send(made["id"], image))[0]
    blob_id = stored["content"][0]["source"]["blob_id"]
    answer = await desk.call("GET", f"/v1/sessions/{made['id']}/blobs/{blob_id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == answered
    assert answer.content == b"\x89PNG\r\n\x1a\n"
    assert "set-cookie" not in answer.headers


async def test_source_records_come_with_the_events_they_made(desk: Any):
    """why.md: the source's own tool may purge its files; `include=raw` still has the line."""
    made = await desk.session()
    lines = [b'{"uuid":"a","n":0}', b'{"uuid":"b","n":1}', "{\u00e9}".encode()]
    store, where = desk.house.store, desk.house.parts.workspace_id
    at = read.place(store, where, made["id"])
    packed = read.pack(lines)
    store.submit(lambda tx: blobs.add_block(tx, where, at.sid, 0, 0, 3, packed)).result()
    sources = [{"format": "x", "record": "b", "n": 1}, None, {"n": 2}, {"n": 77}, {"n": "1"}]
    await desk.send(made["id"], *(said(f"n{n}", source=s) for n, s in enumerate(sources)))
    found = await events(desk, made["id"], include="raw", types="agent.message")
    assert [e["raw"] for e in found] == ['{"uuid":"b","n":1}', None, "{é}", None, None]
    assert "raw" not in (await events(desk, made["id"]))[0]
    both = await events(desk, made["id"], include=["raw", "hansard"])
    assert both[0]["type"] == "session.created"
    assert await events(desk, made["id"], include="raw,hansard") == both


async def test_what_is_sent_is_redacted_before_it_is_kept(desk: Any):
    """S2-34, S2-35: the admin secret leaves by name, in the answer, the log and the row."""
    secret = "an admin secret that only tests know"
    made = await desk.session(title=f"with {secret}", metadata={"token": secret})
    stored = await desk.send(made["id"], said(f"export TOKEN='{secret}'"))
    for shown in (made, stored, await events(desk, made["id"], include="hansard")):
        assert secret not in orjson.dumps(shown).decode()
    assert "[secret:HANSARD_ADMIN_SECRET]" in stored[0]["content"][0]["text"]
    agent = await desk.post("/v1/agents", {"name": "careful", "system": f"use {secret}"})
    assert agent["system"] == "use [secret:HANSARD_ADMIN_SECRET]"
    listed = await desk.call("GET", "/v1/agents")
    assert secret not in listed.text


async def test_figures_beyond_all_measure_break_no_row(desk: Any):
    """A foreign log may hold anything: the row still reads, and counts what it can."""
    made = await desk.session()
    for figure in (10**30, -(10**30), 1.5, "7", None, [], True, 2**53):
        usage = {"input_tokens": figure, "output_tokens": 3}
        request = {"type": "span.model_request_end", "model": "claude-opus-4-5"}
        await desk.send(
            made["id"],
            {**request, "model_request_start_id": "sevt_" + "1" * 32, "model_usage": usage},
        )
    row = await desk.get(f"/v1/sessions/{made['id']}")
    assert row["usage"]["output_tokens"] == 24
    found = await events(desk, made["id"], types="span.model_request_end")
    assert len(found) == 8
