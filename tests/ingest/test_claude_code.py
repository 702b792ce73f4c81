"""Claude Code logs: real files give what an independent count of their lines gives."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hansard.domain import codec, ids
from hansard.domain.draft import Draft
from hansard.ingest.base import Emission, Emit, Opened, Source
from hansard.ingest.formats.claude_code import FORMAT

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "claude_code"
FILES = {path.relative_to(FIXTURES).as_posix(): path for path in sorted(FIXTURES.rglob("*.jsonl"))}
CASES = {name.split("/")[0]: path for name, path in FILES.items() if "agent-" not in path.name}
CASES["resumed"] = FIXTURES / "resumed" / "789e105f-ae33-486d-9271-0696266f072d.jsonl"
CASES["resumed_from"] = FIXTURES / "resumed" / "93a9705e-bc6a-406d-8dce-8acc014dedbd.jsonl"
SUB_AGENT = FILES[
    "sub_agent_below/258c7280-ae70-4798-800f-63464d01a85d/subagents/agent-a881341.jsonl"
]
TOKENS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)

# Counted by eye in the files: own prompts, prompts that joined a turn, answers (texts), thinking,
# calls, of these to MCP, failed results, refused, interrupts, edits, compactions, notices.
FACTS = {
    "aborted": (1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0),
    "background_agents": (4, 1, 4, 4, 9, 0, 4, 1, 0, 1, 0, 10),
    "failed_request": (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "first_edit": (1, 0, 1, 2, 1, 0, 0, 0, 0, 1, 0, 0),
    "growing_usage": (1, 0, 10, 0, 13, 0, 0, 0, 1, 3, 0, 0),
    "iflow": (1, 0, 3, 0, 6, 0, 0, 0, 0, 1, 0, 0),
    "nothing_said": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "open_call": (2, 0, 3, 0, 2, 0, 0, 0, 0, 0, 0, 0),
    "plan": (1, 0, 3, 0, 3, 0, 0, 0, 0, 2, 0, 0),
    "queued_command": (2, 0, 1, 1, 6, 0, 0, 0, 2, 0, 0, 4),
    "refused": (4, 0, 9, 18, 31, 8, 2, 1, 1, 3, 0, 5),
    "resumed": (2, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0),
    "resumed_from": (1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "retried": (2, 0, 3, 0, 3, 0, 0, 0, 0, 0, 0, 1),
    "sub_agent_below": (2, 2, 3, 4, 4, 0, 2, 1, 1, 0, 1, 2),
    "sub_agent_beside": (3, 0, 4, 7, 25, 0, 0, 0, 0, 15, 0, 2),
    "sub_agent_inline": (1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0),
    "sub_agent_mirrored": (3, 3, 2, 3, 9, 2, 2, 2, 2, 2, 0, 0),
    "trimmed": (2, 1, 5, 6, 5, 0, 1, 1, 0, 0, 1, 0),
    "written_twice": (2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0),
}

# Title, its source, branch at first, version.
NAMES = {
    "background_agents": (
        "Bring branch up to date with origin/main",
        "source",
        "soph/more-improvements-fixes",
        "2.1.150",
    ),
    "first_edit": (
        "create me a .github/CODEOWNERS - attach the @entireio/cli-maintainers group as …",
        "prompt",
        "alex/ent-98-move-helpgo-back-into-the-main-cli-package",
        "2.0.74",
    ),
    "open_call": (
        "Task Tool Web Search: AI Developments Explored",
        "source",
        "main",
        "1.0.71",
    ),
    "resumed": ("Casual Chat: Simple Greeting Exchange", "source", "main", "1.0.56"),
    "retried": (
        "Check CI linting failures",
        "source",
        "soph/issue-63-deferred-credential-helper",
        "2.1.159",
    ),
    "sub_agent_beside": (
        "create some files for test purposes. a small python file, a md file, a yaml, a …",
        "prompt",
        None,
        "2.0.75",
    ),
    "iflow": ('启动app时确保环境变量 DOCKER_API_VERSION="1.46"', "prompt", None, "1.0.0"),
}


def parse(path: Path, lines: Iterable[bytes] | None = None) -> list[Emission]:
    parser = FORMAT.open(Source(path, FIXTURES))
    given = lines_of(path) if lines is None else lines
    found = [emission for line in given for emission in parser.feed(line)]
    return [*found, *parser.quiet()]


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def records_of(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, lines_of(path))


def opened(emissions: Iterable[Emission]) -> list[Opened]:
    return [emission for emission in emissions if isinstance(emission, Opened)]


def drafts(emissions: Iterable[Emission], type: str = "", session: str = "") -> list[Draft]:
    return [
        emission.draft
        for emission in emissions
        if isinstance(emission, Emit)
        and emission.draft.type.startswith(type)
        and session in ("", emission.external_id)
    ]


def own(case: str, type: str = "") -> list[Draft]:
    emissions = parse(CASES[case])
    found = opened(emissions)
    return drafts(emissions, type, found[0].external_id) if found else []


def is_result(draft: Draft) -> bool:
    return draft.type in ("agent.tool_result", "agent.mcp_tool_result")


def is_call(draft: Draft) -> bool:
    return draft.type in ("agent.tool_use", "agent.mcp_tool_use")


@pytest.mark.parametrize("case", FACTS)
def test_a_file_gives_what_is_in_it(case: str):
    """S2-31: every message, every call, every edit."""
    found = own(case)
    types = Counter(draft.type for draft in found)
    results = [draft for draft in found if is_result(draft)]
    prompts = [draft for draft in found if draft.type == "user.message"]
    steered = [draft for draft in prompts if draft.payload.get("delivery") == "steer"]
    assert (
        len(prompts) - len(steered),
        len(steered),
        types["agent.message"],
        types["agent.thinking"],
        sum(map(is_call, found)),
        types["agent.mcp_tool_use"],
        sum(draft.payload["is_error"] for draft in results),
        types["user.tool_confirmation"],
        types["user.interrupt"],
        types["file.edited"],
        types["agent.thread_context_compacted"],
        types["system.message"],
    ) == FACTS[case]


def test_every_fixture_has_its_facts():
    assert sorted(CASES) == sorted(FACTS)


@pytest.mark.parametrize("case", CASES)
def test_tokens_are_the_largest_figures_of_each_message_counted_once(case: str):
    """why.md 4: lines of one message repeat its usage."""
    largest: dict[str, Counter[str]] = {}
    for record in records_of(CASES[case]):
        message = record.get("message") or {}
        real = message.get("model") != "<synthetic>" and not record.get("isSidechain")
        if record["type"] == "assistant" and real:
            seen = largest.setdefault(message["id"], Counter())
            for name in TOKENS:
                seen[name] = max(seen[name], message["usage"].get(name) or 0)
    ends = own(case, "span.model_request_end")
    assert len(ends) == len(largest)
    assert not any("corrects" in end.payload for end in ends)
    for name in TOKENS:
        counted = sum(end.payload["model_usage"][name] for end in ends)
        assert counted == sum(seen[name] for seen in largest.values()), name


def test_the_tokens_of_a_sub_agent_are_its_own():
    inline = parse(CASES["sub_agent_inline"])
    child = opened(inline)[1].external_id
    usage = [d.payload["model_usage"] for d in drafts(inline, "span.model", child)]
    assert [u["cache_creation_input_tokens"] for u in usage] == [18894, 1409, 490]
    models = {d.payload["model"] for d in drafts(inline, "span.model", child)}
    assert models == {"claude-sonnet-4-20250514"}


@pytest.mark.parametrize("case", CASES)
def test_calls_and_results_are_those_of_the_lines(case: str):
    called: set[str] = set()
    failed: set[str] = set()
    for record in records_of(CASES[case]):
        content = (record.get("message") or {}).get("content")
        if record.get("isSidechain") or not isinstance(content, list):
            continue
        called |= {block["id"] for block in content if block["type"] == "tool_use"}
        failed |= {block["tool_use_id"] for block in content if block.get("is_error") is True}
    found = own(case)
    ours = {d.id: d.payload["source_tool_use_id"] for d in found if is_call(d)}
    assert set(ours.values()) == called
    assert len(ours) == len(called)
    wrong = [d for d in found if is_result(d) and d.payload["is_error"]]
    assert {ours[answered(d)] for d in wrong if answered(d) in ours} == failed & called


def answered(draft: Draft) -> str:
    return draft.payload.get("tool_use_id") or draft.payload["mcp_tool_use_id"]


@pytest.mark.parametrize("name", FILES)
def test_events_have_only_known_fields_of_the_right_types(name: str):
    for draft in drafts(parse(FILES[name])):
        assert draft.id is not None
        assert ids.is_id("sevt", draft.id)
        body = codec.decode(draft.type, draft.payload)
        assert set(body.extra) == {"source"}
        assert set(draft.payload["source"]) == {"format", "record", "part"}


@pytest.mark.parametrize("name", FILES)
def test_no_two_events_of_a_file_have_one_id(name: str):
    found = [draft.id for draft in drafts(parse(FILES[name]))]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("case", NAMES)
def test_a_session_knows_its_title_branch_and_version(case: str):
    """S2-32."""
    title, source, branch, version = NAMES[case]
    emissions = parse(CASES[case])
    titles = [d.payload for d in drafts(emissions, "session.updated") if "title" in d.payload]
    assert (titles[-1]["title"], titles[-1]["title_source"]) == (title, source)
    where = opened(emissions)[0].where
    assert (where.get("branch"), where["version"]) == (branch, version)


def test_changes_of_branch_are_told_and_a_detached_head_is_none():
    told = [
        d.payload["where"]
        for d in own("background_agents", "session.updated")
        if "where" in d.payload
    ]
    assert told == [{"repo": "entireio/auth-go"}, {"branch": "main"}]


def test_a_file_without_a_conversation_opens_no_session():
    assert parse(CASES["nothing_said"]) == []


def test_a_turn_is_a_prompt_and_what_follows_it():
    found = own("refused")
    prompts = [d for d in found if d.type == "user.message"]
    turns = {f"turn_{str(d.id).partition('_')[2]}" for d in prompts}
    assert {d.turn_id for d in prompts} == turns
    assert len(turns) == 4
    assert {d.turn_id for d in found[: found.index(prompts[0])]} == {None}
    assert {d.turn_id for d in found[found.index(prompts[0]) :]} == turns


def test_a_refused_call_is_denied_by_a_person():
    found = own("background_agents")
    denied = next(d for d in found if d.type == "user.tool_confirmation")
    after = found[found.index(denied) + 1]
    call = next(d for d in found if d.id == denied.payload["tool_use_id"])
    assert (denied.actor.type, denied.payload["result"]) == ("person", "deny")
    assert denied.payload["deny_message"].startswith("The user wants to clarify")
    assert "next message may contain" not in denied.payload["deny_message"]
    assert call.payload["name"] == "AskUserQuestion"
    assert after.payload["tool_use_id"] == call.id
    assert (after.payload["rejected"], after.payload["is_error"]) == (True, True)


def test_calls_to_mcp_servers_name_the_server():
    call = own("refused", "agent.mcp_tool_use")[0].payload
    assert (call["mcp_server_name"], call["connector"]) == ("linear-server", "linear-server")
    assert call["name"] == "get_issue"
    results = own("refused", "agent.mcp_tool_result")
    assert {d.payload["mcp_tool_use_id"] for d in results} == {
        d.id for d in own("refused", "agent.mcp_tool_use")
    }
    builtin = own("refused", "agent.tool_use")[0].payload
    assert builtin["connector"] is None


def test_edits_follow_on_each_other():
    """S2-31: before and after; what one edit left is what the next one finds."""
    content: dict[str, str] = {}
    changes: Counter[str] = Counter()
    for draft in own("sub_agent_beside", "file.edited"):
        edit = draft.payload
        changes[edit["change"]] += 1
        if edit["change"] == "update" and edit["path"] in content:
            assert edit["before"] == content[edit["path"]]
        content[edit["path"]] = edit["after"]
    assert changes == {"update": 9, "create": 6}
    assert len(content) == 10


def test_an_edit_of_several_places_has_before_and_after():
    edits = [d.payload for d in own("growing_usage", "file.edited")]
    assert [sorted(set(e) & {"before", "after", "hunks"}) for e in edits] == [
        ["after", "before"],
        ["after", "before"],
        ["after", "before"],
    ]
    assert all(e["before"] != e["after"] for e in edits)


def test_an_edit_without_a_result_comes_from_its_arguments():
    first, second = (d.payload for d in own("plan", "file.edited"))
    assert first["after"].startswith("# Authentication Implementation Plan")
    assert second["hunks"][0]["lines"][0] == "-- Add users table with email, password_hash columns"
    assert (second["hunks"][0]["old_lines"], second["hunks"][0]["new_lines"]) == (1, 2)


def test_a_call_that_nobody_answered_stays_open():
    found = own("open_call")
    calls = {d.id for d in found if is_call(d)}
    assert calls - {answered(d) for d in found if is_result(d)} == {
        [d for d in found if is_call(d)][-1].id
    }


def test_an_interrupt_is_a_persons():
    assert [d.actor.type for d in own("queued_command", "user.interrupt")] == ["person", "person"]


def test_slash_commands_show_as_they_were_typed():
    shown = [d.payload["content"][0]["text"] for d in own("queued_command", "system.message")]
    assert shown == ["/mcp", "Reconnected to tidewave.", "/mcp", "MCP dialog dismissed"]


def test_what_the_editor_adds_is_no_part_of_a_prompt():
    prompt = own("first_edit", "user.message")[0].payload["content"]
    assert [block["text"][:30] for block in prompt] == ["create me a .github/CODEOWNERS"]


def test_a_compaction_carries_its_summary():
    """S1-31."""
    event = own("sub_agent_below", "agent.thread_context_compacted")[0].payload
    assert (event["trigger"], event["tokens_before"]) == ("auto", 167094)
    assert event["summary"].startswith("This session is being continued from a previous")


def test_a_lighter_compaction_is_marked_as_such():
    event = own("trimmed", "agent.thread_context_compacted")[0].payload
    assert (event["trigger"], event["tokens_before"], event["tokens_after"]) == (
        "micro",
        58573,
        58573 - 20801,
    )


def test_a_retry_is_no_failure_and_a_failed_request_is():
    retry = own("retried", "session.status_rescheduled")[0].payload
    assert retry["state_reason"] == "external:Unable to connect to API (ECONNRESET)"
    assert own("retried", "session.error") == []
    error = own("failed_request", "session.error")[0].payload["error"]
    assert error["type"] == "model_request_failed"
    assert error["retry_status"] == {"type": "terminal"}
    assert error["message"].startswith("You've hit your limit")
    assert own("failed_request", "span.") == []


def test_usage_is_a_lower_bound_until_a_line_says_why_the_model_stopped():
    sources = Counter(d.payload["usage_source"] for d in own("growing_usage", "span."))
    assert sources == {"lower_bound": 12, "reported": 1}
    assert {d.payload["usage_source"] for d in own("retried", "span.")} == {"reported"}


def test_a_pull_request_is_an_artifact_once():
    made = [d.payload for d in own("retried", "artifact.created")]
    assert [(m["name"], m["url"]) for m in made] == [
        ("entireio/git-sync#65", "https://github.com/entireio/git-sync/pull/65")
    ]


def test_a_message_written_twice_is_said_once():
    texts = [d.payload["content"][0]["text"] for d in own("written_twice", "agent.message")]
    assert texts == ["lol", "kekr"]


def test_a_near_relative_is_read_without_loss():
    """iFlow repeats calls on later lines and wraps results in objects of its own."""
    found = own("iflow")
    shown = "\n".join(
        block["text"] for d in found if is_result(d) for block in d.payload["content"]
    )
    for record in records_of(CASES["iflow"]):
        content = record["message"]["content"]
        for block in content if isinstance(content, list) else []:
            if block["type"] == "tool_result":
                assert json.dumps(block["content"]["callId"])[1:-1] in shown
    edit = next(d.payload for d in found if d.type == "file.edited")
    assert '+    std::env::set_var("DOCKER_API_VERSION", "1.46");' in edit["hunks"][0]["lines"]
    ends = [d.payload for d in found if d.type.startswith("span.")]
    assert {end["model"] for end in ends} == {"glm-4.7"}
    assert not any("provider" in end for end in ends)


def test_a_background_agent_is_named_by_its_calls_result():
    found = own("background_agents")
    begun = next(d for d in found if d.type == "session.thread_created")
    call = next(d for d in found if d.id == begun.payload["tool_use_id"])
    assert call.payload["name"] == "Agent"
    assert begun.payload["agent_name"] == call.payload["input"]["subagent_type"]


def test_a_file_below_its_session_is_a_sub_agent_of_it():
    session = parse(CASES["sub_agent_below"])
    child = opened(parse(SUB_AGENT))[0]
    calls = {d.id: d.payload for d in drafts(session, "agent.tool_use")}
    assert child.external_id == "258c7280-ae70-4798-800f-63464d01a85d/agent-a881341"
    assert child.parent_external_id == "258c7280-ae70-4798-800f-63464d01a85d"
    assert calls[str(child.parent_tool_use_id)]["name"] == "Task"
    assert child.agent_name == "claude-code-guide"
    prompt = drafts(parse(SUB_AGENT), "user.message")[0]
    assert (prompt.actor.type, prompt.actor.name) == ("agent", "claude-code")
    assert prompt.payload["sender"] == {"type": "agent"}


def test_the_mirror_of_a_sub_agent_with_a_file_of_its_own_is_passed_over():
    assert len(opened(parse(CASES["sub_agent_below"]))) == 1


def test_a_file_beside_its_session_is_a_sub_agent_of_it():
    child = opened(parse(FILES["sub_agent_beside/agent-ad47cca.jsonl"]))[0]
    assert child.external_id == "2c965cfd-41e4-4e31-8339-2986ebced03c/agent-ad47cca"
    assert child.parent_external_id == "2c965cfd-41e4-4e31-8339-2986ebced03c"
    assert child.parent_tool_use_id is None


@pytest.mark.parametrize(
    ("case", "agent", "name"),
    [
        ("sub_agent_mirrored", "adf310d", "Explore"),
        ("sub_agent_inline", "7e733248-6fc5-4581-b3d3-db3741158fdd", "general-purpose"),
    ],
)
def test_a_sub_agent_in_its_sessions_file_is_a_session_too(case: str, agent: str, name: str):
    emissions = parse(CASES[case])
    parent, child = opened(emissions)
    assert child.external_id == f"{parent.external_id}/agent-{agent}"
    assert (child.parent_external_id, child.agent_name) == (parent.external_id, name)
    call = next(d for d in drafts(emissions) if d.id == child.parent_tool_use_id)
    said = drafts(emissions, "user.message", child.external_id)
    assert [d.payload["content"][0]["text"] for d in said] == [call.payload["input"]["prompt"]]
    assert [d.actor.type for d in said] == ["agent"]


def test_a_resumed_session_is_linked_and_its_copies_keep_their_ids():
    """The copy of 1.0 has new times; the ids are those of the original all the same."""
    session = opened(parse(CASES["resumed"]))[0]
    assert session.external_id == "789e105f-ae33-486d-9271-0696266f072d"
    assert session.linked == (("resume", "93a9705e-bc6a-406d-8dce-8acc014dedbd"),)
    told = ("user.", "agent.", "span.")
    before = [d.id for d in own("resumed_from") if d.type.startswith(told)]
    after = [d.id for d in own("resumed") if d.type.startswith(told)]
    assert len(before) == 3
    assert set(before) < set(after)


def test_a_session_whose_original_is_gone_keeps_what_was_copied():
    session = opened(parse(CASES["open_call"]))[0]
    assert session.linked == (("resume", "1bf1ead3-1c75-46a4-8d6b-5ab1af247819"),)
    assert len(own("open_call", "user.message")) == 2
