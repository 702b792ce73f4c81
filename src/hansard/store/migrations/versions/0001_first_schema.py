"""The first schema: the log, its folds, who may read them, and what was imported."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table of the first release."""
    _agents()
    _api_keys()
    _audit()
    _blobs()
    _counters()
    _events()
    _facts()
    _idempotency()
    _import_files()
    _ledger()
    _logins()
    _members()
    _raw_records()
    _session_connectors()
    _session_sources()
    _session_waits()
    _sessions()
    _workspaces()


def downgrade() -> None:
    """Drop them all."""
    for name in TABLES:
        op.drop_table(name)


TABLES = [
    "agents",
    "api_keys",
    "audit",
    "blobs",
    "counters",
    "events",
    "facts",
    "idempotency",
    "import_files",
    "ledger",
    "logins",
    "members",
    "raw_records",
    "session_connectors",
    "session_sources",
    "session_waits",
    "sessions",
    "workspaces",
]


def _big() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _events_key() -> sa.Constraint:
    """SQLite keys the log by its cursor alone, PostgreSQL counts cursors per workspace."""
    if op.get_bind().dialect.name == "sqlite":
        return sa.PrimaryKeyConstraint("pos")
    return sa.UniqueConstraint("workspace_id", "pos", name="events_pos")


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("updated_at", _big(), nullable=False),
        sa.Column("archived_at", _big(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("agents_created", "agents", ["workspace_id", "created_at", "id"], unique=False)
    op.create_index("agents_format", "agents", ["workspace_id", "format"], unique=True)


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("expires_at", _big(), nullable=True),
        sa.Column("last_used_at", _big(), nullable=True),
        sa.Column("revoked_at", _big(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
        sa.UniqueConstraint("hash", name="api_keys_hash"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", _big(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("audit_at", "audit", ["workspace_id", "at"], unique=False)


def _blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("sid", _big(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("bytes", _big(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "sid", "id"),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("pos", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("pos", _big(), autoincrement=False, nullable=False),
        sa.Column("sid", _big(), nullable=False),
        sa.Column("seq", _big(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.Column("turn", sa.LargeBinary(), nullable=True),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("recorded_at", _big(), nullable=False),
        sa.Column("processed_at", _big(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        _events_key(),
    )
    op.create_index("events_id", "events", ["workspace_id", "id"], unique=True)
    op.create_index("events_seq", "events", ["sid", "seq"], unique=True)


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "principal", "key"),
    )
    op.create_index("idempotency_created", "idempotency", ["created_at"], unique=False)


def _import_files() -> None:
    op.create_table(
        "import_files",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("size", _big(), nullable=False),
        sa.Column("modified_ns", _big(), nullable=False),
        sa.Column("offset", _big(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "path"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("segment", sa.Integer(), nullable=True),
        sa.Column("turn_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("connector", sa.Text(), nullable=True),
        sa.Column("tool", sa.Text(), nullable=True),
        sa.Column("input_uncached", _big(), nullable=False),
        sa.Column("cache_read", _big(), nullable=False),
        sa.Column("cache_write_5m", _big(), nullable=False),
        sa.Column("cache_write_1h", _big(), nullable=False),
        sa.Column("output", _big(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("cost_micros", _big(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_source", sa.Text(), nullable=False),
        sa.Column("usage_source", sa.Text(), nullable=False),
        sa.Column("ao_milli", _big(), nullable=False),
        sa.Column("rate_card_version", sa.Text(), nullable=False),
        sa.Column("at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "event_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ledger_session", "ledger", ["workspace_id", "session_id"], unique=False)


def _logins() -> None:
    op.create_table(
        "logins",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("expires_at", _big(), nullable=False),
        sa.Column("used_at", _big(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "hash"),
    )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )


def _raw_records() -> None:
    op.create_table(
        "raw_records",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("sid", _big(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("first_n", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "sid", "block"),
    )


def _session_connectors() -> None:
    op.create_table(
        "session_connectors",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("sid", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "connector", "sid"),
    )
    op.create_index("session_connectors_sid", "session_connectors", ["sid"], unique=False)


def _session_sources() -> None:
    op.create_table(
        "session_sources",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "format", "external_id"),
    )
    op.create_index(
        "session_sources_session", "session_sources", ["workspace_id", "session_id"], unique=False
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("sid", _big(), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("root_id", sa.Text(), nullable=True),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settle_at", _big(), nullable=True),
        sa.Column("attention_since", _big(), nullable=True),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("updated_at", _big(), nullable=False),
        sa.Column("pos", _big(), nullable=False),
        sa.Column("head_mac", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fold", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sid"),
        sa.UniqueConstraint("workspace_id", "id", name="sessions_id"),
        sa.UniqueConstraint("workspace_id", "key", name="sessions_key"),
        sqlite_autoincrement=False,
    )
    op.create_index(
        "sessions_attention",
        "sessions",
        ["workspace_id", "attention_since", "id"],
        unique=False,
        sqlite_where=sa.text("attention_since IS NOT NULL"),
        postgresql_where=sa.text("attention_since IS NOT NULL"),
    )
    op.create_index(
        "sessions_by_agent_id",
        "sessions",
        ["workspace_id", "shelf", "child", "agent_id", "active", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "sessions_by_channel",
        "sessions",
        ["workspace_id", "shelf", "child", "channel", "active", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "sessions_by_kind",
        "sessions",
        ["workspace_id", "shelf", "child", "kind", "active", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "sessions_by_origin",
        "sessions",
        ["workspace_id", "shelf", "child", "origin", "active", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "sessions_by_owner_id",
        "sessions",
        ["workspace_id", "shelf", "child", "owner_id", "active", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "sessions_by_state",
        "sessions",
        ["workspace_id", "shelf", "child", "state", "active", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "sessions_created",
        "sessions",
        ["workspace_id", "shelf", "child", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "sessions_list",
        "sessions",
        ["workspace_id", "shelf", "child", "active", "updated_at", "id"],
        unique=False,
    )
    op.create_index("sessions_parent", "sessions", ["workspace_id", "parent_id"], unique=False)
    op.create_index("sessions_pos", "sessions", ["workspace_id", "pos"], unique=False)
    op.create_index(
        "sessions_settle",
        "sessions",
        ["settle_at"],
        unique=False,
        sqlite_where=sa.text("settle_at IS NOT NULL"),
        postgresql_where=sa.text("settle_at IS NOT NULL"),
    )
    op.create_index(
        "sessions_updated",
        "sessions",
        ["workspace_id", "shelf", "child", "updated_at", "id"],
        unique=False,
    )


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id"),
    )


def _session_waits() -> None:
    op.create_table(
        "session_waits",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("parent_external_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "format", "parent_external_id", "session_id"),
    )
