"""The log: numbers, the chain, what is refused, what lies aside, what runs along."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson

from hansard.domain.errors import Conflict, InvalidRequest, NotFound
from hansard.journal import erase, read, verify
from hansard.journal.change import Appended
from hansard.store import agents, blobs, ledger, members
from hansard.store.base import Tx
from hansard.store.members import Member
from hansard.testing.bench import PERSON, Bench
from hansard.testing.conformance.refusal import refused


async def events_are_numbered_without_gaps_and_cursors_rise_in_commit_order(bench: Bench) -> None:
    """P2: `seq` is 1..n in each session, `pos` rises over all of them."""
    sids = [await bench.create() for _ in range(3)]
    acked: list[Appended] = []

    async def talk(session_id: str, count: int) -> None:
        for number in range(count):
            acked.append(await bench.append(session_id, bench.said(f"word {number}")))

    await asyncio.gather(*(talk(session_id, 10) for session_id in sids))
    positions = [event.pos for done in acked for event in done.events]
    assert positions == sorted(positions)
    seen: set[int] = set()
    for session_id in sids:
        events = bench.events(session_id)
        assert [event["seq"] for event in events] == list(range(1, 12))
        own = [event["pos"] for event in events]
        assert own == sorted(set(own)) and not seen & set(own)
        seen |= set(own)
        row = bench.row(session_id)
        assert (row["seq"], row["pos"], row["head"]) == (11, own[-1], events[-1]["hash"])


async def the_chain_follows_from_the_stored_bytes(bench: Bench) -> None:
    """Hash chain of architecture.md, section 10: hashes, and the head under our key."""
    session_id = await bench.create()
    await bench.append(session_id, bench.said("one"), bench.said("two"))
    await bench.append(session_id, bench.draft("x.unknown", anything=[1, {"deep": None}]))
    assert verify.verify(bench.journal, bench.workspace_id, session_id) == []
    other = Bench(bench.store, bench.clock, b"another key", bench.workspace_id)
    problems = verify.verify(other.journal, bench.workspace_id, session_id)
    assert problems == ["the head is not under our key"]


async def an_event_reads_back_as_it_was_given(bench: Bench) -> None:
    """Envelope and own fields, text with every character that needs care."""
    session_id = await bench.create()
    turn = bench.id("turn")
    content: list[Any] = [{"type": "text", "text": 'ünïcode "quoted" \u2028 \x00 end'}]
    draft = replace(bench.draft("agent.message", content=content, extra=1.5), turn_id=turn)
    await bench.append(session_id, draft)
    event = bench.events(session_id)[1]
    assert (event["content"], event["extra"], event["turn_id"]) == (content, 1.5, turn)
    assert event["actor"] == {"type": "agent", "id": None, "name": "coder"}
    assert event["created_at"] == event["processed_at"]
    assert list(event)[:14][-1] == "hash", "the envelope comes first, hash last of it"


async def what_json_cannot_hold_is_replaced_in_log_and_row_alike(bench: Bench) -> None:
    """A lone surrogate or a huge number from a foreign log never blocks an append."""
    session_id = await bench.create()
    content = [{"type": "text", "text": "bro\ud800ken"}]
    await bench.append(session_id, bench.draft("user.message", content=content, big=1 << 80))
    event = bench.events(session_id)[1]
    assert event["content"][0]["text"] == "bro\ufffdken"
    assert event["big"] == str(1 << 80)
    assert bench.row(session_id)["title"] == "bro\ufffdken"


async def a_foreign_tool_may_be_called_anything(bench: Bench) -> None:
    """A NUL in a foreign name, which one database's text cannot hold, blocks nothing."""
    session_id = await bench.create()
    call = bench.draft("agent.tool_use", name="a\x00b", input={}, connector="c\x00d")
    await bench.append(session_id, call)
    rows = bench.store.read(lambda c: ledger.of_session(c, bench.workspace_id, session_id))
    assert [(row["tool"], row["connector"]) for row in rows] == [("a\ufffdb", "c\ufffdd")]
    assert bench.row(session_id)["tools"] == ["a\x00b"]


async def an_append_elsewhere_than_expected_says_where_the_session_is(bench: Bench) -> None:
    """P3: 409 with the current seq, and nothing is written."""
    session_id = await bench.create()
    await bench.append(session_id, bench.said("two"), expected_seq=1)
    refusal = await refused(Conflict, bench.append(session_id, bench.said("three"), expected_seq=1))
    assert refusal.details["current_seq"] == 2
    assert bench.row(session_id)["seq"] == 2


async def racers_on_one_seq_have_one_winner_in_one_transaction_too(bench: Bench) -> None:
    """P3 within a commit group."""
    session_id = await bench.create()
    outcomes = await bench.together(
        *(bench.append(session_id, bench.said(str(n)), expected_seq=1) for n in range(5))
    )
    assert [type(o) for o in outcomes] == [Appended] + [Conflict] * 4
    assert {o.details["current_seq"] for o in outcomes[1:]} == {2}


async def a_refused_append_takes_nobody_with_it(bench: Bench) -> None:
    """A refused change never rolls back another of its group (architecture.md 2.1)."""
    one, two = await bench.create(), await bench.create()
    outcomes = await bench.together(
        bench.append(one, bench.said("a")),
        bench.append(bench.id("sesn"), bench.said("nowhere")),
        bench.append(two, bench.said("b"), expected_seq=7),
        bench.append(two, bench.said("c")),
        bench.append(one, bench.draft("session.created"), create=True),
        bench.append(one, bench.said("d")),
    )
    kinds = [type(o).__name__ for o in outcomes]
    assert kinds == ["Appended", "NotFound", "Conflict", "Appended", "Conflict", "Appended"]
    assert [bench.row(s)["seq"] for s in (one, two)] == [3, 2]
    assert [len(bench.events(s)) for s in (one, two)] == [3, 2]


async def a_session_begins_with_its_creation(bench: Bench) -> None:
    """Creation is an event (architecture.md 2.1): nothing comes before it."""
    session_id = bench.id("sesn")
    await refused(InvalidRequest, bench.append(session_id, bench.said("hi"), create=True))
    await refused(NotFound, bench.append(session_id, bench.said("hi")))


async def an_archived_session_refuses_what_is_not_about_the_record(bench: Bench) -> None:
    """S3-4: read-only, though it can be renamed, taken back and deleted."""
    session_id = await bench.create()
    await bench.append(session_id, bench.draft("session.archived"), verb="archive")
    await refused(Conflict, bench.append(session_id, bench.said("more")))
    await refused(Conflict, bench.append(session_id, bench.said("more"), verb="send"))
    await refused(
        Conflict, bench.append(session_id, bench.draft("session.archived"), verb="archive")
    )
    title = bench.draft("session.updated", title="Kept")
    await bench.append(session_id, title, verb="update")
    row = bench.row(session_id)
    assert (row["title"], row["status"], row["tone"]) == ("Kept", "terminated", "neutral")
    back = bench.draft("session.unarchived")
    await bench.append(session_id, back, verb="unarchive")
    await refused(Conflict, bench.append(session_id, back, verb="unarchive"))
    await bench.append(session_id, bench.said("more"))


async def a_deleted_session_is_not_found_and_leaves_its_tombstone(bench: Bench) -> None:
    """P11: events, contents and words go; id, key, counts, ledger and one last event stay."""
    session_id = await bench.create(metadata={"secret": "canary"})
    large = bench.said("canary" * 20_000)
    request = bench.draft("span.model_request_end", model="m", model_usage={"output_tokens": 5})
    await bench.append(session_id, large, request)
    await bench.append(session_id, bench.draft("session.archived"), verb="archive")
    blob_id = bench.events(session_id)[1]["content"][0]["text"]["blob_id"]
    sid = read.place(bench.store, bench.workspace_id, session_id).sid
    done, _ = await erase.delete(bench.journal, bench.workspace_id, session_id, PERSON)
    assert (done.events[0].type, done.events[0].seq) == ("session.deleted", 5)
    assert done.events[0].payload == {"event_count": 4}
    await refused(NotFound, bench.append(session_id, bench.said("hello?")))
    await refused(NotFound, erase.delete(bench.journal, bench.workspace_id, session_id, PERSON))
    again = bench.append(session_id, bench.created(session_id), create=True)
    await refused(Conflict, again)
    row = bench.row(session_id)
    assert "canary" not in orjson.dumps(row).decode()
    assert (row["seq"], row["deleted_at"] is not None) == (5, True)
    assert bench.store.read(lambda c: blobs.get(c, bench.workspace_id, sid, blob_id)) is None
    kept = bench.store.read(lambda c: ledger.sums(c, bench.workspace_id, session_id))
    assert kept["output"] == 5


async def large_content_lies_aside_and_is_read_whole(bench: Bench) -> None:
    """A string over 64 KiB and an image become blobs (architecture.md, section 10)."""
    session_id = await bench.create()
    text = "wörd " * 20_000
    image = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    await bench.append(
        session_id,
        bench.draft(
            "agent.tool_result",
            tool_use_id="t",
            content=[{"type": "text", "text": text}, {"type": "image", "source": image}],
        ),
        bench.said("wörd " * 20_000),
        bench.said("x" * 1_000),
    )
    result, same, small = bench.events(session_id)[1:]
    reference, picture = result["content"][0]["text"], result["content"][1]["source"]
    assert reference["type"] == picture["type"] == "blob"
    assert (reference["bytes"], reference["preview"]) == (len(text.encode()), text[:2_000])
    assert same["content"][0]["text"]["blob_id"] == reference["blob_id"]
    assert small["content"][0]["text"] == "x" * 1_000
    sid = read.place(bench.store, bench.workspace_id, session_id).sid

    def kept(blob_id: str) -> tuple[str, bytes] | None:
        return bench.store.read(lambda c: blobs.get(c, bench.workspace_id, sid, blob_id))

    assert kept(reference["blob_id"]) == ("text/plain; charset=utf-8", text.encode())
    assert kept(picture["blob_id"]) == ("image/png;base64", b"iVBORw0KGgo=")


async def what_runs_along_shares_the_transaction(bench: Bench) -> None:
    """`also` sees events with their cursors, and its writes are durable with them."""
    session_id = await bench.create()
    seen: list[tuple[int, int]] = []

    def also(tx: Tx, done: Appended) -> None:
        event = done.events[0]
        stored = event.pos > 0 and done.session.pos == event.pos
        seen.append((event.seq, int(stored)))
        members.add_member(tx, bench.workspace_id, Member("usr_1", "Along", "member"), 1)

    await bench.append(session_id, bench.said("hi"), also=[also])
    assert seen == [(2, 1)]
    assert [m.name for m in _members(bench)] == ["Along"]


async def what_runs_along_and_fails_takes_its_append_back_alone(bench: Bench) -> None:
    """What `also` wrote, the events and their numbers go together."""
    session_id = await bench.create()

    def refuses(tx: Tx, done: Appended) -> None:
        agents.insert_new(tx, bench.workspace_id, "agent_1", "Along", None, 1, b"{}")
        raise Conflict("not today")

    outcomes = await bench.together(
        bench.append(session_id, bench.said("a")),
        bench.append(session_id, bench.said("b"), also=[refuses]),
        bench.append(session_id, bench.said("c")),
    )
    assert [type(o) for o in outcomes] == [Appended, Conflict, Appended]
    texts = [event["content"][0]["text"] for event in bench.events(session_id)[1:]]
    assert texts == ["a", "c"]
    assert bench.store.read(lambda c: agents.find(c, bench.workspace_id, "agent_1")) is None
    assert verify.verify(bench.journal, bench.workspace_id, session_id) == []


async def what_runs_along_may_append_too(bench: Bench) -> None:
    """A change of one session that tells another is one transaction."""
    one, two = await bench.create(), await bench.create()

    def tell(tx: Tx, done: Appended) -> None:
        words = [bench.said(f"{done.session.id} is at {done.session.seq}")]
        bench.journal.take(tx, bench.journal.change(bench.workspace_id, two, words))

    await bench.append(one, bench.said("hi"), also=[tell])
    told = bench.events(two)[1]
    assert told["content"][0]["text"] == f"{one} is at 2"
    assert told["pos"] > bench.events(one)[1]["pos"]
    assert bench.row(two)["seq"] == 2


async def a_waiting_input_is_stamped_once_by_what_takes_it_up(bench: Bench) -> None:
    """`processed_at`: null while it waits, then set, outside the hash; its own session's only."""
    session_id, other = await bench.create(), await bench.create()
    ids = [bench.id("sevt") for _ in range(3)]

    def waiting(event_id: str) -> Any:
        words = bench.draft("user.message", id=event_id, content=[])
        return replace(words, waits=True)

    await bench.append(session_id, waiting(ids[0]), waiting(ids[1]))
    await bench.append(other, waiting(ids[2]))
    assert bench.row(session_id)["state"] == "queued"
    before = bench.events(session_id)
    assert [event["processed_at"] for event in before[1:]] == [None, None]
    taken = bench.draft("session.status_running", input_event_ids=[ids[0], ids[2]])
    await bench.append(session_id, taken)
    after = bench.events(session_id)
    assert after[1]["processed_at"] > after[1]["created_at"]
    assert after[2]["processed_at"] is None
    assert bench.events(other)[1]["processed_at"] is None, "another session's input is not ours"
    assert [e["hash"] for e in after[:3]] == [e["hash"] for e in before]
    await bench.append(session_id, bench.draft("session.status_idle"))
    assert bench.row(session_id)["state"] == "queued", "one input still waits"


def _members(bench: Bench) -> list[Member]:
    return bench.store.read(lambda c: members.all_members(c, bench.workspace_id))


CASES = (
    events_are_numbered_without_gaps_and_cursors_rise_in_commit_order,
    the_chain_follows_from_the_stored_bytes,
    an_event_reads_back_as_it_was_given,
    what_json_cannot_hold_is_replaced_in_log_and_row_alike,
    a_foreign_tool_may_be_called_anything,
    an_append_elsewhere_than_expected_says_where_the_session_is,
    racers_on_one_seq_have_one_winner_in_one_transaction_too,
    a_refused_append_takes_nobody_with_it,
    a_session_begins_with_its_creation,
    an_archived_session_refuses_what_is_not_about_the_record,
    a_deleted_session_is_not_found_and_leaves_its_tombstone,
    large_content_lies_aside_and_is_read_whole,
    what_runs_along_shares_the_transaction,
    what_runs_along_and_fails_takes_its_append_back_alone,
    what_runs_along_may_append_too,
    a_waiting_input_is_stamped_once_by_what_takes_it_up,
)
