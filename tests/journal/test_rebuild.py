"""Rows from zero: the log alone gives them again, with what time did in between."""

import asyncio
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import update

from hansard.domain.errors import NotFound
from hansard.domain.instant import MINUTE
from hansard.domain.projections import row as shown
from hansard.journal import erase
from hansard.journal.rebuild import rebuild, refresh
from hansard.journal.sweep import sweep
from hansard.journal.verify import verify
from hansard.store import schema, sessions, tables
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
