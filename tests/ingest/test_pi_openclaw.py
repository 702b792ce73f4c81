"""OpenClaw: pi's transcripts under the keys of their conversations."""

import json
from pathlib import Path
from typing import Any

import pytest

from hansard.ingest import discover
from hansard.ingest.discover import Root

MAIN, GROUP, CHILD, EARLIER = ("11111111", "22222222", "33333333", "44444444")


def transcript(session: str, *words: str) -> bytes:
    records: list[dict[str, Any]] = [
        {"type": "session", "version": 3, "id": session, "cwd": "/home/ana/.openclaw/workspace"}
    ]
    for number, text in enumerate(words):
        role = ("user", "assistant")[number % 2]
        content = [{"type": "text", "text": text}]
        message: dict[str, Any] = {"role": role, "content": content}
        if role == "assistant":
            usage = {"input": 10, "output": 5, "cacheRead": 3, "cacheWrite": 0}
            message |= {"model": "claude-opus-4-6", "provider": "anthropic", "usage": usage}
        records.append({"type": "message", "id": f"{session}{number}", "message": message})
    for number, record in enumerate(records):
        record["timestamp"] = f"2026-03-01T10:00:{number:02}.000Z"
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


INDEX = {
    "agent:main:main": {"sessionId": MAIN, "chatType": "direct", "lastChannel": "telegram"},
    "agent:main:telegram:group:-1007": {
        "sessionId": GROUP,
        "chatType": "group",
        "channel": "telegram",
        "subject": "The crew",
        "usageFamilySessionIds": [EARLIER, GROUP],
    },
    "agent:main:subagent:5f": {"sessionId": CHILD, "spawnedBy": "agent:main:main", "label": "dig"},
}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with one agent."""
    folder = tmp_path / "agents" / "main" / "sessions"
    folder.mkdir(parents=True)
    (folder / "sessions.json").write_text(json.dumps(INDEX))
    for session in (MAIN, GROUP, CHILD):
        (folder / f"{session}.jsonl").write_bytes(transcript(session, "hello", "hi"))
    reset = folder / f"{EARLIER}.jsonl.reset.2026-03-01T04-00-00.000Z"
    reset.write_bytes(transcript(EARLIER, "yesterday", "indeed"))
    (folder / f"{MAIN}.checkpoint.9.jsonl").write_bytes(transcript(MAIN, "hello"))
    (folder / f"{MAIN}.jsonl.deleted.2026").write_bytes(transcript("5", "gone"))
    return tmp_path / "agents"


def test_sessions_have_the_key_the_chat_and_the_name_of_the_index(house, state):
    house.read(state)
    rows = house.rows()
    assert {name: row["key"] for name, row in rows.items()} == {
        MAIN: "agent:main:main",
        GROUP: "agent:main:telegram:group:-1007",
        CHILD: "agent:main:subagent:5f",
        EARLIER: f"agent:main:telegram:group:-1007:thread:{EARLIER}",
    }
    chats = {name: (row["channel"], row["peer_type"]) for name, row in rows.items()}
    assert chats == {
        MAIN: ("telegram", "dm"),
        GROUP: ("telegram", "group"),
        CHILD: ("cli", "sub-agent"),
        EARLIER: ("telegram", "group"),
    }
    titles = {name: row["title"] for name, row in rows.items()}
    assert titles == {MAIN: "hello", GROUP: "The crew", CHILD: "dig", EARLIER: "The crew"}
    assert rows[CHILD]["parent_id"] == rows[MAIN]["id"]
    assert {row["agent"]["name"] for row in rows.values()} == {"OpenClaw", "dig"}
    assert rows[MAIN]["where"] == {"agent": "main", "cwd": "/home/ana/.openclaw/workspace"}
    house.check()


def test_a_reset_makes_another_session_beside_the_one_that_has_the_key(house, state):
    """A key is one session's here; the log of the session before the reset stays as it is."""
    house.read(state)
    folder = state / "main" / "sessions"
    entry = {**INDEX["agent:main:main"], "sessionId": "66666666"}
    (folder / "sessions.json").write_text(json.dumps({**INDEX, "agent:main:main": entry}))
    (folder / f"{MAIN}.jsonl").rename(folder / f"{MAIN}.jsonl.reset.2026")
    (folder / "66666666.jsonl").write_bytes(transcript("66666666", "anew"))
    house.read(state)
    rows = house.rows()
    assert rows[MAIN]["key"] == "agent:main:main"
    assert rows["66666666"]["key"] == "agent:main:main:thread:66666666"
    assert rows[MAIN]["message_count"] == 2


@pytest.mark.parametrize(
    "index", [b"", b"{", b"[1]", b'{"agent:main:main": 7, "x": {"origin": 1}}']
)
def test_a_broken_index_leaves_the_transcripts_readable(index, house, state):
    (state / "main" / "sessions" / "sessions.json").write_bytes(index)
    [progress] = house.read(state)
    assert progress.error is None
    assert house.rows()[MAIN]["key"] == f"agent:openclaw:default:local:cli:thread:{MAIN}"


def test_transcripts_without_an_index_are_pis(state, tmp_path):
    (state / "main" / "sessions" / "sessions.json").unlink()
    kinds = {kind.name for kind, _ in discover.files(Root(tmp_path, None))}
    assert kinds == {"pi"}


def test_the_state_folder_can_be_elsewhere(tmp_path):
    found = discover.default_roots({"OPENCLAW_STATE_DIR": f"{tmp_path}/claw"}, tmp_path)
    assert tmp_path / "claw" / "agents" in [root.path for root in found]


def test_a_transcript_that_grows_is_followed(house, state, tails):
    tail = tails(house, state, "openclaw")
    path = state / "main" / "sessions" / f"{MAIN}.jsonl"
    whole = transcript(MAIN, "hello", "hi", "more", "yes")
    tail.follow(path)
    tail.write(path, whole[len(path.read_bytes()) :][:50])
    tail.write(path, whole[len(path.read_bytes()) :])
    assert house.rows()[MAIN]["message_count"] == 4
    house.check()
