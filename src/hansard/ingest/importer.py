"""Import roots one after another, then follow their files as they grow."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from hansard.domain.errors import HansardError
from hansard.ingest import discover, exports
from hansard.ingest.base import Format, Source, State, file_state, spelled, state_of
from hansard.ingest.book import Book, Owner
from hansard.ingest.discover import Root
from hansard.ingest.exports import Exports
from hansard.ingest.follower import REST_S, Follower, rests_at
from hansard.ingest.lines import beginning
from hansard.ingest.progress import Progress
from hansard.ingest.watch import Watch
from hansard.journal import proof
from hansard.journal.append import Journal

_LOG = logging.getLogger(__name__)
_REST_S = REST_S
_FOLLOWERS = 512
_AGAIN_S, _AT_MOST_S = 1.0, 300.0
"""After how long a file that failed is tried again: twice as long each time, up to this."""


@dataclass(slots=True)
class _Job:
    root: Root
    watch: bool
    progress: Progress
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A file that could not be imported as it was."""

    state: State | None
    reason: str
    wait: float
    until: float


class Importer:
    """Loads foreign sessions on a thread of its own and keeps watching (S0-1, why.md item 8).

    Args:
        journal: where events go.
        workspace_id: the workspace they belong to.
        owner: the person whose machine this is.
        clean: redacts one raw record.
        own_key: this installation's public key: whose exports may continue what is here.
    """

    def __init__(
        self,
        journal: Journal,
        workspace_id: str,
        owner: Owner,
        clean: Callable[[bytes], bytes],
        own_key: Callable[[], str],
    ) -> None:
        self._journal = journal
        self._workspace_id = workspace_id
        self._owner = owner
        self._clean = clean
        self._books: dict[str, Book] = {}
        self._jobs: list[_Job] = []
        self._watched: dict[Path, _Job] = {}
        self._absent: dict[Path, Root] = {}
        self._followers: OrderedDict[Path, Follower] = OrderedDict()
        self._touched: dict[Path, float] = {}
        self._seen: dict[Path, State] = {}
        self._troubles: dict[str, _Trouble] = {}
        self._queued: set[Path] = set()
        self._wake = threading.Condition()
        self._stop = threading.Event()
        self._work = threading.Lock()
        self._exports = Exports(journal, workspace_id, clean, self._stop.is_set, own_key)
        self.progress: list[Progress] = []
        self._thread = threading.Thread(target=self._run, name="hansard-import", daemon=True)
        self._thread.start()
        self._watch = Watch(self._changed, self._look, self._tick)

    def add(self, roots: list[Root], *, watching: bool) -> list[threading.Event]:
        """Queue roots; each event is set when its root was read once.

        A root that does not exist gives no event; with `watching` it is read when it appears.
        """
        jobs = [_Job(root, watching, _progress(root)) for root in roots if root.path.exists()]
        with self._wake:
            if watching:
                there = {job.root.path for job in jobs}
                self._absent |= {root.path: root for root in roots if root.path not in there}
            for job in jobs:
                self._absent.pop(job.root.path, None)
                self.progress = [p for p in self.progress if p.path != job.progress.path]
                self.progress.append(job.progress)
                self._jobs.append(job)
            self._wake.notify_all()
        return [job.done for job in jobs]

    def close(self) -> None:
        """Stop after what is being appended."""
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        self._watch.close()
        self._thread.join(10)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._jobs and not self._stop.is_set():
                    self._wake.wait()
                if self._stop.is_set():
                    return
                job = self._jobs.pop(0)
            try:
                self._import(job)
            except Exception as problem:
                _LOG.exception("import of %s failed", job.root.path)
                job.progress.state, job.progress.error = "failed", str(problem)
            finally:
                self._queued = set()
                job.done.set()

    def _import(self, job: _Job) -> None:
        progress = job.progress
        ours = exports.below(job.root.path) if job.root.format is None else []
        found = discover.in_order(
            [
                (kind, source)
                for kind, source in discover.files(job.root, _passed(progress, ours))
                if source.path not in ours
            ]
        )
        progress.files_total = len(found) + len(ours)
        progress.bytes_total = sum(_size(kind, source) for kind, source in found)
        progress.bytes_total += sum(path.stat().st_size for path in ours)
        progress.state = "importing"
        if not found and not ours:
            progress.skip(progress.path, _nothing_in(job.root.path), records=0)
        self._queued = {source.path for _, source in found}
        if job.watch:
            # From now on: what grows meanwhile is not to wait until all the old is read.
            self._watched[job.root.path] = job
            self._watch.add(job.root.path)
        for kind, source in found:
            if self._stop.is_set():
                return
            with self._work:
                self._queued.discard(source.path)
                # What is not followed is read as it is: nobody comes back to close it.
                self._one(kind, source, progress, at_rest=not job.watch)
            progress.files_done += 1
        for path in ours:
            self._exports.take(path, progress, job.root.trusted)
        if progress.error is not None:
            progress.state = "failed"
        else:
            progress.state = "watching" if job.watch else "done"

    def _one(
        self, kind: Format, source: Source, progress: Progress, *, at_rest: bool = False
    ) -> None:
        """Read one file; one that fails is reported and stops nobody."""
        follower = self._followers.get(source.path)
        if follower is None:
            book, stopped = self._book(kind), self._stop.is_set
            follower = Follower(book, kind, source, self._clean, progress, stopped)
        follower.progress = progress
        try:
            self._follow(follower, at_rest)
        except OSError as problem:
            self._put_off(follower, problem.strerror or "cannot be read")
        except HansardError as problem:
            self._put_off(follower, problem.message)
        except Exception as problem:
            if self._put_off(follower, "could not be imported, see the server's log"):
                _LOG.error("could not import %s", source.name, exc_info=problem)
        else:
            told = self._troubles.pop(source.name, None)
            if told is not None:
                progress.unskip(source.name, told.reason, records=1)

    def _put_off(self, follower: Follower, reason: str) -> bool:
        """Try a file again later, unless it changes; whether that is news."""
        source, before = follower.source, self._troubles.get(follower.source.name)
        try:
            state = follower.state()
        except OSError:
            state = None
        is_news = before is None or (before.state, before.reason) != (state, reason)
        wait = _AGAIN_S if is_news or before is None else min(2 * before.wait, _AT_MOST_S)
        self._troubles[source.name] = _Trouble(state, reason, wait, monotonic() + wait)
        follower.progress.skip(source.name, reason)
        return is_news

    def _is_put_off(self, source: Source, state: State) -> bool:
        told = self._troubles.get(source.name)
        return told is not None and told.state == state and monotonic() < told.until

    def _follow(self, follower: Follower, at_rest: bool) -> None:
        path = follower.source.path
        self._touched.pop(path, None)
        try:
            mark = follower.state()
        except FileNotFoundError:
            if follower.leave():
                return
            raise
        if follower.is_unchanged(mark):
            follower.progress.read(mark[1])
            follower.tell_skipped()
        else:
            rests = at_rest or rests_at(mark, _REST_S)
            before = follower.progress.bytes_done
            follower.follow(at_rest=rests)
            if follower.is_read_whole:  # its records are not as long as it is
                grown = mark[1] - self._seen.get(path, (0, 0, 0))[1]
                counted = follower.progress.bytes_done - before
                follower.progress.read(max(0, grown - counted))
            if not rests:
                self._touched[path] = monotonic()
            self._keep(follower)
        self._seen[path] = mark

    def _keep(self, follower: Follower) -> None:
        path = follower.source.path
        self._followers[path] = follower
        self._followers.move_to_end(path)
        for old in list(self._followers)[: max(0, len(self._followers) - _FOLLOWERS)]:
            if old not in self._touched:
                del self._followers[old]

    def _book(self, kind: Format) -> Book:
        book = self._books.get(kind.name)
        if book is None:
            book = self._books[kind.name] = Book(
                self._journal, self._workspace_id, kind, self._owner
            )
        return book

    # On the watch's thread

    def _tick(self) -> None:
        """Read roots that appeared, files that were named themselves, files that rest."""
        for root in list(self._absent.values()):
            if root.path.exists():
                self.add([root], watching=True)
        self._changed({path for path in list(self._watched) if path.is_file()})
        with self._work:
            since = monotonic() - _REST_S
            resting = [path for path, at in self._touched.items() if at <= since]
        for path in resting:
            with self._work:
                follower = self._followers.get(path)
                if follower is not None:
                    self._one(follower.kind, follower.source, follower.progress, at_rest=True)

    def _look(self) -> None:
        """Find what changed without a word."""
        for job in list(self._watched.values()):
            self._changed({source.path for _, source in discover.candidates(job.root)})

    def _changed(self, paths: set[Path]) -> None:
        """Read what is new in these files, and in the files below these folders."""
        found: dict[Path, tuple[Format, Source]] = {}
        progress: dict[Path, Progress] = {}
        for path in paths:
            job = self._job_of(path)
            if job is None:
                continue
            for kind, source in self._news(path, job.root):
                found[source.path] = (kind, source)
                progress[source.path] = job.progress
        news = list(found.values())
        for kind, source in discover.in_order(news) if len(news) > 1 else news:
            if self._stop.is_set():
                return
            with self._work:
                if self._is_new(kind, source):
                    self._grew(kind, source, progress[source.path])
                    self._one(kind, source, progress[source.path])

    def _job_of(self, path: Path) -> _Job | None:
        """The watched root that a path lies in, the innermost."""
        jobs = [job for root, job in list(self._watched.items()) if path.is_relative_to(root)]
        return max(jobs, key=lambda job: len(job.root.path.parts), default=None)

    def _news(self, path: Path, root: Root) -> Iterator[tuple[Format, Source]]:
        """What changed of a file, or below a folder."""
        is_folder = path.is_dir()
        if not is_folder and not self._has_changed(path):
            return
        follower = self._followers.get(path)
        if follower is not None:
            if self._is_new(follower.kind, follower.source):
                yield follower.kind, follower.source
            return
        found = discover.files(Root(path, root.format))
        if not found and not is_folder:
            self._seen[path] = file_state(path)  # nobody's, as it is now
        for kind, source in found:
            if self._is_new(kind, source):
                yield kind, Source(source.path, root.path)

    def _has_changed(self, path: Path) -> bool:
        """Whether a file is not as it was when it was looked at."""
        try:
            return path not in self._queued and self._seen.get(path) != file_state(path)
        except OSError:
            return False

    def _is_new(self, kind: Format, source: Source) -> bool:
        """Whether a source is not as it was when it was read, and will not be read anyway."""
        if source.path in self._queued:
            return False
        try:
            state = state_of(kind, source)
        except OSError:
            return False
        return self._seen.get(source.path) != state and not self._is_put_off(source, state)

    def _grew(self, kind: Format, source: Source, progress: Progress) -> None:
        if source.name in self._troubles:
            return  # counted when it was tried first
        before = self._seen.get(source.path)
        if before is None:
            progress.files_total += 1
            progress.files_done += 1
        progress.bytes_total += max(0, _size(kind, source) - (before[1] if before else 0))


def _nothing_in(path: Path) -> str:
    if beginning(path, len(proof.GZIP)) == proof.GZIP:
        return "packed with gzip: gunzip it first"
    return "no session files found"


def _passed(progress: Progress, known: list[Path]) -> Callable[[Path, str], None]:
    """Notes the files that no format knows, beside those that are known."""

    def passed(path: Path, why: str) -> None:
        if path not in known:
            progress.skip(spelled(path), why, records=0)

    return passed


def _progress(root: Root) -> Progress:
    path = spelled(root.path)
    if root.format is None and exports.is_export(root.path):
        return Progress(exports.FORMAT, exports.TITLE, path)
    if root.format is None:
        return Progress("auto", path.rpartition("/")[2], path)
    return Progress(root.format.name, root.format.title, path)


def _size(kind: Format, source: Source) -> int:
    try:
        return state_of(kind, source)[1]
    except OSError:
        return 0
