"""The search index on PostgreSQL: narrow tables of its own, filled behind the log.

A vector is made of our own words, not by a parser of the server, so both databases find the same.
"""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert

from hansard.domain import words
from hansard.domain.words import Term
from hansard.store.search import NEVER, SHORTEST_PART, Names, Page, Read, Wanted

_metadata = MetaData()
_LONGEST_WORD, _PLACES, _LAST_PLACE = 200, 255, 16_383
_PATIENCE_MS = 2_000

reached = Table(
    "search_reached",
    _metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
)
documents = Table(
    "search_documents",
    _metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("pos", BigInteger, primary_key=True),
    Column("sid", BigInteger, nullable=False),
    Column("role", Text, nullable=False),
    Column("tool", Text),
    Column("text", TSVECTOR, nullable=False),
)
Index("search_documents_text", documents.c.text, postgresql_using="gin")
names = Table(
    "search_names",
    _metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("sid", BigInteger, primary_key=True),
    Column("text", Text, nullable=False),
    Column("grams", ARRAY(Text), nullable=False),
)
Index("search_names_grams", names.c.grams, postgresql_using="gin")
_LOCK = 0x73656172636821


class PostgresSearch:
    """GIN over vectors of words and over arrays of trigrams; no extension is needed.

    Args:
        engine: of the database that holds the log.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            _metadata.create_all(connection)
            stale = select(reached.c.workspace_id).where(reached.c.version != words.VERSION)
            if connection.execute(stale).first() is not None:
                _forget(connection)

    def read_to(self, workspace_id: str) -> Read:
        """How far a workspace is indexed."""
        with self._engine.connect() as connection:
            return _read_to(connection, workspace_id)

    def add(
        self,
        workspace_id: str,
        pages: Sequence[Page],
        names: Sequence[Names],
        *,
        before: Read,
        now: Read,
    ) -> bool:
        """Index documents and names, and note how far that goes, in one transaction."""
        with self._engine.begin() as connection:
            connection.execute(
                upsert(reached)
                .values(workspace_id=workspace_id, version=words.VERSION, events=0, rows=0)
                .on_conflict_do_nothing()
            )
            if _read_to(connection, workspace_id, lock=True) != before:
                return False
            _put(connection, workspace_id, pages)
            _name(connection, workspace_id, names)
            connection.execute(
                update(reached)
                .where(reached.c.workspace_id == workspace_id)
                .values(events=now.events, rows=now.rows)
            )
        return True

    def put(self, workspace_id: str, pages: Sequence[Page]) -> None:
        """Index documents again whose content was changed in the log."""
        with self._engine.begin() as connection:
            _put(connection, workspace_id, pages)

    def drop(self, workspace_id: str, pages: Sequence[Page]) -> None:
        """Take documents out."""
        gone = [page.pos for page in pages]
        with self._engine.begin() as connection:
            connection.execute(
                delete(documents).where(
                    documents.c.workspace_id == workspace_id, documents.c.pos.in_(gone)
                )
            )

    def tidy(self) -> None:
        """Dead rows and the pending list of the index: the server cleans what nobody can see."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM search_documents"))
            connection.execute(text("VACUUM search_names"))

    def find(self, workspace_id: str, wanted: Wanted, *, before: int, limit: int) -> list[int]:
        """The newest cursors below `before` whose documents fit, falling.

        The hits are made first and sorted then: else the planner may walk the whole log
        backwards for a rare word (stack.md, section 3b).
        """
        c = documents.c
        conditions: list[ColumnElement[bool]] = [
            c.workspace_id == workspace_id,
            c.pos < before,
            c.text.op("@@")(cast(bindparam("query", type_=Text), TSQUERY)),
        ]
        if wanted.roles:
            conditions.append(c.role.in_(wanted.roles))
        if wanted.tools:
            conditions.append(func.lower(c.tool).in_([tool.lower() for tool in wanted.tools]))
        if wanted.sid is not None:
            conditions.append(c.sid == wanted.sid)
        hits = select(c.pos).where(*conditions).cte("hits").prefix_with("MATERIALIZED")
        query = select(hits.c.pos).order_by(hits.c.pos.desc()).limit(limit)
        with self._engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = {_PATIENCE_MS}"))
            values = {"query": _query(wanted.terms)}
            return list(connection.execute(query, values).scalars())

    def named(self, workspace_id: str, part: str, *, before: int, limit: int) -> list[int]:
        """Sessions one of whose names holds `part`, the newest first."""
        low = part.lower()
        query = (
            select(names.c.sid)
            .where(
                names.c.workspace_id == workspace_id,
                names.c.sid < before,
                names.c.grams.contains(_grams(low)),
                func.strpos(func.lower(names.c.text), low) > 0,
            )
            .order_by(names.c.sid.desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def clear(self) -> None:
        """Forget everything; it is built again from the log."""
        with self._engine.begin() as connection:
            _forget(connection)

    def bytes(self) -> int:
        """What it takes on disk."""
        size = select(
            func.pg_total_relation_size("search_documents")
            + func.pg_total_relation_size("search_names")
        )
        with self._engine.connect() as connection:
            return int(connection.execute(size).scalar_one())

    def close(self) -> None:
        """The engine belongs to the store."""


def _read_to(connection: Connection, workspace_id: str, *, lock: bool = False) -> Read:
    query = select(reached.c.events, reached.c.rows).where(reached.c.workspace_id == workspace_id)
    found = connection.execute(query.with_for_update() if lock else query).first()
    return NEVER if found is None else Read(found[0], found[1])


def _forget(connection: Connection) -> None:
    for table in (documents, names, reached):
        connection.execute(delete(table))


_PUT = (
    upsert(documents)
    .values(
        workspace_id=bindparam("workspace_id"),
        pos=bindparam("pos"),
        sid=bindparam("sid"),
        role=bindparam("role"),
        tool=bindparam("tool"),
        text=cast(bindparam("vector", type_=Text), TSVECTOR),
    )
    .on_conflict_do_update(
        index_elements=["workspace_id", "pos"], set_={"text": literal_column("excluded.text")}
    )
)


def _put(connection: Connection, workspace_id: str, pages: Sequence[Page]) -> None:
    rows = [
        {
            "workspace_id": workspace_id,
            "pos": page.pos,
            "sid": page.sid,
            "role": page.role,
            "tool": None if page.tool is None else page.tool.replace("\0", ""),
            "vector": _vector(page.text),
        }
        for page in pages
    ]
    if rows:
        connection.execute(_PUT, rows)


def _name(connection: Connection, workspace_id: str, found: Sequence[Names]) -> None:
    """Names that are new or changed; a row moves with every event, its names seldom do."""
    if not found:
        return
    mine = names.c.workspace_id == workspace_id
    sids = [name.sid for name in found]
    query = select(names.c.sid, names.c.text).where(mine, names.c.sid.in_(sids))
    there = {row[0]: row[1] for row in connection.execute(query)}
    wanted = {n.sid: n.text.replace("\0", "") for n in found if n.listed}
    stale = [sid for sid in there if wanted.get(sid) != there[sid]]
    if stale:
        connection.execute(delete(names).where(mine, names.c.sid.in_(stale)))
    fresh = [
        {"workspace_id": workspace_id, "sid": sid, "text": name, "grams": _grams(name.lower())}
        for sid, name in wanted.items()
        if there.get(sid) != name
    ]
    if fresh:
        connection.execute(insert(names), fresh)


def _grams(low: str) -> list[str]:
    width = SHORTEST_PART
    return sorted({low[start : start + width] for start in range(len(low) - width + 1)})


def _vector(content: str) -> str:
    """Words with their places, in the written form of a vector: `'login':3 'test':4,9`."""
    places: dict[str, list[str]] = {}
    for number, word in enumerate(words.words(content), 1):
        at = places.setdefault(word[:_LONGEST_WORD], [])
        if len(at) < _PLACES:
            at.append(str(min(number, _LAST_PLACE)))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


def _query(terms: Sequence[Term]) -> str:
    return " & ".join(("" if term.wanted else "!") + _phrase(term) for term in terms)


def _phrase(term: Term) -> str:
    """Words are letters and digits alone, so that a quote around each is enough."""
    quoted = [f"'{word[:_LONGEST_WORD]}'" for word in term.words]
    if term.prefix:
        quoted[-1] += ":*"
    return f"({' <-> '.join(quoted)})"
