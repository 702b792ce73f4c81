"""Gemini CLI: chats as objects and as lines, and what changes in them."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import codec
from hansard.domain.draft import Draft
from hansard.ingest import discover
from hansard.ingest.base import Damaged, Emission, Emit, Library, Opened, Skip, Source, document_of
from hansard.ingest.formats.gemini import FORMAT

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "gemini"
FILES = {path.parent.name: path for path in sorted(FIXTURES.glob("*/*.json*"))}
SESSION = "faff42ab-6ea5-4f78-b8c4-f7dd6272af08"
META = {"sessionId": SESSION, "projectHash": "7e", "startTime": "2026-03-01T10:00:00.000Z"}
FACTS = {
    "document": {
        "user.message": 2,
        "agent.message": 2,
        "agent.thinking": 6,
        "agent.tool_use": 2,
        "agent.tool_result": 2,
        "file.edited": 1,
        "span.model_request_end": 4,
        "session.updated": 1,
    },
    "continued": {
        "user.message": 1,
        "system.message": 1,
        "agent.message": 1,
        "agent.thinking": 4,
        "agent.tool_use": 1,
        "agent.tool_result": 1,
        "file.edited": 1,
        "span.model_request_end": 2,
        "session.updated": 1,
    },
    "lines": {
        "user.message": 1,
        "agent.message": 5,
        "agent.tool_use": 4,
        "session.updated": 1,
    },
}


def lines_of(path: Path, *, at_rest: bool = True) -> list[bytes]:
    document = document_of(FORMAT, Source(path, path.parent))
    if document is None:
        return path.read_bytes().split(b"\n")
    assert not isinstance(document, Library)
    return list(document.records(at_rest=at_rest))


def parse(lines: Iterable[bytes], path: Path = Path("session-x.jsonl")) -> list[Emission]:
    parser = FORMAT.open(Source(path, path.parent))
    found = [emission for line in lines for emission in parser.feed(line)]
    return [*found, *parser.quiet()]


def read(case: str) -> list[Emission]:
    return parse(lines_of(FILES[case]), FILES[case])


def drafts(emissions: list[Emission], *types: str) -> list[Draft]:
    told = [emission.draft for emission in emissions if isinstance(emission, Emit)]
    return [draft for draft in told if not types or draft.type in types]


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def message(name: str, kind: str = "gemini", second: int = 1, **fields: Any) -> bytes:
    at = f"2026-03-01T10:00:{second:02}.000Z"
    return line(id=name, timestamp=at, type=kind, **{"content": "", **fields})


@pytest.mark.parametrize("case", FILES)
def test_a_file_gives_its_prompts_answers_calls_and_edits(case: str):
    """S2-31: every message, tool call and file edit is in the transcript."""
    emissions = read(case)
    assert Counter(draft.type for draft in drafts(emissions)) == FACTS[case]
    assert [type(e) for e in emissions if not isinstance(e, Emit)] == [Opened]
    for draft in drafts(emissions):
        codec.REGISTRY[draft.type].decode(draft.payload)
    assert emissions == read(case)
    assert len({draft.id for draft in drafts(emissions)}) == sum(FACTS[case].values())


@pytest.mark.parametrize("case", ["document", "continued"])
def test_input_leaves_out_what_was_cached_and_output_holds_the_thoughts(case: str):
    """6.6: the classes are disjoint and add up to the total."""
    tokens = [
        m["tokens"] for m in json.loads(FILES[case].read_bytes())["messages"] if "tokens" in m
    ]
    usage = [d.payload["model_usage"] for d in drafts(read(case), "span.model_request_end")]
    assert [sum(one.values()) for one in usage] == [one["total"] for one in tokens]
    assert [u["cache_read_input_tokens"] for u in usage] == [t["cached"] for t in tokens]
    ends = drafts(read(case), "span.model_request_end")
    assert [e.payload.get("reasoning_tokens", 0) for e in ends] == [t["thoughts"] for t in tokens]
    assert all("cost_micros" not in end.payload for end in ends)


def test_a_document_and_the_lines_that_it_is_moved_to_are_one_session():
    """A resume of a newer version writes the object anew as lines."""
    found = json.loads(FILES["document"].read_bytes())
    lines = [line(**{k: v for k, v in found.items() if k != "messages"})]
    lines += [line(**m) for m in found["messages"]]
    again = parse(lines, Path("session-2026-01-10T02-08-faff42ab.jsonl"))
    assert drafts(again) == drafts(read("document"))
    assert again[0] == read("document")[0]


def test_a_message_that_is_written_again_tells_what_is_new_in_it():
    """Last one per id: the call, then its result and the tokens, then more tokens."""
    call = {"id": "c1", "name": "replace", "args": {"file_path": "/a.ts"}, "status": "executing"}
    shown = {"fileDiff": "@@ -1 +1 @@\n-a\n+b\n", "originalContent": "a\n", "newContent": "b\n"}
    ended = {**call, "status": "success", "resultDisplay": shown}
    few = {"input": 100, "output": 10, "cached": 60, "thoughts": 5, "tool": 0, "total": 115}
    more = {**few, "output": 30, "total": 135}
    emissions = parse(
        [
            line(**META),
            message("p", "user", content="go"),
            message("m", content="on it", toolCalls=[call]),
            message("m", content="on it", toolCalls=[ended], tokens=few),
            message("m", content="on it", toolCalls=[ended], tokens=few),
            message("m", content="on it", toolCalls=[ended], tokens=more),
        ]
    )
    told = drafts(emissions)
    assert [draft.type for draft in told] == [
        "session.updated",
        "user.message",
        "agent.message",
        "agent.tool_use",
        "agent.tool_result",
        "file.edited",
        "span.model_request_end",
        "span.model_request_end",
    ]
    edit, first, correction = told[5].payload, told[6].payload, told[7].payload
    assert (edit["change"], edit["before"], edit["after"]) == ("update", "a\n", "b\n")
    assert edit["hunks"][0]["lines"] == ["-a", "+b"]
    assert first["model_usage"]["input_tokens"] == 40
    assert correction["corrects"] == told[6].id
    assert correction["model_usage"]["output_tokens"] == 20
    assert len({draft.turn_id for draft in told[1:]}) == 1


def test_updates_rewinds_interrupts_errors_and_summaries_are_told():
    snapshot = "<state_snapshot>what was done</state_snapshot>"
    emissions = parse(
        [
            line(**META),
            message("p", "user", content=[{"text": "hello"}]),
            line(**{"$set": {"summary": "A title", "lastUpdated": "2026-03-01T10:01:00.000Z"}}),
            line(**{"$rewindTo": "p"}),
            message("i", "info", content="Request cancelled."),
            message("w", "warning", content="careful"),
            message("e", "error", content="[API Error: quota]"),
            line(**{"$set": {"messages": [{"id": "s", "type": "user", "content": snapshot}]}}),
            line(**{"$set": {"messages": [{"id": "s", "type": "user", "content": snapshot}]}}),
        ]
    )
    told = drafts(emissions)
    assert [draft.type for draft in told] == [
        "session.updated",
        "user.message",
        "session.updated",
        "system.message",
        "user.interrupt",
        "system.message",
        "session.error",
        "agent.thread_context_compacted",
    ]
    assert (told[2].payload["title"], told[2].payload["title_source"]) == ("A title", "source")
    assert told[6].payload["error"]["message"] == "[API Error: quota]"


def test_a_call_of_an_mcp_tool_and_one_that_was_cancelled():
    call = {"name": "mcp_git_log", "displayName": "log (git MCP Server)", "id": "c", "args": {}}
    response = [{"functionResponse": {"response": {"error": "no"}}}]
    ended = {**call, "status": "cancelled", "result": response}
    use, result = drafts(parse([line(**META), message("m", toolCalls=[ended])]))
    assert (use.type, use.payload["mcp_server_name"], use.payload["name"]) == (
        "agent.mcp_tool_use",
        "git",
        "log",
    )
    assert result.payload["mcp_tool_use_id"] == use.id
    assert (result.payload["rejected"], result.payload["is_error"]) == (True, True)
    assert result.payload["content"] == [{"type": "text", "text": "no"}]


def test_a_sub_agent_is_a_child_session(house, folder: Path):
    chats = folder / "app" / "chats"
    (chats / SESSION).mkdir(parents=True)
    (folder / "app" / ".project_root").write_text("/home/ana/app\n")
    call = {"id": "c", "name": "codebase_investigator", "args": {"objective": "look"}}
    ended = {**call, "status": "success", "agentId": "codebase_investigator-x1"}
    lines = [line(**META), message("p", "user", content="go"), message("m", toolCalls=[ended])]
    (chats / "session-2026-03-01T10-00-faff42ab.jsonl").write_bytes(b"\n".join(lines))
    child = {**META, "sessionId": "codebase_investigator-x1", "kind": "subagent"}
    lines = [line(**child), message("q", "user", content="look"), message("n", content="seen")]
    (chats / SESSION / "codebase_investigator-x1.jsonl").write_bytes(b"\n".join(lines))
    house.read(folder)
    rows = house.rows()
    parent, below = rows[SESSION], rows["codebase_investigator-x1"]
    assert (below["parent_id"], below["kind"]) == (parent["id"], "background_task")
    assert below["agent"]["name"] == "codebase_investigator"
    assert parent["where"]["cwd"] == "/home/ana/app"
    [begun] = [e for e in house.events(parent["id"]) if e["type"] == "session.thread_created"]
    uses = [e["id"] for e in house.events(parent["id"]) if e["type"] == "agent.tool_use"]
    assert (begun["session_child_id"], begun["tool_use_id"]) == (below["id"], uses[0])
    house.check()


def test_a_document_that_is_written_anew_adds_only_what_is_new(house, folder: Path, tails):
    """Re-read on change: ids are derived, so that nothing is appended twice."""
    found = json.loads(FILES["document"].read_bytes())
    tail = tails(house, folder, "gemini")
    path = folder / "session-x.json"
    for count in range(1, len(found["messages"]) + 1):
        path.write_text(json.dumps({**found, "messages": found["messages"][:count]}))
        tail.follow(path, rest=count % 2 == 0)
        path.write_bytes(path.read_bytes()[:-9])  # caught in the middle of a write
        tail.follow(path)
        if count % 3 == 0:
            tail.start()
    path.write_text(json.dumps({**found, "summary": "It ends"}))
    tail.follow(path, rest=True)
    [row] = house.rows().values()
    said = [event["id"] for event in house.events(row["id"]) if event.get("source")]
    assert len(said) == len(set(said))
    assert set(said) >= {draft.id for draft in drafts(read("document"))}
    assert (row["title"], row["message_count"]) == ("It ends", 6)
    assert tail.progress.records_skipped == 0
    house.check()


@pytest.mark.parametrize("body", [b"", b"{", b'{"sessionId":"a","projectHash":"b"', b"[1]"])
def test_an_object_that_is_not_whole_is_flagged_and_read_when_it_is(body, house, folder, tails):
    path = folder / "session-x.json"
    path.write_bytes(body)
    tail = tails(house, folder, "gemini")
    tail.follow(path, rest=True)
    assert [reason for _, reason in tail.progress.skipped] == ["not a whole JSON document"]
    with pytest.raises(Damaged):
        lines_of(path)
    path.write_bytes(FILES["document"].read_bytes())
    tail.follow(path, rest=True)
    assert tail.progress.to_wire()["skipped"] == []
    assert len(house.rows()) == 1


def test_chats_are_told_from_other_json(folder: Path):
    for number, path in enumerate(FILES.values()):
        (folder / f"{number}{path.suffix}").write_bytes(path.read_bytes())
    (folder / "package.json").write_text('{"name": "app"}')
    (folder / "logs.json").write_text('[{"sessionId": "a", "messageId": 0}]')
    found = discover.files(discover.Root(folder, None))
    assert sorted(source.path.name for _, source in found) == ["0.json", "1.json", "2.jsonl"]
    assert {kind.name for kind, _ in found} == {"gemini"}


@given(st.data())
def test_broken_bytes_never_raise(data: st.DataObject):
    case = data.draw(st.sampled_from(sorted(FILES)))
    lines = lines_of(FILES[case])
    at = data.draw(st.integers(0, len(lines) - 1))
    body = bytearray(lines[at])
    for _ in range(data.draw(st.integers(1, 9))):
        place = data.draw(st.integers(0, len(body)))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for emission in parse([*lines[:at], bytes(body), *lines[at + 1 :]]):
        assert not isinstance(emission, Emit) or emission.draft.id


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_a_field_of_any_type_never_raises(value: Any):
    names = ["content", "thoughts", "toolCalls", "tokens", "model", "displayContent", "sessionId"]
    inner = [{"name": "edit", "args": value, "result": value, "status": "success", "id": value}]
    for kind in ("user", "gemini", "info", "error"):
        parse([message("m", kind, **dict.fromkeys(names, value)), line(**{"$set": value})])
        shown = {"toolCalls": [{**inner[0], "resultDisplay": {"fileDiff": value}}], "tokens": {}}
        parse([line(**META), message("m", kind, **shown), message("m", kind, thoughts=[value])])
    assert isinstance(parse([b"[1]"])[0], Skip)


@given(st.integers(0, 9))
def test_a_pause_anywhere_changes_nothing(cut: int):
    lines = lines_of(FILES["document"])
    parser = FORMAT.open(Source(FILES["document"], FIXTURES))
    found = [e for line in lines[:cut] for e in parser.feed(line)]
    found += parser.quiet()
    found += [e for line in lines[cut:] for e in parser.feed(line)]
    assert [*found, *parser.quiet()] == read("document")
