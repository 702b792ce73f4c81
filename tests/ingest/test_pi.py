"""pi: real files give what an independent count of their lines gives."""

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
from hansard.ingest.base import Emission, Emit, Opened, Skip, Source
from hansard.ingest.formats.pi import FORMAT

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "pi"
FILES = {path.parent.name: path for path in sorted(FIXTURES.glob("*/*.jsonl"))}
AT = "2026-03-01T10:00:0{}.000Z"
FACTS = {
    "edited": {
        "user.message": 1,
        "agent.message": 4,
        "agent.thinking": 8,
        "agent.tool_use": 7,
        "agent.tool_result": 7,
        "file.edited": 1,
        "span.model_request_end": 8,
        "session.updated": 1,
    },
    "two_prompts": {
        "user.message": 2,
        "agent.message": 2,
        "agent.thinking": 4,
        "agent.tool_use": 2,
        "agent.tool_result": 2,
        "file.edited": 1,
        "span.model_request_end": 4,
        "session.updated": 1,
    },
    "failed_requests": {
        "user.message": 5,
        "agent.message": 9,
        "agent.thinking": 33,
        "agent.tool_use": 38,
        "agent.tool_result": 38,
        "file.edited": 12,
        "span.model_request_end": 33,
        "session.error": 28,
        "session.updated": 1,
    },
}


def parse(lines: Iterable[bytes], name: str = "2026_some.jsonl") -> list[Emission]:
    parser = FORMAT.open(Source(Path(name), Path()))
    found = [emission for line in lines for emission in parser.feed(line)]
    return [*found, *parser.quiet()]


def read(case: str) -> list[Emission]:
    return parse(FILES[case].read_bytes().split(b"\n"), FILES[case].name)


def drafts(emissions: list[Emission], *types: str) -> list[Draft]:
    told = [emission.draft for emission in emissions if isinstance(emission, Emit)]
    return [draft for draft in told if not types or draft.type in types]


def messages(case: str, role: str) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in FILES[case].read_bytes().splitlines()]
    found = [record["message"] for record in records if record["type"] == "message"]
    return [message for message in found if message["role"] == role]


def entry(number: int, kind: str = "message", **fields: Any) -> bytes:
    record = {"type": kind, "id": f"0000000{number}", "timestamp": AT.format(number), **fields}
    return json.dumps(record).encode()


HEADER = entry(0, "session", version=3, cwd="/home/ana/app")


@pytest.mark.parametrize("case", FILES)
def test_a_file_gives_its_prompts_answers_calls_and_edits(case: str):
    """S2-31: every message, tool call and file edit is in the transcript."""
    emissions = read(case)
    assert Counter(draft.type for draft in drafts(emissions)) == FACTS[case]
    [opened] = [e for e in emissions if not isinstance(e, Emit)]
    assert isinstance(opened, Opened)
    assert opened.external_id == FILES[case].stem
    assert opened.where == {"cwd": "/home/himmel/personal/prsui"}


@pytest.mark.parametrize("case", FILES)
def test_what_is_told_is_what_the_lines_hold(case: str):
    """6.6: disjoint classes, the cost that the log holds."""
    told = Counter(draft.type for draft in drafts(read(case)))
    answers = messages(case, "assistant")
    blocks = Counter(block["type"] for answer in answers for block in answer["content"])
    assert told["user.message"] == len(messages(case, "user"))
    assert told["agent.thinking"] == blocks["thinking"]
    assert told["agent.message"] == blocks["text"]
    assert told["agent.tool_use"] == blocks["toolCall"]
    assert told["agent.tool_result"] == len(messages(case, "toolResult"))
    assert told["session.error"] == sum(a["stopReason"] == "error" for a in answers)
    ends = [draft.payload for draft in drafts(read(case), "span.model_request_end")]
    for ours, theirs in {
        "input_tokens": "input",
        "output_tokens": "output",
        "cache_read_input_tokens": "cacheRead",
        "cache_creation_input_tokens": "cacheWrite",
    }.items():
        sums = [end["model_usage"][ours] for end in ends], [a["usage"][theirs] for a in answers]
        assert sum(sums[0]) == sum(sums[1]), ours
    assert {(end["cost_micros"], end["price_source"]) for end in ends} == {(0, "reported")}
    assert {end["provider"] for end in ends} == {"opencode"}


@pytest.mark.parametrize("case", FILES)
def test_every_event_is_of_its_type_and_reading_again_gives_it_again(case: str):
    """P3: the same record gives the same ids, and byte-equal drafts."""
    told = drafts(read(case))
    for draft in told:
        codec.REGISTRY[draft.type].decode(draft.payload)
    assert told == drafts(read(case))
    assert len({draft.id for draft in told}) == len(told)


def test_results_name_their_calls_and_edits_show_the_lines():
    told = drafts(read("two_prompts"))
    calls = {draft.id: draft.payload for draft in told if draft.type == "agent.tool_use"}
    results = [draft.payload for draft in told if draft.type == "agent.tool_result"]
    assert [calls[result["tool_use_id"]]["name"] for result in results] == ["read", "edit"]
    [edit] = [draft.payload for draft in told if draft.type == "file.edited"]
    assert edit["path"] == "/home/himmel/personal/prsui/constants/site.ts"
    assert edit["hunks"][0]["lines"][4:6] == [
        '-    SHORY: "ui components & microinteractions by @pr5dev",',
        '+    SHORT: "ui components & microinteractions by @pr5dev",',
    ]
    turns = {draft.turn_id for draft in told if draft.type == "agent.tool_use"}
    assert len(turns) == 2


def test_a_diff_of_numbered_lines_becomes_hunks():
    call = {"type": "toolCall", "id": "c1", "name": "edit", "arguments": {"path": "a.ts"}}
    answer = {"role": "assistant", "content": [call], "stopReason": "toolUse"}
    diff = "    ...\n 20 same\n-21 old\n+21 new\n    ...\n 40 end\n+41 more"
    result = {"role": "toolResult", "toolCallId": "c1", "details": {"diff": diff}, "content": []}
    emissions = parse([HEADER, entry(1, message=answer), entry(2, message=result)])
    [edit] = drafts(emissions, "file.edited")
    assert edit.payload["hunks"] == [
        {
            "old_start": 20,
            "old_lines": 2,
            "new_start": 20,
            "new_lines": 2,
            "lines": [" same", "-old", "+new"],
        },
        {
            "old_start": 40,
            "old_lines": 1,
            "new_start": 40,
            "new_lines": 2,
            "lines": [" end", "+more"],
        },
    ]


def test_entries_of_every_kind_become_the_events_that_they_are():
    """Compactions, interrupts, the person's shell, names, summaries, nested usage and cost."""
    usage = {"input": 5, "output": 7, "cacheRead": 1, "cacheWrite": 2, "cost": {"total": 0.0123}}
    emissions = parse(
        [
            HEADER,
            entry(1, message={"role": "user", "content": "hello\nthere"}),
            entry(2, message={"role": "assistant", "content": [], "stopReason": "aborted"}),
            entry(3, "compaction", summary="so far", tokensBefore=900, usage=usage),
            entry(4, "session_info", name="A name"),
            entry(5, message={"role": "bashExecution", "command": "ls", "output": "a b"}),
            entry(6, "branch_summary", summary="the other way"),
            entry(7, "custom_message", content="from an extension", display=True),
            entry(8, "custom_message", content="hidden", display=False),
            entry(9, "label", targetId="00000001", label="here"),
        ]
    )
    told = drafts(emissions)
    assert [draft.type for draft in told] == [
        "session.updated",
        "user.message",
        "user.interrupt",
        "agent.thread_context_compacted",
        "span.model_request_end",
        "session.updated",
        "system.message",
        "system.message",
        "system.message",
    ]
    assert (told[0].payload["title"], told[0].payload["title_source"]) == ("hello", "prompt")
    assert told[3].payload["tokens_before"] == 900
    assert told[4].payload["cost_micros"] == 12_300
    assert (told[5].payload["title"], told[5].payload["title_source"]) == ("A name", "source")
    assert told[6].payload["content"][0]["text"] == "! ls\na b"


def test_a_fork_is_linked_and_what_it_copied_has_the_ids_of_the_parent():
    """architecture.md 10: copied history meets its own ids."""
    prompt = entry(1, message={"role": "user", "content": "hello"})
    parent = "/home/ana/.pi/agent/sessions/--app--/2026-03-01T10-00-00_0aaa.jsonl"
    header = entry(5, "session", version=3, parentSession=parent)
    fork = parse([header, prompt])
    assert isinstance(fork[0], Opened)
    assert fork[0].linked == (("fork", "0aaa"),)
    own = drafts(parse([HEADER, prompt]), "user.message")
    assert drafts(fork, "user.message") == own
    # … but the title is each session's own.
    titles = [drafts(e, "session.updated")[0].id for e in (fork, parse([HEADER, prompt]))]
    assert titles[0] != titles[1]


def test_the_first_version_without_ids_counts_equal_lines():
    line = json.dumps(
        {"type": "message", "timestamp": AT.format(1), "message": {"role": "user", "content": "y"}}
    ).encode()
    prompts = drafts(parse([HEADER, line, line]), "user.message")
    assert len({prompt.id for prompt in prompts}) == 2


def test_a_file_whose_header_is_broken_is_the_session_that_its_name_says():
    emissions = parse([b'{"type":"sess', entry(1, message={"role": "user", "content": "hi"})])
    assert isinstance(emissions[0], Skip)
    assert isinstance(emissions[1], Opened)
    assert emissions[1].external_id == "some"


@given(st.data())
def test_broken_bytes_never_raise(data: st.DataObject):
    case = data.draw(st.sampled_from(["edited", "two_prompts"]))
    body = bytearray(FILES[case].read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for emission in parse(bytes(body).split(b"\n")):
        if isinstance(emission, Emit):
            codec.REGISTRY[emission.draft.type].decode(emission.draft.payload)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_a_field_of_any_type_never_raises(value: Any):
    names = ["message", "summary", "usage", "content", "name", "timestamp", "id", "cwd"]
    for kind in ("session", "message", "compaction", "custom_message", "session_info"):
        record = {"type": kind, **dict.fromkeys(names, value)}
        parse([json.dumps(record).encode(), HEADER])
        parse([HEADER, json.dumps(record).encode()])
        for role in ("user", "assistant", "toolResult", "bashExecution", "custom"):
            blocks = [{"type": kind, "text": value, "id": value} for kind in ("text", "toolCall")]
            fields = {"role": role, "content": blocks, "usage": {"input": value, "cost": value}}
            parse([HEADER, entry(1, message=fields), entry(2, message={"role": role, "x": value})])


@given(st.integers(0, 20))
def test_a_pause_anywhere_changes_nothing(cut: int):
    lines = FILES["edited"].read_bytes().split(b"\n")
    parser = FORMAT.open(Source(FILES["edited"], FIXTURES))
    found = [e for line in lines[:cut] for e in parser.feed(line)]
    found += parser.quiet()
    found += [e for line in lines[cut:] for e in parser.feed(line)]
    assert [*found, *parser.quiet()] == read("edited")
