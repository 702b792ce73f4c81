"""An export comes back in as it was (S1-8, product.md decision 6, P25)."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from hansard.control import reset
from hansard.domain.errors import Conflict
from hansard.journal import erase
from hansard.journal.rebuild import rebuild
from hansard.journal.verify import verify
from hansard.store import sessions
from hansard.testing.bench import PERSON

Json = dict[str, Any]


async def test_everything_that_is_kept_of_a_session_comes_back(here: Any, there: Any):
    """S1-8, architecture.md Export: ids, seq, segments, times, hashes; a new pos."""
    session_id = await here.rich(recorded=True)
    await here.bench.append(session_id, here.bench.draft("session.reset"))
    await here.bench.append(session_id, here.bench.draft("user.message", content="again"))
    (done,) = there.taken(here.written(session_id))
    assert (done.session_id, done.added, done.redacted) == (session_id, 7, 0)
    assert there.kept(session_id) == here.kept(session_id)
    assert len(there.kept(session_id)["blobs"]) == 1
    assert there.kept(session_id)["raw"] == [(0, [b'{"a":1}', b"no json \\ at all", b""])]
    assert verify(there.bench.journal, there.bench.workspace_id, session_id) == []
    report = rebuild(there.bench.journal, there.bench.workspace_id, write=False)
    assert (report.changed, report.ledger, report.broken) == ([], [], {})
    again = there.written(session_id).splitlines()[1:-1]
    assert without_pos(again) == without_pos(here.written(session_id).splitlines()[1:-1])


def without_pos(lines: list[bytes]) -> list[Json]:
    found = [orjson.loads(line) for line in lines]
    return [{k: v for k, v in line.items() if k != "pos"} for line in found]


async def test_the_form_is_that_of_the_design(here: Any):
    """architecture.md Export: a header, one event a line, payload bytes behind the hash."""
    session_id = await here.rich()
    header, *lines, end = here.written(session_id).splitlines()
    first: Json = orjson.loads(header)
    assert list(first) == [
        "type", "version", "exported_at", "hansard", "segments", "public_key", "sessions"
    ]  # fmt: skip
    assert first["public_key"].startswith("ed25519:") and first["segments"] == "all"
    (entry,) = first["sessions"]
    row = here.bench.row(session_id)
    assert (entry["head"]["seq"], entry["head"]["hash"]) == (row["seq"], row["head"])
    events = [orjson.loads(line) for line in lines if line.startswith(b'{"id"')]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    for event, shown in zip(events, here.bench.events(session_id), strict=True):
        names = list(event)
        assert names[names.index("processed_at") + 1 :][:3] == ["content_hash", "salt", "hash"]
        del event["content_hash"], event["salt"]
        assert event == shown
    kinds = [orjson.loads(line)["type"] for line in lines[len(events) :]]
    assert kinds == ["hansard.blob", *["hansard.raw"] * 3]
    assert orjson.loads(end)["type"] == "hansard.end"


async def test_several_sessions_share_a_file(here: Any, there: Any):
    """S1-16: one file with all of them, sub-agents before or after their root."""
    root = await here.rich()
    child = await here.rich(parent_id=root, root_id=root)
    alone = await here.bench.create()
    assert [done.added for done in there.taken(here.written(child, alone, root))] == [5, 1, 5]
    for session_id in (root, child, alone):
        assert there.kept(session_id) == here.kept(session_id)
    assert there.bench.row(root)["children"]["count"] == 1


async def test_the_same_file_again_adds_nothing(here: Any, there: Any):
    session_id = await here.rich()
    content = here.written(session_id)
    there.taken(content)
    before = there.bench.row(session_id)
    assert [done.added for done in there.taken(content)] == [0]
    assert there.bench.row(session_id) == before
    assert [done.added for done in here.taken(content)] == [0], "where it came from, too"


async def test_a_longer_chain_with_the_same_beginning_goes_on(here: Any, there: Any):
    """An input that waited in the first file was taken up in the second."""
    bench = here.bench
    session_id = await here.rich()
    waiting = bench.draft("user.message", id=bench.id("sevt"), content="later")
    await bench.append(session_id, replace(waiting, waits=True))
    first = here.written(session_id)
    there.taken(first)
    bench.clock.move(1_000)
    await bench.append(
        session_id, bench.draft("session.status_running", input_event_ids=[waiting.id])
    )
    await bench.append(session_id, *(bench.said(f"word {n}") for n in range(700)))
    assert [done.added for done in there.taken(here.written(session_id))] == [701]
    assert there.kept(session_id) == here.kept(session_id)
    assert [done.added for done in there.taken(first)] == [0], "all of it is here"
    done = await there.bench.append(session_id, there.bench.said("goes on here"))
    assert done.events[0].seq == 708


async def test_another_history_is_a_conflict_and_changes_nothing(here: Any, there: Any):
    """architecture.md Export: any other is a 409."""
    session_id = await here.rich()
    there.taken(here.written(session_id))
    await there.bench.append(session_id, there.bench.said("said there"))
    await here.bench.append(session_id, here.bench.said("said here"), here.bench.said("more"))
    before = there.kept(session_id)
    with pytest.raises(Conflict, match="another history") as refused:
        there.taken(here.written(session_id))
    assert refused.value.status == 409
    assert there.kept(session_id) == before
    same_length = here.written(session_id)
    await there.bench.append(session_id, there.bench.said("and more"))
    with pytest.raises(Conflict, match="another history"):
        there.taken(same_length)


async def test_what_was_deleted_here_does_not_come_back(here: Any, there: Any):
    """S1-25: delete cannot be undone by a file that somebody still has."""
    session_id = await here.rich()
    content = here.written(session_id)
    there.taken(content)
    await erase.delete(there.bench.journal, there.bench.workspace_id, session_id, PERSON)
    with pytest.raises(Conflict, match="deleted"):
        there.taken(content)


async def test_a_key_or_an_event_that_is_taken_is_a_conflict(here: Any, there: Any):
    session_id = await here.rich()
    content = here.written(session_id)
    mine = await there.bench.create(key=here.bench.row(session_id)["key"])
    with pytest.raises(Conflict, match="key") as refused:
        there.taken(content)
    assert refused.value.details["session_id"] == mine
    await erase.delete(there.bench.journal, there.bench.workspace_id, mine, PERSON)
    held = await here.bench.create()
    event_id = here.bench.id("sevt")
    await here.bench.append(held, here.bench.said("once", id=event_id))
    holder = await there.bench.create()
    await there.bench.append(holder, there.bench.said("other", id=event_id))
    with pytest.raises(Conflict, match="another session") as refused:
        there.taken(here.written(held))
    assert refused.value.details["session_id"] == holder
    found = there.bench.store.read(lambda c: sessions.one(c, there.bench.workspace_id, held))
    assert found is None, "all or nothing"


async def test_live_readers_are_woken(here: Any, there: Any):
    session_id = await here.rich()
    woken: list[int] = []
    leave = there.bench.store.notify.subscribe(
        there.bench.workspace_id, lambda wake: woken.append(wake.pos)
    )
    there.taken(here.written(session_id))
    leave()
    assert 0 in woken, "look again: an import carries no frames"


async def test_what_a_reset_erased_stays_erased_and_keeps_its_counts(here: Any, there: Any):
    """requirements.md 6.5: bodies are gone, the row and the bill are not."""
    session_id = await here.rich()
    call = here.bench.draft("agent.tool_use", name="bash", input={})
    await here.bench.append(session_id, call)
    journal, where = here.bench.journal, here.bench.workspace_id
    await reset.reset(journal, where, session_id, PERSON, erased=True)
    await here.bench.append(session_id, here.bench.said("anew"))
    content = here.written(session_id)
    assert b"w\xc3\xb6rld" not in content
    assert content.count(b'"type":"hansard.ledger"') == 3
    assert [done.added for done in there.taken(content)] == [8]
    assert there.kept(session_id) == here.kept(session_id)
    assert [done.added for done in there.taken(content)] == [0]
    report = rebuild(there.bench.journal, there.bench.workspace_id, write=False)
    assert (report.changed, report.ledger, report.broken) == ([], [], {})
