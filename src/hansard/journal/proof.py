"""Check an export from its bytes alone: no database, no server (P22)."""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.journal import line, seal
from hansard.journal.checker import Checker
from hansard.journal.line import Damaged, Entry, Header

LONGEST = 256 << 20
"""No line of an export is longer, in bytes."""
GZIP = b"\x1f\x8b"
"""What a file begins with that gzip made."""
_TOLD = 100
_EVERY = 1 << 20


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where.

    Attributes:
        line: in the file, from 1.
        session_id, seq: the event, as far as it is known.
    """

    line: int
    session_id: str | None
    seq: int | None
    text: str

    def __str__(self) -> str:
        place = [f"line {self.line}"]
        if self.session_id is not None:
            place.append(f"session {self.session_id}")
        if self.seq is not None:
            place.append(f"seq {self.seq}")
        return f"{', '.join(place)}: {self.text}"


@dataclass(slots=True)
class Section:
    """Where a session lies in the file.

    Attributes:
        start: offset of its first line; rest: of what follows its events; end: behind it.
    """

    entry: Entry
    start: int
    rest: int
    end: int = 0


@dataclass(slots=True)
class Proof:
    """What the check of an export found.

    Attributes:
        problems: the first hundred; broken: how many there are.
    """

    header: Header
    sections: list[Section] = field(default_factory=list[Section])
    events: int = 0
    bytes: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])
    broken: int = 0

    def tell(self, problem: Problem) -> None:
        """Note a problem."""
        self.broken += 1
        if len(self.problems) < _TOLD:
            self.problems.append(problem)


def examine(file: IO[bytes], told: Callable[[int], None] = lambda _: None) -> Proof:
    """Check every byte of an export: chains, contents, signatures.

    Signatures are checked against the public key that the file names: whose key that is, the
    caller must know.

    Args:
        file: the export, from its beginning.
        told: given the number of bytes read since it was called last.

    Raises:
        InvalidRequest: the first line is not that of an export that can be read here.
    """
    return _Examination(file, told).run()


class _Examination:
    def __init__(self, file: IO[bytes], told: Callable[[int], None]) -> None:
        self._file = file
        self._told = told
        self._digest = hashlib.sha256()
        self._number = 0
        self._offset = 0
        self._unsaid = 0
        self._first = 0
        self._checker = Checker()

    def run(self) -> Proof:
        """Read the file once."""
        first = self._next()
        if first is None:
            raise Damaged("the file is empty")
        self.proof = Proof(line.read_header(first))
        self._digest.update(first)
        ended = False
        while (raw := self._next()) is not None:
            if ended:
                self._tell("something follows the last line of the export")
                break
            ended = self._line(raw)
        if not ended:
            self._tell("the file is cut off: its last line is missing")
        self._close(self._offset)
        for entry in self.proof.header.sessions[len(self.proof.sections) :]:
            self._tell("the session is missing", entry.id)
        self._told(self._unsaid)
        self.proof.bytes = self._offset
        return self.proof

    def _next(self) -> bytes | None:
        try:
            raw = self._file.readline(LONGEST)
        except (OSError, EOFError, zlib.error) as problem:
            told = (isinstance(problem, OSError) and problem.strerror) or "it is damaged"
            raise InvalidRequest(f"the file cannot be read: {told}") from problem
        if not raw:
            return None
        self._number += 1
        self._offset += len(raw)
        self._unsaid += len(raw)
        if self._unsaid >= _EVERY:
            self._told(self._unsaid)
            self._unsaid = 0
        return raw

    def _line(self, raw: bytes) -> bool:
        """Check a line; whether it is the last."""
        if not raw.endswith(b"\n"):
            self._tell("the line is cut off, or over 256 MiB")
        try:
            if line.is_event(raw):
                self._event(raw[:-1])
            else:
                kind, fields = line.read_other(raw)
                if kind == line.END:
                    self._close(self._offset - len(raw))
                    self._end(raw, fields)
                    return True
                self._other(kind, fields)
        except Damaged as problem:
            self._tell(problem.message)
        self._digest.update(raw)
        return False

    def _event(self, raw: bytes) -> None:
        found = line.read_event(raw)
        event = found.event
        start = self._offset - len(raw) - 1
        self._enter(event.session_id, start)
        self.proof.events += 1
        if self.proof.sections[-1].entry.id != event.session_id:
            self._tell("the event stands in another session's place", event.session_id, event.seq)
            return
        self.proof.sections[-1].rest = self._offset
        told = self._checker.broken
        line.read_actor(found.actor)
        self._checker.follow(event, found.actor, found.content, found.salt, found.payload)
        if self._checker.broken > told:
            self._flush_checker()

    def _enter(self, session_id: str, start: int) -> None:
        """Go on to the next session of the header when its first event is met."""
        sections, entries = self.proof.sections, self.proof.header.sessions
        if sections and sections[-1].entry.id == session_id:
            return
        following = entries[len(sections)] if len(sections) < len(entries) else None
        if following is not None and following.id == session_id:
            self._close(start)
            sections.append(Section(following, start, start))
            self._first = self._number
        elif not sections:
            raise Damaged(f"session {session_id} is not the one that the header names here")

    def _close(self, end: int) -> None:
        """A session is over: its head must be what the header says."""
        if not self.proof.sections or self.proof.sections[-1].end:
            return
        section, checker = self.proof.sections[-1], self._checker
        checker.end()
        self._flush_checker()
        section.end = end
        entry, key = section.entry, self.proof.header.public_key
        head = entry.head
        if (checker.seq, checker.hash.hex()) != (head.seq, head.hash):
            text = f"the log ends at seq {checker.seq}, its head says {head.seq} and another hash"
            self._tell(text, entry.id, checker.seq)
        if not seal.signed_head(key, entry.id, head.seq, head.hash, head.signature):
            self._tell("the signature of the head does not fit", entry.id, head.seq)
        self._checker = Checker()

    def _flush_checker(self) -> None:
        checker, session_id = self._checker, self.proof.sections[-1].entry.id
        for seq, text in checker.problems:
            self.proof.tell(Problem(self._first + seq - 1, session_id, seq, text))
        self.proof.broken += max(0, checker.broken - len(checker.problems))
        checker.problems, checker.broken = [], 0

    def _other(self, kind: str, fields: Json) -> None:
        session_id = self.proof.sections[-1].entry.id if self.proof.sections else None
        if fields.get("session_id") != session_id:
            raise Damaged("the line belongs to another session")
        if kind == line.BLOB:
            line.read_blob(fields)
        elif kind == line.RAW:
            line.read_raw(fields)

    def _end(self, raw: bytes, fields: Json) -> None:
        digest, signature = self._digest.hexdigest(), str(fields.get("signature"))
        sessions, events = len(self.proof.header.sessions), self.proof.events
        if fields.get("sha256") != digest:
            self._tell("the file was changed: its digest is another")
        elif not seal.signed_file(self.proof.header.public_key, digest, signature):
            self._tell("the signature of the file does not fit")
        elif raw != line.end(sessions, events, digest, signature):
            self._tell("the last line was changed")

    def _tell(self, text: str, session_id: str | None = None, seq: int | None = None) -> None:
        self.proof.tell(Problem(self._number, session_id, seq, text))


@contextmanager
def opened(path: Path) -> Generator[IO[bytes]]:
    """An export for reading, unpacked when gzip made it smaller.

    Raises:
        InvalidRequest: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            if file.peek(len(GZIP)).startswith(GZIP):
                with gzip.open(file) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield file
    except OSError as problem:
        raise InvalidRequest(f"{path.name}: {problem.strerror or 'cannot be read'}") from problem


def lines(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    """The lines between two offsets, without their newlines.

    Raises:
        Damaged: the file is not as it was when the offsets were taken.
    """
    file.seek(start)
    while start < end:
        raw = file.readline(LONGEST)
        start += len(raw)
        if not raw.endswith(b"\n"):
            raise moved()
        yield raw[:-1]


def moved() -> Damaged:
    """The file is not the one that was checked."""
    return Damaged("the file was changed after it was checked")
