"""OpenCode: exported sessions give what an independent count of their parts gives."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import codec
from hansard.domain.draft import Draft
from hansard.ingest.base import Emission, Emit, Library, Opened, Skip, Source, document_of
from hansard.ingest.document import DocumentReader, JsonDocument
from hansard.ingest.formats.opencode import FORMAT
from hansard.ingest.formats.opencode.records import exported

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "opencode"
FILES = {path.stem: path for path in sorted(FIXTURES.glob("*/*.json"))}
PARENT = "ses_0765dfc33ffeEVfMHvZx36NGAP"
FAILED = "ses_0765d3c75ffetWVfw6xDElBxib"
ABORTED = "ses_0765dd965ffeC5qUl6F2Svk20E"
INTERRUPTED = "ses_06fc54bb6ffeLhJACjcoxgKYgH"
RECAP = "ses_033e9f874ffe8fFsCZYjvh3Esj"
FACTS = {
    PARENT: {
        "user.message": 2,
        "agent.message": 7,
        "agent.thinking": 19,
        "agent.tool_use": 31,
        "agent.tool_result": 31,
        "file.edited": 11,
        "span.model_request_end": 19,
        "session.thread_created": 1,
        "session.updated": 1,
    },
    FAILED: {"user.message": 1, "session.error": 1, "session.updated": 1},
    ABORTED: {"user.message": 1, "user.interrupt": 1, "session.updated": 1},
    INTERRUPTED: {
        "user.message": 2,
        "agent.message": 1,
        "agent.thinking": 6,
        "agent.tool_use": 5,
        "agent.tool_result": 5,
        "file.edited": 3,
        "span.model_request_end": 6,
        "user.interrupt": 1,
        "session.updated": 1,
    },
    RECAP: {
        "user.message": 1,
        "agent.message": 1,
        "agent.thinking": 1,
        "span.model_request_end": 1,
        "session.updated": 1,
    },
}


def found_in(name: str) -> dict[str, Any]:
    return json.loads(FILES[name].read_bytes())


def parse(lines: Iterable[bytes]) -> list[Emission]:
    parser = FORMAT.open(Source(Path("x.json"), Path()))
    found = [emission for line in lines for emission in parser.feed(line)]
    return [*found, *parser.quiet()]


def lines_of(export: dict[str, Any], *, at_rest: bool = True) -> list[bytes]:
    return [orjson.dumps(record) for record in exported(export, at_rest)]


def read(name: str) -> list[Emission]:
    document = document_of(FORMAT, Source(FILES[name], FIXTURES))
    assert isinstance(document, JsonDocument)
    return parse(document.records(at_rest=True))


def drafts(emissions: list[Emission], *types: str) -> list[Draft]:
    told = [emission.draft for emission in emissions if isinstance(emission, Emit)]
    return [draft for draft in told if not types or draft.type in types]


def export(*messages: tuple[dict[str, Any], list[dict[str, Any]]], **info: Any) -> dict[str, Any]:
    """A session of these messages, each with its parts."""
    shown: list[dict[str, Any]] = []
    for number, (message, parts) in enumerate(messages):
        name = f"msg_{number}"
        fields = {"id": name, "time": {"created": 1_000 * number}, **message}
        own = [{"id": f"prt_{number}_{n}", "messageID": name, **p} for n, p in enumerate(parts)]
        shown.append({"info": fields, "parts": own})
    session = {"id": "ses_1", "directory": "/app", "time": {"created": 1}, "title": "T", **info}
    return {"info": session, "messages": shown}


def told_of(*messages: tuple[dict[str, Any], list[dict[str, Any]]], **info: Any) -> list[Draft]:
    return drafts(parse(lines_of(export(*messages, **info))))


USER: dict[str, Any] = {"role": "user"}
ANSWER: dict[str, Any] = {"role": "assistant", "modelID": "m", "providerID": "p"}
PROMPT = (USER, [{"type": "text", "text": "go"}])


def tool(name: str, status: str = "completed", **state: Any) -> dict[str, Any]:
    return {"type": "tool", "tool": name, "callID": "c", "state": {"status": status, **state}}


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_its_prompts_answers_calls_and_edits(name: str):
    """S2-31: every message, tool call and file edit is in the transcript."""
    emissions = read(name)
    assert Counter(draft.type for draft in drafts(emissions)) == FACTS[name]
    [opened] = [e for e in emissions if not isinstance(e, Emit)]
    assert isinstance(opened, Opened)
    info = found_in(name)["info"]
    assert (opened.external_id, opened.parent_external_id) == (name, info.get("parentID"))
    assert opened.where == {"cwd": info["directory"], "version": info["version"]}
    for draft in drafts(emissions):
        codec.REGISTRY[draft.type].decode(draft.payload)
    assert len({draft.id for draft in drafts(emissions)}) == sum(FACTS[name].values())
    assert emissions == read(name)


@pytest.mark.parametrize("name", FILES)
def test_what_is_told_is_what_the_parts_hold(name: str):
    """6.6: the session's own sums, with what was thought in the output."""
    found = found_in(name)
    parts = Counter(p["type"] for m in found["messages"] for p in m["parts"])
    emissions = read(name)
    told = Counter(draft.type for draft in drafts(emissions))
    assert told["agent.tool_use"] == parts["tool"]
    assert told["agent.thinking"] == parts["reasoning"]
    assert told["span.model_request_end"] == parts["step-finish"]
    ends = [draft.payload for draft in drafts(emissions, "span.model_request_end")]
    tokens = found["info"]["tokens"]
    usage = [end["model_usage"] for end in ends]
    assert sum(one["input_tokens"] for one in usage) == tokens["input"]
    assert sum(one["output_tokens"] for one in usage) == tokens["output"] + tokens["reasoning"]
    assert sum(one["cache_read_input_tokens"] for one in usage) == tokens["cache"]["read"]
    assert sum(end["cost_micros"] for end in ends) == found["info"]["cost"]
    assert {end["price_source"] for end in ends} <= {"reported"}


def test_a_person_prompts_a_session_and_its_parent_a_sub_agent():
    assert {d.actor.type for d in drafts(read(PARENT), "user.message")} == {"person"}
    [prompt] = drafts(read(FAILED), "user.message")
    assert (prompt.actor.type, prompt.actor.name) == ("agent", "opencode")
    opened = read(FAILED)[0]
    assert isinstance(opened, Opened)
    assert opened.agent_name == "explore"


def test_a_title_is_the_sources_unless_it_is_none():
    titles = {
        name: drafts(read(name), "session.updated")[0].payload for name in (RECAP, INTERRUPTED)
    }
    assert titles[RECAP]["title"] == "Synara generateThreadRecap"
    assert titles[RECAP]["title_source"] == "source"
    assert titles[INTERRUPTED]["title"] == "remove lenis from @demo/text-highlight-demo.tsx"
    assert titles[INTERRUPTED]["title_source"] == "prompt"


def test_an_edit_shows_its_hunks_and_a_written_file_its_text():
    told = drafts(read(PARENT), "file.edited")
    hunks = [draft.payload for draft in told if "hunks" in draft.payload]
    assert all(edit["hunks"] and edit["change"] == "update" for edit in hunks)
    created = [draft.payload for draft in told if draft.payload.get("change") == "create"]
    assert created and all(isinstance(edit["after"], str) for edit in created)


def test_sub_agents_are_child_sessions(house):
    house.read(FIXTURES / "sub_agents")
    rows = house.rows()
    parent = rows[PARENT]
    assert {rows[name]["parent_id"] for name in (FAILED, ABORTED)} == {parent["id"]}
    assert parent["children"]["count"] == 2
    begun = [e for e in house.events(parent["id"]) if e["type"] == "session.thread_created"]
    assert [e["agent_name"] for e in begun] == ["explore"]
    assert parent["cost_micros"] == 0
    assert rows[FAILED]["error"]["type"] == "model_request_failed"
    house.check()


def test_a_compaction_is_told_with_its_summary_and_a_retry_as_one():
    summary = {**ANSWER, "summary": True, "parentID": "msg_1"}
    failed = {"type": "retry", "attempt": 1, "error": {"data": {"message": "overloaded"}}}
    told = told_of(
        PROMPT,
        (USER, [{"type": "compaction", "auto": True}]),
        (summary, [{"type": "text", "text": "so far"}]),
        (USER, [{"type": "text", "text": "Continue", "synthetic": True}]),
        (ANSWER, [failed, {"type": "text", "text": "yes"}]),
    )
    assert [draft.type for draft in told[1:]] == [
        "user.message",
        "agent.thread_context_compacted",
        "system.message",
        "session.status_rescheduled",
        "agent.message",
    ]
    assert (told[2].payload["summary"], told[2].payload["trigger"]) == ("so far", "auto")
    assert told[4].payload["state_reason"] == "overloaded"


@pytest.mark.parametrize(("total", "output"), [(None, 50), (165, 55), (160, 50)])
def test_thoughts_are_counted_once(total: int | None, output: int):
    """Before there was a total the output held them; some providers' still does."""
    tokens = {"input": 100, "output": 50, "reasoning": 5, "cache": {"read": 10, "write": 0}}
    step = {"type": "step-finish", "cost": 0.01, "tokens": {**tokens, "total": total}}
    [end] = [d for d in told_of((ANSWER, [step])) if d.type == "span.model_request_end"]
    assert end.payload["model_usage"]["output_tokens"] == output
    assert end.payload["reasoning_tokens"] == 5
    assert end.payload["cost_micros"] == 10_000


def test_a_message_without_steps_tells_what_it_used_itself():
    tokens = {"input": 10, "output": 20, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    complete = {**ANSWER, "time": {"created": 5, "completed": 9}, "tokens": tokens, "cost": 0.5}
    nothing = {**complete, "tokens": {**tokens, "input": 0, "output": 0}, "cost": 0}
    ends = [d for d in told_of((complete, []), (nothing, [])) if d.type.startswith("span.")]
    assert [end.payload["cost_micros"] for end in ends] == [500_000]


def test_results_of_every_kind():
    refused = "The user rejected permission to use this specific tool call."
    told = told_of(
        PROMPT,
        (
            ANSWER,
            [
                tool("bash", input={"command": "x"}, output="no", metadata={"exit": 2}),
                tool("bash", "error", error=refused),
                tool("invalid", output="unknown tool"),
                tool("read", "running", input={"filePath": "a"}),
                tool("read", "pending"),
            ],
        ),
    )
    results = [draft.payload for draft in told if draft.type == "agent.tool_result"]
    assert [(r["is_error"], r.get("rejected"), r.get("exit_code")) for r in results] == [
        (True, None, 2),
        (True, True, None),
        (True, None, None),
    ]
    assert sum(draft.type == "agent.tool_use" for draft in told) == 5


@pytest.mark.parametrize(
    ("name", "state", "edit"),
    [
        ("write", {"input": {"content": "x"}, "metadata": {"exists": True}}, ("update", "x")),
        ("edit", {"input": {"oldString": "a", "newString": "b"}}, ("update", ["-a", "+b"])),
        ("edit", {"input": {"content": "whole"}}, (None, "whole")),
        (
            "apply_patch",
            {"input": {"patchText": "*** Add File: f\n+x\n"}, "metadata": {}},
            ("create", "x\n"),
        ),
        (
            "apply_patch",
            {"metadata": {"files": [{"filePath": "f", "type": "delete", "before": "x"}]}},
            ("delete", None),
        ),
    ],
)
def test_edits_of_every_tool(name: str, state: dict[str, Any], edit: tuple[Any, Any]):
    asked = {"filePath": "f", **state.get("input", {})}
    told = told_of((ANSWER, [tool(name, **{**state, "input": asked})]))
    [shown] = [draft.payload for draft in told if draft.type == "file.edited"]
    lines = shown["hunks"][0]["lines"] if "hunks" in shown else shown.get("after")
    assert (shown["path"], shown.get("change"), lines) == ("f", *edit)


def test_files_that_come_with_a_prompt():
    inside = {"type": "file", "filename": "a.ts", "source": {"text": {"value": "@a.ts"}}}
    beside = {"type": "file", "filename": "b.pdf", "mime": "application/pdf", "url": "file:///b"}
    seen = {"type": "file", "filename": "c.png", "url": "data:image/png;base64,aGk="}
    words = {"type": "text", "text": "see @a.ts"}
    [prompt] = [d for d in told_of((USER, [words, inside, beside, seen])) if "content" in d.payload]
    assert [block.get("text") for block in prompt.payload["content"]] == [
        "see @a.ts",
        "[file b.pdf]",
        None,
    ]
    assert prompt.payload["content"][2]["source"]["data"] == "aGk="


def states(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """How a session looked while it was written: message by message, part by part."""
    for count in range(len(found["messages"])):
        whole = found["messages"][count]
        for parts in range(len(whole["parts"]) + 1):
            message = deepcopy(whole)
            message["parts"] = message["parts"][:parts]
            if message["info"]["role"] == "assistant":
                message["info"].pop("error", None)
                message["info"]["time"].pop("completed", None)
                message["info"]["tokens"] = {"input": 0, "output": 0}
                unfinished(message["parts"])
            yield {**found, "messages": [*found["messages"][:count], message]}


def unfinished(parts: list[dict[str, Any]]) -> None:
    """The last part as it was before it ended."""
    if parts and parts[-1]["type"] in ("text", "reasoning") and parts[-1].get("time"):
        parts[-1]["text"] = parts[-1]["text"][:20]
        parts[-1]["time"].pop("end", None)
    elif parts and parts[-1]["type"] == "tool":
        state = parts[-1]["state"]
        kept = {
            "status": "running",
            "input": state["input"],
            "time": {"start": state["time"]["start"]},
        }
        parts[-1]["state"] = {**kept, "metadata": {"output": "so far"}}


@pytest.mark.parametrize("name", [INTERRUPTED, RECAP, FAILED, ABORTED])
def test_a_session_that_grows_gives_the_events_of_the_whole(name: str, tmp_path: Path):
    """Whatever state it is seen in: the same drafts, each once, nothing half told."""
    path = tmp_path / "x.json"
    reader = DocumentReader(path, JsonDocument(path, exported))
    parser = FORMAT.open(Source(path, tmp_path))
    found: list[Emission] = []
    for state in [*states(found_in(name)), found_in(name)]:
        path.write_bytes(orjson.dumps(state))
        reader.at_rest = state == found_in(name)
        found += [e for line in reader.read() if line for e in parser.feed(line)]
    found += parser.quiet()
    told = drafts(found)
    assert len({draft.id for draft in told}) == len(told)
    whole = {draft.id: draft for draft in drafts(read(name))}
    by_prompt = [d for d in told if d.payload.get("title_source") == "prompt"]
    assert {d.id: d for d in told if d not in by_prompt} == {
        name: d for name, d in whole.items() if d.payload.get("title_source") != "prompt"
    }


@given(st.data())
def test_broken_bytes_never_raise(data: st.DataObject):
    lines = lines_of(found_in(INTERRUPTED))
    at = data.draw(st.integers(0, len(lines) - 1))
    body = bytearray(lines[at])
    for _ in range(data.draw(st.integers(1, 9))):
        place = data.draw(st.integers(0, len(body)))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for emission in parse([*lines[:at], bytes(body), *lines[at + 1 :]]):
        assert not isinstance(emission, Emit) or emission.draft.id


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), st.lists))
def test_a_field_of_any_type_never_raises(value: Any):
    names = "text time state tokens cost synthetic error tool callID files url filename source auto"
    fields = dict.fromkeys(names.split(), value)
    for kind in ("text", "reasoning", "tool", "step-finish", "retry", "compaction", "file"):
        parts = [{"type": kind, **fields}, tool("task", metadata=value, input=value, output=value)]
        parts += [
            tool("edit", input={"filePath": "a", "content": value}, metadata={"files": value})
        ]
        info = {"time": value, "error": value, "tokens": value, "path": value, "parentID": value}
        told_of((USER, parts), ({**ANSWER, **info}, parts), title="x", parentID="p")
        lines_of({"info": value, "messages": value}, at_rest=False)
        lines_of({"info": info, "messages": [{"info": value, "parts": value}]}, at_rest=False)
    assert isinstance(parse([b"{}"])[0], Skip)
    assert not isinstance(document_of(FORMAT, Source(Path("x.json"), Path())), Library)
