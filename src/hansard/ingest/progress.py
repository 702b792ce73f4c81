"""How an import goes, for people who watch it; thread-safe."""

import threading
from dataclasses import dataclass, field
from typing import Literal

from hansard.domain.draft import Json

State = Literal["scanning", "importing", "watching", "done", "failed"]
_SKIPPED = 200


@dataclass(slots=True)
class Progress:
    """The progress of one root.

    Attributes:
        sessions: session ids that got events; events: how many were appended.
        records_skipped: records and files that could not be read.
        files_passed: files without a session that is known here: nothing of them is missing.
        skipped: where something was passed over (``path`` or ``path:line``) and why → how many
            records that were; each once, the newest 200.
    """

    format: str
    name: str
    path: str
    state: State = "scanning"
    files_total: int = 0
    files_done: int = 0
    events: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    records_skipped: int = 0
    files_passed: int = 0
    error: str | None = None
    sessions: set[str] = field(default_factory=set[str])
    skipped: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def skip(self, path: str, reason: str, *, records: int = 1) -> None:
        """Note something that was passed over; what was noted before counts no more.

        Args:
            path: the file, and the line after a colon.
            reason: why.
            records: how many records that are; 0 when there was nothing to lose.
        """
        with self.lock:
            if (path, reason) in self.skipped:
                return
            self.records_skipped += records
            self.files_passed += not records
            self.skipped[path, reason] = records
            if len(self.skipped) > _SKIPPED:
                del self.skipped[next(iter(self.skipped))]

    def unskip(self, path: str, reason: str, *, records: int = 0) -> None:
        """Take a note back: it is not true any more."""
        with self.lock:
            if (path, reason) in self.skipped:
                del self.skipped[path, reason]
                self.records_skipped -= records
                self.files_passed -= not records

    def added(self, session_id: str, events: int) -> None:
        """Note events that were appended."""
        with self.lock:
            self.sessions.add(session_id)
            self.events += events

    def read(self, count: int) -> None:
        """Note bytes that were read."""
        with self.lock:
            self.bytes_done += count

    def to_wire(self) -> Json:
        """As the API shows it."""
        with self.lock:
            return {
                "type": "import",
                "format": self.format,
                "name": self.name,
                "path": self.path,
                "state": self.state,
                "files_total": self.files_total,
                "files_done": self.files_done,
                "sessions": len(self.sessions),
                "events": self.events,
                "bytes_total": self.bytes_total,
                "bytes_done": min(self.bytes_done, self.bytes_total),
                "records_skipped": self.records_skipped,
                "files_passed": self.files_passed,
                "skipped": [
                    {"path": path, "reason": reason, "records": records}
                    for (path, reason), records in self.skipped.items()
                ],
                "error": self.error,
            }
