"""Put a summary in the place of older context; the log keeps every word (S1-7, S1-24, P10)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from hansard.control.reset import refuse_in_flight
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import Conflict, InvalidRequest
from hansard.domain.projections import context, digest
from hansard.domain.session import Session
from hansard.journal import read
from hansard.journal.append import Journal
from hansard.journal.change import Also, Appended
from hansard.store.base import Tx

_HEAD_TURNS = 2
_TAIL_TURNS = 15
_MOST_TOKENS, _LEAST_TOKENS = 4_000, 256
_MAX_INSTRUCTIONS = 2_000
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What a compaction would put in the place of what; `as_of` is the log it was made of."""

    as_of: tuple[int, int]
    payload: Json


async def compact(
    journal: Journal,
    workspace_id: str,
    session_id: str,
    actor: Actor,
    *,
    instructions: str | None = None,
    also: Sequence[Also] = (),
) -> Appended | None:
    """Append `agent.thread_context_compacted` with a deterministic summary.

    The first two and the last fifteen turns stay as they are (S1-N20); of a session with fewer
    than thirty the newer half of its turns. The summary stands for what lies between.

    Args:
        instructions: what must not get lost; it stands in the summary.

    Returns:
        What was appended; None when nothing is older than what is kept.

    Raises:
        InvalidRequest: the instructions are too long.
        NotFound: there is no such session.
        Conflict: it is archived, a turn is in flight in it, or it is never still.
    """
    if instructions is not None and len(instructions) > _MAX_INSTRUCTIONS:
        raise InvalidRequest(f"instructions: at most {_MAX_INSTRUCTIONS} characters")
    for _ in range(_TRIES):
        found = await asyncio.to_thread(plan, journal, workspace_id, session_id, instructions)
        if found is None:
            return None
        try:
            return await append(journal, workspace_id, session_id, found, actor, also)
        except Moved:
            continue
    raise Conflict("the context of the session changes too fast: try again")


async def append(
    journal: Journal,
    workspace_id: str,
    session_id: str,
    found: Plan,
    actor: Actor,
    also: Sequence[Also],
) -> Appended:
    """Append a planned compaction.

    Raises:
        Moved: the context it was made for is another one now.
        Conflict: the session is archived, or a turn is in flight in it.
    """

    def decide(_: Tx, session: Session) -> list[Draft]:
        refuse_in_flight(session)
        if found.as_of != (session.reset_seq, session.compaction_count):
            raise Moved("the context began anew meanwhile")
        return [
            Draft("agent.thread_context_compacted", found.payload, actor, journal.clock()),
        ]

    return await journal.decide(workspace_id, session_id, decide, verb="compact", also=also)


class Moved(Conflict):
    """Another reset or compaction came first."""


def plan(
    journal: Journal, workspace_id: str, session_id: str, instructions: str | None
) -> Plan | None:
    """What a compaction of a session would be now; None when there is nothing to summarise. Blocks.

    Raises:
        NotFound: there is no such session.
    """
    at = read.place(journal.store, workspace_id, session_id)
    row: Json = orjson.loads(at.body)
    begun, until = int(row["reset_seq"]), int(row["seq"]) + 1
    state = context.Context()
    for event in read.events(
        journal.store, workspace_id, at, after=max(0, begun - 1), before=until
    ):
        context.fold(state, event)
    part = covered(state.entries)
    if not part:
        return None
    seqs = {int(entry["seq"]) for entry in part}
    made = digest.Digest()
    for event in read.events(journal.store, workspace_id, at, after=min(seqs) - 1, before=until):
        digest.fold(made, event, seqs)
    tokens = sum(int(entry["tokens"]) for entry in part)
    budget = min(_MOST_TOKENS, max(_LEAST_TOKENS, tokens // 2))
    level, summary = digest.told(made, budget, instructions)
    before = sum(int(entry["tokens"]) for entry in state.entries)
    payload: Json = {
        "summary": summary,
        **_bounds(part),
        "tokens_before": before,
        "tokens_after": before - tokens + context.tokens_of(summary),
        "trigger": "manual",
        "fallback_level": level,
        **({"instructions": instructions} if instructions else {}),
    }
    return Plan((begun, int(row["compaction_count"])), payload)


def covered(entries: Sequence[Json]) -> Sequence[Json]:
    """The part of a context that a summary would stand for: whole turns, and an earlier summary."""
    starts = [place for place, entry in enumerate(entries) if entry["role"] == "user"]
    tail = min(_TAIL_TURNS, len(starts) // 2)
    head = max(0, min(_HEAD_TURNS, len(starts) - tail - 1))
    if not tail:
        return ()
    low = starts[head]
    summary = next((p for p, entry in enumerate(entries) if entry["role"] == "summary"), low)
    part = entries[min(low, summary) : starts[-tail]]
    return part if any(entry["role"] != "summary" for entry in part) else ()


def _bounds(part: Sequence[Json]) -> Json:
    """From where to where; an earlier summary lies later in the log than what it stands for."""
    seqs = [int(entry["seq"]) for entry in part if entry["role"] != "summary"]
    return {"covers_from": min(seqs), "covers_to": max(seqs)}
