"""pi: one session per file, as a tree of entries.

Evidence: earendil-works/pi, `packages/coding-agent/docs/session-format.md`, and the fixtures of
the tests.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from hansard.ingest.base import Format, Source
from hansard.ingest.entry_tree import Context, EntryParser, has_header, is_session, origin_of
from hansard.ingest.folder import found_in

NAME = "pi"


class PiFormat:
    """The format (`hansard.ingest.base.Format`)."""

    name: str = NAME
    title: str = "pi"
    agent: str = "pi"
    usage_grows = False

    def roots(self, environ: Mapping[str, str], home: Path) -> list[Path]:
        """``sessions`` below ``PI_CODING_AGENT_DIR``, else below ``~/.pi/agent``."""
        own = environ.get("PI_CODING_AGENT_SESSION_DIR")
        agent = environ.get("PI_CODING_AGENT_DIR")
        folder = Path(agent).expanduser() if agent else home / ".pi" / "agent"
        return [Path(own).expanduser() if own else folder / "sessions"]

    def find(self, root: Path) -> Iterator[Source]:
        """Files that begin with a session's header."""
        return found_in(root, lambda path: path.suffix == ".jsonl" and is_session(path))

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first line is a session's header."""
        return path.suffix == ".jsonl" and has_header(head)

    def family(self, source: Source, head: bytes) -> str:
        """The session that a file's history began in."""
        return origin_of(source, head)

    def open(self, source: Source) -> EntryParser:
        """A parser for one file."""
        return EntryParser(source, self.name, self.agent, Context())


FORMAT: Format = PiFormat()
