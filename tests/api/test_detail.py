"""A session's views by their addresses: context, metrics, timeline, edits, outline, find, audit."""

import asyncio
import time
from typing import Any

import pytest

from hansard.domain.events.base import Event
from hansard.domain.projections import context, metrics, timeline

Json = dict[str, Any]
FOLDS: dict[str, Any] = {"context": context.fold_all, "metrics": metrics.fold_all}
VIEWS = ("context", "metrics", "timeline", "edits", "outline", "find?query=x", "audit")


def said(text: str, kind: str = "user.message") -> Json:
    return {"type": kind, "content": [{"type": "text", "text": text}]}


async def told(desk: Any) -> Json:
    """A session with a bit of everything."""
    session = await desk.session()
    usage = {"input_tokens": 10, "output_tokens": 4}
    await desk.send(
        session["id"],
        said("please fix the login"),
        {"type": "span.model_request_end", "model": "m", "model_usage": usage, "cost_micros": 7},
        said("the LOGIN is fixed", "agent.message"),
        {"type": "file.edited", "path": "a.py", "change": "create", "after": "x\ny\n"},
        {"type": "session.error", "error": {"message": "Overloaded", "type": "overloaded"}},
    )
    return session


async def events_of(desk: Any, session_id: str) -> list[Event]:
    path = f"/v1/sessions/{session_id}/events?include=hansard&segments=all&limit=1000"
    return [Event.from_wire(shown) for shown in (await desk.get(path))["data"]]


async def test_a_view_is_the_fold_of_the_log(desk: Any):
    """S1-33, S1-36, S2-4: what the page shows comes from a public call."""
    session = await told(desk)
    events = await events_of(desk, session["id"])
    for name, fold in FOLDS.items():
        shown = await desk.get(f"/v1/sessions/{session['id']}/{name}")
        assert shown == {"seq": len(events), **fold(events)}
    spans = await desk.get(f"/v1/sessions/{session['id']}/timeline")
    assert spans == {"seq": len(events), "data": timeline.fold_all(events)}
    assert (await desk.get(f"/v1/sessions/{session['id']}/metrics"))["cost_micros"] == 7


async def test_the_files_of_a_session_are_given_with_their_hunks(desk: Any):
    """S2-31."""
    session = await told(desk)
    (file,) = (await desk.get(f"/v1/sessions/{session['id']}/edits"))["data"]
    assert (file["path"], file["change"], file["additions"]) == ("a.py", "create", 2)
    assert file["net"]["hunks"][0]["lines"] == ["+x", "+y"]


async def test_a_large_file_is_compared_though_it_lies_aside(desk: Any):
    session = await desk.session()
    whole = "".join(f"line {n}\n" for n in range(7_500))
    edited = whole.replace("line 700\n", "")
    change = {"type": "file.edited", "path": "big.txt", "before": whole, "after": edited}
    (stored,) = await desk.send(session["id"], change)
    assert stored["before"]["type"] == "blob"
    answer = await desk.call("GET", f"/v1/sessions/{session['id']}/edits")
    (file,) = answer.json()["data"]
    assert (file["additions"], file["deletions"], file["net"]["truncated"]) == (0, 1, False)
    assert len(answer.content) < 5_000


async def test_the_outline_has_marks_and_density(desk: Any):
    session = await told(desk)
    shown = await desk.get(f"/v1/sessions/{session['id']}/outline?buckets=5")
    assert (shown["first_seq"], shown["last_seq"]) == (1, 6)
    assert sum(bucket["events"] for bucket in shown["buckets"]) == 6
    assert [(m["mark"], m["label"]) for m in shown["marks"]][-1] == ("error", "Overloaded")


async def test_find_gives_every_event_in_the_order_of_the_log(desk: Any):
    """S1-10: in this session alone, words that no page has loaded."""
    session, other = await told(desk), await told(desk)
    found = await desk.get(f"/v1/sessions/{session['id']}/find", params={"query": "login"})
    assert [hit["seq"] for hit in found["data"]] == [2, 4]
    assert (found["total"], found["complete"]) == (2, True)
    first = found["data"][0]
    assert (first["type"], first["role"]) == ("user.message", "user")
    assert [p["text"] for p in first["parts"] if p["hit"]] == ["login"]
    assert "".join(p["text"] for p in first["parts"]) == first["snippet"]
    assert other["id"] not in str(found)


async def test_find_is_the_same_before_and_after_the_index_has_read(desk: Any):
    session = await desk.session()
    await desk.send(session["id"], *(said(f"needle number {n}") for n in range(30)))
    path, asked = f"/v1/sessions/{session['id']}/find", {"query": "needle", "limit": 10}
    fresh = await desk.get(path, params=asked)
    where = desk.house.parts.workspace_id
    written = (await desk.get(f"/v1/sessions/{session['id']}"))["pos"]
    assert await asyncio.to_thread(desk.house.parts.indexer.catch_up, where, written, 20)
    indexed = await desk.get(path, params=asked)
    assert fresh == indexed
    assert [hit["seq"] for hit in indexed["data"]] == list(range(22, 32))
    assert (indexed["total"], indexed["complete"]) == (30, True)


async def test_find_stops_counting_at_a_thousand_and_says_that_there_is_more(desk: Any):
    session = await desk.session()
    for start in range(0, 1_005, 201):
        await desk.send(session["id"], *(said(f"straw {start + n}") for n in range(201)))
    path = f"/v1/sessions/{session['id']}/find"
    found = await desk.get(path, params={"query": "straw", "limit": 1_000})
    assert (len(found["data"]), found["total"], found["complete"]) == (1_000, 1_000, False)
    seqs = [hit["seq"] for hit in found["data"]]
    assert seqs == sorted(seqs) and seqs[-1] == 1_006


@pytest.mark.parametrize("typed", ["", " ", "-no", "...", "\x1e"])
async def test_without_a_word_to_look_for_nothing_is_found(desk: Any, typed: str):
    session = await told(desk)
    found = await desk.get(f"/v1/sessions/{session['id']}/find", params={"query": typed})
    assert found == {"data": [], "total": 0, "complete": True}


async def test_what_looks_like_a_condition_is_text_inside_a_session(desk: Any):
    session = await desk.session()
    await desk.send(session["id"], said("it said status:200 twice"), said("status of 200"))
    path = f"/v1/sessions/{session['id']}/find"
    found = await desk.get(path, params={"query": "status:200"})
    assert [hit["seq"] for hit in found["data"]] == [2]


async def test_the_audit_of_a_session_is_paged_newest_first(desk: Any):
    """S2-36."""
    session, other = await desk.session(), await desk.session()
    for title in ("one", "two", "three"):
        desk.clock.move(1_000)
        await desk.post(f"/v1/sessions/{session['id']}", {"title": title})
    await desk.post(f"/v1/sessions/{other['id']}", {"title": "not mine"})
    path = f"/v1/sessions/{session['id']}/audit"
    first = await desk.get(path, params={"limit": 3})
    rest = await desk.get(path, params={"limit": 3, "page": first["next_page"]})
    assert rest["next_page"] is None
    found = [*first["data"], *rest["data"]]
    assert [entry["action"] for entry in found] == ["session.update"] * 3 + ["session.create"]
    assert [entry["at"] for entry in found] == sorted((e["at"] for e in found), reverse=True)
    assert found[0]["detail"] == {"fields": ["title"]}
    assert found[0]["actor"]["name"] == "Ana" and found[0]["request_id"].startswith("req_")
    stolen = f"/v1/sessions/{other['id']}/audit"
    answer = await desk.call("GET", stolen, params={"page": first["next_page"]})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("outline?buckets=0", 400, "1 to 1000"),
        ("outline?buckets=1001", 400, "1 to 1000"),
        ("outline?buckets=x", 400, "buckets"),
        ("find", 400, "required"),
        ("find?query=x&limit=0", 400, "limit: 1 to 1000"),
        ("find?query=x&limit=1001", 400, "limit: 1 to 1000"),
        ("find?query=" + "x" * 1_001, 400, "query: at most"),
        ("audit?limit=0", 400, "limit"),
        ("audit?page=none", 400, "page"),
        ("context?at=0", 400, "1 or more"),
        ("context?at=-1", 400, "1 or more"),
        ("metrics?at=x", 400, "at"),
        ("timeline?at=99", 404, "the session has 1 events"),
        ("edits?at=99", 404, "the session has 1 events"),
        ("?at=99", 404, "the session has 1 events"),
        ("?at=0", 400, "1 or more"),
        ("export?format=pdf", 400, "jsonl"),
    ],
)
async def test_bad_input_is_refused_in_words(desk: Any, path: str, status: int, word: str):
    session = await desk.session()
    where = f"/v1/sessions/{session['id']}" + (path if path[0] == "?" else f"/{path}")
    answer = await desk.call("GET", where)
    assert answer.status_code == status, answer.text
    assert word in answer.json()["error"]["message"]


@pytest.mark.parametrize("view", VIEWS)
async def test_another_workspace_sees_nothing_of_it(desk: Any, view: str):
    session = await desk.session()
    _, abroad = desk.workspace()
    path = f"/v1/sessions/{session['id']}/{view}"
    assert (await desk.call("GET", path, token=abroad)).status_code == 404
    assert (await desk.call("GET", path)).status_code == 200


async def test_a_long_session_does_not_hold_up_the_others(small: Any):
    """The loop goes on while a view is folded."""
    session = await small.session()
    for _ in range(20):
        await small.send(session["id"], *(said("word " * 50) for _ in range(500)))
    longest = 0.0
    views = [
        asyncio.create_task(small.get(f"/v1/sessions/{session['id']}/{view}"))
        for view in ("context", "metrics", "timeline", "outline")
    ]
    while not all(view.done() for view in views):
        began = time.monotonic()
        await asyncio.sleep(0.001)
        longest = max(longest, time.monotonic() - began)
    assert [view.result()["seq"] for view in views[:3]] == [10_001] * 3
    assert longest < 0.5
