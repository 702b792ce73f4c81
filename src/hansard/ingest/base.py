"""The interface of a foreign log format: find its files, know one, read it line by line."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

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
        key: the key that the source itself gives it, if it has such keys.
        channel, peer_type: where people talk to it (telegram) and how (dm, group); None for a
            command line.
    """

    external_id: str
    created_at: int
    parent_external_id: str | None = None
    parent_tool_use_id: str | None = None
    agent_name: str | None = None
    linked: tuple[tuple[str, str], ...] = ()
    where: Json = field(default_factory=dict[str, Any])
    key: str | None = None
    channel: str | None = None
    peer_type: str | None = None


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
        member: which of the sessions in the file it is; None for the file itself.
    """

    path: Path
    root: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The path as text that can be stored and shown, with the session after a hash."""
        path = spelled(self.path)
        return path if self.member is None else f"{path}#{self.member}"


def spelled(path: Path) -> str:
    """A path as text; bytes that are no UTF-8 are written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


State: TypeAlias = tuple[int, int, int]
"""What differs when a source changed: identity, size in bytes, time in nanoseconds."""


class Damaged(Exception):
    """A source cannot be read as what it should be; the message says what is wrong."""


class Document(Protocol):
    """A source that is no file of lines: it is read whole, as records, when it changed.

    A record that was read before is passed over by its content, so the parser is fed what is
    new and what changed, in the order of the document.
    """

    def state(self) -> State:
        """Its state, without reading it.

        Raises:
            OSError: it is not there, or cannot be read.
        """
        ...

    def records(self, *, at_rest: bool) -> Iterator[bytes]:
        """Every record as a line of JSON.

        Args:
            at_rest: also those that are still being written.

        Raises:
            OSError: it is not there, or cannot be read.
            Damaged: from here on it cannot be read.
        """
        ...


@runtime_checkable
class Library(Protocol):
    """A file that holds many sessions, each of them a document."""

    def state(self) -> State:
        """The state of all of it; see `Document.state`."""
        ...

    def members(self) -> list[tuple[Source, State]]:
        """The sessions in it, parents before their sub-agents.

        Raises:
            OSError: it cannot be read, or is damaged.
        """
        ...


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


@runtime_checkable
class WithDocuments(Protocol):
    """What a format has beside `Format` when some of its sources are no files of lines."""

    def document(self, source: Source) -> Document | Library | None:
        """How to read a source; None when it is a file of lines."""
        ...


def document_of(kind: Format, source: Source) -> Document | Library | None:
    """How to read a source that is no file of lines; None when it is one."""
    return kind.document(source) if isinstance(kind, WithDocuments) else None


def state_of(kind: Format, source: Source) -> State:
    """The state of a source.

    Raises:
        OSError: it is not there, or cannot be read.
    """
    document = document_of(kind, source)
    return file_state(source.path) if document is None else document.state()


def file_state(path: Path) -> State:
    """The state of a file.

    Raises:
        OSError: it is not there, or cannot be read.
    """
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
