"""What changes by time alone, and is pushed all the same (S2-17, S2-18)."""

import asyncio

from hansard.domain import state
from hansard.domain.instant import MINUTE
from hansard.journal.sweep import sweep
from hansard.journal.tail import Bell
from hansard.store import session_rows, sessions
from hansard.testing.bench import Bench
from hansard.testing.clock import FrozenClock


async def a_chat_is_inactive_thirty_minutes_after_its_last_message(bench: Bench) -> None:
    """S2-18: the stored flag clears with no new event, and the row is pushed."""
    clock = _frozen(bench)
    session_id, busy = await bench.create(), await bench.create()
    await bench.append(session_id, bench.said("hi"))
    await bench.append(busy, bench.draft("session.status_running"))
    before = bench.row(session_id)
    assert before["active"] and before["active_until"] is not None
    clock.move(30 * MINUTE - 1)
    await asyncio.to_thread(sweep, bench.journal)
    assert bench.row(session_id) == before
    clock.move(1)
    with Bell(bench.store, bench.workspace_id) as bell:
        await asyncio.to_thread(sweep, bench.journal)
        assert await bell.wait(5)
        wakes = bell.take()
    after = bench.row(session_id)
    assert not after["active"] and after["active_until"] is None
    assert after["seq"] == before["seq"], "with no new event"
    assert wakes and [w.sessions for w in wakes] == [frozenset({session_id})]
    assert wakes[0].pos == after["pos"] > before["pos"]
    pushed = _changed(bench, before["pos"])
    assert session_id in pushed and pushed[-1] == session_id
    assert bench.row(busy)["active"], "running work stays active"
    assert _active(bench) == [busy]


async def a_second_sweep_finds_nothing(bench: Bench) -> None:
    """A row that settled is not pushed again."""
    clock = _frozen(bench)
    session_id = await bench.create()
    await bench.append(session_id, bench.said("hi"))
    clock.move(31 * MINUTE)
    await asyncio.to_thread(sweep, bench.journal)
    settled = bench.row(session_id)
    await asyncio.to_thread(sweep, bench.journal)
    assert bench.row(session_id) == settled


async def a_later_message_keeps_a_chat_active(bench: Bench) -> None:
    """S2-17: thirty minutes from the last message, not from the first."""
    clock = _frozen(bench)
    session_id = await bench.create()
    await bench.append(session_id, bench.said("hi"))
    clock.move(20 * MINUTE)
    await bench.append(session_id, bench.said("still here"))
    clock.move(20 * MINUTE)
    await asyncio.to_thread(sweep, bench.journal)
    assert bench.row(session_id)["active"]
    clock.move(10 * MINUTE)
    await asyncio.to_thread(sweep, bench.journal)
    assert not bench.row(session_id)["active"]


async def a_recorded_session_without_a_sign_of_life_goes_idle(bench: Bench) -> None:
    """Its lease is its source: five quiet minutes, then idle with the state it was left in."""
    clock = _frozen(bench)
    session_id = await bench.create(recorded=True)
    call = bench.draft("agent.tool_use", name="bash", input={"command": "make"})
    await bench.append(session_id, bench.said("working"), call)
    assert bench.row(session_id)["state"] == "running"
    clock.move(state.LEASE_MS)
    await asyncio.to_thread(sweep, bench.journal)
    row = bench.row(session_id)
    assert (row["state"], row["state_reason"]) == ("idle", "external:tool_call_open")
    assert row["activity"] is None and row["active"], "the chat had a message five minutes ago"
    clock.move(25 * MINUTE)
    await asyncio.to_thread(sweep, bench.journal)
    assert not bench.row(session_id)["active"]


async def a_child_gone_quiet_is_counted_out_of_its_root(bench: Bench) -> None:
    """The root's `children.active` follows what time does to a child."""
    clock = _frozen(bench)
    root = await bench.create()
    child = await bench.create(kind="background_task", parent_id=root, root_id=root, recorded=True)
    await bench.append(child, bench.said("working"))
    assert bench.row(root)["children"]["active"] == 1
    clock.move(state.LEASE_MS)
    await asyncio.to_thread(sweep, bench.journal)
    assert bench.row(child)["state"] == "idle"
    assert bench.row(root)["children"]["active"] == 0


async def many_rows_settle_in_one_sweep(bench: Bench) -> None:
    """More than one batch of them."""
    clock = _frozen(bench)
    sids = await asyncio.gather(*(bench.create() for _ in range(230)))
    await asyncio.gather(*(bench.append(s, bench.said("hi")) for s in sids))
    assert len(_active(bench)) == 230
    clock.move(30 * MINUTE)
    await asyncio.to_thread(sweep, bench.journal)
    assert _active(bench) == []


def _frozen(bench: Bench) -> FrozenClock:
    assert isinstance(bench.clock, FrozenClock)
    return bench.clock


def _changed(bench: Bench, pos: int) -> list[str]:
    found = bench.store.read(
        lambda c: session_rows.changed_after(c, bench.workspace_id, pos, 1_000)
    )
    return [row[1] for row in found]


def _active(bench: Bench) -> list[str]:
    chosen = sessions.Filter(active=True)
    page = bench.store.read(
        lambda c: sessions.page(
            c, bench.workspace_id, chosen, sort="-created_at", after=None, limit=1_000
        )
    )
    return [keys[-1] for keys, _ in page]


CASES = (
    a_chat_is_inactive_thirty_minutes_after_its_last_message,
    a_second_sweep_finds_nothing,
    a_later_message_keeps_a_chat_active,
    a_recorded_session_without_a_sign_of_life_goes_idle,
    a_child_gone_quiet_is_counted_out_of_its_root,
    many_rows_settle_in_one_sweep,
)
