"""Copilot CLI: real files, and events of every kind as the published schema has them."""

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
from hansard.ingest.base import Emission, Emit, Opened, Skip, Source
from hansard.ingest.formats.copilot_cli import FORMAT

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "copilot_cli"
FILES = {path.parents[1].name: path for path in sorted(FIXTURES.glob("*/*/events.jsonl"))}
SESSION = "301561f1-558a-43e9-a144-82d3ca12ab62"
FACTS = {
    "created": {
        "user.message": 1,
        "agent.message": 1,
        "agent.tool_use": 1,
        "agent.tool_result": 1,
        "file.edited": 1,
        "session.updated": 1,
    },
    "vscode": {
        "user.message": 1,
        "agent.message": 2,
        "agent.tool_use": 2,
        "agent.tool_result": 2,
        "file.edited": 1,
        "session.updated": 1,
    },
}


def parse(lines: Iterable[bytes], path: Path = Path("s1/events.jsonl")) -> list[Emission]:
    parser = FORMAT.open(Source(path, path.parent))
    found = [emission for line in lines for emission in parser.feed(line)]
    return [*found, *parser.quiet()]


def read(case: str) -> list[Emission]:
    return parse(FILES[case].read_bytes().split(b"\n"), FILES[case])


def drafts(emissions: list[Emission], *types: str) -> list[Draft]:
    told = [emission.draft for emission in emissions if isinstance(emission, Emit)]
    return [draft for draft in told if not types or draft.type in types]


def story(*events: tuple[str, dict[str, Any]], agents: dict[int, str] | None = None) -> list[bytes]:
    """Lines of a session: its start, and these events a second apart."""
    start = ("session.start", {"sessionId": SESSION, "context": {"cwd": "/app", "branch": "main"}})
    lines: list[bytes] = []
    for number, (kind, data) in enumerate([start, *events]):
        record = {"type": kind, "data": data, "id": f"e{number}"}
        record["timestamp"] = f"2026-03-01T10:00:{number:02}.000Z"
        if agents and number in agents:
            record["agentId"] = agents[number]
        lines.append(json.dumps(record).encode())
    return lines


def request(call: str, name: str = "bash", **arguments: Any) -> dict[str, Any]:
    return {"toolCallId": call, "name": name, "arguments": json.dumps(arguments)}


def begun(call: str, name: str = "bash", **more: Any) -> tuple[str, dict[str, Any]]:
    return "tool.execution_start", {"toolCallId": call, "toolName": name, **more}


def done(call: str, content: str = "ok", **more: Any) -> tuple[str, dict[str, Any]]:
    data = {"toolCallId": call, "success": True, "result": {"content": content}, **more}
    return "tool.execution_complete", data


@pytest.mark.parametrize("case", FILES)
def test_a_file_gives_its_prompts_answers_calls_and_edits(case: str):
    """S2-31: every message, tool call and file edit is in the transcript."""
    emissions = read(case)
    assert Counter(draft.type for draft in drafts(emissions)) == FACTS[case]
    assert [type(e) for e in emissions if not isinstance(e, Emit)] == [Opened]
    for draft in drafts(emissions):
        codec.REGISTRY[draft.type].decode(draft.payload)
    assert emissions == read(case)


def test_where_a_session_runs_is_told_and_its_changes():
    """S2-32."""
    opened = read("created")[0]
    assert isinstance(opened, Opened)
    assert opened.external_id == SESSION
    assert opened.where == {
        "cwd": "/Users/test/project",
        "repo": "test/repo",
        "branch": "master",
        "commit": "3a97d3e01e093f632865982193c9506debda3a87",
        "version": "1.0.45",
        "surface": "copilot-agent",
    }
    moved = drafts(parse(story(("session.context_changed", {"cwd": "/app", "branch": "fix"}))))
    assert [draft.payload["where"] for draft in moved] == [{"branch": "fix"}]


def test_edits_show_what_was_written():
    [created] = drafts(read("created"), "file.edited")
    assert created.payload["change"] == "create"
    assert created.payload["after"] == "print('hello world')\n"
    [patched] = drafts(read("vscode"), "file.edited")
    assert patched.payload["hunks"][0]["lines"][0] == "+// Entry point"
    diff = "diff --git a/a.ts b/a.ts\n@@ -1 +1 @@\n-a\n+b\n"
    arguments = {"path": "/app/a.ts", "old_str": "a", "new_str": "b"}
    detailed = {"result": {"content": "done", "detailedContent": diff}}
    lines = story(begun("c", "edit", arguments=arguments), done("c", **detailed))
    [edit] = drafts(parse(lines), "file.edited")
    assert edit.payload["hunks"][0]["lines"] == ["-a", "+b"]
    assert edit.payload["hunks"][0]["old_start"] == 1


def test_only_what_the_model_wrote_is_known_of_a_request_until_the_program_stops():
    """6.6: an unknown count is absent and the session a lower bound; the rest comes at the end."""
    asked = {"messageId": "m", "model": "gpt-5.4", "content": "hi", "outputTokens": 40}
    usage = {"inputTokens": 900, "outputTokens": 50, "cacheReadTokens": 700, "cacheWriteTokens": 0}
    stop = {"shutdownType": "routine", "modelMetrics": {"gpt-5.4": {"usage": usage}}}
    again = {**usage, "inputTokens": 1000, "outputTokens": 90, "cacheReadTokens": 750}
    anew = {"inputTokens": 30, "outputTokens": 45, "cacheReadTokens": 0, "cacheWriteTokens": 0}
    first, rest, more, grown, fourth, latest = drafts(
        parse(
            story(
                ("assistant.message", asked),
                ("session.shutdown", stop),
                ("assistant.message", asked),
                ("session.shutdown", {"modelMetrics": {"gpt-5.4": {"usage": again}}}),
                ("assistant.message", asked),
                ("session.shutdown", {"modelMetrics": {"gpt-5.4": {"usage": anew}}}),
            )
        ),
        "span.model_request_end",
    )
    assert first.payload["model_usage"] == {"output_tokens": 40}
    assert first.payload["usage_source"] == "lower_bound"
    assert rest.payload["model_usage"] == {
        "input_tokens": 200,
        "output_tokens": 10,
        "cache_read_input_tokens": 700,
        "cache_creation_input_tokens": 0,
    }
    assert rest.payload["usage_source"] == "reported"
    # A program that goes on counting, and one that began anew.
    assert more.payload["model_usage"] == fourth.payload["model_usage"] == {"output_tokens": 40}
    assert grown.payload["model_usage"] == {
        "input_tokens": 50,
        "output_tokens": 0,
        "cache_read_input_tokens": 50,
        "cache_creation_input_tokens": 0,
    }
    assert latest.payload["model_usage"]["input_tokens"] == 30
    assert latest.payload["model_usage"]["output_tokens"] == 5


@pytest.mark.parametrize(
    ("kind", "word", "result", "by", "scope"),
    [
        ("approved", "approve", "allow", "source", None),
        ("approved-for-session", "approve", "allow", "person", "session"),
        ("denied-interactively-by-user", "reject", "deny", "person", None),
        ("denied-by-rules", "reject", "deny", "source", None),
    ],
)
def test_permissions_are_asked_for_and_decided(kind, word, result, by, scope):
    """S2-30: who decided what, and for how long."""
    asked = {"kind": "shell", "toolCallId": "c", "intention": "List files"}
    approved = word == "approve"
    told = drafts(
        parse(
            story(
                ("assistant.message", {"toolRequests": [request("c", command="ls")]}),
                ("permission.requested", {"requestId": "r", "permissionRequest": asked}),
                ("permission.completed", {"requestId": "r", "result": {"kind": kind}}),
                done("c", success=approved),
            )
        )
    )
    use, ask, decided, confirmation, answer = told
    assert (ask.type, ask.payload["tool_use_id"]) == ("approval.requested", use.id)
    assert ask.payload["question"] == "shell: List files"
    assert (decided.type, decided.payload["decision"]) == ("approval.decided", word)
    assert decided.payload["approval_id"] == ask.payload["approval_id"]
    assert (decided.actor.type, decided.payload.get("scope")) == (by, scope)
    assert confirmation.payload["result"] == result
    assert answer.payload["is_error"] is not approved
    assert answer.payload.get("rejected") == (True if kind.endswith("by-user") else None)


def test_a_session_waits_while_a_permission_is_open(house, folder):
    asked = {"kind": "shell", "toolCallId": "c", "fullCommandText": "rm -r build"}
    lines = story(
        ("user.message", {"content": "clean up"}),
        begun("c", arguments={"command": "rm -r build"}),
        ("permission.requested", {"requestId": "r", "permissionRequest": asked}),
        ("session.shutdown", {"shutdownType": "routine"}),
    )
    path = folder / SESSION / "events.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"\n".join(lines[:-1]) + b"\n")
    house.read(folder)
    row = house.rows()[SESSION]
    assert (row["state"], row["state_reason"]) == ("waiting", "approval")
    path.write_bytes(b"\n".join(lines))
    house.read(folder)
    assert house.rows()[SESSION]["state"] != "waiting"
    house.check()


def test_calls_results_and_errors_of_every_kind():
    emissions = parse(
        story(
            ("user.message", {"content": "look", "delivery": "queued"}),
            ("user.message", {"content": "", "source": "system"}),
            ("user.message", {"content": "injected", "source": "instruction-discovery"}),
            ("assistant.message", {"reasoningText": "hm", "toolRequests": [request("never")]}),
            begun("m", "git-log", mcpServerName="git", mcpToolName="log", arguments={}),
            done("m"),
            begun("b", arguments={"command": "false"}),
            done("b", "oh\n<shellId: 0 completed with exit code 3>"),
            ("session.compaction_complete", {"success": True, "preCompactionTokens": 9}),
            ("assistant.turn_retry", {"reason": "overloaded"}),
            ("session.error", {"message": "quota"}),
            ("session.title_changed", {"title": "A title"}),
            ("abort", {"reason": "user initiated"}),
        )
    )
    told = drafts(emissions)
    assert [draft.type for draft in told] == [
        "session.updated",
        "user.message",
        "system.message",
        "agent.thinking",
        "agent.mcp_tool_use",
        "agent.mcp_tool_result",
        "agent.tool_use",
        "agent.tool_result",
        "agent.thread_context_compacted",
        "session.status_rescheduled",
        "session.error",
        "session.updated",
        "agent.tool_use",
        "user.interrupt",
    ]
    assert told[1].payload["delivery"] == "queue"
    assert (told[4].payload["mcp_server_name"], told[4].payload["name"]) == ("git", "log")
    assert told[5].payload["mcp_tool_use_id"] == told[4].id
    assert (told[7].payload["exit_code"], told[7].payload["is_error"]) == (3, True)
    assert told[7].payload["duration_ms"] == 1000
    assert told[12].payload["source_tool_use_id"] == "never"


def test_a_sub_agent_is_a_child_session(house, folder):
    task = {"prompt": "find the bug", "agent_type": "explore"}
    started = {"toolCallId": "t", "agentName": "explore", "agentDescription": "Looks around"}
    inner = {"toolCallId": "i", "parentToolCallId": "t"}
    lines = story(
        ("user.message", {"content": "go"}),
        ("assistant.message", {"toolRequests": [request("t", "task", **task)]}),
        begun("t", "task", arguments=task),
        ("subagent.started", started),
        ("assistant.message", {"content": "seen it", "outputTokens": 7}),
        begun("i", "view", parentToolCallId="t", arguments={"path": "a"}),
        done("i", **inner),
        ("subagent.completed", {"toolCallId": "t"}),
        done("t"),
        ("assistant.message", {"content": "fixed"}),
        agents={5: "t"},
    )
    path = folder / SESSION / "events.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"\n".join(lines))
    house.read(folder)
    rows = house.rows()
    parent, child = rows[SESSION], rows[f"{SESSION}/t"]
    assert (child["parent_id"], child["agent"]["name"]) == (parent["id"], "explore")
    assert (child["title"], child["message_count"]) == ("find the bug", 2)
    assert (parent["tool_call_count"], child["tool_call_count"]) == (1, 1)
    assert child["tokens"]["output"] == 7
    assert parent["children"]["count"] == 1
    [begun_event] = [e for e in house.events(parent["id"]) if e["type"] == "session.thread_created"]
    assert begun_event["session_child_id"] == child["id"]
    house.check()


def test_a_question_and_its_answer():
    told = drafts(
        parse(
            story(
                (
                    "user_input.requested",
                    {"requestId": "q", "question": "Which?", "choices": ["a"]},
                ),
                ("user_input.completed", {"requestId": "q", "answer": "a"}),
            )
        )
    )
    assert [draft.type for draft in told] == ["approval.requested", "approval.decided"]
    assert told[0].payload["options"] == ["a"]
    assert (told[1].payload["decision"], told[1].payload["message"]) == ("answer", "a")


def test_its_events_are_told_from_other_lines(folder: Path):
    (folder / "a").mkdir()
    (folder / "a" / "events.jsonl").write_bytes(FILES["created"].read_bytes())
    (folder / "b.jsonl").write_bytes(FILES["vscode"].read_bytes())
    (folder / "c.jsonl").write_text('{"kind":0,"v":{"version":3}}\n')
    found = discover.files(discover.Root(folder, None))
    assert [(kind.name, source.path.name) for kind, source in found] == [
        ("copilot_cli", "b.jsonl"),
        ("copilot_cli", "events.jsonl"),
    ]
    other = discover.default_roots({"COPILOT_HOME": f"{folder}/x"}, folder)
    assert folder / "x" / "session-state" in [root.path for root in other]


@given(st.data())
def test_broken_bytes_never_raise(data: st.DataObject):
    case = data.draw(st.sampled_from(sorted(FILES)))
    body = bytearray(FILES[case].read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for emission in parse(bytes(body).split(b"\n")):
        if isinstance(emission, Emit):
            codec.REGISTRY[emission.draft.type].decode(emission.draft.payload)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_a_field_of_any_type_never_raises(value: Any):
    names = (
        "toolCallId toolName arguments content toolRequests outputTokens model requestId result"
        " permissionRequest modelMetrics error success message sessionId context agentName source"
    ).split()
    fields = dict.fromkeys(names, value)
    known = {"toolCallId": "c", "requestId": "r", "toolName": "edit"}
    for kind in type(FORMAT.open(Source(Path("x"), Path())))._HANDLERS:
        parse(story((kind, fields), (kind, {**fields, **known}), (kind, {**fields, **known})))
    assert isinstance(parse([b"\xff[1]"])[0], Skip)


@given(st.integers(0, 12))
def test_a_pause_anywhere_gives_the_same_events(cut: int):
    lines = FILES["vscode"].read_bytes().split(b"\n")
    parser = FORMAT.open(Source(FILES["vscode"], FIXTURES))
    found = [e for line in lines[:cut] for e in parser.feed(line)]
    found += parser.quiet()
    found += [e for line in lines[cut:] for e in parser.feed(line)]
    told = {draft.id: draft for draft in drafts([*found, *parser.quiet()])}
    assert told == {draft.id: draft for draft in drafts(read("vscode"))}
