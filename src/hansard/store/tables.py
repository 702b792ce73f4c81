"""The database on one page. A test proves that the migrations end here.

Times are integer milliseconds UTC, money integer micro-units, ids text but for events, whose
UUID is kept as 16 bytes. Every table and every key carries the workspace.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hansard.store import figure_tables
from hansard.store.columns import Big as _Big
from hansard.store.columns import metadata

session_figures = figure_tables.session_figures
session_marks = figure_tables.session_marks
"""Followers of the rows, described there."""

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about the database itself: clean shutdown, projection version."""

counters = Table(
    "counters",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("pos", _Big, nullable=False),
)
"""`pos`: raised once per append transaction, so its order is commit order. Only where several
processes write: SQLite's one writer counts in memory, from the highest `pos` of its sessions."""

workspaces = Table(
    "workspaces",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", _Big, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", _Big, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_by", Text),
    Column("created_at", _Big, nullable=False),
    Column("expires_at", _Big),
    Column("last_used_at", _Big),
    Column("revoked_at", _Big),
    UniqueConstraint("hash", name="api_keys_hash"),
)

logins = Table(
    "logins",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("member_id", Text, nullable=False),
    Column("created_at", _Big, nullable=False),
    Column("expires_at", _Big, nullable=False),
    Column("used_at", _Big),
    Column("key_id", Text),
)
"""One-time login links and the browser logins they became; with the key they end with."""

agents = Table(
    "agents",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("format", Text),
    Column("created_at", _Big, nullable=False),
    Column("updated_at", _Big, nullable=False),
    Column("archived_at", _Big),
    Column("body", LargeBinary, nullable=False),
    Index("agents_format", "workspace_id", "format", unique=True),
    Index("agents_created", "workspace_id", "created_at", "id"),
)

agent_versions = Table(
    "agent_versions",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("agent_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("created_at", _Big, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What each version of an agent was: never changed, so that a session names what ran it."""

sessions = Table(
    "sessions",
    metadata,
    Column("sid", _Big, primary_key=True, autoincrement=True),
    Column("workspace_id", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("channel", Text),
    Column("owner_id", Text),
    Column("initiative_id", Text),
    Column("plan_id", Text),
    Column("agent_version", Integer),
    Column("state", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("tone", Text, nullable=False),
    Column("mix", Text, nullable=False, server_default=text("''")),
    Column("parent_id", Text),
    Column("root_id", Text),
    Column("child", Boolean, nullable=False),
    Column("shelf", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("settle_at", _Big),
    Column("attention_since", _Big),
    Column("created_at", _Big, nullable=False),
    Column("updated_at", _Big, nullable=False),
    Column("pos", _Big, nullable=False),
    Column("head_mac", LargeBinary),
    Column("body", LargeBinary, nullable=False),
    Column("fold", LargeBinary, nullable=False),
    UniqueConstraint("workspace_id", "id", name="sessions_id"),
    UniqueConstraint("workspace_id", "key", name="sessions_key"),
    sqlite_autoincrement=False,
)
"""`body` is the row as the API shows it, `fold` what the fold remembers beside it; the
columns are for finding. `shelf`: 0 listed, 1 archived, 2 deleted. `child`: a sub-agent.
`mix`: kind, mode, origin, state, status and channel in one word (domain/mix.py)."""

_LISTED = ("workspace_id", "shelf", "child")
_ORDER = ("active", "updated_at", "id")
_PLACED = (*_ORDER, "attention_since")
Index("sessions_list", *(sessions.c[name] for name in (*_LISTED, *_ORDER)))
Index("sessions_by_mix", *(sessions.c[n] for n in (*_LISTED, "mix", *_PLACED)))
for _name, _lead, _twin in (("agent", "agent_id", "owner_id"), ("owner", "owner_id", "agent_id")):
    Index(
        f"sessions_by_{_name}",
        *(sessions.c[n] for n in (*_LISTED, _lead, "mix", *_PLACED, _twin)),
    )
for _tie in ("initiative", "plan"):
    _tied = text(f"{_tie}_id IS NOT NULL")
    Index(
        f"sessions_by_{_tie}",
        *(sessions.c[n] for n in (*_LISTED, f"{_tie}_id", "mix", *_PLACED)),
        sqlite_where=_tied,
        postgresql_where=_tied,
    )
Index("sessions_updated", *(sessions.c[n] for n in (*_LISTED, "updated_at", "id")))
Index("sessions_created", *(sessions.c[n] for n in (*_LISTED, "created_at", "id")))
Index("sessions_pos", sessions.c.workspace_id, sessions.c.pos)
Index("sessions_parent", sessions.c.workspace_id, sessions.c.parent_id)
Index(
    "sessions_settle",
    sessions.c.settle_at,
    sqlite_where=text("settle_at IS NOT NULL"),
    postgresql_where=text("settle_at IS NOT NULL"),
)
Index(
    "sessions_attention",
    sessions.c.workspace_id,
    sessions.c.attention_since,
    sessions.c.id,
    sqlite_where=text("attention_since IS NOT NULL"),
    postgresql_where=text("attention_since IS NOT NULL"),
)

session_sources = Table(
    "session_sources",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("format", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Index("session_sources_session", "workspace_id", "session_id"),
)
"""Which session holds what of a foreign format (architecture.md, *Import identity*)."""

session_waits = Table(
    "session_waits",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("format", Text, primary_key=True),
    Column("parent_external_id", Text, primary_key=True),
    Column("session_id", Text, primary_key=True),
)
"""Sub-agents that were met before the session they belong to."""

session_connectors = Table(
    "session_connectors",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("connector", Text, primary_key=True),
    Column("sid", _Big, primary_key=True),
    Column("shelf", Integer, nullable=False),
    Column("child", Boolean, nullable=False),
    Column("mix", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("updated_at", _Big, nullable=False),
    Column("id", Text, nullable=False),
    Column("attention_since", _Big),
    Column("agent_id", Text, nullable=False),
    Column("owner_id", Text),
    Index("session_connectors_sid", "sid"),
    Index(
        "session_connectors_list",
        "workspace_id",
        "shelf",
        "child",
        "connector",
        "mix",
        *_PLACED,
        "agent_id",
        "owner_id",
    ),
)
"""Which connectors a session used, and its place in the list beside each (S0-20)."""

events = Table(
    "events",
    metadata,
    Column("workspace_id", Text, nullable=False),
    Column("pos", _Big, autoincrement=False, nullable=False),
    Column("sid", _Big, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("id", LargeBinary, nullable=False),
    Column("type", Text, nullable=False),
    Column("thread", Text),
    Column("segment", Integer, nullable=False),
    Column("turn", LargeBinary),
    Column("v", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("created_at", _Big, nullable=False),
    Column("recorded_at", _Big, nullable=False),
    Column("processed_at", _Big),
    Column("salt", LargeBinary),
    Column("content_hash", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    Column("payload", LargeBinary),
    PrimaryKeyConstraint("pos").ddl_if(dialect="sqlite"),
    UniqueConstraint("workspace_id", "pos", name="events_pos").ddl_if(dialect="postgresql"),
)
"""The log. SQLite keeps one `pos` counter for the file, so that it is the row's own key;
PostgreSQL counts per workspace and keys by (workspace_id, pos). `content_hash` is filled only
when the payload and its salt are erased, or rewritten without a secret that became known later:
until then it follows from them, and the chain runs over it ever after."""
Index("events_seq", events.c.sid, events.c.seq, unique=True)
Index("events_id", events.c.workspace_id, events.c.id, unique=True)

ledger = Table(
    "ledger",
    metadata,
    Column("workspace_id", Text, nullable=False),
    Column("event_id", LargeBinary, nullable=False),
    Column("session_id", Text),
    Column("segment", Integer),
    Column("turn_id", Text),
    Column("source", Text, nullable=False),
    Column("wallet", Text, nullable=False),
    Column("model", Text),
    Column("connector", Text),
    Column("tool", Text),
    Column("input_uncached", _Big, nullable=False),
    Column("cache_read", _Big, nullable=False),
    Column("cache_write_5m", _Big, nullable=False),
    Column("cache_write_1h", _Big, nullable=False),
    Column("output", _Big, nullable=False),
    Column("units", Integer, nullable=False),
    Column("cost_micros", _Big),
    Column("currency", Text, nullable=False),
    Column("price_source", Text, nullable=False),
    Column("usage_source", Text, nullable=False),
    Column("ao_milli", _Big, nullable=False),
    Column("rate_card_version", Text, nullable=False),
    Column("at", _Big, nullable=False),
    PrimaryKeyConstraint("workspace_id", "event_id"),
    Index("ledger_session", "workspace_id", "session_id"),
    sqlite_with_rowid=False,
)

blobs = Table(
    "blobs",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("sid", _Big, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("bytes", _Big, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

raw_records = Table(
    "raw_records",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("sid", _Big, primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("first_n", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

import_files = Table(
    "import_files",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("format", Text, nullable=False),
    Column("session_id", Text),
    Column("size", _Big, nullable=False),
    Column("modified_ns", _Big, nullable=False),
    Column("offset", _Big, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("skipped", Integer, nullable=False),
)
"""How far each foreign file was read: complete lines, and the digest of those bytes."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("principal", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("session_id", Text),
    Column("status", Integer),
    Column("response", LargeBinary),
    Column("created_at", _Big, nullable=False),
    Index("idempotency_created", "created_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("at", _Big, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text),
    Column("request_id", Text),
    Column("detail", Text),
    Index("audit_at", "workspace_id", "at"),
    Index("audit_target", "workspace_id", "target", "at", "id"),
)

bulk_operations = Table(
    "bulk_operations",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("request_id", Text),
    Column("body", LargeBinary, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("created_at", _Big, nullable=False),
    Column("started_at", _Big),
    Column("ended_at", _Big),
    Column("worker", Text),
    Column("claimed_until", _Big),
    Index("bulk_operations_created", "workspace_id", "created_at", "id"),
    Index(
        "bulk_operations_open",
        "created_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""What was asked of many sessions, and how far it is. `worker` changes some until then."""

bulk_items = Table(
    "bulk_items",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("operation_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("error_type", Text),
    Column("error_message", Text),
)
"""Sessions that wait for their operation, and those on which it failed; none that is done."""

saved_views = Table(
    "saved_views",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", _Big, nullable=False),
    Column("updated_at", _Big, nullable=False),
    UniqueConstraint("workspace_id", "owner", "name", name="saved_views_name"),
)
"""Views of the list that people keep, for themselves or for all."""

files = Table(
    "files",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("filename", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", _Big, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("content", Text, nullable=False),
    Column("scanned", Boolean, nullable=False),
    Column("redactions", LargeBinary, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", _Big, nullable=False),
    Column("expires_at", _Big),
    Index("files_created", "workspace_id", "created_at", "id"),
    Index("files_digest", "workspace_id", "digest"),
    Index(
        "files_expiry",
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
)
"""Uploaded files of a workspace; equal contents are kept once."""

file_pieces = Table(
    "file_pieces",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("content", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("written_at", _Big, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""The bytes of a content, in pieces. A content that no file has is an upload that broke off."""

redaction_rules = Table(
    "redaction_rules",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("body", Text),
    Column("enabled", Boolean, nullable=False),
    Column("created_by", Text),
    Column("created_at", _Big, nullable=False),
    Column("updated_at", _Big, nullable=False),
)
"""Detection rules of a workspace; without a body, the switch of a rule of somebody else's."""

rescans = Table(
    "rescans",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("after_sid", _Big, nullable=False),
    Column("sessions_done", _Big, nullable=False),
    Column("sessions_total", _Big, nullable=False),
    Column("events", _Big, nullable=False),
    Column("started_at", _Big, nullable=False),
    Column("finished_at", _Big),
)
"""Searches of the log for secrets that became known later; `mark` is a keyed hash of the value."""
