"""One reading of a foreign file: its lines through the parser, in order, and how far that is."""

import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from hashlib import sha256

import orjson

from hansard.domain import foreign
from hansard.ingest.base import Document, Emission, Emit, Format, Opened, Skip, Source
from hansard.ingest.book import Book
from hansard.ingest.document import DocumentReader
from hansard.ingest.lines import Reader, unpacked
from hansard.ingest.load import Loader
from hansard.ingest.progress import Progress
from hansard.ingest.records import Records
from hansard.journal.change import Appended
from hansard.store import imports
from hansard.store.base import Tx

_LOG = logging.getLogger(__name__)
_DRAFTS = 400
_BYTES = 1 << 20
_EARLY = 1_024
_RECENT = 256
_RECENT_BYTES = 1 << 16
_OVERLONG = Skip("a line over 64 MiB: it stays in the source file")
_FAILED = Skip("the parser failed on this record")
_CUT_OFF = "the last line is cut off"
NO_SESSION = "no session in it: nothing was said"
_NOT_DONE = -1
"""Time of a file that is still to be read or closed: no file has it."""
_DELETED = "its session was deleted here"


class Reading:
    """Reads a file from its start on, and goes on when it grew.

    Raw records are kept with the session whose file it is. Before that one is known they only
    count: they are read again when it opens.

    Attributes:
        reader: the lines, and how far they were read.
        progress: what people see.
        saved: the position that is stored.
    """

    def __init__(
        self,
        book: Book,
        kind: Format,
        source: Source,
        clean: Callable[[bytes], bytes],
        progress: Progress,
        compare: bool,
        document: Document | None = None,
    ) -> None:
        """Begin at the first line.

        Args:
            clean: redacts a raw record.
            compare: some raw records may be stored; False when it goes on from a position.
            document: how to read it when it is no file of lines.
        """
        self.reader: Reader | DocumentReader = (
            Reader(source.path) if document is None else DocumentReader(source.path, document)
        )
        self.progress = progress
        self.saved: imports.File | None = None
        self._book = book
        self._kind = kind
        self._path = source.name
        self._stored_path = stored_path(source, clean)
        self._parser = kind.open(unpacked(source))
        self._loader = Loader(book)
        self._clean = clean
        self._compare = compare
        self._records: Records | None = None
        self._early: OrderedDict[str, int] = OrderedDict()
        self._early_count = 0
        self._bytes = 0
        self._skipped = 0
        self._rested = False
        self._gone = False
        self._cut = b""
        self._problem: str | None = None

    def replay(self, saved: imports.File) -> bool:
        """Read what is stored for the parser's state alone; False when the file differs."""
        recent: deque[tuple[set[str], bytes]] = deque(maxlen=_RECENT)
        for line in self.reader.read(until=saved.offset):
            record = _record(line, self.reader.lines)
            if record is None:
                continue
            emissions = [] if line is None else self._parsed(line)
            self._loader.recall(emissions)
            names = self._names(emissions)
            self._count_early(names)
            if len(record) <= _RECENT_BYTES:
                recent.append((names, record))
        if (self.reader.offset, self.reader.digest.digest()) != (saved.offset, saved.digest):
            return False
        self.saved, self._skipped = saved, saved.skipped
        self.progress.read(saved.offset)
        if self._main() is not None:
            self._recall_names(recent)
        return True

    def go_on(self, stopped: Callable[[], bool], *, at_rest: bool) -> None:
        """Read what is new and append it; see `Follower.follow`."""
        self._rested = False
        self.reader.at_rest = at_rest
        start = self.reader.offset
        for line in self.reader.read():
            self._take(line, start)
            start = self.reader.offset
            if self._loader.count >= _DRAFTS or self._bytes >= _BYTES:
                self._flush()
                if stopped():
                    return
        if at_rest or self.reader.problem is None:
            self._tell_problem()
        if at_rest:
            self._rest()
        self.reader.tail = b""
        self._flush()
        if self._records is not None:
            self._records.end()

    def close(self) -> None:
        """Nothing comes any more: close what is open."""
        self._rest()
        self._flush()

    # Lines

    def _take(self, line: bytes | None, start: int) -> None:
        """Read one line; `start` is where it began."""
        record = _record(line, self.reader.lines)
        self.progress.read(1 if line is None else len(line) + 1)
        if self._cut:  # the line that was cut off is whole now
            self._cut = b""
            self._skipped -= 1
            self.progress.unskip(f"{self._path}:{self.reader.lines}", _CUT_OFF, records=1)
        if record is None:
            return
        emissions = [_OVERLONG] if line is None else self._parsed(line)
        for emission in emissions:
            if isinstance(emission, Opened):
                self._loader.meet(emission)
                self.progress.unskip(self._path, NO_SESSION)
        self._bytes += len(record)
        self._receive(emissions, self._keep(record, start, self._names(emissions)))

    def _parsed(self, line: bytes) -> list[Emission]:
        try:
            return list(self._parser.feed(line))
        except Exception:
            _LOG.exception("the %s parser failed on a record", self._kind.name)
            return [_FAILED]

    def _receive(self, emissions: Iterable[Emission], number: int | None) -> None:
        main, records = self._main(), self._records
        for emission in emissions:
            if isinstance(emission, Skip):
                self._skip(emission.reason, self.reader.lines)
            elif isinstance(emission, Emit):
                own = None if records is None else records.named(_record_of(emission))
                self._loader.take(emission, number if own is None else own, main)

    def _rest(self) -> None:
        """The file rests: what is open is closed, what is cut off is told."""
        self._rested = True
        try:
            self._receive(list(self._parser.quiet()), None)
        except Exception:
            _LOG.exception("the %s parser failed at the end", self._kind.name)
        tail = self.reader.tail
        mark = sha256(tail).digest()
        if tail.strip() and mark != self._cut:
            self._cut = mark
            self._skip(_CUT_OFF, self.reader.lines + 1)
            if self._records is not None:
                self._records.number(tail)
        if self._main() is None and self._problem is None:
            self.progress.skip(self._path, NO_SESSION, records=0)

    def _tell_problem(self) -> None:
        """What is wrong with a document as a whole; told while it is true."""
        before, self._problem = self._problem, self.reader.problem
        if before == self._problem:
            return
        if before is not None:
            self._skipped -= 1
            self.progress.unskip(self._path, before, records=1)
        if self._problem is not None:
            self._skipped += 1
            self.progress.skip(self._path, self._problem)

    def _skip(self, reason: str, line: int) -> None:
        self._skipped += 1
        self.progress.skip(f"{self._path}:{line}", reason)

    # Raw records

    def _main(self) -> str | None:
        """The session whose file it is, once it was met."""
        main = self._parser.external_id
        return main if main in self._loader.opened else None

    def _names(self, emissions: Iterable[Emission]) -> set[str]:
        """What the events of a line call its record."""
        told = {_record_of(e) for e in emissions if isinstance(e, Emit)}
        return {name for name in (*told, self._parser.record) if name is not None}

    def _keep(self, record: bytes, start: int, names: set[str]) -> int | None:
        """Keep a raw record with the file's session; its number, if that one is known."""
        main = self._main()
        if main is None:
            self._count_early(names)
            return None
        if self._records is None:
            if self._gone or self._loader.is_deleted(main):
                self._gone = True
                return None
            self._records = self._records_of(main)
            self._keep_early(self._records, main, start)
        number = self._records.number(record)
        for name in names:
            self._records.name(name, number)
        return number

    def _records_of(self, main: str) -> Records:
        return Records(
            self._book.journal.store,
            self._book.workspace_id,
            self._loader.id_of(main),
            self._clean,
            self._compare,
        )

    def _count_early(self, names: set[str]) -> None:
        if self._main() is not None:
            return
        for name in names:
            self._early.setdefault(name, self._early_count)
            if len(self._early) > _EARLY:
                self._early.popitem(last=False)
        self._early_count += 1

    def _keep_early(self, records: Records, main: str, until: int) -> None:
        """Keep the records that came before the session was known."""
        if not self._early_count:
            return
        numbers: list[int] = []
        early = Reader(self.reader.path)
        for line in early.read(until=until):
            record = _record(line, early.lines)
            if record is not None:
                numbers.append(records.number(record))
            if records.size >= _BYTES:
                self._put_down(records, main)
        for name, place in self._early.items():
            if place < len(numbers):
                records.name(name, numbers[place])
        self._early_count = 0
        self._early.clear()

    def _put_down(self, records: Records, main: str) -> None:
        """Write a block of records while the place of the file stays."""

        def save(tx: Tx, done: Appended) -> None:
            self._save_records(tx, done, records)

        self._loader.flush(main, (save,), needed=True)
        records.saved()

    def _recall_names(self, recent: Iterable[tuple[set[str], bytes]]) -> None:
        """Find the numbers of the latest records: events may still come from them."""
        main = self._main()
        self._early_count = 0
        self._early.clear()
        if main is None or self._loader.is_deleted(main):
            return
        records = self._records = self._records_of(main)
        latest = list(recent)
        numbers = records.locate([record for _, record in latest])
        for (names, _), number in zip(latest, numbers, strict=True):
            if number is not None:
                for name in names:
                    records.name(name, number)

    # The way out

    def _flush(self) -> None:
        """Append what waits; raw records and the place in the file go with the main session."""
        self._bytes = 0
        main, records = self._main(), self._records
        place = self._place(None if main is None else self._loader.id_of(main))

        def save(tx: Tx, done: Appended) -> None:
            if records is not None:
                self._save_records(tx, done, records)
            imports.save(tx, self._book.workspace_id, place)

        is_news = place != self.saved or (records is not None and records.size > 0)
        needed = records is not None and records.size >= _BYTES
        session_id = self._loader.flush(main, (save,) if is_news else (), needed=needed)
        for changed, events in self._loader.added.items():
            if events:
                self.progress.added(changed, events)
        self._loader.added.clear()
        if session_id is None and main is not None:
            self._gone = self._gone or self._loader.is_deleted(main)
            if not self._gone:
                return  # nothing was said in it yet: its records wait
            self.progress.skip(self._path, _DELETED, records=0)
        if session_id is None and is_news:
            where = self._book.workspace_id
            self._book.journal.store.submit(lambda tx: imports.save(tx, where, place)).result()
        if records is not None:
            records.saved()
        self.saved = place

    def _save_records(self, tx: Tx, done: Appended, records: Records) -> None:
        head = self._book.journal.group(tx).head(tx, self._book.workspace_id, done.session.id)
        if head is not None:
            records.save(tx, head.sid)

    def _place(self, session_id: str | None) -> imports.File:
        reader = self.reader
        state = reader.state if reader.at_end and self._rested else None
        return imports.File(
            path=self._stored_path,
            format=self._kind.name,
            session_id=session_id,
            size=state[1] if state else reader.offset,
            modified_ns=state[2] if state else _NOT_DONE,
            offset=reader.offset,
            lines=reader.lines,
            digest=reader.digest.digest(),
            skipped=self._skipped,
        )


def stored_path(source: Source, clean: Callable[[bytes], bytes]) -> str:
    """The name under which the place in a source is kept: a path may hold a secret too."""
    return clean(source.name.encode()).decode()


def _record(line: bytes | None, number: int) -> bytes | None:
    """The raw record of a line: of one that is too long a stub, of an empty one none."""
    if line is None:
        return orjson.dumps({"left_in_source": {"line": number}})
    return line if line.strip() else None


def _record_of(emit: Emit) -> str | None:
    """What an event calls its record."""
    return foreign.text(foreign.mapping(emit.draft.payload.get("source")).get("record"))
