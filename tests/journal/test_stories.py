"""Random stories: whatever happens to sessions, rows are the fold of the log (P2, P23)."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansard.domain.errors import Conflict, NotFound
from hansard.domain.instant import MINUTE, SECOND
from hansard.domain.session import no_tokens
from hansard.journal import erase
from hansard.journal.append import Journal
from hansard.journal.rebuild import rebuild
from hansard.journal.sweep import sweep
from hansard.journal.verify import verify
from hansard.store import ledger, schema, sessions
from hansard.store.base import Store
from hansard.store.open import open_store
from hansard.testing import Bench
from hansard.testing.bench import AGENT, PERSON

LONG = int(os.environ.get("HANSARD_TEST_LONG", "1"))
_WHO = st.integers(0, 3)
_TEXT = st.text(max_size=12)
_COUNT = st.integers(0, 3_000)
_BLOCKS = st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": _TEXT}), max_size=2)
_MESSAGE_ID = st.sampled_from([None, "m1", "m2"])


def _event(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(fields))


_USAGE = st.fixed_dictionaries(
    {
        "input_tokens": _COUNT,
        "output_tokens": _COUNT,
        "cache_read_input_tokens": _COUNT,
        "cache_creation_input_tokens": _COUNT,
    }
)
_EVENTS = st.one_of(
    _event("user.message", content=_BLOCKS),
    _event("user.message", content=_BLOCKS, waits=st.just(True)),
    _event("user.interrupt"),
    _event("agent.message", content=_BLOCKS, message_id=_MESSAGE_ID, model=st.just("m-1")),
    _event("agent.thinking", message_id=_MESSAGE_ID),
    _event("agent.tool_use", name=_TEXT, input=st.just({"command": "ls"}), connector=_MESSAGE_ID),
    _event("agent.tool_result", tool_use_id=_TEXT, is_error=st.booleans()),
    _event("span.model_request_end", model=_MESSAGE_ID, model_usage=_USAGE, cost_micros=_COUNT),
    _event("span.model_request_end", model=_MESSAGE_ID, model_usage=_USAGE),
    _event("session.status_running", taken=st.integers(0, 2)),
    _event("session.status_idle", stop_reason=st.sampled_from([{"type": "end_turn"}, None])),
    _event("session.status_rescheduled"),
    _event("session.status_terminated"),
    _event("session.error", error=st.just({"type": "x", "message": "y"})),
    _event("session.ended", state=st.sampled_from(["completed", "failed", "timed_out"])),
    _event("session.updated", title=_TEXT, tags=st.lists(_TEXT, max_size=2)),
    _event("session.updated", acknowledged=st.just(True), metadata=st.just({"a": "b", "c": None})),
    _event("session.reset", previous_message_count=_COUNT),
    _event("agent.thread_context_compacted", trigger=st.sampled_from(["auto", "micro"])),
    _event("approval.requested", approval_id=_TEXT, approval_type=st.just("tool")),
    _event("approval.decided", approval_id=_TEXT, decision=st.just("approve")),
    _event("workflow_run.created", phases=st.just(["a", "b", "c"])),
    _event("workflow_run.phase_started", index=st.integers(0, 2)),
    _event("x.unknown", anything=_TEXT),
)
_STEPS = st.one_of(
    st.tuples(st.just("append"), _WHO, st.lists(_EVENTS, min_size=1, max_size=4)),
    st.tuples(st.just("append"), _WHO, st.lists(_EVENTS, min_size=1, max_size=4)),
    st.tuples(st.just("append"), _WHO, st.lists(_EVENTS, min_size=1, max_size=4)),
    st.tuples(st.just("together"), st.lists(st.tuples(_WHO, _EVENTS), min_size=2, max_size=5)),
    st.tuples(st.just("pass"), st.sampled_from([400, 3 * SECOND, 6 * MINUTE, 31 * MINUTE])),
    st.tuples(st.just("sweep")),
    st.tuples(st.just("restart")),
    st.tuples(st.just("link"), _WHO, _WHO),
    st.tuples(st.just("archive"), _WHO),
    st.tuples(st.just("unarchive"), _WHO),
    st.tuples(st.just("delete"), st.just(3)),
)
_KINDS = st.sampled_from(["chat", "flow_run", "background_task", "automation_run"])
_CASTS = st.tuples(*[st.tuples(_KINDS, st.booleans(), st.booleans()) for _ in range(4)])


class Story:
    """Four sessions on a bench, and what happens to them."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.sids: list[str] = []
        self.waiting: dict[str, list[str]] = {}

    async def tell(self, cast: Any, steps: list[Any]) -> None:
        for kind, recorded, child in cast:
            parent = self.sids[0] if child and self.sids else None
            self.sids.append(
                await self.bench.create(
                    kind=kind, recorded=recorded, parent_id=parent, root_id=parent
                )
            )
        for name, *rest in steps:
            try:
                await getattr(self, f"do_{name}")(*rest)
            except (Conflict, NotFound):
                continue
        await self.do_sweep()

    async def do_append(self, who: int, events: list[Any]) -> None:
        await self.bench.append(self.sids[who], *(self._draft(who, e) for e in events))

    async def do_together(self, pairs: list[Any]) -> None:
        outcomes = await self.bench.together(
            *(self.bench.append(self.sids[who], self._draft(who, e)) for who, e in pairs)
        )
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, Conflict | NotFound):
                raise outcome

    async def do_pass(self, ms: int) -> None:
        self.bench.clock.move(ms)  # type: ignore[attr-defined]

    async def do_sweep(self) -> None:
        await asyncio.to_thread(sweep, self.bench.journal)

    async def do_restart(self) -> None:
        """A new journal remembers nothing: heads come from the stored rows."""
        old = self.bench.journal
        self.bench.journal = Journal(old.store, old.scan, old.keeper.key, old.clock)

    async def do_link(self, who: int, to: int) -> None:
        if who in (0, to):
            return
        root = self.bench.row(self.sids[to])["root_id"]
        payload = {"relation": "parent", "linked_session_id": self.sids[to], "root_id": root}
        link = self.bench.draft("session.linked", **payload)
        await self.bench.append(self.sids[who], link, verb="update")

    async def do_archive(self, who: int) -> None:
        draft = self.bench.draft("session.archived")
        await self.bench.append(self.sids[who], draft, verb="archive")

    async def do_unarchive(self, who: int) -> None:
        draft = self.bench.draft("session.unarchived")
        await self.bench.append(self.sids[who], draft, verb="unarchive")

    async def do_delete(self, who: int) -> None:
        await erase.delete(self.bench.journal, self.bench.workspace_id, self.sids[who], PERSON)

    def _draft(self, who: int, event: Any) -> Any:
        kind, payload = event
        payload = dict(payload)
        waiting = self.waiting.setdefault(self.sids[who], [])
        taken, waits = payload.pop("taken", 0), payload.pop("waits", False)
        if taken:
            payload["input_event_ids"] = [waiting.pop(0) for _ in waiting[:taken]]
        draft = self.bench.draft(kind, **payload)
        if waits:
            draft = replace(draft, id=self.bench.id("sevt"), waits=True)
            waiting.append(str(draft.id))
        return replace(draft, actor=AGENT)


def check(bench: Bench, sids: list[str]) -> None:
    """What must hold after every story."""
    rows = {s: bench.row(s) for s in sids}
    living = {s: row for s, row in rows.items() if not row["deleted_at"]}
    for session_id, row in living.items():
        assert verify(bench.journal, bench.workspace_id, session_id) == []
        sums = bench.store.read(lambda c, s=session_id: ledger.sums(c, bench.workspace_id, s))
        assert {name: sums[name] for name in no_tokens()} == row["tokens"]
        assert (sums["cost_micros"], sums["ao_milli"]) == (row["cost_micros"], row["ao_milli"])
        assert sums["calls"] == row["tool_call_count"]
        family = [r for s, r in living.items() if r["root_id"] == session_id != s]
        assert row["children"] == {
            "count": len(family),
            "active": sum(r["active"] for r in family),
            "errors": sum(r["error_count"] for r in family),
            "cost_micros": sum(r["cost_micros"] or 0 for r in family),
            "tokens": {n: sum(r["tokens"][n] for r in family) for n in no_tokens()},
        }
    report = rebuild(bench.journal, bench.workspace_id, write=False)
    assert report.broken == {}
    assert report.changed == [], _difference(bench, report.changed[0])
    positions = [row["pos"] for row in rows.values()]
    assert len(set(positions)) == len(positions)


def _difference(bench: Bench, session_id: str) -> dict[str, Any]:
    before = bench.row(session_id)
    fold_before = _fold(bench, session_id)
    rebuild(bench.journal, bench.workspace_id)
    after = {**bench.row(session_id), "fold": _fold(bench, session_id)}
    before["fold"] = fold_before
    return {k: (before[k], after[k]) for k in after if before[k] != after[k]}


def _fold(bench: Bench, session_id: str) -> Any:
    found = bench.store.read(lambda c: sessions.heads(c, bench.workspace_id, [session_id]))
    return orjson.loads(found[0].fold)


@pytest.fixture(scope="module")
def memory() -> Iterator[Store]:
    store = open_store("sqlite://")
    yield store
    schema.finish(store)


@given(cast=_CASTS, steps=st.lists(_STEPS, max_size=14))
@settings(max_examples=60 * LONG, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_ledger_and_chain_agree_after_any_story(memory: Store, cast: Any, steps: list[Any]):
    """P23 (row = ledger), children sums, chain, and row = fold of the log from zero."""
    bench = Bench(memory)
    story = Story(bench)
    asyncio.run(story.tell(cast, steps))
    check(bench, story.sids)


@given(cast=_CASTS, steps=st.lists(_STEPS, max_size=10))
@settings(max_examples=8 * LONG, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_they_agree_on_postgres_too(postgres_store: Store, cast: Any, steps: list[Any]):
    """The same stories where heads are read from the rows in every transaction."""
    bench = Bench(postgres_store)
    story = Story(bench)
    asyncio.run(story.tell(cast, steps))
    check(bench, story.sids)
