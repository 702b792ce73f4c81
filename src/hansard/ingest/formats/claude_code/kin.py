"""What the file of a session knows about another file: whose copies and sub-agents it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hansard.domain.draft import Json
from hansard.ingest.formats.claude_code import record as records
from hansard.ingest.formats.claude_code.call import SUB_AGENT_TOOLS
from hansard.ingest.formats.claude_code.record import Origin, blocks, identifier, mapping, moment
from hansard.ingest.lines import plain

_MOST_TIMES = 100_000
_LONGEST_META = 65_536


@dataclass(frozen=True, slots=True)
class Start:
    """How a sub-agent was started: our event id of the call, and the sub-agent's name."""

    call_id: str | None = None
    agent_name: str | None = None


def times(session_file: Path | None) -> dict[str, int]:
    """The times of a session's records by uuid: a resume of 1.0 copies them with new ones."""
    found: dict[str, int] = {}
    for line in _lines(session_file):
        fields = records.parse(line) or {}
        uuid, at = identifier(fields.get("uuid")), moment(fields.get("timestamp"))
        if uuid is not None and at is not None and len(found) < _MOST_TIMES:
            found[uuid] = at
    return found


def start(session_file: Path | None, session: str, agent: str, agent_file: Path) -> Start:
    """Find the call that started a sub-agent in the file of its session.

    The sub-agent's ``.meta.json`` names the call (newer versions), else the call's progress
    or result names the sub-agent.
    """
    meta = _meta(agent_file.with_suffix(".meta.json"))
    name = identifier(meta.get("agentType"))
    foreign = identifier(meta.get("toolUseId")) or _call_naming(session_file, agent)
    if foreign is None:
        return Start(None, name)
    found = _call(session_file, session, foreign)
    return Start(found.call_id, name or found.agent_name)


def _call_naming(session_file: Path | None, agent: str) -> str | None:
    for line in _lines(session_file, f'"{agent}"'):
        fields = records.parse(line) or {}
        if mapping(fields.get("data")).get("agentId") == agent:
            return identifier(fields.get("parentToolUseID"))
        if mapping(fields.get("toolUseResult")).get("agentId") == agent:
            for block in blocks(mapping(fields.get("message")).get("content")):
                if block.get("type") == "tool_result":
                    return identifier(block.get("tool_use_id"))
    return None


def _call(session_file: Path | None, session: str, foreign: str) -> Start:
    for line in _lines(session_file, f'"{foreign}"'):
        fields = records.parse(line) or {}
        uuid, at = identifier(fields.get("uuid")), moment(fields.get("timestamp"))
        if fields.get("type") != "assistant" or uuid is None or at is None:
            continue
        for index, block in enumerate(blocks(mapping(fields.get("message")).get("content"))):
            if block.get("id") == foreign and block.get("name") in SUB_AGENT_TOOLS:
                origin = Origin(records.key(uuid, session), at)
                name = identifier(mapping(block.get("input")).get("subagent_type"))
                return Start(origin.event_id(index), name)
    return Start()


def _lines(path: Path | None, needle: str = "") -> Iterator[bytes]:
    """The lines of a file that hold a text; none when it cannot be read."""
    if path is None or not path.is_file():
        return
    wanted = needle.encode()
    try:
        with plain(path) as (file, _):
            yield from (line for line in file if wanted in line)
    except OSError:
        return


def _meta(path: Path) -> Json:
    try:
        with plain(path) as (file, _):
            return records.parse(file.read(_LONGEST_META)) or {}
    except OSError:
        return {}
