"""What was read of a file on its way into the journal: dressed, priced, appended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from hansard.domain import foreign
from hansard.domain.actor import Actor
from hansard.domain.draft import Draft, Json
from hansard.domain.errors import HansardError
from hansard.ingest.base import Emission, Emit, Opened
from hansard.ingest.book import SOURCE, Book
from hansard.ingest.reconcile import Reconciler
from hansard.journal.change import Also, Appended
from hansard.store import sessions

_MESSAGE = "user.message"
_BEGUN = "session.thread_created"
_LINKED = "session.linked"


class Loader:
    """The sessions that one file tells of, and their drafts that wait to be appended.

    Attributes:
        opened: the sessions that were met, by their external ids.
        added: how many events were appended, by session id; whoever reads it may clear it.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.added: Counter[str] = Counter()
        self.opened: dict[str, Opened] = {}
        self._waiting: list[tuple[str, Draft]] = []
        self._reconciler = Reconciler(book)
        self._linked: set[str] = set()
        self._erased: set[str] = set()

    @property
    def count(self) -> int:
        """How many drafts wait."""
        return len(self._waiting)

    def recall(self, emissions: Sequence[Emission]) -> None:
        """Take in what is stored already, to go on from there."""
        for emission in emissions:
            if isinstance(emission, Opened):
                self.opened.setdefault(emission.external_id, emission)
            elif isinstance(emission, Emit):
                self._reconciler.tell(emission.draft)
                if emission.draft.type == _BEGUN and "external_id" in emission.draft.payload:
                    self.book.begun(emission.draft)
        self._reconciler.settled()

    def meet(self, opened: Opened) -> None:
        """A session is met."""
        self.opened.setdefault(opened.external_id, opened)

    def take(self, emit: Emit, number: int | None, main: str | None) -> None:
        """Let an event wait for its turn.

        Args:
            emit: the event.
            number: of its raw record.
            main: the session that keeps the file's raw records.
        """
        draft: Draft | None = emit.draft
        if draft.type == _BEGUN and "external_id" in draft.payload:
            draft = self.book.begun(draft)
        if draft is not None:
            self._reconciler.tell(draft)
            dressed = self._dressed(draft, emit.external_id, number, main)
            self._waiting.append((emit.external_id, dressed))

    def flush(self, main: str | None, also: tuple[Also, ...], *, needed: bool) -> str | None:
        """Append what waits, in the order of the file.

        Args:
            main: the session whose file it is, if it was met.
            also: runs in the last transaction, which is the main session's.
            needed: make the main session even if nothing was said in it yet.

        Returns:
            The main session's id, None when it is not here: not yet, or not any more.
        """
        waiting, self._waiting = self._waiting, []
        runs = [
            (external_id, [draft for _, draft in run])
            for external_id, run in groupby(waiting, key=lambda pair: pair[0])
        ]
        if main is not None and (not runs or runs[-1][0] != main):
            runs.append((main, []))
        session_id: str | None = None
        for place, (external_id, drafts) in enumerate(runs, 1):
            last = place == len(runs)
            session_id = self._append(external_id, drafts, also if last else (), last and needed)
        self._reconciler.settled()
        return session_id if main is not None else None

    def is_deleted(self, external_id: str) -> bool:
        """Whether a session that was met was deleted here."""
        return self.book.is_deleted(self.opened[external_id])

    def id_of(self, external_id: str) -> str:
        """The id that a session that was met has, or will have."""
        return self.book.find(external_id) or self.book.session_id(self.opened[external_id])

    def _dressed(
        self, draft: Draft, external_id: str, number: int | None, main: str | None
    ) -> Draft:
        """Owner for people, number of the raw record, the sessions behind foreign ids."""
        payload: Json = draft.payload
        if number is not None:
            place: Json = {"n": number}
            if main is not None and external_id != main:
                place["in"] = self.id_of(main)
            payload = {**payload, "source": {**foreign.mapping(payload.get("source")), **place}}
        if draft.type == _LINKED and "linked_session_id" not in payload:
            found = self.book.find(str(payload.get("external_id")))
            payload = {**payload, **({"linked_session_id": found} if found else {})}
        actor = draft.actor
        if actor.type == "person" and actor.id is None:
            actor = Actor("person", self.book.owner.id, self.book.owner.name)
        return replace(draft, payload=payload, actor=actor)

    def _append(
        self, external_id: str, drafts: list[Draft], also: tuple[Also, ...], needed: bool
    ) -> str | None:
        opened, book = self.opened.get(external_id), self.book
        if opened is None or book.is_deleted(opened):
            return None
        session_id = book.find(external_id)
        if session_id is None and not drafts and not needed:
            return None
        known = book.known(drafts)
        drafts = self._with_links(opened, session_id, drafts, known)
        fresh = self._reconciler.settle(session_id, drafts, known)
        if session_id is not None and not fresh and not also:
            return session_id
        fresh = self._not_erased(fresh)
        try:
            return self._write(opened, session_id, fresh, also)
        except (HansardError, OSError):
            raise
        except Exception:
            self._erased = self._erased or book.erased()
            left = self._not_erased(fresh)
            if len(left) == len(fresh):
                raise
            return self._write(opened, session_id, left, also)

    def _not_erased(self, fresh: list[Draft]) -> list[Draft]:
        """The drafts of the records after the last that a deleted session was charged for: a
        fork begins with a copy of that one's history."""
        last = max((_number(draft) for draft in fresh if draft.id in self._erased), default=-1)
        return [d for d in fresh if d.id not in self._erased and not 0 <= _number(d) <= last]

    def _write(
        self, opened: Opened, session_id: str | None, fresh: list[Draft], also: tuple[Also, ...]
    ) -> str:
        """Append to the session, or make it; its id."""
        if session_id is None:
            done = self.book.create(opened, fresh, also)
        else:
            done = self._add(session_id, fresh, also)
        self.added[done.session.id] += done.added
        return done.session.id

    def _with_links(
        self, opened: Opened, session_id: str | None, drafts: list[Draft], known: dict[str, str]
    ) -> list[Draft]:
        """The drafts, and in the place of the first that stands in another session a link."""
        linked: list[Draft] = []
        for draft in drafts:
            other = known.get(draft.id or "", session_id)
            if other is not None and other not in (session_id, *self._linked):
                self._linked.add(other)
                linked.append(self.book.copied(opened, other))
            linked.append(draft)
        return linked

    def _add(self, session_id: str, fresh: list[Draft], also: tuple[Also, ...]) -> Appended:
        journal, where = self.book.journal, self.book.workspace_id
        row = journal.store.read(lambda c: sessions.one(c, where, session_id))
        if row is not None and row[1] == sessions.ARCHIVED and _is_news(fresh):
            back = Draft("session.unarchived", {}, SOURCE, journal.clock())
            journal.append_blocking(journal.change(where, session_id, [back], verb="unarchive"))
        change = journal.change(where, session_id, fresh, verb="update", also=also, skip_known=True)
        return journal.append_blocking(change)


def _number(draft: Draft) -> int:
    """Of the raw record that a draft comes from; -1 when it has none."""
    number = foreign.whole(foreign.mapping(draft.payload.get("source")).get("n"))
    return -1 if number is None else number


def _is_news(fresh: list[Draft]) -> bool:
    """Whether a person spoke: only that takes a session out of the archive."""
    return any(draft.type == _MESSAGE and draft.actor.type == "person" for draft in fresh)
