"""Marks and density of a log, for the replay scrubber and the outline rail."""

from itertools import pairwise
from typing import Any

import pytest

from hansard.domain.projections import outline


def marks(log: Any) -> list[tuple[int, str, str]]:
    found = outline.fold_all(log.events, 10)["marks"]
    return [(mark["seq"], mark["mark"], mark["label"]) for mark in found]


def test_what_is_worth_a_jump_is_marked_with_its_words(log: Any):
    asked = log.user("Fix the login test", turn="turn_1")
    call = log.call(turn="turn_1")
    failed = log.result(call, is_error=True, turn="turn_1")
    wants = log.call("rm", evaluated_permission="ask", turn="turn_1")
    approval = log.add(
        "approval.requested", approval_id="a", approval_type="tool", question="May I?"
    )
    stop = log.add("user.interrupt")
    small = log.add("agent.thread_context_compacted", summary="so far")
    anew = log.add("session.reset", previous_message_count=2)
    broke = log.add("session.error", error={"message": "Overloaded"})
    log.add("span.model_request_end", is_error=False)
    lost = log.add("span.model_request_end", is_error=True)
    assert [(seq, mark) for seq, mark, _ in marks(log)] == [
        (asked.seq, "turn"), (failed.seq, "error"), (wants.seq, "approval"),
        (approval.seq, "approval"), (stop.seq, "interrupt"), (small.seq, "compaction"),
        (anew.seq, "reset"), (broke.seq, "error"), (lost.seq, "error"),
    ]  # fmt: skip
    labels = {seq: label for seq, _, label in marks(log)}
    assert labels[asked.seq] == "Fix the login test"
    assert labels[approval.seq] == "May I?"
    assert labels[broke.seq] == "Overloaded"


def test_a_turn_is_marked_once_and_takes_the_words_of_its_first_message(log: Any):
    opened = log.add("session.status_running", turn="turn_1")
    log.user("First", turn="turn_1")
    log.user("Second", turn="turn_1")
    silent = log.agent("By itself", turn="turn_2")
    log.agent("More of the first", turn="turn_1")
    assert marks(log) == [(opened.seq, "turn", "First"), (silent.seq, "turn", "")]


@pytest.mark.parametrize("buckets", [1, 2, 7, 200, 1_000])
def test_buckets_are_equally_long_and_hold_every_event_once(log: Any, buckets: int):
    for gap in (10, 0, 5_000, 900_000, -400, 3, 20_000):
        log.agent(gap=gap)
    shown = outline.fold_all(log.events, buckets)
    found = shown["buckets"]
    assert sum(bucket["events"] for bucket in found) == len(log.events)
    assert len(found) <= buckets
    seqs = [bucket["seq"] for bucket in found]
    assert seqs == sorted(seqs) and seqs[0] == shown["first_seq"] == 1
    for bucket, following in pairwise(found):
        assert following["seq"] - bucket["seq"] == bucket["events"]
    assert shown["last_seq"] == len(log.events)
    assert shown["first_at"] <= found[-1]["at"] <= shown["last_at"]


def test_a_log_of_one_instant_is_one_bucket_and_an_empty_one_none(log: Any):
    log.agent(gap=0)
    assert [b["events"] for b in outline.fold_all(log.events, 50)["buckets"]] == [2]
    empty = outline.fold_all([], 50)
    assert (empty["first_seq"], empty["buckets"], empty["marks"]) == (None, [], [])


def test_a_fold_that_stops_goes_on_to_the_same_outline(log: Any):
    log.user("One", turn="turn_1")
    log.call(turn="turn_1")
    log.user("Two", turn="turn_2")
    state = outline.Outline()
    for seen, event in enumerate(log.events, 1):
        state = outline.fold(state, event)
        assert outline.shown(state, 9) == outline.fold_all(log.events[:seen], 9)
