"""Sums at the edge of what JSON holds: they stay there, and nothing is refused for them."""

from typing import Any

import pytest

from hansard.domain.projections import metrics
from hansard.domain.session import EXACT, TOKEN_CLASSES
from hansard.journal import erase, read
from hansard.journal.rebuild import rebuild
from hansard.store import event_log
from hansard.testing import Bench
from hansard.testing.bench import PERSON

USAGE = {
    "input_tokens": EXACT,
    "output_tokens": EXACT,
    "cache_read_input_tokens": EXACT,
    "cache_creation": {"ephemeral_5m_input_tokens": EXACT, "ephemeral_1h_input_tokens": EXACT},
}
FULL = dict.fromkeys(TOKEN_CLASSES, EXACT)


def request(bench: Bench, **fields: Any) -> Any:
    said = {"model": "known", "model_usage": USAGE, "cost_micros": EXACT, **fields}
    return bench.draft("span.model_request_end", **said)


async def test_a_session_s_sums_stay_at_the_largest_exact_number(bench: Bench):
    """Attack 7: seven hundred requests of 2^53-1 tokens a class, and usage after them."""
    session_id = await bench.create()
    for _ in range(4):
        await bench.append(session_id, *(request(bench) for _ in range(700)))
    row = bench.row(session_id)
    assert row["tokens"] == FULL
    assert (row["cost_micros"], row["ao_milli"]) == (EXACT, EXACT)
    small = request(bench, model_usage={"input_tokens": 1}, cost_micros=1)
    await bench.append(session_id, small, bench.said("more"))
    assert bench.row(session_id)["message_count"] == 1
    less = request(bench, model_usage={"output_tokens": -10}, cost_micros=-10, corrects="x")
    await bench.append(session_id, less)
    row = bench.row(session_id)
    assert (row["tokens"]["output"], row["cost_micros"]) == (EXACT - 10, EXACT - 10)
    assert rebuild(bench.journal, bench.workspace_id).changed == []


async def test_the_sums_over_sub_agents_stay_there_and_come_back(bench: Bench):
    """Shown they end at the largest exact number; inside they are exact, so that a sub-agent
    that goes takes what it gave, in whatever order they came."""
    root = await bench.create()
    family = [await bench.create(parent_id=root, root_id=root) for _ in range(3)]
    for child in family:
        await bench.append(child, request(bench))
    sums = bench.row(root)["children"]
    assert (sums["tokens"], sums["cost_micros"], sums["count"]) == (FULL, EXACT, 3)
    bench.journal.keeper.heads.clear()  # as after a restart
    extra = await bench.create(parent_id=root, root_id=root)
    usage = {"input_tokens": 7, "output_tokens": 5}
    await bench.append(extra, request(bench, model_usage=usage, cost_micros=3))
    assert rebuild(bench.journal, bench.workspace_id).changed == []
    for child in family:
        await erase.delete(bench.journal, bench.workspace_id, child, PERSON)
    sums = bench.row(root)["children"]
    assert (sums["tokens"]["input_uncached"], sums["tokens"]["output"]) == (7, 5)
    assert (sums["cost_micros"], sums["count"]) == (3, 1)
    assert rebuild(bench.journal, bench.workspace_id).changed == []


@pytest.mark.parametrize("bench", ["sqlite"], indirect=True)
async def test_metrics_stay_within_json_too(bench: Bench):
    session_id = await bench.create()
    turn = bench.id("turn")
    await bench.append(session_id, *(request(bench) for _ in range(9)))
    at = read.place(bench.store, bench.workspace_id, session_id)
    rows = bench.store.read(lambda c: event_log.of_session(c, bench.workspace_id, at.sid))
    events = [read.event(stored, session_id) for stored in rows]
    for event in events:
        event.turn_id = turn
    found = metrics.fold_all(events)
    assert found["tokens_used"] == found["input_tokens"] == EXACT
    assert found["by_turn"][0]["tokens"] == FULL
    assert found["by_turn"][0]["cost_micros"] == EXACT
