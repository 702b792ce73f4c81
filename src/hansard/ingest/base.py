"""The interface of a foreign log format: find its files, know one, read it line by line."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from hansard.domain.draft import Draft, Json


@dataclass(frozen=True, slots=True)
class Opened:
    """A session is met in this source: enough to create it, if it is not there yet.

    Attributes:
        external_id: the format's own id of the session, unique in the format.
        created_at: milliseconds UTC of its first record.
        parent_external_id: the session it is a sub-agent of.
        parent_tool_use_id: our event id of the call that started the sub-agent, if known.
        agent_name: a name for a sub-agent (``Explore``), None for the format's main agent.
        linked: sessions it belongs with: (relation, external id), relation fork or resume.
        where: where it ran: cwd, repo, branch, version, surface, …; only what the log says.
    """

    external_id: str
    created_at: int
    parent_external_id: str | None = None
    parent_tool_use_id: str | None = None
    agent_name: str | None = None
    linked: tuple[tuple[str, str], ...] = ()
    where: Json = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Emit:
    """One event for one session of the source. `draft.id` is always set (derived).

    A `session.thread_created` whose payload has an `external_id` tells of the sub-agent with
    that id, whose content is there to be read: the loader puts the session's id in its place.
    """

    external_id: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Skip:
    """A record that gave nothing because it is broken; it is kept raw and counted."""

    reason: str


Emission: TypeAlias = Opened | Emit | Skip


class Parser(Protocol):
    """Reads one file from its first line on; holds what it needs between lines, bounded.

    It never raises on a foreign record: broken or unknown records give `Skip` or nothing.
    """

    @property
    def external_id(self) -> str | None:
        """The session whose file this is (None until known): where raw records are kept."""
        ...

    @property
    def record(self) -> str | None:
        """The id of the record that was fed last, as events name it in `source.record`; None
        if it has none. An event may come lines after its record."""
        ...

    def feed(self, line: bytes) -> Iterable[Emission]:
        """Read the next complete line, without its newline."""
        ...

    def quiet(self) -> Iterable[Emission]:
        """The file ended or rested for ten seconds: close what is open (usage of the last
        message). `feed` may be called again afterwards when the file grows."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """A file that a format may read.

    Attributes:
        path: where it is; parsers are given it without the ending of a compressed file.
        root: the folder that discovery or the caller named; relative layout starts there.
    """

    path: Path
    root: Path

    @property
    def name(self) -> str:
        """The path as text that can be stored and shown."""
        return spelled(self.path)


def spelled(path: Path) -> str:
    """A path as text; bytes that are no UTF-8 are written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class Format(Protocol):
    """A foreign log format (recipe (a) of CONTRIBUTING)."""

    name: str
    """The word in keys, ledgers and file names: ``claude_code``."""
    title: str
    """What people read: ``Claude Code``."""
    agent: str
    """The agent segment of session keys and the agent's name: ``claude-code``."""
    usage_grows: bool
    """Whether later lines may raise what a model request used: then a higher figure for a
    request that is recorded is a correction. Else each figure stands for itself."""

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """The default folders of this format on a machine, existing or not."""
        ...

    def find(self, root: Path) -> Iterator[Source]:
        """The files of this format under a folder (or the file itself), oldest layout too."""
        ...

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether a file is of this format, by its first 64 KiB and its name."""
        ...

    def family(self, source: Source, head: bytes) -> str:
        """A key that is equal for files with shared history (forks, sub-agents, resumes)."""
        ...

    def open(self, source: Source) -> Parser:
        """A parser for one file."""
        ...
