"""The search index: derived from the log, in a file or tables of its own, built again at will.

Full text over documents of events, substrings over the names of sessions. What the index has
read of a workspace lies in its own transaction, so a crash repeats nothing and leaves nothing
out (kernel.md, section 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hansard.domain.words import Term


@dataclass(frozen=True, slots=True)
class Page:
    """A document at its place in the log."""

    pos: int
    sid: int
    role: str
    tool: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """What a session is called, for substrings; `listed` is False when it is deleted."""

    sid: int
    text: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Read:
    """How far the index has read a workspace: cursors of the log and of the session rows."""

    events: int
    rows: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to find: text terms, and where.

    Attributes:
        roles: only what these say; empty means everybody.
        tools: only calls and results of these tools.
        sid: only in this session.
    """

    terms: Sequence[Term]
    roles: Sequence[str] = ()
    tools: Sequence[str] = ()
    sid: int | None = None


class SearchIndex(Protocol):
    """One thread writes; any number read."""

    def read_to(self, workspace_id: str) -> Read:
        """How far a workspace is indexed."""
        ...

    def add(
        self,
        workspace_id: str,
        pages: Sequence[Page],
        names: Sequence[Names],
        *,
        before: Read,
        now: Read,
    ) -> bool:
        """Index documents and names, and note how far that goes, in one transaction.

        False when another process has gone on from `before` meanwhile: nothing was written.
        """
        ...

    def put(self, workspace_id: str, pages: Sequence[Page]) -> None:
        """Index documents again whose content was changed in the log."""
        ...

    def drop(self, workspace_id: str, pages: Sequence[Page]) -> None:
        """Take documents out, with the very text that went in."""
        ...

    def tidy(self) -> None:
        """Leave no byte of what was dropped (P11)."""
        ...

    def find(self, workspace_id: str, wanted: Wanted, *, before: int, limit: int) -> list[int]:
        """The newest cursors below `before` whose documents fit, falling."""
        ...

    def named(self, workspace_id: str, part: str, *, before: int, limit: int) -> list[int]:
        """Sessions (`sid`, below `before`, the newest first) one of whose names holds `part`, of 3
        characters or more."""
        ...

    def clear(self) -> None:
        """Forget everything; it is built again from the log."""
        ...

    def bytes(self) -> int:
        """What it takes on disk."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


NEVER = Read(0, 0)
SHORTEST_PART = 3
"""A substring index knows three characters in a row."""
