"""Follows one foreign source: what is new in it is read once, whatever happened in between."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import time

from hansard.ingest.base import Document, Format, Library, Source, State, document_of, file_state
from hansard.ingest.book import Book
from hansard.ingest.progress import Progress
from hansard.ingest.reading import NO_SESSION, Reading, stored_path
from hansard.store import imports

REST_S = 10.0
"""How long nothing may come before a source rests, in seconds."""


@dataclass(slots=True)
class Follower:
    """One foreign file, or session in a file; keeps the reading, so that growth costs what it
    brings. A file of many sessions is followed session by session.

    Args:
        book: the sessions of its format.
        clean: redacts a raw record.
        progress: what people see; may be exchanged.
        stopped: whether to leave off in the middle of the file.
    """

    book: Book
    kind: Format
    source: Source
    clean: Callable[[bytes], bytes]
    progress: Progress
    stopped: Callable[[], bool] = bool
    _reading: Reading | None = None
    _stored: imports.File | None = None
    _asked: bool = False
    _library: Library | None = None
    _document: Document | None = None
    _members: dict[str, "Follower"] = field(default_factory=dict[str, "Follower"])
    _done: dict[str, State] = field(default_factory=dict[str, State])
    _read_at: State | None = None

    def __post_init__(self) -> None:
        """Ask the format what kind of source it is."""
        found = document_of(self.kind, self.source)
        if found is None:
            return
        if isinstance(found, Library):
            self._library = found
        else:
            self._document = found

    def state(self) -> State:
        """The state of the source.

        Raises:
            OSError: it cannot be read.
        """
        what = self._library or self._document
        return file_state(self.source.path) if what is None else what.state()

    @property
    def is_read_whole(self) -> bool:
        """Whether it is no file of lines."""
        return self._library is not None or self._document is not None

    def is_unchanged(self, now: State) -> bool:
        """Whether the source is as it was when it was last read to its end, and rested.

        Args:
            now: its state.
        """
        if self._library is not None:
            return self._read_at == now
        saved = self._saved()
        return saved is not None and (saved.size, saved.modified_ns) == now[1:]

    def tell_skipped(self) -> None:
        """Say again what was passed over when it was read before."""
        saved = None if self._library is not None else self._saved()
        if saved is None:
            return
        if saved.session_id is None:
            self.progress.skip(self.source.name, NO_SESSION, records=0)
        # A document is read whole again: what could not be read before may be mended.
        if not saved.skipped or self._document is not None:
            return
        lines = f"{self.source.name}:"
        if not any(path.startswith(lines) for path, _ in list(self.progress.skipped)):
            told = "could not be read when the file was imported"
            self.progress.skip(self.source.name, told, records=saved.skipped)

    def follow(self, *, at_rest: bool) -> None:
        """Read what is new and append it.

        Args:
            at_rest: the file has been quiet for ten seconds: close its last message too.

        Raises:
            OSError: the file cannot be read.
            HansardError: what was read cannot be appended; it is read again next time.
        """
        if self._library is not None:
            self._follow_members(self._library, at_rest)
            return
        try:
            reading = self._resumed()
            reading.progress = self.progress
            reading.go_on(self.stopped, at_rest=at_rest)
        except BaseException:
            self._asked, self._reading = False, None
            raise

    def leave(self) -> bool:
        """The file is gone: close what is open. False when it was never read."""
        left = [member.leave() for member in self._members.values()]
        if self._reading is not None:
            self._reading.close()
            return True
        return any(left)

    def _follow_members(self, library: Library, at_rest: bool) -> None:
        """Follow each session in the file that changed; one that rests is let go."""
        before, self._read_at = library.state(), None
        for source, state in library.members():
            name = source.name
            if self._done.get(name) == state:
                continue
            if self.stopped():
                return
            member = self._members.get(name) or self._member(source)
            member.progress = self.progress
            rests = at_rest or rests_at(state)
            if not member.is_unchanged(state):
                member.follow(at_rest=rests)
            if rests:
                self._done[name] = state
                self._members.pop(name, None)
            else:
                self._members[name] = member
        if not self._members:
            self._read_at = before

    def _member(self, source: Source) -> "Follower":
        return Follower(self.book, self.kind, source, self.clean, self.progress, self.stopped)

    def _resumed(self) -> Reading:
        """The reading, at the end of what is stored of this file.

        A file that does not begin with that any more (truncated, rewritten) is read from its
        start, and what is not there yet is added.
        """
        reading, saved = self._reading, self._saved()
        if reading is not None and reading.reader.only_grew():
            return reading
        if saved is not None and saved.offset:
            reading = self._reading = self._begun(compare=False)
            if reading.replay(saved):
                return reading
        self._reading = self._begun(compare=True)
        return self._reading

    def _begun(self, *, compare: bool) -> Reading:
        return Reading(
            self.book, self.kind, self.source, self.clean, self.progress, compare, self._document
        )

    def _saved(self) -> imports.File | None:
        if self._reading is not None and self._reading.saved is not None:
            return self._reading.saved
        if not self._asked:
            self._asked = True
            store, where = self.book.journal.store, self.book.workspace_id
            path = stored_path(self.source, self.clean)
            self._stored = store.read(lambda c: imports.find(c, where, path))
        return self._stored


def rests_at(state: State, after_s: float = REST_S) -> bool:
    """Whether nothing came to a source in this state for some seconds."""
    return time() - state[2] / 1e9 >= after_s
