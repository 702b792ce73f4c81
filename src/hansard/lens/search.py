"""Search: everything that was said, called and returned, the newest first (S1-10, S1-N7).

Names of sessions come first, then events: those that the index has not read yet are read here,
so what was acknowledged is found.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from hansard.domain import cursor, instant, query, words
from hansard.domain.draft import Json
from hansard.domain.errors import InvalidRequest
from hansard.domain.query import Query
from hansard.domain.snippet import Snippet
from hansard.domain.snippet import snippet as snippet_of
from hansard.journal import read
from hansard.journal.index import NAMES, Indexer, Told, named
from hansard.store import session_rows, sessions
from hansard.store.base import Store
from hansard.store.search import SHORTEST_PART, Wanted
from hansard.store.sessions import Filter

MAX_LIMIT = 100
SCOPES: dict[str, tuple[str, ...]] = {
    "all": (),
    "user": ("user",),
    "assistant": ("assistant",),
    "tool": ("tool",),
}
_TAIL = 2_000
_BATCH = 256
_ROUNDS = 16
_NAMED = 100
_NAME_ROUNDS = 8
_SCANNED = 5_000
_ENDLESS = 1 << 62
_SHOWN = (
    "id",
    "title",
    "key",
    "agent",
    "kind",
    "channel",
    "state",
    "display_status",
    "tone",
    "parent_id",
    "created_at",
    "updated_at",
    "archived_at",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search and where it looks.

    Attributes:
        typed: as a person types it; its grammar is `query.parse`'s.
        scope: who says it: all, user, assistant or tool.
        session_id: only in this session.
        archived: archived sessions too.
        each: one hit for a session, its newest.
    """

    typed: str
    scope: str = "all"
    session_id: str | None = None
    archived: bool = False
    each: bool = False


@dataclass(slots=True)
class Found:
    """A page of hits.

    Attributes:
        excluded: why sessions with hits were left out → which.
        unmet: the conditions that left some out, as they may be typed.
        complete: False when the index is so far behind that hits may be missing.
    """

    hits: list[Json] = field(default_factory=list[Json])
    next_page: str | None = None
    excluded: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    unmet: dict[str, None] = field(default_factory=dict[str, None])
    complete: bool = True

    def to_wire(self) -> Json:
        """The answer of the operation."""
        why = {
            "archived": "in archived sessions; add include_archived=true",
            "condition": f"in sessions that {' or '.join(self.unmet)} leaves out",
        }
        return {
            "data": self.hits,
            "next_page": self.next_page,
            "complete": self.complete,
            "excluded": [
                {"reason": name, "sessions": len(held), "message": why[name]}
                for name, held in sorted(self.excluded.items())
            ],
        }


def search(
    store: Store,
    indexer: Indexer,
    key: bytes,
    workspace_id: str,
    asked: Asked,
    *,
    limit: int = 20,
    token: str | None = None,
) -> Found:
    """One page of a search.

    Raises:
        InvalidRequest: the search, the limit or the cursor does not read, or nothing is asked.
        NotFound: there is no such session.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidRequest(f"limit: 1 to {MAX_LIMIT}")
    if asked.scope not in SCOPES:
        raise InvalidRequest(f"scope: one of {', '.join(SCOPES)}")
    parsed = query.parse(asked.typed)
    if parsed == Query():
        raise InvalidRequest("q: nothing to search for")
    place = _place(key, token, asked, workspace_id)
    run = _Run(store, indexer, workspace_id, asked, parsed, limit)
    next_place = run.go(place)
    if next_place is not None:
        print_ = _print(asked, workspace_id)
        run.found.next_page = cursor.encode(key, {"f": print_, "p": next_place})
    return run.found


def _print(asked: Asked, workspace_id: str) -> str:
    said = [asked.typed, asked.scope, asked.session_id, asked.archived, asked.each]
    return cursor.fingerprint({"search": said, "workspace": workspace_id})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins.

    Attributes:
        named: below which `sid` names are looked at; 0 when there are no more.
        below: below which cursor events are, or sessions by their last movement; 0 likewise.
    """

    named: int = _ENDLESS
    below: int = _ENDLESS


def _place(key: bytes, token: str | None, asked: Asked, workspace_id: str) -> _Place:
    """Where to go on."""
    if token is None:
        return _Place()
    content = cursor.decode(key, token)
    if content.get("f") != _print(asked, workspace_id) or not isinstance(content["p"], list):
        raise InvalidRequest("page: the cursor belongs to another search; start again without it")
    named, below = cast("list[int]", content["p"])
    return _Place(named, below)


class _Run:
    """One page while it is made."""

    def __init__(
        self,
        store: Store,
        indexer: Indexer,
        workspace_id: str,
        asked: Asked,
        parsed: Query,
        limit: int,
    ) -> None:
        self.found = Found()
        self._store = store
        self._indexer = indexer
        self._workspace_id = workspace_id
        self._asked = asked
        self._query = parsed
        self._limit = limit
        self._sid: int | None = None
        self._rows: dict[int, Json | None] = {}
        self._seen: set[int] = set()
        if asked.session_id is not None:
            self._sid = read.place(store, workspace_id, asked.session_id).sid

    def go(self, place: _Place) -> tuple[int, int] | None:
        """Collect hits; where the next page begins when there may be more."""
        if not self._query.wanted:
            if self._query.terms:
                raise InvalidRequest("q: say a word to look for beside those to leave out")
            last = self._by_conditions(None if place.below == _ENDLESS else place.below)
            return None if last is None else (0, last)
        named = 0
        if place.named and self._asked.scope == "all" and self._sid is None:
            named = self._by_name(place)
        below = self._by_event(place.below) if place.below else None
        return (named, below or 0) if named or below else None

    def _by_event(self, below: int) -> int | None:
        """Collect hits below a cursor; the one below which to go on when there may be more."""
        reached = self._indexer.search.read_to(self._workspace_id).events
        if below > reached:
            reached, full = self._by_tail(below)
            if full is not None:
                return full
        return self._by_index(min(below, reached + 1))

    # Sessions by their names

    def _by_name(self, place: _Place) -> int:
        """Collect sessions by their names; the `sid` below which to go on, 0 at the end."""
        part, below = self._query.text, place.named
        if len(part) < SHORTEST_PART or self._query.tools:
            return 0
        room = -(-self._limit // 2) if place.below else self._limit  # what was said needs some too
        for _ in range(_NAME_ROUNDS):
            search = self._indexer.search
            sids = search.named(self._workspace_id, part, before=below, limit=_NAMED)
            self._know(sids)
            for sid in sids:
                row = self._rows.get(sid)
                if row is None or not self._admits(row):
                    continue
                if len(self.found.hits) >= room:
                    return sid + 1
                self._seen.add(sid)
                self.found.hits.append(_name_hit(row, part))
            if len(sids) < _NAMED:
                return 0
            below = sids[-1]
        return below

    def _by_conditions(self, place: int | None) -> int | None:
        """Without words: the sessions that meet the conditions, the newest movement first."""
        if self._asked.scope != "all" or self._sid is not None:
            raise InvalidRequest("q: say a word to look for")
        chosen = Filter(archived=None, include_children=True)
        after = None if place is None else (place, "\U0010ffff")
        scanned = 0
        last = place
        while scanned < _SCANNED:
            found = self._store.read(
                lambda c, a=after: sessions.page(
                    c, self._workspace_id, chosen, sort="-updated_at", after=a, limit=_BATCH
                )
            )
            for keys, body in found:
                if len(self.found.hits) >= self._limit and keys[0] != last:
                    return cast(int, last)
                row = orjson.loads(body)
                if self._admits(row, by_tool=True):
                    self.found.hits.append(_hit(row, "session", None))
                last = keys[0]
                after = keys
            scanned += len(found)
            if len(found) < _BATCH:
                return None
        return last

    # Events

    def _by_tail(self, below: int) -> tuple[int, int | None]:
        """Read what the index has not read: how far the index is then, and where to go on when
        the page is full."""
        reached, told, whole = self._indexer.unread(self._workspace_id, _TAIL)
        self.found.complete = whole
        fit = [one for one in told if one.pos < below and self._fits(one)]
        return reached, self._collect(fit)

    def _fits(self, told: Told) -> bool:
        roles, tools = SCOPES[self._asked.scope], {t.lower() for t in self._query.tools}
        document = told.document
        return (
            (not roles or document.role in roles)
            and (not tools or (document.tool or "").lower() in tools)
            and (self._sid is None or told.sid == self._sid)
            and words.holds(document.text, self._query.terms)
        )

    def _by_index(self, below: int) -> int | None:
        """Go through the index from a cursor downwards until the page is full."""
        wanted = Wanted(self._query.terms, SCOPES[self._asked.scope], self._query.tools, self._sid)
        batch = self._limit + 1
        for _ in range(_ROUNDS):
            if len(self.found.hits) >= self._limit:
                return below
            places = self._indexer.search.find(
                self._workspace_id, wanted, before=below, limit=batch
            )
            if not places:
                return None
            full = self._collect(self._indexer.at(self._workspace_id, places))
            if full is not None:
                return full
            below = places[-1]
            if len(places) < batch:
                return None
            batch = min(4 * batch, _BATCH)  # conditions leave much out: take longer steps
        return below

    def _collect(self, told: Sequence[Told]) -> int | None:
        """Make hits of events until the page is full; the cursor below which to go on then."""
        self._know({one.sid for one in told})
        for one in told:
            if len(self.found.hits) >= self._limit:
                return one.pos + 1
            row = self._rows.get(one.sid)
            if row is None or (self._asked.each and one.sid in self._seen):
                continue
            if self._admits(row):
                self._seen.add(one.sid)
                self.found.hits.append(_event_hit(row, one, self._query))
        return None

    # The conditions on a session

    def _know(self, sids: Iterable[int]) -> None:
        unknown = [sid for sid in sids if sid not in self._rows]
        if not unknown:
            return
        found = self._store.read(lambda c: session_rows.by_sid(c, self._workspace_id, unknown))
        for sid in unknown:
            row = found.get(sid)
            gone = row is None or row[1] == sessions.DELETED
            self._rows[sid] = None if gone or row is None else orjson.loads(row[2])

    def _admits(self, row: Json, *, by_tool: bool = False) -> bool:
        """Whether a session takes part; if not, the answer says why."""
        if row["archived_at"] and not self._asked.archived and not self._asked.session_id:
            self._leave_out("archived", row)
            return False
        unmet = _unmet(row, self._query)
        if by_tool:
            used = {str(tool).lower() for tool in row["tools"]}
            return unmet is None and all(tool.lower() in used for tool in self._query.tools)
        if unmet is not None:
            self.found.unmet[unmet] = None
            self._leave_out("condition", row)
        return unmet is None

    def _leave_out(self, reason: str, row: Json) -> None:
        self.found.excluded.setdefault(reason, set()).add(row["id"])


def _unmet(row: Json, asked: Query) -> str | None:
    """The first condition of a search that a row does not meet; None when it meets all."""
    moved = instant.from_wire(row["updated_at"])
    if asked.after is not None and moved < asked.after:
        return f"after:{instant.to_wire(asked.after)}"
    if asked.before is not None and moved >= asked.before:
        return f"before:{instant.to_wire(asked.before)}"
    cost = row["cost_micros"]
    for one in asked.costs:
        if cost is None or not _COMPARE[one.sign](cost, one.micros):
            return str(one)
    facets = (facet for facet in asked.facets if not facet.fits(_said(row, facet.name)))
    return next(map(str, facets), None)


_COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}


def _said(row: Json, name: str) -> Iterator[str]:
    """What a row says about a facet, in lower case; conditions look for a part of it."""
    owner: Json = row["owner"] or {}
    found: list[Any]
    match name:
        case "agent":
            found = [row["agent"].get("name"), row["agent"].get("id")]
        case "owner":
            found = [owner.get("name"), owner.get("id")]
        case "status":
            found = [row["state"], row["display_status"], row["tone"], row["status"]]
            found += ["active"] * bool(row["active"]) + ["attention"] * bool(row["attention"])
        case "model":
            found = list(row["models"])
        case "tag":
            found = list(row["tags"])
        case "repo":
            found = [row["where"].get("repo"), row["where"].get("cwd")]
        case _:
            found = [row[name]]
    return (str(value).lower() for value in found if value)


# Hits


def _hit(row: Json, matched: str, snippet: Json | None) -> Json:
    shown = {name: row[name] for name in _SHOWN}
    shown["agent"] = {name: row["agent"].get(name) for name in ("id", "name")}
    return {
        "type": "search_hit",
        "matched": matched,
        "session_id": row["id"],
        "session": shown,
        "seq": None,
        "event_id": None,
        "event_type": None,
        "role": None,
        "tool": None,
        "created_at": row["updated_at"],
        **(snippet or {"snippet": "", "parts": []}),
    }


def _name_hit(row: Json, part: str) -> Json:
    """A session one of whose names holds the typed text."""
    for name, text in zip((*NAMES, "agent"), named(orjson.dumps(row)).split("\n"), strict=False):
        at = text.lower().find(part.lower())
        if at >= 0:
            marked = Snippet(text, ((at, at + len(part)),))
            return _hit(row, name, marked.to_wire())
    return _hit(row, "session", None)


def _event_hit(row: Json, told: Told, asked: Query) -> Json:
    document = told.document
    return {
        **_hit(row, "event", snippet_of(document.text, asked.terms).to_wire()),
        "seq": told.seq,
        "event_id": told.event_id,
        "event_type": told.event_type,
        "role": document.role,
        "tool": document.tool,
        "created_at": instant.to_wire(told.created_at),
    }
