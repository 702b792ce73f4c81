"""Names, marks and links of a session; the first prompt, its source and people name it."""

from typing import Any

import pytest


def test_the_first_prompt_names_a_session(log: Any):
    log.user("Fix the login test.\n\nIt fails since yesterday.")
    assert log.session.title == "Fix the login test. It fails since yesterday."
    log.user("And the other one")
    assert log.session.title == "Fix the login test. It fails since yesterday."


def test_a_long_prompt_gives_a_short_title(log: Any):
    log.user("word " * 100)
    assert len(log.session.title) == 80
    assert log.session.title.endswith("…")


# who names it, in order → whose title stands
NAMED = [
    (["prompt"], "prompt"),
    (["prompt", "source"], "source"),
    (["source", "prompt"], "source"),
    (["source", "source 2"], "source 2"),
    (["person", "source", "prompt"], "person"),
    (["source", "person", "source 2"], "person"),
    (["person", "person 2"], "person 2"),
]


@pytest.mark.parametrize(("told", "stands"), NAMED)
def test_a_persons_title_beats_the_sources_which_beats_the_prompt(
    log: Any, told: list[str], stands: str
):
    for name in told:
        who = name.partition(" ")[0]
        if who == "prompt":
            log.user(name)
        else:
            log.add("session.updated", title=name, title_source=who)
    assert log.session.title == stands


def test_a_renaming_that_names_nobody_is_a_persons(log: Any):
    log.add("session.updated", title="Mine")
    log.add("session.updated", title="The source's", title_source="source")
    assert log.session.title == "Mine"


def test_a_person_who_takes_the_title_back_lets_the_next_one_name_it(log: Any):
    log.user("A prompt")
    log.add("session.updated", title="Mine")
    log.add("session.updated", title="", title_source="source")
    assert log.session.title == "Mine"
    log.add("session.updated", title="")
    assert log.session.title is None
    log.add("session.updated", title="The source's", title_source="source")
    assert log.session.title == "The source's"


def test_a_title_that_comes_with_the_creation_stands(log: Any):
    log.open(title="Given")
    log.user("A prompt")
    assert log.session.title == "Given"
    log.open(title="The source's", recorded=True)
    log.add("session.updated", title="A person's", title_source="person")
    assert log.session.title == "A person's"


def test_only_facts_that_are_named_change(log: Any):
    log.open(owner={"id": "usr_1", "name": "Ana"}, tags=["a"], initiative_id="init_1")
    log.add("session.updated", tags=["b", "c"])
    assert (log.session.tags, log.session.owner["name"]) == (["b", "c"], "Ana")
    log.add("session.updated", owner=None, initiative_id=None, plan_id="plan_1")
    assert (log.session.owner, log.session.initiative_id) == (None, None)
    assert (log.session.plan_id, log.session.tags) == ("plan_1", ["b", "c"])


def test_metadata_and_place_are_merged_and_null_removes_metadata(log: Any):
    """S2-32."""
    log.open(metadata={"a": "1", "b": "2"}, where={"cwd": "/w", "branch": "main"})
    log.add("session.updated", metadata={"b": None, "c": "3"}, where={"branch": "fix"})
    assert log.session.metadata == {"a": "1", "c": "3"}
    assert log.session.where == {"cwd": "/w", "branch": "fix"}


def test_a_parent_that_is_found_later_is_linked(log: Any):
    log.add("session.linked", relation="parent", external_id="abc")
    assert (log.session.parent_id, log.session.root_id) == (None, log.session.id)
    log.add("session.linked", relation="parent", linked_session_id="sesn_p", root_id="sesn_r")
    assert (log.session.parent_id, log.session.root_id) == ("sesn_p", "sesn_r")
    log.add("session.linked", relation="fork", linked_session_id="sesn_other")
    assert log.session.parent_id == "sesn_p"


def test_the_axes_of_a_session_come_from_its_creation(log: Any):
    """requirements.md 6.1; S1-N1 key, S2-33 how it was opened."""
    log.open(
        "automation_run",
        key="agent:coder:default:ana:slack:thread:1/2",
        mode="work",
        origin="webhook",
        channel=None,
        peer_type="group",
        parent_id="sesn_p",
        external_ids={"codex": "x"},
        where={"surface": "vscode"},
    )
    shown = log.row()
    assert shown["key"] == "agent:coder:default:ana:slack:thread:1/2"
    assert (shown["kind"], shown["origin"], shown["channel"]) == ("automation_run", "webhook", None)
    assert (shown["peer_type"], shown["parent_id"]) == ("group", "sesn_p")
    assert shown["external_ids"] == {"codex": "x"}
    assert shown["where"]["surface"] == "vscode"
    assert shown["root_id"] == shown["id"]


# Progress (S2-9, S2-10, S2-11; an automation counts its calls: ui.md B.1)


def steps(log: Any, *names: str) -> None:
    log.open("flow_run")
    log.add("workflow_run.created", phases=[{"id": name, "name": name.title()} for name in names])


def progress(log: Any) -> tuple[str, int | None, int | None]:
    found = log.row()["progress"]
    return found["text"], found["done"], found["total"]


def test_a_flow_run_reads_step_two_of_five(log: Any):
    """S2-9."""
    steps(log, "build", "review", "stage", "publish", "announce")
    assert progress(log) == ("Step 1 of 5", 1, 5)
    log.add("workflow_run.phase_started", phase_id="build", index=0)
    log.add("workflow_run.phase_ended", phase_id="build", index=0)
    log.add("workflow_run.phase_started", phase_id="review", index=1)
    assert progress(log) == ("Step 2 of 5", 2, 5)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"index": 2}, "Step 3 of 3"),
        ({"phase_id": "b"}, "Step 2 of 3"),
        ({}, "Step 1 of 3"),
        ({"index": 99}, "Step 3 of 3"),
        ({"index": -7}, "Step 1 of 3"),
        ({"index": "x", "phase_id": ["b"]}, "Step 1 of 3"),
    ],
)
def test_a_step_is_named_by_place_by_id_or_is_the_next(log: Any, fields: Any, text: str):
    steps(log, "a", "b", "c")
    log.add("workflow_run.phase_started", **fields)
    assert progress(log)[0] == text


def test_a_step_that_runs_again_is_the_same_step(log: Any):
    steps(log, "a", "b")
    for _ in range(3):
        log.add("workflow_run.phase_started", phase_id="a")
    assert progress(log)[0] == "Step 1 of 2"


@pytest.mark.parametrize(
    ("kind", "turns", "text"),
    [
        ("background_task", 0, "0 turns"),
        ("background_task", 1, "1 turn"),
        ("background_task", 12, "12 turns"),
        ("chat", 1, "2 messages"),
        ("chat", 4, "8 messages"),
        ("automation_run", 1, "1 tool call"),
        ("automation_run", 3, "3 tool calls"),
        ("flow_run", 3, "3 tool calls"),
    ],
)
def test_progress_counts_what_the_kind_is_about(log: Any, kind: str, turns: int, text: str):
    """S2-10 "12 turns", S2-11 "8 messages"."""
    log.open(kind)
    for turn in range(turns):
        log.user()
        log.call(message_id=f"msg_{turn}")
    assert progress(log) == (text, None, None)


def test_thousands_are_set_apart(log: Any):
    log.session.message_count = 12_345
    assert progress(log)[0] == "12,345 messages"


ODD: list[Any] = [{}, [], 5, {"a": 1}, [None]]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_an_owner_or_agent_without_a_name_in_texts_changes_nothing(log: Any, odd: Any):
    """What a recorder stores may have any shape; the row says names in texts alone."""
    log.user("hello")
    before = log.row()
    for fields in (
        {"owner": {"id": "usr_1", "name": odd}},
        {"agent": {"id": odd, "name": "x"}},
        {"agent": {"id": "a", "name": "x", "model": {"id": odd}}},
        {"agent": {"id": "a", "name": "x", "model": [odd]}},
        {"metadata": {"k": odd}},
    ):
        log.add("session.updated", **fields)
    after = log.row()
    for name in ("owner", "agent", "metadata"):
        assert after[name] == before[name]
