"""Sub-agents: a root shows what its children sum up to (architecture.md, section 10)."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.session import no_tokens
from hansard.journal import erase
from hansard.store import ledger
from hansard.testing.bench import PERSON, Bench


async def a_root_shows_the_sums_of_its_children(bench: Bench) -> None:
    """Count, activity, errors, tokens and cost, of children and theirs, less deleted ones."""
    root = await bench.create()
    children = [await _child(bench, root) for _ in range(3)]
    grandchild = await _child(bench, children[0], root_id=root)
    family = [*children, grandchild]
    await bench.together(
        *(bench.append(c, *_work(bench, n)) for n, c in enumerate(family)),
        bench.append(root, *_work(bench, 10)),
    )
    assert bench.row(root)["children"] == _sums(bench, family)
    assert bench.row(root)["children"]["count"] == 4
    assert bench.row(root)["tokens"]["output"] == 10, "its own sums are its own"
    await bench.append(children[1], bench.draft("session.ended", state="completed"))
    assert bench.row(root)["children"] == _sums(bench, family)
    assert bench.row(root)["children"]["active"] == 3
    await erase.delete(bench.journal, bench.workspace_id, children[2], PERSON)
    assert bench.row(root)["children"] == _sums(bench, [*children[:2], grandchild])


async def a_child_that_is_adopted_moves_its_sums(bench: Bench) -> None:
    """Linked to a parent it met later, and then to another."""
    one, two, child = await bench.create(), await bench.create(), await bench.create()
    await bench.append(child, *_work(bench, 3))
    nothing = bench.row(one)["children"]
    link = bench.draft("session.linked", relation="parent", linked_session_id=one, root_id=one)
    await bench.append(child, link, verb="update")
    assert bench.row(one)["children"] == _sums(bench, [child])
    link = bench.draft("session.linked", relation="parent", linked_session_id=two, root_id=two)
    await bench.append(child, link, *_work(bench, 4), verb="update")
    assert bench.row(one)["children"] == nothing
    assert bench.row(two)["children"] == _sums(bench, [child])
    assert bench.row(child)["parent_id"] == two


async def a_root_is_pushed_when_a_child_changes(bench: Bench) -> None:
    """The child's transaction re-sends the root's row: it takes a cursor of its own."""
    root = await bench.create()
    child = await _child(bench, root)
    before = bench.row(root)["pos"]
    done = await bench.append(child, *_work(bench, 1))
    assert bench.row(root)["pos"] > max(before, done.events[-1].pos)
    assert bench.row(root)["seq"] == 1, "without an event"


async def a_delete_that_broke_off_is_finished_by_the_next(bench: Bench) -> None:
    """Sub-agents go first, the deepest of them before the others: whoever dies in between leaves
    the session, which a repeated delete takes with the rest (S1-25)."""
    root = await bench.create()
    child = await _child(bench, root)
    family = [child, await _child(bench, child, root_id=root), await _child(bench, root)]
    deepest = await _child(bench, family[1], root_id=root)
    where, write = bench.workspace_id, bench.store.write
    left = 2

    async def dying(job: Any, *args: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError("the process died here")
        return await write(job, *args, **options)

    bench.store.write = dying  # type: ignore[method-assign]
    try:
        await erase.delete(bench.journal, where, root, PERSON)
    except OSError:
        pass
    finally:
        bench.store.write = write  # type: ignore[method-assign]
    gone = [s for s in (root, *family, deepest) if bench.row(s)["deleted_at"] is not None]
    assert len(gone) == 2
    assert deepest in gone
    assert root not in gone
    _, below = await erase.delete(bench.journal, where, root, PERSON)
    assert below == 2
    assert all(bench.row(s)["deleted_at"] is not None for s in (root, *family, deepest))
    assert bench.row(root)["children"] == {**_sums(bench, []), "count": 0}


async def sub_agents_that_are_linked_in_a_ring_can_be_deleted(bench: Bench) -> None:
    """A recorder may say anything; a delete comes to an end all the same."""
    one, two = await bench.create(), await bench.create()
    for child, parent in ((one, two), (two, one)):
        link = bench.draft("session.linked", relation="parent", linked_session_id=parent)
        await bench.append(child, link, verb="update")
    _, below = await erase.delete(bench.journal, bench.workspace_id, one, PERSON)
    assert below == 1
    assert bench.row(two)["deleted_at"] is not None


async def the_ledger_sums_to_the_row(bench: Bench) -> None:
    """P23: requests with and without a price, a correction, calls; erased nothing."""
    session_id = await bench.create()
    await bench.append(
        session_id,
        _request(bench, 100, cost_micros=5_000, price_source="table:1"),
        _request(bench, 50, cost_micros=2_500, price_source="table:1"),
        _request(bench, 7, cost_micros=-10, price_source="table:1", corrects="sevt_" + "0" * 32),
        _request(bench, 9, model="unheard-of"),
        bench.draft("agent.tool_use", name="bash", input={"command": "ls"}),
    )
    sums = bench.store.read(lambda c: ledger.sums(c, bench.workspace_id, session_id))
    row = bench.row(session_id)
    assert {name: sums[name] for name in row["tokens"]} == row["tokens"]
    assert (sums["cost_micros"], sums["ao_milli"]) == (row["cost_micros"], row["ao_milli"])
    assert sums["calls"] == row["tool_call_count"] == 1
    assert (row["cost_micros"], row["tokens"]["output"]) == (7_490, 166)
    assert row["unpriced_models"] == ["unheard-of"]


async def _child(bench: Bench, parent: str, root_id: str | None = None) -> str:
    return await bench.create(
        kind="background_task", parent_id=parent, root_id=root_id or parent, peer_type="sub-agent"
    )


def _work(bench: Bench, amount: int) -> list[Any]:
    return [
        bench.draft("session.status_running"),
        _request(bench, amount, cost_micros=amount * 1_000, price_source="table:1"),
        bench.draft("agent.tool_result", tool_use_id="t", is_error=True),
    ]


def _request(bench: Bench, output: int, **fields: Any) -> Any:
    usage: Json = {
        "input_tokens": output * 2,
        "output_tokens": output,
        "cache_read_input_tokens": output * 3,
        "cache_creation_input_tokens": output * 5,
        "cache_creation": {"ephemeral_1h_input_tokens": output},
    }
    payload: Json = {"model": "known", "model_usage": usage, **fields}
    return bench.draft("span.model_request_end", **payload)


def _sums(bench: Bench, family: list[str]) -> Json:
    rows = [bench.row(session_id) for session_id in family]
    return {
        "count": len(rows),
        "active": sum(row["active"] for row in rows),
        "errors": sum(row["error_count"] for row in rows),
        "cost_micros": sum(row["cost_micros"] or 0 for row in rows),
        "tokens": {name: sum(row["tokens"][name] for row in rows) for name in no_tokens()},
    }


CASES = (
    a_root_shows_the_sums_of_its_children,
    a_child_that_is_adopted_moves_its_sums,
    a_root_is_pushed_when_a_child_changes,
    a_delete_that_broke_off_is_finished_by_the_next,
    sub_agents_that_are_linked_in_a_ring_can_be_deleted,
    the_ledger_sums_to_the_row,
)
