"""Sessions recorded from elsewhere: their source is their lease (architecture.md, section 10)."""

from typing import Any

import pytest

from hansard.domain import instant
from hansard.domain.projections import row, summary

LEASE = 5 * instant.MINUTE


@pytest.fixture
def seen(log: Any) -> Any:
    log.open(recorded=True, origin="import", channel="cli")
    return log


def interrupted(log: Any) -> None:
    log.call()
    log.add("user.interrupt")


ENDS = {
    "turn_complete": lambda log: log.agent(),
    "tool_call_open": lambda log: log.call(),
    "interrupted": interrupted,
    "api_error": lambda log: log.add("session.error", error={"message": "Overloaded"}),
    "prompt_unanswered": lambda log: log.user("And now?"),
    "mid_turn": lambda log: log.result(log.call()),
}


@pytest.mark.parametrize("end", ENDS)
def test_five_quiet_minutes_make_it_idle_with_how_it_was_left(seen: Any, end: str):
    """P6: status is a fact with a lease behind it, never a guess."""
    seen.user()
    ENDS[end](seen)
    assert (seen.session.state, seen.row()["lifecycle"]) == ("running", "running")
    assert not summary.settle(seen.session, seen.now + LEASE - 1)
    assert seen.session.state == "running"
    assert row.settle_at(seen.session, seen.now) == seen.now + LEASE
    assert summary.settle(seen.session, seen.now + LEASE)
    assert (seen.session.state, seen.session.state_reason) == ("idle", f"external:{end}")
    assert seen.session.activity is None
    assert not summary.settle(seen.session, seen.now + LEASE), "once"


@pytest.mark.parametrize("end", ENDS)
def test_what_is_older_than_its_lease_when_it_arrives_never_ran(seen: Any, end: str):
    for event_type in ("user.message", "agent.message"):
        seen.add(event_type, content=[], late=instant.DAY)
    before = len(seen.events)
    ENDS[end](seen)
    for event in seen.events[before:]:
        event.recorded_at += instant.DAY
    session = summary.created(seen.events[0], "wrkspc_1")
    for event in seen.events:
        summary.fold(session, event)
    assert (session.state, session.state_reason) == ("idle", f"external:{end}")


def test_a_lease_ends_at_its_last_millisecond_for_an_event_as_for_the_sweeper(seen: Any):
    seen.agent(late=LEASE - 1)
    assert seen.session.state == "running"
    seen.agent(late=LEASE)
    assert seen.session.state == "idle"


def test_another_call_that_is_open_leaves_the_call_open(seen: Any):
    one = seen.call()
    seen.call()
    seen.result(one)
    assert seen.session.hidden.end == "tool_call_open"


def test_a_sign_of_life_makes_it_running_again(seen: Any):
    seen.agent()
    summary.settle(seen.session, seen.now + LEASE)
    assert seen.session.state == "idle"
    seen.user(gap=LEASE * 2)
    assert (seen.session.state, seen.session.state_reason) == ("running", None)


def test_facts_about_the_record_are_no_sign_of_life(seen: Any):
    seen.agent()
    summary.settle(seen.session, seen.now + LEASE)
    lease, last = seen.session.lease_until, seen.session.last_activity_at
    seen.add("session.updated", gap=LEASE * 2, title="Renamed")
    seen.add("session.linked", relation="fork", external_id="x")
    assert (seen.session.state, seen.session.lease_until) == ("idle", lease)
    assert seen.session.last_activity_at == last
    assert seen.session.updated_at == seen.now


def test_an_event_out_of_order_does_not_shorten_the_lease(seen: Any):
    seen.agent()
    lease = seen.session.lease_until
    seen.agent(gap=-60_000, late=60_000)
    assert seen.session.lease_until == lease


def test_an_end_that_its_source_tells_stays(seen: Any):
    seen.add("session.ended", state="failed")
    assert not summary.settle(seen.session, seen.now + LEASE)
    seen.add("session.usage", usage={})
    assert seen.session.state == "idle", "a chat is not failed by a failed turn"
    assert seen.session.ended_at is not None


def test_only_what_is_young_when_it_arrives_needs_a_person(log: Any):
    """It gets attention only for what is younger than 24 hours."""
    for late, needs in ((instant.DAY, True), (instant.DAY + 1, False)):
        log.open("background_task", recorded=True)
        log.add("session.ended", state="failed", late=late)
        assert log.session.state == "failed"
        assert (log.row()["attention"] is not None) is needs


def test_a_recorded_wait_for_a_person_does_not_run_out(seen: Any):
    seen.add("approval.requested", approval_id="appr_1", approval_type="question")
    assert not summary.settle(seen.session, seen.now + LEASE * 10)
    assert seen.row()["attention"]["reason"] == "question"
    seen.add("approval.decided", approval_id="appr_1", decision="answer")
    assert seen.session.state == "running", "its source is alive"


def test_a_retry_of_its_source_blocks_nothing_here(seen: Any):
    seen.user()
    seen.add("session.status_rescheduled", state_reason="external:overloaded")
    assert seen.session.state == "running"


def test_nothing_is_due_for_a_session_that_time_does_not_change(log: Any):
    log.open("background_task")
    log.add("session.status_running")
    assert row.settle_at(log.session, log.now) is None
    assert not summary.settle(log.session, log.now + instant.DAY)


def test_a_chat_is_due_when_it_goes_quiet(log: Any):
    """S2-18: the sweeper needs to know when."""
    log.user()
    log.idle()
    quiet = log.session.last_message_at + 30 * instant.MINUTE
    assert row.settle_at(log.session, log.now) == quiet
    assert row.settle_at(log.session, quiet) is None
