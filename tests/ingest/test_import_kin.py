"""Sub-agents, forks and resumes: each told once, each tied to its kin."""

import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats"
CLAUDE, CODEX = FIXTURES / "claude_code", FIXTURES / "codex"
PARENT = "5aaaaaaa-0000-4000-8000-000000000001"
CHILD = "5aaaaaaa-0000-4000-8000-000000000002"
GRANDCHILD = "5aaaaaaa-0000-4000-8000-000000000003"
AT = "2026-03-01T10:00:00.000Z"


def parents_and_children(house) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rows = list(house.rows().values())
    [parent] = [row for row in rows if row["parent_id"] is None]
    return parent, [row for row in rows if row["parent_id"] is not None]


def begun(house, session_id: str) -> list[dict[str, Any]]:
    return [e for e in house.events(session_id) if e["type"] == "session.thread_created"]


LAYOUTS = ["sub_agent_below", "sub_agent_beside", "sub_agent_inline", "sub_agent_mirrored"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sub_agents_of_every_layout_hang_below_their_session_and_its_calls(layout, house):
    """S2-22, why.md 4: their usage counts, once."""
    house.read(CLAUDE / layout)
    house.check()
    parent, children = parents_and_children(house)
    assert children
    for child in children:
        assert (child["kind"], child["origin"]) == ("background_task", "agent")
        assert child["root_id"] == child["parent_id"] == parent["id"]
        assert child["peer_type"] == "sub-agent"
    assert parent["children"]["count"] == len(children)
    events = house.events(parent["id"])
    told = {e["session_child_id"]: e["tool_use_id"] for e in begun(house, parent["id"])}
    calls = {e["id"] for e in events if e.get("name") in ("Task", "Agent")}
    assert set(told.values()) == calls
    # The two beside their session were started by the program itself, to warm up.
    assert told.keys() == ({child["id"] for child in children} if calls else set())
    every = [e["id"] for row in (parent, *children) for e in house.events(row["id"])]
    assert max(Counter(every).values()) == 1


@pytest.mark.parametrize("layout", ["sub_agent_below", "sub_agent_beside"])
def test_a_sub_agent_that_comes_before_its_session_is_linked_afterwards(
    layout, houses, folder, copied
):
    """S2-22: whatever the order, the sums and the ties are the same."""
    expected = houses()
    expected.read(CLAUDE / layout)
    house = houses()
    case = copied(f"claude_code/{layout}")
    [session] = case.glob("[0-9]*.jsonl")
    aside = folder.parent / session.name
    session.rename(aside)
    house.read(folder)
    early = list(house.rows().values())
    assert early
    assert {row["parent_id"] for row in early} == {None}
    assert {row["kind"] for row in early} == {"background_task"}
    house.restart()
    aside.rename(session)
    house.read(folder)
    house.check()
    parent, children = parents_and_children(house)
    assert {row["id"] for row in children} == {row["id"] for row in early}
    assert {row["root_id"] for row in children} == {parent["id"]}
    for name, row in expected.rows().items():
        for field in ("tokens", "cost_micros", "children", "message_count", "parent_id"):
            assert house.rows()[name][field] == row[field], (name, field)
    linked = [e for e in house.events(children[0]["id"]) if e["type"] == "session.linked"]
    assert [e.get("linked_session_id") for e in linked] == [None, parent["id"]]


def test_a_mirror_of_a_sub_agent_that_has_a_file_is_not_told_twice(house):
    house.read(CLAUDE / "sub_agent_below")
    _, [child] = parents_and_children(house)
    uuids = {e["source"]["record"] for e in house.events(child["id"]) if e.get("source")}
    own = (CLAUDE / "sub_agent_below").glob("*/subagents/agent-a881341.jsonl")
    told = {json.loads(line)["uuid"] for path in own for line in path.read_bytes().splitlines()}
    assert uuids <= told
    assert not any("in" in e["source"] for e in house.events(child["id"]) if e.get("source"))


def test_a_review_without_a_parent_is_a_task_in_the_list(house):
    house.read(CODEX / "review_sub_agent")
    [row] = house.rows().values()
    assert (row["kind"], row["origin"], row["parent_id"]) == ("background_task", "agent", None)
    assert row["root_id"] == row["id"]
    assert row["agent"]["name"] == "review"
    assert row["progress"]["text"].endswith(("turn", "turns"))
    assert row["title"]
    house.check()


def test_copied_history_is_linked_and_not_repeated(house):
    """why.md 4: nothing is counted twice across a session and its resumed copy."""
    house.read(CLAUDE / "resumed")
    house.check()
    original, resumed = (house.rows()[p.stem] for p in sorted((CLAUDE / "resumed").iterdir())[::-1])
    every = Counter(e["id"] for i in house.session_ids() for e in house.events(i))
    assert max(every.values()) == 1
    links = [e for e in house.events(resumed["id"]) if e["type"] == "session.linked"]
    assert {(e["relation"], e["linked_session_id"]) for e in links} == {
        ("resume", original["id"]),
        ("duplicate", original["id"]),
    }
    assert original["message_count"] == 2
    messages = set()
    for path in (CLAUDE / "resumed").iterdir():
        for line in path.read_bytes().splitlines():
            record = json.loads(line)
            if record["type"] == "assistant":
                messages.add((record["message"]["id"], record["message"]["usage"]["output_tokens"]))
    largest = {name: max(n for other, n in messages if other == name) for name, _ in messages}
    assert house.used()["output"] == sum(largest.values())


def forked(lines: list[bytes], session: str, more: list[bytes]) -> bytes:
    """A fork: the same records under another session's name, then its own."""
    copies = [line.replace(PARENT.encode(), session.encode()) for line in lines]
    return b"".join((*copies, *more))


@pytest.mark.parametrize("original_first", [True, False])
def test_a_fork_counts_its_own_part_alone(original_first, house, folder, talk):
    """why.md 4: entries of a fork are byte-identical but for the session's name."""
    lines = talk(PARENT, turns=2)
    original, fork = folder / f"{PARENT}.jsonl", folder / f"{CHILD}.jsonl"
    files = {original: b"".join(lines), fork: forked(lines, CHILD, talk(CHILD)[:2])}
    for path in files if original_first else reversed(files):
        path.write_bytes(files[path])
        house.read(folder)
    rows = house.rows()
    assert house.used()["output"] == 3 * 5
    assert sum(row["message_count"] for row in rows.values()) == 6
    later = rows[CHILD if original_first else PARENT]
    links = [e["relation"] for e in house.events(later["id"]) if e["type"] == "session.linked"]
    assert links == ["duplicate"]
    house.check()


def thread(session: str, parent: str | None, words: str) -> bytes:
    """A Codex rollout with one prompt."""
    source: Any = "cli"
    if parent:
        source = {"subagent": {"thread_spawn": {"parent_thread_id": parent, "agent_role": "w"}}}
    meta = {"id": session, "timestamp": AT, "cwd": "/app", "originator": "cli", "source": source}
    said = {"type": "user_message", "message": words}
    lines = [("session_meta", meta), ("event_msg", said)]
    records = [{"timestamp": AT, "type": kind, "payload": payload} for kind, payload in lines]
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_sub_agents_of_sub_agents_count_on_the_first_session_in_any_order(order, house, folder):
    """architecture.md 10: the sums are columns of the root's row."""
    family = [(PARENT, None), (CHILD, PARENT), (GRANDCHILD, CHILD)]
    for place in order:
        session, parent = family[place]
        path = folder / f"rollout-2026-03-01T10-00-00-{session}.jsonl"
        path.write_bytes(thread(session, parent, f"task {place}"))
        house.read(path)
    rows = house.rows()
    root = rows[PARENT]["id"]
    assert {row["root_id"] for row in rows.values()} == {root}
    assert rows[CHILD]["parent_id"] == root
    assert rows[GRANDCHILD]["parent_id"] == rows[CHILD]["id"]
    assert {name: row["children"]["count"] for name, row in rows.items()} == {
        PARENT: 2,
        CHILD: 0,
        GRANDCHILD: 0,
    }
    house.check()


@pytest.mark.parametrize("child_first", [True, False])
def test_a_codex_call_leads_to_the_thread_that_it_started(child_first, house, folder):
    call = {"type": "function_call", "name": "spawn_agent", "call_id": "c1", "arguments": "{}"}
    answer = json.dumps({"agent_id": CHILD, "nickname": "Banach"})
    output = {"type": "function_call_output", "call_id": "c1", "output": answer}
    items = [
        json.dumps({"timestamp": AT, "type": "response_item", "payload": item}).encode() + b"\n"
        for item in (call, output)
    ]
    files = {
        PARENT: thread(PARENT, None, "go") + b"".join(items),
        CHILD: thread(CHILD, PARENT, "look"),
    }
    for session in reversed(files) if child_first else files:
        path = folder / f"rollout-2026-03-01T10-00-00-{session}.jsonl"
        path.write_bytes(files[session])
        house.read(path)
    rows = house.rows()
    [event] = begun(house, rows[PARENT]["id"])
    assert (event["session_child_id"], event["agent_name"]) == (rows[CHILD]["id"], "Banach")
    use = next(e for e in house.events(rows[PARENT]["id"]) if e["type"] == "agent.tool_use")
    assert event["tool_use_id"] == use["id"]
    assert "external_id" not in event
    house.check()


def test_ids_that_no_database_can_hold_are_kept_all_the_same(house, postgres_house, folder, talk):
    lines = [line.replace(PARENT.encode(), b"odd\\u0000%:/name") for line in talk(PARENT)]
    (folder / "odd.jsonl").write_bytes(b"".join(lines))
    for each in (house, postgres_house):
        [progress] = each.read(folder)
        assert progress.records_skipped == 0
        [row] = each.rows().values()
        assert row["message_count"] == 2
        [again] = each.read(folder)
        assert again.events == 0
        each.check()
