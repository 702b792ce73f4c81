"""Compaction puts a summary in the place of older context and takes nothing from the log."""

import random
from typing import Any

import pytest

from hansard.control import compact
from hansard.domain.actor import Actor
from hansard.domain.projections import context, digest
from hansard.journal import read
from hansard.journal.rebuild import rebuild
from hansard.journal.sweep import sweep
from hansard.journal.verify import verify

Json = dict[str, Any]


def said(text: str) -> Json:
    return {"type": "user.message", "content": [{"type": "text", "text": text}]}


def answered(text: str) -> Json:
    return {"type": "agent.message", "content": [{"type": "text", "text": text}]}


async def chat(desk: Any, turns: int, words: str = "please") -> Json:
    """A session of so many turns; each turn asks, edits a file and answers."""
    session = await desk.session()
    for turn in range(1, turns + 1):
        use = desk.id("sevt")
        await desk.send(
            session["id"],
            said(f"{words} do thing {turn}"),
            {"type": "agent.tool_use", "id": use, "name": "edit", "input": {"path": f"{turn}.py"}},
            {"type": "file.edited", "tool_use_id": use, "path": f"{turn}.py"},
            {"type": "agent.tool_result", "tool_use_id": use, "is_error": turn % 4 == 0},
            answered(f"done with {turn}"),
        )
    return session


async def compacted(desk: Any, session_id: str, **body: Any) -> Json:
    return await desk.post(f"/v1/sessions/{session_id}/compact", body)


async def log(desk: Any, session_id: str) -> list[Json]:
    asked = {"include": "hansard", "limit": 1000, "segments": "all"}
    return (await desk.get(f"/v1/sessions/{session_id}/events", params=asked))["data"]


def in_context(desk: Any, session_id: str) -> Json:
    parts = desk.house.parts
    at = read.place(parts.store, parts.workspace_id, session_id)
    state = context.Context()
    for event in read.events(parts.store, parts.workspace_id, at):
        context.fold(state, event)
    return context.shown(state)


def titles(shown: Json) -> list[str]:
    return [entry["title"] for entry in shown["entries"] if entry["role"] in ("user", "summary")]


async def test_older_turns_become_a_summary_and_the_newer_ones_stay(desk: Any):
    """S1-7, S1-24, S1-N20: the first two and the last fifteen turns stay as they are."""
    session = await chat(desk, 40)
    answer = await compacted(desk, session["id"])
    done = answer["compaction"]
    kept = [*(f"please do thing {n}" for n in (1, 2)), "Context compacted"]
    kept += [f"please do thing {n}" for n in range(26, 41)]
    shown = in_context(desk, session["id"])
    assert titles(shown) == kept
    assert "please do thing 3" in done["summary"]
    assert "Edited: 3.py, 4.py" in done["summary"]
    assert "please do thing 26" not in done["summary"]
    assert done["fallback_level"] in (1, 2)
    assert done["tokens_after"] < done["tokens_before"]
    assert sum(entry["tokens"] for entry in shown["entries"]) == done["tokens_after"]
    assert (answer["compaction_count"], answer["message_count"]) == (1, 80)
    assert answer["context_start_seq"] == answer["seq"]


async def test_the_session_goes_on_after_a_compaction(desk: Any):
    """S1-24: it keeps the essential context and accepts what comes."""
    session = await chat(desk, 6)
    await compacted(desk, session["id"])
    await desk.send(session["id"], said("and now?"))
    shown = in_context(desk, session["id"])
    assert titles(shown)[-1] == "and now?"
    assert "Context compacted" in titles(shown)


async def test_a_compaction_changes_nothing_that_was_written(desk: Any):
    """P10: the log before is a prefix of the log after, byte for byte; the chain verifies."""
    session = await chat(desk, 8)
    before = await log(desk, session["id"])
    await compacted(desk, session["id"])
    after = await log(desk, session["id"])
    assert after[:-1] == before
    assert after[-1]["type"] == "agent.thread_context_compacted"
    assert after[-1]["trigger"] == "manual"
    parts = desk.house.parts
    assert verify(parts.journal, parts.workspace_id, session["id"]) == []
    sweep(parts.journal)
    report = rebuild(parts.journal, parts.workspace_id, write=False)
    assert (report.changed, report.broken) == ([], {})


async def test_the_same_log_gives_the_same_summary(desk: Any):
    first, second = await chat(desk, 9), await chat(desk, 9)
    made = [(await compacted(desk, s["id"]))["compaction"] for s in (first, second)]
    for answer in made:
        answer.pop("event_id")
    assert made[0] == made[1]


async def test_a_second_compaction_holds_the_words_of_the_first(desk: Any):
    session = await chat(desk, 12)
    first = (await compacted(desk, session["id"]))["compaction"]
    second = (await compacted(desk, session["id"]))["compaction"]
    assert "please do thing 3" in first["summary"]
    assert "please do thing 3" in second["summary"]
    shown = in_context(desk, session["id"])
    assert titles(shown).count("Context compacted") == 1, "one summary supersedes the other"


@pytest.mark.parametrize("turns", [0, 1])
async def test_where_nothing_is_older_nothing_is_compacted(desk: Any, turns: int):
    """Never a compaction in name alone (X1-4)."""
    session = await chat(desk, turns)
    answer = await compacted(desk, session["id"])
    assert answer["compaction"] is None
    assert answer["compaction_count"] == 0
    key = {"idempotency-key": desk.id("key")}
    path = f"/v1/sessions/{session['id']}/compact"
    replayed = [await desk.call("POST", path, {}, headers=key) for _ in range(2)]
    assert replayed[0].content == replayed[1].content
    assert replayed[1].headers["idempotent-replayed"] == "true"


async def test_what_must_not_get_lost_stands_in_the_summary(desk: Any):
    session = await chat(desk, 6)
    done = (await compacted(desk, session["id"], instructions="the yacht is sold"))["compaction"]
    assert "the yacht is sold" in done["summary"]
    long = await desk.call(
        "POST", f"/v1/sessions/{session['id']}/compact", {"instructions": "x" * 2_001}
    )
    assert long.status_code == 400


async def test_what_is_too_long_is_left_out_and_then_counted(desk: Any):
    """S1-N20: whole, without what is long, counts alone; the last always succeeds."""
    made = digest.Digest()
    made.turns = [digest.Turn(asked=f"{n} " + "x" * 500, answered="y" * 500) for n in range(30)]
    levels = [digest.told(made, budget, "kept")[0] for budget in (10_000, 1_500, 10)]
    assert levels == [1, 2, 3]
    for budget in (10_000, 1_500):
        assert len(digest.told(made, budget)[1]) <= budget * 4
    assert "kept" in digest.told(made, 10, "kept")[1]


async def test_a_compaction_after_a_reset_sees_only_what_came_after_it(desk: Any):
    """S1-23: nothing of before a reset comes back through a summary."""
    session = await chat(desk, 8, words="secretly")
    await desk.post(f"/v1/sessions/{session['id']}/reset")
    assert (await compacted(desk, session["id"]))["compaction"] is None
    for turn in range(4):
        await desk.send(session["id"], said(f"openly {turn}"), answered("yes"))
    done = (await compacted(desk, session["id"]))["compaction"]
    assert "openly" in done["summary"]
    assert "secretly" not in done["summary"]


async def test_a_context_that_began_anew_meanwhile_is_planned_again(desk: Any):
    session = await chat(desk, 8)
    parts = desk.house.parts
    stale = compact.plan(parts.journal, parts.workspace_id, session["id"], None)
    assert stale is not None
    await desk.post(f"/v1/sessions/{session['id']}/reset")
    who = parts.journal, parts.workspace_id, session["id"]
    with pytest.raises(compact.Moved):
        await compact.append(*who, stale, Actor("system"), ())
    assert await compact.compact(*who, Actor("system")) is None


@pytest.mark.parametrize("seed", range(4))
async def test_any_mix_of_appends_and_compactions_keeps_every_word(small: Any, seed: int):
    """P10: random sequences; what was written stays, and the context stays readable."""
    dice = random.Random(seed)
    session = await small.session()
    before = await log(small, session["id"])
    for _ in range(25):
        match dice.choice(("said", "said", "answered", "interrupt", "compact", "compact")):
            case "said":
                await small.send(session["id"], said("x" * dice.randrange(1, 400)))
            case "answered":
                await small.send(session["id"], answered("y" * dice.randrange(1, 400)))
            case "interrupt":
                await small.send(session["id"], {"type": "user.interrupt"})
            case _:
                await compacted(small, session["id"])
        after = await log(small, session["id"])
        assert after[: len(before)] == before
        before = after
    shown = in_context(small, session["id"])
    assert sum(1 for entry in shown["entries"] if entry["role"] == "summary") <= 1
