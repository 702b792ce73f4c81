"""State at a seq: what an answer was when the log was so long (ui.md, Replay scrubber)."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansard.domain.draft import Draft
from hansard.domain.errors import NotFound
from hansard.domain.events.base import Event
from hansard.domain.projections import context, edits, metrics, timeline
from hansard.lens import moment as moments
from hansard.lens import views
from hansard.testing import Bench

Json = dict[str, Any]
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
STORIES = sorted(path.name.removesuffix(".events.jsonl") for path in GOLDEN.glob("*.events.jsonl"))


def said(text: str) -> Json:
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def draft_of(event: Event) -> Draft:
    waits = event.processed_at != event.created_at
    return Draft(
        event.type, event.payload, event.actor, event.created_at, id=event.id,
        turn_id=event.turn_id, session_thread_id=event.session_thread_id, waits=waits,
    )  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
async def test_the_row_at_a_seq_is_the_row_that_the_log_had_then(story: str):
    """Every golden story, told event by event through the journal."""
    lines = (GOLDEN / f"{story}.events.jsonl").read_text(encoding="utf-8").splitlines()
    told = [Event.from_wire(json.loads(line)) for line in lines]
    bench = Bench.in_memory()
    session_id = told[0].session_id
    rows: list[Json] = []
    for event in told:
        bench.clock.now = max(bench.clock(), event.recorded_at)  # type: ignore[attr-defined]
        await bench.append(session_id, draft_of(event), create=not rows)
        rows.append(bench.row(session_id))
    store, where = bench.store, bench.workspace_id
    for row in rows:
        here = moments.moment(store, where, session_id, row["seq"])
        shown, _ = moments.row_at(here)
        assert orjson.loads(orjson.dumps(shown)) == row
        past = list(here.events())
        assert [event.seq for event in past] == list(range(1, row["seq"] + 1))
        assert views.context_of(here) == {"seq": row["seq"], **context.fold_all(past)}
        assert views.metrics_of(here) == {"seq": row["seq"], **metrics.fold_all(past)}
        assert views.timeline_of(here)["data"] == timeline.fold_all(past)
        assert views.edits_of(here)["data"] == edits.fold_all(past)
    assert len(rows) == len(told)


async def test_the_detail_at_a_seq_is_what_it_was_with_its_agent_and_its_sub_agents(desk: Any):
    """S3-13: the whole answer, sums over sub-agents as they were at that event."""
    session = await desk.session(title="Begun")
    path = f"/v1/sessions/{session['id']}"
    kept: list[Json] = []

    async def keep() -> None:
        kept.append(await desk.get(path))

    await keep()
    await desk.send(session["id"], said("hello"))
    await keep()
    child = await desk.session(parent_id=session["id"])
    usage = {"input_tokens": 10, "output_tokens": 4}
    spent = {"type": "span.model_request_end", "model": "m", "model_usage": usage}
    await desk.send(child["id"], {**spent, "cost_micros": 5})
    desk.clock.move(1_000)
    await desk.post(path, {"title": "Renamed", "tags": ["x"], "agent": {"tools": []}})
    await keep()
    await desk.send(child["id"], {**spent, "cost_micros": 70})
    await desk.send(session["id"], said("more"))
    await keep()
    assert [row["children"]["cost_micros"] for row in kept] == [0, 0, 5, 75]
    for row in kept:
        assert await desk.get(path, params={"at": row["seq"]}) == row
    agent = await desk.agent()
    aliased = f"/dashboard/agents/{agent}/sessions/{session['id']}"
    assert await desk.get(aliased, params={"at": kept[1]["seq"]}) == kept[1]


async def test_an_input_that_waited_then_waits_in_the_state_of_then(desk: Any):
    session = await desk.session()
    path = f"/v1/sessions/{session['id']}"
    waiting, *_ = await desk.send(session["id"], said("first"))
    running = {"type": "session.status_running", "input_event_ids": [waiting["id"]]}
    await desk.send(session["id"], running)
    now = await desk.get(path)
    assert await desk.get(path, params={"at": now["seq"]}) == now


@pytest.mark.parametrize("view", ["context", "metrics", "timeline", "edits"])
async def test_a_view_at_a_seq_is_the_view_of_then(desk: Any, view: str):
    session = await desk.session()
    path = f"/v1/sessions/{session['id']}/{view}"
    events = (
        said("one"),
        {"type": "agent.tool_use", "name": "bash", "input": {"command": "ls"}},
        {"type": "file.edited", "path": "a", "before": "x", "after": "y"},
        {"type": "agent.thread_context_compacted", "summary": "so far"},
        {"type": "approval.requested", "approval_id": "a", "approval_type": "question"},
    )
    kept = [await desk.get(path)]
    for event in events:
        await desk.send(session["id"], event)
        kept.append(await desk.get(path))
    for seq, shown in enumerate(kept, 1):
        assert await desk.get(path, params={"at": seq}) == shown
    assert len({json.dumps({**shown, "seq": 0}) for shown in kept}) > 1


async def test_what_was_erased_is_not_made_up(desk: Any):
    """A reset that erases leaves nothing to fold before it, and says where to begin."""
    session = await desk.session()
    path = f"/v1/sessions/{session['id']}"
    await desk.send(session["id"], said("a secret"))
    await desk.post(f"{path}/reset", {"erase": True})
    await desk.send(session["id"], said("anew"))
    now = await desk.get(path)
    assert await desk.get(path, params={"at": now["seq"]}) == now
    for view in ("", "/context", "/metrics", "/timeline", "/edits"):
        answer = await desk.call("GET", path + view, params={"at": 2})
        assert answer.status_code == 404
        assert "is erased; begin there" in answer.json()["error"]["message"]
        assert answer.json()["error"]["first_seq"] == 3
        assert (await desk.call("GET", path + view)).status_code == 200


async def test_a_moment_does_not_move_while_the_log_grows():
    bench = Bench.in_memory()
    session_id = await bench.create()
    here = moments.moment(bench.store, bench.workspace_id, session_id)
    await bench.append(session_id, bench.said("later"))
    assert views.context_of(here)["entries"] == []
    with pytest.raises(NotFound):
        moments.moment(bench.store, bench.workspace_id, session_id, 3)
