"""Work on the list: any filters by index, operations on many sessions, saved views, files; and
versions of agents.

The start after it folds every row again, which fills the new columns.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create their tables and widen those of the list."""
    _agent_versions()
    _wider_list()
    _session_connectors()
    _bulk_items()
    _bulk_operations()
    _file_pieces()
    _files()
    _saved_views()


def downgrade() -> None:
    """Drop them, and put the list's own indexes back."""
    for name in TABLES:
        op.drop_table(name)
    for name in _BY:
        op.drop_index(f"sessions_by_{name}", "sessions")
    for name in ("mix", "agent_version", "plan_id", "initiative_id"):
        op.drop_column("sessions", name)
    for facet in _FACETS:
        columns = [*_LISTED, facet, *_ORDER]
        op.create_index(f"sessions_by_{facet}", "sessions", columns, unique=False)
    op.drop_table("session_connectors")
    op.create_table("session_connectors", *_connector_key())
    op.create_index("session_connectors_sid", "session_connectors", ["sid"], unique=False)


TABLES = [
    *("agent_versions", "bulk_items", "bulk_operations", "file_pieces", "files", "saved_views"),
]
_LISTED = ("workspace_id", "shelf", "child")
_ORDER = ("active", "updated_at", "id")
_PLACED = (*_ORDER, "attention_since")
_FACETS = ("agent_id", "channel", "kind", "origin", "owner_id", "state")
_BY = {
    "agent": ("agent_id", "mix", *_PLACED, "owner_id"),
    "initiative": ("initiative_id", "mix", *_PLACED),
    "mix": ("mix", *_PLACED),
    "owner": ("owner_id", "mix", *_PLACED, "agent_id"),
    "plan": ("plan_id", "mix", *_PLACED),
}


def _big() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _agent_versions() -> None:
    op.create_table(
        "agent_versions",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "version"),
    )
    op.execute(
        "INSERT INTO agent_versions (workspace_id, agent_id, version, created_at, body) "
        "SELECT workspace_id, id, version, updated_at, body FROM agents"
    )


def _wider_list() -> None:
    for facet in _FACETS:
        op.drop_index(f"sessions_by_{facet}", "sessions")
    for column in (
        sa.Column("initiative_id", sa.Text(), nullable=True),
        sa.Column("plan_id", sa.Text(), nullable=True),
        sa.Column("agent_version", sa.Integer(), nullable=True),
        sa.Column("mix", sa.Text(), nullable=False, server_default=sa.text("''")),
    ):
        op.add_column("sessions", column)
    for name, columns in _BY.items():
        tied = sa.text(f"{name}_id IS NOT NULL") if name in ("initiative", "plan") else None
        where: Any = {} if tied is None else {"sqlite_where": tied, "postgresql_where": tied}
        place = [*_LISTED, *columns]
        op.create_index(f"sessions_by_{name}", "sessions", place, unique=False, **where)


def _connector_key() -> list[Any]:
    return [
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("sid", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "connector", "sid"),
    ]


def _session_connectors() -> None:
    op.drop_table("session_connectors")
    op.create_table(
        "session_connectors",
        *_connector_key(),
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.Column("mix", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", _big(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("attention_since", _big(), nullable=True),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
    )
    op.create_index("session_connectors_sid", "session_connectors", ["sid"], unique=False)
    place = [*_LISTED, "connector", "mix", *_PLACED, "agent_id", "owner_id"]
    op.create_index("session_connectors_list", "session_connectors", place, unique=False)


def _bulk_items() -> None:
    op.create_table(
        "bulk_items",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("operation_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("error_type", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "operation_id", "n"),
    )


def _bulk_operations() -> None:
    op.create_table(
        "bulk_operations",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("started_at", _big(), nullable=True),
        sa.Column("ended_at", _big(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("claimed_until", _big(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index(
        "bulk_operations_created",
        "bulk_operations",
        ["workspace_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "bulk_operations_open",
        "bulk_operations",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _file_pieces() -> None:
    op.create_table(
        "file_pieces",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("written_at", _big(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "content", "n"),
    )


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", _big(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("scanned", sa.Boolean(), nullable=False),
        sa.Column("redactions", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("expires_at", _big(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("files_created", "files", ["workspace_id", "created_at", "id"], unique=False)
    op.create_index("files_digest", "files", ["workspace_id", "digest"], unique=False)
    op.create_index(
        "files_expiry",
        "files",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )


def _saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("updated_at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
        sa.UniqueConstraint("workspace_id", "owner", "name", name="saved_views_name"),
    )
