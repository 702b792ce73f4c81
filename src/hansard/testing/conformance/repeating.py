"""Appends that come again: the same answer, and never a second event (P3)."""

from typing import Any

from hansard.domain.errors import Conflict
from hansard.journal.change import Appended
from hansard.testing.bench import Bench
from hansard.testing.conformance.refusal import refused


async def an_event_that_comes_again_is_answered_and_not_repeated(bench: Bench) -> None:
    """P3: the same id and content give the stored event, whatever seq is expected."""
    session_id = await bench.create()
    event_id = bench.id("sevt")
    drafts = [bench.said("once", id=event_id), bench.said("unnamed")]
    first = await bench.append(session_id, *drafts)
    again = await bench.append(session_id, drafts[0], expected_seq=1)
    assert (first.added, again.added) == (2, 0)
    assert again.events == first.events[:1]
    assert again.session.seq == 3
    assert len(bench.events(session_id)) == 3


async def old_and_new_events_of_one_append_are_answered_in_its_order(bench: Bench) -> None:
    """P3: one event per draft, in order."""
    session_id = await bench.create()
    ids = [bench.id("sevt") for _ in range(3)]
    await bench.append(session_id, bench.said("b", id=ids[1]))
    done = await bench.append(
        session_id,
        bench.said("a", id=ids[0]),
        bench.said("b", id=ids[1]),
        bench.said("unnamed"),
        bench.said("c", id=ids[2]),
    )
    assert [event.seq for event in done.events] == [3, 2, 4, 5]
    assert done.added == 3


async def an_event_id_with_other_content_is_refused(bench: Bench) -> None:
    """P3: other text, another type or another session is a conflict."""
    session_id, other = await bench.create(), await bench.create()
    event_id = bench.id("sevt")
    await bench.append(session_id, bench.said("this", id=event_id))
    for where, draft in (
        (session_id, bench.said("that", id=event_id)),
        (session_id, bench.draft("agent.thinking", id=event_id)),
        (other, bench.said("this", id=event_id)),
    ):
        refusal = await refused(Conflict, bench.append(where, draft))
        assert refusal.details["event_id"] == event_id
    assert (bench.row(session_id)["seq"], bench.row(other)["seq"]) == (2, 1)


async def repeats_meet_each_other_inside_one_transaction(bench: Bench) -> None:
    """P3 within a commit group: the first is not stored yet when the second comes."""
    session_id, other = await bench.create(), await bench.create()
    event_id = bench.id("sevt")
    outcomes = await bench.together(
        bench.append(session_id, bench.said("this", id=event_id)),
        bench.append(session_id, bench.said("this", id=event_id)),
        bench.append(session_id, bench.said("that", id=event_id)),
        bench.append(other, bench.said("this", id=event_id)),
        bench.append(other, bench.said("mine")),
    )
    assert [type(o) for o in outcomes] == [Appended, Appended, Conflict, Conflict, Appended]
    assert outcomes[0].events[0].seq == outcomes[1].events[0].seq == 2
    assert [len(bench.events(s)) for s in (session_id, other)] == [2, 2]


async def an_id_that_comes_twice_in_one_append_is_one_event(bench: Bench) -> None:
    """P3 within one append."""
    session_id = await bench.create()
    event_id = bench.id("sevt")
    this = bench.said("this", id=event_id)
    await refused(Conflict, bench.append(session_id, this, bench.said("that", id=event_id)))
    done = await bench.append(session_id, this, bench.said("unnamed"), this)
    assert [event.seq for event in done.events] == [2, 3, 2]
    assert len(bench.events(session_id)) == 3


async def an_import_passes_over_what_is_there(bench: Bench) -> None:
    """Copied history stands in one session; the append says in which others."""
    session_id, copy = await bench.create(), await bench.create()
    ids = [bench.id("sevt") for _ in range(3)]
    old = [bench.said(f"old {n}", id=ids[n]) for n in range(2)]
    await bench.append(session_id, *old)
    done = await bench.append(
        copy, *old, bench.said("new", id=ids[2]), bench.said("new?", id=ids[2]), skip_known=True
    )
    assert (done.added, [e.id for e in done.events]) == (1, [ids[2]])
    assert done.elsewhere == {session_id}
    again = await bench.append(copy, bench.said("changed", id=ids[2]), skip_known=True)
    assert (again.added, again.elsewhere) == (0, set())
    assert [len(bench.events(s)) for s in (session_id, copy)] == [3, 2]


async def a_session_is_created_once(bench: Bench) -> None:
    """A creation without an id cannot be told from another one."""
    session_id = await bench.create()
    await refused(Conflict, bench.append(session_id, bench.created(session_id), create=True))
    with_more = [bench.created(session_id), bench.said("hi", id=bench.id("sevt"))]
    await bench.append(session_id, with_more[1])
    await refused(Conflict, bench.append(session_id, *with_more, create=True))
    assert [event["type"] for event in bench.events(session_id)] == [
        "session.created",
        "agent.message",
    ]


async def a_key_belongs_to_one_session(bench: Bench) -> None:
    """Unique in the workspace; the refusal names who has it."""
    session_id = await bench.create(key="one:key")
    outcomes = await bench.together(
        bench.create(key="other:key"),
        bench.create(key="one:key"),
        bench.create(key="other:key"),
    )
    assert [type(o) for o in outcomes] == [str, Conflict, Conflict]
    assert outcomes[1].details["session_id"] == session_id
    assert outcomes[2].details["session_id"] == outcomes[0]


async def a_creation_that_comes_again_is_answered(bench: Bench) -> None:
    """Its first event has an id: nothing is made twice, and another session cannot take it."""
    session_id, other = bench.id("sesn"), bench.id("sesn")
    first = _with_id(bench, session_id)
    outcomes = await bench.together(
        bench.append(session_id, first, create=True), bench.append(session_id, first, create=True)
    )
    assert [o.events[0].seq for o in outcomes] == [1, 1]
    assert outcomes[0].events[0].id == outcomes[1].events[0].id
    for skip_known in (False, True):
        await refused(Conflict, bench.append(other, first, create=True, skip_known=skip_known))
    assert len(bench.events(session_id)) == 1


async def a_repeat_is_answered_after_the_session_was_archived(bench: Bench) -> None:
    """A retry is about what was done already, not about what may be done now."""
    session_id = await bench.create()
    draft = bench.said("this", id=bench.id("sevt"))
    await bench.append(session_id, draft)
    await bench.append(session_id, bench.draft("session.archived"), verb="archive")
    assert (await bench.append(session_id, draft)).events[0].seq == 2


def _with_id(bench: Bench, session_id: str) -> Any:
    created = bench.created(session_id)
    return bench.draft("session.created", id=bench.id("sevt"), **created.payload)


CASES = (
    an_event_that_comes_again_is_answered_and_not_repeated,
    old_and_new_events_of_one_append_are_answered_in_its_order,
    an_event_id_with_other_content_is_refused,
    repeats_meet_each_other_inside_one_transaction,
    an_id_that_comes_twice_in_one_append_is_one_event,
    an_import_passes_over_what_is_there,
    a_session_is_created_once,
    a_key_belongs_to_one_session,
    a_creation_that_comes_again_is_answered,
    a_repeat_is_answered_after_the_session_was_archived,
)
