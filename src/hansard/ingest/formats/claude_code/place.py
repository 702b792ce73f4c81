"""Where a log lies among its relatives: which session and sub-agent its path names."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from hansard.ingest.formats.claude_code.record import is_uuid

_AGENT_FILE = "agent-"
_FOLDER = "subagents"
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """What a path tells.

    Attributes:
        path: the file.
        session: the session that the path names; None when only the records can tell.
        agent: the sub-agent whose file it is, None for a session's own file.
        home: the folder of the session's own file.
    """

    path: Path
    session: str | None
    agent: str | None
    home: Path

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read a path: ``<session>.jsonl``, ``agent-<id>.jsonl`` beside it (2.0), or
        ``<session>/subagents/…/agent-<id>.jsonl``."""
        if not path.stem.startswith(_AGENT_FILE):
            return cls(path, _session(path.stem), None, path.parent)
        agent = path.stem.removeprefix(_AGENT_FILE)
        for folder in path.parents:
            if folder.name == _FOLDER:
                return cls(path, _session(folder.parent.name), agent, folder.parent.parent)
        return cls(path, None, agent, path.parent)

    def session_file(self, session: str) -> Path | None:
        """Where the own file of a session of this project lies, or would lie."""
        return self.home / f"{session}.jsonl" if _SAFE.match(session) else None

    def has_file_of(self, agent: str) -> bool:
        """Whether a sub-agent of this file has a file of its own, beside it or below it."""
        if not _SAFE.match(agent):
            return False
        name = f"{_AGENT_FILE}{agent}.jsonl"
        below = self.path.with_suffix("") / _FOLDER
        return (self.path.parent / name).is_file() or (below / name).is_file()


def _session(name: str) -> str | None:
    return name if is_uuid(name.removeprefix("session-")) else None
