"""Exports of Hansard itself, taken back in through the import door (product.md, decision 6)."""

import logging
from collections.abc import Callable, Collection
from pathlib import Path

from hansard.domain.errors import Conflict, HansardError, InvalidRequest
from hansard.ingest.base import spelled
from hansard.ingest.lines import plain
from hansard.ingest.progress import Progress
from hansard.journal import line, proof, restore
from hansard.journal.append import Journal
from hansard.journal.proof import LONGEST, Proof, opened

_LOG = logging.getLogger(__name__)
FORMAT = "hansard"
TITLE = "Hansard export"
_SUFFIX = ".jsonl"


def is_export(path: Path) -> bool:
    """Whether a file begins as an export does."""
    if not path.is_file():  # opening a named pipe would wait for somebody to write
        return False
    try:
        with plain(path) as (file, _):
            return file.read(len(line.BEGINNING)) == line.BEGINNING
    except OSError:
        return False


def below(path: Path) -> list[Path]:
    """The exports among the files of a folder, or the file itself if it is one."""
    if not path.is_dir():
        return [path] if is_export(path) else []
    return sorted(p for p in path.rglob(f"*{_SUFFIX}") if p.is_file() and is_export(p))


def foresee(
    journal: Journal, workspace_id: str, path: Path, trusted: Collection[str] = frozenset()
) -> None:
    """Refuse at the door what cannot come in: every session of the file is here, but otherwise.

    Args:
        trusted: the public keys that may continue a session that is here.

    Raises:
        InvalidRequest: the header does not read.
        Conflict: no session of it can be taken.
    """
    with opened(path) as file:
        header = line.read_header(file.readline(LONGEST))
    refused: list[Conflict] = []
    for entry in header.sessions:
        try:
            known = header.public_key in trusted
            restore.standing(journal, workspace_id, entry, trusted=known)
        except Conflict as problem:
            refused.append(problem)
    if refused and len(refused) == len(header.sessions):
        raise refused[0]


class Exports:
    """Takes exports in, one at a time.

    Args:
        journal: where events go.
        workspace_id: the workspace they belong to.
        clean: redacts one raw record.
        stopped: whether to leave off.
        own_key: this installation's public key.
    """

    def __init__(
        self,
        journal: Journal,
        workspace_id: str,
        clean: Callable[[bytes], bytes],
        stopped: Callable[[], bool],
        own_key: Callable[[], str],
    ) -> None:
        self._journal = journal
        self._workspace_id = workspace_id
        self._clean = clean
        self._stopped = stopped
        self._own_key = own_key

    def take(self, path: Path, progress: Progress, trusted: Collection[str] = frozenset()) -> None:
        """Check a whole file, then take in session by session; what is refused is reported.

        Nothing of a file that was changed or cut off is taken.

        Args:
            trusted: public keys that may continue a session that is here, beside our own.
        """
        try:
            found = self._checked(path, progress)
        except HansardError as problem:
            self._refuse(path, problem.message, progress)
            return
        half = found.bytes - found.bytes // 2
        known = found.header.public_key in (self._own_key(), *trusted)
        for section in found.sections:
            if self._stopped():
                return
            try:
                done = restore.restore(
                    self._journal, self._workspace_id, path, section, self._clean, trusted=known
                )
                if done.added:
                    progress.added(done.session_id, done.added)
            except HansardError as problem:
                self._refuse(path, problem.message, progress)
            except Exception:
                _LOG.exception("could not take in %s", section.entry.id)
                self._refuse(path, f"{section.entry.id}: see the server's log", progress)
            progress.read(half * (section.end - section.start) // max(1, found.bytes))
        progress.files_done += 1

    def _checked(self, path: Path, progress: Progress) -> Proof:
        def told(count: int) -> None:
            progress.read(count // 2)
            if self._stopped():
                raise InvalidRequest("the import was stopped")

        with opened(path) as file:
            found = proof.examine(file, told)
        if found.problems:
            more = f", and {found.broken - 1} more" if found.broken > 1 else ""
            raise InvalidRequest(f"the export is damaged: {found.problems[0]}{more}")
        return found

    def _refuse(self, path: Path, reason: str, progress: Progress) -> None:
        progress.skip(spelled(path), reason, records=0)
        progress.error = progress.error or reason
