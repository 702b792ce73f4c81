"""The writer: jobs share transactions, and nobody pays for another's failure."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from hansard.domain.errors import Conflict
from hansard.store import members
from hansard.store.base import Tx
from hansard.store.members import Member
from hansard.testing.bench import Bench

_WAIT_S = 30


async def jobs_that_queue_up_share_one_transaction_in_their_order(bench: Bench) -> None:
    """Group commit: what queued while the last commit ran becomes the next transaction."""
    order: list[int] = []

    def job(number: int) -> Callable[[Tx], Tx]:
        def run(tx: Tx) -> Tx:
            order.append(number)
            return tx

        return run

    transactions = await bench.together(*(bench.store.write(job(n)) for n in range(20)))
    assert order == list(range(20))
    assert len({id(tx) for tx in transactions}) == 1


async def outcomes_come_in_the_order_of_the_jobs(bench: Bench) -> None:
    """One caller's second write is never acknowledged before its first."""
    order: list[int] = []

    async def write(number: int) -> None:
        await bench.store.write(_adds(bench, f"m{number:02}"))
        order.append(number)

    await bench.together(*(write(n) for n in range(30)))
    assert order == list(range(30))


async def a_job_that_fails_after_writing_fails_alone(bench: Bench) -> None:
    """An error or a refusal takes back its own writes and nobody else's."""

    def broken(tx: Tx) -> None:
        _adds(bench, "broken")(tx)
        raise ZeroDivisionError

    def refusing(tx: Tx) -> None:
        _adds(bench, "refusing")(tx)
        raise Conflict("not today")

    outcomes = await bench.together(
        bench.store.write(_adds(bench, "first")),
        bench.store.write(broken),
        bench.store.write(_adds(bench, "second")),
        bench.store.write(refusing),
        bench.store.write(_adds(bench, "third")),
    )
    assert [type(o) for o in outcomes] == [str, ZeroDivisionError, str, Conflict, str]
    assert _names(bench) == {"first", "second", "third"}


async def a_job_refused_before_it_wrote_leaves_the_transaction_whole(bench: Bench) -> None:
    """A refusal that changed nothing costs the others nothing."""
    seen: list[Tx] = []

    def refusing(tx: Tx) -> None:
        seen.append(tx)
        raise Conflict("not today")

    def counting(tx: Tx) -> str:
        seen.append(tx)
        return _adds(bench, "kept")(tx)

    outcomes = await bench.together(bench.store.write(refusing), bench.store.write(counting))
    assert isinstance(outcomes[0], Conflict)
    assert outcomes[1] == "kept"
    assert len(seen) == 2 and seen[0] is seen[1]


async def a_broken_statement_fails_alone(bench: Bench) -> None:
    """The database's own refusal (a taken key) is one job's affair too."""
    await bench.store.write(_adds(bench, "Ana"))
    outcomes = await bench.together(
        bench.store.write(_adds(bench, "Bo")),
        bench.store.write(_adds(bench, "Ana")),
        bench.store.write(_adds(bench, "Cy")),
    )
    assert isinstance(outcomes[1], Exception)
    assert _names(bench) == {"Ana", "Bo", "Cy"}


async def a_caller_that_gave_up_stops_nobody(bench: Bench) -> None:
    """A client that went away leaves the writer at work."""
    gate = threading.Event()
    bench.store.submit(lambda _: gate.wait(_WAIT_S))
    gone = asyncio.ensure_future(bench.store.write(_adds(bench, "gone")))
    stays = asyncio.ensure_future(bench.store.write(_adds(bench, "stays")))
    await asyncio.sleep(0)
    gone.cancel()
    gate.set()
    assert await stays == "stays"
    assert _names(bench) == {"gone", "stays"}


async def what_a_job_wrote_is_read_by_the_next_job_and_by_readers(bench: Bench) -> None:
    """Jobs of a group see each other; readers see what is committed."""

    def look(tx: Tx) -> set[str]:
        return {m.name for m in members.all_members(tx.connection, bench.workspace_id)}

    outcomes = await bench.together(bench.store.write(_adds(bench, "Ana")), bench.store.write(look))
    assert outcomes[1] == {"Ana"}
    assert _names(bench) == {"Ana"}


async def a_listener_that_fails_spoils_no_acknowledgement(bench: Bench) -> None:
    """What is durable is acknowledged (P1), whatever becomes of the news about it."""

    def broken(_: Any) -> None:
        raise ZeroDivisionError

    session_id = await bench.create()
    leave = bench.store.notify.subscribe(bench.workspace_id, broken)
    try:
        assert (await bench.append(session_id, bench.said("one"))).events[0].seq == 2
        assert (await bench.append(session_id, bench.said("two"))).events[0].seq == 3
    finally:
        leave()


def _adds(bench: Bench, name: str) -> Callable[[Tx], str]:
    def run(tx: Tx) -> str:
        member = Member(f"usr_{name}", name, "member")
        members.add_member(tx, bench.workspace_id, member, bench.clock())
        return name

    return run


def _names(bench: Bench) -> set[str]:
    found = bench.store.read(lambda c: members.all_members(c, bench.workspace_id))
    return {member.name for member in found}


CASES = (
    jobs_that_queue_up_share_one_transaction_in_their_order,
    outcomes_come_in_the_order_of_the_jobs,
    a_job_that_fails_after_writing_fails_alone,
    a_job_refused_before_it_wrote_leaves_the_transaction_whole,
    a_broken_statement_fails_alone,
    a_caller_that_gave_up_stops_nobody,
    what_a_job_wrote_is_read_by_the_next_job_and_by_readers,
    a_listener_that_fails_spoils_no_acknowledgement,
)
