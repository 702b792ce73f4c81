"""Reset begins a segment with an empty context; the log keeps all, unless it is erased."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansard.domain.actor import Actor
from hansard.domain.draft import Draft
from hansard.domain.projections import context
from hansard.journal import read
from hansard.journal.rebuild import rebuild
from hansard.journal.sweep import sweep
from hansard.journal.verify import verify

Json = dict[str, Any]
CANARY = "the yacht is called Ophelia"
SECOND = "and it lies in Marseille"
PATHS = {"include": "hansard"}


def said(text: str) -> Json:
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def answered(text: str) -> Json:
    return {"type": "agent.message", "content": [{"type": "text", "text": text}]}


USED: Json = {
    "type": "span.model_request_end",
    "model": "claude-sonnet-4-5",
    "provider": "anthropic",
    "model_usage": {"input_tokens": 100, "output_tokens": 20},
}


async def talked(desk: Any, **fields: Any) -> Json:
    """A recorded session in which something was said, called, failed and paid for."""
    session = await desk.session(**fields)
    events: list[Json] = [
        said(CANARY),
        {"type": "agent.tool_use", "name": "bash", "input": {"command": CANARY}},
        answered(CANARY),
        USED,
        {"type": "session.error", "error": {"type": "unknown", "message": CANARY}},
        said(f"{CANARY} {'x' * 70_000}"),
    ]
    await desk.send(session["id"], *events)
    return await desk.get(f"/v1/sessions/{session['id']}")


async def all_events(desk: Any, session_id: str, **params: Any) -> list[Json]:
    asked = {**PATHS, "limit": 1000, **params}
    return (await desk.get(f"/v1/sessions/{session_id}/events", params=asked))["data"]


def changed_rows(desk: Any) -> list[str]:
    """Sessions whose row is not what their log folds to, after time did its part."""
    sweep(desk.house.journal)
    report = rebuild(desk.house.journal, desk.house.parts.workspace_id, write=False)
    assert report.broken == {}
    return report.changed


def faults(desk: Any, session_id: str) -> list[str]:
    return verify(desk.house.journal, desk.house.parts.workspace_id, session_id)


async def test_a_reset_clears_the_conversation_and_keeps_metadata_and_key(desk: Any):
    """S1-6, S1-N8: message count 0, a new segment, and everything that was not said stays."""
    session = await talked(desk, metadata={"ticket": "7"}, tags=["yacht"], title="By hand")
    answer = await desk.post(f"/v1/sessions/{session['id']}/reset")
    assert answer["reset"]["previous_message_count"] == 3
    assert answer["reset"]["erased"] is False
    assert (answer["message_count"], answer["reset_count"], answer["segment"]) == (0, 1, 2)
    assert answer["context_start_seq"] == answer["reset_seq"] == answer["seq"]
    for name in ("key", "metadata", "tags", "title", "owner", "agent", "tokens", "cost_micros"):
        assert answer[name] == session[name], name
    assert (answer["error"], answer["output_summary"], answer["activity"]) == (None, None, None)
    for count in ("turn_count", "tool_call_count", "error_count"):
        assert answer[count] == session[count], "figures run over the whole life"
    assert changed_rows(desk) == []


async def test_after_a_reset_the_agent_remembers_nothing_of_before(desk: Any):
    """S1-23, P9: no byte of what was said is in the context, and the log is as it was."""
    session = await talked(desk)
    before = await all_events(desk, session["id"], segments="all")
    await desk.post(f"/v1/sessions/{session['id']}/reset")
    await desk.send(session["id"], said(SECOND))
    parts = desk.house.parts
    at = read.place(parts.store, parts.workspace_id, session["id"])
    state = context.Context()
    for event in read.events(parts.store, parts.workspace_id, at):
        context.fold(state, event)
    shown = context.shown(state)
    assert [entry["title"] for entry in shown["entries"]] == [SECOND]
    assert CANARY not in str(shown)
    after = await all_events(desk, session["id"], segments="all")
    assert after[: len(before)] == before
    assert faults(desk, session["id"]) == []


async def test_the_default_view_starts_at_the_reset_and_the_rest_is_there_on_request(desk: Any):
    """product.md, decision 4: earlier segments stay readable by `segments=all`."""
    session = await talked(desk)
    await desk.post(f"/v1/sessions/{session['id']}/reset")
    await desk.send(session["id"], said(SECOND))
    default = await all_events(desk, session["id"])
    assert [event["type"] for event in default] == ["session.reset", "user.message"]
    assert {event["segment"] for event in default} == {2}
    whole = await all_events(desk, session["id"], segments="all")
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1))
    path = f"/v1/sessions/{session['id']}/history"
    assert [m["content"] for m in (await desk.get(path))["messages"]] == ["Reset", SECOND]
    told = (await desk.get(path, params={"segments": "all"}))["messages"]
    assert told[0]["content"] == CANARY
    newest = await all_events(desk, session["id"], order="desc", limit=1)
    assert newest[0]["content"][0]["text"] == SECOND
    for other in (f"/v1/sessions/{session['id']}/events", path):
        refused = await desk.call("GET", other, params={"segments": "some"})
        assert refused.status_code == 400


async def test_a_page_of_one_view_is_none_of_the_other(desk: Any):
    session = await talked(desk)
    path = f"/v1/sessions/{session['id']}/events"
    page = await desk.get(path, params={"limit": 1, **PATHS})
    again = {"limit": 1, "page": page["next_page"], "segments": "all", **PATHS}
    assert (await desk.call("GET", path, params=again)).status_code == 400
    await desk.post(f"/v1/sessions/{session['id']}/reset")
    rest = await desk.get(path, params={"limit": 9, "page": page["next_page"], **PATHS})
    assert [event["type"] for event in rest["data"]] == ["session.reset"], "never what was left"


async def test_what_waits_and_what_was_asked_goes_with_a_reset(desk: Any):
    """requirements.md 6.8: a reset cancels what is pending; nothing waits for ever."""
    agent = await desk.agent()
    body = {"agent": agent, "initial_events": [said(CANARY)]}
    session = await desk.post("/v1/sessions", body)
    assert session["state"] == "queued"
    answer = await desk.post(f"/v1/sessions/{session['id']}/reset")
    assert (answer["state"], answer["attention"]) == ("idle", None)
    events = await all_events(desk, session["id"], segments="all")
    assert all(event["processed_at"] for event in events), "the input waits no longer"
    asked = await desk.session()
    question = {"type": "approval.requested", "approval_id": "appr_1", "question": CANARY}
    question["approval_type"] = "question"
    await desk.send(asked["id"], question)
    answer = await desk.post(f"/v1/sessions/{asked['id']}/reset")
    assert (answer["state"], answer["attention"], answer["approval_id"]) == ("idle", None, None)
    assert changed_rows(desk) == []


async def test_a_reset_by_hand_is_no_sign_of_life_of_the_work(desk: Any):
    session = await talked(desk)
    desk.clock.move(3_600_000)
    quiet = await desk.post(f"/v1/sessions/{session['id']}/reset")
    assert quiet["state"] == "idle"
    assert quiet["last_activity_at"] == session["last_activity_at"]


async def test_an_archived_session_cannot_be_reset(desk: Any):
    """S3-4: archived is read-only."""
    session = await talked(desk)
    await desk.post(f"/v1/sessions/{session['id']}/archive")
    for verb in ("reset", "compact"):
        refused = await desk.call("POST", f"/v1/sessions/{session['id']}/{verb}", {})
        assert refused.status_code == 409
        assert refused.json()["error"]["message"] == "the session is archived"


async def test_a_turn_in_flight_keeps_its_context(desk: Any):
    """P9: nothing of an earlier context may run on into the new one."""
    agent = await desk.agent()
    session = await desk.post("/v1/sessions", {"agent": agent})
    running = {"type": "session.status_running"}
    draft = desk.house.journal
    await draft.append(desk.house.parts.workspace_id, session["id"], [system(desk, **running)])
    refused = await desk.call("POST", f"/v1/sessions/{session['id']}/reset", {})
    assert refused.status_code == 409
    idle = {"type": "session.status_idle", "stop_reason": {"type": "interrupted"}}
    await draft.append(desk.house.parts.workspace_id, session["id"], [system(desk, **idle)])
    await desk.post(f"/v1/sessions/{session['id']}/reset")


def system(desk: Any, type: str, **payload: Any) -> Any:
    return Draft(type, payload, Actor("system"), desk.clock())


async def test_a_message_to_what_had_ended_opens_a_segment_with_the_same_context(desk: Any):
    """requirements.md 6.4: terminal phases stay final, a continued chat keeps its context."""
    session = await desk.session()
    await desk.send(session["id"], said("one"), {"type": "session.ended", "state": "completed"})
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["segment"] == 1
    await desk.send(session["id"], said("two"))
    row = await desk.get(f"/v1/sessions/{session['id']}")
    assert (row["segment"], row["reset_seq"], row["context_start_seq"]) == (2, 0, 0)
    assert row["message_count"] == 2
    texts = [
        e["content"][0]["text"] for e in await all_events(desk, session["id"], types="user.message")
    ]
    assert texts == ["one", "two"]
    assert changed_rows(desk) == []


async def test_an_erasing_reset_needs_the_scope_admin(desk: Any):
    """product.md, decision 4: `erase=true` is for administrators."""
    session = await talked(desk)
    path = f"/v1/sessions/{session['id']}/reset"
    refused = await desk.call("POST", path, {"erase": True}, token=desk.key("write")[1])
    assert refused.status_code == 403
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["reset_count"] == 0
    await desk.post(path, {}, token=desk.key("write")[1])
    await desk.post(path, {"erase": True}, token=desk.key("admin")[1])


async def test_an_erasing_reset_leaves_envelopes_counts_and_a_chain_that_verifies(desk: Any):
    """architecture.md section 10, Hash chain: payloads and salts go, the hashes stay."""
    session = await talked(desk, title="By hand")
    before = await all_events(desk, session["id"], segments="all")
    answer = await desk.post(f"/v1/sessions/{session['id']}/reset", {"erase": True})
    after = await all_events(desk, session["id"], segments="all")
    assert faults(desk, session["id"]) == []
    assert [event["hash"] for event in after[:-1]] == [event["hash"] for event in before]
    assert all(event["erased"] is True for event in after)
    assert CANARY not in orjson.dumps(after).decode()
    assert CANARY not in orjson.dumps(answer).decode()
    names = ("tool_call_count", "error_count", "turn_count", "tokens", "cost_micros", "tools")
    for name in (*names, "models", "key", "metadata", "title", "created_at", "agent"):
        assert answer[name] == session[name], name
    assert changed_rows(desk) == []


async def test_the_row_of_an_erased_session_is_folded_again_from_what_is_left(desk: Any):
    """The log alone gives the row, twice erased and spoken in again between."""
    session = await talked(desk)
    for _ in range(2):
        await desk.post(f"/v1/sessions/{session['id']}/reset", {"erase": True})
        await desk.send(session["id"], said(SECOND), answered("aye"), USED)
        assert changed_rows(desk) == []
        assert faults(desk, session["id"]) == []
    row = await desk.get(f"/v1/sessions/{session['id']}")
    assert (row["reset_count"], row["segment"], row["message_count"]) == (2, 3, 2)
    assert row["tokens"]["input_uncached"] == 300
    moved = await desk.post(f"/v1/sessions/{session['id']}", {"title": "Anew"})
    assert moved["title"] == "Anew"
    assert changed_rows(desk) == []


async def test_a_title_that_nobody_gave_goes_with_the_words_it_was_made_of(desk: Any):
    session = await talked(desk)
    assert CANARY in (await desk.get(f"/v1/sessions/{session['id']}"))["title"]
    answer = await desk.post(f"/v1/sessions/{session['id']}/reset", {"erase": True})
    assert answer["title"] is None
    await desk.send(session["id"], said(SECOND))
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["title"] == SECOND


async def test_large_contents_raw_records_and_kept_answers_go_too(desk: Any):
    session = await talked(desk)
    key = {"idempotency-key": desk.id("key")}
    path = f"/v1/sessions/{session['id']}/events"
    body = {"events": [said(CANARY)]}
    await desk.post(path, body, headers=key)
    large = next(
        block["text"]["blob_id"]
        for event in await all_events(desk, session["id"])
        for block in event.get("content") or []
        if isinstance(block.get("text"), dict)
    )
    blob = f"/v1/sessions/{session['id']}/blobs/{large}"
    assert (await desk.call("GET", blob)).status_code == 200
    await desk.post(f"/v1/sessions/{session['id']}/reset", {"erase": True})
    assert (await desk.call("GET", blob)).status_code == 404
    again = await desk.call("POST", path, body, headers=key)
    assert again.headers.get("idempotent-replayed") is None, "its answer is not kept any more"


async def test_no_byte_of_an_erased_segment_stays_in_the_files(small: Any, tmp_path: Path):
    """P11: database and write-ahead log hold nothing of it, nor does the search index."""
    other = await small.session()
    await small.send(other["id"], said("left alone"))
    session = await talked(small)
    assert await holding(tmp_path, CANARY)
    await small.post(f"/v1/sessions/{session['id']}/reset", {"erase": True})
    for _ in range(200):
        left = await holding(tmp_path, CANARY)
        if not left:
            break
        await asyncio.sleep(0.05)
    assert left == []
    assert await holding(tmp_path, "left alone")
    assert faults(small, session["id"]) == []


async def holding(folder: Path, text: str) -> list[str]:
    files = [path for path in (folder / "data").rglob("*") if path.is_file()]
    contents = [(path, await asyncio.to_thread(path.read_bytes)) for path in files]
    return [path.name for path, content in contents if text.encode() in content]


async def test_search_does_not_find_what_was_erased(desk: Any):
    session = await talked(desk)
    asked = {"q": "Ophelia", "session_id": session["id"]}
    assert (await desk.get("/v1/search", params=asked))["data"]
    await desk.post(f"/v1/sessions/{session['id']}/reset", {"erase": True})
    for _ in range(100):
        found = (await desk.get("/v1/search", params=asked))["data"]
        if not found:
            break
        await asyncio.sleep(0.05)
    assert found == []


@pytest.mark.parametrize("field", [{"kept": {}}, {"erased": True}])
async def test_nobody_can_say_that_a_reset_erased_what_it_did_not(desk: Any, field: Json):
    session = await desk.session()
    event = {"type": "session.reset", "previous_message_count": 3, **field}
    path = f"/v1/sessions/{session['id']}/events"
    refused = await desk.call("POST", path, {"events": [event]})
    assert refused.status_code == 400
    taken = {"type": "session.reset", "previous_message_count": 3}
    await desk.send(session["id"], taken)
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["segment"] == 2


async def test_a_reset_takes_effect_once(desk: Any):
    """P4: the same key gives the same answer, and one segment."""
    session = await talked(desk)
    path, key = f"/v1/sessions/{session['id']}/reset", {"idempotency-key": desk.id("key")}
    first = await desk.post(path, {}, headers=key)
    assert await desk.post(path, {}, headers=key) == first
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["reset_count"] == 1
