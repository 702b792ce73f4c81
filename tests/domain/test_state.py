"""The tables of requirements.md 6.2, written out again and compared with the code."""

import pytest

from hansard.domain import instant, state
from hansard.domain.state import FOREVER

MINUTE = instant.MINUTE
NOW = instant.from_wire("2026-11-20T12:00:00Z")

# The table of 6.2: state, colour class (S2), S3 view, S0 run, UPG status, session_status, wire.
TABLE = """
pending      | active    | idle    | running   | active    | active    | idle
queued       | active    | idle    | running   | active    | active    | running
provisioning | active    | idle    | running   | active    | active    | running
idle         | neutral   | idle    | active    | active    | active    | idle
running      | active    | running | running   | active    | active    | running
waiting      | attention | running | running   | active    | active    | idle
paused       | attention | idle    | running   | active    | active    | idle
blocked      | attention | idle    | running   | active    | active    | rescheduling
completed    | success   | idle    | succeeded | completed | completed | idle
failed       | problem   | idle    | failed    | crashed   | errored   | terminated
rejected     | problem   | idle    | failed    | completed | completed | idle
cancelled    | neutral   | idle    | cancelled | completed | completed | idle
timed_out    | problem   | idle    | failed    | timed_out | timed_out | idle
"""
LINES = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.split("\n") if line]

# The words people see, by state (ui.md B.1); waiting for an approval has its own.
DISPLAYED = {
    "pending": "queued",
    "queued": "queued",
    "provisioning": "provisioning",
    "idle": "idle",
    "running": "running",
    "waiting": "waiting_input",
    "paused": "paused",
    "blocked": "blocked",
    "completed": "succeeded",
    "failed": "failed",
    "rejected": "rejected",
    "cancelled": "cancelled",
    "timed_out": "failed",
}

# Which states hold a session active, by kind (S2-15, S2-16; automation and waiting: 6.2).
LIVE = {
    "flow_run": {"pending", "running", "waiting"},
    "automation_run": {"pending", "queued", "provisioning", "running", "waiting"},
    "background_task": {"queued", "provisioning", "running", "waiting"},
    "chat": {"running", "waiting"},
}
ENDED = {"completed", "failed", "rejected", "cancelled", "timed_out"}


def test_the_table_names_every_state_once():
    assert [line[0] for line in LINES] == list(state.STATES)
    assert set(state.VIEWS) == set(state.STATES)
    assert state.TERMINAL == ENDED


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_every_view_of_a_state_is_that_of_the_table(line: tuple[str, ...]):
    """S2-8, S3-2, S3-3, S0-N15, S4-7, S4-9."""
    name, tone, lifecycle, run, upg, session_status, wire = line
    assert state.tone(name) == tone
    assert state.lifecycle(name, archived=False) == lifecycle
    assert state.VIEWS[name].run == run
    assert state.upg_status(name) == upg
    assert state.upg_phase(name) == session_status
    assert state.wire_status(name, archived=False) == wire
    assert state.display_status(name, None, archived=False) == DISPLAYED[name]


@pytest.mark.parametrize("name", state.STATES)
def test_archived_wins_over_every_state(name: str):
    """S3-4: the view is archived and the wire status terminated whatever the state."""
    assert state.lifecycle(name, archived=True) == "archived"
    assert state.wire_status(name, archived=True, resumable=True) == "terminated"
    assert state.display_status(name, "approval", archived=True) == "archived"
    assert state.tone(name, archived=True) == "neutral"


@pytest.mark.parametrize("name", state.STATES)
def test_only_a_failure_that_can_be_resumed_reads_idle_on_the_wire(name: str):
    plain = state.wire_status(name, archived=False)
    resumable = state.wire_status(name, archived=False, resumable=True)
    assert resumable == ("idle" if name == "failed" else plain)


@pytest.mark.parametrize("reason", [None, "question", "review", "approval", "checkpoint"])
def test_a_wait_for_an_approval_has_its_own_word(reason: str | None):
    shown = state.display_status("waiting", reason, archived=False)
    assert shown == ("waiting_approval" if reason == "approval" else "waiting_input")


# verb: accepted when live, when archived, when deleted
CAN = {
    "send": (True, False, False),
    "append": (True, False, False),
    "update": (True, True, False),
    "archive": (True, False, False),
    "unarchive": (False, True, False),
    "delete": (True, True, False),
    "end": (True, False, False),
    "reset": (True, False, False),
    "compact": (True, False, False),
}


@pytest.mark.parametrize("verb", state.VERBS)
def test_every_verb_has_an_answer_in_every_condition(verb: str):
    """S3-2, S3-4: idle accepts, archived refuses, deleted knows nothing."""
    live, archived, deleted = CAN[verb]
    assert state.can(verb, archived=False, deleted=False) is live
    assert state.can(verb, archived=True, deleted=False) is archived
    assert state.can(verb, archived=False, deleted=True) is deleted
    assert state.can(verb, archived=True, deleted=True) is deleted


def until(kind: str, name: str, reason: str | None = None, **at: int | None) -> int:
    given = {"last_message_at": None, "ended_at": None, **at}
    return state.active_until(kind, name, reason, **given)


@pytest.mark.parametrize("kind", state.KINDS)
@pytest.mark.parametrize("name", state.STATES)
def test_a_state_holds_a_session_active_by_its_kind(kind: str, name: str):
    """S2-15, S2-16; blocked needs attention and is not active (note a of 6.2)."""
    assert (until(kind, name) == FOREVER) is (name in LIVE[kind])
    assert until(kind, name) in (0, FOREVER)


@pytest.mark.parametrize("kind", state.KINDS)
def test_paused_is_active_only_for_a_flow_at_a_checkpoint(kind: str):
    """S2-15 and note f of 6.2; an automation run is active as a flow run is."""
    at_checkpoint = until(kind, "paused", "checkpoint") == FOREVER
    assert at_checkpoint is (kind in ("flow_run", "automation_run"))
    assert until(kind, "paused", "manual") == 0


@pytest.mark.parametrize("name", sorted(set(state.STATES) - LIVE["chat"] - ENDED))
def test_a_chat_is_active_for_thirty_minutes_after_its_last_message(name: str):
    """S2-17, S2-18: the boundary passes with no event; the last millisecond still counts."""
    last = NOW - 30 * MINUTE
    for moment, active in ((NOW - 1, True), (NOW, False), (NOW + 1, False)):
        shown = state.is_active("chat", name, None, last_message_at=last, ended_at=None, now=moment)
        assert shown is active
    assert until("chat", name, last_message_at=last) == NOW


def test_a_chat_that_runs_is_active_however_old_its_last_message_is():
    """Note b of 6.2."""
    assert until("chat", "running", last_message_at=NOW - 9 * instant.DAY) == FOREVER


@pytest.mark.parametrize("name", sorted(set(state.STATES) - LIVE["chat"]))
def test_a_chat_that_was_ended_is_not_active(name: str):
    """S2-17, S2-30."""
    assert until("chat", name, last_message_at=NOW, ended_at=NOW) == 0


@pytest.mark.parametrize("name", sorted(ENDED))
def test_a_finished_chat_is_not_active(name: str):
    assert until("chat", name, last_message_at=NOW) == 0


@pytest.mark.parametrize("kind", ["flow_run", "background_task", "automation_run"])
def test_messages_do_not_keep_other_kinds_active(kind: str):
    assert until(kind, "idle", last_message_at=NOW) == 0


def test_a_chat_without_a_message_is_not_active():
    assert until("chat", "idle") == 0


# state, reason: why it needs a person (architecture.md section 10, attention.reason)
NEEDS = {
    ("waiting", "approval"): "approval",
    ("waiting", "question"): "question",
    ("waiting", "review"): "review",
    ("waiting", None): "question",
    ("waiting", "external:asked"): "question",
    ("waiting", "budget"): "budget",
    ("paused", "checkpoint"): "checkpoint",
    ("paused", "manual"): None,
    ("paused", "budget"): "budget",
    ("blocked", None): "blocked",
    ("blocked", "budget"): "budget",
    ("failed", "interrupted"): "failed",
    ("timed_out", None): "failed",
    ("rejected", None): None,
    ("cancelled", None): None,
    ("completed", None): None,
    ("idle", "budget"): None,
    ("running", None): None,
    ("queued", None): None,
    ("pending", None): None,
    ("provisioning", None): None,
}


@pytest.mark.parametrize(("name", "reason"), NEEDS)
def test_a_session_needs_a_person_for_one_reason_or_none(name: str, reason: str | None):
    """S2-37."""
    found = state.attention_reason(name, reason, acknowledged=False, archived=False)
    assert found == NEEDS[name, reason]
    assert found is None or found in state.ATTENTION_REASONS
    assert state.attention_reason(name, reason, acknowledged=False, archived=True) is None


@pytest.mark.parametrize("name", ["failed", "timed_out"])
def test_a_failure_needs_a_person_until_it_is_acknowledged(name: str):
    assert state.attention_reason(name, None, acknowledged=True, archived=False) is None


def test_acknowledging_answers_no_question():
    found = state.attention_reason("waiting", "question", acknowledged=True, archived=False)
    assert found == "question"


@pytest.mark.parametrize("kind", state.KINDS)
def test_work_that_may_go_on_is_active(kind: str):
    """S2-15, S2-16: a decision must not drop a session out of the active block."""
    name = state.resumed(kind)
    assert until(kind, name, last_message_at=NOW) > NOW
    assert name == ("pending" if kind == "flow_run" else "queued")
