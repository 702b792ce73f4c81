"""One corrupt event or row never hides another (reliability.md, section 1.1)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import update

from hansard.domain.errors import Corrupt
from hansard.domain.instant import MINUTE
from hansard.journal import read, tail
from hansard.journal.change import Appended
from hansard.journal.rebuild import rebuild
from hansard.journal.sweep import sweep
from hansard.journal.verify import verify
from hansard.store import schema, sessions
from hansard.store.open import open_store
from hansard.store.tables import events
from hansard.store.tables import sessions as session_rows
from hansard.testing import Bench

TWISTS = [b"", b"\x00\xff\xfe", b"[]", b"{", b'{"content":"unterminated}', b'{"a":1}}', b"{\xff}"]


@pytest.fixture(params=["file", "postgres"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "postgres":
        yield Bench(request.getfixturevalue("postgres_store"))
        return
    store = open_store(f"sqlite:///{tmp_path}/hansard.db")
    yield Bench(store)
    schema.finish(store)


@pytest.mark.parametrize("twisted", TWISTS)
async def test_a_corrupt_payload_is_flagged_and_its_neighbours_are_read(
    bench: Bench, twisted: bytes
):
    session_id, other = await bench.create(), await bench.create()
    for number in range(4):
        await bench.append(session_id, bench.said(f"word {number}"))
    twist(bench, session_id, 3, payload=twisted)
    found = bench.events(session_id)
    assert [event["seq"] for event in found] == [1, 2, 3, 4, 5]
    assert found[2]["corrupt"] is True and found[2]["type"] == "agent.message"
    assert [e["content"][0]["text"] for e in (found[1], found[3])] == ["word 0", "word 2"]
    lines = tail.workspace(bench.store, bench.workspace_id, 0, {})
    assert [orjson.loads(line.body)["seq"] for line in lines] == [1, 1, 2, 3, 4, 5]
    assert verify(bench.journal, bench.workspace_id, session_id) == [
        "seq 3: the hash does not follow"
    ]
    await bench.append(session_id, bench.said("goes on"))
    report = rebuild(bench.journal, bench.workspace_id)
    assert list(report.broken) == [session_id], "left as it is"
    assert (report.sessions, report.changed) == (1, [])
    assert bench.row(session_id)["seq"] == 6 and bench.row(other)["seq"] == 1


async def test_one_flipped_bit_anywhere_in_an_event_is_detected(bench: Bench):
    """P22: content, envelope, salt, order: the chain does not follow any more."""
    session_id = await bench.create()
    await bench.append(session_id, bench.said("one"), bench.said("two"))
    changes: list[dict[str, Any]] = [
        {"payload": orjson.dumps({"content": [{"type": "text", "text": "ome"}]})},
        {"salt": bytes(16)},
        {"hash": bytes(32)},
        {"actor": '{"type":"person","id":null,"name":"coder"}'},
        {"created_at": 1},
        {"type": "agent.thinking"},
        {"segment": 2},
        {"id": bytes(16)},
        {"seq": 9},
    ]
    for change in changes:
        before = stored(bench, session_id, 2)
        twist(bench, session_id, 2, **change)
        assert verify(bench.journal, bench.workspace_id, session_id) != [], change
        place = change.get("seq", 2)
        twist(bench, session_id, place, **{name: before[name] for name in change})
        assert verify(bench.journal, bench.workspace_id, session_id) == []
    remove(bench, session_id, 3)
    problems = verify(bench.journal, bench.workspace_id, session_id)
    assert problems == ["the row stands at seq 3, the log at 2"]


@pytest.mark.parametrize("column", ["body", "fold"])
@pytest.mark.parametrize("twisted", [b"", b"[]", b'{"id":', b"\xff\xfe"])
async def test_a_corrupt_row_hides_no_other_and_is_rebuilt(
    bench: Bench, column: str, twisted: bytes
):
    """Lists, the sweeper, its own children and its commit group all go on without it."""
    root, other = await bench.create(), await bench.create()
    child = await bench.create(parent_id=root, root_id=root)
    call = bench.draft("agent.tool_use", name="x", input={}, connector="github")
    await bench.append(root, bench.said("hello"), call)
    await bench.append(other, bench.said("hello"))
    twist_row(bench, root, **{column: twisted})
    forgetful = Bench(bench.store, bench.clock, workspace_id=bench.workspace_id)
    page = bench.store.read(
        lambda c: sessions.page(
            c, bench.workspace_id, sessions.Filter(), sort="active", after=None, limit=10
        )
    )
    assert {keys[-1] for keys, _ in page} == {root, other}
    outcomes = await forgetful.together(
        forgetful.append(other, bench.said("a")),
        forgetful.append(root, bench.said("b")),
        forgetful.append(child, bench.said("c")),
    )
    assert [type(o) for o in outcomes] == [Appended, Corrupt, Appended]
    assert outcomes[1].details["session_id"] == root
    bench.clock.move(31 * MINUTE)  # type: ignore[attr-defined]
    await asyncio.to_thread(sweep, forgetful.journal)
    assert not bench.row(other)["active"] and not bench.row(child)["active"]
    due = bench.store.read(lambda c: sessions.due(c, bench.clock(), 1_000))
    assert (bench.workspace_id, root) not in due, "it does not come up again and again"
    assert len(bench.events(root)) == 3
    report = rebuild(forgetful.journal, bench.workspace_id)
    assert (report.changed, report.broken) == ([root], {})
    assert bench.row(root)["children"]["count"] == 1
    assert rebuild(forgetful.journal, bench.workspace_id, write=False).changed == []
    done = await forgetful.append(root, bench.said("goes on"))
    assert done.events[0].seq == 4
    assert verify(bench.journal, bench.workspace_id, root) == []


async def test_a_rebuild_mends_what_was_lost_from_a_row(bench: Bench):
    """A row with other figures is put right, and pushed with a cursor of its own."""
    session_id, other = await bench.create(), await bench.create()
    await bench.append(session_id, bench.said("one"), bench.draft("session.status_running"))
    right = bench.row(session_id)
    wrong = orjson.dumps({**right, "message_count": 77, "state": "idle"})
    twist_row(bench, session_id, body=wrong, state="idle")
    report = rebuild(bench.journal, bench.workspace_id, write=False)
    assert report.changed == [session_id]
    assert bench.row(session_id)["message_count"] == 77, "it only looked"
    report = rebuild(bench.journal, bench.workspace_id)
    assert (report.sessions, report.changed) == (2, [session_id])
    mended = bench.row(session_id)
    assert mended["pos"] > right["pos"]
    assert {**mended, "pos": right["pos"]} == right
    assert bench.row(other)["pos"] < mended["pos"]
    chosen = sessions.Filter(states=["running"])
    page = bench.store.read(
        lambda c: sessions.page(c, bench.workspace_id, chosen, sort="active", after=None, limit=10)
    )
    assert [keys[-1] for keys, _ in page] == [session_id]


def twist(bench: Bench, session_id: str, seq: int, /, **values: Any) -> None:
    at = read.place(bench.store, bench.workspace_id, session_id)
    change = update(events).where(events.c.sid == at.sid, events.c.seq == seq).values(values)
    bench.store.submit(lambda tx: tx.write(change)).result()


def remove(bench: Bench, session_id: str, seq: int) -> None:
    at = read.place(bench.store, bench.workspace_id, session_id)
    change = events.delete().where(events.c.sid == at.sid, events.c.seq == seq)
    bench.store.submit(lambda tx: tx.write(change)).result()


def stored(bench: Bench, session_id: str, seq: int) -> dict[str, Any]:
    at = read.place(bench.store, bench.workspace_id, session_id)
    query = events.select().where(events.c.sid == at.sid, events.c.seq == seq)
    return dict(bench.store.read(lambda c: c.execute(query).mappings().one()))


def twist_row(bench: Bench, session_id: str, **values: Any) -> None:
    change = update(session_rows).where(session_rows.c.id == session_id).values(values)
    bench.store.submit(lambda tx: tx.write(change)).result()
