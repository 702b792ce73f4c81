"""Follows one foreign file: what is new in it is read once, whatever happened in between."""

from collections.abc import Callable
from dataclasses import dataclass

from hansard.ingest.base import Format, Source
from hansard.ingest.book import Book
from hansard.ingest.progress import Progress
from hansard.ingest.reading import Reading
from hansard.store import imports


@dataclass(slots=True)
class Follower:
    """One foreign file; keeps the reading, so that growth costs what it brings.

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

    def is_unchanged(self) -> bool:
        """Whether the file is as it was when it was last read to its end, and rested.

        Raises:
            OSError: the file cannot be read.
        """
        saved, now = self._saved(), self.source.path.stat()
        return saved is not None and (saved.size, saved.modified_ns) == (
            now.st_size,
            now.st_mtime_ns,
        )

    def follow(self, *, at_rest: bool) -> None:
        """Read what is new and append it.

        Args:
            at_rest: the file has been quiet for ten seconds: close its last message too.

        Raises:
            OSError: the file cannot be read.
            HansardError: what was read cannot be appended; it is read again next time.
        """
        try:
            reading = self._resumed()
            reading.progress = self.progress
            reading.go_on(self.stopped, at_rest=at_rest)
        except BaseException:
            self._asked, self._reading = False, None
            raise

    def leave(self) -> bool:
        """The file is gone: close what is open. False when it was never read."""
        if self._reading is None:
            return False
        self._reading.close()
        return True

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
        return Reading(self.book, self.kind, self.source, self.clean, self.progress, compare)

    def _saved(self) -> imports.File | None:
        if self._reading is not None and self._reading.saved is not None:
            return self._reading.saved
        if not self._asked:
            self._asked = True
            store, where = self.book.journal.store, self.book.workspace_id
            path = self.source.name
            self._stored = store.read(lambda c: imports.find(c, where, path))
        return self._stored
