"""Rows from zero: the log alone gives them again, with what time did in between."""

import asyncio
import tracemalloc
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import update

from hansard.control import reset
from hansard.domain.errors import NotFound
from hansard.domain.instant import MINUTE
from hansard.domain.projections import row as shown
from hansard.journal import erase
from hansard.journal.rebuild import rebuild, refresh
from hansard.journal.sweep import sweep
from hansard.journal.verify import verify
from hansard.store import ledger, schema, sessions, tables
from hansard.store.base import Tx
from hansard.store.tables import events
from hansard.testing import Bench
from hansard.testing.bench import PERSON


@pytest.mark.parametrize("swept", [True, False])
async def test_a_silence_between_two_events_is_folded_again(bench: Bench, swept: bool):
    """A recorded session went idle in between, whether or not the sweeper came by."""
    session_id = await bench.create(recorded=True)
    call = bench.draft("agent.tool_use", name="bash", input={"command": "make"})
    await bench.append(session_id, call)
    bench.clock.move(6 * MINUTE)  # type: ignore[attr-defined]
    if swept:
        await asyncio.to_thread(sweep, bench.journal)
        assert bench.row(session_id)["state"] == "idle"
    await bench.append(session_id, bench.draft("user.message", content=[]))
    row = bench.row(session_id)
    assert (row["state"], row["activity"]) == ("running", None)
    assert changed(bench) == []


async def test_an_input_that_waited_is_folded_as_one_that_waited(bench: Bench):
    """Its stamp came later; in the same millisecond, too, it can be told apart."""
    session_id = await bench.create()
    ids = [bench.id("sevt") for _ in range(2)]
    for event_id in ids:
        words = bench.draft("user.message", id=event_id, content=[])
        await bench.append(session_id, replace(words, waits=True))
    taken = bench.draft("session.status_running", input_event_ids=ids[:1])
    await bench.append(session_id, taken)
    await bench.append(session_id, bench.draft("session.status_idle"))
    assert bench.row(session_id)["state"] == "queued", "one input still waits"
    assert changed(bench) == []


async def test_rows_that_another_version_folded_are_folded_again_at_the_start(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    """A row that lacks a field is read with its default until then; a right one is not touched."""
    session_id = await bench.create(title="Kept")
    await bench.append(session_id, bench.said("words"))
    refresh(bench.journal)
    right = bench.row(session_id)

    def spoil(tx: Tx) -> None:
        body = {k: v for k, v in right.items() if k != "message_count"}
        where = tables.sessions.c.id == session_id
        tx.write(update(tables.sessions).where(where).values(body=orjson.dumps(body)))

    bench.store.submit(spoil).result()
    bench.journal.keeper.forget(bench.workspace_id, session_id)
    refresh(bench.journal)
    assert "message_count" not in bench.row(session_id), "this version folded it: left alone"
    monkeypatch.setattr(shown, "VERSION", "of tomorrow")
    refresh(bench.journal)
    assert bench.row(session_id)["message_count"] == right["message_count"] == 1
    assert schema.fact(bench.store, "projections") == "of tomorrow"


async def test_a_tombstone_is_left_in_peace(bench: Bench):
    root = await bench.create()
    child = await bench.create(parent_id=root, root_id=root)
    await erase.delete(bench.journal, bench.workspace_id, child, PERSON)
    tombstone = bench.row(child)
    report = rebuild(bench.journal, bench.workspace_id)
    assert (report.sessions, report.changed, report.broken) == (1, [], {})
    assert bench.row(child) == tombstone
    with pytest.raises(NotFound):
        verify(bench.journal, bench.workspace_id, child)


async def test_a_tombstone_holds_no_word_of_a_question_that_was_open(bench: Bench):
    """P11: what the fold remembers beside the row is content too."""
    session_id = await bench.create()
    asked = bench.draft("approval.requested", approval_id="appr_1", question="Sell the yacht?")
    await bench.append(session_id, asked)
    assert bench.row(session_id)["attention"]["question"] == "Sell the yacht?"
    await erase.delete(bench.journal, bench.workspace_id, session_id, PERSON)
    left = bench.store.read(lambda c: sessions.heads(c, bench.workspace_id, [session_id]))[0]
    assert b"yacht" not in left.body + left.fold


async def test_a_root_keeps_the_share_of_a_child_whose_events_do_not_read(bench: Bench):
    """What cannot be folded is reported and left as it is, in its root's sums as well."""
    root = await bench.create()
    child = await bench.create(parent_id=root, root_id=root)
    await bench.append(child, bench.draft("agent.tool_result", tool_use_id="t", is_error=True))
    assert bench.row(root)["children"]["errors"] == 1
    at = bench.store.read(lambda c: sessions.one(c, bench.workspace_id, child))
    assert at is not None
    twisted = update(events).where(events.c.sid == at[0]).values(payload=b"{")
    bench.store.submit(lambda tx: tx.write(twisted)).result()
    report = rebuild(bench.journal, bench.workspace_id)
    assert list(report.broken) == [child]
    assert report.changed == []


async def test_long_logs_are_folded_and_verified_in_batches(bench: Bench):
    session_id = await bench.create()
    for _ in range(3):
        await bench.append(session_id, *(bench.said(f"word {n}") for n in range(400)))
    assert bench.row(session_id)["seq"] == 1_201
    assert verify(bench.journal, bench.workspace_id, session_id) == []
    assert changed(bench) == []


def changed(bench: Bench) -> list[str]:
    report = rebuild(bench.journal, bench.workspace_id, write=False)
    assert report.broken == {}
    return report.changed


async def test_the_ledger_is_what_the_log_says_again(bench: Bench):
    """A row that is wrong, one that is missing, one that no event gives; all are put right."""
    session_id, other = await bench.create(), await bench.create()
    call = bench.draft("agent.tool_use", name="bash", input={})
    request = bench.draft("span.model_request_end", model="m", model_usage={"output_tokens": 7})
    await bench.append(session_id, call, request, request)
    await bench.append(other, call)
    right = rows_of(bench, session_id), rows_of(bench, other)
    assert [len(rows) for rows in right] == [3, 1]
    c = tables.ledger.c
    stranger = {**right[0][0], "event_id": bytes(16)}
    for change in (
        tables.ledger.update().where(c.session_id == session_id, c.wallet == "ai").values(output=8),
        tables.ledger.delete().where(c.session_id == session_id, c.wallet == "data"),
        tables.ledger.insert().values(stranger),
    ):
        bench.store.submit(lambda tx, s=change: tx.write(s)).result()
        looked = rebuild(bench.journal, bench.workspace_id, write=False)
        assert (looked.ledger, looked.changed) == ([session_id], [])
        assert rebuild(bench.journal, bench.workspace_id).ledger == [session_id]
        assert (rows_of(bench, session_id), rows_of(bench, other)) == right


def rows_of(bench: Bench, session_id: str) -> list[dict[str, object]]:
    where = bench.workspace_id
    found = bench.store.read(lambda c: ledger.of_session(c, where, session_id))
    return sorted(found, key=lambda row: row["event_id"])


async def test_rows_below_a_root_at_any_depth_are_summed_up(bench: Bench):
    """Children of children count on the root, a deleted parent's children stand for themselves,
    and one whose root is not above it is not forgotten."""
    root = await bench.create()
    child = await bench.create(parent_id=root, root_id=root)
    grandchild = await bench.create(parent_id=child, root_id=root)
    beside = await bench.create(root_id=root)
    await bench.append(grandchild, bench.draft("agent.tool_result", tool_use_id="t", is_error=True))
    await bench.append(beside, bench.draft("agent.tool_result", tool_use_id="t", is_error=True))
    assert bench.row(root)["children"] | {"tokens": {}} == {
        "count": 3, "active": 0, "errors": 2, "cost_micros": 0, "tokens": {}
    }  # fmt: skip
    assert changed(bench) == []
    report = rebuild(bench.journal, bench.workspace_id, write=False)
    assert report.sessions >= 4
    await erase.delete(bench.journal, bench.workspace_id, child, PERSON)
    before = bench.row(root)["children"]
    assert changed(bench) == []
    assert bench.row(root)["children"] == before


async def test_parents_in_a_circle_end_the_walk(bench: Bench):
    one, two = await bench.create(), await bench.create()
    for child, parent in ((one, two), (two, one)):
        linked = bench.draft("session.linked", relation="parent", linked_session_id=parent)
        await bench.append(child, linked)
    report = rebuild(bench.journal, bench.workspace_id, write=False)
    assert report.broken == {}
    assert report.sessions >= 2


async def test_what_a_reset_erased_is_not_needed_to_fold_a_session(bench: Bench):
    """requirements.md 6.5: erase removes bodies and leaves counts, in the row and in the ledger."""
    session_id = await bench.create(title="Kept")
    call = bench.draft("agent.tool_use", name="bash", input={})
    await bench.append(session_id, bench.said("gone"), call)
    before = rows_of(bench, session_id)
    await reset.reset(bench.journal, bench.workspace_id, session_id, PERSON, erased=True)
    await bench.append(session_id, bench.said("new"), call)
    row = bench.row(session_id)
    assert row["tool_call_count"] == 2
    report = rebuild(bench.journal, bench.workspace_id, write=False)
    assert (report.changed, report.ledger, report.broken) == ([], [], {})
    assert verify(bench.journal, bench.workspace_id, session_id) == []
    wipe = tables.ledger.delete().where(
        tables.ledger.c.session_id == session_id,
        tables.ledger.c.event_id.not_in([entry["event_id"] for entry in before]),
    )
    bench.store.submit(lambda tx: tx.write(wipe)).result()
    assert rebuild(bench.journal, bench.workspace_id).ledger == [session_id]
    assert before[0] in rows_of(bench, session_id), "what no event gives again stays"
    assert len(rows_of(bench, session_id)) == 2


async def test_a_rebuild_holds_one_family_whatever_the_number_of_sessions():
    """Memory is that of a session and its root."""
    peaks: list[int] = []
    for sessions_ in (100, 1_000):
        bench = Bench.in_memory()
        for _ in range(sessions_):
            await bench.create(title="a title of some length " * 4)
        seen: list[int] = []
        tracemalloc.start()
        rebuild(bench.journal, bench.workspace_id, told=lambda r: seen.append(r.sessions))  # noqa: B023
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert seen == list(range(1, sessions_ + 1)), "its progress is told"
        bench.store.close()
    assert peaks[1] - peaks[0] < 3 << 20, peaks
