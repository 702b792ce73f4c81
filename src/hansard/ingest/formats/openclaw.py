"""OpenClaw: pi's transcripts, and an index that says which conversation each belongs to.

Evidence: openclaw/openclaw, `src/config/sessions/{types,paths}.ts`. Each agent has a folder
``agents/<agent>/sessions`` with `sessions.json` (a key like ``agent:main:telegram:group:7`` to
what is known of its session) and a transcript per session. A reset makes another session under
the key; the transcript before it is kept with ``.reset.<time>`` behind its name.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.base import Damaged, Format, Source
from hansard.ingest.document import read_object
from hansard.ingest.entry_tree import Context, EntryParser, has_header, is_session, origin_of

NAME = "openclaw"
_INDEX = "sessions.json"
_TRANSCRIPT = re.compile(r"(?!.*\.(?:checkpoint|trajectory)\b).+\.jsonl(?:\.reset\..+)?\Z")
_TOPIC = re.compile(r"-topic-[^/]*\Z")
_PEERS = {"direct": "dm", "group": "group", "room": "group", "channel": "group"}
_SUB_AGENT = ":subagent:"


class OpenClawFormat:
    """The format (`hansard.ingest.base.Format`)."""

    name: str = NAME
    title: str = "OpenClaw"
    agent: str = "openclaw"
    usage_grows = False

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """``agents`` below ``OPENCLAW_STATE_DIR``, else below ``~/.openclaw``."""
        state = environ.get("OPENCLAW_STATE_DIR")
        return [(Path(state).expanduser() if state else home / ".openclaw") / "agents"]

    def find(self, root: Path) -> Iterator[Source]:
        """Transcripts that have an index beside them."""
        if root.is_file():
            if _is_ours(root) and (root.parent / _INDEX).is_file():
                yield Source(root, root.parent)
            return
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names) if _INDEX in names else ():
                if _is_ours(Path(folder) / name):
                    yield Source(Path(folder) / name, root)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it is a transcript with an index beside it."""
        known = _TRANSCRIPT.match(path.name) is not None and has_header(head)
        return known and (path.parent / _INDEX).is_file()

    def family(self, source: Source, head: bytes) -> str:
        """The conversation: its key in the index, or what a fork began with."""
        key = context_of(source.path).key
        return key or origin_of(source, head)

    def open(self, source: Source) -> EntryParser:
        """A parser for one transcript."""
        return EntryParser(source, self.name, self.agent, context_of(source.path))


def context_of(path: Path) -> Context:
    """What the index says of the session in a transcript; nothing when it is not in it."""
    index = _index(path.parent / _INDEX)
    session = _TOPIC.sub("", path.name.partition(".jsonl")[0])
    for key, value in index.items():
        entry = foreign.mapping(value)
        if entry.get("sessionId") == session or _file_of(entry) == path.name:
            return _context(key, entry, index, path)
        earlier = foreign.texts(entry.get("usageFamilySessionIds"))
        if session in earlier:
            return _context(f"{key}:thread:{session}", entry, index, path)
    return Context(where=_where(path))


def _context(key: str, entry: Json, index: Json, path: Path) -> Context:
    origin = foreign.mapping(entry.get("origin"))
    chat = foreign.text(entry.get("chatType")) or foreign.text(origin.get("chatType"))
    spawner = foreign.text(entry.get("spawnedBy"))
    parent = foreign.text(foreign.mapping(index.get(spawner or "")).get("sessionId"))
    is_child = parent is not None or _SUB_AGENT in key
    names = ("displayName", "subject", "label")
    return Context(
        key=key,
        channel=foreign.text(entry.get("channel"))
        or foreign.text(origin.get("provider"))
        or foreign.text(entry.get("provider"))
        or foreign.text(entry.get("lastChannel")),
        peer_type=_PEERS.get(chat or ""),
        parent=parent,
        agent_name=(foreign.text(entry.get("label")) or "sub-agent") if is_child else None,
        title=next((found for n in names if (found := foreign.text(entry.get(n)))), None),
        where=_where(path),
    )


def _where(path: Path) -> tuple[tuple[str, str], ...]:
    """The agent whose folder it is."""
    inside = path.parent.name == "sessions" and path.parent.parent.parent.name == "agents"
    return (("agent", path.parent.parent.name),) if inside else ()


def _index(path: Path) -> Json:
    try:
        return read_object(path)
    except (OSError, Damaged):
        return {}


def _file_of(entry: Json) -> str | None:
    """The name of the transcript that an entry names."""
    named = foreign.text(entry.get("sessionFile"))
    return None if named is None else re.split(r"[/\\]", named)[-1]


def _is_ours(path: Path) -> bool:
    return _TRANSCRIPT.match(path.name) is not None and is_session(path)


FORMAT: Format = OpenClawFormat()
