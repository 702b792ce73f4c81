"""Codex rollouts, record by record: forks, tokens, calls, turns, in shapes made here."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hansard.domain import ids, instant
from hansard.domain.draft import Draft
from hansard.ingest.base import Emission, Emit, Opened, Source
from hansard.ingest.formats.codex import FORMAT

Record = dict[str, Any]
BIRTH = instant.from_wire("2026-05-01T10:00:00Z")
PATH = Path("sessions/rollout.jsonl")
PROMPT = {"type": "user_message", "message": "Fix the test", "images": []}
ANSWER = {"role": "assistant", "content": [{"type": "output_text", "text": "Done."}]}
USAGE = ("input_tokens", "cached_input_tokens", "output_tokens")
REAL = Path(__file__).parent.parent / "fixtures" / "formats" / "codex" / "interrupted"


def thread_id(ms: int, number: int = 1) -> str:
    return str(ids.uuid7(ms, number))


def record(kind: str, payload: Record, at: int = BIRTH, **more: Any) -> Record:
    log, _, inner = kind.partition("/")
    typed = {"type": inner, **payload} if inner else payload
    return {"timestamp": instant.to_wire(at), "type": log, "payload": typed, **more}


def meta(at: int = BIRTH, **payload: Any) -> Record:
    told = {"id": thread_id(at), "timestamp": instant.to_wire(at), "model_provider": "openai"}
    return record("session_meta", {**told, **payload}, at)


def counted(*numbers: int, last: tuple[int, ...] = (), at: int = BIRTH) -> Record:
    info = {"total_token_usage": dict(zip(USAGE, numbers, strict=False))}
    if last:
        info["last_token_usage"] = dict(zip(USAGE, last, strict=False))
    return record("event_msg/token_count", {"info": info}, at)


def read(*records: Record | bytes) -> list[Emission]:
    parser = FORMAT.open(Source(PATH, PATH.parent))
    lines = [r if isinstance(r, bytes) else json.dumps(r).encode() for r in records]
    told = [emission for line in lines for emission in parser.feed(line)]
    return [*told, *parser.quiet()]


def told(emissions: list[Emission], *types: str) -> list[Draft]:
    found = [emission.draft for emission in emissions if isinstance(emission, Emit)]
    return [draft for draft in found if not types or draft.type in types]


def payloads(emissions: list[Emission], *types: str) -> list[Record]:
    return [
        {k: v for k, v in draft.payload.items() if k != "source"}
        for draft in told(emissions, *types)
    ]


def used(emissions: list[Emission]) -> list[tuple[int, int, int]]:
    usage = [p["model_usage"] for p in payloads(emissions, "span.model_request_end")]
    return [(u["input_tokens"], u["cache_read_input_tokens"], u["output_tokens"]) for u in usage]


# Forks. The parent is a real file; its history stands in the fork as Codex copies it.

FORK_AT = BIRTH
PARENT = [json.loads(line) for line in next(REAL.glob("*.jsonl")).read_bytes().splitlines()]
PARENT_ID = PARENT[0]["payload"]["id"]
PARENT_TOTAL = (15528, 3456, 397)


def own_turn(at: int, first_total: Sequence[int] = PARENT_TOTAL, **more: Any) -> list[Record]:
    """What a fork does itself: a turn with one answer of 100 + 20 tokens, 40 from the cache."""
    total = [a + b for a, b in zip(first_total, (100, 40, 20), strict=True)]
    turn = {"turn_id": thread_id(at, 7), "model": "gpt-5.4"}
    return [
        record("event_msg/task_started", turn, at, **more),
        record("turn_context", turn, at + 900, **more),
        record("event_msg/user_message", PROMPT, at + 901, **more),
        counted(*first_total, at=at + 950) | more,
        record("response_item/message", ANSWER, at + 4_000, **more),
        counted(*total, last=(100, 40, 20), at=at + 4_001) | more,
        record("event_msg/task_complete", turn, at + 4_100, **more),
    ]


def stamped(records: list[Record], step_ms: int) -> list[Record]:
    """Records with new times: a burst from the fork's creation on."""
    times = (FORK_AT + 30 + step_ms * number for number, _ in enumerate(records))
    return [{**r, "timestamp": instant.to_wire(at)} for r, at in zip(records, times, strict=True)]


def numbered(records: list[Record]) -> list[Record]:
    return [{**r, "ordinal": number} for number, r in enumerate(records)]


FORKED = {"forked_from_id": PARENT_ID}
SPAWN = {"source": {"subagent": {"thread_spawn": {"parent_thread_id": PARENT_ID}}}}
FORKS = {
    "stamped anew in one burst": [meta(**FORKED), *stamped(PARENT, 0), *own_turn(FORK_AT + 50)],
    "stamped anew, slowly": [meta(**FORKED), *stamped(PARENT, 150), *own_turn(FORK_AT + 9_000)],
    "written at the first prompt": [
        {**meta(**FORKED), "timestamp": instant.to_wire(FORK_AT + 60_000)},
        *({**r, "timestamp": instant.to_wire(FORK_AT + 60_001)} for r in PARENT),
        *own_turn(FORK_AT + 60_002),
    ],
    "written at the first prompt, without the parent's first line": [
        {**meta(**FORKED), "timestamp": instant.to_wire(FORK_AT + 60_000)},
        *({**r, "timestamp": instant.to_wire(FORK_AT + 60_001)} for r in PARENT[1:]),
        *own_turn(FORK_AT + 60_002),
    ],
    "with the old times": [meta(**FORKED), *PARENT, *own_turn(FORK_AT + 5)],
    "of a sub-agent, unannounced": [meta(**SPAWN), *PARENT[1:], *own_turn(FORK_AT + 5)],
    "of a sub-agent, unannounced, from the middle of a turn": [
        meta(**SPAWN),
        *PARENT[6:],
        *own_turn(FORK_AT + 5),
    ],
    "with the place of its own start": numbered(
        [
            meta(subagent_history_start_ordinal=len(PARENT) + 1, **FORKED),
            *stamped(PARENT, 0),
            *own_turn(FORK_AT + 1),
        ]
    ),
}


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_a_fork_tells_its_own_records_and_tokens_only(fork: list[Record]):
    """6.6: the parent's requests are on the parent's bill."""
    emissions = read(*fork)
    assert [p["content"][0]["text"] for p in payloads(emissions, "user.message")] == [
        "Fix the test"
    ]
    assert [p["content"][0]["text"] for p in payloads(emissions, "agent.message")] == ["Done."]
    assert used(emissions) == [(60, 40, 20)]
    assert len(told(emissions, "session.status_running", "session.status_idle")) == 2
    assert told(emissions, "agent.tool_use", "user.interrupt", "agent.thinking") == []


def test_a_fork_says_whose_history_it_began_with():
    opened = read(*FORKS["with the old times"])[0]
    assert isinstance(opened, Opened)
    assert opened.linked == (("fork", PARENT_ID),)
    unannounced = read(meta(), *stamped(PARENT, 0), *own_turn(FORK_AT + 50))
    assert payloads(unannounced, "session.linked") == [
        {"relation": "fork", "external_id": PARENT_ID}
    ]
    assert used(unannounced) == [(60, 40, 20)]


def test_an_old_fork_without_turn_ids_begins_when_the_burst_is_over():
    prompt = record("event_msg/user_message", PROMPT, FORK_AT + 5_000)
    emissions = read(meta(**FORKED), *stamped(PARENT, 0), prompt)
    assert len(told(emissions, "user.message")) == 1
    assert told(emissions, "agent.message", "user.interrupt") == []


def test_an_old_fork_is_known_by_the_first_line_of_its_parent():
    unmarked = [
        {**r, "payload": {k: v for k, v in r["payload"].items() if k != "turn_id"}} for r in PARENT
    ]
    prompt = record("event_msg/user_message", PROMPT, FORK_AT + 5_000)
    emissions = read(meta(), *stamped(unmarked, 0), prompt)
    assert len(told(emissions, "user.message")) == 1
    assert told(emissions, "agent.message", "user.interrupt") == []


def test_a_request_that_the_parent_made_meanwhile_is_not_the_forks():
    own = own_turn(FORK_AT + 5, (16_000, 3_500, 400))
    assert used(read(meta(**FORKED), *PARENT, *own)) == [(60, 40, 20)]


def test_a_fork_with_a_broken_first_line_is_known_by_its_name():
    own = thread_id(FORK_AT)
    path = Path(f"rollout-2026-05-01T10-00-00-{own}.jsonl")
    parser = FORMAT.open(Source(path, path.parent))
    lines = [b"{broken", *(json.dumps(r).encode() for r in FORKS["with the old times"][1:])]
    emissions = [emission for line in lines for emission in parser.feed(line)]
    assert parser.external_id == own
    assert used(emissions) == [(60, 40, 20)]
    assert [p["external_id"] for p in payloads(emissions, "session.linked")] == [PARENT_ID]


def test_a_sub_agent_without_its_parents_history_loses_nothing():
    prompt = record("event_msg/user_message", PROMPT, BIRTH + 5)
    emissions = read(meta(**SPAWN), prompt, *own_turn(BIRTH + 6, (0, 0, 0)))
    assert len(told(emissions, "user.message")) == 2
    assert used(emissions) == [(60, 40, 20)]


def test_a_fork_that_hides_its_parents_total_counts_its_first_request():
    own = own_turn(FORK_AT + 5)
    del own[3]
    assert used(read(meta(**FORKED), *own)) == [(60, 40, 20)]


def test_a_thread_of_another_id_in_the_middle_is_copied_history():
    later = FORK_AT + 60_000
    copied = [{**r, "timestamp": instant.to_wire(later)} for r in PARENT]
    more = own_turn(later + 1, PARENT_TOTAL)
    emissions = read(meta(), *own_turn(BIRTH, (0, 0, 0)), *copied, *more)
    assert len(told(emissions, "user.message")) == 2
    assert told(emissions, "user.interrupt") == []
    assert used(emissions) == [(60, 40, 20), (60, 40, 20)]


@pytest.mark.parametrize(
    ("payload", "name", "parent"),
    [
        ({"source": "cli"}, None, None),
        ({"source": {"subagent": "review"}}, "review", None),
        ({"source": {"subagent": {"other": "guardian"}}}, "guardian", None),
        (SPAWN, "sub-agent", PARENT_ID),
        ({"thread_source": "subagent", "parent_thread_id": "p", "agent_role": "r"}, "r", "p"),
        (
            {"source": {"subagent": {"thread_spawn": {"agent_path": "/root/find_it"}}}},
            "find_it",
            None,
        ),
    ],
)
def test_a_sub_agent_is_named_by_its_role(payload: Record, name: str | None, parent: str | None):
    opened = read(meta(**payload))[0]
    assert isinstance(opened, Opened)
    assert (opened.agent_name, opened.parent_external_id) == (name, parent)


# Tokens


def test_only_what_a_total_grew_is_counted():
    emissions = read(
        meta(),
        record("event_msg/token_count", {"info": None}),
        counted(100, 40, 20),
        counted(100, 40, 20),
        counted(180, 90, 25),
    )
    assert used(emissions) == [(60, 40, 20), (30, 50, 5)]


def test_a_total_that_fell_started_again():
    emissions = read(meta(), counted(900, 0, 90), counted(100, 40, 20), counted(150, 40, 30))
    assert used(emissions) == [(900, 0, 90), (60, 40, 20), (50, 0, 10)]


def test_cache_writes_are_a_class_of_their_own():
    usage = {**dict(zip(USAGE, (100, 40, 20), strict=True)), "cache_write_input_tokens": 25}
    info = {"total_token_usage": {**usage, "reasoning_output_tokens": 8}}
    emissions = read(meta(), record("event_msg/token_count", {"info": info}))
    (end,) = payloads(emissions, "span.model_request_end")
    assert end["model_usage"] == {
        "input_tokens": 35,
        "output_tokens": 20,
        "cache_read_input_tokens": 40,
        "cache_creation_input_tokens": 25,
    }
    assert end["reasoning_tokens"] == 8


def usage_record(*numbers: int, thread: str | None = None) -> Record:
    usage = dict(zip(USAGE, numbers, strict=True))
    return record("token_usage_record", {"thread_id": thread or thread_id(BIRTH), "usage": usage})


def test_a_request_told_in_both_logs_is_one_in_either_order():
    both = [usage_record(100, 40, 20), counted(100, 40, 20)]
    assert used(read(meta(), *both)) == [(60, 40, 20)]
    assert used(read(meta(), *reversed(both))) == [(60, 40, 20)]


def test_a_pair_is_used_up():
    emissions = read(meta(), usage_record(100, 40, 20), counted(100, 40, 20), counted(200, 80, 40))
    assert used(emissions) == [(60, 40, 20), (60, 40, 20)]


def test_tokens_belong_to_the_answer_before_them():
    asked = {"name": "exec_command", "arguments": "{}", "call_id": "c1"}
    emissions = read(
        meta(),
        record("response_item/function_call", asked),
        record("response_item/function_call_output", {"call_id": "c1", "output": "a"}),
        counted(100, 40, 20),
        counted(200, 40, 20),
        record("response_item/reasoning", {"summary": []}),
        counted(300, 40, 20),
    )
    (call,), (thought,) = (
        payloads(emissions, "agent.tool_use"),
        payloads(emissions, "agent.thinking"),
    )
    ends = [p.get("message_id") for p in payloads(emissions, "span.model_request_end")]
    assert ends == [call["message_id"], None, thought["message_id"]]
    assert call["message_id"] != thought["message_id"]


def test_after_its_results_the_model_answers_anew():
    asked = {"name": "exec_command", "arguments": "{}", "call_id": "c1"}
    emissions = read(
        meta(),
        record("response_item/function_call", asked),
        record("response_item/function_call_output", {"call_id": "c1", "output": "a"}),
        record("response_item/message", ANSWER),
    )
    used_by, said_in = payloads(emissions, "agent.tool_use", "agent.message")
    assert used_by["message_id"] != said_in["message_id"]


def test_a_request_that_compacts_is_counted_though_no_total_has_it():
    emissions = read(
        meta(),
        counted(100, 40, 20),
        usage_record(100, 40, 20),
        usage_record(500, 0, 50),
        record("compacted", {"message": "What was done"}),
        counted(100, 40, 20),
        usage_record(70, 0, 7),
        counted(170, 40, 27),
    )
    assert used(emissions) == [(60, 40, 20), (500, 0, 50), (70, 0, 7)]
    assert payloads(emissions, "agent.thread_context_compacted") == [{"summary": "What was done"}]


def test_the_tokens_of_another_thread_are_not_ours():
    assert used(read(meta(), usage_record(100, 40, 20, thread="another"))) == []


# Identity


def test_a_numbered_record_is_known_by_its_number():
    prompt = record("event_msg/user_message", PROMPT, ordinal=4)
    (message,) = told(read(meta(), prompt), "user.message")
    assert message.payload["source"] == {
        "format": "codex",
        "record": f"{thread_id(BIRTH)}/4",
        "part": 0,
    }


def test_equal_lines_are_told_apart_by_their_occurrence():
    prompt = record("event_msg/user_message", PROMPT)
    first, second = told(read(meta(), prompt, prompt), "user.message")
    assert first.payload["source"]["record"].endswith("#1")
    assert second.payload["source"]["record"].endswith("#2")
    assert first.id != second.id


def test_a_record_without_a_time_has_the_last_one():
    late = record("event_msg/user_message", PROMPT, BIRTH + 7)
    timeless = {**record("event_msg/user_message", PROMPT), "timestamp": "yesterday"}
    assert [d.created_at for d in told(read(meta(), late, timeless), "user.message")] == [
        BIRTH + 7,
        BIRTH + 7,
    ]


# What a session is called and where it is


def test_a_name_given_in_codex_is_the_title_and_told_once():
    named = record("event_msg/thread_name_updated", {"thread_name": "Fix issue 6"})
    other = {"thread_name": "Another", "thread_id": "another"}
    renamed = record("event_msg/thread_name_updated", other)
    emissions = read(meta(), named, named, renamed, record("event_msg/user_message", PROMPT))
    assert payloads(emissions, "session.updated") == [
        {"title": "Fix issue 6", "title_source": "source"}
    ]


def test_a_prompt_from_an_editor_is_titled_without_the_open_files():
    message = "# Context from my IDE setup:\n\n- a.py\n\n## My request for Codex:\nFix it\nnow"
    prompt = record("event_msg/user_message", {**PROMPT, "message": message})
    emissions = read(meta(), prompt)
    assert payloads(emissions, "session.updated") == [{"title": "Fix it", "title_source": "prompt"}]
    assert payloads(emissions, "user.message")[0]["content"][0]["text"] == message


def test_only_changes_of_place_are_told():
    """S2-32: where the work runs."""
    git = {"branch": "main", "repository_url": "https://example.org/a.git"}
    turn = {"cwd": "/a", "sandbox_policy": {"mode": "read-only"}}
    begin = meta(cwd="/a", git=git, cli_version="0.1.0", originator="codex_exec")
    resumed = meta(cwd="/a", git=git, cli_version="0.2.0", originator="codex_exec")
    emissions = read(
        begin,
        record("turn_context", turn),
        record("turn_context", turn),
        record("turn_context", {**turn, "cwd": "/b"}),
        resumed,
    )
    assert [p["where"] for p in payloads(emissions, "session.updated")] == [
        {"sandbox": "read-only"},
        {"cwd": "/b"},
        {"version": "0.2.0"},
    ]


# Turns and messages


@pytest.mark.parametrize(
    ("reason", "told_as"),
    [
        ("interrupted", ("user.interrupt", None)),
        ("replaced", ("user.interrupt", None)),
        (None, ("user.interrupt", None)),
        ("review_ended", ("session.status_idle", {"type": "end_turn"})),
        ("budget_limited", ("session.status_idle", {"type": "budget_reached"})),
    ],
)
def test_a_turn_ends_for_a_reason(reason: str | None, told_as: tuple[str, Record | None]):
    (end,) = told(read(meta(), record("event_msg/turn_aborted", {"reason": reason})))
    assert (end.type, end.payload.get("stop_reason")) == told_as


def test_status_words_follow_the_turn():
    turn = {"turn_id": thread_id(BIRTH, 3)}
    emissions = read(
        meta(),
        record("event_msg/task_started", turn),
        record("event_msg/stream_error", {"message": "reconnecting"}),
        record("event_msg/error", {"message": "usage limit"}),
        record("event_msg/task_complete", turn),
    )
    assert payloads(emissions) == [
        {"state": "running"},
        {"state_reason": "reconnecting"},
        {
            "error": {
                "type": "model_request_failed",
                "message": "usage limit",
                "retry_status": {"type": "terminal"},
            }
        },
        {"stop_reason": {"type": "end_turn"}, "state": "idle"},
    ]


def test_pictures_come_with_the_prompt():
    payload = {
        "message": "",
        "images": ["data:image/png;base64,QUJD", "https://example.org/a.png", 3],
        "local_images": ["/tmp/b.png"],
    }
    (message,) = payloads(read(meta(), record("event_msg/user_message", payload)), "user.message")
    assert message["content"] == [
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"},
        },
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {"type": "text", "text": "[image /tmp/b.png]"},
    ]


def test_a_list_that_is_none_is_passed_over():
    odd = {**PROMPT, "images": 3, "local_images": "x"}
    assert len(payloads(read(meta(), record("event_msg/user_message", odd)), "user.message")) == 1


def test_injected_instructions_of_old_files_are_no_prompt():
    injected = {**PROMPT, "kind": "environment_context"}
    emissions = read(meta(), record("event_msg/user_message", injected))
    assert told(emissions) == []
    plain = read(meta(), record("event_msg/user_message", {**PROMPT, "kind": "plain"}))
    assert len(told(plain, "user.message")) == 1


def test_a_prompt_told_in_two_ways_is_one_and_a_repeated_one_is_two():
    item = {"item": {"type": "UserMessage", "content": [{"type": "text", "text": "Fix the test"}]}}
    as_item = record("event_msg/item_completed", item)
    as_message = record("event_msg/user_message", PROMPT)
    assert len(told(read(meta(), as_item), "user.message")) == 1
    assert len(told(read(meta(), as_message, as_item), "user.message")) == 1
    assert len(told(read(meta(), as_message, as_message), "user.message")) == 2
    answered = [as_message, record("response_item/message", ANSWER), as_item]
    assert len(told(read(meta(), *answered), "user.message")) == 2


def test_injected_text_of_the_model_log_is_not_told():
    injected = {"role": "user", "content": [{"type": "input_text", "text": "# AGENTS.md"}]}
    said_again = record("event_msg/agent_message", {"message": "Done."})
    emissions = read(
        meta(),
        record("response_item/message", injected),
        record("response_item/message", {**injected, "role": "developer"}),
        record("response_item/message", ANSWER),
        said_again,
    )
    assert [d.type for d in told(emissions)] == ["agent.message"]


def test_readable_reasoning_is_told_once():
    thought = record("event_msg/agent_reasoning", {"text": "Think"})
    same = {"summary": [{"type": "summary_text", "text": "Think"}]}
    assert payloads(read(meta(), thought, record("response_item/reasoning", same)))[0][
        "content"
    ] == [{"type": "text", "text": "Think"}]
    encrypted = record("response_item/reasoning", {"summary": [], "encrypted_content": "x"})
    emissions = read(meta(), thought, encrypted, encrypted)
    shown = [p.get("content") for p in payloads(emissions, "agent.thinking")]
    assert shown == [[{"type": "text", "text": "Think"}], None]


def test_agents_write_to_each_other():
    letter = {"author": "/root", "recipient": "/root/a", "content": "Look at b.py"}
    later = {**letter, "content": [{"type": "input_text", "text": "And c.py"}]}
    emissions = read(
        meta(**SPAWN),
        record("inter_agent_communication", letter),
        record("response_item/agent_message", later),
    )
    prompt, received = told(emissions, "user.message", "agent.thread_message_received")
    assert (prompt.type, prompt.actor.type) == ("user.message", "agent")
    assert received.payload["from_agent_name"] == "/root"
    assert received.payload["content"] == [{"type": "text", "text": "And c.py"}]
    assert received.turn_id == prompt.turn_id
    main = read(meta(), record("inter_agent_communication", letter))
    assert [d.type for d in told(main)] == ["agent.thread_message_received"]
