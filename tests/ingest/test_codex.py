"""Codex rollouts: real files give what an independent count of their lines gives."""

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
from hansard.ingest.formats.codex import FORMAT

FIXTURES = Path(__file__).parent.parent / "fixtures" / "formats" / "codex"
FILES = {path.parent.name: path for path in sorted(FIXTURES.glob("*/*.jsonl"))}
PARENT = "019d7d08-46c9-7f73-affe-4e6ca9852d56"
OWN_LINES = {"forked_sub_agent": 20}
"""How many last lines of a file are its own, where not all are (counted by eye)."""

# Prompts, answers, calls, failed results, edited files; then state events.
FACTS = {
    "old_rollout": {
        "user.message": 3,
        "agent.message": 3,
        "agent.thinking": 7,
        "agent.tool_use": 7,
        "agent.tool_result": 7,
        "file.edited": 1,
        "span.model_request_end": 10,
        "session.updated": 2,
    },
    "interrupted": {
        "user.message": 1,
        "agent.message": 1,
        "agent.thinking": 2,
        "agent.tool_use": 2,
        "agent.tool_result": 2,
        "span.model_request_end": 1,
        "session.updated": 2,
        "session.status_running": 1,
        "user.interrupt": 1,
    },
    "forked_sub_agent": {
        "user.message": 1,
        "agent.message": 2,
        "agent.thinking": 2,
        "agent.tool_use": 3,
        "agent.tool_result": 3,
        "span.model_request_end": 2,
        "session.updated": 2,
        "session.status_running": 1,
        "session.status_idle": 1,
    },
    "review_sub_agent": {
        "user.message": 1,
        "agent.message": 1,
        "agent.thinking": 5,
        "agent.tool_use": 4,
        "agent.tool_result": 4,
        "span.model_request_end": 5,
        "session.updated": 2,
        "session.status_running": 1,
        "session.status_idle": 1,
    },
    "code_mode": {
        "user.message": 7,
        "agent.message": 14,
        "agent.thinking": 31,
        "agent.tool_use": 27,
        "agent.tool_result": 26,
        "file.edited": 11,
        "span.model_request_end": 28,
        "session.updated": 2,
        "session.status_running": 7,
        "session.status_idle": 6,
    },
}


def parse(lines: Iterable[bytes], path: Path = Path("some.jsonl")) -> list[Emission]:
    parser = FORMAT.open(Source(path, path.parent))
    found = [emission for line in lines for emission in parser.feed(line)]
    return [*found, *parser.quiet()]


def lines_of(case: str) -> list[bytes]:
    return FILES[case].read_bytes().split(b"\n")


def read(case: str) -> list[Emission]:
    return parse(lines_of(case), FILES[case])


def drafts(emissions: list[Emission], *types: str) -> list[Draft]:
    told = [emission.draft for emission in emissions if isinstance(emission, Emit)]
    return [draft for draft in told if not types or draft.type in types]


def raw_records(case: str) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in lines_of(case) if line]
    return records[-OWN_LINES.get(case, len(records)) :]


def totals(records: list[dict[str, Any]]) -> list[dict[str, int]]:
    infos = [r["payload"].get("info") for r in records if r["payload"].get("type") == "token_count"]
    return [info["total_token_usage"] for info in infos if info]


@pytest.mark.parametrize("case", FILES)
def test_a_file_gives_its_prompts_answers_calls_and_edits(case: str):
    """S2-31: every message, tool call and file edit is in the transcript."""
    emissions = read(case)
    assert Counter(draft.type for draft in drafts(emissions)) == FACTS[case]
    assert [type(e) for e in emissions if not isinstance(e, Emit)] == [Opened]
    assert isinstance(emissions[0], Opened)


@pytest.mark.parametrize("case", FILES)
def test_what_is_told_is_what_the_lines_hold(case: str):
    kinds = Counter(
        (record["type"], record["payload"].get("type"), record["payload"].get("role"))
        for record in raw_records(case)
    )
    told = Counter(draft.type for draft in drafts(read(case)))
    calls = sum(
        number
        for (log, kind, _), number in kinds.items()
        if log == "response_item" and kind in ("function_call", "custom_tool_call")
    )
    # A review tells its prompt twice; two patches ran inside an `exec` call.
    twice, inside = (2, 2) if case == "code_mode" else (0, 0)
    assert told["user.message"] == kinds["event_msg", "user_message", None] - twice
    assert told["agent.message"] == kinds["response_item", "message", "assistant"]
    assert told["agent.thinking"] == kinds["response_item", "reasoning", None]
    assert told["agent.tool_use"] == calls + inside
    assert told["session.status_running"] == kinds["event_msg", "task_started", None]


@pytest.mark.parametrize("case", FILES)
def test_the_requests_of_a_file_add_up_to_its_last_total(case: str):
    """6.6: the four token classes are disjoint, and sums over requests are the bill."""
    ends = drafts(read(case), "span.model_request_end")
    usage = [end.payload["model_usage"] for end in ends]
    last = totals(raw_records(case))[-1]
    before = dict.fromkeys(last, 0)
    if case == "forked_sub_agent":
        before = json.loads(lines_of(case)[337])["payload"]["info"]["total_token_usage"]
    grown = {name: last[name] - before[name] for name in last}
    cached = grown["cached_input_tokens"]
    assert sum(one["input_tokens"] for one in usage) == grown["input_tokens"] - cached
    assert sum(one["cache_read_input_tokens"] for one in usage) == cached
    assert sum(one["output_tokens"] for one in usage) == grown["output_tokens"]
    reasoned = sum(end.payload.get("reasoning_tokens", 0) for end in ends)
    assert reasoned == grown["reasoning_output_tokens"]
    assert {end.payload["provider"] for end in ends} == {"openai"}


@pytest.mark.parametrize("case", FILES)
def test_a_total_that_is_told_again_is_not_another_request(case: str):
    changes = {json.dumps(total) for total in totals(raw_records(case))}
    repeated = {json.dumps(totals(raw_records(case))[0])} if case in OWN_LINES else set[str]()
    ends = drafts(read(case), "span.model_request_end")
    assert len(ends) == len(changes - repeated)


def test_where_a_session_runs_is_told_and_its_changes():
    """S2-32: sandbox, runtime, repository and branch."""
    emissions = read("code_mode")
    opened = emissions[0]
    assert isinstance(opened, Opened)
    assert opened.external_id == "019f9261-846e-7fc0-b843-e0464227f290"
    assert opened.created_at == 1784867339837
    assert (opened.parent_external_id, opened.agent_name, opened.linked) == (None, None, ())
    assert opened.where == {
        "cwd": "/Users/krk/Desktop/GitStore/entire-graph",
        "repo": "https://github.com/entireio/entire-graph.git",
        "branch": "main",
        "commit": "385cc7e74a8444a41ef7f9b4aa8fc98f22a1dc50",
        "version": "0.144.3",
        "surface": "codex-tui",
    }
    updates = [d.payload["where"] for d in drafts(emissions) if "where" in d.payload]
    assert updates == [{"sandbox": "workspace-write", "approval_policy": "on-request"}]


def test_the_first_prompt_is_the_title_and_each_turn_has_its_model():
    emissions = read("code_mode")
    titles = [d.payload for d in drafts(emissions, "session.updated") if "title" in d.payload]
    assert [t["title_source"] for t in titles] == ["prompt"]
    assert titles[0]["title"].startswith("entire-graph doesn't seem to have any entire runners")
    assert len(titles[0]["title"]) == 80
    models = {d.turn_id: d.payload["model"] for d in drafts(emissions, "span.model_request_end")}
    assert Counter(models.values()) == {"gpt-5.6-terra": 3, "gpt-5.6-sol": 2}


def test_a_review_that_tells_its_prompt_twice_has_one_prompt():
    prompts = [d.payload["content"][0]["text"] for d in drafts(read("code_mode"), "user.message")]
    assert len([p for p in prompts if p.startswith("Review the current code changes")]) == 2


@pytest.mark.parametrize("case", FILES)
def test_every_event_after_a_prompt_belongs_to_its_turn(case: str):
    turn = None
    for draft in drafts(read(case)):
        if draft.type == "session.status_running":
            turn = None
        if draft.type == "user.message" or draft.payload.get("title_source") == "prompt":
            assert draft.turn_id and draft.turn_id.startswith("turn_")
            turn = draft.turn_id
        assert draft.turn_id == turn
    prompts = drafts(read(case), "user.message")
    assert [p.turn_id for p in prompts] == [f"turn_{(p.id or '')[5:]}" for p in prompts]


@pytest.mark.parametrize("case", FILES)
def test_results_and_edits_name_the_event_of_their_call(case: str):
    calls: set[str | None] = set()
    open_calls: set[str | None] = set()
    for draft in drafts(read(case)):
        if draft.type == "agent.tool_use":
            calls.add(draft.id)
            open_calls.add(draft.id)
        if draft.type == "agent.tool_result":
            assert draft.payload["tool_use_id"] in open_calls
            open_calls.discard(draft.payload["tool_use_id"])
        if draft.type == "file.edited":
            assert draft.payload["tool_use_id"] in calls
    assert len(open_calls) == (case == "code_mode")


@pytest.mark.parametrize("case", FILES)
def test_every_event_has_the_fields_of_its_type_and_an_id_of_its_own(case: str):
    told = drafts(read(case))
    for draft in told:
        body = codec.decode(draft.type, draft.payload)
        assert set(body.extra) == {"source"}, draft.type
        assert draft.payload["source"]["format"] == "codex"
    ids = [draft.id for draft in told]
    assert None not in ids
    assert len(set(ids)) == len(ids)


def test_blocks_of_one_answer_share_a_message_id_with_its_tokens():
    ends = drafts(read("interrupted"), "span.model_request_end")
    types = ("agent.thinking", "agent.message", "agent.tool_use")
    blocks = drafts(read("interrupted"), *types)
    answer = [d.type for d in blocks if d.payload["message_id"] == ends[0].payload["message_id"]]
    assert answer == ["agent.thinking", "agent.message", "agent.tool_use", "agent.tool_use"]
    # The reasoning after the results belongs to a request that never ended.
    assert len({d.payload["message_id"] for d in blocks}) == 2


def test_a_command_tells_its_exit_code_duration_and_failure():
    told = [d.payload for d in drafts(read("old_rollout"), "agent.tool_result")]
    assert [t.get("exit_code") for t in told] == [0, 0, 1, 0, 0, 0, 0]
    assert [t["is_error"] for t in told] == [False, False, True, False, False, False, False]
    assert told[2]["duration_ms"] == 200


def test_an_old_wrapped_output_is_unwrapped():
    result = drafts(read("old_rollout"), "agent.tool_result")[-1].payload
    assert result["content"] == [
        {
            "type": "text",
            "text": "Success. Updated the following files:\n"
            "M /Users/cjm/repos/ai-blame-test/example.py\n",
        }
    ]


def test_an_edit_in_an_old_file_is_read_from_the_patch_text():
    """S2-31: before and after, as far as the file has them."""
    (edit,) = drafts(read("old_rollout"), "file.edited")
    assert edit.payload["path"] == "/Users/cjm/repos/ai-blame-test/example.py"
    assert edit.payload["change"] == "update"
    assert edit.payload["hunks"][0] == {
        "old_start": None,
        "old_lines": 1,
        "new_start": None,
        "new_lines": 2,
        "lines": [
            '-    return f"Hello, {name}!"',
            "+    # Keep greeting format centralized for easy tweaks.",
            '+    return f"Hello, {name}!"',
        ],
    }


def test_a_patch_inside_code_mode_is_a_call_of_its_own():
    told = drafts(read("code_mode"), "agent.tool_use", "agent.tool_result", "file.edited")
    calls = {d.id: d.payload for d in told if d.type == "agent.tool_use"}
    inner = {key: c for key, c in calls.items() if c["source_tool_use_id"].startswith("exec-")}
    assert [c["name"] for c in inner.values()] == ["apply_patch", "apply_patch"]
    made = [d.payload for d in told if d.type == "file.edited" and d.payload["change"] == "create"]
    assert len(made) == 5
    assert all(edit["tool_use_id"] == next(iter(inner)) for edit in made)
    assert all(json.loads(edit["after"])["id"].startswith("trail-") for edit in made)
    changed = [d.payload for d in told if d.type == "file.edited"][5:]
    assert {edit["change"] for edit in changed} == {"update"}
    hunk = changed[0]["hunks"][0]
    assert (hunk["old_start"], hunk["old_lines"]) == (14, 2)
    assert sum(line[0] != "+" for line in hunk["lines"]) == hunk["old_lines"]
    assert sum(line[0] != "-" for line in hunk["lines"]) == hunk["new_lines"]


def test_leaving_the_sandbox_asks_a_person():
    calls = [d.payload for d in drafts(read("code_mode"), "agent.tool_use")]
    asked = [c for c in calls if c.get("evaluated_permission") == "ask"]
    assert asked[0]["input"]["justification"].startswith("May I create the PR branch")
    assert len(asked) == 3


def test_a_forked_sub_agent_tells_its_own_records_only():
    emissions = read("forked_sub_agent")
    opened = emissions[0]
    assert isinstance(opened, Opened)
    assert (opened.agent_name, opened.parent_external_id) == ("explorer", PARENT)
    assert opened.linked == (("fork", PARENT),)
    own = json.loads(lines_of("forked_sub_agent")[339])
    assert min(d.created_at for d in drafts(emissions)) == 1775938502764
    assert own["timestamp"] == "2026-04-11T20:15:02.764Z"


@pytest.mark.parametrize("case", ["forked_sub_agent", "review_sub_agent"])
def test_a_sub_agent_is_prompted_by_its_parent(case: str):
    """2.1: a sub-agent's prompt is no human prompt."""
    told = drafts(read(case))
    assert {d.actor.type for d in told if d.type == "user.message"} == {"agent"}
    assert {d.actor.name for d in told if d.type == "user.message"} == {"codex"}
    answers = {d.actor.name for d in told if d.type == "agent.message"}
    assert answers == {"explorer" if case == "forked_sub_agent" else "review"}


def test_a_review_names_its_parent_where_the_file_does():
    opened = read("review_sub_agent")[0]
    assert isinstance(opened, Opened)
    assert opened.agent_name == "review"
    assert opened.parent_external_id == "019ed628-d519-7dc0-89a8-67c8c823ceaf"
    first, *rest = lines_of("review_sub_agent")
    meta = json.loads(first)
    del meta["payload"]["parent_thread_id"]
    unknown = parse([json.dumps(meta).encode(), *rest])[0]
    assert isinstance(unknown, Opened)
    assert (unknown.agent_name, unknown.parent_external_id) == ("review", None)


def test_an_interrupt_is_the_persons():
    (stop,) = drafts(read("interrupted"), "user.interrupt")
    assert stop.actor.type == "person"


@pytest.mark.parametrize("case", FILES)
def test_reading_a_file_twice_tells_the_same(case: str):
    assert read(case) == read(case)


@pytest.mark.parametrize("case", FILES)
def test_a_record_keeps_its_ids_however_much_of_the_file_was_there(case: str):
    lines = lines_of(case)
    whole = parse(lines, FILES[case])
    for end in range(1, len(lines), 1 + len(lines) // 12):
        part = parse(lines[:end], FILES[case])
        assert part == whole[: len(part)]


@given(st.data())
def test_a_pause_anywhere_changes_nothing(data: st.DataObject):
    case = data.draw(st.sampled_from(["old_rollout", "interrupted"]))
    pauses = data.draw(st.sets(st.integers(0, 80)))
    parser = FORMAT.open(Source(FILES[case], FILES[case].parent))
    told: list[Emission] = []
    for number, line in enumerate(lines_of(case)):
        told += parser.feed(line)
        told += parser.quiet() if number in pauses else []
    assert told == read(case)


@given(st.data())
def test_a_damaged_line_is_skipped_and_never_stops_the_file(data: st.DataObject):
    case = data.draw(st.sampled_from(["old_rollout", "interrupted"]))
    lines = lines_of(case)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(lines) - 2))
        at = data.draw(st.integers(0, len(lines[number])))
        gone = data.draw(st.integers(0, 40))
        lines[number] = lines[number][:at] + data.draw(st.binary()) + lines[number][at + gone :]
    for draft in drafts(parse(lines, FILES[case])):
        codec.decode(draft.type, draft.payload)
        json.dumps(draft.payload, ensure_ascii=False).encode()


OTHER = st.sampled_from([None, True, -1, 1.5, 1e308, "", "x", [], ["x"], [{}], {}, {"a": 1}])


def replace_somewhere(data: st.DataObject, value: Any) -> Any:
    """The value with one part of it replaced by something of another type."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: replace_somewhere(data, value[key])}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [replace_somewhere(data, value[0]), *value[1:]]
    return data.draw(OTHER)


@given(st.data())
def test_a_field_of_another_type_is_passed_over(data: st.DataObject):
    case = data.draw(st.sampled_from(["old_rollout", "interrupted", "review_sub_agent"]))
    lines = [line for line in lines_of(case) if line]
    for number in data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1, max_size=8)):
        record = json.loads(lines[number])
        name = data.draw(st.sampled_from(sorted(record)))
        lines[number] = json.dumps({**record, name: replace_somewhere(data, record[name])}).encode()
    for draft in drafts(parse(lines, FILES[case])):
        codec.decode(draft.type, draft.payload)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"timestamp": "2026', "not JSON"),
        (b"[1, 2]", "not an object"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "not JSON"),
    ],
)
def test_a_broken_line_says_why(line: bytes, reason: str):
    assert parse([line]) == [Skip(reason)]


def test_bytes_that_are_no_text_are_replaced():
    lines = lines_of("interrupted")
    lines[6] = lines[6].replace(b"$entire collab", b"$entire \xff collab")
    assert drafts(parse(lines), "user.message")[0].payload["content"] == [
        {"type": "text", "text": "$entire \ufffd collab"}
    ]


def test_a_file_without_its_first_line_is_known_by_its_name():
    path = FILES["old_rollout"]
    opened, *rest = parse([b"{broken", *lines_of("old_rollout")[1:]], path)[1:]
    assert isinstance(opened, Opened)
    assert opened.external_id == "019b6b08-58f3-7580-9dca-fe3f30a10650"
    assert drafts(rest, "user.message") == drafts(read("old_rollout"), "user.message")
    nameless = parse(lines_of("old_rollout")[1:])
    assert {type(e) for e in nameless} == {Skip}


def test_rollouts_are_found_below_the_home_of_codex(tmp_path: Path):
    assert FORMAT.roots({}, tmp_path) == [
        tmp_path / ".codex" / "sessions",
        tmp_path / ".codex" / "archived_sessions",
    ]
    roots = FORMAT.roots({"CODEX_HOME": str(tmp_path / "elsewhere")}, tmp_path)
    assert roots[0] == tmp_path / "elsewhere" / "sessions"
    day = roots[0] / "2026" / "01" / "02"
    day.mkdir(parents=True)
    (day / "rollout-b.jsonl").write_text("")
    (day / "notes.jsonl").write_text('{"not": "ours"}\n')
    (day / "copy.jsonl").write_bytes(lines_of("interrupted")[0])
    found = list(FORMAT.find(roots[0]))
    assert [source.path.name for source in found] == ["copy.jsonl", "rollout-b.jsonl"]
    assert {source.root for source in found} == {roots[0]}
    assert list(FORMAT.find(found[0].path)) == [Source(found[0].path, day)]
    packed = day / "rollout-c.jsonl.zst"
    packed.write_text("packed")
    assert list(FORMAT.find(packed)) == [Source(packed, day)]
    assert list(FORMAT.find(day / "notes.jsonl")) == []
    assert list(FORMAT.find(tmp_path / "nowhere")) == []


@pytest.mark.parametrize("case", FILES)
def test_a_rollout_is_known_by_its_head(case: str):
    assert FORMAT.sniff(FILES[case], FILES[case].read_bytes()[: 64 * 1024])


@pytest.mark.parametrize(
    "head",
    [b"", b"\n", b"{}", b'{"type":"user","message":{}}', b'{"type":"session_meta"}', b"# text"],
)
def test_another_file_is_not_taken_for_a_rollout(head: bytes):
    assert not FORMAT.sniff(Path("other.jsonl"), head)


def test_a_first_line_longer_than_the_head_is_still_known():
    meta = json.loads(lines_of("forked_sub_agent")[0])
    meta["payload"]["base_instructions"] = {"text": "x" * 100_000}
    head = json.dumps(meta).encode()[: 64 * 1024]
    assert FORMAT.sniff(Path("rollout-x.jsonl"), head)
    assert FORMAT.family(Source(Path("rollout-x.jsonl"), Path()), head) == PARENT


def test_files_with_shared_history_are_a_family():
    families = {
        case: FORMAT.family(Source(path, path.parent), path.read_bytes()[: 64 * 1024])
        for case, path in FILES.items()
    }
    assert families["forked_sub_agent"] == PARENT
    assert families["review_sub_agent"] == "019ed628-d519-7dc0-89a8-67c8c823ceaf"
    assert families["interrupted"] == "019dad77-8919-7173-a0d5-61b781415e5a"
    spawned = {"id": "child", "session_id": "root", "forked_from_id": "its parent"}
    line = json.dumps({"type": "session_meta", "payload": spawned}).encode()
    assert FORMAT.family(Source(Path("a.jsonl"), Path()), line) == "root"
    message = b'{"type":"response_item","payload":{"id":"msg_1"}}'
    assert FORMAT.family(Source(Path("a.jsonl"), Path()), message) == "a"
    assert FORMAT.family(Source(Path("a.jsonl"), Path()), b"broken") == "a"
