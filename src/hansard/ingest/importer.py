"""Import roots one after another, then follow their files as they grow."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, time

from watchfiles import watch

from hansard.domain.errors import HansardError
from hansard.ingest import discover
from hansard.ingest.base import Format, Source
from hansard.ingest.book import Book, Owner
from hansard.ingest.discover import Root
from hansard.ingest.load import Follower
from hansard.ingest.progress import Progress
from hansard.journal.append import Journal

_LOG = logging.getLogger(__name__)
_REST_S = 10.0
_FOLLOWERS = 512
_TICK_MS = 500


@dataclass(slots=True)
class _Job:
    root: Root
    watch: bool
    progress: Progress
    done: threading.Event = field(default_factory=threading.Event)


class Importer:
    """Loads foreign sessions on a thread of its own and keeps watching (S0-1, why.md item 8).

    Args:
        journal: where events go.
        workspace_id: the workspace they belong to.
        owner: the person whose machine this is.
        clean: redacts one raw record.
    """

    def __init__(
        self, journal: Journal, workspace_id: str, owner: Owner, clean: Callable[[bytes], bytes]
    ) -> None:
        self._journal = journal
        self._workspace_id = workspace_id
        self._owner = owner
        self._clean = clean
        self._books: dict[str, Book] = {}
        self._jobs: list[_Job] = []
        self._followers: OrderedDict[Path, Follower] = OrderedDict()
        self._touched: dict[Path, float] = {}
        self._watched: list[_Job] = []
        self._wake = threading.Condition()
        self._stop = threading.Event()
        self._rewatch = threading.Event()
        self._work = threading.Lock()
        self.progress: list[Progress] = []
        self._threads = [
            threading.Thread(target=self._run, name="hansard-import", daemon=True),
            threading.Thread(target=self._watch, name="hansard-watch", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def add(self, roots: list[Root], *, watching: bool) -> list[threading.Event]:
        """Queue roots; each event is set when its root was read once."""
        jobs = [_Job(root, watching, _progress(root)) for root in roots]
        with self._wake:
            for job in jobs:
                self.progress = [p for p in self.progress if p.path != job.progress.path]
                self.progress.append(job.progress)
                self._jobs.append(job)
            self._wake.notify_all()
        return [job.done for job in jobs]

    def close(self) -> None:
        """Stop after the current file."""
        self._stop.set()
        self._rewatch.set()
        with self._wake:
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(10)

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
                job.done.set()

    def _import(self, job: _Job) -> None:
        progress = job.progress
        found = discover.in_order(discover.files(job.root))
        progress.files_total = len(found)
        progress.bytes_total = sum(_size(source.path) for _, source in found)
        progress.state = "importing"
        if not found:
            progress.skip(str(job.root.path), "no session files found")
        for kind, source in found:
            if self._stop.is_set():
                return
            with self._work:
                self._one(kind, source, progress)
            progress.files_done += 1
        progress.state = "watching" if job.watch else "done"
        if job.watch:
            self._watched.append(job)
            self._rewatch.set()

    def _one(self, kind: Format, source: Source, progress: Progress) -> None:
        """Read one file; a file that fails is reported and stops nobody."""
        follower = self._followers.get(source.path) or self._follower(kind, source, progress)
        try:
            if not follower.is_unchanged():
                follower.follow(at_rest=_at_rest(source.path))
                self._keep(follower)
            else:
                progress.read(_size(source.path))
        except OSError as problem:
            progress.skip(str(source.path), problem.strerror or "cannot be read")
        except HansardError as problem:
            progress.skip(str(source.path), problem.message)
        except Exception:
            _LOG.exception("could not import %s", source.path)
            progress.skip(str(source.path), "could not be imported, see the server's log")

    def _follower(self, kind: Format, source: Source, progress: Progress) -> Follower:
        return Follower(self._book(kind), kind, source, self._clean, progress)

    def _keep(self, follower: Follower) -> None:
        path = follower.source.path
        self._followers[path] = follower
        self._followers.move_to_end(path)
        while len(self._followers) > _FOLLOWERS:
            self._followers.popitem(last=False)
        if not _at_rest(path):
            self._touched[path] = monotonic()

    def _book(self, kind: Format) -> Book:
        book = self._books.get(kind.name)
        if book is None:
            book = self._books[kind.name] = Book(
                self._journal, self._workspace_id, kind, self._owner
            )
        return book

    def _watch(self) -> None:
        while not self._stop.is_set():
            self._rewatch.clear()
            paths = [job.root.path for job in self._watched if job.root.path.exists()]
            if not paths:
                self._rewatch.wait(_TICK_MS / 1000)
                continue
            try:
                self._watch_paths(paths)
            except Exception:
                _LOG.exception("watching failed; trying again")
                self._stop.wait(1)

    def _watch_paths(self, paths: list[Path]) -> None:
        for changes in watch(
            *paths,
            watch_filter=None,
            stop_event=self._rewatch,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            step=50,
            raise_interrupt=False,
        ):
            for path in sorted({Path(name) for _, name in changes}):
                if path.is_file():
                    self._changed(path)
            self._close_resting()

    def _changed(self, path: Path) -> None:
        job = next((j for j in self._watched if path.is_relative_to(j.root.path)), None)
        if job is None:
            return
        with self._work:
            known = self._followers.get(path)
            if known is not None:
                pairs = [(known.kind, known.source)]
            else:
                root = Root(path, job.root.format)
                pairs = [(kind, Source(path, job.root.path)) for kind, _ in discover.files(root)]
            for kind, source in pairs:
                job.progress.bytes_total += 0 if known else _size(path)
                self._one(kind, source, job.progress)
                self._touched[path] = monotonic()

    def _close_resting(self) -> None:
        """Close the last message of files that have been quiet for ten seconds."""
        now = monotonic()
        for path in [p for p, at in self._touched.items() if now - at >= _REST_S]:
            del self._touched[path]
            follower = self._followers.get(path)
            if follower is None:
                continue
            with self._work:
                try:
                    follower.follow(at_rest=True)
                except (OSError, HansardError) as problem:
                    follower.progress.skip(str(path), str(problem))


def _progress(root: Root) -> Progress:
    name = root.format.title if root.format else root.path.name
    return Progress(root.format.name if root.format else "auto", name, str(root.path))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _at_rest(path: Path) -> bool:
    try:
        return time() - path.stat().st_mtime >= _REST_S
    except OSError:
        return True
