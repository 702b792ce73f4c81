"""Codex rollouts: tool calls, what came back, and the files they changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from hansard.domain.draft import Draft
from hansard.ingest.base import Emit, Source
from hansard.ingest.formats.codex import FORMAT
from hansard.ingest.formats.codex.edits import patch_text, reported
from hansard.ingest.patch import hunks, patched

Record = dict[str, Any]
META = {"id": "019e0000-0000-7000-8000-000000000001"}
PATH = Path("sessions/rollout.jsonl")
SUCCESS = "Success. Updated the following files:\nM a.py\n"
PATCH = """*** Begin Patch
*** Add File: new.py
+one
+
*** Delete File: old.py
*** Update File: a.py
*** Move to: b.py
@@ def f():
@@
 same
-before
+after

*** End of File
*** End Patch"""
DIFF = "@@ -1,2 +1,3 @@\n one\n+two\n\n\\ No newline at end of file\n@@ -9 +10,0 @@\n-gone\n"
CHANGES = {
    "/new.py": {"type": "add", "content": ""},
    "/old.py": {"type": "delete", "content": "gone\n"},
    "/a.py": {"type": "update", "unified_diff": DIFF, "move_path": None},
    "/b.py": {"type": "update", "unified_diff": "@@ -1 +1 @@\n-a\n+b\n", "move_path": "/c.py"},
    "/odd": {"type": "unheard of"},
}


def record(kind: str, payload: Record) -> Record:
    log, _, inner = kind.partition("/")
    typed = {"type": inner, **payload} if inner else payload
    return {"timestamp": "2026-05-01T10:00:00.000Z", "type": log, "payload": typed}


def call(name: str, arguments: Any = None, call_id: str = "c1", **more: Any) -> Record:
    written = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    payload = {"name": name, "arguments": written, "call_id": call_id, **more}
    return record("response_item/function_call", payload)


def custom(name: str, text: str, call_id: str = "c1") -> Record:
    payload = {"name": name, "input": text, "call_id": call_id}
    return record("response_item/custom_tool_call", payload)


def output(value: Any, call_id: str = "c1") -> Record:
    payload = {"call_id": call_id, "output": value}
    return record("response_item/function_call_output", payload)


def event(kind: str, call_id: str = "c1", **payload: Any) -> Record:
    return record(f"event_msg/{kind}", {"call_id": call_id, **payload})


def item(kind: str, item_id: str = "c1", **fields: Any) -> Record:
    return record("event_msg/item_completed", {"item": {"type": kind, "id": item_id, **fields}})


def told(*records: Record) -> list[Draft]:
    parser = FORMAT.open(Source(PATH, PATH.parent))
    lines = [json.dumps(r).encode() for r in (record("session_meta", META), *records)]
    emissions = [emission for line in lines for emission in parser.feed(line)]
    return [emission.draft for emission in emissions if isinstance(emission, Emit)]


def types(*records: Record) -> list[str]:
    return [draft.type for draft in told(*records)]


def result(*records: Record) -> Record:
    (found,) = [d.payload for d in told(*records) if d.type.endswith("tool_result")]
    return found


def test_a_call_names_its_tool_its_input_and_its_own_id_in_codex():
    use, _ = told(call("exec_command", {"cmd": "ls"}), output("a.py"))
    assert use.payload["name"] == "exec_command"
    assert use.payload["input"] == {"cmd": "ls"}
    assert use.payload["source_tool_use_id"] == "c1"
    assert use.payload["call_type"] == "direct"
    assert "connector" not in use.payload
    assert "evaluated_permission" not in use.payload


@pytest.mark.parametrize(
    ("records", "name", "arguments"),
    [
        ([call("spawn", {"a": 1}, namespace="agents")], "agents.spawn", {"a": 1}),
        ([call("plan", "not json")], "plan", {"arguments": "not json"}),
        ([call("plan", "[1]")], "plan", {"arguments": "[1]"}),
        ([custom("exec", "text(1)")], "exec", {"input": "text(1)"}),
        (
            [
                record(
                    "response_item/local_shell_call",
                    {"call_id": "c1", "action": {"type": "exec", "command": ["ls"]}},
                )
            ],
            "local_shell",
            {"type": "exec", "command": ["ls"]},
        ),
        (
            [
                record(
                    "response_item/tool_search_call",
                    {"call_id": "c1", "arguments": {"query": "mail"}},
                )
            ],
            "tool_search",
            {"query": "mail"},
        ),
    ],
)
def test_every_kind_of_call_has_a_name_and_an_input(
    records: list[Record], name: str, arguments: Record
):
    (use,) = told(*records)
    assert (use.type, use.payload["name"]) == ("agent.tool_use", name)
    assert use.payload["input"] == arguments


@pytest.mark.parametrize("word", ["sandbox_permissions", "with_escalated_permissions"])
def test_an_escalation_keeps_its_reason_and_asks(word: str):
    value = {"sandbox_permissions": "require_escalated", "with_escalated_permissions": True}[word]
    (use,) = told(call("exec_command", {"cmd": "ls", word: value, "justification": "May I?"}))
    assert use.payload["evaluated_permission"] == "ask"
    assert use.payload["input"]["justification"] == "May I?"


# Results


@pytest.mark.parametrize(
    ("value", "exit_code", "is_error"),
    [
        ("Wall time: 1.5 seconds\nProcess exited with code 2\nOutput:\nno", 2, True),
        ("Wall time: 1.5 seconds\nProcess running with session ID 7\nOutput:\n", None, False),
        ("Exit code: 0\nWall time: 1.5 seconds\nOutput:\nProcess exited with code 3", 0, False),
        ("Wall time: 1.5 seconds\nOutput:\nProcess exited with code 3", None, False),
        ('{"output":"no\\n","metadata":{"exit_code":1,"duration_seconds":1.5}}', 1, True),
        ({"content": "no", "success": False}, None, True),
        ([{"type": "input_text", "text": "Script failed\nOutput:\n"}], None, True),
        ("apply_patch verification failed: no such file", None, True),
        ("all is well", None, False),
    ],
)
def test_an_output_tells_how_the_call_ended(value: Any, exit_code: int | None, is_error: bool):
    found = result(call("exec_command"), output(value))
    assert (found.get("exit_code"), found["is_error"]) == (exit_code, is_error)


def test_the_display_log_knows_the_exit_code_first():
    duration = {"secs": 2, "nanos": 5_000_000}
    end = event("exec_command_end", exit_code=1, duration=duration, aggregated_output="no")
    found = result(call("exec_command"), end, output("Wall time: 9 seconds\nOutput:\nno"))
    assert (found["exit_code"], found["is_error"], found["duration_ms"]) == (1, True, 2005)


def test_a_refused_call_is_rejected():
    said = 'exec_command failed for `rm`: CreateProcess { message: "rejected by user" }'
    assert result(call("exec_command"), output(said))["rejected"] is True
    quoted = result(call("exec_command"), output("Output:\nthe word rejected by user in a file"))
    assert "rejected" not in quoted


def test_an_output_may_hold_pictures():
    blocks = [
        {"type": "input_text", "text": "see"},
        {"type": "input_image", "image_url": "data:image/png;base64,QUJD"},
        "odd",
    ]
    assert [b["type"] for b in result(call("view"), output(blocks))["content"]] == ["text", "image"]


def test_an_output_without_its_call_gives_nothing():
    assert types(output("copied from a parent")) == []
    assert types(call("a"), output("x"), output("x")) == ["agent.tool_use", "agent.tool_result"]


# Calls that the display log alone knows


@pytest.mark.parametrize(
    "end",
    [
        event(
            "exec_command_end",
            "exec-1",
            command=["/bin/zsh", "-lc", "pytest -q"],
            cwd="/a",
            aggregated_output="1 failed",
            exit_code=1,
        ),
        item(
            "CommandExecution",
            "exec-1",
            command=["/bin/zsh", "-lc", "pytest -q"],
            cwd="/a",
            aggregatedOutput="1 failed",
            exitCode=1,
            status="failed",
        ),
    ],
)
def test_a_command_inside_code_mode_is_a_call_of_its_own(end: Record):
    drafts = told(custom("exec", "tools.exec_command()"), end, output("Script completed\nOutput:"))
    assert [d.type for d in drafts] == [
        "agent.tool_use",
        "agent.tool_use",
        "agent.tool_result",
        "agent.tool_result",
    ]
    outer, use, ended, _ = (d.payload for d in drafts)
    assert (outer["name"], use["name"]) == ("exec", "shell")
    assert use["input"] == {"command": "pytest -q", "cwd": "/a"}
    assert ended["content"] == [{"type": "text", "text": "1 failed"}]
    assert (ended["exit_code"], ended["is_error"]) == (1, True)
    assert ended["tool_use_id"] == drafts[1].id


def test_a_command_told_in_both_logs_is_one_call():
    end = event("exec_command_end", command=["ls"], exit_code=0, aggregated_output="a")
    assert types(call("exec_command"), end, output("a")) == ["agent.tool_use", "agent.tool_result"]
    assert types(call("exec_command"), output("running"), end, end) == [
        "agent.tool_use",
        "agent.tool_result",
    ]
    inner = event("exec_command_end", "exec-1", command=["ls"], exit_code=0)
    assert len(types(inner, inner, item("CommandExecution", "exec-1"))) == 2


def test_what_a_person_ran_in_the_shell_is_no_call_of_the_agent():
    assert types(event("exec_command_end", "x", command=["ls"], source="user_shell")) == []


@pytest.mark.parametrize(
    ("end", "content", "is_error"),
    [
        (
            event(
                "mcp_tool_call_end",
                "m1",
                invocation={"server": "github", "tool": "search", "arguments": {"q": "a"}},
                result={"Ok": {"content": [{"type": "text", "text": "found"}], "isError": False}},
            ),
            [{"type": "text", "text": "found"}],
            False,
        ),
        (
            event(
                "mcp_tool_call_end",
                "m1",
                invocation={"server": "github", "tool": "search", "arguments": {"q": "a"}},
                result={"Err": "no connection"},
            ),
            [{"type": "text", "text": "no connection"}],
            True,
        ),
        (
            item(
                "McpToolCall",
                "m1",
                server="github",
                tool="search",
                arguments={"q": "a"},
                status="failed",
                error={"message": "no connection"},
            ),
            [{"type": "text", "text": "no connection"}],
            True,
        ),
    ],
)
def test_a_call_of_an_mcp_tool_names_its_server(end: Record, content: list[Record], is_error: bool):
    """S0-3: the connector of a call."""
    use, ended = told(end)
    assert (use.type, ended.type) == ("agent.mcp_tool_use", "agent.mcp_tool_result")
    names = (use.payload["mcp_server_name"], use.payload["connector"], use.payload["name"])
    assert names == ("github", "github", "search")
    assert use.payload["input"] == {"q": "a"}
    assert ended.payload["mcp_tool_use_id"] == use.id
    assert (ended.payload["content"], ended.payload["is_error"]) == (content, is_error)


@pytest.mark.parametrize(
    "asked", [call("mcp__github__search"), call("search", namespace="mcp__github__")]
)
def test_an_mcp_call_in_both_logs_is_one(asked: Record):
    failed = {"Ok": {"content": [], "isError": True}}
    end = event(
        "mcp_tool_call_end", invocation={"server": "github", "tool": "search"}, result=failed
    )
    use, ended = told(asked, end, output("no"))
    assert (use.type, use.payload["name"]) == ("agent.mcp_tool_use", "search")
    assert use.payload["connector"] == "github"
    assert (ended.type, ended.payload["is_error"]) == ("agent.mcp_tool_result", True)


def test_a_web_search_ends_as_it_is_told():
    search = record("response_item/web_search_call", {"action": {"query": "x"}, "status": "failed"})
    use, ended = told(event("web_search_end", "ws_1", query="x"), search)
    assert (use.payload["name"], use.payload["input"]) == ("web_search", {"query": "x"})
    assert ended.payload["tool_use_id"] == use.id
    assert ended.payload["is_error"] is True


@pytest.mark.parametrize(
    "end",
    [event("web_search_end", "ws_1", query="x"), item("WebSearch", "ws_1", query="x")],
)
def test_a_web_search_inside_code_mode_is_a_call_of_its_own(end: Record):
    _, use, ended, _ = told(custom("exec", "tools.web()"), end, output("Script completed"))
    assert (use.payload["name"], use.payload["input"]) == ("web_search", {"query": "x"})
    assert ended.payload["is_error"] is False


def test_a_generated_picture_is_the_result():
    made = {"id": "ig_1", "status": "completed", "revised_prompt": "a cat", "result": "QUJD"}
    use, ended = told(record("response_item/image_generation_call", made))
    assert (use.payload["name"], use.payload["input"]) == ("image_generation", {"prompt": "a cat"})
    assert ended.payload["content"][0]["source"]["data"] == "QUJD"


# Edits (S2-31: before and after, or hunks where the source has no more)


def edits(*records: Record) -> list[Record]:
    return [d.payload for d in told(*records) if d.type == "file.edited"]


def test_reported_changes_are_edits():
    made, deleted, changed, moved = reported(CHANGES)
    assert made == {"path": "/new.py", "change": "create", "after": ""}
    assert deleted == {"path": "/old.py", "change": "delete", "before": "gone\n"}
    assert (changed["change"], changed["moved_to"]) == ("update", None)
    assert (moved["change"], moved["moved_to"]) == ("move", "/c.py")


def test_hunks_of_a_unified_diff():
    assert hunks(DIFF) == [
        {
            "old_start": 1,
            "old_lines": 2,
            "new_start": 1,
            "new_lines": 3,
            "lines": [" one", "+two", " "],
        },
        {"old_start": 9, "old_lines": 1, "new_start": 10, "new_lines": 0, "lines": ["-gone"]},
    ]
    assert hunks("no diff\n@@ odd @@\n") == []
    unended = "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
    assert [hunk["lines"] for hunk in hunks(unended)] == [["-a", "+b"]]
    added_first = "@@ -1,3 +1 @@\n+x\n-a\n-b\n-c\n"
    assert [hunk["lines"] for hunk in hunks(added_first)] == [["+x", "-a", "-b", "-c"]]
    removed_rule = "--- a\n+++ b\n@@ -1,2 +1 @@\n--- a line of dashes\n keep\n"
    assert [hunk["lines"] for hunk in hunks(removed_rule)] == [["--- a line of dashes", " keep"]]


def test_the_text_of_a_patch_is_edits():
    made, deleted, moved = patched(PATCH.partition("*** End Patch")[0])
    assert made["after"] == "one\n\n"
    assert (deleted["path"], deleted["change"]) == ("old.py", "delete")
    assert (moved["path"], moved["change"], moved["moved_to"]) == ("a.py", "move", "b.py")
    assert [h["lines"] for h in moved["hunks"]] == [[" same", "-before", "+after", " "]]
    assert (moved["hunks"][0]["old_lines"], moved["hunks"][0]["new_lines"]) == (3, 3)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("apply_patch", {"input": PATCH}),
        ("shell", {"command": ["apply_patch", PATCH]}),
        ("exec_command", {"cmd": f"cd /a && apply_patch <<'EOF'\n{PATCH}\nEOF"}),
    ],
)
def test_a_patch_is_found_in_the_call_that_carries_it(name: str, arguments: Record):
    found = patch_text(name, arguments)
    assert found is not None
    assert len(patched(found)) == 3


def test_a_call_that_only_speaks_of_patches_carries_none():
    assert patch_text("exec_command", {"cmd": "rg 'apply_patch'"}) is None
    assert patch_text("exec_command", {"cmd": "cat <<E\n*** Begin Patch\nE"}) is None
    assert patch_text("web_search", {"command": ["apply_patch", PATCH]}) is None


@pytest.mark.parametrize(
    "ends",
    [
        [event("patch_apply_end", success=True, changes=CHANGES)],
        [item("FileChange", status="completed", changes=CHANGES)],
        [
            event("patch_apply_end", success=True, changes=CHANGES),
            item("FileChange", status="completed", changes=CHANGES),
        ],
    ],
)
def test_reported_changes_are_told_once_and_before_the_patch_text(ends: list[Record]):
    found = edits(custom("apply_patch", PATCH), *ends, output(SUCCESS))
    assert [edit["path"] for edit in found] == ["/new.py", "/old.py", "/a.py", "/b.py"]
    (use,) = [d for d in told(custom("apply_patch", PATCH)) if d.type == "agent.tool_use"]
    assert {edit["tool_use_id"] for edit in found} == {use.id}


def test_a_patch_that_failed_edits_nothing():
    refused = event("patch_apply_end", success=False, changes=CHANGES)
    assert edits(custom("apply_patch", PATCH), refused, output("Exit code: 1\nOutput:")) == []
    assert edits(custom("apply_patch", PATCH), output("apply_patch verification failed: x")) == []
    declined = item("FileChange", "exec-1", status="declined", changes=CHANGES)
    assert edits(declined) == []
    assert result(declined)["is_error"] is True


def test_a_patch_without_a_report_is_read_from_its_text():
    found = edits(custom("apply_patch", PATCH), output(SUCCESS))
    assert [edit["path"] for edit in found] == ["new.py", "old.py", "a.py"]


def test_a_patch_inside_code_mode_names_what_it_changed():
    end = event("patch_apply_end", "exec-1", success=True, changes=CHANGES, stdout=SUCCESS)
    use, ended, *changed = told(end)
    assert use.payload["name"] == "apply_patch"
    assert use.payload["input"]["changes"]["/new.py"] == "add"
    assert ended.payload["content"] == [{"type": "text", "text": SUCCESS}]
    assert [d.payload["tool_use_id"] for d in changed] == [use.id] * 4
    assert len({d.id for d in (use, ended, *changed)}) == 6
